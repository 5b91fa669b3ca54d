//! The estimate in the live queue: told, kept, scored, and the same as in the replay of the same day.

use std::collections::HashMap;
use std::sync::Arc;

use loket::audit::Act;
use loket::catalogue;
use loket::clock::Instant;
use loket::db::Db;
use loket::identity;
use loket::ids::{OfficerId, TicketId};
use loket::queue::estimate::Knowledge;
use loket::queue::replay::{self, Arrives, Day, Event, House, Matter, What};
use loket::queue::{self, Channel, Clerk, Known, Place, Priority, TicketRequest, estimates};
use loket::sites::Site;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::support::{Browser, TestCounter, execute, morning, scalar};

/// The minute of the day at which the tests' office opens its counters.
const OPENS: f64 = 545.0;

/// An office with the whole catalogue.
async fn office(db: Db) -> TestCounter {
    let office = TestCounter::new(db).await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    office
}

async fn take(office: &TestCounter) -> Value {
    let wish = json!({ "services": ["SIPB"] });
    office.as_visitor().post("/api/v1/sites/opi/tickets", wish).await.is(Status::Created).body
}

async fn open(office: &TestCounter, number: usize) -> String {
    let counter = office.app.sites().find("opi").unwrap().counters[number - 1].id;
    let path = format!("/api/v1/counters/{counter}");
    office.as_officer("petugas").await.post(&format!("{path}/open"), json!({})).await.is(Status::Ok);
    path
}

/// A day on which every counter opens at once and people come in a rush, some with two matters, some called earlier.
fn rush(site: &Site, house: &mut House, knowledge: &mut Knowledge, people: usize) -> Day {
    let mut events = Vec::new();
    for counter in &site.counters {
        let at = house.counter(&counter.number.to_string());
        let codes = house.codes_of(&counter.groups);
        let services = codes.iter().map(|code| house.service(knowledge, code)).collect();
        events.push(Event { at: OPENS, what: What::Opens(at, services) });
    }
    let mut at = OPENS;
    for visitor in 0..people {
        at += [0.25, 0.5, 1.25, 0.75][visitor % 4];
        let codes: &[&str] = [&["SIPB"][..], &["KK-U"], &["SIPB", "KK-U"], &["AMBIL"], &["KONSUL"]][visitor * 7 % 5];
        let minutes = |place: usize| [4.0, 9.5, 6.25, 12.0, 5.75, 7.5, 20.25][(visitor * 3 + place) % 7];
        let matter =
            |(place, code): (usize, &&str)| Matter { service: house.service(knowledge, code), minutes: minutes(place) };
        let matters = codes.iter().enumerate().map(matter).collect();
        let priority = visitor % 6 == 5;
        let word = if priority { Priority::Elderly } else { Priority::None }.to_string();
        events.push(Event { at, what: What::Arrives(Arrives { matters, priority, word }) });
    }
    let date = morning().day(site.zone).0;
    Day { date, offset: chrono::Offset::fix(&chrono::Utc), events }
}

/// A hall whose clerks work exactly as a trace says, through the use cases of the live queue.
struct LiveHall<'a> {
    office: &'a TestCounter,
    site: Arc<Site>,
    officer: OfficerId,
    house: &'a House,
    /// By counter, until when it serves whom.
    serving: Vec<Option<(f64, TicketId)>>,
    /// Minutes of the matters still to come.
    left: HashMap<TicketId, Vec<(String, f64)>>,
    told: Vec<Place>,
}

