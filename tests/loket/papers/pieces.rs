//! Files in pieces, over a real line that is cut.

use std::time::Duration;

use loket::keys::{hex, sha256};
use loket::web;
use reqwest::header::COOKIE;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use super::draft;
use super::hostile::pdf;
use crate::permit_pages::{Browser, browser};
use crate::permits::office;
use crate::returns::{link_of, returned};
use crate::support::{TestCounter, scalar};

/// The office on a real port.
async fn serve(counter: &TestCounter) -> String {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let figment = web::figment().merge(("address", "127.0.0.1")).merge(("port", port)).merge(("log_level", "off"));
    let rocket = web::build(figment, std::sync::Arc::clone(&counter.app));
    tokio::spawn(rocket.launch());
    let url = format!("http://127.0.0.1:{port}");
    for _ in 0..200 {
        if Client::new().get(format!("{url}/healthz")).send().await.is_ok() {
            return url;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody listens at {url}");
}

/// An applicant's telephone with the page of the link open.
struct Phone {
    client: Client,
    base: String,
    cookie: String,
    token: String,
}

impl Phone {
    async fn open(url: &str, link: &str) -> Phone {
        let client = Client::new();
        let page = client.get(format!("{url}{link}")).send().await.unwrap();
        let cookie = page.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let text = page.text().await.unwrap();
        let at = text.find("name=\"csrf\" value=\"").unwrap() + 19;
        let token = text[at..].split('"').next().unwrap().to_owned();
        Phone { client, base: format!("{url}{link}/berkas/1/kiriman"), cookie, token }
    }

    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        request.header(COOKIE, &self.cookie).header("X-Form-Token", &self.token)
    }

    async fn begin(&self, file: &[u8]) -> Response {
        let announced = json!({ "name": "str.pdf", "size": file.len(), "sha256": hex(&sha256(file)) });
        self.ask(Method::POST, "").json(&announced).send().await.unwrap()
    }

    async fn piece(&self, id: &str, from: usize, bytes: &[u8]) -> Response {
        self.ask(Method::PATCH, &format!("/{id}?from={from}")).body(bytes.to_vec()).send().await.unwrap()
    }

    async fn finish(&self, id: &str) -> Response {
        self.ask(Method::POST, &format!("/{id}/selesai")).send().await.unwrap()
    }

    /// Sends a piece by hand and ends the line in the middle of it.
    async fn cut(&self, id: &str, from: usize, bytes: &[u8]) {
        let (host, path) = self.base.strip_prefix("http://").unwrap().split_once('/').unwrap();
        let mut line = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "PATCH /{path}/{id}?from={from} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nX-Form-Token: {}\r\n\
             Content-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            self.cookie,
            self.token,
            bytes.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&bytes[..bytes.len() / 2]).await.unwrap();
        line.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        drop(line);
    }
}

async fn json_of(answer: Response) -> Value {
    let status = answer.status();
    let text = answer.text().await.unwrap();
    assert!(status.is_success(), "{status} {text}");
    serde_json::from_str(&text).unwrap()
}

/// A paper of some length whose bytes differ from place to place.
fn paper(kilobytes: usize) -> Vec<u8> {
    let body: Vec<u8> = (0..kilobytes * 1024).map(|n| b'a' + u8::try_from((n / 7) % 26).unwrap()).collect();
    pdf(&[b"% ".as_slice(), &body].concat())
}

async fn count(counter: &TestCounter, sql: &str) -> i64 {
    scalar(counter.db(), sql.to_owned()).await
}

