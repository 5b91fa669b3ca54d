//! `/laporan`: throughput and promises of a range of days and files by stage, as tables and as files.

mod samples;

use rocket::http::Status;
use rocket::request::FromParam;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::answer;
use super::asked::{self, Asked, Form, Query};
use super::file::ReportReply;
use super::supervisor::{SiteLink, site_links};
use super::view::{Columns, Labels, Report, shown};
use crate::clock::Day;
use crate::messages::{FieldFault, Lang, date, plain, text};
use crate::reports::{self, By, EstimatesBy, FairnessBy, Figures, ForecastScore, Promises, PromisesBy, StagesBy};
use crate::web::guard::Supervisor;
use crate::web::page::{FieldLine, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![report, download]
}

/// The reports of a range of days.
#[derive(Serialize)]
pub struct ReportPage {
    sites: Vec<SiteLink>,
    site: String,
    from: String,
    to: String,
    by: String,
    by_options: Vec<Choice>,
    errors: Vec<FieldLine>,
    /// What the table shows, in words; none while a field is wrong.
    title: Option<String>,
    rates: Option<String>,
    is_by_clerk: bool,
    throughput: Option<Table>,
    stages: Option<Table>,
    /// Promises of the range, kept and broken: of whole files by service, of stages, of stages at an OPD, of the stages
    /// of each service.
    promises: Vec<PromiseTable>,
    /// How good the forecasts of the range were, in words.
    forecast_score: Option<String>,
    /// How good the told waits of the range were, by service.
    estimates: Option<Table>,
    /// The same by day, when the range has several.
    estimate_days: Option<Table>,
    /// How often the order of the range was overruled, by whom and why.
    fairness: Option<Table>,
    query: String,
}

#[derive(Serialize)]
struct Choice {
    value: &'static str,
    label: String,
}

/// The promises by one cut.
#[derive(Serialize)]
struct PromiseTable {
    by: &'static str,
    file: &'static str,
    table: Table,
}

/// A table with its totals in the last line.
#[derive(Serialize)]
struct Table {
    rows: Vec<Line>,
    totals: Vec<String>,
}

#[derive(Serialize)]
struct Line {
    label: String,
    cells: Vec<String>,
}

#[get("/laporan?<query..>")]
async fn report(query: Query<'_>, officer: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (app, lang) = (visit.app, visit.lang);
    let sites = asked::sites(app, &officer.officer, query.site)?;
    let mut page = ReportPage::asked(&query, asked::today(app, &sites), lang);
    page.sites = site_links(&asked::sites(app, &officer.officer, None)?);
    let labels = Labels::new(app, lang);
    let mut tx = app.db.read().await?;
    let stages = reports::stages(&mut tx, &sites, StagesBy::Stage, &app.calendar(), app.now()).await?;
    page.stages = Some(Table::of(&labels.stages(stages), lang));
    let (days, by) = match asked_for(&query, asked::today(app, &sites)) {
        Ok(found) => found,
        Err(faults) => {
            page.errors = field_lines(&faults, lang);
            return Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity));
        }
    };
    let found = labels.throughput(reports::throughput(&mut tx, &sites, days, by).await?);
    let told = labels.estimates(reports::estimates(&mut tx, &sites, days, EstimatesBy::Service).await?);
    page.estimates = (told.totals.n > 0).then(|| Table::of(&told, lang));
    let by_day = labels.estimates(reports::estimates(&mut tx, &sites, days, EstimatesBy::Day).await?);
    page.estimate_days = (by_day.rows.len() > 1).then(|| Table::of(&by_day, lang));
    let courses = reports::site_courses(&mut tx, &sites, days).await?;
    let calendar = app.calendar();
    let promises = |by: &PromisesBy| {
        let found = Promises::of(&courses, *by, (&calendar, app.now()), days);
        PromiseTable { by: by.word(), file: file_of(*by), table: Table::of(&labels.promises(found), lang) }
    };
    page.promises = PromisesBy::ALL.iter().map(promises).collect();
    let score = reports::forecast_score(&mut tx, &sites, days).await?;
    page.forecast_score = score.map(|score| score_words(&score, lang));
    let fairness = reports::fairness(&mut tx, &sites, days, FairnessBy::Clerk).await?;
    page.fairness = Some(Table::of(&labels.fairness(fairness), lang));
    page.title = Some(title(days, by, lang));
    page.is_by_clerk = by == By::Clerk;
    page.rates = rates(&found.totals, lang);
    page.throughput = Some(Table::of(&found, lang));
    visit.page(&page)
}

/// A report as a file: `kunjungan.csv`, `berkas.xlsx`, `janji-opd.xlsx`, `perkiraan.pdf`, `urutan.csv`.
struct Download {
    report: Kind,
    form: Form,
}

enum Kind {
    Throughput,
    Stages,
    Promises(PromisesBy),
    Estimates,
    Fairness,
}

/// The name of the file of promises by a cut.
fn file_of(by: PromisesBy) -> &'static str {
    match by {
        PromisesBy::Service => "janji",
        PromisesBy::Stage => "janji-tahap",
        PromisesBy::Opd => "janji-opd",
        PromisesBy::ServiceStage => "janji-layanan-tahap",
    }
}

