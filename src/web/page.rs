//! Pages: a template, a typed context, and samples with which a test renders every one of them.

use std::sync::OnceLock;

use rocket::Request;
use rocket::http::{ContentType, Status};
use rocket::response::{Responder, Response, Result as Answer};
use rust_embed::RustEmbed;
use serde::Serialize;
use tera::{Context, Kwargs, State, Tera, TeraResult};

use super::assets;
use super::problem::Problem;
use super::visit::{Visit, app_of, is_strong, lang_of};
use crate::identity::Role;
use crate::messages::{self, FieldFault, Lang, Refusal};

/// A page: its template sees the fields as `page.<field>`.
pub trait Page: Serialize + Sized {
    /// Path below `templates/`.
    const TEMPLATE: &'static str;

    /// Examples: empty, usual, with long texts.
    fn samples() -> Vec<Self>;
}

#[derive(RustEmbed)]
#[folder = "templates"]
struct Templates;

/// One field to put right, as the error summary shows it.
#[derive(Clone, Debug, Serialize)]
pub struct FieldLine {
    /// Name of the field.
    pub field: String,
    /// The words.
    pub message: String,
}

/// The lines of an error summary.
pub fn field_lines(faults: &[FieldFault], lang: Lang) -> Vec<FieldLine> {
    faults.iter().map(|f| FieldLine { field: f.field.clone(), message: f.words(lang) }).collect()
}

/// What a refusal says on a form that is shown again: its fields, or its own words when it names none.
pub fn refusal_lines(refusal: &Refusal, lang: Lang) -> Vec<FieldLine> {
    if refusal.fields.is_empty() {
        return vec![FieldLine { field: String::new(), message: refusal.words(lang) }];
    }
    field_lines(&refusal.fields, lang)
}

/// The frame around every page.
#[derive(Serialize)]
struct Frame<'a, P> {
    lang: &'a str,
    csrf: &'a str,
    user: Option<User>,
    demo: bool,
    path: &'a str,
    query: &'a str,
    strong: bool,
    site_name: String,
    page: &'a P,
}

#[derive(Serialize)]
struct User {
    name: String,
    role: &'static str,
    role_label: String,
    site: String,
    links: Vec<Link>,
}

/// A link of the top bar.
#[derive(Serialize)]
struct Link {
    href: &'static str,
    label: String,
}

