//! What can happen in a hall, chosen by chance, done in the model and through the real use cases.

use std::sync::Arc;

use chrono_tz::Tz;
use loket::audit::{self, Actor};
use loket::catalogue::{self, Catalogue};
use loket::clock::Instant;
use loket::db::{Db, Fault, Outcome, Tx};
use loket::ids::{CounterId, OfficerId, TicketId};
use loket::queue::{self, Channel, Clerk, Halls, Onward, Priority, Ticket, TicketRequest};
use loket::sites::{self, CallRules, ServiceGroup, Site};
use loket::{identity, sites::Counter};

use super::hall::{Hall, Said};
use crate::support::office::{self, SERVICES, SITES};
use crate::support::{Random, morning};

/// Clerks of the first site.
const CLERKS: [&str; 3] = ["petugas", "petugas2", "dukcapil"];
/// Only the newest visits are acted on; the older ones stay as they are.
const NEWEST: usize = 30;

/// One act; visits, counters and clerks by their place in the lists.
#[derive(Clone, Debug)]
pub enum Act {
    Issue { services: Vec<usize>, has_priority: bool },
    Open { counter: usize, clerk: usize },
    Pause { counter: usize, clerk: usize },
    Close { counter: usize, clerk: usize },
    Next { counter: usize, clerk: usize },
    Visit { visit: usize, clerk: usize, what: What },
}

/// What is done with one visit.
#[derive(Clone, Copy, Debug)]
pub enum What {
    Recall,
    Start,
    Hold,
    Resume,
    NoShow,
    Rejoin,
    Finish,
    Undo,
    Cancel,
    ToCounter(usize),
    ToService(usize),
}

/// Code and letter of a service by its place in the list.
fn service(at: usize) -> (&'static str, char) {
    (SERVICES[at].0, SERVICES[at].1.chars().next().unwrap())
}

impl Act {
    /// An act that is often possible and sometimes not.
    pub fn choose(hall: &Hall, random: &mut Random) -> Act {
        let counter = random.below(hall.desks.len());
        let by_chance = random.below(CLERKS.len());
        let owner = |counter: usize| hall.desks[counter].map(|desk| desk.clerk);
        let clerk = if random.below(5) > 0 { owner(counter).unwrap_or(by_chance) } else { by_chance };
        match random.below(100) {
            0..20 => Act::Issue { services: Act::some_services(random), has_priority: random.below(4) == 0 },
            20..28 => Act::Open { counter, clerk },
            28..30 => Act::Pause { counter, clerk },
            30..32 => Act::Close { counter, clerk },
            32..45 => Act::Next { counter, clerk },
            _ if hall.visits.is_empty() => Act::Next { counter, clerk },
            _ => Act::with_a_visit(hall, by_chance, random),
        }
    }

    /// One to three matters; now and then none, or the same twice.
    fn some_services(random: &mut Random) -> Vec<usize> {
        let count = *random.pick(&[1, 1, 1, 1, 2, 2, 3, 0]);
        (0..count).map(|_| random.below(SERVICES.len())).collect()
    }

    /// Mostly one that is not over.
    fn some_visit(hall: &Hall, random: &mut Random) -> usize {
        let newest = hall.visits.len().saturating_sub(NEWEST)..hall.visits.len();
        let open: Vec<usize> = newest.clone().filter(|at| hall.visits[*at].state() != "done").collect();
        if open.is_empty() || random.below(10) == 0 {
            newest.start + random.below(newest.len())
        } else {
            *random.pick(&open)
        }
    }

