//! Time and statements of the inbox and the search with a million applications, on SQLite and, when `DATABASE_URL` names
//! an empty one, on PostgreSQL. Prints p50 and p99 of each; a p99 above 20 ms or a seventh statement ends it with 1.
//!
//! `cargo bench --bench inbox`; `LOKET_FILES=100000` makes it smaller.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::time::{Duration, Instant as Stopwatch};

use loket::clock::Clock;
use loket::config::Config;
use loket::db::Db;
use loket::identity::{self, Officer};
use loket::keys::Keys;
use loket::permits::{self, Desk, InboxView, Search, TrackingCode};
use loket::web::App;
use sqlx::{AssertSqlSafe, Connection, QueryBuilder};
use uuid::Uuid;

#[path = "../tests/loket/support/office.rs"]
mod office;

/// Rows of one statement: below the limit of bound values of both databases.
const ROWS: usize = 1_000;
/// Questions of each kind.
const QUESTIONS: usize = 300;
/// Slower than this is too slow.
const MOST: Duration = Duration::from_millis(20);
/// More statements than these are too many; signing in is one more.
const MOST_STATEMENTS: u64 = 5;
/// A NIK that has files. DATA UJI.
const NIK: &str = "1607014112920003";
/// Names as they are frequent and rare. DATA UJI.
const FIRST: [&str; 24] = [
    "SITI", "MUHAMMAD", "AHMAD", "NUR", "SRI", "DEWI", "AGUS", "BUDI", "EKA", "RINI", "YULI", "HENDRA", "RUDI", "LINA",
    "MARIA", "ANDI", "FITRI", "RATNA", "JOKO", "WAHYU", "ENDANG", "TRI", "DIAN", "INDAH",
];
const LAST: [&str; 20] = [
    "SAPUTRA",
    "LESTARI",
    "WULANDARI",
    "HIDAYAT",
    "RAHAYU",
    "PRATAMA",
    "SUSANTI",
    "KURNIAWAN",
    "PUSPITA",
    "SETIAWAN",
    "RAHMAWATI",
    "NUGROHO",
    "HASANAH",
    "FIRMANSYAH",
    "UTAMI",
    "SIREGAR",
    "HARAHAP",
    "NASUTION",
    "PERMATA",
    "YULIANTI",
];

fn main() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = tempfile::tempdir().expect("a folder");
    let mut slow = runtime.block_on(measure(&folder, &Db::file_url(folder.path()), "SQLite"));
    match std::env::var("DATABASE_URL") {
        Ok(url) => slow |= runtime.block_on(measure(&folder, &url, "PostgreSQL")),
        Err(_) => println!("PostgreSQL is left out: DATABASE_URL is not set"),
    }
    std::process::exit(i32::from(slow));
}

/// Fills a store and asks it; whether anything was too slow.
async fn measure(folder: &tempfile::TempDir, url: &str, name: &str) -> bool {
    let count: usize = std::env::var("LOKET_FILES").map_or(1_000_000, |text| text.parse().expect("a number"));
    let db = Db::open(url).await.expect("a store");
    office::fill(&db, office::COUNTERS).await;
    let config = Config { data_dir: folder.path().to_owned(), public_per_minute: 0, ..Config::default() };
    let keys = Keys::load_or_make(folder.path()).expect("keys");
    let app = App::open(config, Clock::fixed(office::morning()), db, keys).await.expect("an office");
    let begun = Stopwatch::now();
    let codes = fill(&app, count).await;
    println!("{name}: {count} applications in {:.0} s", begun.elapsed().as_secs_f64());
    let mut slow = false;
    for who in ["petugas", "verifikator", "kadis", "penyelia", "admin"] {
        let officer = find(&app, who).await;
        for view in InboxView::ALL {
            let ask = async |_: usize| inbox(&app, &officer, *view).await;
            slow |= report(&app, &format!("{name} inbox {who} {view}"), ask).await;
        }
    }
    for who in ["petugas", "verifikator"] {
        let officer = find(&app, who).await;
        for (kind, terms) in searches(&codes) {
            let ask = async |n: usize| search(&app, &officer, &terms[n % terms.len()]).await;
            slow |= report(&app, &format!("{name} search {who} {kind}"), ask).await;
        }
    }
    app.db.close().await;
    slow
}

