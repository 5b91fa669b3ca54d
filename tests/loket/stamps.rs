//! Time stamps by a test authority (openssl) over HTTP: on the seal at once, or later as an edition. DATA UJI.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use loket::config::{EsignKind, EsignLink};
use loket::documents::esign::open_stamper;
use loket::documents::{LocalSeal, Print, SealFault, Signer, check_edition, check_seal, is_stamped, permit};
use loket::keys::{Keys, Trusted};

use crate::esign::{Service, countersign, office};
use crate::permits::{issued, pdf_of};
use crate::support::papers::{ask, certificate, run, signing_day, skip};
use crate::support::scalar;

const CONFIG: &str = "[tsa]\ndefault_tsa = test\n[test]\nserial = FOLDER/serial\nsigner_digest = sha256\n\
    default_policy = 1.2.3.4.1\ndigests = sha256\naccuracy = secs:1\ness_cert_id_alg = sha256\n";

/// A time-stamp server on a loopback port.
pub struct Authority {
    folder: tempfile::TempDir,
    port: u16,
    up: Arc<AtomicBool>,
}

impl Authority {
    /// Starts one; `None` without openssl.
    pub fn start() -> Option<Authority> {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        std::fs::write(path("tsa.cnf"), CONFIG.replace("FOLDER", folder.path().to_str().unwrap())).unwrap();
        std::fs::write(path("serial"), "01\n").unwrap();
        let usage = "extendedKeyUsage=critical,timeStamping";
        let key = path("key.pem");
        if run("openssl", &["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", &key]).is_none() {
            skip("openssl");
            return None;
        }
        let subject = "/CN=Stempel Waktu DATA UJI";
        run(
            "openssl",
            &[
                "req",
                "-new",
                "-x509",
                "-days",
                "30",
                "-key",
                &key,
                "-subj",
                subject,
                "-addext",
                usage,
                "-out",
                &path("tsa.pem"),
            ],
        )
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, up) = (listener.local_addr().unwrap().port(), Arc::new(AtomicBool::new(true)));
        let (place, is_up) = (folder.path().to_owned(), Arc::clone(&up));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if is_up.load(Ordering::Relaxed) {
                    answer(stream.unwrap(), &place);
                }
            }
        });
        Some(Authority { folder, port, up })
    }

    fn certificate(&self) -> PathBuf {
        self.folder.path().join("tsa.pem")
    }

    /// The settings that name this server.
    fn link(&self, link: EsignLink) -> EsignLink {
        EsignLink {
            time_stamp_url: format!("http://127.0.0.1:{}/tsr", self.port),
            time_stamp_certificate_file: self.certificate(),
            ..link
        }
    }
}

