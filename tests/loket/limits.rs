//! How often one address may ask without signing in.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use loket::config::Config;
use loket::db::Db;
use reqwest::{Client, Response, StatusCode};
use rocket::http::{ContentType, Header, Method, Status};
use serde_json::{Value, json};

use crate::support::office::{self, SITES};
use crate::support::{Answer, Caller, Server, TestCounter, office::PASSWORD};

/// Numbers a minute in the tests.
const TICKETS: u32 = 2;

fn low(config: &mut Config) {
    config.public_per_minute = 20;
    config.lookups_per_minute = 3;
    config.tickets_per_minute = TICKETS;
    config.trusted_proxies = vec!["10.0.0.0/8".parse().unwrap()];
}

/// The program with low limits on a filled store.
async fn server(folder: &Path) -> Server {
    let db = Db::open(&Db::file_url(folder)).await.unwrap();
    office::fill(&db, office::COUNTERS).await;
    db.close().await;
    let settings = [
        ("LOKET_PUBLIC_PER_MINUTE", "20"),
        ("LOKET_LOOKUPS_PER_MINUTE", "3"),
        ("LOKET_TICKETS_PER_MINUTE", "2"),
        ("LOKET_TRUSTED_PROXIES", "[\"127.0.0.9\"]"),
    ];
    Server::start_with(Path::new(env!("CARGO_BIN_EXE_loket")), folder, &settings).await
}

/// A client with an address of its own; all of 127/8 is this machine.
fn client(address: &str) -> Client {
    Client::builder().local_address(address.parse::<IpAddr>().unwrap()).build().unwrap()
}

async fn take(client: &Client, url: &str) -> Response {
    let path = format!("{url}/api/v1/sites/{}/tickets", SITES[0]);
    client.post(path).json(&json!({ "services": ["KONSUL"] })).send().await.unwrap()
}

async fn status_of(client: &Client, url: &str) -> Response {
    let body = json!({ "code": "0000-0000-000" });
    client.post(format!("{url}/api/v1/status")).json(&body).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_address_takes_only_so_many_numbers_a_minute_and_the_next_address_is_not_affected() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path()).await;
    let (one, other) = (client("127.0.0.2"), client("127.0.0.3"));
    for _ in 0..TICKETS {
        assert_eq!(take(&one, &server.url).await.status(), StatusCode::CREATED);
    }
    let refused = take(&one, &server.url).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
    assert_eq!(refused.headers()["content-type"], "application/problem+json");
    assert_eq!(refused.json::<Value>().await.unwrap()["type"], "urn:loket:too-many-requests");
    assert_eq!(take(&other, &server.url).await.status(), StatusCode::CREATED);
    let services = one.get(format!("{}/api/v1/services", server.url)).send().await.unwrap();
    assert_eq!(services.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guessing_codes_is_stopped_and_a_client_cannot_choose_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path()).await;
    let guesser = client("127.0.0.2");
    for _ in 0..3 {
        assert_eq!(status_of(&guesser, &server.url).await.status(), StatusCode::NOT_FOUND);
    }
    assert_eq!(status_of(&guesser, &server.url).await.status(), StatusCode::TOO_MANY_REQUESTS);
    let path = format!("{}/api/v1/status", server.url);
    let body = json!({ "code": "0000-0000-000" });
    let claiming = |client: &Client, header: &'static str, hops: &'static str| {
        client.post(&path).header(header, hops).json(&body).send()
    };
    for header in ["X-Forwarded-For", "X-Real-IP", "Forwarded"] {
        let answer = claiming(&guesser, header, "203.0.113.7").await.unwrap();
        assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS, "{header}");
    }
    let proxy = client("127.0.0.9");
    let answer = claiming(&proxy, "X-Forwarded-For", "203.0.113.7, 127.0.0.2").await.unwrap();
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    let answer = claiming(&proxy, "X-Forwarded-For", "127.0.0.2, 203.0.113.7").await.unwrap();
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
}

fn from(address: &str) -> SocketAddr {
    SocketAddr::new(address.parse().unwrap(), 4711)
}

async fn get_from(caller: &Caller<'_>, address: &str, path: &str) -> Answer {
    caller.send(caller.request(Method::Get, path).remote(from(address))).await
}

