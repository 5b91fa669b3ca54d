//! Headers every answer carries, and one log line per request.

use rocket::fairing::{Fairing, Info, Kind};
use rocket::http::Header;
use rocket::{Request, Response};

/// Nothing from elsewhere, nothing inline: scripts and styles come from files of ours only.
const CONTENT_SECURITY: &str = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'";

/// For what strangers handed in: it runs nothing, loads nothing and is of no origin.
pub const SANDBOX: &str = "sandbox; default-src 'none'; frame-ancestors 'none'";

/// Adds the security headers and writes the access log, with route patterns instead of paths: a path may hold a token.
pub struct Headers;

#[rocket::async_trait]
impl Fairing for Headers {
    fn info(&self) -> Info {
        Info { name: "headers and access log", kind: Kind::Response }
    }

    async fn on_response<'r>(&self, request: &'r Request<'_>, response: &mut Response<'r>) {
        let own = response.headers().get_one("Content-Security-Policy");
        if own.is_none_or(|policy| policy != SANDBOX) {
            response.set_header(Header::new("Content-Security-Policy", CONTENT_SECURITY));
        }
        response.set_header(Header::new("X-Content-Type-Options", "nosniff"));
        response.set_header(Header::new("X-Frame-Options", "DENY"));
        response.set_header(Header::new("Referrer-Policy", "same-origin"));
        response.set_header(Header::new("Permissions-Policy", "camera=(), microphone=(), geolocation=()"));
        response.set_header(Header::new("Cross-Origin-Opener-Policy", "same-origin"));
        let route = request.route().map_or("-", |route| route.uri.as_str());
        tracing::info!(method = %request.method(), route, status = response.status().code, "request");
    }
}
