//! What supervisor, officer and citizen see of look-ups; and that a NIK stands nowhere in the clear. DATA UJI.

use std::net::TcpListener;
use std::sync::Arc;

use loket::config::{PopulationKind, PopulationLink};
use loket::db::Db;
use loket::population::simulator::{Control, SimulatedFault, SimulatedGrant, Simulator};
use loket::web::population::simulator_of;
use rocket::http::Status;
use serde_json::json;

use crate::permit_pages::browser;
use crate::permits::{self, NIK, issued, midwife, office, pdf_of};
use crate::support::{TestCounter, scalar};

const PEOPLE: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code\n\
    1607065708900001,1607060101200001,SITI UJI AMINAH,PALEMBANG,1990-08-17,P,Jl. Uji No. 1,003,001,16.07.06.1021\n";
const SITI: &str = "1607065708900001";
const OVERSIGHT: &str = "/penyelia/kependudukan";

/// The simulator on a real port, and an office that asks it.
async fn simulated(db: Db, quota: u32) -> (TestCounter, Arc<Simulator>, tempfile::TempDir) {
    let grant = SimulatedGrant { user: "uji".to_owned(), password: "rahasia".to_owned(), ip: "127.0.0.1".to_owned() };
    let simulator = Arc::new(Simulator::new(PEOPLE.as_bytes(), grant).unwrap());
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let figment = loket::web::figment().merge(("port", port));
    let server = simulator_of(figment, Arc::clone(&simulator)).ignite().await.unwrap();
    rocket::tokio::spawn(server.launch());
    while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
        rocket::tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let password_file = crate::population_settling::password_file(folder.path());
    let link = PopulationLink {
        kind: PopulationKind::DukcapilMatch,
        url: format!("http://127.0.0.1:{port}/CALL_VERIFY_BY_ELEMEN"),
        user: "uji".to_owned(),
        password_file,
        ip: "127.0.0.1".to_owned(),
        answer_seconds: 2,
        daily_quota: quota,
        ..PopulationLink::default()
    };
    (TestCounter::with(db, |config| config.population = link).await, simulator, folder)
}

async fn ask(counter: &TestCounter, nik: &str, name: &str) -> serde_json::Value {
    let question = json!({ "nik": nik, "purpose": "Permohonan SIPB", "claimed": { "name": name } });
    counter.as_officer("petugas").await.post("/api/v1/residents/lookup", question).await.is(Status::Ok).body
}

