//! Due dates against a table that a program of another language made from holidays typed by hand
//! (`tests/python/due_dates.py`).

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeZone};
use chrono_tz::Tz;
use loket::calendar::{Calendar, Pause, Sla, SlaUnit};
use loket::clock::Instant;
use loket::ids::SiteId;
use loket::sites::{Opening, Site};
use loket::{calendar, permits, sites};
use rocket::http::Status;
use serde_json::json;

use crate::appointments::worker;
use crate::outbox::{MailServer, free_port, readable};
use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife, office};
use crate::support::{TestCounter, act_at};

const TABLE: &str = include_str!("data/due_dates.csv");

fn clock(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn zone(word: &str) -> Tz {
    match word {
        "wib" => Tz::Asia__Jakarta,
        "wita" => Tz::Asia__Makassar,
        "wit" => Tz::Asia__Jayapura,
        other => panic!("{other}"),
    }
}

/// Open 08.00 to 15.00, on Friday to 11.30, and on Saturday, which moves no clock.
fn site(zone: Tz, cut_off: &str) -> Site {
    let opening = |weekday, closes| Opening { weekday, opens: clock("08:00"), closes: clock(closes) };
    let week = (1..=4).map(|weekday| opening(weekday, "15:00"));
    Site {
        id: SiteId::new(0),
        code: "uji".to_owned(),
        name: "Gerai Uji".to_owned(),
        address: String::new(),
        zone,
        always_open: false,
        cut_off: clock(cut_off),
        open_on_joint_leave: false,
        paired_only: false,
        call_rules: loket::sites::CallRules::USUAL,
        quick_services: std::sync::Arc::default(),
        openings: week.chain([opening(5, "11:30"), opening(6, "21:00")]).collect(),
        ramadan_openings: Vec::new(),
        counters: Vec::new(),
    }
}

/// `…Z` is UTC, anything else the wall clock of the site.
fn moment(text: &str, zone: Tz) -> Instant {
    let read = |text: &str| {
        let forms = ["%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M"];
        forms.iter().find_map(|form| NaiveDateTime::parse_from_str(text, form).ok()).unwrap()
    };
    match text.strip_suffix('Z') {
        Some(utc) => Instant::from(DateTime::from_naive_utc_and_offset(read(utc), chrono::Utc)),
        None => Instant::from(zone.from_local_datetime(&read(text)).unwrap().to_utc()),
    }
}

fn pauses(text: &str, zone: Tz) -> Vec<Pause> {
    let parts = text.split(';').filter(|part| !part.is_empty());
    let pair = |part: &str| part.split_once('/').map(|(from, to)| (moment(from, zone), Some(moment(to, zone))));
    parts.map(|part| pair(part).unwrap()).collect()
}

#[test]
fn every_due_date_is_the_one_of_the_table_made_independently() {
    let calendar = Calendar::built_in();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [what, complete, place, cut_off, days, paused, due, closes] = cells[..] else { panic!("{line}") };
        let zone = zone(place);
        let sla = Sla { unit: SlaUnit::WorkingDays, value: days.parse().unwrap() };
        let (at, _) = calendar.due_at(moment(complete, zone), &site(zone, cut_off), &sla, &pauses(paused, zone));
        let expected = moment(&format!("{due}T{closes}"), zone);
        if at != expected {
            wrong.push(format!("{what}: {complete} + {days}: {at} instead of {expected}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(count >= 60, "{count} cases");
}

#[test]
fn the_table_is_what_its_program_makes() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/due_dates.py");
    if let Some(made) = crate::support::papers::run("python3", &[program]) {
        assert_eq!(made, TABLE);
    }
}

/// Registered on Tuesday, 24 November 2026: five working days, due on 1 December.
async fn registered(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    id
}

async fn due_of(counter: &TestCounter, id: &str) -> String {
    let path = format!("/api/v1/applications/{id}");
    counter.as_officer("petugas").await.get(&path).await.is(Status::Ok).body["due_date"].as_str().unwrap().to_owned()
}

/// Imports a file of days off and counts the promises again, as the command does, in one transaction.
pub async fn change_calendar(counter: &TestCounter, csv: &str) -> usize {
    let mut tx = counter.db().begin().await.unwrap();
    calendar::import(&mut tx, act_at(5), csv.as_bytes()).await.unwrap();
    let (days, sites) = (calendar::load(&mut tx).await.unwrap(), sites::load(&mut tx).await.unwrap());
    let moved = permits::recompute_promises(&mut tx, act_at(5), (&days, &sites)).await.unwrap();
    tx.commit().await.unwrap();
    counter.app.reload().await.unwrap();
    moved
}

pub const FLOOD: &str = "date,kind,name,basis\n2026-11-26,local,Banjir DATA UJI,official\n";
const NO_FLOOD: &str = "date,kind,name,basis\n2026-12-09,local,Pilkada DATA UJI,official\n";

on_each_database! {
    async fn a_day_off_moves_every_open_promise_in_the_same_transaction_and_says_so(db: Db) {
        let counter = office(db).await;
        let (open, returned, decided) =
            (registered(&counter).await, registered(&counter).await, registered(&counter).await);
        act(&counter, "verifikator", &returned, "claim", json!({})).await;
        act(&counter, "verifikator", &returned, "return", json!({ "note": "x" })).await;
        act(&counter, "petugas", &decided, "withdrawal", json!({ "reason": "x" })).await;
        assert_eq!(change_calendar(&counter, FLOOD).await, 2);
        assert_eq!((due_of(&counter, &open).await, due_of(&counter, &decided).await),
            ("2026-12-02".to_owned(), "2026-12-01".to_owned()));
        let page = browser(&counter, "petugas").await.get(&format!("/permohonan/{open}")).await.text();
        assert!(page.contains("kalender berubah") && page.contains("1 Desember 2026"), "before and after: {page}");
        let acts = counter.acts_about(&open).await;
        assert_eq!(acts.iter().filter(|act| *act == "application.promise-moved").count(), 1, "{acts:?}");
        assert_eq!(change_calendar(&counter, NO_FLOOD).await, 2, "the flood is taken back");
        assert_eq!(due_of(&counter, &open).await, "2026-12-01");
        assert_eq!(change_calendar(&counter, NO_FLOOD).await, 0, "nothing moves twice");
        counter.wait_minutes(2 * 24 * 60);
        act(&counter, "petugas", &returned, "resubmission", json!({})).await;
        assert_eq!(due_of(&counter, &returned).await, "2026-12-03", "the pause and the calendar together");
    }

    async fn files_close_to_deemed_approval_are_raised_once_each_and_nothing_is_issued(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (counter, postman) = crate::outbox::office(db, |config| {
            config.smtp_url = format!("smtp://127.0.0.1:{port}");
            config.warnings_email = "penyelia@contoh.id".to_owned();
            config.secure_cookies = true;
        }).await;
        let (running, paused) = (registered(&counter).await, registered(&counter).await);
        act(&counter, "verifikator", &paused, "claim", json!({})).await;
        act(&counter, "verifikator", &paused, "return", json!({ "note": "x" })).await;
        let worker = worker(&counter);
        let raised = async || worker.round().await.unwrap().warned;
        assert_eq!(raised().await, 0);
        counter.wait_minutes(3 * 24 * 60);
        assert_eq!((raised().await, raised().await), (2, 0), "half of the time and two days before, once");
        postman.round().await.unwrap();
        let letters = server.letters().await;
        assert_eq!(letters.len(), 1);
        let letter = readable(&letters[0]);
        assert!(letter.contains("To: penyelia@contoh.id") && letter.contains("H-2"), "{letter}");
        counter.wait_minutes(3 * 24 * 60);
        assert_eq!(raised().await, 2, "eighty percent and one day before");
        counter.wait_minutes(2 * 24 * 60);
        assert_eq!(raised().await, 2, "ninety-five percent and late");
        let page = browser(&counter, "penyelia").await.get("/permohonan/tenggat").await.is(Status::Ok).text();
        assert!(page.contains("lewat tenggat") && page.contains(&running) && !page.contains(&paused), "{page}");
        let file = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{running}")).await.body;
        assert_eq!((file["state"].as_str(), file["permit"].is_null()), (Some("registered"), true));
    }
}
