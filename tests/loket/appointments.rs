//! Appointments through their doors: times, booking, change, arriving, closed days, and what keeps programs out.

use std::net::SocketAddr;

use loket::audit::Act;
use loket::catalogue;
use loket::clock::{Day, Instant};
use loket::config::Config;
use loket::db::Db;
use loket::jobs::{Round, Worker};
use loket::reports;
use rocket::futures::future::join_all;
use rocket::http::{ContentType, Method, Status};
use serde_json::{Value, json};

use crate::support::{Answer, Browser, Caller, TestCounter, execute, morning, scalar};

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

fn worker(office: &TestCounter) -> Worker {
    let app = &office.app;
    let press = loket::web::permits::press(app);
    Worker { db: app.db.clone(), clock: app.clock.clone(), keys: app.keys.clone(), press }
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

    async fn who_comes_in_time_stands_where_the_rule_says_and_who_is_late_at_the_end(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let in_time = booked(&visitor, "SIPB", at(60), "081234567890").await;
        let late = booked(&visitor, "SIPB", at(75), "081234567891").await;
        let walk_in = async || visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await.is(Status::Created).body;
        office.wait_minutes(25);
        let earlier = walk_in().await;
        office.wait_minutes(15);
        let after = walk_in().await;
        office.wait_minutes(15);
        let arrived = visitor.post(&format!("{}/checkin", path_of(&in_time)), json!({})).await.is(Status::Created).body;
        assert_eq!(arrived["people_ahead"], 1, "behind who stood there at 9.25, before who came at 9.40");
        office.wait_minutes(36);
        let last = visitor.post(&format!("{}/checkin", path_of(&late)), json!({})).await.is(Status::Created).body;
        assert_eq!(last["people_ahead"], 3, "16 minutes late: as everybody who comes now");
        let counter = office.app.sites().find("opi").unwrap().counters[0].id;
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        for expected in [&earlier, &arrived, &after, &last] {
            let called = clerk.post(&format!("/api/v1/counters/{counter}/next"), json!({})).await.is(Status::Ok).body;
            assert_eq!(called["number"], expected["number"]);
            let path = format!("/api/v1/tickets/{}", called["id"].as_str().unwrap());
            clerk.post(&format!("{path}/start"), json!({})).await.is(Status::Ok);
        }
    }

    async fn an_appointment_admits_on_its_day_only_and_is_missed_afterwards(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let tomorrow = booked(&visitor, "SIPB", at(24 * 60), "081234567890").await;
        let path = path_of(&tomorrow);
        let early = visitor.post(&format!("{path}/checkin"), json!({})).await;
        early.refused_with(Status::Conflict, "appointment-other-day");
        office.wait_minutes(2 * 24 * 60);
        assert_eq!(round(&office).await.appointments, 1);
        assert_eq!(visitor.get(&path).await.is(Status::Ok).body["state"], "missed");
        visitor.post(&format!("{path}/checkin"), json!({})).await.refused_with(Status::Conflict, "appointment-over");
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment_lane").await, 0);
    }

    async fn appointments_and_walk_ins_have_their_own_share_of_the_counters(db: Db) {
        let office = office(db).await;
        let (visitor, mut page) = (office.as_visitor(), Browser::new(&office));
        assert_eq!(free_at(&visitor, "SIPB", at(60)).await, 1, "half of three counters, rounded down");
        page.sign_in_to("penyelia", "/penyelia").await;
        page.visit("/janji-temu").await;
        let rule = |percent| [("day", "2026-11-24"), ("online_percent", percent), ("days_ahead", "14"), ("per_person", "2")];
        assert_eq!(page.press("/janji-temu/aturan", &rule("101")).await, Status::UnprocessableEntity);
        assert_eq!(page.press("/janji-temu/aturan", &rule("70")).await, Status::Ok);
        assert_eq!(free_at(&visitor, "SIPB", at(60)).await, 2);
        booked(&visitor, "SIPB", at(60), "081234567890").await;
        booked(&visitor, "SIPB", at(60), "081234567891").await;
        ask(&visitor, wish("SIPB", at(60), "081234567892")).await.refused_with(Status::Conflict, "slot-taken");
        visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await.is(Status::Created);
        assert_eq!(page.press("/janji-temu/aturan", &rule("0")).await, Status::Ok);
        assert_eq!(free_at(&visitor, "SIPB", at(90)).await, 0);
        assert!(page.page.contains("data-label") && page.page.contains("0 "), "the day lists what was booked");
    }

    async fn closing_a_day_lists_and_frees_those_affected_and_they_choose_another(db: Db) {
        let office = office(db).await;
        let (visitor, mut page) = (office.as_visitor(), Browser::new(&office));
        let first = booked(&visitor, "SIPB", at(60), "081234567890").await;
        let second = booked(&visitor, "KK-B", at(75), "081234567891").await;
        let other_day = booked(&visitor, "SIPB", at(24 * 60), "081234567892").await;
        page.sign_in("petugas").await;
        assert!(!page.visit("/janji-temu").await.contains("/janji-temu/tutup"), "clerks close no day");
        let mut page = Browser::new(&office);
        page.sign_in_to("penyelia", "/penyelia").await;
        page.visit("/janji-temu?hari=2026-11-24").await;
        let day = ("day", "2026-11-24");
        assert_eq!(page.press("/janji-temu/tutup", &[day, ("reason", "")]).await, Status::UnprocessableEntity);
        assert_eq!(page.press("/janji-temu/tutup", &[day, ("reason", "Listrik+padam")]).await, Status::Ok);
        assert!(page.page.contains("Listrik padam") && page.page.matches("is-late").count() == 2, "{}", page.page);
        assert!(page.page.contains("+6281234567890"), "whose notice fails can be telephoned");
        for appointment in [&first, &second] {
            assert_eq!(visitor.get(&path_of(appointment)).await.body["state"], "called_off");
        }
        assert_eq!(visitor.get(&path_of(&other_day)).await.body["state"], "booked");
        assert_eq!(free_at(&visitor, "SIPB", at(90)).await, 0);
        assert!(page.visit(&format!("/janji/t/{}", first["token"].as_str().unwrap())).await.contains("Listrik padam"));
        let moved = visitor.patch(&path_of(&first), json!({ "start": at(25 * 60) })).await.is(Status::Ok).body;
        assert_eq!(moved["state"], "booked");
        let notices = "SELECT COUNT(*) FROM notice WHERE kind = 'appointment.called_off'";
        assert_eq!(scalar(office.db(), notices).await, 2);
        page.visit("/janji-temu?hari=2026-11-24").await;
        assert_eq!(page.press("/janji-temu/buka", &[day]).await, Status::Ok);
        assert_eq!(free_at(&visitor, "SIPB", at(90)).await, 1);
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

    async fn booking_asks_for_the_papers_first_and_works_without_scripts(db: Db) {
        let office = office(db).await;
        let mut page = Browser::new(&office);
        assert!(page.visit("/janji/opi").await.contains("value=\"SIPB\""));
        assert!(page.visit("/janji/opi?s=SIPB").await.contains("name=\"p\" value=\"SIPB."), "{}", page.page);
        page.visit("/janji/opi?s=SIPB&p=SIPB.ktp&langkah=cek").await;
        assert!(page.page.contains("notice-wait") && page.page.contains("langkah=waktu"), "what is missing is said");
        page.visit("/janji/opi?s=SIPB&p=SIPB.ktp&langkah=waktu").await;
        let start = at(60).to_string();
        let stamp = page.hidden("stamp");
        office.clock.set(at(0).plus_seconds(5));
        let fields = [("s", "SIPB"), ("p", "SIPB.ktp"), ("stamp", stamp.as_str()), ("start", start.as_str())];
        assert_eq!(page.press("/janji/opi", &fields).await, Status::Ok);
        assert!(page.page.contains("/pasti"), "{}", page.page);
        let token = page.page.split("/janji/t/").nth(1).unwrap().split(['/', '"', '&']).next().unwrap().to_owned();
        let confirm = format!("/janji/t/{token}/pasti");
        assert_eq!(page.press(&confirm, &[("phone", "0711123456"), ("email", "siti")]).await, Status::UnprocessableEntity);
        assert!(page.page.contains("0711123456") && page.page.contains("id=\"email-error\""), "{}", page.page);
        assert_eq!(page.press(&confirm, &[("phone", "081234567890"), ("email", "")]).await, Status::Ok);
        assert!(page.page.contains("kalender.ics") && page.page.contains("10.00"), "{}", page.page);
        let missing = scalar(office.db(), "SELECT missing FROM appointment").await;
        assert!(missing > 0, "the office sees what was missing");
        let calendar = office.as_visitor().get(&format!("/janji/t/{token}/kalender.ics")).await.is(Status::Ok);
        assert!(calendar.headers["content-type"].starts_with("text/calendar"));
        assert_calendar(&calendar.text(), "DTSTART:20261124T030000Z");
        page.visit(&format!("/janji/t/{token}/ubah")).await;
        let later = at(105).to_string();
        assert_eq!(page.press(&format!("/janji/t/{token}/ubah"), &[("start", &later)]).await, Status::Ok);
        assert!(page.page.contains("10.45"));
        assert_eq!(page.press(&format!("/janji/t/{token}/batal"), &[]).await, Status::Ok);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment WHERE state = 'cancelled'").await, 1);
    }

    async fn a_form_that_no_person_sent_books_nothing(db: Db) {
        let office = office(db).await;
        let mut page = Browser::new(&office);
        let start = at(60).to_string();
        let shown = "/janji/opi?s=SIPB&langkah=waktu";
        page.visit(shown).await;
        let stamp = page.hidden("stamp");
        let fields = |stamp: &str, website: &str| {
            [("s", "SIPB".to_owned()), ("start", start.clone()), ("stamp", stamp.to_owned()), ("website", website.to_owned())]
        };
        let other_site = stamp.replace('.', ".x");
        for (stamp, website, seconds) in
            [(stamp.as_str(), "", 1), (stamp.as_str(), "x", 5), ("", "", 5), (other_site.as_str(), "", 5), (stamp.as_str(), "", 7201)]
        {
            page.visit(shown).await;
            office.clock.set(at(0).plus_seconds(seconds));
            let sent = fields(stamp, website);
            let sent: Vec<(&str, &str)> = sent.iter().map(|(name, value)| (*name, value.as_str())).collect();
            assert_eq!(page.press("/janji/opi", &sent).await, Status::UnprocessableEntity, "{website} {seconds}");
            office.clock.set(at(0));
        }
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM appointment").await, 0);
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

    async fn the_kiosk_and_the_greeter_turn_a_code_into_a_number(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let first = booked(&visitor, "SIPB", at(30), "081234567890").await;
        let second = booked(&visitor, "KK-B", at(30), "081234567891").await;
        let mut kiosk = Browser::new(&office);
        kiosk.visit("/janji/opi/hadir").await;
        assert_eq!(kiosk.press("/janji/opi/hadir", &[("code", "AAAA-AAAA")]).await, Status::UnprocessableEntity);
        let typed = first["code"].as_str().unwrap().to_lowercase().replace('-', "+");
        kiosk.press("/janji/opi/hadir", &[("code", &typed), ("priority", "elderly")]).await;
        assert!(kiosk.page.contains("P-001"), "{}", kiosk.page);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.visit("/janji-temu").await;
        let at = desk.page.find("/hadir\"").expect("a button for the other one");
        let id = desk.page[..at].rsplit("/janji-temu/").next().unwrap().to_owned();
        desk.press(&format!("/janji-temu/{id}/hadir"), &[]).await;
        assert!(desk.page.contains("B-001"), "{}", desk.page);
        assert_eq!(visitor.get(&path_of(&second)).await.body["state"], "arrived");
        kiosk.visit("/janji/pangkalan-balai/hadir").await;
        let code = ("code", second["code"].as_str().unwrap());
        assert_eq!(kiosk.press("/janji/pangkalan-balai/hadir", &[code]).await, Status::UnprocessableEntity, "another site");
    }

    async fn earlier_arrivals_say_when_to_come_without_an_appointment(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let counter = office.app.sites().find("opi").unwrap().counters[0].id;
        office.clock.set(morning().plus_minutes(-7 * 24 * 60));
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        for _ in 0..8 {
            visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await.is(Status::Created);
            office.wait_minutes(3);
            let next = clerk.post(&format!("/api/v1/counters/{counter}/next"), json!({})).await.is(Status::Ok).body;
            let ticket = format!("/api/v1/tickets/{}", next["id"].as_str().unwrap());
            clerk.post(&format!("{ticket}/start"), json!({})).await.is(Status::Ok);
        }
        office.clock.set(morning());
        let slots = visitor.get("/api/v1/sites/opi/slots?services=SIPB").await.is(Status::Ok).body;
        let advice = json!([{ "weekday": 2, "from": "09:00", "to": "09:30", "wait_minutes": 3, "visitors": 8 }]);
        assert_eq!(slots["advice"], advice);
        let mut page = Browser::new(&office);
        assert!(page.visit("/janji/opi?s=SIPB&langkah=waktu").await.contains("09.00 dan 09.30"), "{}", page.page);
    }

    async fn visits_in_vain_are_counted_with_and_without_appointment(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let site = office.app.sites().find("opi").cloned().unwrap();
        let clerk = office.as_officer("petugas").await;
        let counter = format!("/api/v1/counters/{}", site.counters[0].id);
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        let booking = booked(&visitor, "SIPB", at(15), "081234567890").await;
        visitor.post(&format!("{}/checkin", path_of(&booking)), json!({})).await.is(Status::Created);
        for _ in 0..3 {
            visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await.is(Status::Created);
        }
        let mut tickets = Vec::new();
        for _ in 0..4 {
            let ticket = clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).body;
            let path = format!("/api/v1/tickets/{}", ticket["id"].as_str().unwrap());
            clerk.post(&format!("{path}/start"), json!({})).await.is(Status::Ok);
            tickets.push(ticket["id"].as_str().unwrap().to_owned());
        }
        let draft = json!({ "service": "SIPB", "applicant": { "nik": "1607014112920003" }, "ticket_id": tickets[1] });
        clerk.post("/api/v1/applications", draft).await.is(Status::Created);
        clerk.post(&format!("/api/v1/tickets/{}/finish", tickets[3]), json!({})).await.is(Status::Ok);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.visit(&format!("/loket/nomor/{}", tickets[2])).await;
        let mark = format!("/janji-temu/kunjungan/{}/tidak-lengkap", tickets[2]);
        assert_eq!(desk.press(&mark, &[]).await, Status::Ok);
        desk.press(&mark, &[]).await;
        let today = Day::parse("2026-11-24").unwrap();
        let wasted = reports::wasted(&mut office.db().read().await.unwrap(), &site, today, today).await.unwrap();
        let expected = reports::Wasted { visits: 4, incomplete: 2, booked_visits: 1, booked_incomplete: 0 };
        assert_eq!(wasted, expected, "one noted by the clerk, one file begun and never registered");
        assert!(desk.visit("/janji-temu").await.contains("2 dari 4 kunjungan (50,0 %)"), "{}", desk.page);
        assert_eq!(office.acts_about(&tickets[2]).await.last().unwrap(), "ticket.incomplete");
    }
}

async fn count(office: &TestCounter, sql: &str) -> i64 {
    scalar(office.db(), sql).await
}

/// Reads a calendar file as RFC 5545 says: CRLF, at most 75 octets a line, folded lines put together.
fn assert_calendar(file: &str, line: &str) {
    let lines: Vec<&str> = file.strip_suffix("\r\n").expect("ends with CRLF").split("\r\n").collect();
    assert!(lines.iter().all(|line| line.len() <= 75 && !line.contains('\n')), "{file}");
    let whole = file.replace("\r\n ", "");
    let lines: Vec<&str> = whole.split("\r\n").collect();
    assert!(lines.contains(&line) && lines.contains(&"METHOD:PUBLISH"), "{whole}");
    for name in ["UID:", "DTSTAMP:", "DTEND:", "SUMMARY:", "SEQUENCE:"] {
        assert_eq!(lines.iter().filter(|line| line.starts_with(name)).count(), 1, "{name}");
    }
}
