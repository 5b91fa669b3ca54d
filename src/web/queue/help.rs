//! The silent call for help: asked at the desk, answered by whoever goes there.

use rocket::response::Redirect;
use rocket::{Route, post, routes};

use super::at_work::{AtWork, InHall};
use super::bodies::NoArguments;
use super::desk_acts::{Answer, answer, counter_of};
use crate::ids::CounterId;
use crate::messages::Refusal;
use crate::queue;
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the call for help.
pub fn routes() -> Vec<Route> {
    routes![ask, ask_by_form, come, come_by_form]
}

#[post("/api/v1/counters/<id>/help", data = "<_body>")]
async fn ask(id: CounterId, _body: Body<NoArguments>, at: AtWork) -> Result<Reply, Problem> {
    ask_at(&at, id).await?;
    Ok(Reply::none())
}

#[post("/loket/bantuan", data = "<posted>")]
async fn ask_by_form(posted: Posted, visit: Visit<'_>, at: AtWork) -> Answer {
    let done = match counter_of(&posted) {
        Ok(counter) => ask_at(&at, counter).await,
        Err(refusal) => Err(refusal.into()),
    };
    answer(&visit, &at, done).await
}

async fn ask_at(at: &AtWork, counter: CounterId) -> Result<(), Problem> {
    let mut tx = at.app.db.begin().await?;
    queue::ask_help(&mut tx, at.clerk(), counter).await?;
    tx.commit().await?;
    Ok(())
}

#[post("/api/v1/counters/<id>/help/answer", data = "<_body>")]
async fn come(id: CounterId, _body: Body<NoArguments>, here: InHall) -> Result<Reply, Problem> {
    come_to(&here, id).await?;
    Ok(Reply::none())
}

#[post("/penyelia/bantuan", data = "<posted>")]
async fn come_by_form(posted: Posted, here: InHall) -> Result<Redirect, Problem> {
    let site = here.own_site()?;
    let number = posted.get("counter");
    let counter = site.counters.iter().find(|counter| counter.number.to_string() == number);
    let counter = counter.ok_or_else(|| Refusal::not_found("counter-unknown"))?;
    come_to(&here, counter.id).await?;
    Ok(Redirect::to(if here.clerk(&site).relieves { "/penyelia" } else { "/loket" }))
}

async fn come_to(here: &InHall, counter: CounterId) -> Result<(), Problem> {
    let site = here.own_site()?;
    let mut tx = here.app.db.begin().await?;
    queue::answer_help(&mut tx, here.clerk(&site), counter).await?;
    tx.commit().await?;
    Ok(())
}
