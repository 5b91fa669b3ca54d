//! A visit to a page: language, who is signed in, the form token. Read once per request.

use std::sync::Arc;

use rocket::Request;
use rocket::http::{Cookie, CookieJar, SameSite};
use rocket::request::{FromRequest, Outcome};

use super::app::App;
use super::page::{Page, Rendered};
use super::problem::Problem;
use crate::identity::{self, Officer};
use crate::ids::SessionId;
use crate::keys;
use crate::messages::{Lang, Refusal};

/// The switches every page may carry in its address, and the cookies that remember them.
const LANG: &str = "lang";
const LOOK: &str = "tampilan";

/// Signed-in staff of this request, by cookie or bearer token.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Who.
    pub officer: Officer,
    /// Which session.
    pub session: SessionId,
    /// Whether the role demands a second factor that is not set up yet.
    pub factor_missing: bool,
}

/// Everything a page needs besides its own content.
pub struct Visit<'r> {
    /// The language.
    pub lang: Lang,
    /// The signed-in officer, if any.
    pub signed_in: Option<SignedIn>,
    /// The office.
    pub app: &'r Arc<App>,
    /// Path of this request.
    pub path: String,
    /// What was asked besides the switches of the frame, ready to be followed by one: empty, or `s=SIPB&`.
    pub query: String,
    /// Large type in strong colours, as the switch of the kiosk asks for.
    pub strong: bool,
    /// The token of every form on the page.
    pub form_token: String,
    anchor: String,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Visit<'r> {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        let signed_in = match signed_in(request).await {
            Ok(found) => found.clone(),
            Err(problem) => return fail(request, problem.clone()),
        };
        let anchor = anchor(app, request.cookies());
        remember_switches(request);
        Outcome::Success(Visit {
            lang: lang_of(request),
            signed_in,
            app,
            path: request.uri().path().to_string(),
            query: query_without_switches(request),
            strong: is_strong(request),
            form_token: app.keys.form_token(&anchor),
            anchor,
        })
    }
}

impl Visit<'_> {
    /// Renders a page of this visit.
    pub fn page<P: Page>(&self, page: &P) -> Result<Rendered, Problem> {
        super::page::render(self, page)
    }

    /// Refuses a form that was not made for this visitor. For forms that [`super::form::Posted`] does not read.
    pub fn check_form_token(&self, token: &str) -> Result<(), Problem> {
        let ours = self.app.keys.is_form_token(&self.anchor, token);
        ours.then_some(()).ok_or_else(|| Refusal::forbidden("form-expired").into())
    }
}

/// The office of a request.
pub fn app_of<'r>(request: &'r Request<'_>) -> Option<&'r Arc<App>> {
    request.rocket().state::<Arc<App>>()
}

/// Whether the client is a program.
pub fn wants_json(request: &Request<'_>) -> bool {
    request.uri().path().starts_with("/api/")
}

/// The language asked for: `?lang=`, then the cookie, then Indonesian.
pub fn lang_of(request: &Request<'_>) -> Lang {
    let asked = request.query_value::<&str>(LANG).and_then(Result::ok).and_then(|l| l.parse().ok());
    let kept = || request.cookies().get(LANG).and_then(|c| c.value().parse().ok());
    asked.or_else(kept).unwrap_or(Lang::Id)
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Lang {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        Outcome::Success(lang_of(request))
    }
}

/// Large type in strong colours: `?tampilan=kuat`, then the cookie. Every other word is the usual look.
pub fn is_strong(request: &Request<'_>) -> bool {
    let asked = request.query_value::<&str>(LOOK).and_then(Result::ok);
    asked.or_else(|| request.cookies().get(LOOK).map(Cookie::value)) == Some("kuat")
}

fn remember_switches(request: &Request<'_>) {
    let keep = |name, value| request.cookies().add(Cookie::build((name, value)).path("/").same_site(SameSite::Lax));
    if request.query_value::<&str>(LANG).is_some() {
        keep(LANG, lang_of(request).word());
    }
    if request.query_value::<&str>(LOOK).is_some() {
        keep(LOOK, if is_strong(request) { "kuat" } else { "biasa" });
    }
}

