//! An officer at work on files: the guard of every staff route here.

use std::sync::Arc;

use rocket::Request;
use rocket::request::{FromRequest, Outcome};

use crate::calendar::Calendar;
use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::documents::LocalSeal;
use crate::permits::{Desk, Press, Stop};
use crate::sites::Sites;
use crate::web::app::App;
use crate::web::body::Once;
use crate::web::guard::Staff;
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, app_of, fail};

/// Anybody signed in, with the rules in force when the request came.
pub struct AtFiles {
    /// The office.
    pub app: Arc<App>,
    /// Who.
    pub staff: SignedIn,
    /// The key of a POST that may be sent twice.
    pub once: Once,
    /// When the request came.
    pub now: Instant,
    /// The sites.
    pub sites: Arc<Sites>,
    catalogue: Arc<Catalogue>,
    calendar: Arc<Calendar>,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AtFiles {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        let staff = match Staff::from_request(request).await {
            Outcome::Success(staff) => staff.0,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        Once::from_request(request).await.map(|once| AtFiles {
            app: Arc::clone(app),
            staff,
            once,
            now: app.now(),
            sites: app.sites(),
            catalogue: app.catalogue(),
            calendar: app.calendar(),
        })
    }
}

impl AtFiles {
    /// The desk of the use cases.
    pub fn desk(&self) -> Desk<'_> {
        Desk {
            officer: &self.staff.officer,
            now: self.now,
            keys: &self.app.keys,
            sites: &self.sites,
            catalogue: &self.catalogue,
            calendar: &self.calendar,
        }
    }

    /// Today where the agency is.
    pub fn today(&self) -> Day {
        self.day_of(self.now)
    }

    /// The zone of the agency.
    pub fn zone(&self) -> chrono_tz::Tz {
        self.sites.list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone)
    }

    /// The date of a moment where the agency is.
    pub fn day_of(&self, at: Instant) -> Day {
        at.day(self.zone())
    }

    /// What prints and signs.
    pub fn press(&self) -> Press {
        press(&self.app)
    }
}

/// The press of an office. `stop_after` is only honoured in the demonstration.
pub fn press(app: &App) -> Press {
    let stop = app.config.stop_after.as_ref().filter(|_| app.config.demo);
    Press {
        signer: Arc::new(LocalSeal::new(Arc::clone(&app.keys), app.stamper.clone())),
        public_url: app.config.public_url.clone(),
        demo: app.config.demo,
        profile: app.config.permit_profile.into(),
        national: app.national.is_some(),
        stamps: app.stamper.is_some(),
        stop: stop.and_then(|word| word.parse().ok()).map(Stop::Abort),
    }
}