impl LiveHall<'_> {
    async fn play(mut self, day: &Day) -> Vec<Place> {
        let mut events = day.events.iter().peekable();
        loop {
            let ends = self.serving.iter().enumerate().filter_map(|(at, c)| Some((c.as_ref()?.0, at)));
            let first = ends.min_by(|a, b| a.0.total_cmp(&b.0));
            let now = match (first, events.peek()) {
                (Some((ends, at)), event) if event.is_none_or(|event| ends <= event.at) => {
                    self.finish(at, ends).await;
                    ends
                }
                (_, Some(event)) => {
                    let event: &Event = event;
                    events.next();
                    self.happens(event).await;
                    event.at
                }
                (_, None) => return self.told,
            };
            for at in 0..self.serving.len() {
                if self.serving[at].is_none() {
                    self.call(at, now).await;
                }
            }
        }
    }

    fn clerk(&self, minute: f64) -> Clerk<'_> {
        Clerk { officer: self.officer, site: &self.site, relieves: false, chooses: false, now: self.at(minute) }
    }

    fn at(&self, minute: f64) -> Instant {
        Instant(morning().day(self.site.zone).start(self.site.zone).0 + (minute * 60e6) as i64)
    }

    async fn happens(&mut self, event: &Event) {
        let mut tx = self.office.db().begin().await.unwrap();
        match &event.what {
            What::Opens(at, _) => {
                queue::open(&mut tx, self.clerk(event.at), self.site.counters[*at].id).await.unwrap();
            }
            What::Closes(_) => {}
            What::Arrives(arrives) => {
                let request = TicketRequest {
                    services: arrives.matters.iter().map(|m| self.house.code(m.service).to_owned()).collect(),
                    priority: arrives.word.parse().unwrap(),
                    channel: Channel::Kiosk,
                    phone_sealed: None,
                };
                let (act, app) = (Act::system(self.at(event.at)), &self.office.app);
                let issued =
                    queue::issue(&mut tx, act, (&self.site, &app.halls), &app.catalogue(), &request).await.unwrap();
                self.told.push(issued.place);
                let minutes = |m: &Matter| (self.house.code(m.service).to_owned(), m.minutes);
                self.left.insert(issued.ticket.id, arrives.matters.iter().map(minutes).collect());
            }
        }
        tx.commit().await.unwrap();
    }

    async fn call(&mut self, at: usize, now: f64) {
        let mut tx = self.office.db().begin().await.unwrap();
        let called = queue::next(&mut tx, self.clerk(now), self.site.counters[at].id).await;
        let Ok(Some(called)) = called else { return };
        queue::start(&mut tx, self.clerk(now), called.ticket.id).await.unwrap();
        tx.commit().await.unwrap();
        let service = &called.ticket.current().unwrap().service;
        let (_, minutes) = self.left[&called.ticket.id].iter().find(|(code, _)| code == service).unwrap();
        self.serving[at] = Some((now + minutes, called.ticket.id));
    }

    async fn finish(&mut self, at: usize, now: f64) {
        let (_, ticket) = self.serving[at].take().unwrap();
        let mut tx = self.office.db().begin().await.unwrap();
        queue::finish(&mut tx, self.clerk(now), ticket).await.unwrap();
        tx.commit().await.unwrap();
    }
}

