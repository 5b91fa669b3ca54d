//! Static files from the binary, compressed once, under a name that changes with their content.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use flate2::Compression;
use flate2::write::GzEncoder;
use rocket::http::ContentType;
use rocket::request::{FromRequest, Outcome, Request};
use rocket::response::{Responder, Response, Result as Answer};
use rocket::{Route, get, routes};
use rust_embed::RustEmbed;

use crate::keys;

#[derive(RustEmbed)]
#[folder = "static"]
struct Files;

struct Shelf {
    fingerprint: String,
    files: BTreeMap<String, (Vec<u8>, Vec<u8>)>,
}

/// The route of static files.
pub fn routes() -> Vec<Route> {
    routes![file]
}

/// The address of a file below `static/`.
pub fn url(path: &str) -> String {
    format!("/static/{}/{path}", shelf().fingerprint)
}

fn shelf() -> &'static Shelf {
    static SHELF: OnceLock<Shelf> = OnceLock::new();
    SHELF.get_or_init(|| {
        let mut whole = Vec::new();
        let mut files = BTreeMap::new();
        for name in Files::iter() {
            let bytes = Files::get(&name).map(|f| f.data.into_owned()).unwrap_or_default();
            whole.extend(name.as_bytes());
            whole.extend(&bytes);
            let small = compressed(&bytes);
            files.insert(name.into_owned(), (bytes, small));
        }
        Shelf { fingerprint: keys::hex(&keys::sha256(&whole)[..6]), files }
    })
}

/// Gzip of a file; empty when it cannot be made, and then the plain file is sent.
fn compressed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).and_then(|()| encoder.finish()).unwrap_or_default()
}

/// Whether the client takes gzip.
struct TakesGzip(bool);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for TakesGzip {
    type Error = std::convert::Infallible;
    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = request.headers().get_one("Accept-Encoding");
        Outcome::Success(TakesGzip(header.is_some_and(|h| h.contains("gzip"))))
    }
}

/// The only file that may stand in for the office; its pages say for which addresses.
const WORKER: &str = "js/check_worker.js";

struct StaticFile {
    is_worker: bool,
    content_type: ContentType,
    bytes: &'static [u8],
    gzip: bool,
}

#[get("/static/<_fingerprint>/<path..>")]
fn file(_fingerprint: &str, path: PathBuf, takes: TakesGzip) -> Option<StaticFile> {
    let (plain, small) = shelf().files.get(path.to_str()?)?;
    let content_type = path.extension().and_then(|e| ContentType::from_extension(e.to_str()?))?;
    let gzip = takes.0 && !small.is_empty() && small.len() < plain.len();
    Some(StaticFile {
        is_worker: path == Path::new(WORKER),
        content_type,
        bytes: if gzip { small } else { plain },
        gzip,
    })
}

impl<'r> Responder<'r, 'static> for StaticFile {
    fn respond_to(self, _: &'r Request<'_>) -> Answer<'static> {
        let mut response = Response::build();
        response
            .header(self.content_type)
            .raw_header("Cache-Control", "public, max-age=31536000, immutable")
            .raw_header("Vary", "Accept-Encoding")
            .sized_body(self.bytes.len(), std::io::Cursor::new(self.bytes));
        if self.is_worker {
            response.raw_header("Service-Worker-Allowed", "/");
        }
        if self.gzip {
            response.raw_header("Content-Encoding", "gzip");
        }
        response.ok()
    }
}
