//! The members of staff of the synthetic office (pure).

use serde::Deserialize;

use crate::clock::Instant;
use crate::identity::{Officer, Role};
use crate::ids::OfficerId;
use crate::sites::Sites;

const STAFF: &str = include_str!("data/staff.toml");

/// A data file of the demonstration cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("a data file of the demonstration cannot be read: {0}")]
pub struct BadFile(#[from] toml::de::Error);

#[derive(Deserialize)]
struct File {
    staff: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    username: String,
    name: String,
    nip: String,
    position: String,
    rank: String,
    roles: Vec<Role>,
    #[serde(default)]
    site: Option<String>,
    #[serde(default)]
    counter: Option<i64>,
}

/// A member of staff and the counter of a usual day.
#[derive(Clone, Debug)]
pub struct Member {
    /// The account.
    pub officer: Officer,
    /// Number of the counter in the own site.
    pub counter: Option<i64>,
}

/// Everybody, in the order of the printed list.
pub fn members(sites: &Sites, made_at: Instant) -> Result<Vec<Member>, BadFile> {
    let file: File = toml::from_str(STAFF)?;
    let member = |entry: Entry| Member {
        officer: Officer {
            id: OfficerId::new(made_at.0),
            username: entry.username,
            name: entry.name,
            nip: Some(entry.nip),
            position: Some(entry.position),
            rank: Some(entry.rank),
            site: entry.site.and_then(|code| sites.find(&code)).map(|s| s.id),
            roles: entry.roles,
            acting: vec![],
        },
        counter: entry.counter,
    };
    Ok(file.staff.into_iter().map(member).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sites;

    #[test]
    fn the_accounts_of_the_contract_exist_with_their_roles_and_a_civil_service_number() {
        let at = Instant(1_700_000_000_000_000);
        let all = members(&Sites::of(sites::built_in(at).unwrap()), at).unwrap();
        let expected = [
            ("petugas", Role::Clerk, true),
            ("petugas2", Role::Clerk, true),
            ("dukcapil", Role::PopulationOfficer, true),
            ("verifikator", Role::Verifier, false),
            ("teknis", Role::TechnicalOfficer, false),
            ("kabid", Role::SectionHead, false),
            ("kadis", Role::Head, false),
            ("bendahara", Role::Treasurer, false),
            ("penyelia", Role::Supervisor, true),
            ("admin", Role::Admin, false),
        ];
        for (username, role, in_site) in expected {
            let found = all.iter().find(|m| m.officer.username == username).unwrap();
            assert!(found.officer.is(role), "{username}");
            assert_eq!(found.officer.site.is_some(), in_site, "{username}");
        }
        for member in &all {
            let nip = member.officer.nip.clone().unwrap();
            assert_eq!(nip.bytes().filter(u8::is_ascii_digit).count(), 18, "{nip}");
            assert!(member.officer.name.contains("DATA UJI"));
        }
    }

    #[test]
    fn every_counter_has_somebody_on_a_usual_day() {
        let at = Instant(1_700_000_000_000_000);
        let sites = Sites::of(sites::built_in(at).unwrap());
        let all = members(&sites, at).unwrap();
        for site in sites.list() {
            for counter in &site.counters {
                let seated =
                    all.iter().filter(|m| m.officer.site == Some(site.id) && m.counter == Some(counter.number));
                assert_eq!(seated.count(), 1, "{} {}", site.code, counter.number);
            }
        }
    }
}
