//! The batch screen: one passphrase for many permits, the queue while the service is down, what the citizen reads.
//! DATA UJI.

use loket::config::EsignKind;
use loket::documents::esign::CertificateState;
use loket::documents::esign::simulator::{EsignTrouble, PASSPHRASE};
use rocket::http::Status;
use serde_json::json;

use crate::esign::{Service, office};
use crate::permit_pages::browser;
use crate::permits::{awaiting_signature, issued, pdf_of};
use crate::support::papers::ask;
use crate::support::scalar;

const BATCH: &str = "/permohonan/tanda-tangan";
const NIK: &str = "1607010101700001";

on_each_database! {
    async fn a_batch_is_signed_with_one_passphrase_and_says_what_became_of_each_file(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let ids = [awaiting_signature(&counter).await, awaiting_signature(&counter).await];
        let head = browser(&counter, "kadis").await;
        let page = head.get(BATCH).await.is(Status::Ok).text();
        for id in &ids {
            assert!(page.contains(&format!("value=\"{id}\"")) && page.contains(&format!("/permohonan/{id}/pratinjau")));
        }
        let mut fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        fields.push(("passphrase", PASSPHRASE));
        let unknown = head.post(BATCH, &fields).await.is(Status::UnprocessableEntity).text();
        assert!(unknown.contains("nik-error"), "{unknown}");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 0, "nothing is signed by half");
        fields.push(("nik", NIK));
        let signed = head.post(BATCH, &fields).await.is(Status::Ok).text();
        assert_eq!(signed.matches("siap diambil").count(), 2, "{signed}");
        assert_eq!(signed.matches("tanda tangan BSrE sudah ada").count(), 2, "{signed}");
        assert!(!signed.contains(PASSPHRASE) && !signed.contains("id=\"nik\""), "{signed}");
        assert_eq!(service.simulator.state().signed, 2);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_edition").await, 2);
        let lines = "SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%DATA-UJI%' OR detail LIKE '%1607010101700001%'";
        assert_eq!(scalar(counter.db(), lines).await, 0);
    }

    async fn a_dead_service_leaves_the_permit_in_force_and_the_citizen_is_told(db: Db) {
        let service = Service::start(EsignKind::BsreV1).await;
        let counter = office(db, service.link.clone()).await;
        service.trouble(EsignTrouble::Down);
        let id = awaiting_signature(&counter).await;
        let head = browser(&counter, "kadis").await;
        let fields = [("id", id.as_str()), ("passphrase", PASSPHRASE), ("nik", NIK)];
        let signed = head.post(BATCH, &fields).await.is(Status::Ok).text();
        assert!(signed.contains("siap diambil") && signed.contains("menyusul: layanan BSrE tidak terjangkau"), "{signed}");
        let file = counter.as_officer("kadis").await.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok).body;
        let status = format!("/status?kode={}", file["code"].as_str().unwrap());
        let told = counter.as_visitor().get(&status).await.is(Status::Ok).text();
        assert!(told.contains("berlaku dengan segel kantor; tanda tangan BSrE menyusul"), "{told}");
        let watched = browser(&counter, "penyelia").await.get(BATCH).await.is(Status::Ok).text();
        assert!(watched.contains("layanan BSrE tidak terjangkau") && !watched.contains("passphrase"), "{watched}");
        service.trouble(EsignTrouble::None);
        counter.wait_minutes(2);
        let round = loket::web::worker(&counter.app).round().await.unwrap();
        assert_eq!(round.countersigned, 1, "the passphrase is still in memory");
        let told = counter.as_visitor().get(&status).await.is(Status::Ok).text();
        assert!(told.contains("segel kantor dan tanda tangan BSrE"), "{told}");
    }

    async fn an_expired_certificate_is_told_before_anything_is_signed(db: Db) {
        for kind in [EsignKind::BsreV1, EsignKind::BsreV2] {
            let service = Service::start(kind).await;
            let client = loket::documents::esign::EsignClient::open(&service.link).unwrap().unwrap();
            let nik = loket::population::Nik::parse(NIK).unwrap();
            assert_eq!(client.find_certificate(&nik).await, Some(CertificateState::Issue), "{kind:?}");
            service.trouble(EsignTrouble::Expired);
            assert_eq!(client.find_certificate(&nik).await, Some(CertificateState::Expired), "{kind:?}");
        }
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let id = awaiting_signature(&counter).await;
        service.trouble(EsignTrouble::Expired);
        let head = browser(&counter, "kadis").await;
        let fields = [("id", id.as_str()), ("passphrase", PASSPHRASE), ("nik", NIK)];
        let told = head.post(BATCH, &fields).await.is(Status::UnprocessableEntity).text();
        assert!(told.contains("berstatus EXPIRED") && told.contains("passphrase-error"), "{told}");
        let typed = told.split("id=\"passphrase\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
        assert!(!typed.contains(PASSPHRASE), "a passphrase is never shown again");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 0);
    }

    async fn signing_out_forgets_the_passphrase(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let head = browser(&counter, "kadis").await;
        head.post(BATCH, &[("passphrase", PASSPHRASE), ("nik", NIK)]).await.is(Status::Ok);
        let vault = &counter.app.national.as_ref().unwrap().vault;
        assert_eq!(vault.list(counter.app.now()).len(), 1);
        head.post("/keluar", &[]).await;
        assert!(vault.list(counter.app.now()).is_empty());
    }

    async fn the_first_edition_of_a_countersigned_permit_can_still_be_had(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let (_, permit) = issued(&counter).await;
        let first = pdf_of(&counter, &permit).await;
        let head = browser(&counter, "kadis").await;
        let fields = [("permit", permit["id"].as_str().unwrap()), ("passphrase", PASSPHRASE), ("nik", NIK)];
        let signed = head.post(BATCH, &fields).await.is(Status::Ok).text();
        assert!(signed.contains("tanda tangan BSrE sudah ada"), "{signed}");
        let clerk = counter.as_officer("petugas").await;
        let path = permit["pdf"].as_str().unwrap();
        assert_ne!(clerk.get(path).await.is(Status::Ok).bytes, first);
        assert_eq!(clerk.get(&format!("{path}?edition=1")).await.is(Status::Ok).bytes, first);
        clerk.get(&format!("{path}?edition=3")).await.refused_with(Status::NotFound, "edition-unknown");
        let file = counter.as_officer("kadis").await.post("/api/v1/verification", json!({ "number": permit["number"], "name": "SITI RAHMA DATA UJI" })).await;
        assert_eq!(file.body["genuine"], true);
    }

    async fn the_head_sees_each_sheet_as_a_draft_before_it_has_a_number(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let id = awaiting_signature(&counter).await;
        let path = format!("/permohonan/{id}/pratinjau");
        let draft = browser(&counter, "kadis").await.get(&path).await.is(Status::Ok).bytes;
        browser(&counter, "kabid").await.get(&path).await.is(Status::Forbidden);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit").await, 0);
        let found = crate::permit_issuing::check_pdf(&counter, &draft).await;
        assert_eq!(found["genuine"], false);
        let Some(words) = ask("pdftotext", &draft, &["-"]) else { return };
        assert!(words.contains("503/DRAF/SIPB") && words.contains("DRAF\n"), "{words}");
    }
}
