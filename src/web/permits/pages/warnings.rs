//! `/permohonan/{id}/izin/peringatan`: the warnings about a permit, and the next one.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use crate::clock::Day;
use crate::db::{Fault, Outcome};
use crate::identity::Role;
use crate::ids::ApplicationId;
use crate::messages::{self, FieldFault, Lang, Refusal, plain};
use crate::permits::{self, FileView, Permit, PermitState, Rebuke, Reprimand, next_step, open_reprimand};
use crate::web::form::Posted;
use crate::web::guard::Head;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Working days the form proposes for a term.
const USUAL_DAYS: i64 = 7;

/// Routes of warnings.
pub fn routes() -> Vec<Route> {
    routes![show, warn, comply]
}

/// The warnings, newest first, and the forms open to the reader.
#[derive(Default, Serialize)]
pub struct WarningsPage {
    file: String,
    number: String,
    holder: String,
    warnings: Vec<WarningView>,
    /// The next warning, when it may be written today.
    next: Option<NextView>,
    /// Why not, else.
    wait: Option<String>,
    may_end: bool,
    note: String,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

#[derive(Serialize)]
struct WarningView {
    title: String,
    number: String,
    pill: Pill,
    issued: String,
    due: String,
    breach: String,
    remedy: String,
    end: Option<String>,
    letter: Option<String>,
}

#[derive(Serialize)]
struct NextView {
    step: i64,
    title: String,
    breach: String,
    remedy: String,
    working_days: String,
    breach_error: Option<String>,
    remedy_error: Option<String>,
    days_error: Option<String>,
    note_error: Option<String>,
}

impl Page for WarningsPage {
    const TEMPLATE: &'static str = "permits/warnings.html";

    fn samples() -> Vec<Self> {
        let warning = WarningView {
            title: "Surat Peringatan Pertama (SP-1)".into(),
            number: "503/0001/SP-1/DPMPTSP/2026".into(),
            pill: Pill::new("wait", "menunggu".into()),
            issued: "24 November 2026".into(),
            due: "1 Desember 2026".into(),
            breach: "Papan nama praktik tidak dipasang".into(),
            remedy: "Pasang papan nama".into(),
            end: Some("Sudah dipasang".into()),
            letter: Some("/permohonan/1/surat-peringatan/1".into()),
        };
        let next = |wrong: bool| NextView {
            step: 2,
            title: "Surat Peringatan Kedua (SP-2)".into(),
            breach: "Papan nama".into(),
            remedy: String::new(),
            working_days: "7".into(),
            breach_error: None,
            remedy_error: wrong.then(|| "Isi kolom ini.".into()),
            days_error: wrong.then(|| "Isi angka.".into()),
            note_error: wrong.then(|| "Isi kolom ini.".into()),
        };
        let page = |next, wait: Option<&str>, warnings| WarningsPage {
            file: "1".into(),
            number: "503/0001/SIPB/DPMPTSP/2026".into(),
            holder: "RAHMA DATA UJI".into(),
            warnings,
            next,
            wait: wait.map(str::to_owned),
            may_end: true,
            ..WarningsPage::default()
        };
        let wrong = WarningsPage {
            errors: vec![FieldLine { field: "remedy".into(), message: "Isi kolom ini.".into() }],
            refusal: Some("Ada isian yang belum benar.".into()),
            ..page(Some(next(true)), None, vec![])
        };
        vec![page(Some(next(false)), None, vec![]), page(None, Some("Tunggu."), vec![warning]), wrong]
    }
}

impl WarningsPage {
    fn new(
        at: &AtFiles,
        (view, permit): (&FileView, &Permit),
        (typed, faults): (&BTreeMap<String, String>, &[FieldFault]),
        lang: Lang,
    ) -> WarningsPage {
        let today = at.today();
        let over = !matches!(permit.state, PermitState::Issued | PermitState::Suspended);
        let signs = at.staff.officer.is(Role::Head) && !over;
        let step = next_step(&view.reprimands, today);
        let next = step.as_ref().ok().filter(|_| signs);
        WarningsPage {
            file: view.file.id.to_string(),
            number: permit.number.clone(),
            holder: permit.holder_name.clone(),
            warnings: view.reprimands.iter().rev().map(|one| warning_view(view, one, today, lang)).collect(),
            next: next.map(|step| next_view(&view.reprimands, *step, (typed, faults), lang)),
            wait: step.err().filter(|_| signs).map(|refusal| refusal.words(lang)),
            may_end: signs && open_reprimand(&view.reprimands).is_some(),
            note: typed.get("note").cloned().unwrap_or_default(),
            errors: field_lines(faults, lang),
            refusal: None,
        }
    }
}

fn warning_view(view: &FileView, one: &Reprimand, today: Day, lang: Lang) -> WarningView {
    let (kind, key) = match (one.is_open(), one.is_over(today)) {
        (false, _) => ("info", "closed"),
        (true, true) => ("late", "over"),
        (true, false) => ("wait", "running"),
    };
    let letter = view.letters.iter().find(|letter| letter.is_about(one));
    let latest = view.reprimands.iter().rev().find(|other| other.step == one.step);
    WarningView {
        title: plain(lang, &format!("warning_paper.subject_{}", one.step)),
        number: letter.map(|letter| letter.number.clone()).unwrap_or_default(),
        pill: Pill::new(kind, plain(lang, &format!("reprimand.{key}"))),
        issued: letter.map(|letter| messages::date(lang, letter.dated)).unwrap_or_default(),
        due: messages::date(lang, one.due_on),
        breach: one.breach.clone(),
        remedy: one.remedy.clone(),
        end: one.end_note.clone(),
        letter: latest
            .filter(|latest| latest.series == one.series)
            .map(|one| format!("/permohonan/{}/surat-peringatan/{}", view.file.id, one.step)),
    }
}

/// What was typed, else what the warning before said: a step mostly repeats it.
fn next_view(
    all: &[Reprimand],
    step: i64,
    (typed, faults): (&BTreeMap<String, String>, &[FieldFault]),
    lang: Lang,
) -> NextView {
    let before = open_reprimand(all);
    let value = |name: &str, usual: String| typed.get(name).cloned().unwrap_or(usual);
    let error = |name: &str| faults.iter().find(|fault| fault.field == name).map(|fault| fault.words(lang));
    NextView {
        step,
        title: plain(lang, &format!("warning_paper.subject_{step}")),
        breach: value("breach", before.map(|one| one.breach.clone()).unwrap_or_default()),
        remedy: value("remedy", before.map(|one| one.remedy.clone()).unwrap_or_default()),
        working_days: value("working_days", before.map_or(USUAL_DAYS, |one| one.working_days).to_string()),
        breach_error: error("breach"),
        remedy_error: error("remedy"),
        days_error: error("working_days"),
        note_error: error("note"),
    }
}

async fn about(at: &AtFiles, id: ApplicationId) -> Outcome<(FileView, Permit)> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let permit = view.permit.clone().filter(Permit::is_public);
    let permit = permit.ok_or_else(|| Refusal::not_found("permit-unknown"))?;
    Ok((view, permit))
}

