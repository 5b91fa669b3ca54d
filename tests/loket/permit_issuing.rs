//! Issuing a permit: what a rush, a crash or a forger can do.

use loket::config::PermitProfile;
use loket::permits::{self, Desk, Press, Stop, StopAfter};
use rocket::http::{ContentType, Method, Status};
use serde_json::{Value, json};

use crate::permits::{act, awaiting_signature, issued, office, office_with, pdf_of, qr_of};
use crate::support::{TestCounter, execute, scalar};

on_each_database! {
    async fn sixteen_signatures_at_once_leave_no_gap_in_the_register(db: Db) {
        let counter = office(db).await;
        let mut ids = Vec::new();
        for _ in 0..16 {
            ids.push(awaiting_signature(&counter).await);
        }
        let head = counter.as_officer("kadis").await;
        let signs = ids.iter().map(|id| {
            let head = head.clone();
            async move { head.post(&format!("/api/v1/applications/{id}/signature"), json!({})).await.is(Status::Ok) }
        });
        rocket::futures::future::join_all(signs).await;
        let (count, last) = (scalar(counter.db(), "SELECT COUNT(DISTINCT ordinal) FROM permit WHERE state = 'issued'").await,
            scalar(counter.db(), "SELECT MAX(ordinal) FROM permit").await);
        assert_eq!((count, last), (16, 16));
    }

    async fn a_permit_that_was_interrupted_is_finished_with_the_same_number(db: Db) {
        let counter = office(db).await;
        for (stop, expected) in [(StopAfter::Reserve, 1), (StopAfter::Render, 1), (StopAfter::Sign, 1), (StopAfter::Store, 0)] {
            let id = awaiting_signature(&counter).await;
            let before = scalar(counter.db(), "SELECT COUNT(*) FROM permit").await;
            sign_until(&counter, &id, stop).await;
            let path = format!("/api/v1/applications/{id}");
            let head = counter.as_officer("kadis").await;
            let seen = head.get(&path).await.is(Status::Ok).body;
            assert_eq!(seen["permit"].is_null(), expected == 1, "a reservation is not public after {stop}");
            assert_eq!(resume(&counter).await, expected, "{stop}");
            let after = head.get(&path).await.is(Status::Ok).body;
            let number = format!("503/{:04}/SIPB/DPMPTSP/2026", before + 1);
            assert_eq!((after["state"].as_str(), after["permit"]["number"].as_str()), (Some("ready"), Some(number.as_str())));
            assert_eq!(resume(&counter).await, 0);
            // One person has one permit in force for each place of practice.
            execute(counter.db(), "UPDATE permit SET valid_until = '2026-11-23'").await;
        }
    }

    async fn a_permit_with_its_words_attached_is_issued_and_known_again(db: Db) {
        let counter = office_with(db, |config| config.permit_profile = PermitProfile::A3u).await;
        let (_, permit) = issued(&counter).await;
        let pdf = pdf_of(&counter, &permit).await;
        assert!(String::from_utf8_lossy(&pdf).contains("izin.json"));
        let found = check_pdf(&counter, &pdf).await;
        assert_eq!((found["genuine"].as_bool(), found["number"].as_str()), (Some(true), permit["number"].as_str()));
    }

    async fn a_reservation_of_last_year_is_void_and_takes_a_new_number(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        sign_until(&counter, &id, StopAfter::Reserve).await;
        counter.wait_minutes(60 * 24 * 60);
        assert_eq!(resume(&counter).await, 1);
        let file = counter.as_officer("kadis").await.get(&format!("/api/v1/applications/{id}")).await;
        assert_eq!(file.body["permit"]["number"], "503/0001/SIPB/DPMPTSP/2027");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'void' AND year = 2026").await, 1);
    }

    async fn a_withdrawn_file_leaves_its_number_void(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        sign_until(&counter, &id, StopAfter::Reserve).await;
        act(&counter, "petugas", &id, "withdrawal", json!({ "reason": "Pindah kerja" })).await;
        assert_eq!(resume(&counter).await, 0);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit WHERE state = 'void'").await, 1);
        let (_, permit) = issued(&counter).await;
        assert_eq!(permit["number"], "503/0002/SIPB/DPMPTSP/2026");
    }

    async fn the_paper_is_the_same_each_time_and_one_changed_byte_is_not_genuine(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let pdf = pdf_of(&counter, &permit).await;
        assert!(pdf.starts_with(b"%PDF"));
        let pages = lopdf::Document::load_mem(&pdf).unwrap().get_pages().len();
        assert_eq!(pages, 1, "a certificate fits one sheet");
        assert_eq!(pdf_of(&counter, &permit).await, pdf);
        let found = check_pdf(&counter, &pdf).await;
        assert_eq!((found["genuine"].as_bool(), found["status"].as_str()), (Some(true), Some("valid")));
        assert_eq!((found["number"].as_str(), found["holder_initials"].as_str()), (permit["number"].as_str(), Some("S. R. D.")));
        let mut changed = pdf.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        assert_eq!(check_pdf(&counter, &changed).await["genuine"], false);
    }

    async fn a_permit_is_checked_by_its_code_and_by_number_and_name(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let token = qr_of(&counter).await;
        let visitor = counter.as_visitor();
        let ask = async |body: Value| visitor.post("/api/v1/verification", body).await.is(Status::Ok).body;
        let by_code = ask(json!({ "token": token })).await;
        assert_eq!((by_code["genuine"].as_bool(), by_code["number"].as_str()), (Some(true), permit["number"].as_str()));
        assert!(!by_code.to_string().contains("SITI"));
        let alone = token.rsplit('/').next().unwrap();
        assert_eq!(ask(json!({ "token": alone })).await["genuine"], true);
        let forged = alone.replacen('A', "B", 1);
        assert_eq!(ask(json!({ "token": forged })).await["genuine"], false);
        let named = ask(json!({ "number": permit["number"], "name": "siti rahma data uji" })).await;
        assert_eq!((named["genuine"].as_bool(), named["status"].as_str()), (Some(true), Some("valid")));
        assert_eq!(ask(json!({ "number": permit["number"], "name": "Budi" })).await["genuine"], false);
        assert_eq!(ask(json!({ "number": "503/9999/SIPB/DPMPTSP/2026", "name": "Budi" })).await["status"], Value::Null);
        let path = format!("/api/v1/permits/{}/revocation", permit["id"].as_str().unwrap());
        counter.as_officer("kadis").await.post(&path, json!({ "reason": "Melanggar ketentuan" })).await.is(Status::Ok);
        assert_eq!(ask(json!({ "token": token })).await["status"], "revoked");
        let list = visitor.get("/api/v1/revocations").await.is(Status::Ok).body;
        assert_eq!(list["items"][0], permit["number"]);
    }

    async fn a_suspended_permit_is_told_to_everybody_and_is_in_force_again_when_lifted(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let token = qr_of(&counter).await;
        let visitor = counter.as_visitor();
        let head = counter.as_officer("kadis").await;
        let path = format!("/api/v1/permits/{}", permit["id"].as_str().unwrap());
        let cause = json!({ "reason": "Menunggu pemeriksaan", "class": "breach" });
        head.post(&format!("{path}/lifting"), cause.clone()).await.is(Status::Conflict);
        head.post(&format!("{path}/suspension"), json!({})).await.is(Status::UnprocessableEntity);
        head.post(&format!("{path}/suspension"), cause.clone()).await.is(Status::Ok);
        let seen = visitor.post("/api/v1/verification", json!({ "token": token })).await.is(Status::Ok).body;
        assert_eq!(seen["status"], "suspended");
        let list = visitor.get("/api/v1/revocations").await.is(Status::Ok).body;
        let said = signed_part(&counter, list["jws"].as_str().unwrap());
        let line = &said["items"][0];
        assert_eq!((line["number"].clone(), line["status"].as_str()), (permit["number"].clone(), Some("suspended")));
        assert_eq!(line["class"], "breach");
        assert!(said["issued_at"].is_string() && !said.to_string().contains("Menunggu"), "{said}");
        head.post(&format!("{path}/lifting"), cause).await.is(Status::Ok);
        let list = visitor.get("/api/v1/revocations").await.is(Status::Ok).body;
        assert_eq!(list["items"], json!([]));
    }

    async fn a_reprint_is_counted_with_its_reason(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        let path = format!("/api/v1/permits/{}/reprint", permit["id"].as_str().unwrap());
        clerk.post(&path, json!({ "reason": " " })).await.is(Status::UnprocessableEntity);
        for copy in 1..=2 {
            assert_eq!(clerk.post(&path, json!({ "reason": "Rusak" })).await.is(Status::Ok).body["copy"], copy);
        }
        let kept = "SELECT COUNT(*) FROM permit_act WHERE act = 'reprint' AND reason = 'Rusak'";
        assert_eq!(scalar(counter.db(), kept).await, 2);
    }
}

