//! `GET /api/v1/sites`, `/services`, `/services/{code}`: the public catalogue.

use std::sync::Arc;

use rocket::{FromForm, Route, State, get, routes};
use serde::Serialize;

use crate::catalogue::{
    Bilingual, Fee, FormField, Published, Requirement, Service, ServiceKind, Sla, StageName, Validity,
};
use crate::clock::Instant;
use crate::messages::{Lang, Refusal};
use crate::sites::{Opening, ServiceGroup, Site};
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![sites, services, service]
}

/// Most entries of one answer.
const MOST: usize = 100;

/// Which part of a list is asked for.
#[derive(FromForm)]
struct Part<'r> {
    limit: Option<&'r str>,
    cursor: Option<&'r str>,
}

#[derive(Serialize)]
struct List<T> {
    items: Vec<T>,
    /// The code after which the next part begins.
    next_cursor: Option<String>,
}

#[derive(Serialize)]
struct SiteView {
    code: String,
    name: String,
    address: String,
    time_zone: &'static str,
    counters: usize,
    /// Whether numbers are given now.
    open: bool,
    opening: NowView,
    openings: Vec<OpeningView>,
    ramadan_openings: Vec<OpeningView>,
}

/// What the calendar says now, and until when.
#[derive(Serialize)]
struct NowView {
    state: &'static str,
    reason: Option<&'static str>,
    changes_at: Option<Instant>,
    title: String,
    next: String,
}

/// A stretch of opening; 1 = Monday … 7 = Sunday, local times.
#[derive(Serialize)]
struct OpeningView {
    weekday: u32,
    opens: String,
    closes: String,
}

/// A service in a list.
#[derive(Serialize)]
struct BriefView<'a> {
    code: &'a str,
    version: i64,
    group: ServiceGroup,
    kind: ServiceKind,
    name: &'a Bilingual,
    summary: &'a Bilingual,
    sla: Sla,
    fee: &'a Fee,
    validity: Option<&'a Validity>,
    technical_opd: Option<&'a str>,
}

/// A service with everything a citizen is asked for.
#[derive(Serialize)]
struct ServiceView<'a> {
    #[serde(flatten)]
    brief: BriefView<'a>,
    inspection: bool,
    requirements: &'a [Requirement],
    fields: &'a [FormField],
    legal_basis: &'a [String],
    remark: Option<&'a str>,
}

#[get("/api/v1/sites?<part..>")]
fn sites(part: Part<'_>, lang: Lang, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let all = app.sites();
    let list = part.of(all.list().iter(), |site| &site.code)?;
    let items = list.items.into_iter().map(|site| site_view(site, app, lang)).collect();
    Reply::ok(&List { items, next_cursor: list.next_cursor })
}

#[get("/api/v1/services?<part..>")]
fn services(part: Part<'_>, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let all = app.catalogue();
    let list = part.of(all.list(), |published| &published.service.code)?;
    let items = list.items.into_iter().map(|published| brief(published)).collect();
    Reply::ok(&List { items, next_cursor: list.next_cursor })
}

#[get("/api/v1/services/<code>")]
fn service(code: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let all = app.catalogue();
    let published = all.find(code).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    let Service { stages, requirements, fields, legal_basis, remark, .. } = &published.service;
    Reply::ok(&ServiceView {
        brief: brief(published),
        inspection: stages.iter().any(|rule| rule.stage == StageName::Inspection && rule.when.is_none()),
        requirements,
        fields,
        legal_basis,
        remark: remark.as_deref(),
    })
}

impl Part<'_> {
    /// This part of a list in order of codes.
    fn of<T>(&self, all: impl Iterator<Item = T>, code: fn(&T) -> &str) -> Result<List<T>, Refusal> {
        let limit =
            self.limit.map_or(Some(MOST), |limit| limit.parse().ok()).filter(|limit| (1..=MOST).contains(limit));
        let wrong = || Refusal::invalid("invalid-fields").field("limit", "limit");
        let limit = limit.ok_or_else(wrong)?;
        let mut items: Vec<T> = all.filter(|item| self.cursor.is_none_or(|cursor| code(item) > cursor)).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items.last().filter(|_| more).map(|item| code(item).to_owned());
        Ok(List { items, next_cursor })
    }
}

fn site_view(site: &Site, app: &App, lang: Lang) -> SiteView {
    let clock = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
    let view = |opening: &Opening| OpeningView {
        weekday: opening.weekday,
        opens: clock(opening.opens),
        closes: clock(opening.closes),
    };
    let now = app.now();
    let opening = app.calendar().opening(site, now, None);
    let said = opening.said(lang, site, now);
    SiteView {
        code: site.code.clone(),
        name: site.name.clone(),
        address: site.address.clone(),
        time_zone: site.zone.name(),
        counters: site.counters.len(),
        open: opening.is_open(),
        opening: NowView {
            state: opening.state(),
            reason: opening.reason(),
            changes_at: opening.changes_at(),
            title: said.title,
            next: said.next,
        },
        openings: site.openings.iter().map(view).collect(),
        ramadan_openings: site.ramadan_openings.iter().map(view).collect(),
    }
}

fn brief(published: &Published) -> BriefView<'_> {
    let service = &published.service;
    BriefView {
        code: &service.code,
        version: published.version,
        group: service.group,
        kind: service.kind,
        name: &service.name,
        summary: &service.summary,
        sla: service.sla,
        fee: &service.fee,
        validity: service.validity.as_ref(),
        technical_opd: service.technical_opd.as_deref(),
    }
}
