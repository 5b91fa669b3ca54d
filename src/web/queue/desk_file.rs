//! The file of the visit at the counter: what is there, what is missing, one key for each paper that was seen.

use rocket::{Route, post, routes};
use serde::Serialize;

use super::at_work::AtWork;
use super::desk_acts::{Answer, answer};
use crate::db::{Outcome, Tx};
use crate::ids::{ApplicationId, TicketId};
use crate::messages::{Lang, date, plain, text};
use crate::permits::{self, ApplicationState, ChecklistItem, Desk, FileView, Met, Proof};
use crate::web::form::Posted;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the file.
pub fn routes() -> Vec<Route> {
    routes![sight, register]
}

/// Earlier files named.
const MOST_EARLIER: usize = 3;

/// The file of the visit.
#[derive(Serialize)]
pub struct FileCard {
    pub id: String,
    pub code: String,
    pub applicant: String,
    pub state: String,
    /// Whether the clerk may still complete and register it.
    pub is_draft: bool,
    pub is_registered: bool,
    pub due: Option<String>,
    pub items: Vec<PaperLine>,
    pub there: usize,
    /// The mandatory papers that are missing, in plain words.
    pub missing: Option<String>,
    pub earlier: Vec<EarlierFile>,
}

/// One paper of the checklist.
#[derive(Serialize)]
pub struct PaperLine {
    pub code: String,
    pub name: String,
    pub kind: &'static str,
    pub state: String,
    pub is_missing: bool,
    /// A photograph is printed on the permit: seeing it is not enough.
    pub needs_file: bool,
    /// The digit that marks it as seen.
    pub key: Option<String>,
}

/// Another file of the same person.
#[derive(Serialize)]
pub struct EarlierFile {
    pub id: String,
    pub words: String,
    pub state: String,
}

/// The open file of a visit.
pub async fn find(tx: &mut Tx, at: &AtWork, ticket: TicketId) -> Outcome<Option<FileView>> {
    let (sites, catalogue, calendar) = (at.app.sites(), at.app.catalogue(), at.app.calendar());
    let desk = desk_of(at, &sites, &catalogue, &calendar);
    permits::find_of_visit(tx, &desk, ticket).await
}

fn desk_of<'a>(
    at: &'a AtWork,
    sites: &'a crate::sites::Sites,
    catalogue: &'a crate::catalogue::Catalogue,
    calendar: &'a crate::calendar::Calendar,
) -> Desk<'a> {
    Desk { officer: &at.staff.officer, now: at.now, keys: &at.app.keys, sites, catalogue, calendar }
}

/// The card of a file.
pub async fn card(tx: &mut Tx, at: &AtWork, view: &FileView, lang: Lang) -> Result<FileCard, Problem> {
    let (sites, catalogue, calendar) = (at.app.sites(), at.app.catalogue(), at.app.calendar());
    let desk = desk_of(at, &sites, &catalogue, &calendar);
    let earlier = permits::list_earlier(tx, &desk, &view.file, MOST_EARLIER).await?;
    let earlier = earlier.into_iter().map(|row| EarlierFile {
        words: format!(
            "{} · {}",
            super::words::service(&catalogue, &row.service_code, lang),
            date(lang, row.created_at.day(at.site.zone))
        ),
        state: plain(lang, &format!("state.{}", row.state)),
        id: row.id.to_string(),
    });
    Ok(FileCard { earlier: earlier.collect(), ..FileCard::new(view, at, lang) })
}

impl FileCard {
    fn new(view: &FileView, at: &AtWork, lang: Lang) -> FileCard {
        let file = &view.file;
        let is_draft = matches!(file.state, ApplicationState::Draft | ApplicationState::Returned);
        let missing: Vec<&str> = view.items.iter().filter(|i| is_needed(i)).map(|i| i.name.of(lang)).collect();
        FileCard {
            id: file.id.to_string(),
            code: file.code.text().to_owned(),
            applicant: file.applicant.person.name.clone(),
            state: plain(lang, &format!("state.{}", file.state)),
            is_draft,
            is_registered: file.registered_at.is_some(),
            due: file.due_at.map(|due| date(lang, due.day(at.site.zone))),
            there: view.items.iter().filter(|item| item.state != Met::Missing).count(),
            items: lines(&view.items, is_draft, lang),
            missing: (is_draft && !missing.is_empty())
                .then(|| text(lang, "desk.missing", &[("papers", missing.join("; "))])),
            earlier: Vec::new(),
        }
    }