impl<'r> FromParam<'r> for Download {
    type Error = &'r str;

    fn from_param(name: &'r str) -> Result<Download, &'r str> {
        let (report, ending) = name.split_once('.').ok_or(name)?;
        let report = match report {
            "kunjungan" => Kind::Throughput,
            "berkas" => Kind::Stages,
            "perkiraan" => Kind::Estimates,
            "urutan" => Kind::Fairness,
            other => {
                let by = PromisesBy::ALL.iter().copied().find(|by| file_of(*by) == other);
                Kind::Promises(by.ok_or(name)?)
            }
        };
        Ok(Download { report, form: Form::find(ending).ok_or(name)? })
    }
}

/// The tables of the page as they stand there; only the visits are cut as asked for.
#[get("/laporan/<file>?<query..>")]
async fn download(
    file: Option<Download>,
    query: Query<'_>,
    officer: Supervisor,
    visit: Visit<'_>,
) -> Result<ReportReply, Problem> {
    let file = file.ok_or_else(|| Problem::of_status(Status::NotFound))?;
    let (app, officer) = (visit.app, &officer.officer);
    let asked = Asked { form: file.form, lang: visit.lang };
    let cut = |by| Query { by: Some(by), ..query };
    match file.report {
        Kind::Throughput => answer::throughput(app, officer, &query, asked).await,
        Kind::Stages => answer::stages(app, officer, &cut(StagesBy::Stage.word()), asked).await,
        Kind::Promises(by) => answer::promises(app, officer, &cut(by.word()), asked).await,
        Kind::Estimates => answer::estimates(app, officer, &cut(EstimatesBy::Service.word()), asked).await,
        Kind::Fairness => answer::fairness(app, officer, &cut(FairnessBy::Clerk.word()), asked).await,
    }
}

fn asked_for(query: &Query<'_>, today: Day) -> Result<((Day, Day), By), Vec<FieldFault>> {
    Ok((asked::days(query.from, query.to, today)?, asked::word(query.by, By::Day)?))
}

impl ReportPage {
    /// The form as it was sent, or today by hour.
    fn asked(query: &Query<'_>, today: Day, lang: Lang) -> ReportPage {
        let or_today = |text: Option<&str>| text.filter(|t| !t.is_empty()).map_or(today.to_string(), str::to_owned);
        let (site, from, to) = (query.site.unwrap_or_default(), or_today(query.from), or_today(query.to));
        let by = query.by.filter(|by| !by.is_empty()).unwrap_or(By::Day.word());
        let option = |by: &By| Choice { value: by.word(), label: plain(lang, &format!("reports.by.{by}")) };
        ReportPage {
            sites: Vec::new(),
            query: format!("site={site}&from={from}&to={to}&by={by}"),
            site: site.to_owned(),
            from,
            to,
            by: by.to_owned(),
            by_options: By::ALL.iter().map(option).collect(),
            errors: Vec::new(),
            title: None,
            rates: None,
            is_by_clerk: false,
            throughput: None,
            stages: None,
            promises: Vec::new(),
            forecast_score: None,
            estimates: None,
            estimate_days: None,
            fairness: None,
        }
    }
}

impl Table {
    /// The cells of the CSV with the decimals of the language and a dash where nothing was measured.
    fn of<F: Columns>(report: &Report<F>, lang: Lang) -> Table {
        let cells = |figures: &F| figures.cells().into_iter().map(|cell| shown(cell, lang)).collect();
        let line = |row: &super::view::Row<F>| Line { label: row.label.clone(), cells: cells(&row.figures) };
        Table { rows: report.rows.iter().map(line).collect(), totals: cells(&report.totals) }
    }
}

/// `Skor Brier 0,08; sisa hari saja 0,21; 120 prakiraan, 14 % lewat.`
fn score_words(score: &ForecastScore, lang: Lang) -> String {
    let decimals = |value: f64| shown(format!("{value:.3}"), lang);
    let args = [
        ("ours", decimals(score.brier)),
        ("rule", decimals(score.days_left_rule)),
        ("n", score.n.to_string()),
        ("late", format!("{:.0}", score.late * 100.0)),
    ];
    text(lang, "reports.forecast_score", &args)
}

fn title((from, to): (Day, Day), by: By, lang: Lang) -> String {
    let key = if from == to { "reports.title_day" } else { "reports.title_days" };
    let by = plain(lang, &format!("reports.by.{by}")).to_lowercase();
    text(lang, key, &[("from", date(lang, from)), ("to", date(lang, to)), ("by", by)])
}

/// What share did not come and what share gave up; none on an empty day.
fn rates(totals: &Figures, lang: Lang) -> Option<String> {
    let percent = |part: i64| (100 * part + totals.arrived / 2).checked_div(totals.arrived).map(|n| n.to_string());
    let args = [
        ("missed", percent(totals.no_show)?),
        ("cancelled", percent(totals.cancelled)?),
        ("open", percent(totals.open)?),
    ];
    Some(text(lang, "reports.rates", &args))
}
