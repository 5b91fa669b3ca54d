//! `/penyelia/penghapusan`: which papers will be erased, which are held, and how long each class is kept.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::clock::Day;
use crate::db::Fault;
use crate::documents::{self, ErasureList};
use crate::identity::{self, Officer, Role};
use crate::ids::{DocumentId, OfficerId, SiteId};
use crate::messages::{self, FieldFault, Lang, Refusal, plain, text};
use crate::permits::{self, AHEAD_DAYS, PaperClass, Planned, Run, Terms};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::guard::{Admin, Supervisor};
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Papers shown at most.
const MOST: usize = 200;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![show, hold, lift, set_term]
}

/// What will go, what is held, the terms.
#[derive(Default, Serialize)]
pub struct RetentionPage {
    days: i64,
    last: Option<String>,
    /// Papers that came back with a restored copy.
    returned: usize,
    planned: Vec<PaperLine>,
    held: Vec<PaperLine>,
    terms: Vec<TermLine>,
    is_admin: bool,
    typed: BTreeMap<&'static str, String>,
    faults: BTreeMap<String, String>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct PaperLine {
    document: DocumentId,
    application: String,
    code: String,
    name: String,
    class: String,
    due: Option<String>,
    reason: Option<String>,
    held_by: Option<String>,
}

#[derive(Serialize)]
struct TermLine {
    class: PaperClass,
    name: String,
    years: String,
    /// Beside the choice of the form.
    label: String,
}

impl Page for RetentionPage {
    const TEMPLATE: &'static str = "permits/retention.html";

    fn samples() -> Vec<Self> {
        let line = |held: bool| PaperLine {
            document: DocumentId::new(1),
            application: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            name: "Surat Izin Praktik Bidan · Surat keterangan sehat dari dokter".into(),
            class: plain(Lang::Id, "retention.class.sensitive"),
            due: Some("3 Januari 2032".into()),
            reason: held.then(|| "Perkara di PTUN DATA UJI".into()),
            held_by: held.then(|| "Penyelia DATA UJI · 24 November 2026".into()),
        };
        let terms = || PaperClass::ALL.iter().map(|class| term(*class, &Terms::default(), Lang::Id)).collect();
        let full = RetentionPage {
            days: AHEAD_DAYS,
            last: Some("Terakhir 24 November 2026, 3 berkas.".into()),
            returned: 2,
            planned: vec![line(false)],
            held: vec![line(true)],
            terms: terms(),
            is_admin: true,
            typed: typed_from(None),
            faults: BTreeMap::from([("years".into(), plain(Lang::Id, "field.retention-years"))]),
            errors: vec![FieldLine { field: "years".into(), message: plain(Lang::Id, "field.retention-years") }],
        };
        vec![full, RetentionPage { terms: terms(), typed: typed_from(None), days: AHEAD_DAYS, ..Default::default() }]
    }
}

/// What was typed under each name of the forms.
fn typed_from(posted: Option<&Posted>) -> BTreeMap<&'static str, String> {
    let get = |name| (name, posted.map(|posted| posted.get(name).to_owned()).unwrap_or_default());
    ["class", "years", "reason"].into_iter().map(get).collect()
}

fn term(class: PaperClass, terms: &Terms, lang: Lang) -> TermLine {
    let name = plain(lang, &format!("retention.class.{class}"));
    let years = match terms.years(class) {
        Some(years) => text(lang, "retention.years", &[("n", years.to_string())]),
        None => plain(lang, "retention.for_good"),
    };
    TermLine { class, label: name.clone(), name, years }
}

#[get("/penyelia/penghapusan")]
async fn show(staff: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(visit.app, &staff.officer, visit.lang, None).await?)
}

/// Whose papers somebody is shown: those of the own site; an administrator all.
fn reach(officer: &Officer) -> Option<SiteId> {
    // A site-bound officer without a site sees nothing.
    if officer.is(Role::Admin) { None } else { Some(officer.site.unwrap_or(SiteId(uuid::Uuid::nil()))) }
}

