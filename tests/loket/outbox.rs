//! What an act has to tell goes out after its commit: over a real SMTP conversation, to a real HTTP receiver, once.

use std::collections::HashMap;
use std::sync::Arc;

use aws_lc_rs::hmac;
use loket::audit::Act;
use loket::catalogue;
use loket::config::Config;
use loket::db::Db;
use loket::jobs::{Postman, Rounds};
use rocket::http::Status;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use crate::support::{Browser, TestCounter, morning, scalar};

/// What came in at a server of the test.
pub type Inbox = Arc<Mutex<Vec<String>>>;

/// A mail server that speaks as much SMTP as a letter needs. Dropped, it is gone.
pub struct MailServer {
    inbox: Inbox,
    task: JoinHandle<()>,
}

impl MailServer {
    /// Listens at a port; `refusal` is answered to every recipient.
    pub async fn start(port: u16, refusal: Option<&'static str>) -> MailServer {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let inbox = Inbox::default();
        let kept = Arc::clone(&inbox);
        let task = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&kept), refusal));
            }
        });
        MailServer { inbox, task }
    }

    pub async fn letters(&self) -> Vec<String> {
        self.inbox.lock().await.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn converse(stream: TcpStream, inbox: Inbox, refusal: Option<&'static str>) {
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 surat.contoh ESMTP\r\n").await.unwrap();
    let mut line = String::new();
    while stream.read_line(&mut line).await.is_ok_and(|n| n > 0) {
        let word = line.get(..4).unwrap_or_default().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => "250-surat.contoh\r\n250 8BITMIME",
            "RCPT" => refusal.unwrap_or("250 ok"),
            "DATA" => {
                stream.write_all(b"354 go on\r\n").await.unwrap();
                inbox.lock().await.push(read_letter(&mut stream).await);
                "250 taken"
            }
            "QUIT" => "221 bye",
            _ => "250 ok",
        };
        stream.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        line.clear();
    }
}

async fn read_letter(stream: &mut BufReader<TcpStream>) -> String {
    let mut letter = String::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.unwrap();
        if line == ".\r\n" {
            return letter;
        }
        letter.push_str(line.strip_prefix('.').unwrap_or(&line));
    }
}

