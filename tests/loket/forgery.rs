//! What a forger may bring to the check page, to the API and to `loket verify`: each class of attack on a sealed and on
//! a countersigned permit. DATA UJI.

use std::path::Path;
use std::process::Command;

use data_encoding::BASE64;
use loket::config::EsignKind;
use loket::documents::esign::simulator::{EsignReply, EsignSimulator, Order, PASSPHRASE};
use loket::documents::{Further, LocalSeal, Print, Signer, append_seal, check_edition, permit};
use loket::keys::{Keys, Trusted};
use lopdf::{Document, IncrementalDocument, Object, ObjectId, Stream, dictionary};
use rocket::http::Status;
use serde_json::Value;

use crate::esign::{Service, countersign, office};
use crate::permit_pages::browser;
use crate::permits::{issued, pdf_of};
use crate::support::papers::{certificate, run, signing_day};
use crate::support::{Server, TestCounter, program};

/// Everything that can be wrong with a file, by name.
struct Forged(&'static str, Vec<u8>);

/// The file with a further revision behind it.
fn appended(pdf: &[u8], change: impl FnOnce(&mut IncrementalDocument, ObjectId)) -> Vec<u8> {
    let before = Document::load_mem(pdf).unwrap();
    let page = before.get_pages().into_values().next().unwrap();
    let mut longer = IncrementalDocument::create_from(pdf.to_vec(), before);
    longer.opt_clone_object_to_new_document(page).unwrap();
    change(&mut longer, page);
    let mut bytes = Vec::new();
    longer.save_to(&mut bytes).unwrap();
    assert!(bytes.starts_with(pdf));
    bytes
}

/// The page shows something else.
fn replaced_page(pdf: &[u8]) -> Vec<u8> {
    appended(pdf, |longer, page| {
        let words = Stream::new(dictionary! {}, b"BT /F1 12 Tf (IZIN LAIN DATA UJI) Tj ET".to_vec());
        let words = longer.new_document.add_object(words);
        longer.new_document.get_dictionary_mut(page).unwrap().set("Contents", words);
    })
}

/// The content of the page itself is written again under its old number: the shadow is made visible.
fn shadow(pdf: &[u8]) -> Vec<u8> {
    appended(pdf, |longer, page| {
        let dict = longer.new_document.get_dictionary(page).unwrap();
        let content = match dict.get(b"Contents").unwrap() {
            Object::Array(list) => list[0].as_reference().unwrap(),
            other => other.as_reference().unwrap(),
        };
        longer.new_document.set_object(content, Stream::new(dictionary! {}, b"q Q".to_vec()));
    })
}

/// A note stands over the page.
fn annotated(pdf: &[u8]) -> Vec<u8> {
    appended(pdf, |longer, page| {
        let note = dictionary! {
            "Type" => "Annot", "Subtype" => "FreeText", "F" => 4,
            "Rect" => vec![50.into(), 500.into(), 500.into(), 600.into()],
            "Contents" => Object::string_literal("Berlaku sampai 2099"), "DA" => Object::string_literal("/Helv 20 Tf"),
        };
        let note = longer.new_document.add_object(note);
        let dict = longer.new_document.get_dictionary_mut(page).unwrap();
        dict.get_mut(b"Annots").unwrap().as_array_mut().unwrap().push(note.into());
    })
}

/// A field whose value covers the page.
fn filled_form(pdf: &[u8]) -> Vec<u8> {
    appended(pdf, |longer, page| {
        let field = dictionary! {
            "Type" => "Annot", "Subtype" => "Widget", "FT" => "Tx", "T" => Object::string_literal("nama"),
            "V" => Object::string_literal("ORANG LAIN"), "Rect" => vec![50.into(), 500.into(), 500.into(), 600.into()],
        };
        let field = longer.new_document.add_object(field);
        let dict = longer.new_document.get_dictionary_mut(page).unwrap();
        dict.get_mut(b"Annots").unwrap().as_array_mut().unwrap().push(field.into());
    })
}

/// The file written anew by two programs, and cut off.
fn saved_again(pdf: &[u8]) -> Vec<Forged> {
    let mut again = Vec::new();
    Document::load_mem(pdf).unwrap().save_to(&mut again).unwrap();
    let mut all = vec![Forged("saved again", again), Forged("cut off", pdf[..pdf.len() - 7].to_vec())];
    let folder = tempfile::tempdir().unwrap();
    let [from, to] = ["from.pdf", "to.pdf"].map(|name| folder.path().join(name));
    std::fs::write(&from, pdf).unwrap();
    if run("qpdf", &["--linearize", "--warning-exit-0", from.to_str().unwrap(), to.to_str().unwrap()]).is_some() {
        all.push(Forged("linearised", std::fs::read(to).unwrap()));
    }
    all
}

/// Other bytes where the format itself would not mind.
fn other_spelling(pdf: &[u8]) -> Vec<Forged> {
    let mut all = Vec::new();
    for (at, _) in pdf.windows(10).enumerate().filter(|(_, window)| *window == b"/Contents<") {
        let end = at + pdf[at..].iter().position(|byte| *byte == b'>').unwrap();
        let mut padded = pdf.to_vec();
        padded[end - 1] = b'1';
        all.push(Forged("padding", padded));
        let mut emptied = pdf.to_vec();
        emptied[at + 10..end].fill(b'0');
        all.push(Forged("emptied signature", emptied));
    }
    for (at, _) in pdf.windows(10).enumerate().filter(|(_, window)| *window == b"/ByteRange") {
        let mut removed = pdf.to_vec();
        removed[at + 1..at + 10].copy_from_slice(b"ByteRangX");
        all.push(Forged("no byte range", removed));
    }
    all
}

/// Signatures by authorities that only bear our names.
fn signed_by_others(pdf: &[u8]) -> Vec<Forged> {
    let folder = tempfile::tempdir().unwrap();
    let foreign = std::sync::Arc::new(Keys::load_or_make(folder.path()).unwrap());
    let further = Further { name: "PENANDA TANGAN DATA UJI", at: signing_day(), place: [0; 4] };
    let seal = LocalSeal::new(std::sync::Arc::clone(&foreign), None);
    let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
    let other = EsignSimulator::open(folder.path().join("bsre").as_path(), clock(), "kantor:rahasia").unwrap();
    vec![
        Forged("further signature by a namesake", append_seal(pdf, foreign.papers(), &further).unwrap()),
        Forged("sealed by a namesake", seal.seal(permit(&certificate(), print).unwrap()).unwrap()),
        Forged("another national authority of the same name", signed_by(&other, pdf)),
    ]
}

fn clock() -> loket::clock::Clock {
    crate::support::morning_clock()
}

/// What the official of a simulator signs when asked.
fn signed_by(simulator: &EsignSimulator, pdf: &[u8]) -> Vec<u8> {
    let account = format!("Basic {}", BASE64.encode(b"kantor:rahasia"));
    let order = Order { nik: "1607010101700001", passphrase: PASSPHRASE, place: None, pdf };
    match simulator.sign(Some(&account), &order) {
        EsignReply::File(file) => file,
        other => panic!("{other:?}"),
    }
}

fn attacks_on(pdf: &[u8]) -> Vec<Forged> {
    let mut all = vec![
        Forged("replaced page", replaced_page(pdf)),
        Forged("shadow", shadow(pdf)),
        Forged("annotation", annotated(pdf)),
        Forged("form field", filled_form(pdf)),
        Forged("appended end of line", [pdf, b"\n"].concat()),
    ];
    all.extend(saved_again(pdf));
    all.extend(other_spelling(pdf));
    all.extend(signed_by_others(pdf));
    all
}

/// Even with the true national signature over it.
fn attacks_signed_nationally(simulator: &EsignSimulator, first: &[u8], second: &[u8]) -> Vec<Forged> {
    let plain = permit(&certificate(), signing_day()).unwrap();
    let sealed = {
        let folder = tempfile::tempdir().unwrap();
        crate::seal::sealed(folder.path()).1
    };
    vec![
        Forged("signed over a replaced page", signed_by(simulator, &replaced_page(first))),
        Forged("signed over a shadow", signed_by(simulator, &shadow(first))),
        Forged("signed over a note", signed_by(simulator, &annotated(first))),
        Forged("signed over a foreign seal", signed_by(simulator, &sealed)),
        Forged("signed a third time over a note", signed_by(simulator, &annotated(second))),
        Forged("the seal of the other file", [&plain[..200], &second[200..]].concat()),
    ]
}

async fn is_genuine(counter: &TestCounter, pdf: &[u8]) -> bool {
    let said = crate::permit_issuing::check_pdf(counter, pdf).await["genuine"] == true;
    let page = browser(counter, "petugas").await.upload("/verifikasi/berkas", "application/pdf", pdf).await;
    let shown = page.is(Status::Ok).text().contains("Izin ini asli");
    assert_eq!(said, shown, "page and API agree");
    said
}

/// `loket verify` with the published key set, without the office.
fn is_verified(folder: &Path, key_set: &str, pdf: &[u8]) -> bool {
    let [file, keys] = ["permit.pdf", "keys.json"].map(|name| folder.join(name));
    std::fs::write(&file, pdf).unwrap();
    std::fs::write(&keys, key_set).unwrap();
    let mut verify = program(Path::new(env!("CARGO_BIN_EXE_loket")));
    let asked = verify.arg("verify").arg(&file).arg("--keys").arg(&keys).current_dir(folder).output().unwrap();
    asked.status.success()
}

on_each_database! {
    async fn no_forged_revision_passes_the_page_the_api_or_the_program(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let (_, permit) = issued(&counter).await;
        let first = pdf_of(&counter, &permit).await;
        countersign(&counter, &permit, PASSPHRASE).await;
        let second = pdf_of(&counter, &permit).await;
        let key_set = counter.as_visitor().get("/api/v1/.well-known/jwks.json").await.is(Status::Ok).text();
        let folder = tempfile::tempdir().unwrap();
        for edition in [&first, &second] {
            assert!(is_genuine(&counter, edition).await && is_verified(folder.path(), &key_set, edition));
        }
        let trusted = Trusted::of_key_set(&key_set).unwrap();
        let mut forged = attacks_on(&first);
        forged.extend(attacks_on(&second));
        forged.extend(attacks_signed_nationally(&service.simulator, &first, &second));
        for Forged(name, pdf) in &forged {
            assert!(!is_genuine(&counter, pdf).await, "{name}");
            assert!(check_edition(pdf, &trusted).is_err(), "{name}, offline");
        }
        assert!(!is_verified(folder.path(), &key_set, &forged[0].1));
    }

    async fn what_our_own_keys_sealed_but_was_never_kept_is_not_genuine_for_the_office(db: Db) {
        let service = Service::start(EsignKind::BsreV2).await;
        let counter = office(db, service.link.clone()).await;
        let (_, kept) = issued(&counter).await;
        let seal = LocalSeal::new(std::sync::Arc::clone(&counter.app.keys), None);
        let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
        let stray = seal.seal(permit(&certificate(), print).unwrap()).unwrap();
        assert!(!is_genuine(&counter, &stray).await);
        let first = pdf_of(&counter, &kept).await;
        let unkept = signed_by(&service.simulator, &first);
        assert!(!is_genuine(&counter, &unkept).await, "signed by the authority, but no kept edition");
        assert!(is_genuine(&counter, &first).await);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_program_reads_the_keys_from_the_office_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pdf) = crate::seal::sealed(folder.path());
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_loket")), folder.path()).await;
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("permit.pdf");
    std::fs::write(&file, &pdf).unwrap();
    let verify = |keys: &str| -> (bool, Value) {
        let mut asked: Command = program(Path::new(env!("CARGO_BIN_EXE_loket")));
        let asked = asked.arg("verify").arg(&file).args(["--json", "--keys", keys]).current_dir(elsewhere.path());
        let said = asked.output().unwrap();
        (said.status.success(), serde_json::from_slice(&said.stdout).unwrap_or_default())
    };
    let (genuine, said) = verify(&server.url);
    assert!(genuine && said["key"] == "paper-1", "{said}");
    assert!(verify(&format!("{}/api/v1/.well-known/jwks.json", server.url)).0);
    assert!(!verify("http://example.invalid/").0, "keys are not read without TLS");
    std::fs::write(&file, [&pdf, &b"\n"[..]].concat()).unwrap();
    assert!(!verify(&server.url).0);
}
