//! `/kependudukan/ganda`: two numbers that may be one person, side by side, for population officers and supervisors.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::civil::{self, Double, DoubleReason, DoubleSide, DoubleState, Keep, slip};
use crate::clock::Day;
use crate::db::{Fault, Outcome};
use crate::identity;
use crate::ids::DoubleId;
use crate::messages::{self, Lang, Refusal, plain, text};
use crate::web::form::Posted;
use crate::web::guard::DoublesReviewer;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

const HOME: &str = "/kependudukan/ganda";

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![show, merge, differ, undo]
}

/// The pairs to look at and the last decided ones.
#[derive(Default, Serialize)]
pub struct DoublesPage {
    open: Vec<PairView>,
    decided: Vec<PairView>,
    /// The pair whose decision was refused, and the reason typed for it.
    tried: String,
    reason: String,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct PairView {
    id: String,
    why: String,
    sides: Vec<SideView>,
    state: DoubleState,
    decided: Option<String>,
    note: String,
}

#[derive(Serialize)]
struct SideView {
    nik: String,
    name: String,
    born: String,
    sex: String,
    register: String,
    files: i64,
    kept: bool,
}

impl Page for DoublesPage {
    const TEMPLATE: &'static str = "civil/doubles.html";

    fn samples() -> Vec<Self> {
        let side = |kept| SideView {
            nik: "1607••••••••0001".into(),
            name: "SITI UJI AMINAH".into(),
            born: "Palembang, 17 Agustus 1990".into(),
            sex: "Perempuan".into(),
            register: plain(Lang::Id, "doubles.in_register"),
            files: 2,
            kept,
        };
        let pair = |id: &str, state: DoubleState| PairView {
            id: id.into(),
            why: "NIK berbeda di angka ke-16.".into(),
            sides: vec![side(state == DoubleState::Merged), side(false)],
            state,
            decided: (state != DoubleState::Found).then(|| "dukcapil DATA UJI · 24 November 2026".into()),
            note: "Salah ketik".into(),
        };
        let open = || vec![pair("1", DoubleState::Found), pair("2", DoubleState::Found)];
        let decided = vec![pair("3", DoubleState::Merged), pair("4", DoubleState::Dismissed)];
        let errors = vec![FieldLine { field: "reason-1".into(), message: "Wajib diisi.".into() }];
        vec![
            DoublesPage::default(),
            DoublesPage { open: open(), decided, ..DoublesPage::default() },
            DoublesPage { open: open(), tried: "1".into(), reason: "x".into(), errors, ..DoublesPage::default() },
        ]
    }
}

#[get("/kependudukan/ganda")]
async fn show(_reviewer: DoublesReviewer, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(&at, visit.lang).await?)
}

async fn load(at: &AtFiles, lang: Lang) -> Result<DoublesPage, Problem> {
    let mut tx = at.app.db.begin().await?;
    let doubles = civil::list_doubles(&mut tx, &at.desk()).await?;
    let mut names = BTreeMap::new();
    for (by, _) in doubles.iter().filter_map(|double| double.decided) {
        let found = identity::find(&mut tx, by).await?;
        names.insert(by, found.map(|officer| officer.name).unwrap_or_default());
    }
    tx.commit().await?;
    let view = |double: Double| {
        let decided = double.decided.map(|(by, when)| {
            let who = names.get(&by).cloned().unwrap_or_default();
            format!("{who} · {}", messages::date(lang, at.day_of(when)))
        });
        PairView { decided, ..pair_view(&double, lang) }
    };
    let (open, decided): (Vec<Double>, Vec<Double>) =
        doubles.into_iter().partition(|double| double.state == DoubleState::Found);
    Ok(DoublesPage {
        open: open.into_iter().map(view).collect(),
        decided: decided.into_iter().map(view).collect(),
        ..DoublesPage::default()
    })
}

fn pair_view(double: &Double, lang: Lang) -> PairView {
    PairView {
        id: double.id.to_string(),
        why: why(double, lang),
        sides: double.sides.iter().map(|side| side_view(side, lang)).collect(),
        state: double.state,
        decided: None,
        note: double.note.clone(),
    }
}

