//! Whether a number is given: hours, breaks, holidays, exceptional days, limits; and whose day a number belongs to.

use std::sync::Arc;

use chrono::NaiveTime;
use chrono_tz::Tz;
use loket::calendar::{self, ExceptionalDay, ServiceLimit};
use loket::clock::{Day, Instant};
use loket::db::Db;
use loket::ids::SiteId;
use loket::sites;
use loket::sites::{Opening, Site};
use rocket::http::Status;
use serde_json::json;

use crate::support::{Answer, TestCounter, act_at, execute, scalar};

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").unwrap()
}

fn at(on: &str, clock: &str, zone: Tz) -> Instant {
    Day::parse(on).unwrap().at(time(clock), zone)
}

/// An office whose sites keep hours: 08.00–15.00, on Friday with the break for the prayer.
async fn office(db: Db) -> TestCounter {
    let office = TestCounter::with(db, |config| config.secure_cookies = false).await;
    execute(office.db(), "UPDATE site SET always_open = FALSE").await;
    for weekday in 1..=4 {
        open(&office, weekday, "08:00", "15:00").await;
    }
    open(&office, 5, "08:00", "11:30").await;
    open(&office, 5, "13:30", "15:00").await;
    office.app.reload().await.unwrap();
    office
}

async fn open(office: &TestCounter, weekday: u32, opens: &str, closes: &str) {
    let sql = "INSERT INTO opening (site_id, weekday, opens, closes) SELECT id";
    execute(office.db(), format!("{sql}, {weekday}, '{opens}', '{closes}' FROM site")).await;
}

fn opi(office: &TestCounter) -> SiteId {
    office.app.sites().find("opi").unwrap().id
}

async fn take(office: &TestCounter, services: &[&str]) -> Answer {
    office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": services })).await
}

async fn limit(office: &TestCounter, service: &str, quota: Option<i64>, cut_off: Option<&str>) {
    let limit = ServiceLimit { site: opi(office), service: service.into(), quota, cut_off: cut_off.map(time) };
    let mut tx = office.db().begin().await.unwrap();
    calendar::set_limit(&mut tx, act_at(0), &limit).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
}

async fn exception(office: &TestCounter, on: &str, hours: Option<(&str, &str)>, reason: &str) {
    let hours = hours.map(|(opens, closes)| (time(opens), time(closes)));
    let day = ExceptionalDay { site: opi(office), on: Day::parse(on).unwrap(), hours, reason: reason.into() };
    let mut tx = office.db().begin().await.unwrap();
    calendar::set_exceptional_day(&mut tx, act_at(0), &day).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
}

