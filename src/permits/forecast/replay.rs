//! Past days once more: what would have been foretold on each, from what was known that morning, and how it came out
//! (pure).

use super::{Forecast, Paces, foretell};
use crate::calendar::Calendar;
use crate::clock::Day;
use crate::ids::ApplicationId;
use crate::permits::course::Course;
use crate::sites::Sites;

/// What would have been foretold of a file on a day.
#[derive(Clone, Debug)]
pub struct Replayed {
    /// The file.
    pub id: ApplicationId,
    /// The morning.
    pub day: Day,
    /// What was foretold.
    pub forecast: Forecast,
    /// Whether it was late in the end; none for a file that is open or ended without a decision.
    pub late: Option<bool>,
}

/// Foretells on the morning of each day every file that is open then and not late yet.
pub fn replay(courses: &[Course], (calendar, sites): (&Calendar, &Sites), days: &[Day]) -> Vec<Replayed> {
    let Some(zone) = sites.list().first().map(|site| site.zone) else { return Vec::new() };
    let mut all = Vec::new();
    for day in days {
        let at = day.start(zone);
        let paces = Paces::learn(courses, (calendar, sites), at);
        for course in courses {
            let Some(site) = sites.find_by_id(course.site) else { continue };
            let Some(known) = course.as_of(at) else { continue };
            let Some(forecast) = foretell(&paces, (calendar, site), &known, at) else { continue };
            if forecast.days_left >= 0 {
                let late = course.decided_at().map(|decided| decided > course.due_at((calendar, site)).0);
                all.push(Replayed { id: course.id, day: *day, forecast, late });
            }
        }
    }
    all
}