/// A receiver of posts that answers a status and keeps head and body.
async fn receiver(status: u16) -> (u16, Inbox) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let inbox = Inbox::default();
    let kept = Arc::clone(&inbox);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let mut stream = BufReader::new(stream);
            let (mut head, mut length) = (String::new(), 0);
            while !head.ends_with("\r\n\r\n") {
                let from = head.len();
                stream.read_line(&mut head).await.unwrap();
                if let Some(value) = head[from..].to_lowercase().strip_prefix("content-length:") {
                    length = value.trim().parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).await.unwrap();
            kept.lock().await.push(format!("{head}{}", String::from_utf8(body).unwrap()));
            let answer = format!("HTTP/1.1 {status} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (port, inbox)
}

pub fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

pub async fn office(db: Db, change: impl FnOnce(&mut Config)) -> (TestCounter, Postman) {
    let office = TestCounter::with(db, |config| {
        config.secure_cookies = false;
        config.mail_from = "Loket Contoh <loket@contoh.id>".to_owned();
        change(config);
    })
    .await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    let app = &office.app;
    let postman =
        Postman::new((app.db.clone(), app.halls.clone()), app.clock.clone(), app.keys.clone(), app.config.clone());
    (office, postman)
}

/// Books for tomorrow with an e-mail address, unless another body is given.
async fn book(office: &TestCounter, more: Value) -> Value {
    let mut body = json!({ "services": ["SIPB"], "start": morning().plus_minutes(25 * 60), "phone": "081234567890" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let answer = office.as_visitor().post("/api/v1/sites/opi/appointments", body).await;
    answer.is(Status::Created).body
}

fn with_email() -> Value {
    json!({ "email": "siti.rahma@contoh.id" })
}

/// The words of a quoted-printable letter.
pub fn readable(letter: &str) -> String {
    letter.replace("=\r\n", "").replace("=3D", "=")
}

on_each_database! {
    async fn with_the_mail_server_down_the_booking_succeeds_and_the_mail_goes_later_once(db: Db) {
        let port = free_port();
        let (office, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        let booking = book(&office, with_email()).await;
        assert_eq!(booking["state"], "booked");
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 0, failed: 1, lapsed: 0 });
        let server = MailServer::start(port, None).await;
        assert_eq!(postman.round().await.unwrap(), Rounds::default(), "a minute of pause");
        office.wait_minutes(1);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 0, lapsed: 0 });
        office.wait_minutes(60);
        assert_eq!(postman.round().await.unwrap(), Rounds::default());
        let letters = server.letters().await;
        assert_eq!(letters.len(), 1);
        let letter = readable(&letters[0]);
        for part in ["To: siti.rahma@contoh.id", "From: \"Loket Contoh\" <loket@contoh.id>", "Auto-Submitted: auto-generated",
            "Message-ID: <", "text/calendar", "janji-temu.ics"] {
            assert!(letter.contains(part), "{part} is not in {letter}");
        }
        assert!(letter.contains(booking["code"].as_str().unwrap()), "{letter}");
    }

    async fn two_postmen_at_once_send_one_letter(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (office, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        book(&office, with_email()).await;
        let app = &office.app;
        let other = Postman::new((app.db.clone(), app.halls.clone()), app.clock.clone(), app.keys.clone(), app.config.clone());
        let (first, second) = tokio::join!(postman.round(), other.round());
        assert_eq!(first.unwrap().sent + second.unwrap().sent, 1);
        assert_eq!(server.letters().await.len(), 1);
    }

    async fn a_reminder_goes_the_day_before_and_only_for_the_time_that_still_holds(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (office, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        let booking = book(&office, with_email()).await;
        let path = format!("/api/v1/appointments/{}", booking["token"].as_str().unwrap());
        let later = json!({ "start": morning().plus_minutes(26 * 60) });
        office.as_visitor().patch(&path, later).await.is(Status::Ok);
        let rounds = postman.round().await.unwrap();
        assert_eq!((rounds.sent, rounds.lapsed), (1, 1), "the change is told, the first confirmation no longer holds");
        office.wait_minutes(7 * 60);
        let rounds = postman.round().await.unwrap();
        assert_eq!((rounds.sent, rounds.lapsed), (1, 1), "one reminder for the new time, none for the old");
        let letters = server.letters().await;
        assert!(readable(&letters[0]).contains("Subject: Janji temu diubah"), "{}", letters[0]);
        assert!(readable(&letters[1]).contains("Subject: Pengingat"), "{}", letters[1]);
    }

    async fn without_a_mail_server_mail_is_shown_as_not_sent_and_can_be_tried_again(db: Db) {
        let (office, postman) = office(db, |_| {}).await;
        book(&office, with_email()).await;
        assert_eq!(postman.round().await.unwrap().failed, 1);
        let mut page = Browser::new(&office);
        page.sign_in_to("penyelia", "/penyelia").await;
        page.visit("/pemberitahuan").await;
        assert!(page.page.contains("belum ada server surat") && page.page.contains("1 kali dicoba"), "{}", page.page);
        assert!(!page.page.contains("siti.rahma"));
        let id = page.page.split("/pemberitahuan/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        assert_eq!(page.press(&format!("/pemberitahuan/{id}/ulang"), &[]).await, Status::Ok);
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let app = &office.app;
        let config = Config { smtp_url: format!("smtp://127.0.0.1:{port}"), ..app.config.clone() };
        let postman = Postman::new((app.db.clone(), app.halls.clone()), app.clock.clone(), app.keys.clone(), config);
        assert_eq!(postman.round().await.unwrap().sent, 1);
        assert_eq!(server.letters().await.len(), 1);
        assert!(page.visit("/pemberitahuan").await.contains("Semua terkirim"));
    }

    async fn an_address_the_server_refuses_is_given_up_and_no_address_is_kept_with_it(db: Db) {
        let port = free_port();
        let refusal = Some("550 5.1.1 <siti.rahma@contoh.id> unknown");
        let _server = MailServer::start(port, refusal).await;
        let (office, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        book(&office, with_email()).await;
        assert_eq!(postman.round().await.unwrap().failed, 1);
        let count = async |what: &str| scalar(office.db(), format!("SELECT COUNT(*) FROM notice WHERE {what}")).await;
        assert_eq!(count("given_up AND last_fault = 'mail-refused:550'").await, 1);
        assert_eq!(count("last_fault LIKE '%siti%' OR payload LIKE '%siti%' OR payload LIKE '%81234%'").await, 0);
        office.wait_minutes(120);
        assert_eq!(postman.round().await.unwrap(), Rounds::default());
    }

    async fn a_day_that_is_closed_is_told_and_who_could_not_be_told_is_shown(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (office, postman) = office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        book(&office, with_email()).await;
        book(&office, json!({ "phone": "081234567891", "start": morning().plus_minutes(26 * 60) })).await;
        postman.round().await.unwrap();
        let mut page = Browser::new(&office);
        page.sign_in_to("penyelia", "/penyelia").await;
        page.visit("/janji-temu?hari=2026-11-25").await;
        page.press("/janji-temu/tutup", &[("day", "2026-11-25"), ("reason", "Banjir")]).await;
        let rounds = postman.round().await.unwrap();
        assert_eq!((rounds.sent, rounds.failed), (1, 1));
        let letter = readable(server.letters().await.last().unwrap());
        assert!(letter.contains("Banjir") && letter.contains("Kantor tutup"), "{letter}");
        page.visit("/pemberitahuan").await;
        assert!(page.page.contains("Teleponlah orangnya"), "{}", page.page);
        assert!(page.visit("/janji-temu?hari=2026-11-25").await.contains("+6281234567891"));
    }

    async fn a_message_and_an_event_carry_a_signature_the_receiver_can_check(db: Db) {
        let ((message, messages), (event, events)) = (receiver(200).await, receiver(204).await);
        let (office, postman) = office(db, |config| {
            config.message_url = format!("http://127.0.0.1:{message}/pesan");
            config.webhook_url = format!("http://127.0.0.1:{event}/kabar");
        })
        .await;
        let booking = book(&office, json!({})).await;
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 2, failed: 0, lapsed: 0 });
        let secret = std::fs::read(office.app.config.data_dir.join("keys/webhook.key")).unwrap();
        let told = checked(&messages.lock().await[0], &secret);
        assert_eq!(told["to"], "+6281234567890");
        assert!(told["text"].as_str().unwrap().contains(booking["code"].as_str().unwrap()));
        let event = checked(&events.lock().await[0], &secret);
        assert_eq!(event["type"], "appointment.booked");
        assert!(!event.to_string().contains("81234567890"), "an event names no person: {event}");
        assert_eq!((messages.lock().await.len(), events.lock().await.len()), (1, 1));
    }

    async fn a_receiver_that_refuses_gets_it_again_later_and_the_others_only_once(db: Db) {
        let ((message, messages), (event, events)) = (receiver(200).await, receiver(503).await);
        let (office, postman) = office(db, |config| {
            config.message_url = format!("http://127.0.0.1:{message}/");
            config.webhook_url = format!("http://127.0.0.1:{event}/");
        })
        .await;
        book(&office, json!({})).await;
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 1, failed: 1, lapsed: 0 });
        office.wait_minutes(1);
        assert_eq!(postman.round().await.unwrap(), Rounds { sent: 0, failed: 1, lapsed: 0 });
        assert_eq!((messages.lock().await.len(), events.lock().await.len()), (1, 2));
        let kept = events.lock().await.clone();
        let (first, second) = (&kept[0], &kept[1]);
        assert_eq!(headers(first)["idempotency-key"], headers(second)["idempotency-key"]);
    }

    async fn a_visitor_with_a_telephone_is_told_once_when_three_are_ahead(db: Db) {
        let (message, messages) = receiver(200).await;
        let (office, postman) = office(db, |config| config.message_url = format!("http://127.0.0.1:{message}/")).await;
        let visitor = office.as_visitor();
        let take = async |body: Value| visitor.post("/api/v1/sites/opi/tickets", body).await.is(Status::Created);
        let counter = format!("/api/v1/counters/{}", office.app.sites().find("opi").unwrap().counters[0].id);
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        for _ in 0..4 {
            take(json!({ "services": ["SIPB"] })).await;
        }
        take(json!({ "services": ["SIPB"], "phone": "081234567890" })).await;
        assert_eq!(postman.round().await.unwrap(), Rounds::default(), "four are ahead");
        clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok);
        assert_eq!(postman.round().await.unwrap().sent, 1);
        assert_eq!(postman.round().await.unwrap(), Rounds::default());
        let told = messages.lock().await;
        assert!(told.len() == 1 && told[0].contains("A-005") && told[0].contains("081234567890"), "{told:?}");
    }
}

fn headers(post: &str) -> HashMap<String, String> {
    let head = post.split("\r\n\r\n").next().unwrap();
    let pairs = head.lines().filter_map(|line| line.split_once(": "));
    pairs.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect()
}

/// The body of a post whose signature is right for its time and bytes.
fn checked(post: &str, secret: &[u8]) -> Value {
    let (_, body) = post.split_once("\r\n\r\n").unwrap();
    let headers = headers(post);
    let (at, signature) = headers["loket-signature"].split_once(",v1=").unwrap();
    let at = at.strip_prefix("t=").unwrap();
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
    let tag = data_encoding::HEXLOWER.decode(signature.as_bytes()).unwrap();
    hmac::verify(&key, format!("{at}.{body}").as_bytes(), &tag).unwrap();
    assert!(hmac::verify(&key, format!("{at}.{body} ").as_bytes(), &tag).is_err());
    serde_json::from_str(body).unwrap()
}
