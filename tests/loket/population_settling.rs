//! Questions a source cannot answer: kept, asked again, settled by themselves. Nobody is refused. DATA UJI.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono_tz::Tz;
use loket::clock::{Day, Instant};
use loket::config::{PopulationKind, PopulationLink};
use loket::db::Db;
use loket::ids::OfficerId;
use loket::keys::Keys;
use loket::population::simulator::{SimulatedGrant, SimulatedReply, Simulator};
use loket::population::{
    self, Asker, Cause, Claimed, Gate, LookupAnswer, LookupRequest, Moment, Nik, Settled, Verdict,
};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::permits::{self, awaiting_signature};
use crate::support::{Answer, TestCounter, execute, morning, scalar};

const PEOPLE: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code\n\
    1607065708900001,1607060101200001,SITI UJI AMINAH,PALEMBANG,1990-08-17,P,Jl. Uji No. 1,003,001,16.07.06.1021\n";
const NIK: &str = "1607065708900001";

struct Office {
    counter: TestCounter,
    keys: Arc<Keys>,
    gate: Gate,
    officer: OfficerId,
    address: SocketAddr,
    _folder: tempfile::TempDir,
}

/// An office whose source is an address at which nobody answers yet.
async fn office(db: Db, daily_quota: u32) -> Office {
    let counter = TestCounter::new(db).await;
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::load_or_make(folder.path()).unwrap());
    let address = free_address();
    let link = PopulationLink { daily_quota, ..link_to(address, folder.path()) };
    let gate = Gate::open(&link, counter.db().clone(), Arc::clone(&keys)).unwrap();
    let officers = loket::identity::list(&mut counter.db().read().await.unwrap()).await.unwrap();
    let officer = officers.iter().find(|officer| officer.username == "petugas").unwrap().id;
    Office { counter, keys, gate, officer, address, _folder: folder }
}

fn free_address() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap()
}

/// The password of the grant, for nobody else to read.
pub fn password_file(folder: &Path) -> PathBuf {
    let file = folder.join("grant");
    std::fs::write(&file, "rahasia\n").unwrap();
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    file
}

fn link_to(address: SocketAddr, folder: &Path) -> PopulationLink {
    let password_file = password_file(folder);
    PopulationLink {
        kind: PopulationKind::DukcapilMatch,
        url: format!("http://{address}/CALL_VERIFY_BY_ELEMEN"),
        user: "uji".to_owned(),
        password_file,
        ip: "10.0.0.2".to_owned(),
        ..PopulationLink::default()
    }
}

/// The simulator at an address, behind a plain socket: one question per connection.
fn bring_up(address: SocketAddr) {
    let grant = SimulatedGrant { user: "uji".to_owned(), password: "rahasia".to_owned(), ip: "10.0.0.2".to_owned() };
    let simulator = Simulator::new(PEOPLE.as_bytes(), grant).unwrap();
    serve(address, move |body| match simulator.agree(&body) {
        SimulatedReply::Json(value) => ("200 OK".to_owned(), value.to_string().into_bytes()),
        other => panic!("{other:?}"),
    });
}

/// A whole office whose settings name a source at an address.
async fn linked_office(db: Db, address: SocketAddr) -> (TestCounter, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let link = link_to(address, folder.path());
    (TestCounter::with(db, |config| config.population = link).await, folder)
}

/// A clerk asks over the API.
async fn ask_at_counter(counter: &TestCounter, nik: &str) -> Answer {
    let question = json!({ "nik": nik, "purpose": "Permohonan SIPB", "claimed": { "name": "SITI UJI AMINAH" } });
    counter.as_officer("petugas").await.post("/api/v1/residents/lookup", question).await.is(Status::Ok)
}

impl Office {
    async fn ask(&self, now: Instant, name: &str) -> LookupAnswer {
        let claimed = Claimed { name: Some(name.to_owned()), ..Claimed::default() };
        let request = LookupRequest {
            nik: Nik::parse(NIK).unwrap(),
            purpose: "Permohonan SIPB".to_owned(),
            ticket_id: None,
            application_id: None,
            claimed: Some(claimed),
        };
        let asker = Asker { officer: self.officer, now, zone: Tz::Asia__Jakarta };
        population::look_up(self.counter.db(), &self.keys, &self.gate, asker, request).await.unwrap()
    }

