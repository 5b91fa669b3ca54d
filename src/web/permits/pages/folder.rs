//! The paper folder of a file: where it lies, on the page of the file; and those that are out, for the supervisor.

use rocket::{Route, get, post, routes};
use serde::Serialize;

use std::collections::BTreeMap;

use super::Pill;
use super::acts::{Next, again, back};
use super::detail_parts::Tried;
use super::fields::{FieldView, OptionView};
use crate::db::{Fault, Outcome, Tx};
use crate::ids::ApplicationId;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, ActName, FolderMove, FolderMoveKind, FolderOut, Shelving};
use crate::web::form::Posted;
use crate::web::guard::FolderWatch;
use crate::web::page::{Page, Rendered};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// The names of the form's fields on the page of the file.
const PLACE: &str = "folder.place";
const NOTE: &str = "folder.note";

/// Routes of folders.
pub fn routes() -> Vec<Route> {
    routes![moved, out]
}

/// Where the folder of a file is, and how to say that it went.
#[derive(Serialize)]
pub struct FolderView {
    pill: Option<Pill>,
    kinds: Vec<OptionView>,
    kind: String,
    place: FieldView,
    note: FieldView,
    moves: Vec<MoveView>,
}

#[derive(Serialize)]
struct MoveView {
    label: String,
    note: String,
    who: String,
    when: String,
}

impl FolderView {
    /// An example.
    pub fn sample() -> FolderView {
        let at = crate::clock::Instant(0);
        let (place, officer) = ("Rak B-3".to_owned(), "Petugas DATA UJI".to_owned());
        let one = FolderMove { kind: FolderMoveKind::Shelved, place, note: "Selesai".into(), officer, at };
        FolderView::of(&[one], chrono_tz::Tz::Asia__Jakarta, Lang::Id)
    }

    /// What is known of a file's folder.
    pub async fn read(tx: &mut Tx, at: &AtFiles, id: ApplicationId, lang: Lang) -> Outcome<FolderView> {
        Ok(FolderView::of(&permits::list_folder(tx, &at.desk(), id).await?, at.zone(), lang))
    }

    fn of(moves: &[FolderMove], zone: chrono_tz::Tz, lang: Lang) -> FolderView {
        let words = |one: &FolderMove| text(lang, &format!("folder.is_{}", one.kind), &[("place", one.place.clone())]);
        let kind = |kind: &FolderMoveKind| OptionView::new(kind.word(), plain(lang, &format!("folder.{kind}")));
        let pill = |one: &FolderMove| match one.kind {
            FolderMoveKind::Shelved => Pill::new("ok", words(one)),
            FolderMoveKind::Taken => Pill::new("wait", words(one)),
        };
        FolderView {
            pill: moves.first().map(pill),
            kinds: FolderMoveKind::ALL.iter().map(kind).collect(),
            kind: FolderMoveKind::Shelved.word().to_owned(),
            place: FieldView::named(PLACE, "line", true, lang).labelled("folder.place", lang),
            note: FieldView::named(NOTE, "line", false, lang).labelled("folder.note", lang),
            moves: moves
                .iter()
                .map(|one| MoveView {
                    label: words(one),
                    note: one.note.clone(),
                    who: one.officer.clone(),
                    when: messages::date_and_time(lang, one.at, zone),
                })
                .collect(),
        }
    }

    /// With what was typed when a move was refused.
    pub fn tried(self, tried: &Tried, lang: Lang) -> FolderView {
        let (values, faults) = (&tried.values, &tried.refusal.fields);
        FolderView {
            kind: values.get("folder.kind").cloned().unwrap_or(self.kind),
            place: self.place.filled(values, faults, lang),
            note: self.note.filled(values, faults, lang),
            ..self
        }
    }
}

#[post("/permohonan/<id>/map", data = "<posted>")]
async fn moved(id: ApplicationId, posted: Posted, at: AtFiles, visit: Visit<'_>) -> Next {
    let typed = posted.values();
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let stated = Shelving { kind: of("folder.kind"), place: of(PLACE), note: of(NOTE) };
    let mut tx = at.app.db.begin().await?;
    match permits::move_folder(&mut tx, &at.desk(), id, stated).await {
        Ok(()) => {
            tx.commit().await?;
            back(id, "#map")
        }
        Err(Fault::Refused(mut refusal)) => {
            drop(tx);
            for fault in &mut refusal.fields {
                fault.field = format!("folder.{}", fault.field);
            }
            let typed: BTreeMap<String, String> = typed;
            again(id, ActName::Creation, (refusal, typed), &at, &visit).await
        }
        Err(fault) => Err(fault.into()),
    }
}

/// The folders that are out.
#[derive(Default, Serialize)]
pub struct FoldersPage {
    rows: Vec<OutView>,
}

#[derive(Serialize)]
struct OutView {
    id: String,
    code: String,
    service: String,
    applicant: String,
    with: String,
    note: String,
    since: String,
    days: String,
}

impl Page for FoldersPage {
    const TEMPLATE: &'static str = "permits/folders.html";

    fn samples() -> Vec<Self> {
        let row = OutView {
            id: "1".into(),
            code: "7K2M-94QX-PD3".into(),
            service: "Surat Izin Praktik Bidan".into(),
            applicant: "RAHMA DATA UJI".into(),
            with: "Kepala Bidang DATA UJI".into(),
            note: "Untuk rapat".into(),
            since: "24 November 2026".into(),
            days: "3 hari".into(),
        };
        vec![FoldersPage::default(), FoldersPage { rows: vec![row] }]
    }
}

#[get("/penyelia/map-keluar")]
async fn out(_watch: FolderWatch, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let lang = visit.lang;
    let catalogue = at.app.catalogue();
    let name =
        |code: &str| catalogue.find(code).map_or_else(|| code.to_owned(), |p| p.service.name.of(lang).to_owned());
    let row = |one: FolderOut| OutView {
        id: one.file.to_string(),
        code: one.code.text().to_owned(),
        service: name(&one.service),
        applicant: one.applicant,
        with: one.with,
        note: one.note,
        since: messages::date_and_time(lang, one.since, at.zone()),
        days: text(lang, "folder.days", &[("n", (at.today().0 - at.day_of(one.since).0).num_days().to_string())]),
    };
    let out = permits::list_folders_out(&mut at.app.db.read().await?, &at.desk()).await?;
    visit.page(&FoldersPage { rows: out.into_iter().map(row).collect() })
}
