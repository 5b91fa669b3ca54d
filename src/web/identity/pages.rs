//! `/masuk`, `/keluar`, `/penyiapan`.

use rocket::http::{CookieJar, Status};
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::clock::Instant;
use crate::db::{Fault, Outcome};
use crate::identity::{self, Credentials, Officer, Role, Session, SessionKind};
use crate::ids::OfficerId;
use crate::messages::{FieldFault, Refusal};
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::{Visit, session_cookie, set_cookie};

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    routes![sign_in_page, sign_in, sign_in_code, sign_out, set_up_page, set_up]
}

/// The sign-in page.
#[derive(Serialize)]
pub struct SignInPage {
    username: String,
    back: String,
    fault: Option<String>,
    plain_http: bool,
    /// Says that the password was right; the page asks for the code then.
    passed: Option<String>,
}

/// Minutes in which the code must follow the password.
const CODE_MINUTES: i64 = 5;

impl Page for SignInPage {
    const TEMPLATE: &'static str = "identity/sign_in.html";

    fn samples() -> Vec<Self> {
        let empty =
            SignInPage { username: String::new(), back: "/loket".into(), fault: None, plain_http: false, passed: None };
        let refused = SignInPage {
            username: "petugas".into(),
            fault: Some("Nama atau kata sandi salah.".into()),
            plain_http: true,
            back: String::new(),
            passed: None,
        };
        let code = SignInPage {
            username: "kepala.dinas".into(),
            back: "/permohonan".into(),
            fault: None,
            plain_http: false,
            passed: Some("1.x".into()),
        };
        vec![empty, refused, code]
    }
}

/// The page behind the one-time link: the first administrator.
#[derive(Serialize)]
pub struct SetUpPage {
    token: String,
    username: String,
    name: String,
    errors: Vec<FieldLine>,
}

impl Page for SetUpPage {
    const TEMPLATE: &'static str = "identity/set_up.html";

    fn samples() -> Vec<Self> {
        let empty = SetUpPage { token: "t".into(), username: String::new(), name: String::new(), errors: vec![] };
        let errors = vec![FieldLine { field: "password".into(), message: "Paling sedikit 15 huruf.".into() }];
        vec![empty, SetUpPage { token: "t".into(), username: "admin".into(), name: "Admin DATA UJI".into(), errors }]
    }
}

#[get("/masuk?<ke>")]
fn sign_in_page(ke: Option<&str>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&SignInPage::new(&visit, ke.unwrap_or_default()))
}

impl SignInPage {
    fn new(visit: &Visit<'_>, back: &str) -> SignInPage {
        let plain_http = !visit.app.config.secure_cookies;
        SignInPage { username: String::new(), back: back.to_owned(), fault: None, plain_http, passed: None }
    }
}

#[post("/masuk", data = "<posted>")]
async fn sign_in(posted: Posted, visit: Visit<'_>, jar: &CookieJar<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    let (app, now) = (visit.app, visit.app.now());
    let username = posted.get("username");
    let typed = Credentials { username, password: posted.get("password"), code: "" };
    let opened = identity::sign_in(&app.db, app.tries(), &app.keys, typed, SessionKind::Page, now).await;
    let asks = matches!(&opened, Err(Fault::Refused(refusal)) if refusal.code == "totp-required");
    if asks {
        let passed = Some(passed_mark(&visit, username, now.plus_minutes(CODE_MINUTES)));
        let page = SignInPage { username: username.to_owned(), passed, ..SignInPage::new(&visit, posted.get("back")) };
        return Ok(Either::Right(visit.page(&page)?));
    }
    enter(opened, None, &posted, (&visit, jar))
}

#[post("/masuk/kode", data = "<posted>")]
async fn sign_in_code(
    posted: Posted,
    visit: Visit<'_>,
    jar: &CookieJar<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let (app, now) = (visit.app, visit.app.now());
    let (username, passed) = (posted.get("username"), posted.get("passed"));
    if !is_passed(&visit, username, passed) {
        return Err(Refusal::forbidden("form-expired").into());
    }
    let opened =
        identity::sign_in_with_code(&app.db, app.tries(), &app.keys, (username, posted.get("code")), now).await;
    enter(opened, Some(passed.to_owned()), &posted, (&visit, jar))
}

