//! What a report is asked for: sites, local days, and the form of the answer.

use std::str::FromStr;
use std::sync::Arc;

use rocket::Request;
use rocket::http::{Accept, MediaType, Status};
use rocket::request::{FromRequest, Outcome};

use crate::clock::Day;
use crate::identity::{Officer, Role};
use crate::messages::{FieldFault, Lang, Refusal};
use crate::queue::Clerk;
use crate::reports::MOST_DAYS;
use crate::sites::Site;
use crate::web::app::App;
use crate::web::problem::Problem;
use crate::web::visit::{fail, lang_of};

/// The query of a report.
#[derive(Debug, rocket::FromForm)]
pub struct Query<'r> {
    /// Code of a site.
    pub site: Option<&'r str>,
    /// First local day, ISO.
    pub from: Option<&'r str>,
    /// Last local day, ISO.
    pub to: Option<&'r str>,
    /// What a row stands for.
    pub by: Option<&'r str>,
}

/// The sites an officer may ask about: a supervisor the own site, an administrator any, or all when none is named.
/// Another site is answered as if it did not exist.
pub fn sites(app: &App, officer: &Officer, code: Option<&str>) -> Result<Vec<Arc<Site>>, Refusal> {
    let all = app.sites();
    let mine = |site: &Arc<Site>| officer.is(Role::Admin) || officer.site == Some(site.id);
    let named = |site: &Arc<Site>| code.is_none_or(|code| site.code == code);
    let found: Vec<Arc<Site>> = all.list().iter().filter(|site| mine(site) && named(site)).cloned().collect();
    if found.is_empty() { Err(Refusal::not_found("site-unknown")) } else { Ok(found) }
}

/// The one site of a page: the named one, or the first the officer may ask about.
pub fn site(app: &App, officer: &Officer, code: Option<&str>) -> Result<Arc<Site>, Refusal> {
    sites(app, officer, code)?.into_iter().next().ok_or_else(|| Refusal::not_found("site-unknown"))
}

/// Who asks about the hall of a site, now.
pub fn asker<'a>(app: &App, officer: &Officer, site: &'a Site) -> Clerk<'a> {
    Clerk { officer: officer.id, site, relieves: true, chooses: true, now: app.now() }
}

/// Today at the first of these sites.
pub fn today(app: &App, sites: &[Arc<Site>]) -> Day {
    let zone = sites.first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    app.now().day(zone)
}

/// Local days from … to …, both included; today where one is not named. The faults name the fields.
pub fn days(from: Option<&str>, to: Option<&str>, today: Day) -> Result<(Day, Day), Vec<FieldFault>> {
    match (day(from, today), day(to, today)) {
        (Some(from), Some(to)) if from > to => Err(vec![FieldFault::new("to", "report-order")]),
        (Some(from), Some(to)) if from.plus_days(MOST_DAYS) <= to => {
            let long = FieldFault::new("to", "report-long");
            Err(vec![FieldFault { args: vec![("most", MOST_DAYS.to_string())], ..long }])
        }
        (Some(from), Some(to)) => Ok((from, to)),
        (from, to) => {
            let wrong = [("from", from), ("to", to)].into_iter().filter(|(_, day)| day.is_none());
            Err(wrong.map(|(field, _)| FieldFault::new(field, "report-day")).collect())
        }
    }
}

fn day(text: Option<&str>, today: Day) -> Option<Day> {
    text.filter(|text| !text.is_empty()).map_or(Some(today), Day::parse)
}

/// One of a list of words, or the usual one when none is named.
pub fn word<T: FromStr>(text: Option<&str>, usual: T) -> Result<T, Vec<FieldFault>> {
    let text = text.filter(|text| !text.is_empty());
    text.map_or(Ok(usual), |text| text.parse().map_err(|_| vec![FieldFault::new("by", "report-by")]))
}

/// Refuses with the fields to put right.
pub fn refused<T>(faults: Vec<FieldFault>) -> Result<T, Refusal> {
    Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") })
}

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// JSON.
    Json,
    /// CSV.
    Csv,
}

/// The form and the language a report is asked in. `?format=` wins over `Accept`; what we do not have is 406.
#[derive(Clone, Copy, Debug)]
pub struct Asked {
    /// The form.
    pub form: Form,
    /// The language of labels.
    pub lang: Lang,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asked {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let named = request.query_value::<&str>("format").and_then(Result::ok);
        let form = named.map_or_else(|| accepted(request.accept()), named_form);
        match form {
            Some(form) => Outcome::Success(Asked { form, lang: lang_of(request) }),
            None => fail(request, Problem::of_status(Status::NotAcceptable)),
        }
    }
}

fn named_form(name: &str) -> Option<Form> {
    match name {
        "json" => Some(Form::Json),
        "csv" => Some(Form::Csv),
        _ => None,
    }
}

/// The first form of the client's list, by its weights, that we have. No list at all means JSON.
fn accepted(accept: Option<&Accept>) -> Option<Form> {
    let Some(accept) = accept else { return Some(Form::Json) };
    let weight = |weight: Option<f32>| weight.unwrap_or(1.0);
    let mut types: Vec<(f32, &MediaType)> =
        accept.iter().map(|t| (weight(t.weight()), t.media_type())).filter(|(weight, _)| *weight > 0.0).collect();
    types.sort_by(|a, b| b.0.total_cmp(&a.0));
    types.into_iter().find_map(|(_, media)| match (media.top().as_str(), media.sub().as_str()) {
        ("*", "*") | ("application", "json" | "*") => Some(Form::Json),
        ("text", "csv" | "*") => Some(Form::Csv),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(accept: &str) -> Option<Form> {
        accepted(Some(&accept.parse::<Accept>().unwrap()))
    }

    #[test]
    fn the_form_is_the_best_of_what_the_client_takes() {
        assert_eq!(accepted(None), Some(Form::Json));
        assert_eq!(of("*/*"), Some(Form::Json));
        assert_eq!(of("text/csv"), Some(Form::Csv));
        assert_eq!(of("application/json;q=0.5, text/csv"), Some(Form::Csv));
        assert_eq!(of("text/html, application/json;q=0.2"), Some(Form::Json));
        assert_eq!(of("text/csv;q=0, */*;q=0.1"), Some(Form::Json));
        assert_eq!(of("image/png"), None);
    }

    #[test]
    fn days_are_whole_ranges_in_order() {
        let today = Day::parse("2026-11-24").unwrap();
        let code = |from, to| days(from, to, today).map_err(|faults| faults[0].code);
        assert_eq!(code(None, None), Ok((today, today)));
        assert_eq!(code(Some("2026-11-25"), None), Err("report-order"));
        assert_eq!(code(Some("24/11/2026"), None), Err("report-day"));
        assert_eq!(code(Some("2025-11-24"), Some("2026-11-24")), Ok((today.plus_days(-365), today)));
        assert_eq!(code(Some("2025-11-23"), Some("2026-11-24")), Err("report-long"));
    }
}
