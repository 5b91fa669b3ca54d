//! A browser without scripts.

use std::collections::BTreeMap;

use rocket::http::{ContentType, Cookie, Method, Status};

use super::{Caller, PASSWORD, TestCounter};

/// A browser: cookies, and the hidden fields of the page it shows.
pub struct Browser<'a> {
    caller: Caller<'a>,
    cookies: BTreeMap<String, String>,
    /// The page shown.
    pub page: String,
    /// Its address.
    pub at: String,
}

impl<'a> Browser<'a> {
    /// With no cookies.
    pub fn new(office: &'a TestCounter) -> Browser<'a> {
        Browser { caller: office.as_visitor(), cookies: BTreeMap::new(), page: String::new(), at: String::new() }
    }

    /// Opens a page; answers its text.
    pub async fn visit(&mut self, path: &str) -> &str {
        self.send(Method::Get, path, "").await;
        &self.page
    }

    /// Sends a form of the page shown, with its hidden token, and follows the answer.
    pub async fn press(&mut self, path: &str, fields: &[(&str, &str)]) -> Status {
        let typed = fields.iter().map(|(name, value)| format!("{name}={value}"));
        let body = std::iter::once(format!("csrf={}", self.hidden("csrf"))).chain(typed).collect::<Vec<_>>().join("&");
        self.send(Method::Post, path, &body).await
    }

    /// The value of a hidden field of the page shown.
    pub fn hidden(&self, name: &str) -> String {
        let field = format!("name=\"{name}\" value=\"");
        let at = self.page.find(&field).unwrap_or_else(|| panic!("no field {name} in {}", self.page)) + field.len();
        self.page[at..].split('"').next().unwrap().to_owned()
    }

    /// Sends a file as the multipart field `file`, with the hidden token of the page shown, and follows the answer.
    pub async fn upload(&mut self, path: &str, media_type: &str, bytes: &[u8]) -> Status {
        self.upload_with(path, &[], (media_type, bytes)).await
    }

    /// The same with fields beside the file.
    pub async fn upload_with(&mut self, path: &str, fields: &[(&str, &str)], sent: (&str, &[u8])) -> Status {
        let (media_type, bytes) = sent;
        let part = |head: &str| format!("--batas\r\nContent-Disposition: form-data; {head}\r\n");
        let token = format!("{}\r\n{}\r\n", part("name=\"csrf\""), self.hidden("csrf"));
        let typed = |(name, text): &(&str, &str)| format!("{}\r\n{text}\r\n", part(&format!("name=\"{name}\"")));
        let typed: String = fields.iter().map(typed).collect();
        let file = format!("{}Content-Type: {media_type}\r\n\r\n", part("name=\"file\"; filename=\"berkas\""));
        let body = [token.as_bytes(), typed.as_bytes(), file.as_bytes(), bytes, b"\r\n--batas--\r\n"].concat();
        let kind = ContentType::new("multipart", "form-data").with_params(("boundary", "batas"));
        self.send_as(Method::Post, path, (kind, body)).await
    }

    /// Sends a request and follows the answer.
    pub async fn send(&mut self, method: Method, path: &str, body: &str) -> Status {
        self.send_as(method, path, (ContentType::Form, body.as_bytes().to_vec())).await
    }

    async fn send_as(&mut self, method: Method, path: &str, (kind, body): (ContentType, Vec<u8>)) -> Status {
        let cookies = self.cookies.iter().map(|(name, value)| Cookie::new(name.clone(), value.clone()));
        let request = self.caller.request(method, path.split('#').next().unwrap()).cookies(cookies);
        let answer = self.caller.send(request.header(kind).body(body)).await;
        for (name, value) in answer.cookies.iter().filter_map(|text| text.split_once('=')) {
            self.cookies.insert(name.to_owned(), value.split(';').next().unwrap().to_owned());
        }
        self.page = answer.text();
        match answer.headers.get("location").cloned() {
            Some(to) => Box::pin(self.send(Method::Get, &to, "")).await,
            None => {
                path.clone_into(&mut self.at);
                answer.status
            }
        }
    }

    /// Signs in and opens the desk.
    pub async fn sign_in(&mut self, username: &str) {
        self.sign_in_to(username, "/loket").await;
    }

    /// Signs in and opens a page.
    pub async fn sign_in_to(&mut self, username: &str, page: &str) {
        self.visit(&format!("/masuk?ke={page}")).await;
        let password = PASSWORD.replace(' ', "+");
        let fields = [("username", username), ("password", password.as_str()), ("back", page)];
        assert_eq!(self.press("/masuk", &fields).await, Status::Ok);
    }
}