on_each_database! {
    async fn a_line_that_is_cut_in_the_middle_costs_one_piece_and_one_paper_is_kept_in_the_end(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        let phone = Phone::open(&serve(&counter).await, &link).await;
        let (file, piece) = (paper(700), 256 * 1024);
        let before = count(&counter, "SELECT COUNT(*) FROM document").await;
        let begun = json_of(phone.begin(&file).await).await;
        let transfer = begun["id"].as_str().unwrap().to_owned();
        json_of(phone.piece(&transfer, 0, &file[..piece]).await).await;
        phone.cut(&transfer, piece, &file[piece..2 * piece]).await;
        // The page is opened anew: the same file goes on where it was.
        let again = json_of(phone.begin(&file).await).await;
        assert_eq!((again["id"].as_str(), again["received"].as_i64()), (Some(transfer.as_str()), Some(piece as i64)));
        let same = json_of(phone.piece(&transfer, 0, &file[..piece]).await).await;
        assert_eq!(same["received"], piece, "a piece that came before is no second one");
        let gap = phone.piece(&transfer, 2 * piece, &file[2 * piece..]).await;
        assert_eq!(gap.status(), StatusCode::CONFLICT, "nothing may lie between");
        assert_eq!(phone.finish(&transfer).await.status(), StatusCode::CONFLICT, "it is not whole yet");
        json_of(phone.piece(&transfer, piece, &file[piece..2 * piece]).await).await;
        json_of(phone.piece(&transfer, 2 * piece, &file[2 * piece..]).await).await;
        for _ in 0..2 {
            let kept = json_of(phone.finish(&transfer).await).await;
            assert_eq!(kept["next"], format!("{link}#item-1"), "the last step may be repeated");
        }
        assert_eq!(count(&counter, "SELECT COUNT(*) FROM document").await, before + 1);
        assert_eq!(count(&counter, "SELECT COUNT(*) FROM transfer_piece").await, 0, "no piece is left");
        let digest = hex(&sha256(&file));
        let mut tx = counter.db().read().await.unwrap();
        let lines = loket::audit::list_about(&mut tx, &id).await.unwrap();
        assert_eq!(lines.iter().filter(|line| line.detail.contains(&digest)).count(), 1, "kept once, as it was sent");
    }

    async fn pieces_of_another_file_or_purpose_or_page_are_refused(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        let url = serve(&counter).await;
        let mut phone = Phone::open(&url, &link).await;
        let file = paper(2);
        let transfer = json_of(phone.begin(&file).await).await["id"].as_str().unwrap().to_owned();
        let mut garbled = file.clone();
        garbled[100] ^= 1;
        json_of(phone.piece(&transfer, 0, &garbled).await).await;
        let told: Value = phone.finish(&transfer).await.json().await.unwrap();
        assert_eq!(told["errors"][0]["code"], "file-garbled", "{told}");
        assert_eq!(phone.piece(&transfer, 0, &file).await.status(), StatusCode::NOT_FOUND, "it must be begun anew");
        let announced = json!({ "name": "x", "size": 11 * 1024 * 1024, "sha256": hex(&sha256(b"x")) });
        let large = phone.ask(Method::POST, "").json(&announced).send().await.unwrap();
        assert_eq!(large.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let transfer = json_of(phone.begin(&file).await).await["id"].as_str().unwrap().to_owned();
        let elsewhere = phone.base.replace("/berkas/1/", "/berkas/2/");
        let base = std::mem::replace(&mut phone.base, elsewhere);
        assert_eq!(phone.piece(&transfer, 0, &file).await.status(), StatusCode::NOT_FOUND, "for another purpose");
        phone.base = base;
        phone.token = "0".repeat(phone.token.len());
        assert_eq!(phone.piece(&transfer, 0, &file).await.status(), StatusCode::FORBIDDEN, "from no page of ours");
    }

    async fn an_unfinished_transfer_is_swept_out_after_a_day(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        let phone = Phone::open(&serve(&counter).await, &link).await;
        let file = paper(2);
        let transfer = json_of(phone.begin(&file).await).await["id"].as_str().unwrap().to_owned();
        json_of(phone.piece(&transfer, 0, &file[..1000]).await).await;
        counter.wait_minutes(24 * 60 - 1);
        web::worker(&counter.app).round().await.unwrap();
        assert_eq!(count(&counter, "SELECT COUNT(*) FROM transfer_piece").await, 1);
        counter.wait_minutes(1);
        web::worker(&counter.app).round().await.unwrap();
        assert_eq!(count(&counter, "SELECT COUNT(*) FROM transfer").await, 0);
        assert_eq!(phone.piece(&transfer, 1000, &file[1000..]).await.status(), StatusCode::NOT_FOUND);
    }

    async fn the_desk_sends_a_paper_in_pieces_too(db: Db) {
        let counter = office(db).await;
        let (id, _) = draft(&counter).await;
        let clerk: Browser<'_> = browser(&counter, "petugas").await;
        let base = format!("/permohonan/{id}/berkas/str/kiriman");
        let file = paper(2);
        let announced = json!({ "name": "str.pdf", "size": file.len(), "sha256": hex(&sha256(&file)) });
        let begun = clerk.scripted(rocket::http::Method::Post, &base, announced.to_string().into_bytes()).await;
        let transfer = begun.is(rocket::http::Status::Created).word("id");
        let piece = format!("{base}/{transfer}?from=0");
        clerk.scripted(rocket::http::Method::Patch, &piece, file.clone()).await.is(rocket::http::Status::Ok);
        let finish = format!("{base}/{transfer}/selesai");
        clerk.scripted(rocket::http::Method::Post, &finish, Vec::new()).await.is(rocket::http::Status::Ok);
        let saved = clerk.get(&format!("/permohonan/{id}/berkas/str")).await.is(rocket::http::Status::Ok);
        assert_eq!(saved.bytes, file);
    }
}
