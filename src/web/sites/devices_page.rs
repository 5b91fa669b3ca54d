//! `/perangkat`: the kiosks, boards and printers of a hall.

mod samples;

use std::collections::BTreeMap;
use std::sync::Arc;

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::identity::Officer;
use crate::messages::{Lang, Refusal, clock_time, date, plain, text};
use crate::queue::printing;
use crate::sites::Site;
use crate::sites::devices::{self, Device, DeviceKind, DeviceState};
use crate::web::app::App;
use crate::web::guard::Supervisor;
use crate::web::page::{FieldLine, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![page]
}

/// The devices of one site.
#[derive(Serialize)]
pub struct DevicesPage {
    site: String,
    site_name: String,
    sites: Vec<SiteLink>,
    paired_only: bool,
    pair_url: String,
    devices: Vec<DeviceLine>,
    errors: Vec<FieldLine>,
    values: BTreeMap<String, String>,
}

/// A site to choose.
#[derive(Serialize)]
pub struct SiteLink {
    code: String,
    name: String,
}

#[derive(Serialize)]
struct DeviceLine {
    id: String,
    name: String,
    kind: DeviceKind,
    address: Option<String>,
    state: DeviceState,
    /// Pill: kind and words.
    pill: (&'static str, String),
    /// When it was seen last, or what is wrong with it.
    detail: Option<String>,
    /// The code to type on the device; a printer's code stands on its paper only.
    code: Option<String>,
    code_until: Option<String>,
    printers: Vec<Choice>,
    printer: String,
}

#[derive(Clone, Serialize)]
struct Choice {
    value: String,
    label: String,
}

#[get("/perangkat?<site>")]
async fn page(site: Option<&str>, officer: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let site = site_of(visit.app, &officer.officer, site)?;
    visit.page(&of_site(&visit, &officer.officer, &site).await?)
}

/// The site asked for, if it is one this member of staff looks after; the first one when none was named.
pub fn site_of(app: &App, officer: &Officer, code: Option<&str>) -> Result<Arc<Site>, Refusal> {
    let sites = app.sites();
    let mut mine = sites.list().iter().filter(|site| officer.site.is_none_or(|own| own == site.id));
    let found = mine.find(|site| code.is_none_or(|code| site.code == code));
    found.cloned().ok_or_else(|| Refusal::not_found("site-unknown"))
}

/// Links to the sites this member of staff looks after, when there is more than one.
pub fn site_links(app: &App, officer: &Officer) -> Vec<SiteLink> {
    let sites = app.sites();
    let mine = sites.list().iter().filter(|site| officer.site.is_none_or(|own| own == site.id));
    let links: Vec<SiteLink> = mine.map(|s| SiteLink { code: s.code.clone(), name: s.name.clone() }).collect();
    if links.len() > 1 { links } else { Vec::new() }
}

/// The page of a site.
pub async fn of_site(visit: &Visit<'_>, officer: &Officer, site: &Site) -> Result<DevicesPage, StoreError> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    let lines = Lines { lang: visit.lang, site, now: app.now() };
    Ok(DevicesPage {
        site: site.code.clone(),
        site_name: site.name.clone(),
        sites: site_links(app, officer),
        paired_only: site.paired_only,
        pair_url: format!("{}/pasang", app.config.public_url.trim_end_matches('/')),
        devices: lines.read(&mut tx).await?,
        errors: Vec::new(),
        values: BTreeMap::from([("kind".to_owned(), DeviceKind::Kiosk.word().to_owned())]),
    })
}

impl DevicesPage {
    /// The same with a form that has to be put right.
    pub fn with_faults(self, errors: Vec<FieldLine>, values: BTreeMap<String, String>) -> DevicesPage {
        DevicesPage { errors, values, ..self }
    }
}

/// Turns devices into lines.
struct Lines<'a> {
    lang: Lang,
    site: &'a Site,
    now: Instant,
}

impl Lines<'_> {
    async fn read(&self, tx: &mut Tx) -> Result<Vec<DeviceLine>, StoreError> {
        let all = devices::list(tx, self.site.id).await?;
        let midnight = self.now.day(self.site.zone).start(self.site.zone);
        let failed = printing::count_failed(tx, midnight).await?;
        let is_printer = |device: &&Device| device.kind == DeviceKind::Printer && device.is_paired();
        let choice = |printer: &Device| Choice { value: printer.id.to_string(), label: printer.name.clone() };
        let printers: Vec<Choice> = all.iter().filter(is_printer).map(choice).collect();
        let failed_on = |device: &Device| failed.iter().find(|(id, _)| *id == device.id).map_or(0, |(_, count)| *count);
        Ok(all.iter().map(|device| self.line(device, failed_on(device), &printers)).collect())
    }

    fn line(&self, device: &Device, failed: i64, printers: &[Choice]) -> DeviceLine {
        let state = device.state(self.now);
        let is_kiosk = device.kind == DeviceKind::Kiosk && state == DeviceState::Paired;
        let waits = device.code.as_ref().filter(|_| state == DeviceState::Waiting);
        DeviceLine {
            id: device.id.to_string(),
            name: device.name.clone(),
            kind: device.kind,
            address: device.address.clone(),
            state,
            pill: self.pill(device, state),
            detail: self.detail(device, state, failed),
            code: waits.filter(|_| device.kind != DeviceKind::Printer).map(|(code, _)| in_halves(code)),
            code_until: waits.map(|(_, until)| clock_time(*until, self.site.zone)),
            printers: if is_kiosk { printers.to_vec() } else { Vec::new() },
            printer: device.printer.map(|id| id.to_string()).unwrap_or_default(),
        }
    }

    fn pill(&self, device: &Device, state: DeviceState) -> (&'static str, String) {
        let is_screen = device.kind != DeviceKind::Printer;
        let (kind, key) = match state {
            DeviceState::Waiting => ("wait", "device.waiting"),
            DeviceState::Expired => ("late", "device.expired"),
            DeviceState::Revoked => ("late", "device.revoked"),
            DeviceState::Paired if is_screen && !device.is_awake(self.now) => ("wait", "device.silent"),
            DeviceState::Paired => ("ok", "device.paired"),
        };
        (kind, plain(self.lang, key))
    }

    fn detail(&self, device: &Device, state: DeviceState, failed: i64) -> Option<String> {
        if state != DeviceState::Paired {
            return None;
        }
        if device.kind == DeviceKind::Printer {
            let key = if device.answers { "device.answers" } else { "device.answers_not" };
            let report = plain(self.lang, key);
            let failures = text(self.lang, "device.failed_today", &[("count", failed.to_string())]);
            return Some(if failed > 0 { format!("{failures} {report}") } else { report });
        }
        device.seen_at.map(|at| {
            let (day, time) = (at.day(self.site.zone), clock_time(at, self.site.zone));
            let when =
                if day == self.now.day(self.site.zone) { time } else { format!("{}, {time}", date(self.lang, day)) };
            text(self.lang, "device.seen", &[("when", when)])
        })
    }
}

/// A code as it is read aloud: `0A1B-2C3D`.
pub fn in_halves(code: &str) -> String {
    let (first, second) = code.split_at(code.len() / 2);
    format!("{first}-{second}")
}
