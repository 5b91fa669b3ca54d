//! A whole file while everything outside is down: no step waits for a mail, a message, an event or a slip.

use loket::jobs::Rounds;
use serde_json::{Value, json};

use crate::outbox::{MailServer, free_port, office, readable};
use crate::permits::{act, collector, complete_draft, midwife};
use crate::printing::{hall, spooler};
use crate::support::{Mood, TestCounter, TestPrinter, scalar};

fn reachable() -> Value {
    let mut body = midwife();
    body["applicant"]["email"] = json!("siti.rahma@contoh.id");
    body
}

async fn returned(counter: &TestCounter) -> String {
    let id = complete_draft(counter, reachable()).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    act(counter, "verifikator", &id, "return", json!({ "note": "Alamat praktik kurang jelas" })).await;
    id
}

on_each_database! {
    async fn a_whole_file_goes_its_way_while_mail_receiver_and_printer_are_down(db: Db) {
        let (mail, receiver) = (free_port(), free_port());
        let (counter, postman) = office(db, |config| {
            config.smtp_url = format!("smtp://127.0.0.1:{mail}");
            config.webhook_url = format!("http://127.0.0.1:{receiver}/masuk");
        })
        .await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let address = printer.address;
        let mut hall = hall(&counter, &printer).await;
        printer.off().await;
        hall.take().await;
        spooler(&counter).round().await.unwrap();
        let id = returned(&counter).await;
        let rounds = postman.round().await.unwrap();
        assert_eq!((rounds.sent, rounds.failed), (0, 2), "mail and event were tried");
        act(&counter, "petugas", &id, "resubmission", json!({})).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let advice = json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" });
        act(&counter, "teknis", &id, "recommendation", advice).await;
        act(&counter, "kabid", &id, "paraf", json!({})).await;
        let signed = act(&counter, "kadis", &id, "signature", json!({})).await;
        assert_eq!(signed["permit"]["number"], "503/0001/SIPB/DPMPTSP/2026");
        assert_eq!(act(&counter, "petugas", &id, "handover", collector()).await["state"], "handed_over");
        let waiting = "SELECT COUNT(*) FROM print_job WHERE state <> 'printed'";
        assert_eq!(scalar(counter.db(), waiting).await, 1, "the slip is still not printed");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM ticket WHERE state = 'waiting'").await, 1);

        // Everything is up again: what is still true is told once, what is over is not.
        let other = returned(&counter).await;
        let (server, printer) = (MailServer::start(mail, None).await, TestPrinter::on_again(address, Mood::Reports).await);
        counter.wait_minutes(2);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 1, lapsed: 2 });
        let letters: Vec<String> = server.letters().await.iter().map(|letter| readable(letter)).collect();
        assert!(letters.len() == 1 && letters[0].contains("Alamat praktik kurang jelas"), "{letters:?}");
        hall.look().await;
        hall.print_again().await;
        spooler(&counter).round().await.unwrap();
        assert_eq!(printer.papers().iter().map(|paper| paper.largest().to_owned()).collect::<Vec<_>>(), ["A-001"]);
        assert_eq!(act(&counter, "petugas", &other, "withdrawal", json!({ "reason": "x" })).await["state"], "withdrawn");
    }
}