    async fn settle(&self, now: Instant) -> Settled {
        let at = Moment::at(now, Tz::Asia__Jakarta);
        population::settle_next(self.counter.db(), &self.keys, &self.gate, at).await.unwrap()
    }

    /// The service comes up.
    fn bring_up(&self) {
        bring_up(self.address);
    }
}

/// Answers every question at an address until the test ends.
fn serve(address: SocketAddr, answer: impl Fn(Value) -> (String, Vec<u8>) + Send + 'static) {
    let listener = TcpListener::bind(address).unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let (status, reply) = answer(read_body(&mut stream));
            let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", reply.len());
            // The caller may hang up when it has read enough.
            drop(stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply)));
        }
    });
}

fn read_body(stream: &mut impl Read) -> Value {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let count = stream.read(&mut chunk).unwrap();
        bytes.extend_from_slice(&chunk[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        if let Some(value) = body.and_then(|body| serde_json::from_str(&body).ok()) {
            return value;
        }
        assert!(count > 0, "a question without a body: {text}");
    }
}

on_each_database! {
    async fn a_dead_population_service_refuses_nobody_and_every_question_is_settled_after_two_hours(db: Db) {
        let office = office(db, 0).await;
        for minute in 0..12 {
            let answer = office.ask(morning().plus_minutes(minute * 10), "SITI UJI AMINAH").await;
            assert_eq!((answer.verdict, answer.cause), (Verdict::Pending, Some(Cause::NoAnswer)));
        }
        assert_eq!(office.settle(morning().plus_minutes(119)).await, Settled::NotYet);
        let leaks = format!("SELECT COUNT(*) FROM lookup WHERE purpose LIKE '%{NIK}%' OR elements LIKE '%SITI%'");
        assert_eq!(scalar(office.counter.db(), leaks).await, 0);
        office.bring_up();
        let after = morning().plus_minutes(130);
        let mut settled = 0;
        while office.settle(after).await == Settled::Yes {
            settled += 1;
        }
        assert_eq!(settled, 12);
        let db = office.counter.db();
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM pending_lookup").await, 0);
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM lookup WHERE verdict = 'match' AND settled_at IS NOT NULL").await, 12);
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM audit_line WHERE act = 'lookup.settled'").await, 12);
    }

    async fn while_the_service_is_down_numbers_are_given_and_the_worker_settles_the_verdicts_later(db: Db) {
        let address = free_address();
        let (counter, _folder) = linked_office(db, address).await;
        let worker = loket::web::worker(&counter.app);
        for _ in 0..8 {
            let walk_in = json!({ "services": ["SIPB"] });
            counter.as_visitor().post("/api/v1/sites/opi/tickets", walk_in).await.is(Status::Created);
            let answer = ask_at_counter(&counter, NIK).await.body;
            assert_eq!((answer["verdict"].as_str(), answer["source"].as_str()), (Some("pending"), Some("dukcapil_match")));
            counter.wait_minutes(15);
            assert_eq!(worker.round().await.unwrap().settled, 0);
        }
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM pending_lookup").await, 8);
        bring_up(address);
        let mut settled = 0;
        for _ in 0..40 {
            counter.wait_minutes(1);
            settled += worker.round().await.unwrap().settled;
        }
        assert_eq!(settled, 8, "nobody asked again by hand");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM lookup WHERE verdict = 'match'").await, 8);
    }

    async fn no_permit_is_signed_on_a_pending_verdict_unless_the_head_says_why(db: Db) {
        let (counter, _folder) = linked_office(db, free_address()).await;
        let id = awaiting_signature(&counter).await;
        assert_eq!(ask_at_counter(&counter, permits::NIK).await.body["verdict"], "pending");
        let head = counter.as_officer("kadis").await;
        let path = format!("/api/v1/applications/{id}/signature");
        for unsaid in [json!({}), json!({ "reason": "  " })] {
            let held = head.post(&path, unsaid).await.refused_with(Status::Conflict, "verdict-pending");
            held.names_field("reason", "required");
        }
        let batch = head.post("/api/v1/signatures", json!({ "application_ids": [id] })).await.is(Status::Ok).body;
        assert_eq!(batch["results"][0]["problem"]["type"], "urn:loket:verdict-pending");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 0);
        let signed = head.post(&path, json!({ "reason": "KTP-el asli dilihat" })).await.is(Status::Ok).body;
        assert_eq!(signed["state"], "ready");
        assert!(counter.acts_about(&id).await.contains(&"permit.signed-unverified".to_owned()));
        let history = "SELECT COUNT(*) FROM application_act WHERE detail LIKE '%KTP-el asli dilihat%'";
        assert_eq!(scalar(counter.db(), history).await, 1, "whoever opens the file sees why");
    }

    async fn a_match_of_the_day_stands_when_the_service_dies_later_that_day(db: Db) {
        let address = free_address();
        let (counter, _folder) = linked_office(db, address).await;
        bring_up(address);
        assert_eq!(ask_at_counter(&counter, NIK).await.body["verdict"], "match");
        let nik = Nik::parse(NIK).unwrap();
        let standing = async || {
            let mut tx = counter.db().read().await.unwrap();
            population::find_standing(&mut tx, &counter.app.keys, &nik).await.unwrap().unwrap().verdict
        };
        let pend = "UPDATE lookup SET verdict = 'pending', at = at + 1 WHERE id = (SELECT id FROM lookup ORDER BY id DESC LIMIT 1)";
        assert_eq!(ask_at_counter(&counter, NIK).await.body["verdict"], "match");
        execute(counter.db(), pend).await;
        assert_eq!(standing().await, Verdict::Match, "the same was stated and matched that day");
        execute(counter.db(), "UPDATE lookup SET claim_index = nik_index WHERE verdict = 'pending'").await;
        assert_eq!(standing().await, Verdict::Pending, "something else was stated");
    }

    async fn a_verdict_is_good_for_the_day_and_the_same_question_is_not_asked_twice(db: Db) {
        let office = office(db, 0).await;
        office.bring_up();
        let first = office.ask(morning(), "SITI UJI AMINAH").await;
        let again = office.ask(morning().plus_minutes(60), "SITI UJI AMINAH").await;
        assert_eq!((first.verdict, again.verdict, again.checked_at), (Verdict::Match, Verdict::Match, morning()));
        assert_eq!(again.elements["name"].score, 100);
        assert_eq!(office.ask(morning().plus_minutes(61), "BUDI SANTOSO").await.verdict, Verdict::Mismatch);
        let tomorrow = morning().plus_minutes(24 * 60);
        assert_eq!(office.ask(tomorrow, "SITI UJI AMINAH").await.checked_at, tomorrow);
        let used = "SELECT SUM(questions) FROM source_use WHERE day = '2026-11-24'";
        assert_eq!(scalar(office.counter.db(), format!("SELECT CAST(({used}) AS BIGINT)")).await, 2);
    }

    async fn a_used_quota_waits_for_the_next_day_and_shows_the_age_of_the_last_verdict(db: Db) {
        let office = office(db, 1).await;
        office.bring_up();
        assert_eq!(office.ask(morning(), "SITI UJI AMINAH").await.verdict, Verdict::Match);
        let late = office.ask(morning().plus_minutes(5), "SITI UJI").await;
        assert_eq!((late.verdict, late.cause), (Verdict::Pending, Some(Cause::QuotaUsed)));
        assert_eq!(late.earlier.map(|e| (e.verdict, e.checked_at)), Some((Verdict::Match, morning())));
        assert_eq!(office.settle(morning().plus_minutes(6)).await, Settled::NotYet);
        assert_eq!(office.settle(morning().plus_minutes(120)).await, Settled::Nothing);
        let tomorrow = Day::parse("2026-11-25").unwrap().start(Tz::Asia__Jakarta);
        assert_eq!(office.settle(tomorrow.plus_minutes(1)).await, Settled::Yes);
    }

    async fn a_hostile_answer_is_never_a_verdict(db: Db) {
        let hostile = [
            ("500 Internal Server Error", b"{}".to_vec(), Cause::BadStatus),
            ("302 Found\r\nLocation: http://127.0.0.1:9/", Vec::new(), Cause::Redirected),
            ("200 OK", b"<html>".to_vec(), Cause::Unreadable),
            ("200 OK", vec![b' '; 1_000_000], Cause::TooLarge),
        ];
        let office = office(db, 0).await;
        let replies = std::sync::Mutex::new(hostile.clone().into_iter());
        serve(office.address, move |_| {
            let (status, reply, _) = replies.lock().unwrap().next().unwrap();
            (status.to_owned(), reply)
        });
        for (status, _, cause) in hostile {
            let answer = office.ask(morning(), "SITI UJI AMINAH").await;
            assert_eq!((answer.verdict, answer.cause), (Verdict::Pending, Some(cause)), "{status}");
        }
    }
}
