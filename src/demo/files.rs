//! The history of the applications: every act is done by the workflow's own use cases, in the order of time.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use super::answers::{Answers, Statement};
use super::chance::Chance;
use super::choosing::{Intake, Wish};
use super::fates::{self, Fate, Next, Progress};
use super::staff::Member;
use super::{store, unreadable};
use crate::audit::{self, Act, Entry};
use crate::calendar::Calendar;
use crate::catalogue::{Catalogue, Published};
use crate::clock::Instant;
use crate::db::{Db, Fault, Outcome, StoreError, Tx};
use crate::documents::{Scan, Upload};
use crate::identity::{Officer, Role};
use crate::ids::ApplicationId;
use crate::keys::Keys;
use crate::permits::{
    self, ActName, Application, ApplicationKind, ApplicationState, Desk, Filing, Press, Proof, Stated, StatedAddress,
    Stop, StopAfter,
};
use crate::population::{self, LookupRequest, Resident};
use crate::sites::{Site, Sites};

/// A drawn portrait; nobody's photograph.
const PORTRAIT: &[u8] = include_bytes!("../documents/data/portrait.jpg");

/// What the acts need.
pub struct Office<'a> {
    /// The store; a signature takes its own transactions.
    pub db: &'a Db,
    /// Secrets.
    pub keys: &'a Keys,
    /// The sites.
    pub sites: &'a Sites,
    /// The services.
    pub catalogue: &'a Catalogue,
    /// Days off.
    pub calendar: &'a Calendar,
    /// Staff.
    pub members: &'a [Member],
    /// Adults who apply.
    pub adults: &'a [Resident],
    /// What prints and signs.
    pub press: &'a Press,
    /// Nothing happens after this moment.
    pub now: Instant,
}

/// An application on its way.
struct File {
    wish: Wish,
    rules: Arc<Published>,
    site: Arc<Site>,
    id: Option<ApplicationId>,
    /// Name of the applicant, who collects the permit.
    holder: String,
    state: ApplicationState,
    so_far: Progress,
    /// What happens at the next moment; `None` = the visit at the counter.
    next: Option<Next>,
}

/// Plays every application and writes the audit lines of the hall in between; answers how many applications.
pub async fn bring_in(
    office: &Office<'_>,
    chance: &mut Chance,
    wishes: Vec<Wish>,
    entries: &[Entry],
) -> Outcome<usize> {
    let answers = Answers::read().map_err(unreadable)?;
    let mut files = wishes.into_iter().map(|wish| file_of(office, wish)).collect::<Result<Vec<_>, _>>()?;
    let mut times: BTreeSet<(Instant, usize)> =
        files.iter().enumerate().map(|(place, file)| (file.wish.intake.started, place)).collect();
    let mut play = Play { office, answers, chance, entries, written: 0 };
    let mut tx = office.db.begin().await?;
    while let Some((at, place)) = times.pop_first().filter(|(at, _)| *at <= office.now) {
        play.write_until(&mut tx, at).await?;
        let file = &mut files[place];
        tx = play.happen(tx, file, (place, at)).await?;
        if let Some(next) = file.wish.fate.next(file.state, file.so_far) {
            let (from, to) = fates::pace(next);
            let days = play.chance.between(from, to);
            let when = fates::later(play.chance, office.calendar, &file.site, at, days);
            file.next = Some(next);
            times.insert((when, place));
        }
    }
    play.write_until(&mut tx, Instant(i64::MAX)).await?;
    tx.commit().await?;
    Ok(files.iter().filter(|file| file.id.is_some()).count())
}

fn file_of(office: &Office<'_>, wish: Wish) -> Result<File, StoreError> {
    let rules = office.catalogue.find(&wish.service).cloned();
    let site = office.sites.find_by_id(wish.intake.site).cloned();
    let rules = rules.ok_or_else(|| unreadable(format!("there is no service {}", wish.service)))?;
    let site = site.ok_or_else(|| unreadable("a visit has no site"))?;
    let (state, so_far) = (ApplicationState::Draft, Progress::default());
    Ok(File { wish, rules, site, id: None, holder: String::new(), state, so_far, next: None })
}

struct Play<'a> {
    office: &'a Office<'a>,
    answers: Answers,
    chance: &'a mut Chance,
    entries: &'a [Entry],
    written: usize,
}

