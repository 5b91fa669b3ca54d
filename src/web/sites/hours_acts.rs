//! What staff change about the hours of a site.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Route, post, routes};

use super::calling;
use super::devices_page::site_of;
use super::hours_page::of_site;
use super::hours_typed::{day, stretches, time};
use crate::calendar::{self, ExceptionalDay, ServiceLimit};
use crate::db::{Fault, Outcome, Tx};
use crate::messages::{FieldFault, Refusal};
use crate::sites::{self, Opening, Site, Week};
use crate::web::form::Posted;
use crate::web::guard::Supervisor;
use crate::web::page::{Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the changes.
pub fn routes() -> Vec<Route> {
    routes![set_day, remove_day, set_limit, set_week, set_calling]
}

/// Back to the page, or the page again with what has to be put right.
type Answer = Result<Result<Redirect, Rendered>, Problem>;

#[post("/jam-layanan/hari?<site>", data = "<posted>")]
async fn set_day(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let change = Change::begin(&visit, &officer, site, &posted)?;
    let mut tx = visit.app.db.begin().await?;
    let outcome = match typed_day(&change.site, &posted) {
        Ok(typed) => calendar::set_exceptional_day(&mut tx, visit.app.act(&officer.officer), &typed).await,
        Err(refusal) => Err(refusal.into()),
    };
    change.end(tx, outcome).await
}

fn typed_day(site: &Site, posted: &Posted) -> Result<ExceptionalDay, Refusal> {
    let mut faults = Vec::new();
    let on = kept(day("on", posted.get("on")), &mut faults);
    let opens = kept(time("opens", posted.get("opens")), &mut faults).flatten();
    let closes = kept(time("closes", posted.get("closes")), &mut faults).flatten();
    if faults.is_empty() && opens.is_some() != closes.is_some() {
        faults.push(FieldFault::new(if opens.is_none() { "opens" } else { "closes" }, "time-wrong"));
    }
    match on.filter(|_| faults.is_empty()) {
        Some(on) => {
            Ok(ExceptionalDay { site: site.id, on, hours: opens.zip(closes), reason: posted.get("reason").into() })
        }
        None => Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }),
    }
}

/// The value, or its fault beside the others.
fn kept<T>(read: Result<T, FieldFault>, faults: &mut Vec<FieldFault>) -> Option<T> {
    match read {
        Ok(value) => Some(value),
        Err(fault) => {
            faults.push(fault);
            None
        }
    }
}

#[post("/jam-layanan/hari/hapus?<site>", data = "<posted>")]
async fn remove_day(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let change = Change::begin(&visit, &officer, site, &posted)?;
    let mut tx = visit.app.db.begin().await?;
    let outcome = match day("on", posted.get("on")) {
        Ok(on) => calendar::remove_exceptional_day(&mut tx, visit.app.act(&officer.officer), change.site.id, on).await,
        Err(fault) => Err(Refusal { fields: vec![fault], ..Refusal::invalid("invalid-fields") }.into()),
    };
    change.end(tx, outcome).await
}

#[post("/jam-layanan/batas?<site>", data = "<posted>")]
async fn set_limit(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let change = Change::begin(&visit, &officer, site, &posted)?;
    let mut tx = visit.app.db.begin().await?;
    let outcome = match typed_limit(&visit, &change.site, &posted) {
        Ok(typed) => calendar::set_limit(&mut tx, visit.app.act(&officer.officer), &typed).await,
        Err(refusal) => Err(refusal.into()),
    };
    change.end(tx, outcome).await
}

fn typed_limit(visit: &Visit<'_>, site: &Site, posted: &Posted) -> Result<ServiceLimit, Refusal> {
    let mut faults = Vec::new();
    let service = posted.get("service").to_owned();
    if visit.app.catalogue().find(&service).is_none() {
        faults.push(FieldFault::new("service", "service-unknown"));
    }
    let wrong = |_| FieldFault::new("quota", "quota-wrong");
    let quota = kept(posted.find("quota").map(str::parse::<i64>).transpose().map_err(wrong), &mut faults).flatten();
    let cut_off = kept(time("cut_off", posted.get("cut_off")), &mut faults).flatten();
    Refusal::of_fields(faults)?;
    Ok(ServiceLimit { site: site.id, service, quota, cut_off })
}

#[post("/jam-layanan/minggu?<site>", data = "<posted>")]
async fn set_week(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let change = Change::begin(&visit, &officer, site, &posted)?;
    let mut tx = visit.app.db.begin().await?;
    let outcome = match typed_week(&posted) {
        Ok(week) => sites::set_week(&mut tx, visit.app.act(&officer.officer), change.site.id, &week).await,
        Err(refusal) => Err(refusal.into()),
    };
    change.end(tx, outcome).await
}

fn typed_week(posted: &Posted) -> Result<Week, Refusal> {
    let mut faults = Vec::new();
    let mut of_season = |season: &str| -> Vec<Opening> {
        let fields = (1..=7).map(|weekday| (weekday, format!("{season}_{weekday}")));
        fields
            .filter_map(|(weekday, name)| kept(stretches(&name, weekday, posted.get(&name)), &mut faults))
            .flatten()
            .collect()
    };
    let (openings, ramadan_openings) = (of_season("usual"), of_season("ramadan"));
    Refusal::of_fields(faults)?;
    Ok(Week { openings, ramadan_openings, open_on_joint_leave: posted.get("open_on_joint_leave") == "true" })
}

#[post("/jam-layanan/panggilan?<site>", data = "<posted>")]
async fn set_calling(site: &str, posted: Posted, officer: Supervisor, visit: Visit<'_>) -> Answer {
    let change = Change::begin(&visit, &officer, site, &posted)?;
    let mut tx = visit.app.db.begin().await?;
    let outcome = match calling::typed(&change.site, &posted) {
        Ok((rules, quick)) => {
            sites::set_calling(&mut tx, visit.app.act(&officer.officer), &change.site, rules, &quick).await
        }
        Err(refusal) => Err(refusal.into()),
    };
    change.end(tx, outcome).await
}

/// A change of a site by a member of staff, and what was typed.
struct Change<'a> {
    visit: &'a Visit<'a>,
    officer: &'a Supervisor,
    posted: &'a Posted,
    site: std::sync::Arc<Site>,
}

impl<'a> Change<'a> {
    fn begin(
        visit: &'a Visit<'a>,
        officer: &'a Supervisor,
        site: &str,
        posted: &'a Posted,
    ) -> Result<Change<'a>, Problem> {
        let site = site_of(visit.app, &officer.officer, Some(site))?;
        Ok(Change { visit, officer, posted, site })
    }

    /// Makes it durable and goes back to the page, or shows what has to be put right.
    async fn end(&self, tx: Tx, outcome: Outcome<()>) -> Answer {
        match outcome {
            Ok(()) => {
                tx.commit().await?;
                self.visit.app.reload().await?;
                Ok(Ok(Redirect::to(format!("/jam-layanan?site={}", self.site.code))))
            }
            Err(Fault::Refused(refusal)) => {
                drop(tx);
                let page = of_site(self.visit, &self.officer.officer, &self.site).await?;
                let page = page.with_faults(refusal_lines(&refusal, self.visit.lang), self.posted.values());
                Ok(Err(self.visit.page(&page)?.with_status(Status::UnprocessableEntity)))
            }
            Err(Fault::Store(error)) => Err(error.into()),
        }
    }
}
