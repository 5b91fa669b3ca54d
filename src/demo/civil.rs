//! The last days of the population desks: requests in every state, blanks that ran short, events that flag permits.
//! Everything is done by the use cases of the desk, in the order of time.

use std::collections::BTreeMap;

use super::chance::Chance;
use super::fates;
use super::files::Office;
use super::staff::Member;
use crate::catalogue::{ApplicationKind, FieldKind, FormField, Matter};
use crate::civil::{
    self, BlankKind, BlankMove, CivilState, Handover, LifeEventKind, Opening, StatedEvent, StockChange,
};
use crate::clock::{Day, Instant};
use crate::db::{Outcome, Tx};
use crate::identity::Role;
use crate::ids::CivilRequestId;
use crate::permits::{self, Desk, Fields};
use crate::population::Resident;
use crate::sites::Site;

/// Days that are told.
const DAYS: usize = 8;
/// Services asked for, with their weights.
const ASKED: [(&str, i64); 9] = [
    ("KTP-C", 8),
    ("KTP-R", 3),
    ("KK-U", 3),
    ("KK-B", 2),
    ("AK-L", 3),
    ("AK-M", 1),
    ("KIA", 3),
    ("PINDAH", 1),
    ("KONSOL", 1),
];
/// Blanks delivered on the first day: fewer KTP-el than asked for.
const DELIVERED: [(BlankKind, i64); 2] = [(BlankKind::KtpEl, 9), (BlankKind::Kia, 60)];

/// What happens next to a request.
#[derive(Clone, Copy)]
enum Step {
    Open,
    Submit(CivilRequestId),
    Make(CivilRequestId),
    HandOver(CivilRequestId),
    Cancel(CivilRequestId),
}

/// The desk of one site while its past is told.
struct Told<'a> {
    office: &'a Office<'a>,
    site: &'a Site,
    officer: &'a Member,
    steps: BTreeMap<(Instant, usize), Step>,
    seen: usize,
}

/// Tells the past of every population desk; answers how many requests.
pub async fn bring_in(office: &Office<'_>, chance: &mut Chance, days: &[Day]) -> Outcome<usize> {
    let mut count = 0;
    let mut tx = office.db.begin().await?;
    for site in office.sites.list() {
        let at_desk =
            |member: &&Member| member.officer.site == Some(site.id) && member.officer.is(Role::PopulationOfficer);
        let Some(officer) = office.members.iter().find(at_desk) else { continue };
        let told = Told { office, site, officer, steps: BTreeMap::new(), seen: 0 };
        count += told.tell(&mut tx, chance, &days[days.len().saturating_sub(DAYS)..]).await?;
    }
    flag_permits(&mut tx, office).await?;
    tx.commit().await?;
    Ok(count)
}