on_each_database! {
    async fn the_estimate_told_with_a_number_is_the_one_kept_and_scored_when_the_person_is_called(db: Db) {
        let office = office(db).await;
        assert!(take(&office).await["estimate"].is_null());
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM estimate").await, 0, "nothing was told");
        let counter = open(&office, 1).await;
        let clerk = office.as_officer("petugas").await;
        let second = take(&office).await;
        let kept = |what: &str| format!("SELECT {what} FROM estimate");
        let told = &second["estimate"];
        for (column, word) in [("low", "low_minutes"), ("likely", "likely_minutes"), ("high", "high_minutes")] {
            assert_eq!(Some(scalar(office.db(), kept(column)).await), told[word].as_i64(), "{word}");
        }
        let basis = (scalar(office.db(), kept("people_ahead")).await, scalar(office.db(), kept("counters")).await);
        assert_eq!(basis, (1, 1));
        let report = "/api/v1/reports/estimates?from=2026-11-24&to=2026-11-24";
        let n = |answer: Value| answer["totals"]["n"].as_i64();
        let supervisor = office.as_officer("penyelia").await;
        assert_eq!(n(supervisor.get(report).await.is(Status::Ok).body), Some(0), "nobody was called yet");
        for minutes in [0, 6] {
            office.wait_minutes(minutes);
            let called = clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).word("id");
            clerk.post(&format!("/api/v1/tickets/{called}/start"), json!({})).await.is(Status::Ok);
        }
        let scored = supervisor.get(report).await.is(Status::Ok).body;
        let error = told["likely_minutes"].as_f64().unwrap() - 6.0;
        assert_eq!((n(scored.clone()), scored["totals"]["bias_minutes"].as_f64()), (Some(1), Some(error)));
    }

    async fn an_estimate_names_the_people_the_counters_and_the_minutes_it_rests_on(db: Db) {
        let office = office(db).await;
        for _ in 0..3 {
            assert!(take(&office).await["estimate_because"].is_null());
        }
        open(&office, 1).await;
        open(&office, 2).await;
        let mine = take(&office).await;
        let because = &mine["estimate_because"];
        assert_eq!((&because["counters"], &because["minutes_each"]), (&json!(2), &json!(15)));
        assert_eq!(because["id"], "Dihitung dari 3 orang di depan Anda, 2 loket buka, rata-rata 15 menit per orang");
        assert_eq!(because["en"], "Worked out from 3 people ahead of you, 2 counters open, 15 minutes each on average");
        let mut phone = Browser::new(&office);
        let page = phone.visit(&format!("/t/{}", mine["token"].as_str().unwrap())).await;
        assert!(page.contains(because["id"].as_str().unwrap()), "{page}");
        let board = office.as_visitor().get("/api/v1/sites/opi/board").await.is(Status::Ok).body;
        let line = &board["groups"][0];
        let minutes = |word: &str| line[word].as_i64().unwrap();
        assert!(minutes("low_minutes") <= minutes("likely_minutes"));
        assert!(minutes("likely_minutes") < minutes("high_minutes"));
    }

    async fn the_live_estimate_is_that_of_the_replay_of_the_same_day(db: Db) {
        let office = office(db).await;
        // Not the usual rule: live hall, estimate and replay all follow that of the site.
        execute(office.db(), "UPDATE site SET regular_per_priority = 1").await;
        office.app.reload().await.unwrap();
        let site = office.app.sites().find("opi").unwrap().clone();
        let (mut house, mut knowledge) = estimates::start(&site, &office.app.catalogue());
        let today = rush(&site, &mut house, &mut knowledge, 48);
        let past = |back| {
            let date = today.date - chrono::Days::new(back);
            Day { date, events: today.events[back as usize..].to_vec(), ..today.clone() }
        };
        let history: Vec<Day> = (1..=5).rev().map(past).collect();
        replay::learn(&mut knowledge, &house, &history);
        let replayed = replay::play(&today, &house, &knowledge, &mut |_| ());
        let day = morning().day(site.zone);
        office.app.halls.learn(site.id, Known::new(day, &house, knowledge));
        let mut tx = office.db().read().await.unwrap();
        let officer = identity::list(&mut tx).await.unwrap().into_iter().find(|o| o.username == "petugas").unwrap().id;
        drop(tx);
        let serving = vec![None; site.counters.len()];
        let (left, told, house) = (HashMap::new(), Vec::new(), &house);
        let hall = LiveHall { office: &office, site, officer, house, serving, left, told };
        let told = hall.play(&today).await;
        assert_eq!(told.len(), 48);
        let waits = told.iter().filter(|place| place.estimate.is_ok_and(|wait| wait.likely_minutes > 5)).count();
        assert!(waits > 20, "{waits} people wait long enough for a difference to show");
        for (live, visit) in told.iter().zip(&replayed) {
            assert_eq!(*live, visit.place, "{}", visit.number);
        }
        let called = scalar(office.db(), "SELECT COUNT(*) FROM estimate WHERE called_at IS NOT NULL").await;
        assert_eq!(called, 48);
    }
}
