//! Arriving: the place in line, the kiosk, the greeter, and what the office learns from who came.

use loket::clock::Day;
use loket::reports;
use rocket::http::Status;
use serde_json::json;

use super::{at, booked, office, path_of, round};
use crate::support::{Browser, execute, morning, scalar};

on_each_database! {
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

    async fn a_visitor_checks_in_with_the_own_secret_where_kiosks_must_be_paired(db: Db) {
        let office = office(db).await;
        execute(office.db(), "UPDATE site SET paired_only = TRUE").await;
        office.app.reload().await.unwrap();
        let visitor = office.as_visitor();
        let booking = booked(&visitor, "SIPB", at(30), "081234567890").await;
        let mut stranger = Browser::new(&office);
        assert!(!stranger.visit("/janji/opi/hadir").await.contains("name=\"code\""), "no kiosk here");
        let path = path_of(&booking);
        let arrived = visitor.post(&format!("{path}/checkin"), json!({})).await.is(Status::Created).body;
        assert_eq!(arrived["state"], "waiting", "{arrived}");
        let other = path.replace(path.rsplit('/').next().unwrap(), "bukan-rahasia-siapa-pun");
        visitor.post(&format!("{other}/checkin"), json!({})).await.is(Status::NotFound);
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
