//! `GET /api/v1/reports/throughput`, `/reports/stages`, `/reports/estimates`,
//! `/reports/fairness`, `/sites/{site}/hall`.

use std::sync::Arc;

use rocket::{Route, State, get, routes};

use super::asked::{self, Asked, Query};
use super::hall::HallView;
use super::view::{Labels, ReportReply};
use crate::reports::{self, By, EstimatesBy, FairnessBy, StagesBy};
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::guard::{HallStaff, Supervisor};
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![throughput, stages, estimates, fairness, hall]
}

#[get("/api/v1/reports/throughput?<query..>")]
async fn throughput(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, &officer.officer, query.site)?;
    let by = asked::word(query.by, By::Day).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::throughput(&mut tx, &sites, days, by).await?;
    let name = format!("loket-throughput-{by}-{}-{}", days.0, days.1);
    Labels::new(app, asked.lang).throughput(found).answer(asked.form, &name)
}

#[get("/api/v1/reports/stages?<query..>")]
async fn stages(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, &officer.officer, query.site)?;
    let by = asked::word(query.by, StagesBy::Stage).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::stages(&mut tx, &sites, by, &app.calendar(), app.now()).await?;
    Labels::new(app, asked.lang).stages(found).answer(asked.form, &format!("loket-stages-{by}"))
}

#[get("/api/v1/reports/estimates?<query..>")]
async fn estimates(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, &officer.officer, query.site)?;
    let by = asked::word(query.by, EstimatesBy::Day).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::estimates(&mut tx, &sites, days, by).await?;
    let name = format!("loket-estimates-{by}-{}-{}", days.0, days.1);
    Labels::new(app, asked.lang).estimates(found).answer(asked.form, &name)
}

#[get("/api/v1/reports/fairness?<query..>")]
async fn fairness(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, &officer.officer, query.site)?;
    let by = asked::word(query.by, FairnessBy::Clerk).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::fairness(&mut tx, &sites, days, by).await?;
    let name = format!("loket-fairness-{by}-{}-{}", days.0, days.1);
    Labels::new(app, asked.lang).fairness(found).answer(asked.form, &name)
}

#[get("/api/v1/sites/<site>/hall")]
async fn hall(site: &str, staff: HallStaff, asked: Asked, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let site = asked::site(app, &staff.officer, Some(site))?;
    let mut tx = app.db.read().await?;
    let hall = reports::hall(&mut tx, asked::asker(app, &staff.officer, &site)).await?;
    Reply::ok(&HallView::new(&site, &hall, &Labels::new(app, asked.lang), asked.lang))
}