/// Why they were found; where the numbers differ is said, since their digits are masked.
fn why(double: &Double, lang: Lang) -> String {
    let place = match &double.sides[..] {
        [one, other] => slip(&one.sketch.nik, &other.sketch.nik),
        _ => None,
    };
    match (double.reason, place) {
        (DoubleReason::NikSlip, Some(n)) => text(lang, "doubles.nik_slip", &[("n", n.to_string())]),
        (DoubleReason::NikSlip, None) | (DoubleReason::SamePerson, _) => plain(lang, "doubles.same_person"),
    }
}

fn side_view(side: &DoubleSide, lang: Lang) -> SideView {
    let sketch = &side.sketch;
    let born =
        Day::parse(&sketch.birth_date).map_or_else(|| sketch.birth_date.clone(), |day| messages::date(lang, day));
    let register = if sketch.in_register { "doubles.in_register" } else { "doubles.not_in_register" };
    SideView {
        nik: sketch.nik.masked(),
        name: sketch.name.clone(),
        born: format!("{}, {born}", sketch.birth_place),
        sex: if sketch.sex.is_empty() { String::new() } else { plain(lang, &format!("sex.{}", sketch.sex)) },
        register: plain(lang, register),
        files: side.files,
        kept: side.kept,
    }
}

type Answer = Result<Either<Redirect, Rendered>, Problem>;

#[post("/kependudukan/ganda/<id>/gabung", data = "<posted>")]
async fn merge(id: DoubleId, posted: Posted, _reviewer: DoublesReviewer, at: AtFiles, visit: Visit<'_>) -> Answer {
    let keep = match posted.get("keep") {
        "1" => Keep::First,
        "2" => Keep::Second,
        _ => return Err(Refusal::invalid("invalid-fields").field("keep", "choice").into()),
    };
    let done = async {
        let mut tx = at.app.db.begin().await?;
        civil::merge(&mut tx, &at.desk(), id, (keep, posted.get("reason"))).await?;
        Ok(tx.commit().await?)
    };
    answer(done.await, (id, &posted), (&at, &visit)).await
}

#[post("/kependudukan/ganda/<id>/beda", data = "<posted>")]
async fn differ(id: DoubleId, posted: Posted, _reviewer: DoublesReviewer, at: AtFiles, visit: Visit<'_>) -> Answer {
    let done = async {
        let mut tx = at.app.db.begin().await?;
        civil::dismiss(&mut tx, &at.desk(), id, posted.get("reason")).await?;
        Ok(tx.commit().await?)
    };
    answer(done.await, (id, &posted), (&at, &visit)).await
}

#[post("/kependudukan/ganda/<id>/batal", data = "<posted>")]
async fn undo(id: DoubleId, posted: Posted, _reviewer: DoublesReviewer, at: AtFiles, visit: Visit<'_>) -> Answer {
    let done = async {
        let mut tx = at.app.db.begin().await?;
        civil::undo(&mut tx, &at.desk(), id, posted.get("reason")).await?;
        Ok(tx.commit().await?)
    };
    answer(done.await, (id, &posted), (&at, &visit)).await
}

/// Back to the list, or the list again with what is wrong and what was typed.
async fn answer(done: Outcome<()>, (id, posted): (DoubleId, &Posted), (at, visit): (&AtFiles, &Visit<'_>)) -> Answer {
    match done {
        Ok(()) => Ok(Either::Left(Redirect::to(HOME))),
        Err(Fault::Refused(refusal)) if !refusal.fields.is_empty() => {
            let lines = refusal_lines(&refusal, visit.lang).into_iter();
            let errors = lines.map(|line| FieldLine { field: format!("reason-{id}"), ..line }).collect();
            let (tried, reason) = (id.to_string(), posted.get("reason").to_owned());
            let page = DoublesPage { errors, tried, reason, ..load(at, visit.lang).await? };
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}
