//! The national signature: a real simulator over a socket, editions, the queue, and what an attacker may bring.
//! DATA UJI.

use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

use loket::clock::Clock;
use loket::config::{Config, EsignKind, EsignLink, EsignLook};
use loket::db::Db;
use loket::documents::esign::simulator::{EsignControl, EsignSimulator, EsignTrouble, PASSPHRASE};
use loket::documents::esign::{EsignClient, EsignFault, NationalSeal, Signatory};
use loket::documents::{SealError, Signer, check_further};
use loket::ids::{OfficerId, PermitId, SessionId};
use loket::permits::{self, Countersigned, Held, NationalState};
use loket::population::Nik;
use loket::web::permits::esign_simulator_of;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::permits::{issued, pdf_of};
use crate::support::papers::{ask, skip};
use crate::support::{TestCounter, morning, scalar};

/// The eSign client of the office, simulated on a real port.
pub struct Service {
    pub simulator: Arc<EsignSimulator>,
    pub link: EsignLink,
    _folder: tempfile::TempDir,
}

impl Service {
    pub async fn start(kind: EsignKind) -> Service {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::fixed(morning());
        let simulator = Arc::new(EsignSimulator::open(folder.path(), clock, "kantor:rahasia").unwrap());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let figment = loket::web::figment().merge(("port", port));
        let server = esign_simulator_of(figment, Arc::clone(&simulator)).ignite().await.unwrap();
        rocket::tokio::spawn(server.launch());
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            rocket::tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        let link = link_to(kind, port, folder.path());
        Service { simulator, link, _folder: folder }
    }

    pub fn trouble(&self, fault: EsignTrouble) {
        self.simulator.control(&EsignControl { fault: Some(fault) });
    }
}

fn link_to(kind: EsignKind, port: u16, folder: &Path) -> EsignLink {
    EsignLink {
        kind,
        url: format!("http://127.0.0.1:{port}"),
        user: "kantor".to_owned(),
        password_file: crate::population_settling::password_file(folder),
        connect_seconds: 1,
        answer_seconds: 2,
        ..EsignLink::default()
    }
}

pub fn official(passphrase: &str) -> Signatory {
    let nik = Nik::parse("1607010101700001").unwrap();
    Signatory { nik, passphrase: Zeroizing::new(passphrase.to_owned()) }
}

pub async fn office(db: Db, link: EsignLink) -> TestCounter {
    let counter = TestCounter::with(db, |config: &mut Config| config.esign = link).await;
    counter.app.reload().await.unwrap();
    counter
}

/// The passphrase of the head, as the batch screen holds it.
async fn held(counter: &TestCounter, passphrase: &str) -> Held {
    let officers = loket::identity::list(&mut counter.db().read().await.unwrap()).await.unwrap();
    let officer: OfficerId = officers.iter().find(|officer| officer.username == "kadis").unwrap().id;
    let until = counter.app.now().plus_minutes(30);
    Held { session: SessionId::new(1), officer, signatory: official(passphrase), until }
}

pub async fn countersign(counter: &TestCounter, permit: &Value, passphrase: &str) -> Countersigned {
    let national = counter.app.national.as_ref().unwrap();
    let held = held(counter, passphrase).await;
    let id = permit_id(permit);
    permits::countersign(counter.db(), national, &held, id, counter.app.now()).await.unwrap()
}

fn permit_id(permit: &Value) -> PermitId {
    permit["id"].as_str().unwrap().parse().unwrap()
}

async fn check(counter: &TestCounter, pdf: &[u8]) -> Value {
    crate::permit_issuing::check_pdf(counter, pdf).await
}

async fn seal(link: &EsignLink, pdf: Vec<u8>, passphrase: &str) -> Result<Vec<u8>, SealError> {
    let client = Arc::new(EsignClient::open(link).unwrap().unwrap());
    let signer = NationalSeal::new(client, official(passphrase), "https://izin.test/V/1".to_owned());
    rocket::tokio::task::spawn_blocking(move || signer.seal(pdf)).await.unwrap()
}