on_each_database! {
    async fn the_simulator_answers_over_a_socket_with_every_fault_on_demand(db: Db) {
        let (counter, simulator, _folder) = simulated(db, 0).await;
        assert_eq!(ask(&counter, SITI, "SITI UJI AMINAH").await["verdict"], "match");
        assert_eq!(ask(&counter, "1607060101850009", "SITI").await["cause"], "unknown");
        for (number, (fault, cause)) in [
            (SimulatedFault::Down, "no_answer"),
            (SimulatedFault::ServerError, "bad_status"),
            (SimulatedFault::Garbage, "unreadable"),
            (SimulatedFault::OddShape, "unreadable"),
            (SimulatedFault::Huge, "too_large"),
            (SimulatedFault::Redirect, "redirected"),
            (SimulatedFault::WrongIp, "address_refused"),
            (SimulatedFault::UserInactive, "user_inactive"),
            (SimulatedFault::AgencyInactive, "agency_inactive"),
            (SimulatedFault::Slow, "timed_out"),
        ]
        .into_iter()
        .enumerate()
        {
            simulator.control(Control { fault: Some(fault), ..Control::default() });
            let answer = ask(&counter, SITI, &format!("SITI {number}")).await;
            assert_eq!((answer["verdict"].as_str(), answer["cause"].as_str()), (Some("pending"), Some(cause)), "{fault}");
            simulator.control(Control { fault: Some(SimulatedFault::OddSpelling), ..Control::default() });
            counter.wait_minutes(10);
            assert_eq!(ask(&counter, SITI, &format!("BUDI {number}")).await["verdict"], "mismatch");
        }
        let double = [(SITI.to_owned(), "double".to_owned())].into();
        simulator.control(Control { persons: double, ..Control::default() });
        assert_eq!(ask(&counter, SITI, "SITI GANDA").await["cause"], "double");
    }

    async fn the_supervisor_sees_the_link_the_questions_that_wait_and_asks_them_again(db: Db) {
        let (counter, simulator, _folder) = simulated(db, 100).await;
        let supervisor = browser(&counter, "penyelia").await;
        let page = supervisor.get(OVERSIGHT).await.is(Status::Ok).text();
        assert!(page.contains("Tersambung") && page.contains("Tidak ada yang tertunda"), "{page}");
        assert_eq!(ask(&counter, SITI, "SITI UJI AMINAH").await["verdict"], "match");
        simulator.control(Control { fault: Some(SimulatedFault::ServerError), ..Control::default() });
        for number in 0..5 {
            ask(&counter, SITI, &format!("SITI {number}")).await;
        }
        let page = supervisor.get(OVERSIGHT).await.is(Status::Ok).text();
        assert!(page.contains("Terputus") && page.contains("Verifikasi tertunda: 5"), "{page}");
        assert!(page.contains("1 dari 100 pertanyaan; sisa 99") && !page.contains(SITI), "{page}");
        simulator.control(Control { fault: Some(SimulatedFault::None), ..Control::default() });
        counter.wait_minutes(1);
        assert!(supervisor.get(OVERSIGHT).await.text().contains("Dicoba lagi"));
        supervisor.post("/penyelia/kependudukan/ulang", &[]).await.is(Status::SeeOther);
        assert_eq!(loket::web::worker(&counter.app).round().await.unwrap().settled, 5);
        let page = supervisor.get(OVERSIGHT).await.is(Status::Ok).text();
        assert!(page.contains("Tersambung") && page.contains("Tidak ada yang tertunda"), "{page}");
        assert!(counter.acts_about("lookups").await.contains(&"lookups.retried".to_owned()));
    }

    async fn the_supervisor_marks_a_sampled_look_up_once_and_says_why_it_is_to_be_asked_about(db: Db) {
        let counter = office(db).await;
        let id = ask(&counter, SITI, "SITI").await["id"].as_str().unwrap().to_owned();
        let supervisor = browser(&counter, "penyelia").await;
        assert!(supervisor.get(OVERSIGHT).await.is(Status::Ok).text().contains("Tanpa kunjungan atau berkas"));
        let path = format!("{OVERSIGHT}/{id}");
        supervisor.post(&path, &[("mark", "ask")]).await.is(Status::UnprocessableEntity);
        supervisor.post(&path, &[("mark", "ask"), ("note", "tanpa kunjungan")]).await.is(Status::SeeOther);
        supervisor.post(&path, &[("mark", "in_order")]).await.is(Status::Conflict);
        assert_eq!(counter.acts_about(&id).await, ["resident.viewed", "lookup.reviewed"]);
    }

    async fn a_citizen_reads_who_looked_by_the_link_of_the_slip_until_it_is_over(db: Db) {
        let counter = office(db).await;
        ask(&counter, SITI, "SITI").await;
        let id = ask(&counter, SITI, "SITI UJI").await["id"].as_str().unwrap().to_owned();
        let path = format!("/kependudukan/{id}/bukti");
        let slip = browser(&counter, "petugas").await.get(&path).await.is(Status::Ok).text();
        assert!(slip.contains("Saya setuju") && slip.contains("Permohonan SIPB") && !slip.contains(SITI), "{slip}");
        browser(&counter, "dukcapil").await.get(&path).await.is(Status::NotFound);
        let link = slip.split("/jejak/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let link = format!("/jejak/{link}");
        let traces = counter.as_visitor().get(&link).await.is(Status::Ok).text();
        assert_eq!(traces.matches("Permohonan SIPB").count(), 2, "{traces}");
        assert!(!traces.contains(SITI) && !link.contains(SITI));
        assert!(counter.acts_about(&id).await.contains(&"lookups.listed".to_owned()));
        counter.as_visitor().get(&format!("{link}x")).await.is(Status::NotFound);
        counter.wait_minutes(24 * 60 + 1);
        counter.as_visitor().get(&link).await.is(Status::NotFound);
    }

    async fn a_whole_nik_is_shown_for_a_reason_only_and_recorded(db: Db) {
        let counter = office(db).await;
        let id = permits::complete_draft(&counter, midwife()).await;
        let clerk = browser(&counter, "petugas").await;
        let path = format!("/permohonan/{id}/nik");
        let unsaid = clerk.post(&path, &[("reveal_reason", " ")]).await.is(Status::UnprocessableEntity).text();
        assert!(!unsaid.contains(NIK));
        let shown = clerk.post(&path, &[("reveal_reason", "Mencocokkan dengan KTP-el")]).await.is(Status::Ok).text();
        assert!(shown.contains(NIK));
        assert!(!clerk.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text().contains(NIK));
        assert!(counter.acts_about(&id).await.contains(&"nik.revealed".to_owned()));
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM audit_line WHERE act = 'nik.revealed'").await, 1);
    }
}

#[rocket::async_test]
async fn a_canary_nik_stands_nowhere_in_the_clear_but_in_the_permit_it_belongs_to() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loket.db");
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    let counter = office(db).await;
    ask(&counter, NIK, "SITI").await;
    let (id, permit) = issued(&counter).await;
    let clerk = browser(&counter, "petugas").await;
    clerk.post(&format!("/permohonan/{id}/nik"), &[("reveal_reason", "Uji")]).await.is(Status::Ok);
    let pdf = lopdf::Document::load_mem(&pdf_of(&counter, &permit).await).unwrap();
    let named = pdf.trailer.get(b"Info").and_then(|info| pdf.dereference(info)).map(|(_, info)| format!("{info:?}"));
    assert!(named.is_ok_and(|info| !info.contains(NIK)), "the metadata of the paper");
    let copy = folder.path().join("copy.db");
    assert!(counter.db().copy_to(&copy).await.unwrap());
    let mut looked = 0;
    for path in [file.clone(), file.with_extension("db-wal"), copy] {
        let Ok(bytes) = std::fs::read(&path) else { continue };
        looked += 1;
        assert_eq!(places_of(&bytes, NIK), Vec::<String>::new(), "{}", path.display());
    }
    assert!(looked >= 2, "the store and its copy were read");
}

/// What stands around each place where a text occurs; the frozen body of the permit, which is printed, is allowed.
fn places_of(bytes: &[u8], text: &str) -> Vec<String> {
    let found = bytes.windows(text.len()).enumerate().filter(|(_, window)| *window == text.as_bytes());
    let around = |(at, _): (usize, &[u8])| {
        let (from, to) = (at.saturating_sub(60), (at + 80).min(bytes.len()));
        String::from_utf8_lossy(&bytes[from..to]).into_owned()
    };
    let is_body = |before: &[u8]| before.ends_with(br#""NIK",""#);
    found.filter(|(at, _)| !is_body(&bytes[..*at])).map(around).collect()
}
