//! `/pejabat-sementara` and `/api/v1/delegations`: who acts for an absent or missing official, from when to when.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::{Either, Route, delete, get, post, routes};
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::clock::{Day, Instant};
use crate::db::Fault;
use crate::identity::{self, ActingKind, DELEGATED, Delegation, Naming, Role};
use crate::ids::DelegationId;
use crate::messages::{self, FieldFault, Lang, Refusal, plain};
use crate::web::app::App;
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::guard::Appointer;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of delegations.
pub fn routes() -> Vec<Route> {
    routes![page, name, end, list, create, cancel]
}

/// The list and the form.
#[derive(Default, Serialize)]
pub struct DelegationsPage {
    rows: Vec<Row>,
    roles: Vec<Choice>,
    kinds: Vec<Choice>,
    officers: Vec<Choice>,
    typed: BTreeMap<String, String>,
    faults: BTreeMap<String, String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

#[derive(Serialize)]
struct Choice {
    value: String,
    label: String,
}

#[derive(Serialize)]
struct Row {
    id: String,
    title: String,
    officer: String,
    days: String,
    letter: String,
    kind: &'static str,
    state: String,
    is_open: bool,
}

/// The names of the form.
const FIELDS: [&str; 7] = ["role", "kind", "officer", "position", "letter_number", "from", "to"];

impl Page for DelegationsPage {
    const TEMPLATE: &'static str = "identity/delegations.html";

    fn samples() -> Vec<Self> {
        let choice = |value: &str| Choice { value: value.into(), label: value.into() };
        let row = |is_open| Row {
            id: "01900000-0000-7000-8000-000000000000".into(),
            title: "Plh. KEPALA DINAS".into(),
            officer: "Kabid DATA UJI".into(),
            days: "24 November 2026 – 27 November 2026".into(),
            letter: "800/12/2026".into(),
            kind: if is_open { "now" } else { "info" },
            state: "berjalan".into(),
            is_open,
        };
        let empty = DelegationsPage { typed: typed_from(&[]), ..DelegationsPage::default() };
        let full = DelegationsPage {
            rows: vec![row(true), row(false)],
            roles: vec![choice("head")],
            kinds: vec![choice("plh")],
            officers: vec![choice("kabid")],
            typed: typed_from(&[("from", "2026-11-24")]),
            faults: BTreeMap::from([("to".to_owned(), "Tanggal ini tidak ada.".to_owned())]),
            errors: vec![FieldLine { field: "to".into(), message: "Tanggal ini tidak ada.".into() }],
            refusal: Some("Ada isian yang belum benar.".into()),
        };
        vec![empty, full]
    }
}

/// Every name of the form with what was typed, or nothing.
fn typed_from(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    let find = |name: &str| values.iter().find(|(n, _)| *n == name).map_or("", |(_, text)| text);
    FIELDS.iter().map(|name| ((*name).to_owned(), find(name).to_owned())).collect()
}

fn zone(app: &App) -> chrono_tz::Tz {
    app.sites().list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone)
}

/// Only who holds the office names a delegate, not who acts in it.
fn check(staff: &Appointer) -> Result<(), Refusal> {
    let own = staff.officer.is(Role::Admin) || staff.officer.acting_as(Role::Head).is_none();
    if own { Ok(()) } else { Err(Refusal::forbidden("wrong-role")) }
}

async fn load(
    app: &App,
    lang: Lang,
    typed: BTreeMap<String, String>,
    refusal: Option<&Refusal>,
) -> Result<DelegationsPage, Problem> {
    let mut tx = app.db.read().await?;
    let all = identity::list_delegations(&mut tx, None).await?;
    let staff = identity::list(&mut tx).await?;
    let (now, zone) = (app.now(), zone(app));
    let faults: &[FieldFault] = refusal.map_or(&[], |refusal| &refusal.fields);
    let role = |role: &Role| Choice { value: role.to_string(), label: plain(lang, &format!("role.{role}")) };
    let kind =
        |kind: &ActingKind| Choice { value: kind.to_string(), label: plain(lang, &format!("delegation.{kind}")) };
    Ok(DelegationsPage {
        rows: all.iter().map(|one| row(one, (now, zone), lang)).collect(),
        roles: DELEGATED.iter().map(role).collect(),
        kinds: ActingKind::ALL.iter().map(kind).collect(),
        officers: staff.into_iter().map(|one| Choice { value: one.username, label: one.name }).collect(),
        typed,
        faults: faults.iter().map(|fault| (fault.field.clone(), fault.words(lang))).collect(),
        errors: field_lines(faults, lang),
        refusal: refusal.map(|refusal| refusal.words(lang)),
    })
}

