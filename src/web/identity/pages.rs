//! `/masuk`, `/keluar`, `/penyiapan`.

use rocket::http::{CookieJar, Status};
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::db::Fault;
use crate::identity::{self, Officer, Role, SessionKind};
use crate::ids::OfficerId;
use crate::messages::{FieldFault, Refusal};
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::{Visit, session_cookie, set_cookie};

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    routes![sign_in_page, sign_in, sign_out, set_up_page, set_up]
}

/// The sign-in page.
#[derive(Serialize)]
pub struct SignInPage {
    username: String,
    back: String,
    fault: Option<String>,
    plain_http: bool,
}

impl Page for SignInPage {
    const TEMPLATE: &'static str = "identity/sign_in.html";

    fn samples() -> Vec<Self> {
        let empty = SignInPage { username: String::new(), back: "/loket".into(), fault: None, plain_http: false };
        let refused = SignInPage {
            username: "petugas".into(),
            fault: Some("Nama atau kata sandi salah.".into()),
            plain_http: true,
            back: String::new(),
        };
        vec![empty, refused]
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
        SignInPage { username: String::new(), back: back.to_owned(), fault: None, plain_http }
    }
}

#[post("/masuk", data = "<posted>")]
async fn sign_in(posted: Posted, visit: Visit<'_>, jar: &CookieJar<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    let app = visit.app;
    let limiter = (&app.limiter, app.config.sign_in_failures);
    let credentials = (posted.get("username"), posted.get("password"));
    match identity::sign_in(&app.db, limiter, credentials, SessionKind::Page, app.now()).await {
        Ok((officer, _, token)) => {
            set_cookie(app, jar, session_cookie(app), token);
            Ok(Either::Left(Redirect::to(after_sign_in(&officer, posted.get("back")))))
        }
        Err(Fault::Refused(refusal)) => {
            let fault = Some(refusal.words(visit.lang));
            let again = SignInPage {
                username: posted.get("username").to_owned(),
                fault,
                ..SignInPage::new(&visit, posted.get("back"))
            };
            Ok(Either::Right(visit.page(&again)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
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
    };
    let hash = identity::password::hash(password.to_owned()).await;
    let hash = hash.map_err(|e| crate::db::StoreError::Corrupt(e.to_string()))?;
    let mut tx = visit.app.db.begin().await?;
    identity::set_up(&mut tx, token, &admin, &hash, now).await?;
    tx.commit().await?;
    Ok(())
}
