//! Which visits brought an application, for what, and what became of it (pure).

use super::chance::Chance;
use super::fates::Fate;
use crate::catalogue::{Catalogue, ServiceKind};
use crate::clock::{Day, Instant};
use crate::ids::{OfficerId, SiteId, TicketId};
use crate::permits::ApplicationState as S;

/// A visit at a counter for permits.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The visit.
    pub ticket: TicketId,
    /// What it was for.
    pub service: String,
    /// Where.
    pub site: SiteId,
    /// Who served.
    pub officer: OfficerId,
    /// When service began.
    pub started: Instant,
    /// When it ended.
    pub ended: Instant,
}

/// An application that is to be.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The visit.
    pub intake: Intake,
    /// For what.
    pub service: String,
    /// What becomes of it.
    pub fate: Fate,
}

/// Applications for help with another system, in all.
const ASSISTANCE: usize = 180;
/// Working days that are young, and those between young and old.
const YOUNG: usize = 7;
const MIDDLE: usize = 14;
/// Working days after which a returned file has lapsed for sure.
const OLD: usize = 32;

/// Old ones that must be there on any date.
const FORCED_OLD: [(&str, Fate); 9] = [
    ("SIPB", Fate::Voided),
    ("SIPP", Fate::Revoked),
    ("SIPA", Fate::Lapsed),
    ("REK-P", Fate::Lapsed),
    ("SIPD", Fate::Rejected),
    ("STPT", Fate::Rejected),
    ("SKP", Fate::Withdrawn),
    ("SIPB", Fate::Corrected),
    ("SIPP", Fate::Granted),
];

/// Open ones that must be there on any date; most of them late or about to be.
const FORCED_MIDDLE: [(&str, Fate); 20] = [
    ("RUMIJA", Fate::Stays(S::AwaitingPayment)),
    ("RUMIJA", Fate::Stays(S::AwaitingPayment)),
    ("STPT", Fate::Stays(S::InInspection)),
    ("PAUD", Fate::Stays(S::InInspection)),
    ("POHON", Fate::Stays(S::InInspection)),
    ("SIPB", Fate::Stays(S::InRecommendation)),
    ("SIPP", Fate::Stays(S::InRecommendation)),
    ("SIPD", Fate::Stays(S::InRecommendation)),
    ("SIPA", Fate::Stays(S::InDrafting)),
    ("REK-I", Fate::Stays(S::InDrafting)),
    ("SIPN", Fate::Stays(S::InVerification)),
    ("SIPB", Fate::Stays(S::AwaitingSignature)),
    ("SIPP", Fate::Stays(S::AwaitingSignature)),
    ("SIPA", Fate::Stays(S::AwaitingSignature)),
    ("SKP", Fate::Stays(S::AwaitingSignature)),
    ("SIPB", Fate::Stays(S::Returned)),
    ("SIPD", Fate::Stays(S::Returned)),
    ("SKP", Fate::Stays(S::Draft)),
    ("SIPP", Fate::Stays(S::Registered)),
    ("SIPB", Fate::Uncollected),
];

/// The applications of the history, in order of filing.
pub fn choose(
    chance: &mut Chance,
    intakes: &[Intake],
    days: &[Day],
    catalogue: &Catalogue,
    zone: chrono_tz::Tz,
) -> Vec<Wish> {
    let kind = |intake: &&Intake| catalogue.find(&intake.service).map(|found| found.service.kind);
    let assisted: Vec<&Intake> = intakes.iter().filter(|i| kind(i) == Some(ServiceKind::Assistance)).collect();
    let permits: Vec<&Intake> = intakes.iter().filter(|i| kind(i) == Some(ServiceKind::Permit)).collect();
    let since = |back: usize| days[days.len().saturating_sub(back)].start(zone);
    let within = |from: Instant, to: Instant| -> Vec<&Intake> {
        permits.iter().filter(|i| from <= i.started && i.started < to).copied().collect()
    };
    let end = days[days.len() - 1].next().start(zone).plus_minutes(24 * 60 * 30);
    let mut wishes = random(chance, &assisted, ASSISTANCE, &ASSISTED_FATES);
    let old = within(days[0].start(zone), since(OLD));
    wishes.extend(forced(chance, &old, &FORCED_OLD));
    wishes.extend(random(chance, &old, 30, &OLD_FATES));
    wishes.extend(random(chance, &within(since(OLD), since(MIDDLE)), 34, &OLD_FATES));
    let middle = within(since(MIDDLE), since(YOUNG));
    wishes.extend(forced(chance, &middle, &FORCED_MIDDLE));
    wishes.extend(random(chance, &middle, 20, &OLD_FATES));
    wishes.extend(random(chance, &within(since(YOUNG), end), 56, &YOUNG_FATES));
    wishes.sort_by_key(|wish| wish.intake.started);
    wishes
}

const ASSISTED_FATES: [(Fate, i64); 4] =
    [(Fate::Granted, 88), (Fate::Uncollected, 4), (Fate::Corrected, 5), (Fate::Withdrawn, 3)];

const OLD_FATES: [(Fate, i64); 7] = [
    (Fate::Granted, 50),
    (Fate::Corrected, 14),
    (Fate::Uncollected, 6),
    (Fate::Rejected, 12),
    (Fate::Withdrawn, 8),
    (Fate::Lapsed, 6),
    (Fate::Stays(S::InRecommendation), 4),
];

const YOUNG_FATES: [(Fate, i64); 8] = [
    (Fate::Granted, 44),
    (Fate::Corrected, 10),
    (Fate::Stays(S::Draft), 6),
    (Fate::Stays(S::Registered), 8),
    (Fate::Stays(S::Returned), 8),
    (Fate::Stays(S::InVerification), 8),
    (Fate::Stays(S::InDrafting), 8),
    (Fate::Stays(S::AwaitingSignature), 8),
];

/// Some visits, with a fate by its weight.
fn random(chance: &mut Chance, from: &[&Intake], count: usize, fates: &[(Fate, i64)]) -> Vec<Wish> {
    drawn(chance, from, count)
        .into_iter()
        .map(|intake| Wish { service: intake.service.clone(), fate: *chance.weighted(fates), intake })
        .collect()
}

/// One visit for each that must be there.
fn forced(chance: &mut Chance, from: &[&Intake], wanted: &[(&str, Fate)]) -> Vec<Wish> {
    let visits = drawn(chance, from, wanted.len());
    let pairs = visits.into_iter().zip(wanted);
    pairs.map(|(intake, (service, fate))| Wish { intake, service: (*service).to_owned(), fate: *fate }).collect()
}

/// Different visits, at random.
fn drawn(chance: &mut Chance, from: &[&Intake], count: usize) -> Vec<Intake> {
    let mut left: Vec<&Intake> = from.to_vec();
    let mut drawn = Vec::with_capacity(count);
    while drawn.len() < count && !left.is_empty() {
        let last = i64::try_from(left.len()).unwrap_or(1) - 1;
        let place = usize::try_from(chance.between(0, last)).unwrap_or(0);
        drawn.push(left.swap_remove(place).clone());
    }
    drawn
}
