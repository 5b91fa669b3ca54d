//! Every door of the office: what comes back when nothing is there, when a body is broken, and what every answer
//! carries.

use rocket::http::{ContentType, Method, Status};
use serde_json::json;

use crate::support::{PASSWORD, TestCounter};

/// Headers of every answer, page or not.
const ALWAYS: [&str; 4] = ["content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"];

on_each_database! {
    async fn an_unknown_address_of_the_api_answers_the_same_problem_to_every_method(db: Db) {
        let counter = TestCounter::new(db).await;
        let clerk = counter.as_officer("petugas").await;
        let path = "/api/v1/tidak-ada";
        let answers = [
            clerk.get(path).await,
            clerk.post(path, json!({})).await,
            clerk.post_once(path, "kunci-1", json!({})).await,
            clerk.patch(path, json!({})).await,
            clerk.put(path, json!({})).await,
            clerk.put_file(path, "ktp.pdf", "application/pdf", b"%PDF-").await,
            clerk.delete(path).await,
        ];
        for answer in answers {
            let answer = answer.refused_with(Status::NotFound, "not-found");
            assert_eq!(answer.headers["content-type"], "application/problem+json");
        }
    }

    async fn a_broken_body_is_malformed_and_a_missing_field_is_named(db: Db) {
        let counter = TestCounter::new(db).await;
        let visitor = counter.as_visitor();
        let broken = visitor.request(Method::Post, "/api/v1/session").header(ContentType::JSON).body("{\"username\":");
        visitor.send(broken).await.refused_with(Status::BadRequest, "malformed");
        let missing = visitor.post("/api/v1/session", json!({ "username": "petugas" })).await;
        missing.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("password", "required");
    }

    async fn every_answer_carries_the_headers_that_protect_a_browser(db: Db) {
        let counter = TestCounter::new(db).await;
        let visitor = counter.as_visitor();
        for path in ["/", "/masuk", "/tidak-ada", "/api/v1/tidak-ada", "/healthz", "/readyz"] {
            let answer = visitor.get(path).await;
            for header in ALWAYS {
                assert!(answer.headers.contains_key(header), "{path} has no {header}");
            }
            // `no-referrer` makes a browser send `Origin: null` with every form, and the form is refused.
            assert_eq!(answer.headers["referrer-policy"], "same-origin", "{path}");
            let policy = &answer.headers["content-security-policy"];
            assert!(!policy.contains("unsafe"), "{path}: {policy}");
        }
    }

    async fn signing_in_and_out_leaves_lines_in_the_audit(db: Db) {
        let counter = TestCounter::new(db).await;
        let credentials = json!({ "username": "petugas", "password": PASSWORD });
        let token = counter.as_visitor().post("/api/v1/session", credentials).await.is(Status::Ok).word("access_token");
        let session = counter.app.bearers.read(&token).unwrap().to_string();
        assert_eq!(counter.acts_about(&session).await, ["session.opened"]);
    }
}
