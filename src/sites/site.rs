//! A site and what belongs to it (pure).

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
}

impl Site {
    /// The last closing time of a weekday, or the cut-off when the site is closed that day.
    pub fn closes_on(&self, weekday: u32) -> NaiveTime {
        self.openings.iter().filter(|o| o.weekday == weekday).map(|o| o.closes).max().unwrap_or(self.cut_off)
    }
}
