//! The pages of the queue, as a browser without scripts uses them.

use loket::audit::Act;
use loket::catalogue;
use loket::db::Db;
use loket::queue;
use rocket::http::{Method, Status};
use serde_json::json;

use crate::support::{Browser, PASSWORD, TestCounter, morning, scalar};

/// An office whose pages a plain-HTTP browser uses.
pub async fn office(db: Db) -> TestCounter {
    let office = TestCounter::with(db, |config| config.secure_cookies = false).await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    office
}

/// The counter of a number.
pub fn counter_id(office: &TestCounter, number: usize) -> String {
    office.app.sites().find("opi").unwrap().counters[number - 1].id.to_string()
}

/// Bytes of a text as a phone receives it.
fn gzipped(text: &str) -> usize {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    std::io::Write::write_all(&mut writer, text.as_bytes()).unwrap();
    writer.finish().unwrap().len()
}

on_each_database! {
    async fn a_visitor_takes_one_number_at_the_kiosk_however_often_the_button_is_pressed(db: Db) {
        let office = office(db).await;
        let mut kiosk = Browser::new(&office);
        assert!(kiosk.visit("/antrean/opi").await.contains("/antrean/opi?group=A"));
        assert!(kiosk.visit("/antrean/opi?group=A").await.contains("/antrean/opi?s=SIPB"));
        kiosk.visit("/antrean/opi?s=SIPB&s=KK-U").await;
        let key = kiosk.hidden("key");
        let token = kiosk.hidden("csrf");
        let wish = [("key", key.as_str()), ("s", "SIPB"), ("s", "KK-U"), ("priority", "elderly")];
        assert_eq!(kiosk.press("/antrean/opi", &wish).await, Status::Ok);
        assert!(kiosk.page.contains("P-001") && kiosk.page.contains("<svg"), "{}", kiosk.page);
        kiosk.page = format!("name=\"csrf\" value=\"{token}\"");
        kiosk.press("/antrean/opi", &wish).await;
        assert!(kiosk.page.contains("P-001"));
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 1);
    }

    async fn a_form_without_its_token_takes_no_number(db: Db) {
        let office = office(db).await;
        let mut kiosk = Browser::new(&office);
        kiosk.page = "name=\"csrf\" value=\"salah\"".to_owned();
        assert_eq!(kiosk.press("/antrean/opi", &[("s", "SIPB")]).await, Status::Forbidden);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 0);
    }

    async fn a_clerk_serves_a_visit_from_the_desk_without_scripts(db: Db) {
        let office = office(db).await;
        let taken = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let ticket = taken.is(Status::Created).word("id");
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        assert!(desk.page.contains("/loket/buka"), "{}", desk.page);
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        assert!(desk.page.contains("A-001"), "the desk says who would be next");
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        assert_eq!(desk.press("/loket/panggil", &[("counter", &counter)]).await, Status::Conflict);
        assert!(desk.page.contains("role=\"alert\"") && desk.page.contains("A-001"));
        desk.press(&format!("/loket/nomor/{ticket}/mulai"), &[]).await;
        assert!(desk.page.contains(&format!("/permohonan/baru?tiket={ticket}")));
        assert!(desk.visit("/loket?form=tahan").await.contains("name=\"reason\""));
        assert_eq!(desk.press(&format!("/loket/nomor/{ticket}/tahan"), &[]).await, Status::UnprocessableEntity);
        desk.press(&format!("/loket/nomor/{ticket}/tahan"), &[("reason", "fotokopi")]).await;
        assert!(desk.page.contains("fotokopi"));
        desk.press(&format!("/loket/nomor/{ticket}/lanjutkan"), &[]).await;
        desk.press(&format!("/loket/nomor/{ticket}/selesai"), &[]).await;
        assert!(desk.page.contains(&format!("/loket/nomor/{ticket}/urungkan")));
        assert_eq!(desk.press("/loket/tutup", &[("counter", &counter)]).await, Status::Ok);
    }

    async fn the_greeter_takes_a_number_for_a_visitor_and_finds_it_again(db: Db) {
        let office = office(db).await;
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.visit("/loket?form=ambil").await;
        let key = desk.hidden("key");
        desk.press("/loket/ambil", &[("key", &key), ("s", "AMBIL"), ("s", ""), ("priority", "none")]).await;
        assert!(desk.page.contains("C-001"), "{}", desk.page);
        desk.visit("/loket?form=cari").await;
        desk.press("/loket/cari", &[("number", "c1")]).await;
        assert!(desk.page.contains("C-001") && desk.page.contains("/slip"));
        desk.visit("/loket?form=cari").await;
        assert_eq!(desk.press("/loket/cari", &[("number", "C-009")]).await, Status::UnprocessableEntity);
    }

    async fn the_page_of_a_number_shows_its_place_and_gives_it_back(db: Db) {
        let office = office(db).await;
        let wish = json!({ "services": ["SIPB"] });
        let other = office.as_visitor().post("/api/v1/sites/opi/tickets", wish.clone()).await.is(Status::Created);
        let mine = office.as_visitor().post("/api/v1/sites/opi/tickets", wish).await.is(Status::Created);
        let path = format!("/t/{}", mine.word("token"));
        let mut phone = Browser::new(&office);
        let page = phone.visit(&path).await;
        assert!(page.contains("A-002") && page.contains("1 orang di depan"), "{page}");
        assert!(page.contains("<noscript><meta http-equiv=\"refresh\""));
        assert!(!page.contains("A-001") && !page.contains(&other.word("token")));
        phone.press(&format!("{path}/batal"), &[]).await;
        assert!(phone.page.contains("Dibatalkan"));
    }

    async fn a_called_visitor_tells_the_desk_on_the_phone_that_they_come(db: Db) {
        let office = office(db).await;
        let mine = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let mine = mine.is(Status::Created);
        let path = format!("/t/{}", mine.word("token"));
        let answer = format!("{path}/datang");
        let mut phone = Browser::new(&office);
        phone.visit(&path).await;
        assert_eq!(phone.press(&answer, &[]).await, Status::Conflict, "nobody has called yet");
        let counter = counter_id(&office, 1);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.press("/loket/buka", &[("counter", &counter)]).await;
        desk.press("/loket/panggil", &[("counter", &counter)]).await;
        assert!(!desk.page.contains("Sedang menuju loket"));
        assert!(phone.visit(&path).await.contains(&answer));
        phone.press(&answer, &[]).await;
        assert!(phone.page.contains("Petugas tahu Anda datang") && !phone.page.contains(&answer), "{}", phone.page);
        phone.press(&answer, &[]).await;
        assert!(desk.visit("/loket").await.contains("Sedang menuju loket"));
        let acts = office.acts_about(&mine.word("id")).await;
        assert_eq!(acts.iter().filter(|act| *act == "ticket.received").count(), 1, "said twice, kept once");
    }

    async fn the_place_on_a_phone_comes_from_memory_and_is_that_of_the_store(db: Db) {
        let office = office(db).await;
        let (site, halls, catalogue) = (office.app.sites().find("opi").unwrap().clone(), &office.app.halls, office.app.catalogue());
        let now = office.app.now();
        let wish = json!({ "services": ["SIPB"] });
        office.as_visitor().post("/api/v1/sites/opi/tickets", wish.clone()).await.is(Status::Created);
        let mine = office.as_visitor().post("/api/v1/sites/opi/tickets", wish).await.is(Status::Created).word("token");
        let mut tx = office.db().read().await.unwrap();
        let ticket = queue::find_by_token(&mut tx, &mine).await.unwrap().unwrap();
        let stored = queue::place_of(&mut tx, (&site, halls), &catalogue, &ticket, now).await.unwrap();
        drop(tx);
        let (visit, shown) = queue::place_shown((&site, halls), &catalogue, ticket.id, now, None).unwrap();
        assert_eq!((visit.state, shown.place.people_ahead), (ticket.state, 1));
        assert_eq!(shown.place, stored);
        let counter = counter_id(&office, 1);
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        clerk.post(&format!("/api/v1/counters/{counter}/next"), json!({})).await.is(Status::Ok);
        let (_, again) = queue::place_shown((&site, halls), &catalogue, ticket.id, now, Some(shown)).unwrap();
        assert_eq!(again.place.people_ahead, 0, "a call is known without reading");
    }

    async fn the_page_of_a_number_with_its_scripts_and_style_takes_less_than_20_kilobytes(db: Db) {
        let office = office(db).await;
        let mine = office.as_visitor().post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await;
        let mut phone = Browser::new(&office);
        let page = phone.visit(&format!("/t/{}", mine.is(Status::Created).word("token"))).await.to_owned();
        let mut left: Vec<String> = page.split('"').filter(|word| word.starts_with("/static/")).map(str::to_owned).collect();
        let mut parts = vec![];
        let mut bytes = gzipped(&page);
        while let Some(path) = left.pop() {
            if parts.contains(&path) {
                continue;
            }
            let text = phone.visit(&path).await.to_owned();
            let folder = path.rsplit_once('/').unwrap().0;
            let imported = text.split('"').filter_map(|word| word.strip_prefix("./")).filter(|word| word.ends_with(".js"));
            left.extend(imported.map(|name| format!("{folder}/{name}")));
            bytes += gzipped(&text);
            parts.push(path);
        }
        assert!(parts.len() >= 6, "style, scripts and what they import: {parts:?}");
        assert!(bytes <= 20_000, "{bytes} bytes: {parts:?}");
    }

    async fn another_language_and_larger_type_keep_what_was_chosen_at_the_kiosk(db: Db) {
        let office = office(db).await;
        let mut kiosk = Browser::new(&office);
        let page = kiosk.visit("/antrean/opi?s=SIPB&lang=id&s=KK-U").await;
        assert!(page.contains("?s=SIPB&amp;s=KK-U&amp;lang=en"), "{page}");
        assert!(page.contains("?s=SIPB&amp;s=KK-U&amp;tampilan=kuat"));
        assert!(kiosk.visit("/antrean/opi?tampilan=kuat").await.contains("page-kiosk is-strong"));
        assert!(kiosk.visit("/antrean/opi").await.contains("page-kiosk is-strong"), "the switch is remembered");
        assert!(!kiosk.visit("/antrean/opi?tampilan=biasa").await.contains("is-strong"));
    }

    async fn the_board_is_open_to_everybody_and_the_desk_to_counter_staff(db: Db) {
        let office = office(db).await;
        let mut browser = Browser::new(&office);
        assert!(browser.visit("/antrean/opi/papan").await.contains("board-now"));
        assert_eq!(browser.send(Method::Get, "/antrean/tidak-ada/papan", "").await, Status::NotFound);
        assert!(browser.visit("/loket").await.contains("name=\"password\""), "the desk asks to sign in");
        browser.sign_in("petugas").await;
        assert_eq!(browser.send(Method::Get, "/loket", "").await, Status::Ok);
        let mut head = Browser::new(&office);
        head.visit("/masuk?ke=/").await;
        let password = PASSWORD.replace(' ', "+");
        head.press("/masuk", &[("username", "kadis"), ("password", &password), ("back", "/")]).await;
        assert_eq!(head.send(Method::Get, "/loket", "").await, Status::Forbidden);
    }
}
