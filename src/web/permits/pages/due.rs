//! `/permohonan/tenggat`: open files that were warned of, the most urgent first, with the day of deemed approval.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::Pill;
use super::clock_view::{chance_pill, reason};
use crate::identity;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, AtRisk, Warned, Warning};
use crate::web::guard::BookReader;
use crate::web::page::{Page, Rendered};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the list.
pub fn routes() -> Vec<Route> {
    routes![list]
}

/// The chance from which a file that is not late yet is listed, in percent.
const LISTED_PERCENT: i64 = 25;

/// The list.
#[derive(Default, Serialize)]
pub struct DuePage {
    rows: Vec<DueRow>,
    late: usize,
    /// Files that may be late, as foretold this morning.
    at_risk: Vec<RiskRow>,
    listed_percent: i64,
}

#[derive(Serialize)]
struct RiskRow {
    id: String,
    code: String,
    service: String,
    place: String,
    due: String,
    pill: Pill,
    reason: String,
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
        let risk = RiskRow {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            service: "Surat Izin Praktik Bidan".into(),
            place: "Menunggu rekomendasi".into(),
            due: "Selasa, 1 Desember 2026".into(),
            pill: Pill::new("wait", "Kemungkinan lewat 35 %".into()),
            reason: "Sudah 2 hari kerja di tahap Rekomendasi teknis, biasanya 3.".into(),
        };
        let rows = vec![row(-1, "late", "lewat"), row(1, "wait", "H-1")];
        let full = DuePage { rows, late: 1, at_risk: vec![risk], listed_percent: LISTED_PERCENT };
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
    let day = at.today();
    let at_risk = permits::list_at_risk(&mut tx, (day, desk.reach()), LISTED_PERCENT * 10).await?;
    visit.page(&DuePage {
        late: rows.iter().filter(|row| row.late).count(),
        rows,
        at_risk: at_risk.iter().map(|one| risk(&at, one, visit.lang)).collect(),
        listed_percent: LISTED_PERCENT,
    })
}

fn risk(at: &AtFiles, one: &AtRisk, lang: Lang) -> RiskRow {
    let zone = at.sites.find_by_id(one.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    RiskRow {
        id: one.id.to_string(),
        code: one.code.text().to_owned(),
        service: service_name(at, &one.service, lang),
        place: plain(lang, &format!("state.{}", one.state)),
        due: messages::long_date(lang, one.due_at, zone),
        pill: chance_pill(&one.forecast, lang),
        reason: reason(&one.forecast, lang),
    }
}

fn service_name(at: &AtFiles, code: &str, lang: Lang) -> String {
    at.app.catalogue().find(code).map_or_else(|| code.to_owned(), |p| p.service.name.of(lang).to_owned())
}

fn row(at: &AtFiles, one: &Warned, officer: String, lang: Lang) -> DueRow {
    let file = &one.file;
    let zone = at.sites.find_by_id(file.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let (warning, since) = one.warnings.last().copied().unwrap_or((Warning::Half, file.registered_at));
    DueRow {
        id: file.id.to_string(),
        code: file.code.text().to_owned(),
        service: service_name(at, &file.service, lang),
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
