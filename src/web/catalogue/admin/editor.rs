//! `/admin/layanan/{code}`: the text of a service file, and what a change of it would mean.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::result::ResultView;
use crate::catalogue::{self, Edition, FileFault};
use crate::db::StoreError;
use crate::identity::{self, Officer};
use crate::messages::{self, Lang, Refusal, plain};
use crate::web::guard::Admin;
use crate::web::page::{FieldLine, Page, Rendered};
use crate::web::permits::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// The address under which a service is begun.
pub const NEW: &str = "baru";

/// With what a new file begins: a service that is small and whole.
const START: &str = include_str!("start.toml");

/// Lines shown around a fault.
const AROUND: usize = 2;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![open]
}

/// The editor of one service.
#[derive(Serialize)]
pub struct EditorPage {
    /// The last part of the address: the code, or [`NEW`].
    pub(super) address: String,
    pub(super) title: String,
    /// The version in force; 0 for a new service.
    pub(super) version: i64,
    /// The old version whose text is shown.
    pub(super) old: Option<i64>,
    pub(super) text: String,
    pub(super) reason: String,
    pub(super) issues_permit: bool,
    pub(super) errors: Vec<FieldLine>,
    pub(super) faults: Vec<FaultView>,
    pub(super) result: Option<ResultView>,
    pub(super) editions: Vec<EditionView>,
}

/// A fault with the lines around it.
#[derive(Serialize)]
pub(super) struct FaultView {
    pub words: String,
    pub lines: Vec<LineView>,
}

#[derive(Serialize)]
pub(super) struct LineView {
    pub n: usize,
    pub text: String,
    pub wrong: bool,
}

#[derive(Serialize)]
pub(super) struct EditionView {
    pub version: i64,
    pub when: String,
    pub who: String,
    pub reason: Option<String>,
}

/// A text somebody works on.
pub(super) struct Draft {
    pub address: String,
    pub text: String,
    pub reason: String,
    /// The version that was in force when the text was opened; 0 = none.
    pub based_on: i64,
}

impl Page for EditorPage {
    const TEMPLATE: &'static str = "catalogue/editor.html";

    fn samples() -> Vec<Self> {
        super::samples::editors()
    }
}

#[get("/admin/layanan/<code>?<versi>")]
async fn open(
    code: &str,
    versi: Option<i64>,
    _admin: Admin,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let unknown = || Refusal::not_found("service-unknown");
    if code == NEW {
        let draft = Draft { address: NEW.to_owned(), text: START.to_owned(), reason: String::new(), based_on: 0 };
        return visit.page(&EditorPage::new(&at, draft, visit.lang).await?);
    }
    let in_force = at.app.catalogue().find(code).map(|published| published.version).ok_or_else(unknown)?;
    let shown = versi.unwrap_or(in_force);
    let text = catalogue::find_text(&mut at.app.db.read().await?, code, shown).await?.ok_or_else(unknown)?;
    let draft = Draft { address: code.to_owned(), text, reason: String::new(), based_on: in_force };
    let page = EditorPage::new(&at, draft, visit.lang).await?;
    visit.page(&EditorPage { old: versi.filter(|version| *version != in_force), ..page })
}

impl EditorPage {
    /// The page of a draft, nothing judged yet.
    pub(super) async fn new(at: &AtFiles, draft: Draft, lang: Lang) -> Result<EditorPage, StoreError> {
        let mut tx = at.app.db.read().await?;
        let all = at.app.catalogue();
        let published = all.find(&draft.address);
        let editions = catalogue::list_editions(&mut tx, &draft.address).await?;
        let officers = identity::list(&mut tx).await?;
        let title = published.map(|p| format!("{} · {}", draft.address, p.service.name.of(lang)));
        Ok(EditorPage {
            title: title.unwrap_or_else(|| plain(lang, "services.new")),
            version: draft.based_on,
            old: None,
            issues_permit: published.is_none_or(|p| p.service.issues_permit()),
            editions: editions.iter().map(|edition| edition_view(at, edition, &officers, lang)).collect(),
            address: draft.address,
            text: draft.text,
            reason: draft.reason,
            errors: Vec::new(),
            faults: Vec::new(),
            result: None,
        })
    }

    /// The same with what is wrong in the file.
    pub(super) fn with_faults(self, found: &[FileFault], lang: Lang) -> EditorPage {
        let line = |at: &FileFault| FieldLine { field: "text".to_owned(), message: at.words(lang) };
        let view = |at: &FileFault| FaultView { words: at.words(lang), lines: lines_around(&self.text, at.line) };
        EditorPage { errors: found.iter().map(line).collect(), faults: found.iter().map(view).collect(), ..self }
    }
}

fn edition_view(at: &AtFiles, edition: &Edition, officers: &[Officer], lang: Lang) -> EditionView {
    let zone = at.sites.list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let by = edition.published_by.and_then(|id| officers.iter().find(|officer| officer.id == id));
    EditionView {
        version: edition.version,
        when: messages::date_and_time(lang, edition.published_at, zone),
        who: by.map_or_else(|| plain(lang, "services.by_loket"), |officer| officer.name.clone()),
        reason: edition.reason.clone(),
    }
}

fn lines_around(text: &str, line: Option<usize>) -> Vec<LineView> {
    let Some(line) = line else { return Vec::new() };
    let near = text.lines().enumerate().map(|(at, text)| (at + 1, text)).filter(|(n, _)| n.abs_diff(line) <= AROUND);
    near.map(|(n, text)| LineView { n, text: text.to_owned(), wrong: n == line }).collect()
}