on_each_database! {
    async fn a_closed_site_gives_no_number_and_says_why_and_when_again(db: Db) {
        let office = office(db).await;
        take(&office, &["SIPB"]).await.is(Status::Created);
        office.clock.set(at("2026-11-27", "12:00", Tz::Asia__Jakarta));
        let rest = take(&office, &["SIPB"]).await.refused_with(Status::Conflict, "site-on-break");
        assert!(rest.word("detail").contains("salat Jumat") && rest.word("detail").contains("pukul 13.30 WIB"));
        office.clock.set(at("2026-12-25", "09:00", Tz::Asia__Jakarta));
        let feast = take(&office, &["SIPB"]).await.refused_with(Status::Conflict, "site-closed");
        assert!(feast.word("detail").contains("libur") && feast.word("detail").contains("Senin, 28 Desember 2026"), "{}", feast.word("detail"));
        let english = office.as_visitor().post("/api/v1/sites/opi/tickets?lang=en", json!({ "services": ["SIPB"] })).await;
        assert!(english.word("detail").contains("Monday, 28 December 2026"), "{}", english.word("detail"));
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 1);
    }

    async fn kiosk_board_and_list_of_sites_say_the_same(db: Db) {
        let office = office(db).await;
        office.clock.set(at("2026-11-27", "12:00", Tz::Asia__Jakarta));
        let kiosk = office.as_visitor().get("/antrean/opi").await.is(Status::Ok).text();
        assert!(kiosk.contains("Istirahat salat Jumat") && kiosk.contains("pukul 13.30 WIB"), "{kiosk}");
        let english = office.as_visitor().get("/antrean/opi?lang=en").await.text();
        assert!(english.contains("Break for the Friday prayer") && english.contains("at 13.30 WIB"), "{english}");
        let board = office.as_visitor().get("/antrean/opi/papan").await.text();
        assert!(board.contains("08.00–11.30, 13.30–15.00"));
        let sites = office.as_visitor().get("/api/v1/sites").await.is(Status::Ok);
        let opening = &sites.body["items"][0]["opening"];
        assert_eq!((&opening["state"], &opening["reason"]), (&json!("break"), &json!("friday_prayer")));
        assert_eq!(opening["changes_at"], "2026-11-27T06:30:00.000000Z");
        assert_eq!(sites.body["items"][0]["open"], false);
    }

    async fn an_exceptional_day_closes_or_opens_a_site_for_a_reason(db: Db) {
        let office = office(db).await;
        exception(&office, "2026-11-24", None, "Listrik padam").await;
        let closed = take(&office, &["SIPB"]).await.refused_with(Status::Conflict, "site-closed");
        assert!(closed.word("detail").contains("Listrik padam"));
        let elsewhere = json!({ "services": ["SIPB"] });
        office.as_visitor().post("/api/v1/sites/pangkalan-balai/tickets", elsewhere).await.is(Status::Created);
        exception(&office, "2026-11-24", Some(("08:00", "10:00")), "Setengah hari").await;
        take(&office, &["SIPB"]).await.is(Status::Created);
        let mut tx = office.db().begin().await.unwrap();
        let day = Day::parse("2026-11-24").unwrap();
        calendar::remove_exceptional_day(&mut tx, act_at(1), opi(&office), day).await.unwrap();
        assert!(calendar::remove_exceptional_day(&mut tx, act_at(1), opi(&office), day).await.is_err());
    }

    async fn a_service_gives_no_number_after_its_cut_off_while_others_do(db: Db) {
        let office = office(db).await;
        limit(&office, "KK-B", None, Some("11:00")).await;
        take(&office, &["KK-B"]).await.is(Status::Created);
        office.wait_minutes(120);
        take(&office, &["SIPB", "KK-B"]).await.refused_with(Status::Conflict, "service-cut-off");
        take(&office, &["SIPB"]).await.is(Status::Created);
        let kiosk = office.as_visitor().get("/antrean/opi?group=B").await.is(Status::Ok).text();
        assert!(kiosk.contains("Pengambilan nomor ditutup pukul 11.00 WIB"), "{kiosk}");
        assert!(!kiosk.contains("s=KK-B\""), "the closed service is no link");
    }

    async fn a_number_given_back_frees_its_place_of_the_quota(db: Db) {
        let office = office(db).await;
        limit(&office, "SIPB", Some(1), None).await;
        let mine = take(&office, &["SIPB"]).await.is(Status::Created).word("token");
        let used = take(&office, &["SIPB"]).await.refused_with(Status::Conflict, "quota-used");
        assert!(used.word("detail").contains("besok pukul 08.00 WIB"), "{}", used.word("detail"));
        office.as_visitor().delete(&format!("/api/v1/tickets/{mine}")).await.is(Status::Ok);
        take(&office, &["SIPB"]).await.is(Status::Created);
        take(&office, &["SIPB"]).await.refused_with(Status::Conflict, "quota-used");
        office.clock.set(at("2026-11-25", "09:00", Tz::Asia__Jakarta));
        take(&office, &["SIPB"]).await.is(Status::Created);
    }

    async fn sixty_four_takers_at_the_last_places_of_a_quota_get_exactly_those(db: Db) {
        let office = Arc::new(office(db).await);
        limit(&office, "SIPB", Some(5), None).await;
        limit(&office, "KK-B", Some(64), None).await;
        let mut takers = tokio::task::JoinSet::new();
        for taker in 0..64 {
            let office = Arc::clone(&office);
            let services: &[&str] = if taker % 2 == 0 { &["SIPB", "KK-B"] } else { &["KK-B", "SIPB"] };
            takers.spawn_local(async move { take(&office, services).await.status });
        }
        let answers = takers.join_all().await;
        let given = answers.iter().filter(|status| **status == Status::Created).count();
        assert_eq!(given, 5);
        assert_eq!(answers.iter().filter(|status| **status == Status::Conflict).count(), 59, "{answers:?}");
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 5);
        assert_eq!(scalar(office.db(), "SELECT CAST(SUM(ordinal) AS BIGINT) FROM ticket").await, no_gap(&office).await);
    }

    async fn numbers_begin_anew_with_the_local_day_of_each_zone(db: Db) {
        let office = TestCounter::new(db).await;
        let there: Vec<Site> = [("wit", Tz::Asia__Jayapura), ("wita", Tz::Asia__Makassar), ("wib", Tz::Asia__Jakarta)]
            .into_iter()
            .enumerate()
            .map(|(place, (code, zone))| site(&office, place, code, zone))
            .collect();
        let mut tx = office.db().begin().await.unwrap();
        for site in &there {
            sites::add(&mut tx, site).await.unwrap();
        }
        tx.commit().await.unwrap();
        office.app.reload().await.unwrap();
        for site in &there {
            let new_year = Day::parse("2027-01-01").unwrap().start(site.zone);
            let mut numbers = Vec::new();
            for seconds in [-60, -1, 0, 60] {
                office.clock.set(new_year.plus_seconds(seconds));
                let path = format!("/api/v1/sites/{}/tickets", site.code);
                let taken = office.as_visitor().post(&path, json!({ "services": ["SIPB"] })).await;
                numbers.push(taken.is(Status::Created).word("number"));
            }
            assert_eq!(numbers, ["A-001", "A-002", "A-001", "A-002"], "{}", site.code);
        }
    }

    async fn a_clock_set_back_never_gives_a_number_twice(db: Db) {
        let office = TestCounter::new(db).await;
        let mut numbers = Vec::new();
        for hours in [0, 24, 23, -1, 0, 48, 24] {
            office.clock.set(at("2026-11-24", "09:00", Tz::Asia__Jakarta).plus_minutes(hours * 60));
            let taken = take(&office, &["SIPB"]).await.is(Status::Created);
            let day = office.clock.now().day(Tz::Asia__Jakarta);
            numbers.push(format!("{day} {}", taken.word("number")));
        }
        let mut once = numbers.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), numbers.len(), "{numbers:?}");
        assert!(numbers.contains(&"2026-11-24 A-003".to_owned()), "{numbers:?}");
    }
}

/// What the ordinals of the one letter sum up to when none is missing.
async fn no_gap(office: &TestCounter) -> i64 {
    let letters = "SELECT COUNT(*) FROM ticket WHERE letter";
    let a = scalar(office.db(), format!("{letters} = 'A'")).await;
    let b = scalar(office.db(), format!("{letters} = 'B'")).await;
    (a * (a + 1) + b * (b + 1)) / 2
}

fn site(office: &TestCounter, place: usize, code: &str, zone: Tz) -> Site {
    let micros = i64::try_from(place).unwrap() * 1000 + 1;
    let openings: Vec<Opening> = Vec::new();
    let opi = office.app.sites().find("opi").cloned().unwrap();
    Site { id: SiteId::new(micros), code: code.into(), zone, openings, counters: vec![], ..Site::clone(&opi) }
}