async fn load(
    app: &App,
    officer: &Officer,
    lang: Lang,
    tried: Option<(&Posted, &Refusal)>,
) -> Result<RetentionPage, Problem> {
    let asker = app.asker(officer);
    let (today, zone) = (asker.now.day(asker.zone), asker.zone);
    let listed = ErasureList::of(&app.config.data_dir).read().map_err(|error| Problem::failure(&error))?;
    let mut tx = app.db.read().await?;
    let planned = permits::list_planned(&mut tx, (today, zone), reach(officer), MOST).await?;
    let held = permits::list_held(&mut tx, zone, reach(officer)).await?;
    let terms = permits::terms(&mut tx).await?;
    let last = permits::last_run(&mut tx).await?;
    let returned = documents::list_returned(&mut tx, &listed).await?.len();
    let mut names = BTreeMap::new();
    for hold in held.iter().filter_map(|paper| paper.hold.as_ref()) {
        let found = identity::find(&mut tx, hold.by).await?;
        names.insert(hold.by, found.map(|officer| officer.name).unwrap_or_default());
    }
    let words = Words { app, lang, zone, names };
    let faults: &[FieldFault] = tried.map_or(&[], |(_, refusal)| &refusal.fields);
    Ok(RetentionPage {
        days: AHEAD_DAYS,
        last: last.map(|run| last_words(run, lang)),
        returned,
        planned: planned.iter().map(|paper| words.paper(paper)).collect(),
        held: held.iter().map(|paper| words.paper(paper)).collect(),
        terms: PaperClass::ALL.iter().map(|class| term(*class, &terms, lang)).collect(),
        is_admin: officer.is(Role::Admin),
        typed: typed_from(tried.map(|(posted, _)| posted)),
        faults: faults.iter().map(|fault| (fault.field.clone(), fault.words(lang))).collect(),
        errors: tried.map(|(_, refusal)| refusal_lines(refusal, lang)).unwrap_or_default(),
    })
}

fn last_words(run: Run, lang: Lang) -> String {
    text(lang, "retention.last", &[("date", messages::date(lang, run.day)), ("n", run.erased.to_string())])
}

/// Turns what is known into words.
struct Words<'a> {
    app: &'a App,
    lang: Lang,
    zone: chrono_tz::Tz,
    names: BTreeMap<OfficerId, String>,
}

impl Words<'_> {
    fn paper(&self, paper: &Planned) -> PaperLine {
        let date = |day: Day| messages::date(self.lang, day);
        let hold = paper.hold.as_ref();
        PaperLine {
            document: paper.document,
            application: paper.application.to_string(),
            code: paper.code.text().to_owned(),
            name: self.name(paper),
            class: plain(self.lang, &format!("retention.class.{}", paper.class)),
            due: paper.due_on.map(date),
            reason: hold.map(|hold| hold.reason.clone()),
            held_by: hold.map(|hold| {
                let who = self.names.get(&hold.by).cloned().unwrap_or_default();
                format!("{who} · {}", date(hold.at.day(self.zone)))
            }),
        }
    }

    /// `Surat Izin Praktik Bidan · STR yang masih berlaku`.
    fn name(&self, paper: &Planned) -> String {
        let catalogue = self.app.catalogue();
        let Some(found) = catalogue.find(&paper.service) else { return paper.service.clone() };
        let service = found.service.name.of(self.lang);
        let asked = found.service.requirements.iter().find(|asked| asked.code == paper.requirement);
        asked.map_or_else(|| service.to_owned(), |asked| format!("{service} · {}", asked.name.of(self.lang)))
    }
}

type Answer = Result<Either<Redirect, Rendered>, Problem>;

#[post("/penyelia/penghapusan/<document>/tahan", data = "<posted>")]
async fn hold(document: DocumentId, posted: Posted, staff: Supervisor, visit: Visit<'_>) -> Answer {
    let (app, officer) = (visit.app, &staff.officer);
    let kept = async {
        let mut tx = app.db.begin().await?;
        let at = (document, reach(officer));
        permits::hold(&mut tx, (officer.id, app.now()), at, posted.get("reason")).await?;
        Ok(tx.commit().await?)
    };
    answer(kept.await, (&posted, officer), &visit).await
}

#[post("/penyelia/penghapusan/<document>/lepas", data = "<posted>")]
async fn lift(document: DocumentId, posted: Posted, staff: Supervisor, visit: Visit<'_>) -> Answer {
    let (app, officer) = (visit.app, &staff.officer);
    let kept = async {
        let mut tx = app.db.begin().await?;
        permits::lift(&mut tx, (officer.id, app.now()), (document, reach(officer))).await?;
        Ok(tx.commit().await?)
    };
    answer(kept.await, (&posted, officer), &visit).await
}

#[post("/admin/masa-simpan", data = "<posted>")]
async fn set_term(posted: Posted, staff: Admin, visit: Visit<'_>) -> Answer {
    let (app, officer) = (visit.app, &staff.officer);
    let kept = async {
        let mut tx = app.db.begin().await?;
        let (class, years, reason) = (posted.get("class"), posted.get("years"), posted.get("reason"));
        permits::set_term(&mut tx, (officer.id, app.now()), class, years, reason).await?;
        Ok(tx.commit().await?)
    };
    answer(kept.await, (&posted, officer), &visit).await
}

async fn answer(kept: Result<(), Fault>, (posted, officer): (&Posted, &Officer), visit: &Visit<'_>) -> Answer {
    match kept {
        Ok(()) => Ok(Either::Left(Redirect::to("/penyelia/penghapusan"))),
        Err(Fault::Refused(refusal)) => {
            let page = load(visit.app, officer, visit.lang, Some((posted, &refusal))).await?;
            Ok(Either::Right(visit.page(&page)?.with_status(Problem::from(refusal).status)))
        }
        Err(fault) => Err(fault.into()),
    }
}
