//! The synthetic office as a trainer meets it, through the real command.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use loket::db::Db;
use loket::permits::ApplicationState;
use loket::population::Nik;

use crate::support::{program, scalar};

const LOKET: &str = env!("CARGO_BIN_EXE_loket");
const PASSWORD: &str = "kata sandi uji saja";

fn loket(folder: &Path, args: &[&str]) -> Output {
    program(Path::new(LOKET)).args(args).arg("--data-dir").arg(folder).output().unwrap()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// A running demonstration; ends with the test.
struct Running {
    process: Child,
    port: u16,
}

impl Running {
    fn start(folder: &Path) -> Running {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut command = program(Path::new(LOKET));
        command.args(["demo", "--password", PASSWORD, "--port", &port.to_string(), "--data-dir"]).arg(folder);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        Running { process, port }
    }

    async fn wait(&mut self) {
        let begun = Instant::now();
        let url = format!("http://127.0.0.1:{}/healthz", self.port);
        while !reqwest::get(&url).await.is_ok_and(|answer| answer.status().is_success()) {
            assert!(self.process.try_wait().unwrap().is_none(), "the demonstration ended by itself");
            assert!(begun.elapsed() < Duration::from_secs(180), "the demonstration does not come up");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

async fn figures(folder: &Path) -> Vec<i64> {
    let db = Db::open(&Db::file_url(folder)).await.unwrap();
    let mut figures = Vec::new();
    for table in ["resident", "ticket", "stop", "application", "application_act", "permit", "audit_line"] {
        figures.push(scalar(&db, format!("SELECT COUNT(*) FROM {table}")).await);
    }
    db.close().await;
    figures
}

async fn every_state_is_there(folder: &Path) {
    let db = Db::open(&Db::file_url(folder)).await.unwrap();
    // Issued lasts only as long as the seal takes.
    for state in ApplicationState::ALL.iter().filter(|state| **state != ApplicationState::Issued) {
        let count = scalar(&db, format!("SELECT COUNT(*) FROM application WHERE state = '{state}'")).await;
        assert!(count > 0, "no application is {state}");
    }
    for state in ["issued", "void", "revoked"] {
        assert!(scalar(&db, format!("SELECT COUNT(*) FROM permit WHERE state = '{state}'")).await > 0, "{state}");
    }
    let at_two = "SELECT COUNT(*) FROM stop a JOIN stop b ON a.counter_id = b.counter_id AND a.id < b.id \
        AND a.started_at < b.ended_at AND b.started_at < a.ended_at";
    assert_eq!(scalar(&db, at_two).await, 0, "a counter served two at once");
    db.close().await;
}

#[tokio::test]
async fn the_synthetic_office_is_whole_holds_every_state_and_is_reused() {
    let folder = tempfile::tempdir().unwrap();
    let mut first = Running::start(folder.path());
    first.wait().await;
    drop(first);
    let before = figures(folder.path()).await;
    assert!(before[0] == 2012 && before[1] > 6000 && before[3] >= 300, "{before:?}");
    every_state_is_there(folder.path()).await;
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    crate::forecast::demo_history_is_foretold_better_than_by_the_days_left(&db).await;
    db.close().await;
    let checked = loket(folder.path(), &["check", "--json"]);
    assert!(checked.status.success(), "{}", text(&checked));
    assert!(loket(folder.path(), &["doctor"]).status.success());

    let mut again = Running::start(folder.path());
    again.wait().await;
    assert_eq!(figures(folder.path()).await, before, "a later start builds nothing");
    drop(again);
    a_backup_comes_back(folder.path(), &before).await;
}

async fn a_backup_comes_back(folder: &Path, before: &[i64]) {
    let copy = folder.join("copy.db");
    let copy_name = copy.to_str().unwrap();
    assert!(loket(folder, &["backup", copy_name]).status.success());
    assert!(!loket(folder, &["backup", copy_name]).status.success(), "a copy is never written over");
    assert!(!loket(folder, &["restore", copy_name]).status.success(), "a database is not replaced unasked");
    let other = tempfile::tempdir().unwrap();
    assert!(loket(other.path(), &["restore", copy_name]).status.success());
    assert_eq!(figures(other.path()).await, before);
    let mut bytes = std::fs::read(&copy).unwrap();
    bytes[5000] ^= 1;
    std::fs::write(&copy, bytes).unwrap();
    assert!(!loket(folder, &["restore", copy_name, "--force"]).status.success(), "a changed copy is refused");
}

#[tokio::test]
async fn a_real_office_is_never_filled_with_test_data() {
    let folder = tempfile::tempdir().unwrap();
    let services = folder.path().join("services.toml");
    std::fs::write(&services, include_str!("../../src/catalogue/data/sipb.toml")).unwrap();
    let imported = loket(folder.path(), &["import", "services", services.to_str().unwrap()]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let refused = loket(folder.path(), &["demo", "--password", PASSWORD, "--port", "1"]);
    assert!(!refused.status.success());
    assert_eq!(figures(folder.path()).await[0], 0);
}

#[test]
fn the_residents_of_a_date_are_two_thousand_different_people_and_always_the_same() {
    let today = loket::clock::Day::parse("2026-11-24").unwrap();
    let people = |day| String::from_utf8(loket::demo::files(day).unwrap().people).unwrap();
    let file = people(today);
    assert_eq!(file, people(today));
    let niks: BTreeSet<&str> = file.lines().skip(1).map(|line| line.split(',').next().unwrap()).collect();
    assert_eq!(niks.len(), 2000);
    assert!(niks.iter().all(|nik| Nik::parse(nik).is_ok()));
}

#[test]
fn due_dates_are_those_counted_by_hand() {
    let folder = tempfile::tempdir().unwrap();
    for (date, days, due) in [
        ("2026-03-13", "5", "2026-03-27"),
        ("2026-05-13", "5", "2026-05-22"),
        ("2026-02-12", "3", "2026-02-19"),
        ("2026-12-22", "5", "2026-12-31"),
    ] {
        let asked = loket(folder.path(), &["due", date, days]);
        assert_eq!(text(&asked).trim(), due);
    }
    assert!(!loket(folder.path(), &["due", "2026-03-13", "5", "--site", "nowhere"]).status.success());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");
}

#[test]
fn a_file_that_is_no_permit_is_not_genuine_and_verify_makes_no_office() {
    let folder = tempfile::tempdir().unwrap();
    let office = folder.path().join("office");
    let file = folder.path().join("a.pdf");
    std::fs::write(&file, b"%PDF-1.7").unwrap();
    assert!(!loket(&office, &["verify", file.to_str().unwrap()]).status.success());
    assert!(!office.exists());
}
