//! `/permohonan/tanda-tangan`: everything that waits for the head's signature, each sheet to be seen before, signed
//! with one passphrase; and the permits that wait for the national signature.

use rocket::http::Status;
use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::batch_national::{self, Typed};
use crate::documents::{self, Print};
use crate::identity::Role;
use crate::ids::{ApplicationId, PermitId};
use crate::messages::{self, FieldFault, Lang, plain, text};
use crate::permits::{self, ApplicationState, InboxView, Waiting};
use crate::web::form::Posted;
use crate::web::guard::{Head, SignatureWatch};
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// The most files of one batch.
const BATCH: usize = 200;

/// Routes of the batch screen.
pub fn routes() -> Vec<Route> {
    routes![batch, sign, preview]
}

/// The batch screen.
#[derive(Default, Serialize)]
pub struct BatchPage {
    /// Whether the reader is the head of agency, who may sign.
    signs: bool,
    files: Vec<FileRow>,
    /// Whether a national signature follows the office's seal.
    national: bool,
    waiting: Vec<WaitingRow>,
    /// How the passphrase in memory stands, in words; empty = none is held.
    held: String,
    minutes: i64,
    nik_known: bool,
    nik: String,
    nik_error: Option<String>,
    passphrase_error: Option<String>,
    results: Vec<ResultLine>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct FileRow {
    id: String,
    code: String,
    applicant: String,
    service: String,
    days_left: Option<i64>,
    chosen: bool,
}

#[derive(Serialize)]
struct WaitingRow {
    permit: String,
    file: String,
    number: String,
    holder: String,
    signer: String,
    since: String,
    tries: i64,
    state: (&'static str, String),
    next: String,
    mine: bool,
}

/// What became of one file.
#[derive(Serialize)]
pub(super) struct ResultLine {
    /// How it looks: `ok`, `wait` or `late`.
    pub kind: &'static str,
    /// In words.
    pub text: String,
}

impl Page for BatchPage {
    const TEMPLATE: &'static str = "permits/batch.html";