impl<'a> Told<'a> {
    fn desk(&self, now: Instant) -> Desk<'a> {
        let office = self.office;
        Desk {
            officer: &self.officer.officer,
            now,
            keys: office.keys,
            sites: office.sites,
            catalogue: office.catalogue,
            calendar: office.calendar,
        }
    }

    fn plan(&mut self, at: Instant, step: Step) {
        self.seen += 1;
        self.steps.insert((at, self.seen), step);
    }

    fn later(&self, chance: &mut Chance, from: Instant, days: i64) -> Instant {
        fates::later(chance, self.office.calendar, self.site, from, days)
    }

    async fn tell(mut self, tx: &mut Tx, chance: &mut Chance, days: &[Day]) -> Outcome<usize> {
        let Some(first) = days.first() else { return Ok(0) };
        let morning = |day: &Day| day.start(self.site.zone).plus_minutes(8 * 60 + 20);
        for (kind, quantity) in DELIVERED {
            self.stock(tx, morning(first), (kind, BlankMove::Received, quantity), "").await?;
        }
        let openings: Vec<Instant> = days
            .iter()
            .flat_map(|day| {
                (0..chance.between(5, 8)).map(|_| morning(day).plus_minutes(chance.between(5, 360))).collect::<Vec<_>>()
            })
            .filter(|at| *at <= self.office.now)
            .collect();
        let count = openings.len();
        openings.into_iter().for_each(|at| self.plan(at, Step::Open));
        let spoiled = morning(days.get(days.len() / 2).unwrap_or(first)).plus_minutes(200);
        let mut is_spoiled = false;
        while let Some(((at, _), step)) = self.steps.pop_first().filter(|((at, _), _)| *at <= self.office.now) {
            if at > spoiled && !is_spoiled {
                is_spoiled = true;
                self.stock(tx, spoiled, (BlankKind::Kia, BlankMove::Spoiled, 2), "Salah cetak").await?;
                self.stock(
                    tx,
                    spoiled.plus_minutes(30),
                    (BlankKind::Kia, BlankMove::Counted, 40),
                    "Hitung ulang brankas",
                )
                .await?;
            }
            self.happen(tx, chance, (at, step)).await?;
        }
        Ok(count)
    }

    async fn stock(
        &self,
        tx: &mut Tx,
        at: Instant,
        (kind, step, quantity): (BlankKind, BlankMove, i64),
        reason: &str,
    ) -> Outcome<()> {
        let change = StockChange { kind, step, quantity, reason: reason.to_owned() };
        civil::change_stock(tx, &self.desk(at), change).await?;
        Ok(())
    }

    async fn happen(&mut self, tx: &mut Tx, chance: &mut Chance, (at, step): (Instant, Step)) -> Outcome<()> {
        let desk = self.desk(at);
        match step {
            Step::Open => {
                let id = self.open(tx, chance, at).await?;
                match chance.between(1, 12) {
                    1 => {}
                    2 => self.plan(self.later(chance, at, 0), Step::Cancel(id)),
                    _ => self.plan(at.plus_minutes(chance.between(4, 12)), Step::Submit(id)),
                }
            }
            Step::Submit(id) => {
                let number = format!("UJI-{:06}", chance.between(1, 999_999));
                civil::submit(tx, &desk, id, (&number, &[])).await?;
                let days = chance.between(0, 2);
                self.plan(self.later(chance, at, days), Step::Make(id));
            }
            // One that waits for a blank is not made yet.
            Step::Make(id) if civil::view(tx, &desk, id).await?.request.state == CivilState::Submitted => {
                civil::make_ready(tx, &desk, id, "").await?;
                let days = chance.between(0, 4);
                self.plan(self.later(chance, at, days), Step::HandOver(id));
            }
            Step::HandOver(id) => {
                let name = civil::view(tx, &desk, id).await?.request.name;
                let relation = if chance.is(70) { "self" } else { "family" };
                let to = Handover { name, relation: relation.to_owned(), identity_seen: true };
                civil::hand_over(tx, &desk, id, to).await?;
            }
            Step::Cancel(id) => {
                civil::cancel(tx, &desk, id, "Pemohon akan melengkapi berkas dahulu").await?;
            }
            Step::Make(_) => {}
        }
        Ok(())
    }

    async fn open(&self, tx: &mut Tx, chance: &mut Chance, at: Instant) -> Outcome<CivilRequestId> {
        let service = *chance.weighted(&ASKED);
        let person: Resident = chance.pick(self.office.adults).clone();
        let rules = self.office.catalogue.find(service).map(|found| found.service.clone());
        let asked = rules.iter().flat_map(|rules| &rules.fields);
        let fields: Fields =
            asked.map(|field| (field.code.clone(), answer(chance, field, at.day(self.site.zone)))).collect();
        let matter = Matter { kind: ApplicationKind::New, fields: &fields };
        let papers = rules.iter().flat_map(|rules| &rules.requirements).filter(|asked| asked.is_needed(matter));
        let sighted = papers.map(|asked| asked.code.clone()).collect();
        let opening = Opening {
            service: service.to_owned(),
            nik: person.nik.digits().to_owned(),
            name: person.name.clone(),
            phone: format!("0813{:08}", chance.between(10_000_000, 99_999_999)),
            fields,
            ticket: None,
            urgent_reason: if chance.is(5) { "Rawat inap di RSUD".to_owned() } else { String::new() },
            sighted,
        };
        Ok(civil::open(tx, &self.desk(at), opening).await?.id)
    }
}

/// Something a person could have answered.
fn answer(chance: &mut Chance, field: &FormField, today: Day) -> String {
    match field.kind {
        FieldKind::Choice => chance.pick(&field.choices).clone(),
        FieldKind::Date => today.to_string(),
        FieldKind::Number => "1".to_owned(),
        FieldKind::Village => super::people::VILLAGE.to_owned(),
        FieldKind::Text | FieldKind::LongText => "DATA UJI".to_owned(),
    }
}

/// A death and a correction of people who hold a permit.
async fn flag_permits(tx: &mut Tx, office: &Office<'_>) -> Outcome<()> {
    let Some(officer) = office.members.iter().find(|member| member.officer.is(Role::PopulationOfficer)) else {
        return Ok(());
    };
    let desk = Desk {
        officer: &officer.officer,
        now: office.now,
        keys: office.keys,
        sites: office.sites,
        catalogue: office.catalogue,
        calendar: office.calendar,
    };
    let today = office.now.day(chrono_tz::Tz::Asia__Jakarta);
    let mut kinds = [LifeEventKind::Death, LifeEventKind::Correction].into_iter();
    for person in office.adults {
        let held = permits::list_permits_of(tx, office.keys, &person.nik, None).await?;
        if !held.iter().any(|(permit, _)| permits::is_in_force(permit, today)) {
            continue;
        }
        let Some(kind) = kinds.next() else { return Ok(()) };
        let stated = StatedEvent {
            nik: person.nik.digits().to_owned(),
            kind: kind.word().to_owned(),
            happened_on: today.plus_days(-2).to_string(),
            note: "Surat keterangan desa DATA UJI".to_owned(),
        };
        civil::record_event(tx, &desk, stated).await?;
    }
    Ok(())
}
