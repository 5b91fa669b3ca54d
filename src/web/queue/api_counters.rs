//! Counters over the API: open, pause, close, next; and who is in the hall.

use rocket::{Route, get, post, routes};

use super::at_work::{AtWork, InHall};
use super::bodies::{CallBody, List, NoArguments, ReasonBody, StaffTicket};
use crate::db::Tx;
use crate::ids::CounterId;
use crate::messages::Refusal;
use crate::queue::{self, Clerk, CounterView};
use crate::web::body::{Body, Once, Reply};
use crate::web::problem::Problem;

/// Routes of counters.
pub fn routes() -> Vec<Route> {
    routes![counters, open, pause, close, next, call, line]
}

#[get("/api/v1/counters")]
async fn counters(here: InHall) -> Result<Reply, Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.read().await?;
    let items = queue::list_counters(&mut tx, here.clerk(&site)).await?;
    Reply::ok(&List { items, next_cursor: None })
}

#[post("/api/v1/counters/<id>/open", data = "<body>")]
async fn open(id: CounterId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, &at.site.code, &body.digest, at.now).await? {
        return Ok(reply);
    }
    queue::open(&mut tx, at.clerk(), id).await?;
    let reply = kept(&mut tx, at.clerk(), id, (&at.once, &body.digest)).await?;
    tx.commit().await?;
    Ok(reply)
}

#[post("/api/v1/counters/<id>/pause", data = "<body>")]
async fn pause(id: CounterId, body: Body<ReasonBody>, at: AtWork) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, &at.site.code, &body.digest, at.now).await? {
        return Ok(reply);
    }
    queue::pause(&mut tx, at.clerk(), id, body.value.reason.as_deref().unwrap_or_default()).await?;
    let reply = kept(&mut tx, at.clerk(), id, (&at.once, &body.digest)).await?;
    tx.commit().await?;
    Ok(reply)
}

/// A supervisor may close a counter that its officer has left.
#[post("/api/v1/counters/<id>/close", data = "<body>")]
async fn close(id: CounterId, body: Body<NoArguments>, once: Once, here: InHall) -> Result<Reply, Problem> {
    let site = here.own_site()?;
    let clerk = here.clerk(&site);
    let mut tx = here.app.db.begin().await?;
    if let Some(reply) = once.find(&mut tx, &site.code, &body.digest, clerk.now).await? {
        return Ok(reply);
    }
    queue::close(&mut tx, clerk, id).await?;
    let reply = kept(&mut tx, clerk, id, (&once, &body.digest)).await?;
    tx.commit().await?;
    Ok(reply)
}

/// The counter as it is now, kept for a repetition of the request.
async fn kept(tx: &mut Tx, clerk: Clerk<'_>, id: CounterId, once: (&Once, &[u8])) -> Result<Reply, Problem> {
    let counters = queue::list_counters(tx, clerk).await?;
    let counter: Option<&CounterView> = counters.iter().find(|counter| counter.id == id);
    let reply = Reply::ok(counter.ok_or_else(|| Problem::from(Refusal::not_found("counter-unknown")))?)?;
    once.0.keep(tx, &clerk.site.code, once.1, (&reply, clerk.now));
    Ok(reply)
}

#[post("/api/v1/counters/<id>/next", data = "<body>")]
async fn next(id: CounterId, body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, &at.site.code, &body.digest, at.now).await? {
        return Ok(reply);
    }
    let called = queue::next(&mut tx, at.clerk(), id).await?;
    let reply = match &called {
        Some(called) => Reply::ok(&StaffTicket::new(&at.site, &called.ticket))?,
        None => Reply::none(),
    };
    at.once.keep(&mut tx, &at.site.code, &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

/// A chosen visitor before those ahead; also for a supervisor, to the counter of another.
#[post("/api/v1/counters/<id>/call", data = "<body>")]
async fn call(id: CounterId, body: Body<CallBody>, once: Once, here: InHall) -> Result<Reply, Problem> {
    let site = here.own_site()?;
    let clerk = here.clerk(&site);
    let mut tx = here.app.db.begin().await?;
    if let Some(reply) = once.find(&mut tx, &site.code, &body.digest, clerk.now).await? {
        return Ok(reply);
    }
    let ticket = body.value.ticket.parse().map_err(|_| Refusal::not_found("ticket-unknown"))?;
    let called = queue::call(&mut tx, clerk, id, ticket, body.value.reason.as_deref().unwrap_or_default()).await?;
    let reply = Reply::ok(&StaffTicket::new(&site, &called.ticket))?;
    once.keep(&mut tx, &site.code, &body.digest, (&reply, clerk.now));
    tx.commit().await?;
    Ok(reply)
}

#[get("/api/v1/sites/<site>/queue?<limit>&<cursor>")]
async fn line(site: &str, limit: Option<usize>, cursor: Option<&str>, here: InHall) -> Result<Reply, Problem> {
    let site = here.site(site)?;
    let visits = queue::queue(&mut here.app.db.read().await?, (&site, &here.app.halls), here.app.now()).await?.visits;
    Reply::ok(&List::cut(visits, |visit| visit.id.to_string(), cursor, limit))
}
