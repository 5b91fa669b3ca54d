//! The seal of a permit: accepted by stock readers, and refused after any change, addition or foreign signature.

use std::path::Path;
use std::sync::Arc;

use loket::documents::{LocalSeal, Print, SealError, SealFault, Signer, Stamper, check_seal, permit};
use loket::keys::Keys;

use crate::support::papers::{ask, certificate, path, run, signing_day, skip};
use crate::support::{Random, size};

/// An office's keys and a permit they sealed.
pub fn sealed(folder: &Path) -> (Arc<Keys>, Vec<u8>) {
    let keys = Arc::new(Keys::load_or_make(folder).unwrap());
    let seal = LocalSeal::new(Arc::clone(&keys), None);
    let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
    let pdf = seal.seal(permit(&certificate(), print).unwrap()).unwrap();
    (keys, pdf)
}

/// Somebody who stamps whatever is asked.
struct AnyStamp;

impl Stamper for AnyStamp {
    fn stamp(&self, _: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok(vec![0x04, 0x03, b'1', b'2', b'3'])
    }
}

#[test]
fn a_time_stamp_that_nobody_vouches_for_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Arc::new(Keys::load_or_make(folder.path()).unwrap());
    let [honest, stamped] = [None, Some(Arc::new(AnyStamp) as Arc<dyn Stamper>)].map(|stamper| {
        let seal = LocalSeal::new(Arc::clone(&keys), stamper);
        let print = Print { room: Some(seal.room()), ..Print::from(signing_day()) };
        seal.seal(permit(&certificate(), print).unwrap()).unwrap()
    });
    assert!(check_seal(&honest, keys.papers().pinned()).is_ok());
    assert_eq!(check_seal(&stamped, keys.papers().pinned()), Err(SealFault::Changed));
}

fn find(pdf: &[u8], words: &[u8]) -> usize {
    pdf.windows(words.len()).position(|window| window == words).unwrap()
}

#[test]
fn a_sealed_permit_is_accepted_by_its_own_keys_and_always_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    let found = check_seal(&pdf, keys.papers().pinned()).unwrap();
    assert_eq!(found.key_id, "paper-1");
    assert_eq!(sealed(folder.path()).1, pdf);
    assert!(pdf.len() <= 110_000, "{} bytes", pdf.len());
}

#[test]
fn a_stock_reader_finds_the_seal_valid_over_the_whole_file() {
    let folder = tempfile::tempdir().unwrap();
    let (_, pdf) = sealed(folder.path());
    let Some(verdict) = ask("pdfsig", &pdf, &["-nocert"]) else { return };
    assert!(verdict.contains("Signature is Valid"), "{verdict}");
    assert!(verdict.contains("Total document signed"), "{verdict}");
    assert!(verdict.contains("ETSI.CAdES.detached"), "{verdict}");
}

#[test]
fn pyhanko_trusts_the_seal_and_finds_nothing_after_it() {
    let Some(python) = std::env::var_os("LOKET_PYTHON") else {
        return skip("LOKET_PYTHON does not name a Python with pyHanko");
    };
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    let [file, authority] = ["permit.pdf", "authority.crt"].map(|name| folder.path().join(name));
    std::fs::write(&authority, &keys.papers().current().authority).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/python/seal.py");
    let verdict = |pdf: &[u8]| -> serde_json::Value {
        std::fs::write(&file, pdf).unwrap();
        let said = run(python.to_str().unwrap(), &["-W", "ignore", script, path(&file), path(&authority)]);
        serde_json::from_str(&said.unwrap()).unwrap()
    };
    let good = verdict(&pdf);
    let expected = serde_json::json!({
        "bottom_line": true, "intact": true, "trusted": true, "coverage": "ENTIRE_FILE", "modification": "NONE"
    });
    assert_eq!(good, expected);
    let mut changed = pdf.clone();
    let at = find(&pdf, b"/Title");
    changed[at + 10] ^= 1;
    assert_eq!(verdict(&changed)["intact"], false, "as a control");
}

#[test]
fn one_changed_byte_anywhere_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    let mut random = Random::of(Random::seed());
    for _ in 0..size("LOKET_OFFSETS", 1000) {
        let at = random.below(pdf.len());
        let mut changed = pdf.clone();
        changed[at] ^= 1 << random.below(8);
        assert!(check_seal(&changed, keys.papers().pinned()).is_err(), "byte {at} of {}", pdf.len());
    }
}

#[test]
fn a_change_in_the_padding_or_spelling_of_the_seal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    let start = find(&pdf, b"/Contents<") + 10;
    let end = start + find(&pdf[start..], b">");
    let mut padded = pdf.clone();
    padded[end - 1] = b'1';
    assert_eq!(check_seal(&padded, keys.papers().pinned()), Err(SealFault::Changed));
    let letter = (start..end).find(|at| pdf[*at].is_ascii_lowercase()).unwrap();
    let mut spelled = pdf.clone();
    spelled[letter].make_ascii_uppercase();
    assert_eq!(check_seal(&spelled, keys.papers().pinned()), Err(SealFault::Changed));
}

#[test]
fn an_appended_revision_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    for addition in [&b"\n"[..], b"\n1 0 obj<</Type/Annot>>endobj\nstartxref\n0\n%%EOF"] {
        let appended = [&pdf, addition].concat();
        assert_eq!(check_seal(&appended, keys.papers().pinned()), Err(SealFault::NotWhole));
    }
}

#[test]
fn a_file_that_was_saved_again_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, pdf) = sealed(folder.path());
    let mut again = Vec::new();
    lopdf::Document::load_mem(&pdf).unwrap().save_to(&mut again).unwrap();
    assert!(check_seal(&again, keys.papers().pinned()).is_err());
}

#[test]
fn a_seal_by_another_authority_of_the_same_name_is_refused() {
    let (ours, theirs) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (keys, _) = sealed(ours.path());
    let (foreign, pdf) = sealed(theirs.path());
    assert!(check_seal(&pdf, foreign.papers().pinned()).is_ok());
    assert_eq!(check_seal(&pdf, keys.papers().pinned()), Err(SealFault::UnknownKey));
}

#[test]
fn a_file_without_a_seal_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (keys, _) = sealed(folder.path());
    let plain = permit(&certificate(), signing_day()).unwrap();
    assert_eq!(check_seal(&plain, keys.papers().pinned()), Err(SealFault::NotWhole));
}
