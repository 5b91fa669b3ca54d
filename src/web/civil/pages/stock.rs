//! `/kependudukan/blangko`: the blanks of the own site, with the book of what came and went.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::by_field;
use crate::civil::{self, BlankKind, BlankLine, BlankMove, StockLine};
use crate::db::{Fault, Outcome};
use crate::messages::{self, Lang, Refusal, plain};
use crate::web::civil::api_blanks::{site_of, stated};
use crate::web::form::Posted;
use crate::web::guard::PopulationOfficer;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::{AtFiles, OptionView};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Lines of the book that are shown.
const BOOK: i64 = 50;

/// Routes of the stock.
pub fn routes() -> Vec<Route> {
    routes![show, change]
}

/// The stock of one kind, in words.
#[derive(Serialize)]
pub struct StockView {
    kind: BlankKind,
    label: String,
    on_hand: i64,
    set_aside: i64,
    waiting: i64,
    low: bool,
}

impl StockView {
    /// Examples for the tests.
    pub fn samples() -> Vec<StockView> {
        let line = |kind, on_hand, waiting| StockLine { kind, on_hand, set_aside: 0, waiting };
        stock_views(&[line(BlankKind::KtpEl, 0, 3), line(BlankKind::Kia, 120, 0)], Lang::Id)
    }
}

/// The stock of a site, in words.
pub fn stock_views(lines: &[StockLine], lang: Lang) -> Vec<StockView> {
    let view = |line: &StockLine| StockView {
        kind: line.kind,
        label: plain(lang, &format!("civil.blank.{}", line.kind)),
        on_hand: line.on_hand,
        set_aside: line.set_aside,
        waiting: line.waiting,
        low: line.is_low(),
    };
    lines.iter().map(view).collect()
}

/// The page.
#[derive(Default, Serialize)]
pub struct StockPage {
    stock: Vec<StockView>,
    kinds: Vec<OptionView>,
    moves: Vec<OptionView>,
    kind: String,
    step: String,
    quantity: String,
    reason: String,
    book: Vec<BookLine>,
    /// What is wrong, by field.
    faults: BTreeMap<String, String>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct BookLine {
    when: String,
    kind: String,
    step: String,
    quantity: String,
    on_hand: i64,
    reason: Option<String>,
    request: Option<String>,
    officer: String,
}

impl Page for StockPage {
    const TEMPLATE: &'static str = "civil/stock.html";

    fn samples() -> Vec<Self> {
        let line = |reason: Option<&str>, request: Option<&str>| BookLine {
            when: "24 November 2026, 09.00 WIB".into(),
            kind: "Blangko KTP-el".into(),
            step: "Diterima".into(),
            quantity: "+100".into(),
            on_hand: 100,
            reason: reason.map(Into::into),
            request: request.map(Into::into),
            officer: "Dukcapil DATA UJI".into(),
        };
        let page = StockPage {
            stock: StockView::samples(),
            book: vec![line(Some("Tergores"), None), line(None, Some("1"))],
            faults: BTreeMap::from([("quantity".into(), "Isi jumlah.".into())]),
            errors: vec![FieldLine { field: "quantity".into(), message: "Isi jumlah.".into() }],
            ..StockPage::choices(Lang::Id)
        };
        vec![StockPage::default(), page]
    }
}

impl StockPage {
    fn choices(lang: Lang) -> StockPage {
        let kind = |kind: &BlankKind| OptionView::new(kind.word(), plain(lang, &format!("civil.blank.{kind}")));
        let step = |step: BlankMove| OptionView::new(step.word(), plain(lang, &format!("civil.move.{step}")));
        StockPage {
            kinds: BlankKind::ALL.iter().map(kind).collect(),
            moves: [BlankMove::Received, BlankMove::Spoiled, BlankMove::Counted].map(step).to_vec(),
            ..StockPage::default()
        }
    }
}

#[get("/kependudukan/blangko")]
async fn show(_officer: PopulationOfficer, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(&at, visit.lang).await?)
}

async fn load(at: &AtFiles, lang: Lang) -> Result<StockPage, Problem> {
    let site = site_of(at)?;
    let zone = at.sites.find_by_id(site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let mut tx = at.app.db.read().await?;
    let line = |line: BlankLine| BookLine {
        when: messages::date_and_time(lang, line.at, zone),
        kind: plain(lang, &format!("civil.blank.{}", line.kind)),
        step: plain(lang, &format!("civil.move.{}", line.step)),
        quantity: format!("{:+}", line.quantity).replace('-', "−"),
        on_hand: line.on_hand,
        reason: line.reason,
        request: line.request.map(|id| id.to_string()),
        officer: line.officer,
    };
    Ok(StockPage {
        stock: stock_views(&civil::list_stock(&mut tx, site).await?, lang),
        book: civil::list_book(&mut tx, site, BOOK).await?.into_iter().map(line).collect(),
        ..StockPage::choices(lang)
    })
}

#[post("/kependudukan/blangko", data = "<posted>")]
async fn change(
    posted: Posted,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    match changed(&at, &posted).await {
        Ok(()) => Ok(Either::Left(Redirect::to("/kependudukan/blangko"))),
        Err(Fault::Refused(refusal)) => {
            let of = |name: &str| posted.get(name).to_owned();
            let page = StockPage {
                kind: of("kind"),
                step: of("move"),
                quantity: of("quantity"),
                reason: of("reason"),
                faults: by_field(&refusal, visit.lang),
                errors: refusal_lines(&refusal, visit.lang),
                ..load(&at, visit.lang).await?
            };
            Ok(Either::Right(visit.page(&page)?.with_status(Problem::from(refusal).status)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn changed(at: &AtFiles, posted: &Posted) -> Outcome<()> {
    let wrong = || Refusal::invalid("invalid-fields").field("quantity", "quantity");
    let quantity = posted.get("quantity").parse::<i64>().map_err(|_| wrong())?;
    let change = stated(posted.get("kind"), posted.get("move"), quantity, posted.get("reason").to_owned())?;
    let mut tx = at.app.db.begin().await?;
    civil::change_stock(&mut tx, &at.desk(), change).await?;
    Ok(tx.commit().await?)
}
