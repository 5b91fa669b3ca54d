//! What is handed in: hostile files, the virus scanner, files in pieces, digests.

mod clamd;
mod hostile;
mod pieces;
mod scanned;
mod wallet;

use std::time::{Duration, Instant};

use rocket::http::Status;
use serde_json::json;

use crate::permit_pages::browser;
use crate::permits::{act, complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, execute};
use hostile::{Fate, Hostile, TRACES, corpus, jpeg_with_place, pdf};

/// A draft that lacks nothing; its STR can be handed in again.
pub async fn draft(counter: &TestCounter) -> (String, String) {
    let id = complete_draft(counter, midwife()).await;
    let path = format!("/api/v1/applications/{id}/requirements/str");
    (id, path)
}

/// The longest a hostile file may take, in a build that is not optimised and beside other tests.
const LONGEST: Duration = Duration::from_millis(if cfg!(debug_assertions) { 20_000 } else { 1000 });

/// Sends one file; answers what is wrong about its fate.
async fn fault_of(counter: &TestCounter, (id, path): (&str, &str), file: &Hostile) -> Option<String> {
    let clerk = counter.as_officer("petugas").await;
    let began = Instant::now();
    let answer = clerk.put_file(path, &file.name, "application/pdf", &file.bytes).await;
    let took = began.elapsed();
    if took > LONGEST {
        return Some(format!("{}: took {took:?}", file.name));
    }
    match file.fate {
        Fate::Refused(code) => {
            let errors = answer.body["errors"].as_array().cloned().unwrap_or_default();
            let named = errors.iter().any(|error| error["field"] == "file" && error["code"] == code);
            let fits = answer.status == Status::PayloadTooLarge || (answer.status.code == 422 && named);
            (!fits).then(|| format!("{}: not {code} but {} {}", file.name, answer.status, answer.text()))
        }
        Fate::Neutral => match answer.status.code {
            422 => None,
            200 => {
                let shown = browser(counter, "petugas").await.get(&format!("/permohonan/{id}/berkas/str")).await;
                fault_of_shown(&shown).map(|what| format!("{}: {what}", file.name))
            }
            other => Some(format!("{}: {other} {}", file.name, answer.text())),
        },
    }
}

/// A picture carries nothing on; anything else is saved and not shown.
fn fault_of_shown(shown: &Answer) -> Option<String> {
    let header = |name: &str| shown.headers.get(name).cloned().unwrap_or_default();
    let (kind, shows) = (header("content-type"), header("content-disposition"));
    if header("x-content-type-options") != "nosniff" || !header("content-security-policy").starts_with("sandbox") {
        return Some(format!("it may run: {:?}", shown.headers));
    }
    let name = shows.split("filename=").nth(1).unwrap_or_default();
    if name.contains(['/', '\\', '<', '%']) || name.contains("..") {
        return Some(format!("its name is {name}"));
    }
    match kind.as_str() {
        "application/pdf" => (!shows.starts_with("attachment")).then(|| format!("it is shown: {shows}")),
        "image/jpeg" | "image/png" => {
            let found = TRACES.iter().find(|trace| shown.bytes.windows(trace.len()).any(|part| part == **trace));
            found.map(|trace| format!("{:?} is still in it", String::from_utf8_lossy(trace)))
        }
        other => Some(format!("it is {other}")),
    }
}

on_each_database! {
    async fn no_hostile_file_is_ever_shown_and_none_takes_long(db: Db) {
        let counter = office(db).await;
        let (id, path) = draft(&counter).await;
        let files = corpus();
        assert!(files.len() >= 60, "{} files", files.len());
        let mut faults = Vec::new();
        for file in &files {
            faults.extend(fault_of(&counter, (&id, &path), file).await);
        }
        assert!(faults.is_empty(), "{} of {}:\n{}", faults.len(), files.len(), faults.join("\n"));
    }

    async fn a_picture_is_turned_upright_and_tells_no_place_and_a_pdf_stays_as_it_came(db: Db) {
        let counter = office(db).await;
        let (id, path) = draft(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        let sent = jpeg_with_place();
        assert!(sent.windows(12).any(|part| part == b"GPS DATA UJI"), "the control: it was in what was sent");
        clerk.put_file(&path, "foto.jpg", "image/jpeg", &sent).await.is(Status::Ok);
        let page = browser(&counter, "petugas").await;
        let shown = page.get(&format!("/permohonan/{id}/berkas/str")).await.is(Status::Ok);
        let picture = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((picture.width(), picture.height()), (40, 60), "60 × 40 was taken with the camera on its side");
        assert!(!shown.bytes.windows(3).any(|part| part == b"GPS"));
        let whole = pdf(b"1 0 obj << /Type /Catalog >> endobj");
        clerk.put_file(&path, "str.pdf", "application/pdf", &whole).await.is(Status::Ok);
        let saved = page.get(&format!("/permohonan/{id}/berkas/str")).await.is(Status::Ok);
        assert_eq!(saved.bytes, whole);
    }

    async fn the_digest_of_each_paper_stands_on_the_receipt_and_in_the_audit_and_a_change_shows(db: Db) {
        let counter = office(db).await;
        let (id, path) = draft(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        let whole = pdf(b"% DATA UJI");
        clerk.put_file(&path, "str.pdf", "application/pdf", &whole).await.is(Status::Ok);
        act(&counter, "petugas", &id, "registration", json!({})).await;
        let digest = loket::keys::hex(&loket::keys::sha256(&whole));
        let receipt = clerk.get(&format!("/api/v1/applications/{id}/receipt")).await.is(Status::Ok).bytes;
        if let Some(text) = ask("pdftotext", &receipt, &["-"]) {
            let groups: Vec<&str> = (0..4).map(|n| &digest[n * 4..n * 4 + 4]).collect();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(text.contains(&groups.join(" ")), "{} is not in {text}", groups.join(" "));
        }
        let mut tx = counter.db().read().await.unwrap();
        let lines = loket::audit::list_about(&mut tx, &id).await.unwrap();
        assert!(lines.iter().any(|line| line.detail.contains(&digest)), "{lines:?}");
        assert_eq!(loket::documents::check(&mut tx).await.unwrap(), Vec::<String>::new());
        drop(tx);
        // Bytes and digest exchanged together: only the audit line knows.
        let bytes = loket::keys::hex(b"%PDF-1.7 PALSU");
        let other = loket::keys::hex(&loket::keys::sha256(b"%PDF-1.7 PALSU"));
        let quoted = |hex: &str| match counter.db() {
            loket::db::Db::Sqlite { .. } => format!("x'{hex}'"),
            loket::db::Db::Postgres(..) => format!("decode('{hex}', 'hex')"),
        };
        let (bytes, other, mine) = (quoted(&bytes), quoted(&other), quoted(&digest));
        execute(counter.db(), format!("UPDATE document SET bytes = {bytes}, sha256 = {other} WHERE sha256 = {mine}")).await;
        let found = loket::documents::check(&mut counter.db().read().await.unwrap()).await.unwrap();
        assert!(found.len() == 1 && found[0].contains("names another digest"), "{found:?}");
    }
}
