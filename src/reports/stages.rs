//! Permit files by stage, and how they stand against the promised date (pure).

use std::collections::BTreeMap;

use serde::Serialize;

use crate::calendar::Calendar;
use crate::clock::{Day, Instant};
use crate::ids::ApplicationId;
use crate::permits::ApplicationState;

/// Whether the office owes the next step: before the registration, while the applicant must act and after the
/// signature the promise does not run.
fn runs(state: ApplicationState) -> bool {
    use ApplicationState::*;
    match state {
        Registered | InVerification | InRecommendation | InInspection | AwaitingPayment | InDrafting
        | AwaitingSignature => true,
        Draft | Returned | Issued | Ready | HandedOver | Rejected | Withdrawn | Lapsed => false,
    }
}

/// Working days before the due date from which a file is nearly late.
pub const NEAR_DAYS: i64 = 2;

/// A file still with the office.
#[derive(Clone, Debug)]
pub struct FileRecord {
    /// Identity.
    pub id: ApplicationId,
    /// Tracking code.
    pub code: String,
    /// Code of the service.
    pub service: String,
    /// Where it stands.
    pub state: ApplicationState,
    /// The promised moment, and its local date at the site of the file.
    pub due: Option<(Instant, Day)>,
    /// Today at the site of the file.
    pub today: Day,
}

/// How a file stands against the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Promise {
    /// The promise does not run.
    Stopped,
    /// More than [`NEAR_DAYS`] working days left.
    OnTime,
    /// These working days left; 0 = today.
    NearlyLate(i64),
    /// The promised moment has passed, by these working days. Without a decision in time the request may count as
    /// granted (UU 30/2014 article 53 as changed by UU 6/2023), so such a file is named, never issued by itself.
    Late(i64),
}

impl FileRecord {
    /// How the file stands now.
    pub fn promise(&self, calendar: &Calendar, now: Instant) -> Promise {
        let Some((due_at, due)) = self.due.filter(|_| runs(self.state)) else { return Promise::Stopped };
        let left = calendar.working_days_left(self.today, due);
        if now > due_at {
            Promise::Late((-left).max(0))
        } else if left <= NEAR_DAYS {
            Promise::NearlyLate(left.max(0))
        } else {
            Promise::OnTime
        }
    }
}

crate::ids::words! {
    /// What a row of the report stands for.
    pub enum StagesBy {
        /// Stage.
        Stage = "stage",
        /// Service.
        Service = "service",
    }
}

/// What one row stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum StageKey {
    /// Stage, in order of the way through the office.
    Stage(ApplicationState),
    /// Code of the service.
    Service(String),
}

/// Counts of files; `total = on_time + nearly_late + late + stopped`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Backlog {
    /// Files.
    pub total: i64,
    /// More than two working days left.
    pub on_time: i64,
    /// At most two working days left.
    pub nearly_late: i64,
    /// Past the promised moment.
    pub late: i64,
    /// Draft, with the applicant, or signed.
    pub stopped: i64,
}

/// The files still with the office.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stages {
    /// Only keys with files.
    pub rows: Vec<(StageKey, Backlog)>,
    /// Sums of the rows.
    pub totals: Backlog,
}

impl Stages {
    /// Counts files by stage or by service.
    pub fn of(files: &[FileRecord], by: StagesBy, calendar: &Calendar, now: Instant) -> Stages {
        let mut rows: BTreeMap<StageKey, Backlog> = BTreeMap::new();
        let mut totals = Backlog::default();
        for file in files {
            let promise = file.promise(calendar, now);
            let key = match by {
                StagesBy::Stage => StageKey::Stage(file.state),
                StagesBy::Service => StageKey::Service(file.service.clone()),
            };
            rows.entry(key).or_default().count(promise);
            totals.count(promise);
        }
        Stages { rows: rows.into_iter().collect(), totals }
    }
}

impl Backlog {
    fn count(&mut self, promise: Promise) {
        self.total += 1;
        match promise {
            Promise::Stopped => self.stopped += 1,
            Promise::OnTime => self.on_time += 1,
            Promise::NearlyLate(_) => self.nearly_late += 1,
            Promise::Late(_) => self.late += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::stop::samples::at;
    use super::*;

    /// A file due when the office closes on a day of November 2026; today is Tuesday the 24th, 09.00.
    fn due(day: u32, state: ApplicationState) -> FileRecord {
        let due = Day::parse(&format!("2026-11-{day}")).unwrap();
        let closing = due.at(chrono::NaiveTime::from_hms_opt(15, 0, 0).unwrap(), chrono_tz::Tz::Asia__Jakarta);
        FileRecord {
            id: ApplicationId::new(0),
            code: "0000-0000-000".to_owned(),
            service: "SIPB".to_owned(),
            state,
            due: Some((closing, due)),
            today: Day::parse("2026-11-24").unwrap(),
        }
    }

    fn promise(file: &FileRecord) -> Promise {
        file.promise(&Calendar::built_in(), at(9, 0))
    }

    #[test]
    fn a_file_is_late_after_its_moment_and_nearly_late_two_working_days_before() {
        assert_eq!(promise(&due(30, ApplicationState::Registered)), Promise::OnTime);
        assert_eq!(promise(&due(27, ApplicationState::Registered)), Promise::OnTime);
        assert_eq!(promise(&due(26, ApplicationState::Registered)), Promise::NearlyLate(2));
        assert_eq!(promise(&due(24, ApplicationState::InDrafting)), Promise::NearlyLate(0));
        assert_eq!(promise(&due(23, ApplicationState::InDrafting)), Promise::Late(1));
        assert_eq!(due(24, ApplicationState::InDrafting).promise(&Calendar::built_in(), at(15, 1)), Promise::Late(0));
    }

    #[test]
    fn the_promise_stands_still_before_the_registration_and_while_the_applicant_must_act() {
        for state in
            [ApplicationState::Draft, ApplicationState::Returned, ApplicationState::Issued, ApplicationState::Ready]
        {
            assert_eq!(promise(&due(20, state)), Promise::Stopped, "{state}");
        }
    }

    #[test]
    fn totals_tie_with_the_rows() {
        let files = [
            due(20, ApplicationState::Registered),
            due(25, ApplicationState::Registered),
            due(30, ApplicationState::AwaitingSignature),
            due(20, ApplicationState::Returned),
        ];
        let report = Stages::of(&files, StagesBy::Stage, &Calendar::built_in(), at(9, 0));
        assert_eq!(report.totals, Backlog { total: 4, on_time: 1, nearly_late: 1, late: 1, stopped: 1 });
        assert_eq!(report.rows.iter().map(|(_, row)| row.total).sum::<i64>(), 4);
        assert_eq!(report.rows[0].0, StageKey::Stage(ApplicationState::Registered));
        let by_service = Stages::of(&files, StagesBy::Service, &Calendar::built_in(), at(9, 0));
        assert_eq!(by_service.rows, [(StageKey::Service("SIPB".into()), by_service.totals.clone())]);
    }
}