impl<'a> Play<'a> {
    /// Writes the audit lines of the hall before a moment.
    async fn write_until(&mut self, tx: &mut Tx, at: Instant) -> Result<(), StoreError> {
        let rest = &self.entries[self.written..];
        let due = rest.partition_point(|entry| entry.at() < at);
        audit::record_all(tx, &rest[..due]).await?;
        self.written += due;
        Ok(())
    }

    async fn happen(&mut self, mut tx: Tx, file: &mut File, (place, at): (usize, Instant)) -> Outcome<Tx> {
        match file.next {
            None => self.take_in(&mut tx, file).await?,
            Some(Next::Act(act)) => self.step(&mut tx, file, act, (place, at)).await?,
            Some(Next::Sign) => {
                tx.commit().await?;
                let signed = self.sign(file, self.office.press, at).await?;
                file.state = signed.state;
                return Ok(self.office.db.begin().await?);
            }
            Some(Next::Void) => {
                tx.commit().await?;
                self.reserve(file, at).await?;
                tx = self.office.db.begin().await?;
                self.step(&mut tx, file, ActName::Withdrawal, (place, at.plus_minutes(20))).await?;
            }
            Some(Next::Lapse) => self.lapse(&mut tx, file, at).await?,
            Some(Next::Revoke) => self.revoke(&mut tx, file, at).await?,
        }
        Ok(tx)
    }

    /// At the counter: the look-up, the form, the papers, and the registration of a complete file.
    async fn take_in(&mut self, tx: &mut Tx, file: &mut File) -> Outcome<()> {
        let Intake { ticket, officer, started, ended, .. } = file.wish.intake.clone();
        let clerk = self.officer(|member| member.id == officer)?;
        let service = &file.rules.service;
        let person = self.chance.pick(self.office.adults).clone();
        let purpose = self.answers.step(self.chance, "purpose");
        let request = LookupRequest {
            nik: person.nik.clone(),
            purpose,
            ticket_id: Some(ticket),
            application_id: None,
            claimed: None,
        };
        population::lookup(tx, self.office.keys, Act::of(officer, started), officer, request).await?;
        let kind = *self.chance.weighted(&[(ApplicationKind::New, 4), (ApplicationKind::Renewal, 1)]);
        let filing = Filing {
            service: service.code.clone(),
            kind,
            previous_number: Some(format!("503/{}/{}/LAMA/2021", person.nik.digits()[10..].to_owned(), service.code)),
            applicant: stated(&person, format!("0812{:08}", self.chance.between(10_000_000, 99_999_999))),
            fields: self.answers.form(self.chance, service, started.day(file.site.zone)),
            ticket: Some(ticket),
        };
        let draft = permits::create_draft(tx, &self.desk(clerk, started.plus_minutes(1)), filing).await?;
        file.id = Some(draft.id);
        file.holder = person.name;
        if file.wish.fate == Fate::Stays(ApplicationState::Draft) {
            return Ok(());
        }
        let desk = self.desk(clerk, ended.plus_seconds(-60));
        for asked in service.requirements.iter().filter(|asked| asked.is_needed(draft.matter())) {
            let proof = if asked.photo { Proof::File(portrait()) } else { Proof::Sighted };
            permits::put_requirement(tx, &desk, draft.id, &asked.code, proof).await?;
        }
        match permits::register(tx, &self.desk(clerk, ended), draft.id).await {
            Ok(registered) => file.state = registered.state,
            // The same person already has such a request or permit: the draft stays.
            Err(Fault::Refused(refusal)) if ["request-active", "practice-order-taken"].contains(&refusal.code) => {
                file.wish.fate = Fate::Stays(ApplicationState::Draft);
            }
            Err(fault) => return Err(fault),
        }
        Ok(())
    }

    async fn step(&mut self, tx: &mut Tx, file: &mut File, act: ActName, (place, at): (usize, Instant)) -> Outcome<()> {
        let officer = self.officer_of(file, act)?;
        let refuses = file.wish.fate == Fate::Rejected;
        let about = Statement {
            service: &file.rules.service,
            day: at.day(file.site.zone),
            file: place + 1,
            refuses,
            holder: &file.holder,
        };
        let sent = self.answers.stated(self.chance, act, &about);
        let changed = permits::take_step(tx, &self.desk(officer, at), id_of(file)?, act, &sent).await?;
        file.state = changed.state;
        file.so_far.returned |= act == ActName::Return;
        file.so_far.assessed |= act == ActName::Assessment;
        file.so_far.assigned |= act == ActName::Assignment;
        file.so_far.refused |= act == ActName::Recommendation && refuses;
        Ok(())
    }