fn searches(codes: &[String]) -> Vec<(&'static str, Vec<String>)> {
    let step = (codes.len() / QUESTIONS).max(1);
    let rare = (0..QUESTIONS).map(|n| format!("UJI{}", n * step)).collect();
    let pairs = FIRST.iter().flat_map(|first| LAST.iter().map(move |last| format!("{first} {last}")));
    vec![
        ("by code", codes.iter().step_by(step).take(QUESTIONS).cloned().collect()),
        ("by NIK", vec![NIK.to_owned()]),
        ("by number", vec!["503/0001/SIPB/DPMPTSP/2026".to_owned()]),
        ("by a rare word", rare),
        ("by a frequent word", FIRST.iter().map(|word| (*word).to_owned()).collect()),
        ("by the beginning of words", FIRST.iter().chain(&LAST).map(|word| word[..3].to_owned()).collect()),
        ("by two words", pairs.collect()),
        ("by a word nobody has", vec!["XYLOPHON".to_owned()]),
    ]
}

async fn find(app: &App, username: &str) -> Officer {
    let staff = identity::list(&mut app.db.read().await.expect("a store")).await.expect("the staff");
    staff.into_iter().find(|officer| officer.username == username).expect("the officer")
}

async fn inbox(app: &App, officer: &Officer, view: InboxView) {
    let (sites, catalogue, calendar) = (app.sites(), app.catalogue(), app.calendar());
    let desk =
        Desk { officer, now: app.now(), keys: &app.keys, sites: &sites, catalogue: &catalogue, calendar: &calendar };
    let mut tx = app.db.read().await.expect("a store");
    let inbox = permits::inbox(&mut tx, &desk, view, (None, 25)).await.expect("an inbox");
    assert!(inbox.rows.len() <= 25);
}

async fn search(app: &App, officer: &Officer, q: &str) {
    let (sites, catalogue, calendar) = (app.sites(), app.catalogue(), app.calendar());
    let desk =
        Desk { officer, now: app.now(), keys: &app.keys, sites: &sites, catalogue: &catalogue, calendar: &calendar };
    let mut tx = app.db.begin().await.expect("a store");
    let search = Search { q: Some(q.to_owned()), limit: Some(25), ..Search::default() };
    permits::search(&mut tx, &desk, &search).await.expect("an answer");
    tx.commit().await.expect("a commit");
}

async fn report(app: &App, label: &str, ask: impl AsyncFn(usize)) -> bool {
    for n in 0..10 {
        ask(n).await;
    }
    let before = app.db.hub().statements();
    let mut times = Vec::with_capacity(QUESTIONS);
    for n in 0..QUESTIONS {
        let begun = Stopwatch::now();
        ask(n).await;
        times.push(begun.elapsed());
    }
    let statements = (app.db.hub().statements() - before).div_ceil(QUESTIONS as u64);
    times.sort_unstable();
    let (p50, p99) = (times[QUESTIONS / 2], times[QUESTIONS * 99 / 100]);
    let slow = p99 > MOST || statements > MOST_STATEMENTS;
    let mark = if slow { "  TOO MUCH" } else { "" };
    println!("{label:58} p50 {p50:>9.2?}  p99 {p99:>9.2?}  {statements} statements{mark}");
    slow
}

/// One application of the fill.
struct File {
    id: Uuid,
    code: String,
    state: &'static str,
    site: Uuid,
    name: String,
    nik: Vec<u8>,
    claimed: Option<Uuid>,
    due: Option<i64>,
    paused: Option<i64>,
    number: Option<String>,
}