on_each_database! {
    async fn a_person_keeps_what_was_typed_and_tries_again_later(db: Db) {
        let counter = TestCounter::with(db, low).await;
        let visitor = counter.as_visitor();
        let form = |address: &str| {
            let body = "csrf=x&number=503%2F0001&name=Siti+%3Cb%3E";
            visitor.request(Method::Post, "/verifikasi").header(ContentType::Form).body(body).remote(from(address))
        };
        for _ in 0..3 {
            visitor.send(form("192.0.2.1")).await.is(Status::Forbidden);
        }
        let refused = visitor.send(form("192.0.2.1")).await.is(Status::TooManyRequests);
        assert_eq!(refused.headers["retry-after"], "20");
        let page = refused.text();
        for kept in ["action=\"/verifikasi\"", "value=\"503/0001\"", "Siti &lt;b&gt;", "20 detik"] {
            assert!(page.contains(kept), "{kept}: {page}");
        }
        let upload = visitor.request(Method::Post, "/verifikasi/berkas").header(Header::new("Content-Type", "multipart/form-data; boundary=b"));
        visitor.send(upload.body("--b--\r\n").remote(from("192.0.2.1"))).await.is(Status::UnprocessableEntity);
        counter.wait_minutes(1);
        visitor.send(form("192.0.2.1")).await.is(Status::Forbidden);
    }

    async fn an_empty_status_form_looks_nothing_up(db: Db) {
        let counter = TestCounter::with(db, low).await;
        let visitor = counter.as_visitor();
        for _ in 0..5 {
            get_from(&visitor, "192.0.2.1", "/status").await.is(Status::Ok);
        }
        for _ in 0..3 {
            get_from(&visitor, "192.0.2.1", "/status?kode=0000").await.is(Status::NotFound);
        }
        let refused = get_from(&visitor, "192.0.2.1", "/status?kode=0000").await.is(Status::TooManyRequests);
        assert!(refused.text().contains("/status?kode=0000") || refused.text().contains("status?kode=0000"), "{}", refused.text());
        get_from(&visitor, "192.0.2.1", "/status").await.is(Status::Ok);
    }

    async fn a_permit_by_number_is_a_look_up_and_one_by_its_code_is_not(db: Db) {
        let counter = TestCounter::with(db, low).await;
        let visitor = counter.as_visitor();
        let ask = |body: Value| {
            let request = visitor.request(Method::Post, "/api/v1/verification").header(ContentType::JSON);
            visitor.send(request.body(body.to_string()).remote(from("192.0.2.1")))
        };
        let number = || json!({ "number": "503/0001", "name": "Siti DATA UJI" });
        for _ in 0..3 {
            ask(number()).await.is(Status::Ok);
        }
        ask(number()).await.refused_with(Status::TooManyRequests, "too-many-requests");
        ask(json!({ "token": null, "number": "503/0001", "name": "x" })).await.is(Status::TooManyRequests);
        ask(json!({ "token": "HTTPS://X/V/1/2" })).await.is(Status::Ok);
    }

    async fn staff_assets_health_and_live_events_are_not_counted(db: Db) {
        let counter = TestCounter::with(db, low).await;
        let visitor = counter.as_visitor();
        for _ in 0..20 {
            get_from(&visitor, "192.0.2.1", "/layanan").await.is(Status::Ok);
        }
        get_from(&visitor, "192.0.2.1", "/layanan").await.is(Status::TooManyRequests);
        get_from(&visitor, "192.0.2.2", "/layanan").await.is(Status::Ok);
        for path in ["/healthz", "/readyz", "/masuk", &loket::web::assets::url("loket.css")] {
            get_from(&visitor, "192.0.2.1", path).await.is(Status::Ok);
        }
        let request = visitor.request(Method::Get, "/api/v1/sites/opi/events").remote(from("192.0.2.1"));
        assert_eq!(request.dispatch().await.status(), Status::Ok);
        let credentials = json!({ "username": "petugas", "password": PASSWORD }).to_string();
        let request = visitor.request(Method::Post, "/api/v1/session").header(ContentType::JSON).body(credentials);
        visitor.send(request.remote(from("192.0.2.1"))).await.is(Status::Ok);
        let clerk = counter.as_officer("petugas").await;
        for _ in 0..25 {
            get_from(&clerk, "192.0.2.1", "/api/v1/counters").await.is(Status::Ok);
        }
        for _ in 0..=TICKETS {
            let request = clerk.request(Method::Post, "/api/v1/sites/opi/tickets").header(ContentType::JSON);
            let request = request.body(json!({ "services": ["KONSUL"] }).to_string()).remote(from("192.0.2.1"));
            clerk.send(request).await.is(Status::Created);
        }
    }

    async fn behind_a_trusted_proxy_each_visitor_has_an_own_allowance(db: Db) {
        let counter = TestCounter::with(db, low).await;
        let visitor = counter.as_visitor();
        let through = |hops: &'static str| {
            let request = visitor.request(Method::Get, "/layanan").remote(from("10.0.0.2"));
            visitor.send(request.header(Header::new("X-Forwarded-For", hops)))
        };
        for _ in 0..20 {
            through("192.0.2.1").await.is(Status::Ok);
        }
        through("192.0.2.1").await.is(Status::TooManyRequests);
        through("192.0.2.9, 192.0.2.1, 10.0.0.3").await.is(Status::TooManyRequests);
        through("192.0.2.1, 192.0.2.9").await.is(Status::Ok);
    }
}
