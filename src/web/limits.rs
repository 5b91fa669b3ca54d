//! How often one address may ask without signing in. Every mounted route is limited unless it stands in [`sort_of`] as
//! free; a new route is limited by itself.

mod address;
mod refused;

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use governor::clock::Clock as Beat;
use governor::middleware::NoOpMiddleware;
use governor::nanos::Nanos;
use governor::state::keyed::DashMapStateStore;
use governor::{Quota, RateLimiter};
use rocket::http::Method;
use rocket::request::{FromRequest, Outcome};
use rocket::route::{Handler, Route};
use rocket::{Data, Request, route};

use super::problem::Problem;
use super::visit::{app_of, fail, signed_in};
use crate::clock::Clock;
use crate::config::Config;
use crate::messages::Refusal;

pub use address::of as address_of;
pub use refused::TooManyPage;

/// Checks between two sweeps of addresses that have been quiet: memory stays bounded by one minute of traffic.
const SWEEP_EVERY: u32 = 1024;

/// The limits of an office; none while they are lifted.
pub struct Limits(Option<Lines>);

struct Lines {
    public: Option<Line>,
    lookups: Option<Line>,
    tickets: Option<Line>,
}

/// One limit: each address has its own allowance, which fills up again evenly over a minute.
struct Line {
    allowance: RateLimiter<IpAddr, DashMapStateStore<IpAddr>, OfficeBeat, NoOpMiddleware<Nanos>>,
    beat: OfficeBeat,
    checks: AtomicU32,
}

/// The office's clock as the limiter reads it.
#[derive(Clone)]
struct OfficeBeat(Clock);

impl Beat for OfficeBeat {
    type Instant = Nanos;

    fn now(&self) -> Nanos {
        self.0.elapsed().into()
    }
}

impl Limits {
    /// The limits of the settings.
    pub fn new(config: &Config, clock: &Clock) -> Limits {
        let line = |per_minute| Line::new(per_minute, clock);
        let lines = || Lines {
            public: line(config.public_per_minute),
            lookups: line(config.lookups_per_minute),
            tickets: line(config.tickets_per_minute),
        };
        Limits((config.public_per_minute > 0).then(lines))
    }

    /// Counts one request of an address; the error is the time until the next one may come.
    fn count(&self, sort: Sort, address: IpAddr) -> Result<(), Duration> {
        let line = self.0.as_ref().and_then(|lines| match sort {
            Sort::Free => None,
            Sort::Public => lines.public.as_ref(),
            Sort::LookUp => lines.lookups.as_ref(),
            Sort::Ticket => lines.tickets.as_ref(),
        });
        line.map_or(Ok(()), |line| line.count(address))
    }
}

impl Line {
    fn new(per_minute: u32, clock: &Clock) -> Option<Line> {
        let quota = Quota::per_minute(NonZeroU32::new(per_minute)?);
        let beat = OfficeBeat(clock.clone());
        let allowance = RateLimiter::new(quota, DashMapStateStore::default(), beat.clone());
        Some(Line { allowance, beat, checks: AtomicU32::new(0) })
    }

    fn count(&self, address: IpAddr) -> Result<(), Duration> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % SWEEP_EVERY == SWEEP_EVERY - 1 {
            self.allowance.retain_recent();
            self.allowance.shrink_to_fit();
        }
        self.allowance.check_key(&address).map_err(|not_yet| not_yet.wait_time_from(self.beat.now()))
    }
}

/// What a request costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Sort {
    /// Not counted.
    Free,
    /// Any other request without signing in.
    Public,
    /// Asks by something that can be guessed.
    LookUp,
    /// Takes a number.
    Ticket,
}

/// The sort of a route by its method and path. Signing in has a limit of its own, of failures.
fn sort_of(method: Method, path: &str) -> Sort {
    match (method, path) {
        (Method::Get, "/static/<_fingerprint>/<path..>" | "/healthz" | "/readyz") => Sort::Free,
        (Method::Get, "/api/v1/sites/<site>/events" | "/masuk") => Sort::Free,
        (Method::Post, "/masuk" | "/api/v1/session") => Sort::Free,
        (Method::Post, "/api/v1/sites/<site>/tickets" | "/antrean/<site>" | "/janji/<site>/hadir") => Sort::Ticket,
        (Method::Post, "/api/v1/status" | "/api/v1/status/permit" | "/status/izin" | "/verifikasi")
        | (Method::Get, "/status" | "/status/perubahan") => Sort::LookUp,
        (_, _) => Sort::Public,
    }
}