fn row(one: &Delegation, (now, _zone): (Instant, chrono_tz::Tz), lang: Lang) -> Row {
    let (kind, state) = match (one.is_open(now), one.starts_at <= now) {
        (true, true) => ("now", "running"),
        (true, false) => ("wait", "ahead"),
        (false, _) => ("info", "over"),
    };
    Row {
        id: one.id.to_string(),
        title: one.acting.title(),
        officer: one.officer_name.clone(),
        days: format!("{} – {}", messages::date(lang, one.from), messages::date(lang, one.to)),
        letter: one.acting.letter_number.clone(),
        kind,
        state: plain(lang, &format!("delegation.{state}")),
        is_open: one.is_open(now),
    }
}

#[get("/pejabat-sementara")]
async fn page(_staff: Appointer, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(visit.app, visit.lang, typed_from(&[]), None).await?)
}

#[post("/pejabat-sementara", data = "<posted>")]
async fn name(posted: Posted, staff: Appointer, visit: Visit<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    check(&staff)?;
    let get = |name: &str| posted.get(name).to_owned();
    let naming = Naming {
        role: get("role"),
        kind: get("kind"),
        officer: get("officer"),
        position: get("position"),
        letter_number: get("letter_number"),
        from: get("from"),
        to: get("to"),
    };
    match keep(visit.app, &staff, naming).await {
        Ok(_) => Ok(Either::Left(Redirect::to("/pejabat-sementara"))),
        Err(Fault::Refused(refusal)) => {
            let typed = FIELDS.iter().map(|name| ((*name).to_owned(), get(name))).collect();
            let page = load(visit.app, visit.lang, typed, Some(&refusal)).await?;
            Ok(Either::Right(visit.page(&page)?.with_status(Problem::from(refusal).status)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn keep(app: &App, staff: &Appointer, naming: Naming) -> Result<DelegationId, Fault> {
    let mut tx = app.db.begin().await?;
    let id = identity::delegate(&mut tx, app.act(&staff.officer), zone(app), naming).await?;
    tx.commit().await?;
    Ok(id)
}

#[post("/pejabat-sementara/<id>/akhiri", data = "<_posted>")]
async fn end(id: DelegationId, _posted: Posted, staff: Appointer, visit: Visit<'_>) -> Result<Redirect, Problem> {
    stop(visit.app, &staff, id).await?;
    Ok(Redirect::to("/pejabat-sementara"))
}

async fn stop(app: &App, staff: &Appointer, id: DelegationId) -> Result<(), Problem> {
    check(staff)?;
    let mut tx = app.db.begin().await?;
    identity::end_delegation(&mut tx, app.act(&staff.officer), zone(app), id).await?;
    Ok(tx.commit().await?)
}

#[derive(Serialize)]
struct DelegationJson {
    id: DelegationId,
    role: Role,
    kind: ActingKind,
    officer: String,
    position: String,
    letter_number: String,
    from: Day,
    to: Day,
    starts_at: Instant,
    ends_at: Instant,
    ended_early: bool,
}

impl DelegationJson {
    fn new(one: &Delegation) -> DelegationJson {
        DelegationJson {
            id: one.id,
            role: one.acting.role,
            kind: one.acting.kind,
            officer: one.officer_name.clone(),
            position: one.acting.position.clone(),
            letter_number: one.acting.letter_number.clone(),
            from: one.from,
            to: one.to,
            starts_at: one.starts_at,
            ends_at: one.ends_at,
            ended_early: one.ended_by.is_some(),
        }
    }
}

#[get("/api/v1/delegations")]
async fn list(_staff: Appointer, visit: Visit<'_>) -> Result<Reply, Problem> {
    let all = identity::list_delegations(&mut visit.app.db.read().await?, None).await?;
    let items: Vec<DelegationJson> = all.iter().map(DelegationJson::new).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": null }))
}

#[derive(Deserialize)]
struct NamingBody {
    role: String,
    kind: String,
    officer: String,
    #[serde(default)]
    position: String,
    letter_number: String,
    from: String,
    to: String,
}

#[post("/api/v1/delegations", data = "<body>")]
async fn create(body: Body<NamingBody>, staff: Appointer, visit: Visit<'_>) -> Result<Reply, Problem> {
    check(&staff)?;
    let NamingBody { role, kind, officer, position, letter_number, from, to } = body.value;
    let naming = Naming { role, kind, officer, position, letter_number, from, to };
    let id = keep(visit.app, &staff, naming).await?;
    let all = identity::list_delegations(&mut visit.app.db.read().await?, None).await?;
    let one = all.iter().find(|one| one.id == id).ok_or_else(|| Refusal::not_found("delegation-unknown"))?;
    Reply::created(&DelegationJson::new(one))
}

#[delete("/api/v1/delegations/<id>")]
async fn cancel(id: DelegationId, staff: Appointer, visit: Visit<'_>) -> Result<Reply, Problem> {
    stop(visit.app, &staff, id).await?;
    Ok(Reply::none())
}
