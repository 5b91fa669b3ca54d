//! Days in a row in one running program: what a new day leaves behind, whose midnight it is, and a clock set back.

use std::sync::Arc;

use chrono_tz::Tz;
use loket::audit::Act;
use loket::clock::Instant;
use loket::ids::{CounterId, OfficerId, SiteId, TicketId};
use loket::queue::{self, Channel, Clerk, Issued, Priority, TicketRequest};
use loket::sites::{Counter, ServiceGroup, Site};
use loket::web::queue::LiveHalls;
use loket::{identity, sites};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::permits;
use crate::support::{TestCounter, morning};

/// Days of the long run, and visits of each: together more than a watcher is kept.
const DAYS: i64 = 7;
const VISITS: usize = 50;
/// Calls a hall keeps, and events that are kept for a watcher who does not read.
const CALLS_KEPT: usize = 48;
const EVENTS_KEPT: usize = 256;

async fn petugas(office: &TestCounter) -> OfficerId {
    let mut tx = office.db().read().await.unwrap();
    identity::list(&mut tx).await.unwrap().into_iter().find(|o| o.username == "petugas").unwrap().id
}

async fn take(office: &TestCounter, site: &Site) -> Issued {
    let request = TicketRequest {
        services: vec!["SIPB".to_owned()],
        priority: Priority::None,
        channel: Channel::Kiosk,
        phone_sealed: None,
    };
    let app = &office.app;
    let mut tx = app.db.begin().await.unwrap();
    let hall = (site, &*app.halls);
    let issued = queue::issue(&mut tx, Act::system(app.now()), hall, &app.catalogue(), &request).await.unwrap();
    tx.commit().await.unwrap();
    issued
}

/// Opens the first counter of a site.
async fn open(office: &TestCounter, site: &Site, officer: OfficerId) {
    let clerk = Clerk { officer, site, relieves: false, chooses: false, now: office.app.now() };
    let mut tx = office.db().begin().await.unwrap();
    queue::open(&mut tx, clerk, site.counters[0].id).await.unwrap();
    tx.commit().await.unwrap();
}

/// Calls the next visitor to the first counter and begins to serve.
async fn call(office: &TestCounter, site: &Site, officer: OfficerId) -> String {
    let clerk = Clerk { officer, site, relieves: false, chooses: false, now: office.app.now() };
    let mut tx = office.db().begin().await.unwrap();
    let called = queue::next(&mut tx, clerk, site.counters[0].id).await.unwrap().unwrap().ticket;
    queue::start(&mut tx, clerk, called.id).await.unwrap();
    tx.commit().await.unwrap();
    called.number.to_string()
}

/// What a board shows: how many wait, how many calls, how many counters with a visitor.
async fn board(office: &TestCounter, site: &Site) -> (i64, usize, usize) {
    let body = office.as_visitor().get(&format!("/api/v1/sites/{}/board", site.code)).await.is(Status::Ok).body;
    let count = |name: &str| body[name].as_array().map_or(0, Vec::len);
    (body["waiting"].as_i64().unwrap(), count("last_calls"), count("now_serving"))
}

/// A day of visits, the last of which stays open over night.
async fn a_day(office: &TestCounter, site: &Site, officer: OfficerId) -> TicketId {
    open(office, site, officer).await;
    let mut last = None;
    for _ in 0..VISITS {
        last = Some(take(office, site).await.ticket.id);
        call(office, site, officer).await;
    }
    last.unwrap()
}

/// Whether the hall in memory knows a visit, and how many calls it keeps.
async fn kept(office: &TestCounter, site: &Site, visit: TicketId) -> (bool, usize) {
    let mut tx = office.db().read().await.unwrap();
    let now = office.app.now();
    let look = office.app.halls.look(&mut tx, site, now, |hall| (hall.visit(visit).is_some(), hall.calls().count()));
    look.await.unwrap()
}

