//! The reports, each in the form asked for: one answer behind the API and the links of the page.

use super::asked::{self, Asked, Query};
use super::file::{Frame, ReportReply};
use super::view::Labels;
use crate::identity::Officer;
use crate::reports::{self, By, EstimatesBy, FairnessBy, Promises, PromisesBy, StagesBy};
use crate::web::app::App;
use crate::web::problem::Problem;

/// What arrived, what was served, how long it took.
pub async fn throughput(app: &App, officer: &Officer, query: &Query<'_>, asked: Asked) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, officer, query.site)?;
    let by = asked::word(query.by, By::Day).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::throughput(&mut tx, &sites, days, by).await?;
    let name = format!("loket-throughput-{by}-{}-{}", days.0, days.1);
    let frame = Frame::new(app, asked.lang, &sites, Some(days));
    let frame = frame.titled(name, "reports.throughput", &format!("reports.by.{by}"));
    Labels::new(app, asked.lang).throughput(found).answer(asked, &frame)
}

/// Files by stage or service against their promise, now.
pub async fn stages(app: &App, officer: &Officer, query: &Query<'_>, asked: Asked) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, officer, query.site)?;
    let by = asked::word(query.by, StagesBy::Stage).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::stages(&mut tx, &sites, by, &app.calendar(), app.now()).await?;
    let words = match by {
        StagesBy::Stage => "reports.stage",
        StagesBy::Service => "reports.by.service",
    };
    let today = asked::today(app, &sites);
    let frame = Frame::new(app, asked.lang, &sites, Some((today, today)));
    let frame = frame.titled(format!("loket-stages-{by}"), "reports.stages", words);
    Labels::new(app, asked.lang).stages(found).answer(asked, &frame)
}

/// Promises kept, kept on the last day and broken.
pub async fn promises(app: &App, officer: &Officer, query: &Query<'_>, asked: Asked) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, officer, query.site)?;
    let by = asked::word(query.by, PromisesBy::Service).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let courses = reports::site_courses(&mut tx, &sites, days).await?;
    let found = Promises::of(&courses, by, (&app.calendar(), app.now()), days);
    let name = format!("loket-promises-{by}-{}-{}", days.0, days.1);
    let frame = Frame::new(app, asked.lang, &sites, Some(days));
    let frame = frame.titled(name, &format!("reports.promises.{by}"), &format!("reports.promises_by.{by}"));
    Labels::new(app, asked.lang).promises(found).answer(asked, &frame)
}

/// How good the told waits were.
pub async fn estimates(app: &App, officer: &Officer, query: &Query<'_>, asked: Asked) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, officer, query.site)?;
    let by = asked::word(query.by, EstimatesBy::Day).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::estimates(&mut tx, &sites, days, by).await?;
    let name = format!("loket-estimates-{by}-{}-{}", days.0, days.1);
    let frame = Frame::new(app, asked.lang, &sites, Some(days));
    let frame = frame.titled(name, "reports.estimates", &format!("reports.by.{by}"));
    Labels::new(app, asked.lang).estimates(found).answer(asked, &frame)
}

/// How often the order was overruled, by whom and why.
pub async fn fairness(app: &App, officer: &Officer, query: &Query<'_>, asked: Asked) -> Result<ReportReply, Problem> {
    let sites = asked::sites(app, officer, query.site)?;
    let by = asked::word(query.by, FairnessBy::Clerk).or_else(asked::refused)?;
    let days = asked::days(query.from, query.to, asked::today(app, &sites)).or_else(asked::refused)?;
    let mut tx = app.db.read().await?;
    let found = reports::fairness(&mut tx, &sites, days, by).await?;
    let name = format!("loket-fairness-{by}-{}-{}", days.0, days.1);
    let words = match by {
        FairnessBy::Clerk => "reports.who_and_why",
        FairnessBy::Day => "reports.by.day",
    };
    let frame = Frame::new(app, asked.lang, &sites, Some(days)).titled(name, "reports.fairness", words);
    Labels::new(app, asked.lang).fairness(found).answer(asked, &frame)
}