/// Follows a sign-in: into the house, or the same page with what was wrong.
fn enter(
    opened: Outcome<(Officer, Session, String)>,
    passed: Option<String>,
    posted: &Posted,
    (visit, jar): (&Visit<'_>, &CookieJar<'_>),
) -> Result<Either<Redirect, Rendered>, Problem> {
    match opened {
        Ok((officer, _, token)) => {
            set_cookie(visit.app, jar, session_cookie(visit.app), token);
            Ok(Either::Left(Redirect::to(after_sign_in(&officer, posted.get("back")))))
        }
        Err(Fault::Refused(refusal)) => {
            let again = SignInPage {
                username: posted.get("username").to_owned(),
                fault: Some(refusal.words(visit.lang)),
                passed,
                ..SignInPage::new(visit, posted.get("back"))
            };
            Ok(Either::Right(visit.page(&again)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Says until when the password of a name counts as given, under the key of forms.
fn passed_mark(visit: &Visit<'_>, username: &str, until: Instant) -> String {
    let stated = format!("password-passed|{}|{username}", until.0);
    format!("{}.{}", until.0, visit.app.keys.form_token(&stated))
}

fn is_passed(visit: &Visit<'_>, username: &str, mark: &str) -> bool {
    let Some((until, token)) = mark.split_once('.') else { return false };
    let in_time = until.parse::<i64>().is_ok_and(|until| visit.app.now().0 < until);
    in_time && visit.app.keys.is_form_token(&format!("password-passed|{until}|{username}"), token)
}

/// Where a member of staff begins; only a path of ours is followed back.
fn after_sign_in(officer: &Officer, back: &str) -> String {
    let ours = back.starts_with('/') && !back.starts_with("//") && !back.contains('\\');
    if ours {
        return back.to_owned();
    }
    let home = match officer.job() {
        Some(Role::Clerk | Role::PopulationOfficer) => "/loket",
        Some(Role::Supervisor | Role::Admin) => "/penyelia",
        Some(Role::Verifier | Role::TechnicalOfficer | Role::SectionHead | Role::Head | Role::Treasurer) => {
            "/permohonan"
        }
        Some(Role::OutOfOrder) | None => "/",
    };
    home.to_owned()
}

#[post("/keluar", data = "<_posted>")]
async fn sign_out(_posted: Posted, visit: Visit<'_>, jar: &CookieJar<'_>) -> Result<Redirect, Problem> {
    if let Some(staff) = &visit.signed_in {
        let mut tx = visit.app.db.begin().await?;
        identity::sign_out(&mut tx, visit.app.act(&staff.officer), staff.session).await?;
        tx.commit().await?;
        if let Some(national) = &visit.app.national {
            national.forget(staff.session);
        }
    }
    set_cookie(visit.app, jar, session_cookie(visit.app), String::new());
    Ok(Redirect::to("/"))
}

#[get("/penyiapan/<token>")]
fn set_up_page(token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&SetUpPage { token: token.to_owned(), username: String::new(), name: String::new(), errors: vec![] })
}

#[post("/penyiapan/<token>", data = "<posted>")]
async fn set_up(token: &str, posted: Posted, visit: Visit<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    match set_up_first(token, &posted, &visit).await {
        Ok(()) => Ok(Either::Left(Redirect::to("/masuk"))),
        Err(Fault::Refused(Refusal { fields, .. })) if !fields.is_empty() => {
            let errors = field_lines(&fields, visit.lang);
            let again = SetUpPage {
                token: token.to_owned(),
                username: posted.get("username").to_owned(),
                name: posted.get("name").to_owned(),
                errors,
            };
            Ok(Either::Right(visit.page(&again)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn set_up_first(token: &str, posted: &Posted, visit: &Visit<'_>) -> Result<(), Fault> {
    let (username, password) = (posted.get("username"), posted.get("password"));
    let required = ["username", "name"].into_iter().filter(|name| posted.get(name).is_empty());
    let mut faults: Vec<FieldFault> = required.map(|name| FieldFault::new(name, "required")).collect();
    faults.extend(identity::check_password("password", password));
    Refusal::of_fields(faults)?;
    let now = visit.app.now();
    let admin = Officer {
        id: OfficerId::new(now.0),
        username: username.to_owned(),
        name: posted.get("name").to_owned(),
        nip: None,
        position: None,
        rank: None,
        site: None,
        roles: vec![Role::Admin],
        acting: vec![],
    };
    let hash = identity::password::hash(password.to_owned()).await;
    let hash = hash.map_err(|e| crate::db::StoreError::Corrupt(e.to_string()))?;
    let mut tx = visit.app.db.begin().await?;
    identity::set_up(&mut tx, token, &admin, &hash, now).await?;
    tx.commit().await?;
    Ok(())
}
