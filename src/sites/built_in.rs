//! The sites an installation begins with (pure).

use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;
use serde::{Deserialize, Deserializer, de};

use super::{CallRules, Counter, Opening, ServiceGroup, Site};
use crate::clock::Instant;
use crate::ids::{CounterId, SiteId};

const BUILT_IN: &str = include_str!("data/sites.toml");

/// The built-in sites cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("the built-in sites cannot be read: {0}")]
pub struct BadSites(#[from] toml::de::Error);

#[derive(Deserialize)]
struct File {
    site: Vec<SiteText>,
}

#[derive(Deserialize)]
struct SiteText {
    code: String,
    name: String,
    address: String,
    #[serde(deserialize_with = "parsed")]
    zone: Tz,
    #[serde(deserialize_with = "local_time")]
    cut_off: NaiveTime,
    openings: Vec<OpeningText>,
    ramadan_openings: Vec<OpeningText>,
    counters: Vec<String>,
}

#[derive(Deserialize)]
struct OpeningText {
    weekdays: Vec<u32>,
    #[serde(deserialize_with = "local_time")]
    opens: NaiveTime,
    #[serde(deserialize_with = "local_time")]
    closes: NaiveTime,
}

/// The sites an installation begins with, with fresh ids of a moment.
pub fn built_in(made_at: Instant) -> Result<Vec<Site>, BadSites> {
    let file: File = toml::from_str(BUILT_IN)?;
    Ok(file.site.into_iter().map(|text| site_of(text, made_at)).collect())
}

fn site_of(text: SiteText, made_at: Instant) -> Site {
    let numbered = (1..).zip(&text.counters);
    let counters = numbered.map(|(number, letters)| counter_of(number, letters, made_at)).collect();
    Site {
        id: SiteId::new(made_at.0),
        code: text.code,
        name: text.name,
        address: text.address,
        zone: text.zone,
        always_open: false,
        cut_off: text.cut_off,
        open_on_joint_leave: false,
        paired_only: false,
        call_rules: CallRules::USUAL,
        quick_services: Arc::default(),
        openings: text.openings.iter().flat_map(openings_of).collect(),
        ramadan_openings: text.ramadan_openings.iter().flat_map(openings_of).collect(),
        counters,
    }
}

fn counter_of(number: i64, letters: &str, made_at: Instant) -> Counter {
    let takes = |group: &&ServiceGroup| letters.contains(group.word());
    let groups = ServiceGroup::ALL.iter().filter(takes).copied().collect();
    Counter { id: CounterId::new(made_at.0), number, groups, quick_only: false }
}

fn openings_of(text: &OpeningText) -> impl Iterator<Item = Opening> {
    let (opens, closes) = (text.opens, text.closes);
    text.weekdays.clone().into_iter().map(move |weekday| Opening { weekday, opens, closes })
}

fn parsed<'de, D: Deserializer<'de>>(from: D) -> Result<Tz, D::Error> {
    String::deserialize(from)?.parse().map_err(de::Error::custom)
}

fn local_time<'de, D: Deserializer<'de>>(from: D) -> Result<NaiveTime, D::Error> {
    NaiveTime::parse_from_str(&String::deserialize(from)?, "%H:%M").map_err(de::Error::custom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_group_has_a_counter_in_every_built_in_site() {
        let sites = built_in(Instant(1_700_000_000_000_000)).unwrap();
        assert_eq!(sites.iter().map(|s| s.counters.len()).collect::<Vec<_>>(), [6, 3]);
        for site in &sites {
            for group in ServiceGroup::ALL {
                assert!(site.counters.iter().any(|c| c.groups.contains(group)), "{} {group}", site.code);
            }
            assert_eq!(site.openings.iter().filter(|o| o.weekday == 5).count(), 2, "Friday has its break");
        }
    }
}
