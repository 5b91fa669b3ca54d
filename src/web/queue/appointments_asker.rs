//! Who asks for an appointment, and what guards the book against programs: a keyed digest of the address, a stamp of
//! the page's own making, a field people do not see. No third party, no script.

use rocket::Request;
use rocket::request::{FromRequest, Outcome};

use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::ids::SiteId;
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::queue::Halls;
use crate::queue::appointments::Book;
use crate::sites::Site;
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::limits::address_of;
use crate::web::problem::Problem;
use crate::web::visit::{app_of, fail, signed_in};

/// Seconds a person needs at least to read the times of a page.
const LEAST_SECONDS: i64 = 2;
/// Hours after which a page of times is stale.
const MOST_HOURS: i64 = 2;

/// Keyed digest of the address a request comes from; none for staff, and none where public limits are lifted.
pub struct AskedFrom(pub Option<Vec<u8>>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AskedFrom {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        let is_staff = match signed_in(request).await {
            Ok(staff) => staff.is_some(),
            Err(problem) => return fail(request, problem.clone()),
        };
        let is_counted = !is_staff && app.config.public_per_minute > 0;
        let address = is_counted.then(|| address_of(request, &app.config));
        Outcome::Success(AskedFrom(address.map(|ip| app.keys.index_of(&format!("address:{ip}")))))
    }
}

/// The shared rules, held for the length of a request.
pub struct Shelf {
    calendar: std::sync::Arc<Calendar>,
    catalogue: std::sync::Arc<Catalogue>,
    halls: std::sync::Arc<Halls>,
}

impl Shelf {
    /// The rules in force.
    pub fn of(app: &App) -> Shelf {
        Shelf { calendar: app.calendar(), catalogue: app.catalogue(), halls: app.halls.clone() }
    }

    /// The book of a site.
    pub fn book<'a>(&'a self, site: &'a Site) -> Book<'a> {
        Book { site, halls: &self.halls, calendar: &self.calendar, catalogue: &self.catalogue }
    }
}

/// The stamp of a page of times: when it was made, signed.
pub fn stamp(keys: &Keys, site: SiteId, now: Instant) -> String {
    let seconds = now.0 / 1_000_000;
    format!("{seconds}.{}", keys.form_token(&stamped(site, seconds)))
}

/// Refuses a form that no person sent: its hidden field is filled, or the page was made a moment ago or not by us.
pub fn check_person(keys: &Keys, site: SiteId, posted: &Posted, now: Instant) -> Result<(), Refusal> {
    let (made_at, signature) = posted.get("stamp").split_once('.').unwrap_or_default();
    let seconds = made_at.parse::<i64>().ok().filter(|at| keys.is_form_token(&stamped(site, *at), signature));
    let age = seconds.map(|at| now.0 / 1_000_000 - at);
    let is_person = age.is_some_and(|age| (LEAST_SECONDS..=MOST_HOURS * 3600).contains(&age));
    if is_person && posted.get("website").is_empty() { Ok(()) } else { Err(Refusal::invalid("form-too-quick")) }
}

fn stamped(site: SiteId, seconds: i64) -> String {
    format!("appointment:{site}:{seconds}")
}

/// A local date of a query; one that does not exist names its field.
pub fn day(text: Option<&str>, field: &str) -> Result<Option<Day>, Refusal> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return Ok(None) };
    Day::parse(text).map(Some).ok_or_else(|| Refusal::invalid("invalid-fields").field(field, "not-a-date"))
}