    fn with_a_visit(hall: &Hall, by_chance: usize, random: &mut Random) -> Act {
        use What::{Cancel, Finish, Hold, NoShow, Recall, Rejoin, Resume, Start, ToCounter, ToService, Undo};
        let visit = Act::some_visit(hall, random);
        let at = hall.visits[visit].present();
        let counter = at.and_then(|at| hall.visits[visit].matters[at].counter);
        let clerk = counter.and_then(|c| hall.desks[c]).map(|desk| desk.clerk).filter(|_| random.below(8) > 0);
        let fitting: &[What] = match hall.visits[visit].state() {
            "waiting" => &[Cancel, ToCounter(0), ToCounter(0), ToService(0), ToService(0), Undo],
            "called" => &[Start, Start, Start, Recall, NoShow, Cancel, ToCounter(0)],
            "cancelled" => &[Cancel],
            "serving" => &[Finish, Finish, Hold, ToCounter(0), ToService(0)],
            "on_hold" => &[Resume, Resume, NoShow, ToService(0)],
            "no_show" => &[Rejoin, Undo],
            _ => &[Undo],
        };
        let all = [Recall, Start, Hold, Resume, NoShow, Rejoin, Finish, Undo, Cancel, ToCounter(0), ToService(0)];
        let choices = if random.below(6) > 0 { fitting } else { &all };
        let what = match *random.pick(choices) {
            ToCounter(_) => ToCounter(random.below(hall.desks.len())),
            ToService(_) => ToService(random.below(SERVICES.len())),
            other => other,
        };
        Act::Visit { visit, clerk: clerk.unwrap_or(by_chance), what }
    }

    /// Does it in the model.
    pub fn in_model(&self, hall: &mut Hall) -> Said {
        match *self {
            Act::Issue { ref services, has_priority } => {
                let services: Vec<_> = services.iter().map(|at| service(*at)).collect();
                hall.issue(&services, has_priority)
            }
            Act::Open { counter, clerk } => hall.open(counter, clerk),
            Act::Pause { counter, clerk } => hall.pause(counter, clerk),
            Act::Close { counter, clerk } => hall.close(counter, clerk),
            Act::Next { counter, clerk } => hall.next(counter, clerk),
            Act::Visit { visit, clerk, what } => match what {
                What::Recall => hall.recall(visit, clerk),
                What::Start => hall.start(visit, clerk),
                What::Hold => hall.hold(visit, clerk),
                What::Resume => hall.resume(visit, clerk),
                What::NoShow => hall.no_show(visit, clerk),
                What::Rejoin => hall.rejoin(visit),
                What::Finish => hall.finish(visit, clerk),
                What::Undo => hall.undo(visit, clerk),
                What::Cancel => hall.cancel(visit),
                What::ToCounter(counter) => hall.send_to_counter(visit, clerk, counter),
                What::ToService(at) => hall.send_to_service(visit, clerk, service(at)),
            },
        }
    }
}

/// The real hall: a store, a site of it, and a clock that only this test moves.
pub struct Day {
    db: Db,
    halls: Arc<Halls>,
    site: Arc<Site>,
    catalogue: Catalogue,
    clerks: Vec<OfficerId>,
    now: Instant,
    visits: Vec<(TicketId, String)>,
}

impl Day {
    pub async fn begin(db: Db, rules: CallRules, quick: &[usize]) -> Day {
        office::fill(&db, office::COUNTERS).await;
        let mut tx = db.begin().await.unwrap();
        let staff = identity::list(&mut tx).await.unwrap();
        let clerks = CLERKS.iter().map(|name| staff.iter().find(|officer| officer.username == *name).unwrap().id);
        let clerks: Vec<OfficerId> = clerks.collect();
        let before = sites::load(&mut tx).await.unwrap();
        let before = before.find(SITES[0]).unwrap();
        let quick: Vec<CounterId> = quick.iter().map(|at| before.counters[*at].id).collect();
        sites::set_calling(&mut tx, audit::Act::of(clerks[0], morning()), before, rules, &quick).await.unwrap();
        let catalogue = catalogue::load(&mut tx).await.unwrap();
        let changed = sites::load(&mut tx).await.unwrap().with_quick(|minutes| catalogue.list_quick(minutes));
        let site = Arc::clone(changed.find(SITES[0]).unwrap());
        tx.commit().await.unwrap();
        let halls = Halls::following(&db);
        Day { db, halls, site, catalogue, clerks, now: morning(), visits: vec![] }
    }

