//! What applicants are told about their files, over a real SMTP conversation.

use loket::jobs::Rounds;
use rocket::http::Status;
use serde_json::json;

use crate::outbox::{MailServer, free_port, office, readable};
use crate::permits::{act, complete_draft, midwife};
use crate::support::TestCounter;

/// A file whose applicant has an e-mail address, registered and taken by a verifier.
async fn claimed(counter: &TestCounter) -> String {
    let mut body = midwife();
    body["applicant"]["email"] = json!("siti.rahma@contoh.id");
    let id = complete_draft(counter, body).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    id
}

/// The address of the link in a letter.
fn link_in(letter: &str) -> &str {
    let at = letter.find("/perbaikan/").unwrap_or_else(|| panic!("no link in {letter}"));
    letter[at..].split_whitespace().next().unwrap()
}

on_each_database! {
    async fn a_return_is_told_at_once_with_its_list_and_reminded_before_each_term_ends(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (counter, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        let id = claimed(&counter).await;
        let items = json!([{ "kind": "paper", "target": "str", "reason": "expired" }]);
        act(&counter, "verifikator", &id, "return", json!({ "items": items })).await;
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 0, lapsed: 0 });
        let first = readable(&server.letters().await[0]);
        assert!(first.contains("Sudah tidak berlaku") && first.contains("8 Desember 2026"), "{first}");
        counter.as_visitor().get(link_in(&first)).await.is(Status::Ok);
        counter.wait_minutes(11 * 24 * 60 - 1);
        assert_eq!(postman.round().await.unwrap(), Rounds::default());
        counter.wait_minutes(1);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 0, lapsed: 0 });
        counter.wait_minutes(14 * 24 * 60);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 0, lapsed: 0 });
        let letters = server.letters().await;
        let (second, third) = (readable(&letters[1]), readable(&letters[2]));
        assert!(second.contains("8 Desember 2026") && third.contains("22 Desember 2026"), "{second}{third}");
    }

    async fn who_has_answered_is_not_reminded(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (counter, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        let id = claimed(&counter).await;
        act(&counter, "verifikator", &id, "return", json!({ "note": "Alamat praktik kurang jelas" })).await;
        act(&counter, "petugas", &id, "resubmission", json!({})).await;
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 0, failed: 0, lapsed: 1 });
        counter.wait_minutes(26 * 24 * 60);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 0, failed: 0, lapsed: 2 });
        assert!(server.letters().await.is_empty());
    }
}
