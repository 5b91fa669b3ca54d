//! The site of the tests.

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::clock::{Day, Instant};
use crate::ids::SiteId;
use crate::sites::{Opening, Site};

pub(super) fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

/// Open 08–12 and 13–15 from Monday to Thursday, 08–11.30 on Friday, 08–12 on Saturday.
pub(super) fn site() -> Site {
    let opening = |weekday, opens, closes| Opening { weekday, opens: clock(opens), closes: clock(closes) };
    let mut openings: Vec<Opening> =
        (1..=4).flat_map(|d| [opening(d, "08:00", "12:00"), opening(d, "13:00", "15:00")]).collect();
    openings.extend([opening(5, "08:00", "11:30"), opening(6, "08:00", "12:00")]);
    Site {
        id: SiteId::new(0),
        code: "uji".to_owned(),
        name: "Gerai Uji".to_owned(),
        address: String::new(),
        zone: Tz::Asia__Jakarta,
        always_open: false,
        cut_off: clock("15:00"),
        open_on_joint_leave: false,
        paired_only: false,
        call_rules: crate::sites::CallRules::USUAL,
        quick_services: std::sync::Arc::default(),
        openings,
        ramadan_openings: Vec::new(),
        counters: Vec::new(),
    }
}

pub(super) fn at(on: &str, time: &str) -> Instant {
    day(on).at(clock(time), Tz::Asia__Jakarta)
}