    async fn sign(&self, file: &File, press: &Press, at: Instant) -> Outcome<Application> {
        let head = self.officer(|officer| officer.is(Role::Head))?;
        permits::sign(self.office.db, &self.desk(head, at), press, id_of(file)?, None).await
    }

    /// Takes the number and goes no further.
    async fn reserve(&self, file: &File, at: Instant) -> Outcome<()> {
        let press = Press { stop: Some(Stop::Refuse(StopAfter::Reserve)), ..self.office.press.clone() };
        match self.sign(file, &press, at).await {
            Err(Fault::Refused(refusal)) if refusal.code == "issuing-stopped" => Ok(()),
            Err(fault) => Err(fault),
            Ok(_) => Err(unreadable("a signature did not stop").into()),
        }
    }

    /// The applicant never came back; written as Loket's own.
    async fn lapse(&mut self, tx: &mut Tx, file: &mut File, at: Instant) -> Outcome<()> {
        let reason = self.answers.step(self.chance, "reason_lapse");
        let id = id_of(file)?;
        store::lapse(tx, id, &json!({ "reason": reason }), at).await?;
        let (from, to) = (ApplicationState::Returned, ApplicationState::Lapsed);
        let detail = json!({ "act": ActName::Lapse, "from": from, "to": to });
        audit::record(tx, Act::system(at), "application.act", id, detail).await?;
        file.state = to;
        Ok(())
    }

    async fn revoke(&mut self, tx: &mut Tx, file: &mut File, at: Instant) -> Outcome<()> {
        let head = self.officer(|officer| officer.is(Role::Head))?;
        let reason = self.answers.step(self.chance, "reason_revocation");
        if let Some(permit) = store::find_permit_of(tx, id_of(file)?).await? {
            let cause = permits::Cause { reason, class: None, legal_ground: None };
            permits::change_standing(tx, &self.desk(head, at), permit, (permits::PermitAct::Revocation, cause)).await?;
        }
        // Once is enough.
        file.wish.fate = Fate::Granted;
        Ok(())
    }

    /// Intake acts by the clerk who took the file in, the others by the one who holds the role.
    fn officer_of(&self, file: &File, act: ActName) -> Result<&'a Officer, StoreError> {
        match act.role() {
            Some(Role::Clerk) | None => self.officer(|officer| officer.id == file.wish.intake.officer),
            Some(role) => self.officer(|officer| officer.is(role)),
        }
    }

    fn officer(&self, wanted: impl Fn(&Officer) -> bool) -> Result<&'a Officer, StoreError> {
        let found = self.office.members.iter().map(|member| &member.officer).find(|officer| wanted(officer));
        found.ok_or_else(|| unreadable("a role has nobody"))
    }

    fn desk(&self, officer: &'a Officer, now: Instant) -> Desk<'a> {
        let Office { keys, sites, catalogue, calendar, .. } = *self.office;
        Desk { officer, now, keys, sites, catalogue, calendar }
    }
}

fn id_of(file: &File) -> Result<ApplicationId, StoreError> {
    file.id.ok_or_else(|| unreadable("an application was not taken in"))
}

fn portrait() -> Upload {
    Upload { media_type: "image/jpeg", file_name: "pas-foto.jpg".to_owned(), bytes: PORTRAIT.to_vec(), scan: Scan::Off }
}

fn stated(person: &Resident, phone: String) -> Stated {
    let address = StatedAddress {
        street: Some(person.address.street.clone()),
        rt: Some(person.address.rt.clone()),
        rw: Some(person.address.rw.clone()),
        village_code: Some(person.address.village_code.clone()),
    };
    Stated {
        nik: Some(person.nik.digits().to_owned()),
        phone: Some(phone),
        name: Some(person.name.clone()),
        birth_place: Some(person.birth_place.clone()),
        birth_date: Some(person.birth_date.to_string()),
        sex: Some(person.sex.word().to_owned()),
        address: Some(address),
        ..Stated::default()
    }
}
