//! Appointments through their doors: times, booking, change, arriving, closed days, and what keeps programs out.

mod arriving;
mod pages;

use std::net::SocketAddr;

use loket::audit::Act;
use loket::catalogue;
use loket::clock::Instant;
use loket::config::Config;
use loket::db::Db;
use loket::jobs::{Round, Worker};
use rocket::futures::future::join_all;
use rocket::http::{ContentType, Method, Status};
use serde_json::{Value, json};

use crate::support::{Answer, Caller, TestCounter, execute, morning, scalar};

/// An office with the whole catalogue.
async fn office(db: Db) -> TestCounter {
    office_with(db, |config| config.secure_cookies = false).await
}

async fn office_with(db: Db, change: impl FnOnce(&mut Config)) -> TestCounter {
    let office = TestCounter::with(db, change).await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    office
}

/// A moment of the ordinary Tuesday, minutes after nine in the morning.
fn at(minutes: i64) -> Instant {
    morning().plus_minutes(minutes)
}

fn wish(service: &str, start: Instant, phone: &str) -> Value {
    json!({ "services": [service], "start": start, "phone": phone })
}

async fn ask(caller: &Caller<'_>, body: Value) -> Answer {
    caller.post("/api/v1/sites/opi/appointments", body).await
}

async fn booked(caller: &Caller<'_>, service: &str, start: Instant, phone: &str) -> Value {
    ask(caller, wish(service, start, phone)).await.is(Status::Created).body
}

fn path_of(appointment: &Value) -> String {
    format!("/api/v1/appointments/{}", appointment["token"].as_str().unwrap())
}

/// How many more people can choose a time; 0 when it is not offered.
async fn free_at(caller: &Caller<'_>, service: &str, start: Instant) -> i64 {
    let path = format!("/api/v1/sites/opi/slots?services={service}&from=2026-11-24&to=2026-11-24");
    let slots = caller.get(&path).await.is(Status::Ok).body;
    let found = slots["items"].as_array().unwrap().iter().find(|slot| slot["start"] == json!(start)).cloned();
    found.map_or(0, |slot| slot["free"].as_i64().unwrap())
}

pub fn worker(office: &TestCounter) -> Worker {
    let app = &office.app;
    let press = loket::web::permits::press(app);
    Worker {
        db: app.db.clone(),
        clock: app.clock.clone(),
        keys: app.keys.clone(),
        press,
        gate: app.gate.clone(),
        national: None,
        scanner: None,
        stamper: None,
        erasures: loket::documents::ErasureList::of(&app.config.data_dir),
    }
}

async fn round(office: &TestCounter) -> Round {
    worker(office).round().await.unwrap()
}

