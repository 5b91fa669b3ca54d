//! `/permohonan/tenggat`: open files that were warned of, the most urgent first, with the day of deemed approval.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::Pill;
use crate::identity;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, Warned, Warning};
use crate::web::guard::BookReader;
use crate::web::page::{Page, Rendered};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the list.
pub fn routes() -> Vec<Route> {
    routes![list]
}

/// The list.
#[derive(Default, Serialize)]
pub struct DuePage {
    rows: Vec<DueRow>,
    late: usize,
}

#[derive(Serialize)]
struct DueRow {
    id: String,
    code: String,
    service: String,
    place: String,
    officer: String,
    due: String,
    left: i64,
    late: bool,
    pill: Pill,
    since: String,
}

impl Page for DuePage {
    const TEMPLATE: &'static str = "permits/due.html";

    fn samples() -> Vec<Self> {
        let row = |left: i64, kind, label: &str| DueRow {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            service: "Surat Izin Praktik Bidan".into(),
            place: "Diverifikasi".into(),
            officer: "Verifikator DATA UJI".into(),
            due: "Selasa, 1 Desember 2026".into(),
            left,
            late: left < 0,
            pill: Pill::new(kind, label.into()),
            since: "30 November 2026".into(),
        };
        let full = DuePage { rows: vec![row(-1, "late", "lewat"), row(1, "wait", "H-1")], late: 1 };
        vec![full, DuePage::default()]
    }
}

#[get("/permohonan/tenggat")]
async fn list(_reader: BookReader, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let mut tx = at.app.db.read().await?;
    let desk = at.desk();
    let warned = permits::list_warned(&mut tx, (desk.calendar, desk.sites), desk.reach(), at.now).await?;
    let mut rows = Vec::new();
    for one in &warned {
        let officer = match one.file.claimed_by {
            Some(by) => identity::find(&mut tx, by).await?.map(|officer| officer.name),
            None => None,
        };
        rows.push(row(&at, one, officer.unwrap_or_default(), visit.lang));
    }
    visit.page(&DuePage { late: rows.iter().filter(|row| row.late).count(), rows })
}

fn row(at: &AtFiles, one: &Warned, officer: String, lang: Lang) -> DueRow {
    let file = &one.file;
    let zone = at.sites.find_by_id(file.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let catalogue = at.app.catalogue();
    let name = catalogue.find(&file.service).map(|p| p.service.name.of(lang).to_owned());
    let (warning, since) = one.warnings.last().copied().unwrap_or((Warning::Half, file.registered_at));
    DueRow {
        id: file.id.to_string(),
        code: file.code.text().to_owned(),
        service: name.unwrap_or_else(|| file.service.clone()),
        place: plain(lang, &format!("state.{}", file.state)),
        officer,
        due: messages::long_date(lang, file.due_at, zone),
        left: one.left,
        late: one.left < 0 || warning == Warning::Late,
        pill: pill(warning, lang),
        since: text(lang, "due.since", &[("date", messages::date(lang, since.day(zone)))]),
    }
}

fn pill(warning: Warning, lang: Lang) -> Pill {
    let kind = match warning {
        Warning::Half => "info",
        Warning::Eighty | Warning::NinetyFive | Warning::TwoDays | Warning::OneDay => "wait",
        Warning::Late => "late",
    };
    Pill::new(kind, plain(lang, &format!("warning.{warning}")))
}
