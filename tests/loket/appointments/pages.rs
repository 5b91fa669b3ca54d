//! The pages of appointments: booking without scripts, the office's day.

use rocket::http::Status;
use serde_json::json;

use super::{ask, at, booked, free_at, office, path_of, wish};
use crate::support::{Browser, scalar};

on_each_database! {
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
        let token = page.at.strip_prefix("/janji/t/").unwrap().to_owned();
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
