//! The clock of a file in words: its stages with their promises, and what is foretold of it.

use serde::Serialize;

use super::Pill;
use crate::catalogue::StageName;
use crate::clock::Instant;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{Course, Forecast, StagePromise, Stand, foretell, stage_promises};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::catalogue::time;

/// One stage of a file.
#[derive(Serialize)]
pub struct StageLine {
    label: String,
    office: String,
    time: Option<String>,
    dates: Option<String>,
    pill: Pill,
}

impl StageLine {
    fn new(promise: &StagePromise, zone: chrono_tz::Tz, lang: Lang) -> StageLine {
        let day = |at: Instant| messages::date(lang, at.day(zone));
        let dates = match (promise.came_at, promise.left_at, promise.due_at) {
            (Some(came), Some(left), _) => Some(("clock.stayed", vec![("from", day(came)), ("to", day(left))])),
            (Some(came), None, Some(due)) => Some(("clock.due", vec![("from", day(came)), ("due", day(due))])),
            (Some(came), None, None) => Some(("clock.came", vec![("from", day(came))])),
            (None, _, Some(due)) => Some(("clock.planned", vec![("due", day(due))])),
            (None, _, None) => None,
        };
        StageLine {
            label: plain(lang, &format!("service-stage.{}", promise.stage)),
            office: office_of(promise.stage, promise.opd.as_deref(), lang),
            time: promise.time.as_ref().map(|sla| time(sla, lang)),
            dates: dates.map(|(key, args)| text(lang, key, &args)),
            pill: stand_pill(promise.stand, lang),
        }
    }

    /// As an example.
    pub fn sample(kind: &'static str) -> StageLine {
        StageLine {
            label: "Rekomendasi teknis".into(),
            office: "Dinas Kesehatan".into(),
            time: Some("1 hari kerja".into()),
            dates: Some("sejak 24 November 2026, janji 25 November 2026".into()),
            pill: Pill::new(kind, "lewat".into()),
        }
    }
}

fn stand_pill(stand: Stand, lang: Lang) -> Pill {
    let kind = match stand {
        Stand::Planned | Stand::Free => "info",
        Stand::Running => "now",
        Stand::Pressing | Stand::Paused => "wait",
        Stand::Kept | Stand::Near => "ok",
        Stand::Late | Stand::Broken => "late",
    };
    Pill::new(kind, plain(lang, &format!("stand.{stand}")))
}

/// The office at which a file is in a stage; never a person.
pub fn office_of(stage: StageName, opd: Option<&str>, lang: Lang) -> String {
    match (stage, opd) {
        (StageName::Inspection | StageName::Recommendation, Some(opd)) => opd.to_owned(),
        (stage, _) => plain(lang, &format!("office_of.{stage}")),
    }
}

/// Every stage of a file.
pub fn stage_lines(app: &App, course: &Course, site: &Site, lang: Lang) -> Vec<StageLine> {
    let promises = stage_promises((&app.calendar(), site), course, app.now());
    promises.iter().map(|one| StageLine::new(one, site.zone, lang)).collect()
}

/// What is foretold of an open file; none while its clock stands.
pub fn forecast_of(app: &App, course: &Course, site: &Site) -> Option<Forecast> {
    foretell(&app.forecaster.paces(), (&app.calendar(), site), course, app.now())
}

/// What is foretold, for staff.
#[derive(Serialize)]
pub struct ForecastView {
    pill: Pill,
    reason: String,
    ready: String,
}

impl ForecastView {
    /// A forecast in words.
    pub fn new(forecast: &Forecast, lang: Lang) -> ForecastView {
        ForecastView { pill: chance_pill(forecast, lang), reason: reason(forecast, lang), ready: ready(forecast, lang) }
    }

    /// As an example.
    pub fn sample() -> ForecastView {
        ForecastView {
            pill: Pill::new("wait", "Kemungkinan lewat 35 %".into()),
            reason: "Sudah 2 hari kerja di Rekomendasi teknis, biasanya 3. Sesudahnya 2 tahap, biasanya 1 hari kerja.".into(),
            ready: "Diperkirakan siap 27 November 2026; sembilan dari sepuluh berkas seperti ini paling lambat 1 Desember 2026.".into(),
        }
    }
}

/// The chance as a pill; the kind says how urgent it is.
pub fn chance_pill(forecast: &Forecast, lang: Lang) -> Pill {
    if forecast.days_left < 0 {
        return Pill::new("late", plain(lang, "forecast.late"));
    }
    let percent = (forecast.chance * 100.0).round() as i64;
    let kind = match percent {
        0..=19 => "ok",
        20..=49 => "wait",
        _ => "late",
    };
    // What is almost sure is not called sure.
    Pill::new(kind, text(lang, "forecast.chance", &[("n", percent.clamp(1, 99).to_string())]))
}

/// Why, in words: what is spent, what is usual, what is still to come, what is left.
pub fn reason(forecast: &Forecast, lang: Lang) -> String {
    let key = match (forecast.stages_ahead, forecast.days_left < 0) {
        (0, false) => "forecast.reason_last",
        (_, false) => "forecast.reason",
        (0, true) => "forecast.reason_last_late",
        (_, true) => "forecast.reason_late",
    };
    let args = [
        ("stage", plain(lang, &format!("service-stage.{}", forecast.stage))),
        ("spent", forecast.spent_days.to_string()),
        ("usual", forecast.usual_days.to_string()),
        ("stages", forecast.stages_ahead.to_string()),
        ("ahead", forecast.days_ahead.to_string()),
        ("left", forecast.days_left.to_string()),
    ];
    text(lang, key, &args)
}

/// When it may be ready, in words.
pub fn ready(forecast: &Forecast, lang: Lang) -> String {
    let key = if forecast.likely_on == forecast.late_on { "forecast.ready_one" } else { "forecast.ready" };
    let (likely, late) = (messages::date(lang, forecast.likely_on), messages::date(lang, forecast.late_on));
    text(lang, key, &[("likely", likely), ("late", late)])
}