    /// An example for the tests.
    pub fn sample() -> FileCard {
        let line = |name: &str, is_missing: bool, key: Option<&str>| PaperLine {
            code: "STR".into(),
            name: name.into(),
            kind: if is_missing { "late" } else { "ok" },
            state: plain(Lang::Id, if is_missing { "met.missing" } else { "met.sighted" }),
            is_missing,
            needs_file: is_missing && key.is_none(),
            key: key.map(str::to_owned),
        };
        let earlier =
            EarlierFile { id: "1".into(), words: "SIP Bidan · 14 Januari 2025".into(), state: "Diserahkan".into() };
        FileCard {
            id: "1".into(),
            code: "7K2M-9QXA-4TV".into(),
            applicant: "RAHMA DATA UJI".into(),
            state: "Draf".into(),
            is_draft: true,
            is_registered: false,
            due: None,
            items: vec![
                line("STR aktif", false, None),
                line("Surat keterangan tempat praktik yang namanya panjang sekali", true, Some("1")),
                line("Pas foto 4 × 6 latar merah", true, None),
            ],
            there: 1,
            missing: Some("Belum ada: Surat keterangan tempat praktik; Pas foto 4 × 6 latar merah.".into()),
            earlier: vec![earlier],
        }
    }

    /// An example of a file that is registered.
    pub fn sample_registered() -> FileCard {
        let sample = FileCard::sample();
        let due = Some("4 Desember 2026".to_owned());
        FileCard { state: "Terdaftar".into(), is_draft: false, is_registered: true, due, missing: None, ..sample }
    }
}

fn is_needed(item: &ChecklistItem) -> bool {
    item.mandatory && item.state == Met::Missing
}

/// The papers with their digits: the first nine that can be marked as seen.
fn lines(items: &[ChecklistItem], is_draft: bool, lang: Lang) -> Vec<PaperLine> {
    let mut digits = 1..=9;
    let line = |item: &ChecklistItem| {
        let is_missing = is_draft && item.state == Met::Missing;
        let kind = match item.state {
            Met::Missing if item.mandatory => "late",
            Met::Missing => "info",
            Met::Uploaded | Met::Sighted => "ok",
        };
        PaperLine {
            code: item.code.clone(),
            name: item.name.of(lang).to_owned(),
            kind,
            state: plain(lang, &format!("met.{}", item.state)),
            is_missing,
            needs_file: is_missing && item.photo,
            key: if is_missing && !item.photo { digits.next().map(|n: u8| n.to_string()) } else { None },
        }
    };
    items.iter().map(line).collect()
}

/// The clerk saw the original of a paper.
#[post("/loket/berkas/<id>/<code>/dilihat", data = "<_posted>")]
async fn sight(id: ApplicationId, code: &str, _posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = put_sighted(&at, id, code).await;
    answer(&visit, &at, done).await
}

async fn put_sighted(at: &AtWork, id: ApplicationId, code: &str) -> Result<(), Problem> {
    let (sites, catalogue, calendar) = (at.app.sites(), at.app.catalogue(), at.app.calendar());
    let mut tx = at.app.db.begin().await?;
    let desk = desk_of(at, &sites, &catalogue, &calendar);
    permits::put_requirement(&mut tx, &desk, id, code, Proof::Sighted).await?;
    Ok(tx.commit().await?)
}

/// The complete file is registered without leaving the desk.
#[post("/loket/berkas/<id>/daftar", data = "<_posted>")]
async fn register(id: ApplicationId, _posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = put_registered(&at, id).await;
    answer(&visit, &at, done).await
}

async fn put_registered(at: &AtWork, id: ApplicationId) -> Result<(), Problem> {
    let (sites, catalogue, calendar) = (at.app.sites(), at.app.catalogue(), at.app.calendar());
    let mut tx = at.app.db.begin().await?;
    permits::register(&mut tx, &desk_of(at, &sites, &catalogue, &calendar), id).await?;
    Ok(tx.commit().await?)
}