async fn night(office: &TestCounter, site: &Site) {
    let mut tx = office.db().begin().await.unwrap();
    queue::close_earlier_days(&mut tx, Act::system(office.app.now()), site, &office.app.calendar()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Three sites that have three midnights.
async fn three_zones(office: &TestCounter) -> Vec<Arc<Site>> {
    let opi = office.app.sites().find("opi").cloned().unwrap();
    let mut tx = office.db().begin().await.unwrap();
    for (micros, code, zone) in
        [(1, "wit", Tz::Asia__Jayapura), (2_000, "wita", Tz::Asia__Makassar), (4_000, "wib", Tz::Asia__Jakarta)]
    {
        let counter =
            Counter { id: CounterId::new(micros), number: 1, groups: vec![ServiceGroup::Permits], quick_only: false };
        let site =
            Site { id: SiteId::new(micros), code: code.into(), zone, counters: vec![counter], ..Site::clone(&opi) };
        sites::add(&mut tx, &site).await.unwrap();
    }
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    let found = office.app.sites();
    ["wit", "wita", "wib"].map(|code| found.find(code).cloned().unwrap()).into()
}

fn utc(text: &str) -> Instant {
    Instant::from(text.parse::<chrono::DateTime<chrono::Utc>>().unwrap())
}

on_each_database! {
    async fn a_week_in_a_hall_leaves_one_day_in_memory_and_every_morning_begins_empty(db: Db) {
        let office = TestCounter::new(db).await;
        let (site, officer) = (office.app.sites().find("opi").cloned().unwrap(), petugas(&office).await);
        let news = LiveHalls::default();
        let (mut idle, _) = news.watch(&office.app, site.id);
        let mut yesterday = None;
        for day in 0..DAYS {
            office.clock.set(morning().plus_minutes(day * 24 * 60));
            night(&office, &site).await;
            assert_eq!(board(&office, &site).await, (0, 0, 0), "day {day}");
            if let Some(visit) = yesterday {
                assert_eq!(kept(&office, &site, visit).await, (false, 0), "yesterday is gone on day {day}");
            }
            let last = a_day(&office, &site, officer).await;
            assert_eq!(kept(&office, &site, last).await, (true, CALLS_KEPT), "day {day}");
            yesterday = Some(last);
        }
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        assert!(idle.try_recv().is_err(), "a watcher who never reads is told that events are lost");
        let mut held = 0;
        while idle.try_recv().is_ok() {
            held += 1;
        }
        println!("{DAYS} days, {} calls: {CALLS_KEPT} calls and {held} events kept", DAYS * VISITS as i64);
        assert!((1..=EVENTS_KEPT).contains(&held), "{held} events are kept");
    }

    async fn at_the_turn_of_the_year_each_zone_begins_anew_at_its_own_midnight(db: Db) {
        let office = TestCounter::new(db).await;
        let (there, officer) = (three_zones(&office).await, petugas(&office).await);
        office.clock.set(utc("2026-12-31T14:59:59Z"));
        for site in &there {
            open(&office, site, officer).await;
            for people_ahead in 0..3 {
                assert_eq!(take(&office, site).await.place.people_ahead, people_ahead);
            }
            assert_eq!(call(&office, site, officer).await, "A-001");
        }
        let turns: [(&str, &[&str]); 5] = [
            ("2026-12-31T14:59:59Z", &[]),
            ("2026-12-31T15:00:00Z", &["wit"]),
            ("2026-12-31T16:00:00Z", &["wit", "wita"]),
            ("2026-12-31T16:59:59Z", &["wit", "wita"]),
            ("2026-12-31T17:00:00Z", &["wit", "wita", "wib"]),
        ];
        for (at, begun) in turns {
            office.clock.set(utc(at));
            for site in &there {
                let expected = if begun.contains(&site.code.as_str()) { (0, 0, 0) } else { (2, 1, 1) };
                assert_eq!(board(&office, site).await, expected, "{} at {at}", site.code);
            }
        }
        for site in &there {
            let Issued { ticket, place } = take(&office, site).await;
            let found = (ticket.number.to_string(), ticket.day.to_string(), place.people_ahead);
            assert_eq!(found, ("A-001".to_owned(), "2027-01-01".to_owned(), 0), "{}", site.code);
        }
    }

    async fn a_clock_set_back_an_hour_moves_nobody_in_line(db: Db) {
        let office = TestCounter::new(db).await;
        let (site, officer) = (office.app.sites().find("opi").cloned().unwrap(), petugas(&office).await);
        open(&office, &site, officer).await;
        let mut numbers = Vec::new();
        for (minutes, people_ahead) in [(60, 0), (61, 1), (2, 2), (30, 3), (62, 4)] {
            office.clock.set(morning().plus_minutes(minutes));
            let issued = take(&office, &site).await;
            assert_eq!(issued.place.people_ahead, people_ahead, "{}", issued.ticket.number);
            numbers.push(issued.ticket.number.to_string());
        }
        assert_eq!(numbers, ["A-001", "A-002", "A-003", "A-004", "A-005"]);
        office.clock.set(morning().plus_minutes(5));
        let mut called = Vec::new();
        for _ in 0..5 {
            called.push(call(&office, &site, officer).await);
        }
        assert_eq!(called, numbers);
        assert_eq!(board(&office, &site).await, (0, 5, 1));
    }

    async fn a_clock_set_back_an_hour_leaves_due_dates_and_numbers_of_files_whole(db: Db) {
        let office = permits::office(db).await;
        let mut files: Vec<Value> = Vec::new();
        for minutes in [60, 0, 61] {
            office.clock.set(morning().plus_minutes(minutes));
            let id = permits::complete_draft(&office, permits::midwife()).await;
            files.push(permits::act(&office, "petugas", &id, "registration", json!({})).await);
        }
        assert!(files.iter().all(|file| file["due_date"] == "2026-12-01"), "{files:?}");
        let mut numbers: Vec<&str> = files.iter().map(|file| file["code"].as_str().unwrap()).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), files.len(), "{numbers:?}");
    }
}