/// 94 of 100 are over; the newest are open, as in an office that has worked for years.
fn file_at(n: usize, count: usize, (sites, verifier, known): (&[Uuid], Uuid, &[u8])) -> File {
    const OPEN: [&str; 10] = [
        "draft",
        "registered",
        "in_verification",
        "returned",
        "in_inspection",
        "in_recommendation",
        "awaiting_payment",
        "in_drafting",
        "awaiting_signature",
        "ready",
    ];
    let now = office::morning().0;
    let is_open = n >= count - count * 6 / 100;
    let state = if is_open { OPEN[n % OPEN.len()] } else { "handed_over" };
    let day = 24 * 60 * 60 * 1_000_000_i64;
    let spread = (n.wrapping_mul(7_919) % 40) as i64 - 10;
    let due = (state != "draft").then(|| now + spread * day + 7 * 60 * 60 * 1_000_000);
    let (first, last) = (FIRST[n.wrapping_mul(31) % FIRST.len()], LAST[n.wrapping_mul(17) / 7 % LAST.len()]);
    File {
        id: Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 + n as u128),
        code: TrackingCode::draw().text().to_owned(),
        state,
        site: sites[n / 24 % sites.len()],
        name: format!("{first} {last} UJI{n}"),
        nik: if n.is_multiple_of(100_003) && !is_open { known.to_vec() } else { n.to_be_bytes().to_vec() },
        claimed: (state == "in_verification" && n.is_multiple_of(3)).then_some(verifier),
        due,
        paused: (state == "returned").then(|| now - (n % 40) as i64 * day),
        number: (n == 7).then(|| "503/0001/SIPB/DPMPTSP/2026".to_owned()),
    }
}

const COLUMNS: &str = "INSERT INTO application (id, code, service_code, service_version, kind, state, version, site_id, \
    nik_index, nik_sealed, applicant, applicant_name, fields, intake_by, created_at, due_at, paused_at, claimed_by, \
    claimed_at, external_number) ";

/// Writes files and the words of their names, on either database.
macro_rules! insert {
    ($tx:ident, $files:ident, $clerk:ident) => {{
        let mut rows = QueryBuilder::new(COLUMNS);
        rows.push_values(&$files, |mut row, file| {
            row.push_bind(file.id)
                .push_bind(&file.code)
                .push_bind(office::SERVICES[0].0)
                .push("1, 'new'")
                .push_bind(file.state);
            row.push("1").push_bind(file.site).push_bind(&file.nik).push_bind(vec![0_u8]).push("'{}'");
            row.push_bind(&file.name).push("'{}'").push_bind($clerk).push_bind(office::morning().0);
            row.push_bind(file.due).push_bind(file.paused).push_bind(file.claimed);
            row.push_bind(file.claimed.map(|_| office::morning().0)).push_bind(&file.number);
        });
        rows.build().execute(&mut *$tx).await.unwrap();
        let words: Vec<(String, Uuid)> =
            $files.iter().flat_map(|file| file.name.split(' ').map(|word| (word.to_owned(), file.id))).collect();
        let mut rows = QueryBuilder::new("INSERT INTO application_word (word, application_id) ");
        rows.push_values(&words, |mut row, (word, id)| {
            row.push_bind(word).push_bind(*id);
        });
        rows.build().execute(&mut *$tx).await.unwrap();
    }};
}
/// Fills the store by SQL; answers the codes.
async fn fill(app: &App, count: usize) -> Vec<String> {
    let sites: Vec<Uuid> = app.sites().list().iter().map(|site| site.id.0).collect();
    let (verifier, clerk) = (find(app, "verifikator").await.id.0, find(app, "petugas").await.id.0);
    let known = app.keys.index_of(NIK);
    let mut codes = Vec::with_capacity(count);
    for begin in (0..count).step_by(ROWS) {
        let end = (begin + ROWS).min(count);
        let files: Vec<File> = (begin..end).map(|n| file_at(n, count, (&sites, verifier, &known))).collect();
        match &app.db {
            Db::Sqlite { writer, .. } => {
                let mut lent = writer.lend().await.unwrap();
                let mut tx = lent.connection().unwrap().begin().await.unwrap();
                insert!(tx, files, clerk);
                tx.commit().await.unwrap();
            }
            Db::Postgres(pool, _) => {
                let mut tx = pool.begin().await.unwrap();
                insert!(tx, files, clerk);
                tx.commit().await.unwrap();
            }
        }
        codes.extend(files.into_iter().map(|file| file.code));
    }
    match &app.db {
        Db::Sqlite { writer, .. } => {
            let mut lent = writer.lend().await.unwrap();
            sqlx::query(AssertSqlSafe("ANALYZE")).execute(lent.connection().unwrap()).await.unwrap();
        }
        Db::Postgres(pool, _) => {
            sqlx::query(AssertSqlSafe("VACUUM ANALYZE")).execute(pool).await.unwrap();
        }
    }
    codes
}
