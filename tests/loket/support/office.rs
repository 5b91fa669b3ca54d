//! A small synthetic office: two sites, counters, staff for every role, the built-in services. DATA UJI.

use std::sync::atomic::{AtomicI64, Ordering};

use chrono::NaiveTime;
use chrono_tz::Tz;
use loket::audit::Act;
use loket::clock::{Day, Instant};
use loket::db::Db;
use loket::identity::{Officer, Role, password};
use loket::ids::{CounterId, OfficerId, SiteId};
use loket::sites::{CallRules, Counter, ServiceGroup, Site};
use loket::{catalogue, identity, sites};
use tokio::sync::OnceCell;

/// The password of every member of the staff.
pub const PASSWORD: &str = "kata sandi uji coba";
/// Codes of the two sites.
pub const SITES: [&str; 2] = ["opi", "pangkalan-balai"];
/// Counters of each site, unless a test wants another number.
pub const COUNTERS: i64 = 4;
/// A service of each group and the letter of its numbers.
pub const SERVICES: [(&str, &str); 5] = [("SIPB", "A"), ("KK-B", "B"), ("AMBIL", "C"), ("KONSUL", "D"), ("ADUAN", "E")];

/// Staff: name, site, role.
const STAFF: [(&str, Option<usize>, Role); 11] = [
    ("petugas", Some(0), Role::Clerk),
    ("petugas2", Some(0), Role::Clerk),
    ("petugas-lain", Some(1), Role::Clerk),
    ("dukcapil", Some(0), Role::PopulationOfficer),
    ("verifikator", None, Role::Verifier),
    ("teknis", None, Role::TechnicalOfficer),
    ("kabid", None, Role::SectionHead),
    ("kadis", None, Role::Head),
    ("bendahara", None, Role::Treasurer),
    ("penyelia", Some(0), Role::Supervisor),
    ("admin", None, Role::Admin),
];

/// Tuesday, 24 November 2026, 09.00 WIB: an ordinary working morning.
pub fn morning() -> Instant {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    Day::parse("2026-11-24").unwrap().at(nine, Tz::Asia__Jakarta)
}

/// Fills an empty store. With more than four counters, each further one has a clerk of its own: `loket-5` …
pub async fn fill(db: &Db, counters: i64) {
    let act = Act::system(morning().plus_minutes(-60));
    let hash = password_hash().await;
    let mut tx = db.begin().await.unwrap();
    let sites: Vec<Site> = SITES.iter().map(|code| site(code, counters)).collect();
    for site in &sites {
        sites::add(&mut tx, site).await.unwrap();
    }
    let further = (COUNTERS + 1..=counters).map(|number| (format!("loket-{number}"), Some(0), Role::Clerk));
    let named = STAFF.iter().map(|(name, place, role)| ((*name).to_owned(), *place, *role));
    for (username, place, role) in named.chain(further) {
        let officer = officer(&username, place.map(|index: usize| sites[index].id), role);
        identity::add(&mut tx, act, &officer, &hash).await.unwrap();
    }
    catalogue::publish_missing(&mut tx, act).await.unwrap();
    tx.commit().await.unwrap();
}

fn site(code: &str, counters: i64) -> Site {
    let counter =
        |number| Counter { id: CounterId::new(fresh()), number, groups: groups_of(number), quick_only: false };
    Site {
        id: SiteId::new(fresh()),
        code: code.to_owned(),
        name: format!("Gerai {code} DATA UJI"),
        address: "Jalan Contoh 1, Banyuasin".to_owned(),
        zone: Tz::Asia__Jakarta,
        always_open: true,
        cut_off: NaiveTime::from_hms_opt(15, 0, 0).unwrap(),
        open_on_joint_leave: false,
        paired_only: false,
        call_rules: CallRules::USUAL,
        quick_services: std::sync::Arc::default(),
        openings: vec![],
        ramadan_openings: vec![],
        counters: (1..=counters).map(counter).collect(),
    }
}

/// Four kinds of counters, overlapping, in turn.
fn groups_of(number: i64) -> Vec<ServiceGroup> {
    use ServiceGroup::{Complaint, Consultation, Permits, PickUp, Population};
    match number % 4 {
        1 => vec![Permits, PickUp, Consultation],
        2 => vec![Permits, Population],
        3 => vec![Population, Complaint],
        _ => vec![Permits, Population, PickUp, Consultation, Complaint],
    }
}

fn officer(username: &str, site: Option<SiteId>, role: Role) -> Officer {
    Officer {
        id: OfficerId::new(fresh()),
        username: username.to_owned(),
        name: format!("{username} DATA UJI"),
        nip: Some("198001012005011001".to_owned()),
        position: Some("Jabatan Contoh".to_owned()),
        rank: Some("Penata (III/c)".to_owned()),
        site,
        roles: vec![role],
        acting: vec![],
    }
}

/// A moment of its own for each new id, so that ids sort as they were made.
fn fresh() -> i64 {
    static COUNT: AtomicI64 = AtomicI64::new(0);
    morning().plus_minutes(-120).0 + COUNT.fetch_add(1, Ordering::Relaxed)
}

/// Hashing is slow on purpose: once for the whole test run.
async fn password_hash() -> String {
    static HASH: OnceCell<String> = OnceCell::const_new();
    HASH.get_or_init(|| async { password::hash(PASSWORD.to_owned()).await.unwrap() }).await.clone()
}
