//! The keys that seal papers, changed by the administrator. DATA UJI.

use std::path::Path;

use loket::documents::check_seal;
use loket::keys::{Keys, PaperKeys};
use serde_json::Value;

use crate::support::program;

fn loket(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let mut command = program(Path::new(env!("CARGO_BIN_EXE_loket")));
    let asked = command.args(arguments).env("LOKET_DATA_DIR", folder).current_dir(folder).output().unwrap();
    (asked.status.success(), String::from_utf8(asked.stdout).unwrap())
}

#[test]
fn a_rotated_key_seals_from_now_on_and_what_the_old_one_sealed_stays_genuine() {
    let folder = tempfile::tempdir().unwrap();
    assert!(!loket(folder.path(), &["keys", "rotate"]).0, "nothing to rotate yet");
    let (_, before) = crate::seal::sealed(folder.path());
    assert!(loket(folder.path(), &["keys", "rotate"]).0);
    assert!(!folder.path().join("keys/paper-1.key").exists(), "the old secret is gone");
    let keys = Keys::load_or_make(folder.path()).unwrap();
    let pinned = keys.papers().pinned();
    let (_, after) = crate::seal::sealed(folder.path());
    let sealed_by = |pdf: &[u8]| check_seal(pdf, pinned).unwrap().key_id;
    assert_eq!((sealed_by(&before).as_str(), sealed_by(&after).as_str()), ("paper-1", "paper-2"));
    let listed: Value = serde_json::from_str(&loket(folder.path(), &["keys", "list", "--json"]).1).unwrap();
    assert_eq!((listed[0]["seals"].as_bool(), listed[1]["seals"].as_bool()), (Some(false), Some(true)));
    assert_eq!(PaperKeys::read_pinned(folder.path()).unwrap().len(), 2);
}

#[test]
fn the_doctor_tells_how_long_the_certificate_lasts_and_whether_the_signing_service_can_be_used() {
    let folder = tempfile::tempdir().unwrap();
    let found = |name: &str| -> Value {
        let findings: Value = serde_json::from_str(&loket(folder.path(), &["doctor", "--json"]).1).unwrap();
        findings.as_array().unwrap().iter().find(|found| found["name"] == name).unwrap().clone()
    };
    assert_eq!(found("certificate")["verdict"], "wrong");
    Keys::load_or_make(folder.path()).unwrap();
    assert_eq!(found("certificate")["verdict"], "fine");
    assert_eq!(found("esign")["verdict"], "fine");
    let settings = "[default.loket.esign]\nkind = \"bsre_v2\"\nurl = \"ftp://x\"\n";
    std::fs::write(folder.path().join("Rocket.toml"), settings).unwrap();
    let esign = found("esign");
    assert!(esign["verdict"] == "wrong" && esign["detail"].as_str().unwrap().contains("esign.url"), "{esign}");
}
