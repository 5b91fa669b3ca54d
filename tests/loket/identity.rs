//! Signing in and out.

use std::path::Path;

use loket::db::Db;
use loket::identity::{self, Officer, Role};
use loket::ids::OfficerId;
use rocket::http::Status;
use serde_json::json;

use crate::support::{PASSWORD, Server, TestCounter, office};

on_each_database! {
    async fn a_clerk_signs_in_works_and_signs_out(db: Db) {
        let counter = TestCounter::new(db).await;
        let answer = counter.as_visitor().post("/api/v1/session", json!({ "username": "petugas", "password": PASSWORD })).await;
        let body = answer.is(Status::Ok).body;
        assert_eq!((&body["token_type"], &body["user"]["site"]), (&json!("Bearer"), &json!("opi")));
        let clerk = counter.as_officer("petugas").await;
        clerk.delete("/api/v1/session").await.is(Status::NoContent);
        clerk.delete("/api/v1/session").await.refused_with(Status::Unauthorized, "sign-in-needed");
    }

    async fn a_wrong_password_and_an_unknown_name_get_the_same_answer(db: Db) {
        let counter = TestCounter::new(db).await;
        let visitor = counter.as_visitor();
        let wrong = visitor.post("/api/v1/session", json!({ "username": "petugas", "password": "salah" })).await;
        let unknown = visitor.post("/api/v1/session", json!({ "username": "tidak-ada", "password": "salah" })).await;
        assert_eq!((wrong.status, &wrong.bytes), (unknown.status, &unknown.bytes));
        assert_eq!(wrong.body["type"], "urn:loket:sign-in-wrong");
    }

    async fn a_session_ends_by_itself_after_an_hour(db: Db) {
        let counter = TestCounter::new(db).await;
        let clerk = counter.as_officer("petugas").await;
        counter.wait_minutes(61);
        clerk.delete("/api/v1/session").await.refused_with(Status::Unauthorized, "sign-in-needed");
    }

    async fn the_first_administrator_is_made_by_a_link_that_works_once(db: Db) {
        let keys = tempfile::tempdir().unwrap();
        let config = loket::config::Config { data_dir: keys.path().to_owned(), ..loket::config::Config::default() };
        let made = loket::keys::Keys::load_or_make(keys.path()).unwrap();
        let app = loket::web::app::App::open(config, crate::support::morning_clock(), db, made).await.unwrap();
        let mut tx = app.db.begin().await.unwrap();
        assert!(identity::list(&mut tx).await.unwrap().is_empty(), "nobody stands in a new store");
        let link = identity::make_setup_link(&mut tx, app.now()).await.unwrap().unwrap();
        let admin = |name: &str| Officer { username: name.to_owned(), ..first_admin() };
        assert!(identity::set_up(&mut tx, "ditebak", &admin("admin"), "hash", app.now()).await.is_err());
        identity::set_up(&mut tx, &link, &admin("admin"), "hash", app.now()).await.unwrap();
        assert!(identity::set_up(&mut tx, &link, &admin("admin2"), "hash", app.now()).await.is_err());
        assert_eq!(identity::make_setup_link(&mut tx, app.now()).await.unwrap(), None);
        assert_eq!(identity::list(&mut tx).await.unwrap().len(), 1);
        tx.commit().await.unwrap();
    }

    async fn the_health_addresses_say_that_the_process_lives_and_can_serve(db: Db) {
        let counter = TestCounter::new(db).await;
        let visitor = counter.as_visitor();
        assert_eq!(visitor.get("/healthz").await.is(Status::Ok).text(), "ok");
        assert_eq!(visitor.get("/readyz").await.is(Status::Ok).body["ready"], true);
        match counter.db() {
            loket::db::Db::Sqlite { writer, .. } => writer.close().await,
            loket::db::Db::Postgres(pool, _) => pool.close().await,
        }
        visitor.get("/healthz").await.is(Status::Ok);
        let answer = visitor.get("/readyz").await.is(Status::ServiceUnavailable);
        assert_eq!(answer.body["reason"], "database");
    }
}

fn first_admin() -> Officer {
    let id = OfficerId::new(crate::support::morning().0);
    let name = "Admin DATA UJI".to_owned();
    let (roles, acting) = (vec![Role::Admin], vec![]);
    Officer { id, username: String::new(), name, nip: None, position: None, rank: None, site: None, roles, acting }
}

/// KiB two buffers of argon2 and 32 conversations may add.
const MOST_ADDED: u64 = 60 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_two_sign_ins_at_once_leave_the_program_small() {
    let folder = tempfile::tempdir().unwrap();
    let db = Db::open(&Db::file_url(folder.path())).await.unwrap();
    office::fill(&db, office::COUNTERS).await;
    db.close().await;
    let server = Server::start(Path::new(env!("CARGO_BIN_EXE_loket")), folder.path()).await;
    let before = server.memory();
    let (client, url) = (reqwest::Client::new(), format!("{}/api/v1/session", server.url));
    let body = json!({ "username": "petugas", "password": office::PASSWORD });
    let tries: Vec<_> = (0..32).map(|_| tokio::spawn(client.post(&url).json(&body).send())).collect();
    for answer in tries {
        assert_eq!(answer.await.unwrap().unwrap().status().as_u16(), 200);
    }
    let after = server.memory();
    println!("resident: {before} KiB before, {after} KiB after 32 sign-ins");
    assert!(after < before + MOST_ADDED, "{before} KiB grew to {after} KiB");
    server.kill();
}
