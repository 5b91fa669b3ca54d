//! Signing in and out.

use rocket::http::Status;
use serde_json::json;

use crate::support::{PASSWORD, TestCounter};

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
}