/// The screens of each role; [`Rendered`] pages check the right themselves.
fn links(roles: &[Role], lang: Lang) -> Vec<Link> {
    let screens: [(&'static str, &str, &[Role]); 13] = [
        ("/loket", "nav.desk", &[Role::Clerk, Role::PopulationOfficer]),
        ("/kependudukan", "nav.population", &[Role::PopulationOfficer]),
        (
            "/permohonan",
            "nav.applications",
            &[
                Role::Clerk,
                Role::Verifier,
                Role::TechnicalOfficer,
                Role::SectionHead,
                Role::Head,
                Role::Treasurer,
                Role::Supervisor,
            ],
        ),
        ("/buku-register", "nav.book", &[Role::SectionHead, Role::Head]),
        ("/janji-temu", "nav.appointments", &[Role::Clerk, Role::PopulationOfficer, Role::Supervisor, Role::Admin]),
        ("/penyelia", "nav.supervisor", &[Role::Supervisor, Role::Admin]),
        ("/penyelia/izin-ditinjau", "nav.review", &[Role::Head]),
        ("/tutup-hari", "nav.day_end", &[Role::Supervisor, Role::Admin]),
        ("/laporan", "nav.reports", &[Role::Supervisor, Role::Admin]),
        ("/jam-layanan", "nav.hours", &[Role::Supervisor, Role::Admin]),
        ("/pejabat-sementara", "nav.delegations", &[Role::Head, Role::Admin]),
        ("/admin/layanan", "nav.services", &[Role::Admin]),
        ("/perangkat", "nav.devices", &[Role::Supervisor, Role::Admin]),
    ];
    let open = screens.into_iter().filter(|(_, _, who)| roles.iter().any(|role| who.contains(role)));
    open.map(|(href, key, _)| Link { href, label: messages::plain(lang, key) }).collect()
}

/// A rendered page.
pub struct Rendered {
    html: String,
    status: Status,
}

/// Renders a page of a visit.
pub fn render<P: Page>(visit: &Visit<'_>, page: &P) -> Result<Rendered, Problem> {
    let user = visit.signed_in.as_ref().map(|staff| {
        let role = staff.officer.job().map_or("", Role::word);
        User {
            name: staff.officer.name.clone(),
            role,
            role_label: messages::plain(visit.lang, &format!("role.{role}")),
            site: site_name(visit),
            links: links(&staff.officer.roles, visit.lang),
        }
    });
    let frame = Frame {
        lang: visit.lang.word(),
        csrf: &visit.form_token,
        user,
        demo: visit.app.config.demo,
        path: &visit.path,
        query: &visit.query,
        strong: visit.strong,
        site_name: site_name(visit),
        page,
    };
    let html = fill(P::TEMPLATE, &frame).map_err(|e| Problem::failure(&chain(&e)))?;
    Ok(Rendered { html, status: Status::Ok })
}

fn site_name(visit: &Visit<'_>) -> String {
    let site = visit.signed_in.as_ref().and_then(|staff| staff.officer.site);
    site.and_then(|id| visit.app.sites().find_by_id(id).map(|s| s.name.clone())).unwrap_or_default()
}

/// Renders a page outside a handler (a catcher), with nobody signed in.
pub fn respond<P: Page>(request: &Request<'_>, page: &P, status: Status) -> Answer<'static> {
    let frame = Frame {
        lang: lang_of(request).word(),
        csrf: "",
        user: None,
        demo: app_of(request).is_some_and(|app| app.config.demo),
        path: request.uri().path().as_str(),
        query: "",
        strong: is_strong(request),
        site_name: String::new(),
        page,
    };
    let html = fill(P::TEMPLATE, &frame).map_err(|_| Status::InternalServerError)?;
    Rendered { html, status }.respond_to(request)
}

/// Renders a page from a sample, in a language, for the tests.
pub fn render_sample<P: Page>(page: &P, lang: Lang, demo: bool) -> Result<String, String> {
    let frame = Frame {
        lang: lang.word(),
        csrf: "sample",
        user: None,
        demo,
        path: "/",
        query: "s=SIPB&",
        strong: false,
        site_name: "OPI Mall".into(),
        page,
    };
    fill(P::TEMPLATE, &frame).map_err(|e| chain(&e))
}

/// Every template below `templates/`.
pub fn template_names() -> Vec<String> {
    Templates::iter().map(|name| name.into_owned()).collect()
}

impl Rendered {
    /// The same page with another status, such as 422 for a form shown again.
    pub fn with_status(self, status: Status) -> Rendered {
        Rendered { status, ..self }
    }
}

impl<'r> Responder<'r, 'static> for Rendered {
    fn respond_to(self, _: &'r Request<'_>) -> Answer<'static> {
        Response::build()
            .status(self.status)
            .header(ContentType::HTML)
            .raw_header("Cache-Control", "no-store")
            .sized_body(self.html.len(), std::io::Cursor::new(self.html))
            .ok()
    }
}

fn fill(template: &str, frame: &impl Serialize) -> TeraResult<String> {
    engine()?.render(template, &Context::from_serialize(frame)?)
}

fn chain(error: &dyn std::error::Error) -> String {
    error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {}", chain(cause)))
}

/// The engine with every template. A broken template stops the start (`check_templates`).
fn engine() -> TeraResult<&'static Tera> {
    static ENGINE: OnceLock<Tera> = OnceLock::new();
    if let Some(engine) = ENGINE.get() {
        return Ok(engine);
    }
    let built = build_engine()?;
    Ok(ENGINE.get_or_init(|| built))
}

fn build_engine() -> TeraResult<Tera> {
    let mut engine = Tera::default();
    engine.register_function("t", translate);
    engine.register_function("asset", asset);
    let sources: Vec<(String, String)> = Templates::iter()
        .filter_map(|name| {
            let file = Templates::get(&name)?;
            Some((name.into_owned(), String::from_utf8_lossy(&file.data).into_owned()))
        })
        .collect();
    engine.add_raw_templates(sources)?;
    Ok(engine)
}

/// Whether every template can be read; asked once at start.
pub fn check_templates() -> Result<(), String> {
    engine().map(|_| ()).map_err(|e| chain(&e))
}

/// `{{ t(key="nav.status", n=3) }}`.
fn translate(kwargs: Kwargs, state: &State) -> TeraResult<String> {
    let lang = state.get::<String>("lang")?.and_then(|l| l.parse().ok()).unwrap_or(Lang::Id);
    let key: String = kwargs.must_get("key")?;
    let args: Vec<(String, String)> = kwargs.iter().map(|(k, v)| (k.to_string(), v.to_string())).collect();
    let args: Vec<(&str, String)> = args.iter().map(|(k, v)| (k.as_str(), v.clone())).collect();
    Ok(messages::text(lang, &key, &args))
}

/// `{{ asset(path="loket.css") }}`.
fn asset(kwargs: Kwargs, _: &State) -> TeraResult<String> {
    let path: String = kwargs.must_get("path")?;
    Ok(assets::url(&path))
}