    /// The letters each counter takes.
    pub fn groups(&self) -> Vec<Vec<char>> {
        let letters = |counter: &Counter| counter.groups.iter().map(|g| g.word().chars().next().unwrap()).collect();
        self.site.counters.iter().map(letters).collect()
    }

    /// The services of the list that are quick matters, and those sent to by others.
    pub fn quick(&self) -> Vec<&'static str> {
        let groups = |letter: &str| ServiceGroup::ALL.iter().copied().find(|group| group.word() == letter).unwrap();
        SERVICES
            .iter()
            .filter(|(code, letter)| self.site.is_quick(groups(letter), code))
            .map(|(code, _)| *code)
            .collect()
    }

    /// Some seconds; now and then half a day, so that midnight comes while people wait.
    pub fn let_time_pass(&mut self, random: &mut Random) {
        let seconds = if random.below(400) == 0 { 12 * 3600 } else { 1 + random.below(120) };
        self.now = self.now.plus_seconds(seconds as i64);
    }

    pub fn now(&self) -> i64 {
        self.now.0
    }

    pub fn date(&self) -> String {
        self.now.day(Tz::Asia__Jakarta).to_string()
    }

    fn clerk(&self, at: usize) -> Clerk<'_> {
        Clerk { officer: self.clerks[at], site: &self.site, relieves: false, chooses: false, now: self.now }
    }

    fn counter(&self, at: usize) -> CounterId {
        self.site.counters[at].id
    }

    /// Does it for real: commits what was done, leaves nothing of what was refused. Answers the code of a refusal.
    pub async fn act(&mut self, act: &Act) -> Result<String, &'static str> {
        let mut tx = self.db.begin().await.unwrap();
        match self.in_store(&mut tx, act).await {
            Ok(said) => {
                tx.commit().await.unwrap();
                Ok(said)
            }
            Err(Fault::Refused(refusal)) => Err(refusal.code),
            Err(Fault::Store(error)) => panic!("{act:?}: {error}"),
        }
    }

    async fn in_store(&mut self, tx: &mut Tx, act: &Act) -> Outcome<String> {
        match act {
            Act::Issue { services, has_priority } => self.issue(tx, services, *has_priority).await,
            Act::Open { counter, clerk } => {
                queue::open(tx, self.clerk(*clerk), self.counter(*counter)).await?;
                Ok("open".to_owned())
            }
            Act::Pause { counter, clerk } => {
                queue::pause(tx, self.clerk(*clerk), self.counter(*counter), "sebentar").await?;
                Ok("paused".to_owned())
            }
            Act::Close { counter, clerk } => {
                queue::close(tx, self.clerk(*clerk), self.counter(*counter)).await?;
                Ok("closed".to_owned())
            }
            Act::Next { counter, clerk } => {
                let called = queue::next(tx, self.clerk(*clerk), self.counter(*counter)).await?;
                Ok(called.map_or_else(|| "nobody".to_owned(), |called| said(&called.ticket)))
            }
            Act::Visit { visit, clerk, what } => Ok(said(&self.with_visit(tx, *visit, *clerk, *what).await?)),
        }
    }

    async fn issue(&mut self, tx: &mut Tx, services: &[usize], has_priority: bool) -> Outcome<String> {
        let request = TicketRequest {
            services: services.iter().map(|at| service(*at).0.to_owned()).collect(),
            priority: if has_priority { Priority::Elderly } else { Priority::None },
            channel: Channel::Kiosk,
            phone_sealed: None,
        };
        let act = audit::Act { actor: Actor::Visitor(self.site.id), now: self.now };
        let issued = queue::issue(tx, act, (&self.site, &self.halls), &self.catalogue, &request).await?;
        self.visits.push((issued.ticket.id, issued.ticket.token.clone()));
        Ok(said(&issued.ticket))
    }

    async fn with_visit(&self, tx: &mut Tx, visit: usize, clerk: usize, what: What) -> Outcome<Ticket> {
        let (id, token) = &self.visits[visit];
        let (id, clerk) = (*id, self.clerk(clerk));
        match what {
            What::Recall => Ok(queue::recall(tx, clerk, id).await?.ticket),
            What::Start => queue::start(tx, clerk, id).await,
            What::Hold => queue::hold(tx, clerk, id, "menyalin berkas").await,
            What::Resume => queue::resume(tx, clerk, id).await,
            What::NoShow => queue::no_show(tx, clerk, id).await,
            What::Rejoin => queue::rejoin(tx, clerk, id).await,
            What::Finish => queue::finish(tx, clerk, id).await,
            What::Undo => queue::undo(tx, clerk, id).await,
            What::Cancel => {
                let act = audit::Act { actor: Actor::Visitor(self.site.id), now: self.now };
                queue::cancel(tx, act, token).await
            }
            What::ToCounter(counter) => {
                queue::transfer(tx, clerk, id, Onward::Counter(self.counter(counter)), "loket lain").await
            }
            What::ToService(at) => {
                let group: ServiceGroup = SERVICES[at].1.parse().unwrap();
                queue::transfer(tx, clerk, id, Onward::Service(SERVICES[at].0.to_owned(), group), "layanan lain").await
            }
        }
    }

    /// The hall as it is kept in memory, and as it is read from the store anew.
    pub async fn hall(&self) -> (String, String) {
        (self.hall_of(&self.halls).await, self.hall_of(&Halls::default()).await)
    }

    async fn hall_of(&self, halls: &Halls) -> String {
        let mut tx = self.db.read().await.unwrap();
        let queue = queue::queue(&mut tx, (&self.site, halls), self.now).await.unwrap();
        let board = queue::board(&mut tx, (&self.site, halls), self.now).await.unwrap();
        let mut places = vec![];
        for visit in queue.visits.iter().take(12) {
            let ticket = queue::find(&mut tx, visit.id).await.unwrap().unwrap();
            let hall = (&*self.site, halls);
            places.push(queue::place_of(&mut tx, hall, &self.catalogue, &ticket, self.now).await.unwrap());
        }
        format!("{}\n{}\n{places:?}", serde_json::to_string(&queue).unwrap(), serde_json::to_string(&board).unwrap())
    }

    /// Everything that is stored of tickets and stops, as the model writes it.
    pub async fn rows(&self) -> Vec<String> {
        type Row = (String, String, i64, String, i64, String, String, i64, i64, Option<i64>);
        const ROWS: &str = "SELECT t.local_day, t.letter, t.ordinal, t.state, s.position, s.state, s.service_code, s.calls, \
            s.line_at, c.number FROM ticket t JOIN stop s ON s.ticket_id = t.id LEFT JOIN counter c ON c.id = s.counter_id";
        let rows: Vec<Row> = match &self.db {
            Db::Sqlite { reader, .. } => {
                sqlx::query_as(ROWS).fetch_all(reader.lend().await.unwrap().connection().unwrap()).await.unwrap()
            }
            Db::Postgres(pool, _) => sqlx::query_as(ROWS).fetch_all(pool).await.unwrap(),
        };
        let written = |(day, letter, ordinal, state, position, stop, service, calls, line_at, counter): Row| {
            let counter = counter.map_or_else(|| "-".to_owned(), |number| number.to_string());
            format!("{day} {letter}-{ordinal:03} {state} | {position} {stop} {service} {calls} {line_at} {counter}")
        };
        let mut rows: Vec<String> = rows.into_iter().map(written).collect();
        rows.sort();
        rows
    }
}

fn said(ticket: &Ticket) -> String {
    format!("{} {}", ticket.number, ticket.state)
}
