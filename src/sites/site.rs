//! A site and what belongs to it (pure).

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;

use crate::ids::{CounterId, SiteId};

crate::ids::words! {
    /// The group of a service: the letter of the numbers it gives.
    pub enum ServiceGroup {
        /// Permits (Perizinan).
        Permits = "A",
        /// Population services (Kependudukan).
        Population = "B",
        /// Collecting a finished document (Pengambilan).
        PickUp = "C",
        /// Consultation (Konsultasi).
        Consultation = "D",
        /// Complaints (Pengaduan).
        Complaint = "E",
    }
}

/// How a site calls people; its supervisor changes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CallRules {
    /// Calls of one visitor to a counter; after the last one, nobody comes.
    pub most_calls: i64,
    /// Visitors without a priority called between two with one.
    pub regular_per_priority: u8,
    /// Longest typical time of a quick matter, in minutes.
    pub quick_minutes: i64,
}

impl CallRules {
    /// What a site begins with.
    pub const USUAL: CallRules = CallRules { most_calls: 3, regular_per_priority: 2, quick_minutes: 10 };
    /// Most calls of one visitor that can be set.
    pub const CALLS_AT_MOST: i64 = 9;
    /// Most visitors between two with a priority that can be set.
    pub const REGULAR_AT_MOST: u8 = 5;
    /// Longest quick matter that can be set, in minutes.
    pub const MINUTES_AT_MOST: i64 = 60;
}

impl Default for CallRules {
    fn default() -> CallRules {
        CallRules::USUAL
    }
}

/// A mall or office.
#[derive(Clone, Debug)]
pub struct Site {
    /// Identity.
    pub id: SiteId,
    /// The word in addresses: `opi`.
    pub code: String,
    /// `Gerai OPI Mall`.
    pub name: String,
    /// As printed on papers.
    pub address: String,
    /// Its zone; the local day of its numbers.
    pub zone: Tz,
    /// Open at every hour (demonstration).
    pub always_open: bool,
    /// Files complete after this local time count from the next working day.
    pub cut_off: NaiveTime,
    /// Whether the doors are open on days of joint leave (cuti bersama).
    pub open_on_joint_leave: bool,
    /// Whether kiosks and boards work only on devices that were paired.
    pub paired_only: bool,
    /// How it calls people.
    pub call_rules: CallRules,
    /// Codes of the services whose typical time is that of a quick matter; the catalogue tells.
    pub quick_services: Arc<BTreeSet<String>>,
    /// Opening hours; two rows of one weekday leave a break between them.
    pub openings: Vec<Opening>,
    /// Opening hours in Ramadan; without any, those of the other months.
    pub ramadan_openings: Vec<Opening>,
    /// Counters by number.
    pub counters: Vec<Counter>,
}

/// One stretch of opening on a weekday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// 1 = Monday … 7 = Sunday.
    pub weekday: u32,
    /// Local opening time.
    pub opens: NaiveTime,
    /// Local closing time.
    pub closes: NaiveTime,
}

/// A counter (loket).
#[derive(Clone, Debug)]
pub struct Counter {
    /// Identity.
    pub id: CounterId,
    /// The number people are called to.
    pub number: i64,
    /// The groups it takes.
    pub groups: Vec<ServiceGroup>,
    /// Whether it is for quick matters of its groups only.
    pub quick_only: bool,
}

impl Site {
    /// Whether a matter is quick: collecting a document always is.
    pub fn is_quick(&self, group: ServiceGroup, service: &str) -> bool {
        group == ServiceGroup::PickUp || self.quick_services.contains(service)
    }

    /// Whether a matter is one for a counter.
    pub fn is_for(&self, counter: &Counter, group: ServiceGroup, service: &str) -> bool {
        counter.groups.contains(&group) && (!counter.quick_only || self.is_quick(group, service))
    }

    /// The last closing time of a weekday, or the cut-off when the site is closed that day.
    pub fn closes_on(&self, weekday: u32) -> NaiveTime {
        self.openings.iter().filter(|o| o.weekday == weekday).map(|o| o.closes).max().unwrap_or(self.cut_off)
    }
}
