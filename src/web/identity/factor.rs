//! `/akun/faktor-kedua`: the second factor of the signed-in member of staff.

use chrono_tz::Tz;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::db::Fault;
use crate::documents::{QrPath, qr_path};
use crate::identity::{self, Factor, Officer};
use crate::messages;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};

const PATH: &str = "/akun/faktor-kedua";

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    routes![factor_page, begin, confirm, end]
}

/// Setting up, looking at and turning off the second factor.
#[derive(Default, Serialize)]
pub struct FactorPage {
    demanded: bool,
    setup: Option<Setup>,
    on: Option<On>,
    codes: Vec<String>,
    errors: Vec<FieldLine>,
}

/// What an authenticator app needs.
#[derive(Serialize)]
struct Setup {
    side: usize,
    path: String,
    key: String,
}

#[derive(Serialize)]
struct On {
    since: String,
    codes_left: i64,
}

impl Page for FactorPage {
    const TEMPLATE: &'static str = "identity/factor.html";

    fn samples() -> Vec<Self> {
        let setup = Setup { side: 41, path: "M4 4h7v1h-7z".into(), key: "JBSW Y3DP EHPK 3PXP".into() };
        let errors = vec![FieldLine { field: "code".into(), message: "Kode salah.".into() }];
        let on = || Some(On { since: "24 November 2026".into(), codes_left: 9 });
        vec![
            FactorPage { demanded: true, ..FactorPage::default() },
            FactorPage { setup: Some(setup), errors, ..FactorPage::default() },
            FactorPage { on: on(), codes: vec!["K7QXM-2PADR".into(); 10], ..FactorPage::default() },
            FactorPage { on: on(), ..FactorPage::default() },
        ]
    }
}

#[get("/akun/faktor-kedua")]
async fn factor_page(staff: SignedIn, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let page = FactorPage::now(&visit, &staff.officer).await?;
    visit.page(&page)
}

impl FactorPage {
    async fn now(visit: &Visit<'_>, officer: &Officer) -> Result<FactorPage, Problem> {
        let app = visit.app;
        let mut page = FactorPage { demanded: app.demanded.of(officer), ..FactorPage::default() };
        match identity::find_factor(&mut app.db.read().await?, &app.keys, officer).await? {
            Factor::Off => {}
            Factor::Begun { key, address } => {
                let QrPath { side, path } = qr_path(&address).map_err(|e| Problem::failure(&e))?;
                page.setup = Some(Setup { side, path, key: in_fours(&key) });
            }
            Factor::On { since, codes_left } => {
                page.on = Some(On { since: messages::date(visit.lang, since.day(Tz::Asia__Jakarta)), codes_left });
            }
        }
        Ok(page)
    }
}

/// A long key in groups of four, as people copy it.
fn in_fours(key: &str) -> String {
    let letters: Vec<char> = key.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

#[post("/akun/faktor-kedua", data = "<_posted>")]
async fn begin(staff: SignedIn, _posted: Posted, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let officer = &staff.officer;
    let mut tx = visit.app.db.begin().await?;
    identity::begin_factor(&mut tx, visit.app.act(officer), &visit.app.keys, officer.id).await?;
    tx.commit().await?;
    Ok(Redirect::to(PATH))
}

#[post("/akun/faktor-kedua/kode", data = "<posted>")]
async fn confirm(staff: SignedIn, posted: Posted, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let officer = &staff.officer;
    let app = visit.app;
    identity::refuse_many(app.tries(), &officer.username, app.now())?;
    let mut tx = app.db.begin().await?;
    match identity::confirm_factor(&mut tx, app.act(officer), &app.keys, officer.id, posted.get("code")).await {
        Ok(codes) => {
            tx.commit().await?;
            let page = FactorPage { codes, ..FactorPage::now(&visit, officer).await? };
            visit.page(&page)
        }
        Err(fault) => {
            drop(tx);
            again(&visit, officer, fault).await
        }
    }
}

#[post("/akun/faktor-kedua/hapus", data = "<posted>")]
async fn end(staff: SignedIn, posted: Posted, visit: Visit<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    let officer = &staff.officer;
    let app = visit.app;
    identity::refuse_many(app.tries(), &officer.username, app.now())?;
    let mut tx = app.db.begin().await?;
    match identity::end_factor(&mut tx, app.act(officer), &app.keys, officer.id, posted.get("code")).await {
        Ok(()) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(PATH)))
        }
        Err(fault) => {
            drop(tx);
            again(&visit, officer, fault).await.map(Either::Right)
        }
    }
}

/// The page once more, with what was wrong at the field. A wrong code counts like a wrong password.
async fn again(visit: &Visit<'_>, officer: &Officer, fault: Fault) -> Result<Rendered, Problem> {
    let Fault::Refused(refusal) = fault else { return Err(fault.into()) };
    if refusal.code == "totp-wrong" {
        visit.app.limiter.failed(&officer.username, visit.app.now());
    }
    let errors = vec![FieldLine { field: "code".into(), message: refusal.words(visit.lang) }];
    let page = FactorPage { errors, ..FactorPage::now(visit, officer).await? };
    Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity))
}
