//! `GET /api/v1/reports/throughput`, `/reports/stages`, `/reports/promises`, `/reports/estimates`,
//! `/reports/fairness`, `/sites/{site}/hall`.

use std::sync::Arc;

use rocket::{Route, State, get, routes};

use super::answer;
use super::asked::{self, Asked, Query};
use super::file::ReportReply;
use super::hall::HallView;
use super::view::Labels;
use crate::reports;
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::guard::{HallStaff, Supervisor};
use crate::web::problem::Problem;

/// Routes of the API.
pub fn routes() -> Vec<Route> {
    routes![throughput, stages, promises, estimates, fairness, hall]
}

#[get("/api/v1/reports/throughput?<query..>")]
async fn throughput(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    answer::throughput(app, &officer.officer, &query, asked).await
}

#[get("/api/v1/reports/stages?<query..>")]
async fn stages(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    answer::stages(app, &officer.officer, &query, asked).await
}

#[get("/api/v1/reports/promises?<query..>")]
async fn promises(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    answer::promises(app, &officer.officer, &query, asked).await
}

#[get("/api/v1/reports/estimates?<query..>")]
async fn estimates(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    answer::estimates(app, &officer.officer, &query, asked).await
}

#[get("/api/v1/reports/fairness?<query..>")]
async fn fairness(
    query: Query<'_>,
    officer: Supervisor,
    asked: Asked,
    app: &State<Arc<App>>,
) -> Result<ReportReply, Problem> {
    answer::fairness(app, &officer.officer, &query, asked).await
}

#[get("/api/v1/sites/<site>/hall")]
async fn hall(site: &str, staff: HallStaff, asked: Asked, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let site = asked::site(app, &staff.officer, Some(site))?;
    let mut tx = app.db.read().await?;
    let hall = reports::hall(&mut tx, asked::asker(app, &staff.officer, &site)).await?;
    Reply::ok(&HallView::new(&site, &hall, &Labels::new(app, asked.lang), asked.lang))
}