/// The payload of a list, after its signature was checked with the published key.
fn signed_part(counter: &TestCounter, jws: &str) -> Value {
    use aws_lc_rs::signature::{ED25519, KeyPair, UnparsedPublicKey};
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let decode = |part: &str| data_encoding::BASE64URL_NOPAD.decode(part.as_bytes()).unwrap();
    let public = counter.app.keys.permit_key().public_key().as_ref().to_vec();
    UnparsedPublicKey::new(&ED25519, public).verify(signed.as_bytes(), &decode(signature)).unwrap();
    serde_json::from_slice(&decode(signed.split_once('.').unwrap().1)).unwrap()
}

/// The head signs, and the office loses power after a step.
pub async fn sign_until(counter: &TestCounter, id: &str, after: StopAfter) {
    let app = &counter.app;
    let officers = loket::identity::list(&mut app.db.read().await.unwrap()).await.unwrap();
    let officer = officers.iter().find(|officer| officer.username == "kadis").unwrap();
    let (sites, catalogue, calendar) = (app.sites(), app.catalogue(), app.calendar());
    let desk =
        Desk { officer, now: app.now(), keys: &app.keys, sites: &sites, catalogue: &catalogue, calendar: &calendar };
    let press = Press { stop: Some(Stop::Refuse(after)), ..loket::web::permits::press(app) };
    assert!(permits::sign(&app.db, &desk, &press, id.parse().unwrap(), None).await.is_err(), "stopped after {after}");
}

pub async fn resume(counter: &TestCounter) -> usize {
    let app = &counter.app;
    let press = loket::web::permits::press(app);
    permits::resume_reserved(&app.db, &app.keys, &app.sites(), &press, app.now()).await.unwrap()
}

pub async fn check_pdf(counter: &TestCounter, pdf: &[u8]) -> Value {
    let visitor = counter.as_visitor();
    let request = visitor.request(Method::Post, "/api/v1/verification").header(ContentType::PDF).body(pdf);
    visitor.send(request).await.is(Status::Ok).body
}