/// Routes with their limits.
pub fn limited(routes: impl IntoIterator<Item = Route>) -> Vec<Route> {
    let limited = |mut route: Route| {
        let sort = sort_of(route.method, route.uri.path());
        if sort != Sort::Free {
            route.handler = Box::new(Limited { inner: route.handler, sort });
        }
        route
    };
    routes.into_iter().map(limited).collect()
}

/// A handler that first counts.
#[derive(Clone)]
struct Limited {
    inner: Box<dyn Handler>,
    sort: Sort,
}

#[rocket::async_trait]
impl Handler for Limited {
    async fn handle<'r>(&self, request: &'r Request<'_>, data: Data<'r>) -> route::Outcome<'r> {
        match self.count(request).await {
            Ok(()) => self.inner.handle(request, data).await,
            Err(problem) => refused::answer(request, data, problem).await,
        }
    }
}

impl Limited {
    async fn count(&self, request: &Request<'_>) -> Result<(), Problem> {
        let asker = Asker::of(request).await?;
        asker.count_once()?;
        // The empty form of `/status` looks nothing up.
        let asks = self.sort == Sort::LookUp
            && (request.method() != Method::Get || request.uri().query().is_some_and(|query| !query.is_empty()));
        match self.sort {
            Sort::Ticket => asker.count(Sort::Ticket),
            Sort::LookUp if asks => asker.count(Sort::LookUp),
            Sort::LookUp | Sort::Public | Sort::Free => Ok(()),
        }
    }
}

/// Who asks: an address whose requests are counted, or signed-in staff, whose are not.
pub struct Asker<'r> {
    request: &'r Request<'r>,
    address: Option<IpAddr>,
}

impl<'r> Asker<'r> {
    async fn of(request: &'r Request<'_>) -> Result<Asker<'r>, Problem> {
        let is_staff = signed_in(request).await.as_ref().map_err(Clone::clone)?.is_some();
        let address = app_of(request).filter(|_| !is_staff).map(|app| address::of(request, &app.config));
        Ok(Asker { request, address })
    }

    /// Counts a look-up by something that can be guessed, where only the handler knows that it is one.
    pub fn count_look_up(&self) -> Result<(), Problem> {
        self.count(Sort::LookUp)
    }

    /// Counts the request itself, also when it is passed on from one route to the next.
    fn count_once(&self) -> Result<(), Problem> {
        struct Counted(Result<(), Problem>);
        self.request.local_cache(|| Counted(self.count(Sort::Public))).0.clone()
    }

    fn count(&self, sort: Sort) -> Result<(), Problem> {
        let (Some(address), Some(app)) = (self.address, app_of(self.request)) else { return Ok(()) };
        app.limits.count(sort, address).map_err(|wait| {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            Refusal::too_many("too-many-requests").with("seconds", seconds).into()
        })
    }
}

#[rocket::async_trait]
impl<'r> FromRequest<'r> for Asker<'r> {
    type Error = Problem;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Problem> {
        match Asker::of(request).await {
            Ok(asker) => Outcome::Success(asker),
            Err(problem) => fail(request, problem),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Instant;

    #[test]
    fn an_allowance_fills_up_again_and_a_quiet_address_is_forgotten() {
        let clock = Clock::fixed(Instant(1_000_000_000));
        let line = Line::new(6, &clock).unwrap();
        let address = |n: u32| IpAddr::V4(n.into());
        assert!((0..6).all(|_| line.count(address(1)).is_ok()));
        assert_eq!(line.count(address(1)).unwrap_err().as_secs(), 10);
        assert!(line.count(address(2)).is_ok());
        clock.set(Instant(1_010_000_000));
        assert!(line.count(address(1)).is_ok() && line.count(address(1)).is_err());
        clock.set(Instant(1_200_000_000));
        for n in 0..2 * SWEEP_EVERY {
            clock.set(Instant(1_200_000_000 + i64::from(n) * 1_000_000));
            assert!(line.count(address(n)).is_ok());
        }
        assert!(line.allowance.len() < 1100, "{} addresses are remembered", line.allowance.len());
    }

    #[test]
    fn zero_lifts_every_limit() {
        let config = Config { public_per_minute: 0, lookups_per_minute: 1, ..Config::default() };
        let limits = Limits::new(&config, &Clock::System);
        let address = IpAddr::V4(1.into());
        assert!((0..50).all(|_| limits.count(Sort::LookUp, address).is_ok()));
    }
}