fn sealed_paper(folder: &Path) -> Vec<u8> {
    crate::seal::sealed(folder).1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_versions_of_the_service_sign_visibly_and_invisibly_over_a_socket() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = sealed_paper(folder.path());
    for kind in [EsignKind::BsreV1, EsignKind::BsreV2] {
        let service = Service::start(kind).await;
        for look in [EsignLook::Invisible, EsignLook::Visible] {
            let link = EsignLink { look, ..service.link.clone() };
            let signed = seal(&link, pdf.clone(), PASSPHRASE).await.unwrap();
            assert!(signed.starts_with(&pdf) && signed.len() > pdf.len());
            let place = EsignClient::open(&link).unwrap().unwrap().place();
            let further = check_further(&pdf, &signed, place).unwrap();
            assert_eq!(further.certificate, service.simulator.certificate());
            assert_eq!(check_further(&pdf, &signed, None).is_ok(), look == EsignLook::Invisible);
        }
        service.trouble(EsignTrouble::ById);
        assert!(seal(&service.link, pdf.clone(), PASSPHRASE).await.is_ok(), "{kind:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_the_service_has_a_name_and_nothing_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let pdf = sealed_paper(folder.path());
    for kind in [EsignKind::BsreV1, EsignKind::BsreV2] {
        let service = Service::start(kind).await;
        for (trouble, fault) in [
            (EsignTrouble::Down, EsignFault::Unreachable),
            (EsignTrouble::Slow, EsignFault::TimedOut),
            (EsignTrouble::ServerError, EsignFault::ServerError),
            (EsignTrouble::Garbage, EsignFault::Unreadable),
            (EsignTrouble::Huge, EsignFault::TooLarge),
            (EsignTrouble::Redirect, EsignFault::Redirected),
            (EsignTrouble::WrongPassphrase, EsignFault::WrongPassphrase),
            (EsignTrouble::NotRegistered, EsignFault::NotRegistered),
            (EsignTrouble::OddCode, EsignFault::Refused),
            (EsignTrouble::Altered, EsignFault::Altered),
            (EsignTrouble::Unsigned, EsignFault::Altered),
        ] {
            service.trouble(trouble);
            let refused = seal(&service.link, pdf.clone(), PASSPHRASE).await;
            assert_eq!(refused, Err(SealError::National(fault)), "{kind:?} {trouble}");
        }
        service.trouble(EsignTrouble::None);
        let wrong = seal(&service.link, pdf.clone(), "salah").await;
        assert_eq!(wrong, Err(SealError::National(EsignFault::WrongPassphrase)));
        let stranger = EsignLink { user: "lain".to_owned(), ..service.link.clone() };
        let refused = seal(&stranger, pdf.clone(), PASSPHRASE).await;
        assert_eq!(refused, Err(SealError::National(EsignFault::AccountRefused)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stock_reader_finds_both_signatures_valid() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(EsignKind::BsreV2).await;
    let signed = seal(&service.link, sealed_paper(folder.path()), PASSPHRASE).await.unwrap();
    let Some(verdict) = ask("pdfsig", &signed, &["-nocert"]) else { return skip("pdfsig") };
    assert_eq!(verdict.matches("Signature is Valid").count(), 2, "{verdict}");
    assert!(verdict.contains("Total document signed"), "{verdict}");
}

on_each_database! {
    async fn a_permit_is_in_force_by_the_local_seal_and_gets_the_national_signature_later(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        service.trouble(EsignTrouble::Down);
        let (_, permit) = issued(&counter).await;
        let first = pdf_of(&counter, &permit).await;
        assert_eq!(check(&counter, &first).await["genuine"], true);
        let down = countersign(&counter, &permit, PASSPHRASE).await;
        assert_eq!(down, Countersigned::NotYet(EsignFault::Unreachable));
        let waiting = permits::list_waiting(&mut counter.db().read().await.unwrap()).await.unwrap();
        assert_eq!((waiting.len(), waiting[0].fault, waiting[0].attempts), (1, Some(EsignFault::Unreachable), 1));
        assert_eq!(waiting[0].next_at, Some(counter.app.now().plus_minutes(1)));
        service.trouble(EsignTrouble::None);
        assert_eq!(countersign(&counter, &permit, PASSPHRASE).await, Countersigned::Yes);
        let second = pdf_of(&counter, &permit).await;
        assert!(second.starts_with(&first) && second.len() > first.len());
        for edition in [&first, &second] {
            let found = check(&counter, edition).await;
            assert_eq!((found["genuine"].as_bool(), found["number"].as_str()), (Some(true), permit["number"].as_str()));
        }
        assert_eq!(countersign(&counter, &permit, PASSPHRASE).await, Countersigned::NotDue, "signed once");
        let acts = counter.acts_about(permit["id"].as_str().unwrap()).await;
        assert_eq!(acts, ["permit.reserved", "permit.issued", "permit.countersigned"]);
    }

    async fn a_wrong_passphrase_is_not_tried_again_by_itself_and_stands_nowhere(db: Db) {
        let service = Service::start(EsignKind::BsreV1).await;
        let counter = office(db, service.link.clone()).await;
        let (_, permit) = issued(&counter).await;
        let wrong = countersign(&counter, &permit, "rahasia-kadis-salah").await;
        assert_eq!(wrong, Countersigned::NotYet(EsignFault::WrongPassphrase));
        let waiting = permits::list_waiting(&mut counter.db().read().await.unwrap()).await.unwrap();
        assert_eq!((waiting[0].next_at, waiting[0].fault), (None, Some(EsignFault::WrongPassphrase)));
        let kept = "SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%rahasia-kadis%'";
        assert_eq!(scalar(counter.db(), kept).await, 0);
    }

    async fn one_permit_is_never_signed_twice_at_once(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let (_, permit) = issued(&counter).await;
        let asked = (0..6).map(|_| countersign(&counter, &permit, PASSPHRASE));
        let ended = rocket::futures::future::join_all(asked).await;
        assert_eq!(ended.iter().filter(|one| **one == Countersigned::Yes).count(), 1, "{ended:?}");
        assert_eq!(service.simulator.state().signed, 1);
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_edition").await, 1);
        let state = permits::find_national(&mut counter.db().read().await.unwrap(), permit_id(&permit)).await.unwrap();
        assert_eq!(state, Some(NationalState::Signed));
    }

    async fn timed_work_asks_again_with_growing_pauses_while_session_and_passphrase_live(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        for _ in 0..2 {
            issued(&counter).await;
        }
        let national = counter.app.national.clone().unwrap();
        let round = async || permits::countersign_due(counter.db(), &national, counter.app.now()).await.unwrap();
        assert_eq!(round().await, 0, "nobody typed a passphrase");
        service.trouble(EsignTrouble::Down);
        let (session, officer) = session_of(&counter, "kadis").await;
        national.vault.keep(session, officer, official(PASSPHRASE), counter.app.now());
        assert_eq!(round().await, 0);
        assert_eq!(service.simulator.state().questions, 1, "an outage is asked once a round");
        service.trouble(EsignTrouble::None);
        assert_eq!(round().await, 1, "the first waits for its pause");
        counter.wait_minutes(1);
        assert_eq!(round().await, 1);
        let (_, permit) = issued(&counter).await;
        counter.wait_minutes(30);
        assert_eq!(round().await, 0, "the passphrase is forgotten after its minutes");
        let (session, officer) = session_of(&counter, "kadis").await;
        national.vault.keep(session, officer, official(PASSPHRASE), counter.app.now());
        crate::support::execute(counter.db(), "DELETE FROM session").await;
        assert_eq!(round().await, 0, "and with the end of its session");
        let state = permits::find_national(&mut counter.db().read().await.unwrap(), permit_id(&permit)).await.unwrap();
        assert_eq!(state, Some(NationalState::Waiting));
    }
}

/// A live session of an officer.
async fn session_of(counter: &TestCounter, username: &str) -> (SessionId, OfficerId) {
    use loket::identity::{Credentials, SessionKind, sign_in};
    let typed = Credentials { username, password: crate::support::PASSWORD, code: "" };
    let app = &counter.app;
    let opened = sign_in(&app.db, app.tries(), &app.keys, typed, SessionKind::Page, app.now()).await;
    let (officer, session, _) = opened.unwrap();
    (session.id, officer.id)
}
