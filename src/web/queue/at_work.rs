//! Who asks, in which site: guards shared by the API and the desk.

use std::sync::Arc;

use rocket::Request;
use rocket::request::{FromRequest, Outcome};

use crate::audit::{Act, Actor};
use crate::clock::Instant;
use crate::db::{Outcome as UseCase, Tx};
use crate::identity::Role;
use crate::ids::{CounterId, TicketId};
use crate::messages::Refusal;
use crate::queue::{self, Onward, Ticket};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::Once;
use crate::web::guard::{DeskStaff, HallStaff};
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, app_of, fail, signed_in};

/// Somebody who works a counter of a site.
pub struct AtWork {
    /// The office.
    pub app: Arc<App>,
    /// Who.
    pub staff: SignedIn,
    /// The site of the member of staff.
    pub site: Arc<Site>,
    /// The key of a POST that may be sent twice.
    pub once: Once,
    /// When the request came.
    pub now: Instant,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for AtWork {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        let staff = match DeskStaff::from_request(request).await {
            Outcome::Success(staff) => staff.0,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        let once = match Once::from_request(request).await {
            Outcome::Success(once) => once,
            Outcome::Error(error) => return Outcome::Error(error),
            Outcome::Forward(status) => return Outcome::Forward(status),
        };
        match site_of(app, &staff) {
            Ok(site) => Outcome::Success(AtWork { app: Arc::clone(app), staff, site, once, now: app.now() }),
            Err(problem) => fail(request, problem),
        }
    }
}

/// What a clerk does with a visitor.
pub enum Deed {
    /// Calls again.
    Recall,
    /// Begins service.
    Start,
    /// Parks, with a reason.
    Hold(String),
    /// Takes a parked visitor back.
    Resume,
    /// The visitor did not come.
    NoShow,
    /// A visitor who missed the call is in line again.
    Rejoin,
    /// Sends on, with a reason.
    Transfer(Onward, String),
    /// Ends the stop.
    Finish,
    /// Takes back the last finish or no-show.
    Undo,
}

impl AtWork {
    /// The clerk of the use cases.
    pub fn clerk(&self) -> queue::Clerk<'_> {
        clerk(&self.staff, &self.site, self.now)
    }

    /// Does a deed in a transaction of the caller; answers the ticket.
    pub async fn perform(&self, tx: &mut Tx, id: TicketId, deed: Deed) -> UseCase<Ticket> {
        let clerk = self.clerk();
        match deed {
            Deed::Recall => queue::recall(tx, clerk, id).await.map(|called| called.ticket),
            Deed::Start => queue::start(tx, clerk, id).await,
            Deed::Hold(reason) => queue::hold(tx, clerk, id, &reason).await,
            Deed::Resume => queue::resume(tx, clerk, id).await,
            Deed::NoShow => queue::no_show(tx, clerk, id).await,
            Deed::Rejoin => queue::rejoin(tx, clerk, id).await,
            Deed::Transfer(onward, reason) => queue::transfer(tx, clerk, id, onward, &reason).await,
            Deed::Finish => queue::finish(tx, clerk, id).await,
            Deed::Undo => queue::undo(tx, clerk, id).await,
        }
    }

    /// Where a visitor is to be sent: exactly one of a counter and a service.
    pub fn onward(&self, counter: Option<CounterId>, service: Option<&str>) -> Result<Onward, Refusal> {
        match (counter, service) {
            (Some(counter), None) => Ok(Onward::Counter(counter)),
            (None, Some(code)) => {
                let unknown = || Refusal::invalid("invalid-fields").field("service", "service-unknown");
                let catalogue = self.app.catalogue();
                let found = catalogue.find(code).ok_or_else(unknown)?;
                Ok(Onward::Service(code.to_owned(), found.service.group))
            }
            (Some(_), Some(_)) | (None, None) => {
                Err(Refusal::invalid("invalid-fields").field("counter", "counter-or-service"))
            }
        }
    }
}

fn clerk<'a>(staff: &SignedIn, site: &'a Site, now: Instant) -> queue::Clerk<'a> {
    let relieves = staff.officer.is_any(&[Role::Supervisor, Role::Admin]);
    let chooses = relieves || staff.officer.is(Role::OutOfOrder);
    queue::Clerk { officer: staff.officer.id, site, relieves, chooses, now }
}

fn site_of(app: &App, staff: &SignedIn) -> Result<Arc<Site>, Problem> {
    let site = staff.officer.site.and_then(|id| app.sites().find_by_id(id).cloned());
    site.ok_or_else(|| Refusal::forbidden("no-site").into())
}

/// Somebody who may see the hall of a site.
pub struct InHall {
    /// The office.
    pub app: Arc<App>,
    staff: SignedIn,
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for InHall {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        let Some(app) = app_of(request) else { return fail(request, Problem::failure(&"no office")) };
        HallStaff::from_request(request).await.map(|staff| InHall { app: Arc::clone(app), staff: staff.0 })
    }
}

impl InHall {
    /// The named site, if it is one this member of staff may see; another one is not known to exist.
    pub fn site(&self, code: &str) -> Result<Arc<Site>, Problem> {
        let site = public_site(&self.app, code)?;
        let mine = self.staff.officer.site.is_none_or(|own| own == site.id);
        mine.then_some(site).ok_or_else(|| Refusal::not_found("site-unknown").into())
    }

    /// The site of the member of staff.
    pub fn own_site(&self) -> Result<Arc<Site>, Problem> {
        site_of(&self.app, &self.staff)
    }

    /// The clerk of the use cases.
    pub fn clerk<'a>(&self, site: &'a Site) -> queue::Clerk<'a> {
        clerk(&self.staff, site, self.app.now())
    }
}

/// The site of a code.
pub fn public_site(app: &App, code: &str) -> Result<Arc<Site>, Problem> {
    app.sites().find(code).cloned().ok_or_else(|| Refusal::not_found("site-unknown").into())
}

/// Anybody; a member of staff takes a number for a visitor.
pub struct Asker(pub Option<SignedIn>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asker {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        match signed_in(request).await {
            Ok(staff) => Outcome::Success(Asker(staff.clone())),
            Err(problem) => fail(request, problem.clone()),
        }
    }
}

impl Asker {
    /// The act of whoever asks, at a site.
    pub fn act(&self, site: &Site, now: Instant) -> Act {
        match &self.0 {
            Some(staff) => Act::of(staff.officer.id, now),
            None => Act { actor: Actor::Visitor(site.id), now },
        }
    }
}