on_each_database! {
    async fn an_appointment_is_booked_changed_and_given_up_by_its_link(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let booking = booked(&visitor, "SIPB", at(90), "0812 3456 7890").await;
        assert_eq!((booking["state"].as_str(), booking["minutes"].as_i64()), (Some("booked"), Some(15)));
        assert_eq!(free_at(&visitor, "SIPB", at(90)).await, 0);
        let path = path_of(&booking);
        let moved = visitor.patch(&path, json!({ "start": at(120) })).await.is(Status::Ok).body;
        assert_eq!(moved["start"], json!(at(120)));
        assert_eq!(visitor.patch(&path, json!({ "start": at(120) })).await.is(Status::Ok).body, moved, "once more");
        assert_eq!((free_at(&visitor, "SIPB", at(90)).await, free_at(&visitor, "SIPB", at(120)).await), (1, 0));
        assert_eq!(visitor.delete(&path).await.is(Status::Ok).body["state"], "cancelled");
        assert_eq!(visitor.delete(&path).await.is(Status::Ok).body["state"], "cancelled", "once more");
        assert_eq!(free_at(&visitor, "SIPB", at(120)).await, 1);
        visitor.patch(&path, json!({ "start": at(150) })).await.refused_with(Status::Conflict, "appointment-over");
        visitor.get("/api/v1/appointments/salah").await.refused_with(Status::NotFound, "appointment-unknown");
        let id = count(&office, "SELECT COUNT(*) FROM audit_line WHERE act LIKE 'appointment.%'").await;
        assert_eq!(id, 4, "held, booked, changed, cancelled");
    }

    async fn of_many_who_want_the_last_place_one_gets_it(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        assert_eq!(free_at(&visitor, "SIPB", at(60)).await, 1, "one lane for appointments");
        let asked = (0..24).map(|n| {
            let (visitor, phone) = (visitor.clone(), format!("08123456{n:04}"));
            async move { ask(&visitor, wish("SIPB", at(60), &phone)).await }
        });
        let answers = join_all(asked).await;
        let winners = answers.iter().filter(|answer| answer.status == Status::Created).count();
        assert_eq!(winners, 1);
        for answer in answers.into_iter().filter(|answer| answer.status != Status::Created) {
            answer.refused_with(Status::Conflict, "slot-taken");
        }
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment_lane").await, 1);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment").await, 1, "the others left nothing behind");
    }

    async fn a_held_place_is_free_again_after_ten_minutes(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let hold = json!({ "services": ["SIPB"], "start": at(60), "hold": true });
        let held = ask(&visitor, hold).await.is(Status::Created).body;
        assert_eq!((held["state"].as_str(), &held["hold_until"]), (Some("held"), &json!(at(10))));
        ask(&visitor, wish("SIPB", at(60), "081234567891")).await.refused_with(Status::Conflict, "slot-taken");
        office.wait_minutes(10);
        let other = booked(&visitor, "SIPB", at(60), "081234567891").await;
        let confirmation = json!({ "confirm": true, "phone": "081234567892" });
        let late = visitor.patch(&path_of(&held), confirmation.clone()).await;
        late.refused_with(Status::Conflict, "slot-taken");
        visitor.delete(&path_of(&other)).await.is(Status::Ok);
        let back = visitor.patch(&path_of(&held), confirmation).await.is(Status::Ok).body;
        assert_eq!(back["state"], "booked", "nobody else wants it: still theirs");
    }

    async fn several_services_take_one_place_after_the_other(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let body = json!({ "services": ["SIPB", "KK-B"], "start": at(60), "phone": "081234567890" });
        let both = ask(&visitor, body).await.is(Status::Created).body;
        assert_eq!((both["minutes"].as_i64(), &both["end"]), (Some(30), &json!(at(90))));
        assert_eq!(free_at(&visitor, "SIPB", at(60)).await, 0, "the permit comes first");
        assert_eq!(free_at(&visitor, "SIPB", at(75)).await, 1);
        assert_eq!(free_at(&visitor, "KK-B", at(60)).await, 1);
        assert_eq!(free_at(&visitor, "KK-B", at(75)).await, 0, "the family card a quarter of an hour later");
    }

    async fn one_person_has_at_most_two_open_appointments(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let first = booked(&visitor, "SIPB", at(60), "081234567890").await;
        booked(&visitor, "SIPB", at(75), "+62 812 3456 7890").await;
        let third = ask(&visitor, wish("SIPB", at(90), "081234567890")).await;
        third.refused_with(Status::Conflict, "appointments-many");
        booked(&visitor, "SIPB", at(90), "081299990000").await;
        visitor.delete(&path_of(&first)).await.is(Status::Ok);
        booked(&visitor, "SIPB", at(105), "0812-3456-7890").await;
        let nobody = ask(&visitor, json!({ "services": ["SIPB"], "start": at(150) })).await;
        nobody.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("phone", "phone-or-nik");
        let by_nik = json!({ "services": ["SIPB"], "start": at(150), "nik": "1607014112920003" });
        ask(&visitor, by_nik).await.is(Status::Created);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment WHERE phone_sealed IS NULL").await, 1);
    }

    async fn the_same_request_sent_twice_books_and_admits_once(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let path = "/api/v1/sites/opi/appointments";
        let body = wish("SIPB", at(60), "081234567890");
        let first = visitor.post_once(path, "kunci", body.clone()).await.is(Status::Created);
        let again = visitor.post_once(path, "kunci", body).await.is(Status::Created);
        assert_eq!(first.bytes, again.bytes);
        let arrive = format!("{}/checkin", path_of(&first.body));
        let number = visitor.post(&arrive, json!({})).await.is(Status::Created).body;
        let same = visitor.post(&arrive, json!({})).await.is(Status::Ok).body;
        assert_eq!((&number["number"], &number["token"]), (&same["number"], &same["token"]));
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 1);
        let own = visitor.get(&path_of(&first.body)).await.is(Status::Ok).body;
        assert_eq!((own["state"].as_str(), &own["ticket"]["number"]), (Some("arrived"), &number["number"]));
    }

    async fn a_booking_that_slips_in_while_the_day_is_closed_is_called_off_by_the_timed_work(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let booking = booked(&visitor, "SIPB", at(60), "081234567890").await;
        let closing = "INSERT INTO appointment_closing (site_id, local_day, reason, officer_id, at) \
            SELECT s.id, '2026-11-24', 'Banjir', o.id, 0 FROM site s, officer o WHERE s.code = 'opi' AND o.username = 'penyelia'";
        execute(office.db(), closing).await;
        assert_eq!(round(&office).await.appointments, 1);
        assert_eq!(visitor.get(&path_of(&booking)).await.body["state"], "called_off");
        assert_eq!(round(&office).await.appointments, 0);
    }

    async fn an_address_that_asks_too_often_waits_and_others_do_not(db: Db) {
        let office = office_with(db, |config| config.public_per_minute = 1000).await;
        let visitor = office.as_visitor();
        let from = async |address: &str, minutes: i64| {
            let remote: SocketAddr = format!("{address}:40000").parse().unwrap();
            let body = json!({ "services": ["SIPB"], "start": at(minutes), "hold": true }).to_string();
            let request = visitor.request(Method::Post, "/api/v1/sites/opi/appointments").remote(remote);
            visitor.send(request.header(ContentType::JSON).body(body)).await
        };
        for n in 0..12 {
            from("192.0.2.1", 60 + 15 * n).await.is(Status::Created);
        }
        let refused = from("192.0.2.1", 300).await.refused_with(Status::TooManyRequests, "appointments-asked");
        assert!(refused.headers.contains_key("retry-after"));
        from("192.0.2.2", 300).await.is(Status::Created);
        office.wait_minutes(11);
        from("192.0.2.1", 315).await.is(Status::Created);
    }
}

async fn count(office: &TestCounter, sql: &str) -> i64 {
    scalar(office.db(), sql).await
}
