//! What a citizen is told of time: which office has the file since when, by when each stage is promised, and when it may
//! be ready. Offices, never people; a forecast, never a promise.

use serde::Serialize;

use super::clock_view::{forecast_of, office_of};
use crate::clock::Instant;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{Course, Forecast, Progress, Stage, StagePromise, StepState, stage_promises};
use crate::sites::Site;
use crate::web::app::App;

/// The chance from which a citizen is told that the file may be late.
const WORTH_TELLING: f64 = 0.5;

/// When a file may be ready, for its applicant.
#[derive(Serialize)]
pub struct ExpectedView {
    /// Where it is and since when.
    waits: Option<String>,
    /// That it may be late, or is.
    lead: Option<String>,
    ready: String,
}

impl ExpectedView {
    /// As an example.
    pub fn sample() -> ExpectedView {
        ExpectedView {
            waits: Some("Berkas ada di Dinas Kesehatan sejak 23 November 2026.".into()),
            lead: Some(plain(Lang::Id, "expected.may_be_late")),
            ready: "Diperkirakan selesai sekitar 27 November 2026.".into(),
        }
    }
}

/// The clock of a file for its applicant.
pub struct StatusClock<'a> {
    promises: Vec<StagePromise>,
    course: Option<(&'a Course, &'a Site)>,
    forecast: Option<Forecast>,
    /// Promised for the whole.
    due_at: Option<Instant>,
    zone: chrono_tz::Tz,
    lang: Lang,
}

impl<'a> StatusClock<'a> {
    /// The clock of a file at its site.
    pub fn new(app: &App, progress: &'a Progress, site: Option<&'a Site>, lang: Lang) -> StatusClock<'a> {
        let course = progress.course.as_ref().zip(site);
        let promises = course.map(|(course, site)| stage_promises((&app.calendar(), site), course, app.now()));
        StatusClock {
            promises: promises.unwrap_or_default(),
            forecast: course.and_then(|(course, site)| forecast_of(app, course, site)),
            course,
            due_at: progress.due_at,
            zone: site.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone),
            lang,
        }
    }

    fn date(&self, at: Instant) -> String {
        messages::date(self.lang, at.day(self.zone))
    }

    fn promise_of(&self, stage: Stage) -> Option<&StagePromise> {
        let name = stage.office_stage()?;
        self.promises.iter().find(|promise| promise.stage == name)
    }

    /// What stands below a step: its office, and since or until when.
    pub fn detail(&self, stage: Stage, state: StepState, at: Option<Instant>) -> Option<String> {
        let promise = self.promise_of(stage);
        let office = promise.map(|promise| office_of(promise.stage, promise.opd.as_deref(), self.lang));
        let dated = |key: &str, name: &str, at: Instant| text(self.lang, key, &[(name, self.date(at))]);
        let due = promise.and_then(|promise| promise.due_at);
        let dates = match state {
            StepState::Done => [at.map(|at| messages::long_date(self.lang, at, self.zone)), None],
            StepState::Now => {
                let since = promise.and_then(|promise| promise.came_at).or(at);
                [
                    since.map(|at| dated("expected.since", "since", at)),
                    due.map(|due| dated("expected.until", "due", due)),
                ]
            }
            // A plan that no longer fits into the promise is none: the forecast says when.
            StepState::Todo => {
                let fits = due.filter(|due| self.due_at.is_some_and(|promised| *due <= promised));
                [fits.map(|due| dated("expected.planned", "due", due)), None]
            }
        };
        let parts: Vec<String> = office.into_iter().chain(dates.into_iter().flatten()).collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// The office that has the file, and since when; none while the applicant must act and after the decision.
    pub fn holder(&self) -> Option<(String, Instant)> {
        let (course, _) = self.course?;
        let time = course.stands_in()?;
        Some((office_of(time.stage, course.plan.opd_of(time.stage), self.lang), time.came_at()))
    }

    /// What is foretold; none while the clock stands.
    pub fn forecast(&self) -> Option<&Forecast> {
        self.forecast.as_ref()
    }

    /// The same in words.
    pub fn expected(&self) -> Option<ExpectedView> {
        let forecast = self.forecast.as_ref()?;
        let lead = match forecast {
            late if late.days_left < 0 => Some("expected.is_late"),
            risky if risky.chance >= WORTH_TELLING => Some("expected.may_be_late"),
            _ => None,
        };
        let key = if forecast.likely_on == forecast.late_on { "expected.ready_one" } else { "expected.ready" };
        let (likely, late) =
            (messages::date(self.lang, forecast.likely_on), messages::date(self.lang, forecast.late_on));
        let waits = self.holder().map(|(office, since)| {
            text(self.lang, "expected.waits", &[("office", office), ("since", self.date(since))])
        });
        Some(ExpectedView {
            waits,
            lead: lead.map(|key| plain(self.lang, key)),
            ready: text(self.lang, key, &[("likely", likely), ("late", late)]),
        })
    }
}