/// A switch keeps what was chosen on the page so far.
fn query_without_switches(request: &Request<'_>) -> String {
    let Some(query) = request.uri().query() else { return String::new() };
    let kept = query.as_str().split('&').filter(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        !pair.is_empty() && name != LANG && name != LOOK
    });
    kept.map(|pair| format!("{pair}&")).collect()
}

/// The name of the session cookie: `__Host-` binds it to this host over TLS or loopback.
pub fn session_cookie(app: &App) -> &'static str {
    if app.config.secure_cookies { "__Host-loket" } else { "loket" }
}

fn visitor_cookie(app: &App) -> &'static str {
    if app.config.secure_cookies { "__Host-visitor" } else { "visitor" }
}

/// Sets a cookie only this host reads, never a script.
pub fn set_cookie(app: &App, jar: &CookieJar<'_>, name: &'static str, value: String) {
    let cookie = Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .secure(app.config.secure_cookies)
        .same_site(SameSite::Strict);
    jar.add(cookie);
}

/// What form tokens are bound to: the session, or for a visitor a random cookie made on the first page.
fn anchor(app: &App, jar: &CookieJar<'_>) -> String {
    let kept = jar.get_pending(session_cookie(app)).or_else(|| jar.get_pending(visitor_cookie(app)));
    kept.map_or_else(
        || {
            let fresh = keys::random_token();
            set_cookie(app, jar, visitor_cookie(app), fresh.clone());
            fresh
        },
        |cookie| cookie.value().to_owned(),
    )
}

/// Whether a form token belongs to the visitor of a request.
pub fn is_form_token(request: &Request<'_>, token: &str) -> bool {
    let Some(app) = app_of(request) else { return false };
    let jar = request.cookies();
    let kept = jar.get(session_cookie(app)).or_else(|| jar.get(visitor_cookie(app)));
    kept.is_some_and(|cookie| app.keys.is_form_token(cookie.value(), token))
}

/// Who is signed in: the bearer token under `/api`, the cookie elsewhere. Read once per request.
pub async fn signed_in<'r>(request: &'r Request<'_>) -> &'r Result<Option<SignedIn>, Problem> {
    request.local_cache_async(find_signed_in(request)).await
}

async fn find_signed_in(request: &Request<'_>) -> Result<Option<SignedIn>, Problem> {
    let Some(app) = app_of(request) else { return Ok(None) };
    let found = if wants_json(request) {
        let header = request.headers().get_one("Authorization").and_then(|h| h.strip_prefix("Bearer "));
        let Some(session) = header.and_then(|token| app.bearers.read(token).ok()) else { return Ok(None) };
        identity::find_by_session(&mut app.db.glance().await?, session, app.now()).await?
    } else {
        let Some(cookie) = request.cookies().get(session_cookie(app)) else { return Ok(None) };
        identity::find_by_token(&mut app.db.glance().await?, cookie.value(), app.now()).await?
    };
    let Some((session, officer)) = found else { return Ok(None) };
    let factor_missing =
        app.demanded.of(&officer) && !identity::has_factor(&mut app.db.glance().await?, officer.id).await?;
    Ok(Some(SignedIn { officer, session, factor_missing }))
}

/// Ends a guard with a problem; the catcher finds it again.
pub fn fail<T>(request: &Request<'_>, problem: Problem) -> Outcome<T, Problem> {
    Outcome::Error((problem.status, remember(request, problem)))
}

/// Keeps a problem for the catcher of its status.
pub fn remember(request: &Request<'_>, problem: Problem) -> Problem {
    request.local_cache(|| Some(problem.clone()));
    problem
}

/// The problem kept by a guard.
pub fn remembered(request: &Request<'_>) -> Option<Problem> {
    request.local_cache(|| None::<Problem>).clone()
}