fn answer(mut stream: TcpStream, folder: &Path) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let body = loop {
        let read = stream.read(&mut buffer).unwrap();
        bytes.extend_from_slice(&buffer[..read]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
        let length: usize = length.unwrap().parse().unwrap();
        if bytes.len() >= end + 4 + length {
            break bytes[end + 4..].to_vec();
        }
    };
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    std::fs::write(path("query"), body).unwrap();
    let (config, key, signer) = (path("tsa.cnf"), path("key.pem"), path("tsa.pem"));
    let arguments = [
        "ts",
        "-reply",
        "-config",
        &config,
        "-queryfile",
        &path("query"),
        "-inkey",
        &key,
        "-signer",
        &signer,
        "-out",
        &path("reply"),
    ];
    assert!(std::process::Command::new("openssl").args(arguments).output().unwrap().status.success());
    let reply = std::fs::read(path("reply")).unwrap();
    let head = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", reply.len());
    stream.write_all(&[head.as_bytes(), &reply].concat()).unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seal_carries_the_time_stamp_of_the_configured_server_and_of_no_other() {
    let (Some(authority), Some(other)) = (Authority::start(), Authority::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::load_or_make(folder.path()).unwrap());
    let (stamper, known) = open_stamper(&authority.link(EsignLink::default())).unwrap().unwrap();
    let (_, foreign) = open_stamper(&other.link(EsignLink::default())).unwrap().unwrap();
    let seal = LocalSeal::new(Arc::clone(&keys), Some(Arc::new(stamper)));
    let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
    let paper = permit(&certificate(), print).unwrap();
    let pdf = rocket::tokio::task::spawn_blocking(move || seal.seal(paper).unwrap()).await.unwrap();
    assert!(is_stamped(&pdf));
    let trust = |stamper: &[u8]| Trusted { stampers: vec![stamper.to_vec()], ..keys.papers().trusted() };
    let found = check_edition(&pdf, &trust(&known)).unwrap();
    assert!(found.stamped_at.is_some_and(|at| at.ends_with('Z')), "the moment is told");
    assert_eq!(check_edition(&pdf, &trust(&foreign)), Err(SealFault::Changed));
    assert_eq!(check_seal(&pdf, keys.papers().pinned()), Err(SealFault::Changed), "nobody vouches for it");
    let Some(verdict) = ask("pdfsig", &pdf, &["-nocert"]) else { return };
    assert!(verdict.contains("Signature is Valid") && verdict.contains("Total document signed"), "{verdict}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stamp_by_another_certificate_than_the_one_of_the_settings_is_not_taken() {
    let (Some(authority), Some(other)) = (Authority::start(), Authority::start()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::load_or_make(folder.path()).unwrap());
    let link = EsignLink { time_stamp_certificate_file: other.certificate(), ..authority.link(EsignLink::default()) };
    let (stamper, _) = open_stamper(&link).unwrap().unwrap();
    let seal = LocalSeal::new(Arc::clone(&keys), Some(Arc::new(stamper)));
    let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
    let paper = permit(&certificate(), print).unwrap();
    let pdf = rocket::tokio::task::spawn_blocking(move || seal.seal(paper).unwrap()).await.unwrap();
    assert!(!is_stamped(&pdf));
    assert!(check_seal(&pdf, keys.papers().pinned()).is_ok(), "sealed all the same");
}

on_each_database! {
    async fn a_dead_time_stamp_server_delays_no_permit_and_the_stamp_follows_as_an_edition(db: Db) {
        let Some(authority) = Authority::start() else { return };
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, authority.link(service.link.clone())).await;
        authority.up.store(false, Ordering::Relaxed);
        let (_, permit) = issued(&counter).await;
        let first = pdf_of(&counter, &permit).await;
        assert!(!is_stamped(&first));
        let genuine = async |pdf: &[u8]| crate::permit_issuing::check_pdf(&counter, pdf).await["genuine"] == true;
        assert!(genuine(&first).await);
        let worker = loket::web::worker(&counter.app);
        counter.wait_minutes(1);
        assert_eq!(worker.round().await.unwrap().stamped, 0);
        authority.up.store(true, Ordering::Relaxed);
        assert_eq!(worker.round().await.unwrap().stamped, 0, "after a pause");
        counter.wait_minutes(1);
        assert_eq!(worker.round().await.unwrap().stamped, 1);
        let second = pdf_of(&counter, &permit).await;
        assert!(is_stamped(&second) && second.len() == first.len());
        countersign(&counter, &permit, loket::documents::esign::simulator::PASSPHRASE).await;
        let third = pdf_of(&counter, &permit).await;
        assert!(third.starts_with(&second) && third.len() > second.len());
        for edition in [&first, &second, &third] {
            assert!(genuine(edition).await);
        }
        let set = counter.as_visitor().get("/api/v1/.well-known/jwks.json").await.text();
        let trusted = Trusted::of_key_set(&set).unwrap();
        let sealed = check_edition(&third, &trusted).unwrap();
        assert!(sealed.stamped_at.is_some() && sealed.national.is_some());
        let mut changed = third.clone();
        changed[second.len() / 2] ^= 1;
        assert!(!genuine(&changed).await && check_edition(&changed, &trusted).is_err());
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit_stamping").await, 0);
    }
}
