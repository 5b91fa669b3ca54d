//! The answer about an opening in words, the same on kiosk, board, page and in refusals.

use super::{DayOffKind, Opening, Shut};
use crate::clock::Instant;
use crate::messages::{Lang, clock_time, plain, text, weekday_date};
use crate::sites::Site;

/// An answer in words.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Said {
    /// What is: `Istirahat salat Jumat`.
    pub title: String,
    /// When it changes: `Nomor dapat diambil lagi pukul 13.30 WIB.`
    pub next: String,
}

impl Opening {
    /// This answer about a site in words, at the moment it was asked for.
    pub fn said(&self, lang: Lang, site: &Site, now: Instant) -> Said {
        Said { title: title(self, lang, site), next: next(self, lang, site, now) }
    }

    /// The word of this answer in the API.
    pub fn state(&self) -> &'static str {
        match self {
            Opening::Open { .. } => "open",
            Opening::Break { .. } => "break",
            Opening::Closed { .. } => "closed",
            Opening::QuotaUsed { .. } => "quota_used",
        }
    }

    /// The word of the reason in the API, when there is one.
    pub fn reason(&self) -> Option<&'static str> {
        match self {
            Opening::Open { .. } | Opening::QuotaUsed { .. } => None,
            Opening::Break { kind, .. } => Some(kind.word()),
            Opening::Closed { why, .. } => Some(match why {
                Shut::NotYet => "not_yet",
                Shut::Over => "over",
                Shut::Weekday => "weekday",
                Shut::DayOff(kind, _) => kind.word(),
                Shut::Exception(_) => "exception",
                Shut::CutOff(_) => "cut_off",
            }),
        }
    }
}

impl Shut {
    /// Why a day has no hours, as it stands in a list of days: `Hari Raya Idul Fitri`, `tutup`.
    pub fn brief(&self, lang: Lang) -> String {
        match self {
            Shut::DayOff(_, name) => name.clone(),
            Shut::Exception(reason) => reason.clone(),
            Shut::Weekday | Shut::NotYet | Shut::Over | Shut::CutOff(_) => plain(lang, "opening.closed_day"),
        }
    }
}

fn title(opening: &Opening, lang: Lang, site: &Site) -> String {
    match opening {
        Opening::Open { .. } => plain(lang, "opening.open"),
        Opening::Break { kind, .. } => plain(lang, &format!("opening.{kind}")),
        Opening::QuotaUsed { quota, .. } => text(lang, "opening.quota_used", &[("quota", quota.to_string())]),
        Opening::Closed { why, .. } => shut(why, lang, site),
    }
}

fn shut(why: &Shut, lang: Lang, site: &Site) -> String {
    match why {
        Shut::NotYet => plain(lang, "opening.not_yet"),
        Shut::Over => plain(lang, "opening.over"),
        Shut::Weekday => plain(lang, "opening.weekday"),
        Shut::DayOff(DayOffKind::National, name) => text(lang, "opening.holiday", &[("name", name.clone())]),
        Shut::DayOff(DayOffKind::JointLeave, name) => text(lang, "opening.joint_leave", &[("name", name.clone())]),
        Shut::DayOff(DayOffKind::Local, name) => text(lang, "opening.local_day_off", &[("name", name.clone())]),
        Shut::Exception(reason) => text(lang, "opening.exception", &[("reason", reason.clone())]),
        Shut::CutOff(time) => {
            let clock = format!("{} {}", time.format("%H.%M"), zone_letters(site));
            text(lang, "opening.cut_off", &[("time", clock)])
        }
    }
}

fn next(opening: &Opening, lang: Lang, site: &Site, now: Instant) -> String {
    match (opening, opening.changes_at()) {
        (Opening::Open { .. }, None) => plain(lang, "opening.always"),
        (Opening::Open { .. }, Some(until)) => text(lang, "opening.until", &[("time", clock_time(until, site.zone))]),
        (Opening::Break { .. } | Opening::Closed { .. } | Opening::QuotaUsed { .. }, Some(at)) => {
            text(lang, "opening.again", &[("when", when(at, lang, site, now))])
        }
        (Opening::Break { .. } | Opening::Closed { .. } | Opening::QuotaUsed { .. }, None) => {
            plain(lang, "opening.again_unknown")
        }
    }
}

/// `pukul 13.30 WIB` today, `besok pukul 08.00 WIB` tomorrow, else with the date.
fn when(at: Instant, lang: Lang, site: &Site, now: Instant) -> String {
    let (day, today) = (at.day(site.zone), now.day(site.zone));
    let time = ("time", clock_time(at, site.zone));
    if day == today {
        text(lang, "opening.when_today", &[time])
    } else if day == today.next() {
        text(lang, "opening.when_tomorrow", &[time])
    } else {
        text(lang, "opening.when_later", &[time, ("day", weekday_date(lang, day))])
    }
}

fn zone_letters(site: &Site) -> String {
    let shown = clock_time(Instant(0), site.zone);
    shown.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::test_site::{at, site};
    use super::*;
    use crate::calendar::{Asked, Calendar};

    #[test]
    fn the_words_say_what_is_and_when_it_changes() {
        let said = |on, clock, lang| {
            let now = at(on, clock);
            let Said { title, next } = Calendar::built_in().opening(&site(), now, None).said(lang, &site(), now);
            format!("{title} {next}")
        };
        assert_eq!(said("2026-11-23", "09:00", Lang::Id), "Gerai buka Nomor dapat diambil sampai pukul 12.00 WIB.");
        assert_eq!(said("2026-11-23", "12:30", Lang::Id), "Sedang istirahat Nomor dapat diambil lagi pukul 13.00 WIB.");
        assert_eq!(
            said("2026-11-23", "16:00", Lang::En),
            "Today's service is over Numbers are given again tomorrow at 08.00 WIB."
        );
        let feast = said("2026-03-20", "09:00", Lang::Id);
        assert!(feast.ends_with("Nomor dapat diambil lagi Rabu, 25 Maret 2026, pukul 08.00 WIB."), "{feast}");
    }

    #[test]
    fn every_answer_has_words_in_both_languages() {
        let asked = [None, Some(Asked { quota: Some(0), issued: 0, cut_off: None })];
        let calendar = Calendar::built_in();
        for hour in 0..24 * 400 {
            let now = at("2026-01-01", "00:30").plus_minutes(hour * 60);
            for asked in asked {
                let opening = calendar.opening(&site(), now, asked);
                for lang in Lang::ALL {
                    let Said { title, next } = opening.said(*lang, &site(), now);
                    assert!(!format!("{title}{next}").contains(['⟦', '{']), "{title} {next}");
                }
            }
        }
    }
}
