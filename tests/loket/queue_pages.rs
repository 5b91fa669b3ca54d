//! The pages of the queue, as a browser without scripts uses them.

use std::collections::BTreeMap;

use loket::audit::Act;
use loket::catalogue;
use loket::db::Db;
use rocket::http::{ContentType, Cookie, Method, Status};
use serde_json::json;

use crate::support::{Caller, PASSWORD, TestCounter, morning, scalar};

/// A browser: cookies, and the hidden fields of the page it shows.
pub struct Browser<'a> {
    pub caller: Caller<'a>,
    cookies: BTreeMap<String, String>,
    pub page: String,
}

impl<'a> Browser<'a> {
    pub fn new(office: &'a TestCounter) -> Browser<'a> {
        Browser { caller: office.as_visitor(), cookies: BTreeMap::new(), page: String::new() }
    }

    pub async fn visit(&mut self, path: &str) -> &str {
        self.send(Method::Get, path, "").await;
        &self.page
    }

    /// Sends a form of the page shown, with its hidden token, and follows the answer.
    pub async fn press(&mut self, path: &str, fields: &[(&str, &str)]) -> Status {
        let typed = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let body = std::iter::once(format!("csrf={}", self.hidden("csrf"))).chain(typed).collect::<Vec<_>>().join("&");
        self.send(Method::Post, path, &body).await
    }

    pub fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let at = self.page.find(&field).unwrap_or_else(|| panic!("no field {name} in {}", self.page)) + field.len();
        self.page[at..].split('"').next().unwrap().to_owned()
    }

    async fn send(&mut self, method: Method, path: &str, body: &str) -> Status {
        let cookies = self.cookies.iter().map(|(name, value)| Cookie::new(name.clone(), value.clone()));
        let request = self.caller.request(method, path).cookies(cookies);
        let answer = self.caller.send(request.header(ContentType::Form).body(body)).await;
        if let Some((name, value)) = answer.headers.get("set-cookie").and_then(|text| text.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.split(';').next().unwrap().to_owned());
        }
        self.page = answer.text();
        match answer.headers.get("location").cloned() {
            Some(to) => Box::pin(self.send(Method::Get, &to, "")).await,
            None => answer.status,
        }
    }

    pub async fn sign_in(&mut self, username: &str) {
        self.sign_in_to(username, "/loket").await;
    }

    pub async fn sign_in_to(&mut self, username: &str, page: &str) {
        self.visit(&format!("/masuk?ke={page}")).await;
        let password = PASSWORD.replace(' ', "+");
        let fields = [("username", username), ("password", password.as_str()), ("back", page)];
        assert_eq!(self.press("/masuk", &fields).await, Status::Ok);
    }
}

async fn office(db: Db) -> TestCounter {
    let office = TestCounter::with(db, |config| config.secure_cookies = false).await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    office
}

fn counter_id(office: &TestCounter, number: usize) -> String {
    office.app.sites().find("opi").unwrap().counters[number - 1].id.to_string()
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