    fn samples() -> Vec<Self> {
        let file = |code: &str, days_left, chosen| FileRow {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: code.into(),
            applicant: "RAHMA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan · baru".into(),
            days_left,
            chosen,
        };
        let waiting = |kind, word: &str| WaitingRow {
            permit: "01900000-0000-7000-8000-000000000001".into(),
            file: "01900000-0000-7000-8000-000000000000".into(),
            number: "503/0001/SIPB/DPMPTSP/2026".into(),
            holder: "RAHMA DATA UJI".into(),
            signer: "KEPALA DINAS DATA UJI".into(),
            since: "24 November 2026, 09.12 WIB".into(),
            tries: 3,
            state: (kind, plain(Lang::Id, &format!("esign.{word}"))),
            next: "09.40 WIB".into(),
            mine: true,
        };
        let full = BatchPage {
            signs: true,
            files: vec![file("7K2M-94QX-PD3", Some(2), true), file("9PQ4-11AB-KD7", None, false)],
            national: true,
            waiting: vec![waiting("wait", "fault_unreachable"), waiting("late", "fault_wrong_passphrase")],
            held: "Frasa sandi diingat sampai 14.30 WIB.".into(),
            minutes: 30,
            results: vec![
                ResultLine { kind: "ok", text: "7K2M-94QX-PD3 ditandatangani dan siap diambil".into() },
                ResultLine { kind: "wait", text: "503/0001: menyusul".into() },
                ResultLine { kind: "late", text: "9PQ4: gagal".into() },
            ],
            errors: field_lines(&[FieldFault::new("nik", "required")], Lang::Id),
            nik_error: Some("Wajib diisi.".into()),
            ..BatchPage::default()
        };
        let watched =
            BatchPage { signs: false, files: vec![], results: vec![], errors: vec![], ..BatchPage::default() };
        vec![BatchPage::default(), full, BatchPage { national: true, ..watched }]
    }
}

#[get("/permohonan/tanda-tangan")]
async fn batch(_watch: SignatureWatch, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(&at, visit.lang, &[]).await?)
}

/// The page as it stands now, with the files that were chosen before.
async fn load(at: &AtFiles, lang: Lang, chosen: &[ApplicationId]) -> Result<BatchPage, Problem> {
    let officer = &at.staff.officer;
    let mut tx = at.app.db.read().await?;
    let signs = officer.is(Role::Head);
    let inbox = permits::inbox(&mut tx, &at.desk(), InboxView::Role, (None, BATCH)).await?;
    let is_free = |row: &permits::Row| row.claimed_by.is_none_or(|by| by == officer.id);
    let waits = |row: &permits::Row| row.state == ApplicationState::AwaitingSignature && is_free(row);
    let ours = inbox.rows.iter().filter(|r| signs && waits(&r.row));
    let files = ours.map(|r| FileRow {
        id: r.row.id.to_string(),
        code: r.row.code.text().to_owned(),
        applicant: r.row.applicant_name.clone(),
        service: service_of(at, &r.row.service_code, r.row.kind, lang),
        days_left: r.days_left,
        chosen: chosen.contains(&r.row.id),
    });
    let page = BatchPage { signs, files: files.collect(), ..BatchPage::default() };
    let Some(national) = &at.app.national else { return Ok(page) };
    let waiting = permits::list_waiting(&mut tx).await?;
    let held = national.vault.find(at.staff.session, at.now);
    let until = held.as_ref().map(|held| messages::clock_time(held.until, at.zone()));
    Ok(BatchPage {
        national: true,
        waiting: waiting.iter().map(|one| waiting_row(at, one, held.is_some(), lang)).collect(),
        held: until.map(|time| text(lang, "esign.held", &[("time", time)])).unwrap_or_default(),
        minutes: national.vault.minutes(),
        nik_known: permits::find_signer(&mut tx, &at.app.keys, officer.id).await?.is_some(),
        ..page
    })
}

fn service_of(at: &AtFiles, code: &str, kind: permits::ApplicationKind, lang: Lang) -> String {
    let catalogue = at.app.catalogue();
    let name = catalogue.find(code).map(|p| p.service.name.of(lang).to_owned());
    format!("{} · {}", name.unwrap_or_else(|| code.to_owned()), plain(lang, &format!("kind.{kind}")))
}

fn waiting_row(at: &AtFiles, one: &Waiting, held: bool, lang: Lang) -> WaitingRow {
    let mine = one.officer == at.staff.officer.id;
    let (kind, key) = match one.fault {
        Some(fault) if fault.passes() => ("wait", format!("esign.fault_{fault}")),
        Some(fault) => ("late", format!("esign.fault_{fault}")),
        None if mine && held => ("now", "esign.under_way".to_owned()),
        None => ("wait", "esign.needs_passphrase".to_owned()),
    };
    let next = match one.next_at {
        Some(next_at) if !mine || held => messages::clock_time(next_at.max(at.now), at.zone()),
        Some(_) | None => plain(lang, "esign.when_typed"),
    };
    WaitingRow {
        permit: one.permit.to_string(),
        file: one.application.to_string(),
        number: one.number.clone(),
        holder: one.holder_name.clone(),
        signer: one.officer_name.clone(),
        since: messages::date_and_time(lang, one.queued_at, at.zone()),
        tries: one.attempts,
        state: (kind, plain(lang, &key)),
        next,
        mine,
    }
}

#[post("/permohonan/tanda-tangan", data = "<posted>")]
async fn sign(posted: Posted, _head: Head, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let chosen: Vec<ApplicationId> = posted.list("id").iter().filter_map(|word| word.parse().ok()).collect();
    let permits: Vec<PermitId> = posted.list("permit").iter().filter_map(|word| word.parse().ok()).collect();
    let typed = Typed { nik: posted.find("nik"), passphrase: posted.find("passphrase") };
    if let Err(faults) = batch_national::take(&at, typed).await? {
        let page = load(&at, visit.lang, &chosen).await?;
        let errors = field_lines(&faults, visit.lang);
        let error_of = |field: &str| errors.iter().find(|line| line.field == field).map(|line| line.message.clone());
        let (nik_error, passphrase_error) = (error_of("nik"), error_of("passphrase"));
        let page = BatchPage { errors, nik_error, passphrase_error, nik: posted.get("nik").to_owned(), ..page };
        return Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity));
    }
    let mut results = Vec::new();
    for id in &chosen {
        results.push(match permits::sign(&at.app.db, &at.desk(), &at.press(), *id, None).await {
            Ok(file) => {
                let text = text(visit.lang, "files.signed", &[("code", file.code.text().to_owned())]);
                ResultLine { kind: "ok", text }
            }
            Err(fault) => ResultLine { kind: "late", text: Problem::from(fault).refusal.words(visit.lang) },
        });
    }
    results.extend(batch_national::countersign(&at, (&chosen, &permits), visit.lang).await?);
    let page = load(&at, visit.lang, &[]).await?;
    visit.page(&BatchPage { results, ..page })
}

/// The sheet of a file as it would be printed now, marked as a draft.
#[get("/permohonan/<id>/pratinjau")]
async fn preview(id: ApplicationId, _head: Head, at: AtFiles) -> Result<Paper, Problem> {
    let sheet = permits::draft_sheet(&mut at.app.db.read().await?, &at.desk(), &at.press(), id).await?;
    let print = Print::from(at.now.utc());
    let printed = spawn_blocking(move || documents::permit(&sheet, print)).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf("draf.pdf".to_owned(), bytes))
}
