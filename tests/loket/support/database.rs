//! A database for each test: a SQLite file, or a PostgreSQL database copied from a migrated template.

use std::panic::resume_unwind;
use std::sync::atomic::{AtomicU32, Ordering};

use loket::db::Db;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use tokio::sync::OnceCell;
use tokio::task::{LocalSet, spawn_local};

/// The address of a PostgreSQL that tests may make databases in.
const POSTGRES: &str = "LOKET_TEST_POSTGRES";

/// Runs a test on a SQLite file in a folder that goes with it.
pub async fn on_sqlite<F: Future<Output = ()> + 'static>(test: impl FnOnce(Db) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    let outcome = LocalSet::new().run_until(async { spawn_local(test(db.clone())).await }).await;
    db.close().await;
    outcome.unwrap_or_else(|fault| resume_unwind(fault.into_panic()));
}

/// Runs a test on a PostgreSQL database that is dropped when it ends, well or badly.
///
/// Without a PostgreSQL the test says that it was skipped; where every test must run, that is a failure.
pub async fn on_postgres<F: Future<Output = ()> + 'static>(name: &str, test: impl FnOnce(Db) -> F) {
    let Some(server) = server() else {
        assert!(!every_test_must_run(), "{POSTGRES} is not set, but every test must run");
        println!("skipped: {name} on PostgreSQL ({POSTGRES} is not set)");
        return;
    };
    let database = copy_of_template(&server).await;
    let db = Db::open(&url_of(&server, &database)).await.unwrap();
    let outcome = LocalSet::new().run_until(async { spawn_local(test(db.clone())).await }).await;
    db.close().await;
    on_server(&server, format!("DROP DATABASE {database} WITH (FORCE)")).await;
    outcome.unwrap_or_else(|fault| resume_unwind(fault.into_panic()));
}

/// Runs a statement past every rule of the product, as somebody with the database's own tools would.
pub async fn execute(db: &Db, sql: impl Into<String>) -> u64 {
    let sql = AssertSqlSafe(sql.into());
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query(sql).execute(writer.lend().await.unwrap().connection().unwrap()).await.unwrap().rows_affected()
        }
        Db::Postgres(pool, _) => sqlx::query(sql).execute(pool).await.unwrap().rows_affected(),
    }
}

/// The one number a query answers.
pub async fn scalar(db: &Db, sql: impl Into<String>) -> i64 {
    let sql = AssertSqlSafe(sql.into());
    match db {
        Db::Sqlite { writer, .. } => {
            sqlx::query_scalar(sql).fetch_one(writer.lend().await.unwrap().connection().unwrap()).await.unwrap()
        }
        Db::Postgres(pool, _) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
    }
}

fn server() -> Option<String> {
    std::env::var(POSTGRES).ok().filter(|url| !url.is_empty())
}

fn every_test_must_run() -> bool {
    std::env::var("CI").is_ok_and(|v| v == "true") || std::env::var("LOKET_TEST_ALL").is_ok_and(|v| v == "1")
}

/// The same server, another database: the last part of the address is its name.
fn url_of(server: &str, database: &str) -> String {
    let (host, _) = server.rsplit_once('/').expect("the address ends with /database");
    format!("{host}/{database}")
}

async fn copy_of_template(server: &str) -> String {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let template = TEMPLATE.get_or_init(|| make_template(server)).await;
    let database = format!("{template}_{}", COUNT.fetch_add(1, Ordering::Relaxed));
    on_server(server, format!("CREATE DATABASE {database} TEMPLATE {template} STRATEGY FILE_COPY")).await;
    database
}

async fn make_template(server: &str) -> String {
    let template = format!("loket_test_{}", std::process::id());
    on_server(server, format!("DROP DATABASE IF EXISTS {template} WITH (FORCE)")).await;
    on_server(server, format!("CREATE DATABASE {template}")).await;
    Db::open(&url_of(server, &template)).await.unwrap().close().await;
    template
}

async fn on_server(server: &str, sql: String) {
    let options: PgConnectOptions = server.parse().unwrap();
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}