#[get("/permohonan/<id>/izin/peringatan")]
async fn show(id: ApplicationId, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (view, permit) = about(&at, id).await?;
    visit.page(&WarningsPage::new(&at, (&view, &permit), (&BTreeMap::new(), &[]), visit.lang))
}

#[post("/permohonan/<id>/izin/peringatan", data = "<posted>")]
async fn warn(
    id: ApplicationId,
    posted: Posted,
    _head: Head,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let (view, permit) = about(&at, id).await?;
    let stated = Rebuke {
        step: posted.get("step").parse().ok(),
        breach: posted.get("breach").to_owned(),
        remedy: posted.get("remedy").to_owned(),
        working_days: posted.get("working_days").parse().unwrap_or(0),
    };
    let mut tx = at.app.db.begin().await?;
    let done = permits::reprimand(&mut tx, &at.desk(), permit.id, stated).await.map(|_| ());
    if done.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    answer(done, (&view, &permit), &posted, (&at, &visit))
}

#[post("/permohonan/<id>/izin/peringatan/dipenuhi", data = "<posted>")]
async fn comply(
    id: ApplicationId,
    posted: Posted,
    _head: Head,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let (view, permit) = about(&at, id).await?;
    let mut tx = at.app.db.begin().await?;
    let done = permits::end_reprimand(&mut tx, &at.desk(), permit.id, posted.get("note")).await.map(|_| ());
    if done.is_ok() {
        tx.commit().await?;
    } else {
        drop(tx);
    }
    answer(done, (&view, &permit), &posted, (&at, &visit))
}

/// Back to the list; or the page again, with what was typed and why not.
fn answer(
    done: Outcome<()>,
    (view, permit): (&FileView, &Permit),
    posted: &Posted,
    (at, visit): (&AtFiles, &Visit<'_>),
) -> Result<Either<Redirect, Rendered>, Problem> {
    match done {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/permohonan/{}/izin/peringatan", view.file.id)))),
        Err(Fault::Refused(refusal)) => {
            let status = Problem::from(refusal.clone()).status;
            let page = WarningsPage::new(at, (view, permit), (&posted.values(), &refusal.fields), visit.lang);
            let page = WarningsPage { refusal: Some(refusal.words(visit.lang)), ..page };
            Ok(Either::Right(visit.page(&page)?.with_status(status)))
        }
        Err(fault) => Err(fault.into()),
    }
}
