//! The board over the API, and live events for everybody who watches a hall.

use std::sync::Arc;
use std::time::Duration;

use rocket::request::{FromRequest, Outcome};
use rocket::response::stream::{Event, EventStream};
use rocket::{Request, Route, Shutdown, State, get, routes};
use tokio::sync::broadcast::error::RecvError;

use super::at_work::public_site;
use crate::db::StoreError;
use crate::queue::{self, BoardCall};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::problem::Problem;

/// Seconds between two signs of life: proxies cut quiet connections.
const HEARTBEAT_SECONDS: u64 = 15;

/// Routes of the board.
pub fn routes() -> Vec<Route> {
    routes![board, events]
}

#[get("/api/v1/sites/<site>/board")]
async fn board(site: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let site = public_site(app, site)?;
    Reply::ok(&queue::board(&mut app.db.read().await?, (&site, &app.halls), app.now()).await?)
}

/// The number of the last call a watcher has seen (`Last-Event-ID`).
struct LastSeen(Option<i64>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LastSeen {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = request.headers().get_one("Last-Event-ID");
        Outcome::Success(LastSeen(header.and_then(|text| text.parse().ok())))
    }
}

/// `call` events carry number and counter, `hall` says that something else changed, `resync` that events were lost.
#[get("/api/v1/sites/<site>/events")]
async fn events(
    site: &str,
    last_seen: LastSeen,
    app: &State<Arc<App>>,
    mut end: Shutdown,
) -> Result<EventStream![], Problem> {
    let site = public_site(app, site)?;
    let app = Arc::clone(app);
    let mut hall = app.db.hub().watch();
    let mut seen = match last_seen.0 {
        Some(seq) => seq,
        None => newest_call(&app, &site).await?,
    };
    let stream = EventStream! {
        // What was missed while there was no connection comes first.
        let mut something = last_seen.0.is_some();
        loop {
            if something {
                match calls_after(&app, &site, seen).await {
                    Ok(calls) => for call in calls {
                        seen = call.seq;
                        yield call_event(&call);
                    },
                    Err(_) => yield Event::data("{}").event("resync"),
                }
            }
            let event = tokio::select! {
                event = hall.recv() => event,
                () = &mut end => break,
            };
            something = match event {
                Ok(event) if event.site != site.id => false,
                Ok(event) if event.call.is_some() => true,
                Ok(_) => { yield Event::data("{}").event("hall"); false }
                Err(RecvError::Lagged(_)) => { yield Event::data("{}").event("resync"); true }
                Err(RecvError::Closed) => break,
            };
        }
    };
    Ok(stream.heartbeat(Duration::from_secs(HEARTBEAT_SECONDS)))
}

fn call_event(call: &BoardCall) -> Event {
    Event::json(call).event("call").id(call.seq.to_string())
}

async fn calls_after(app: &App, site: &Site, seq: i64) -> Result<Vec<BoardCall>, StoreError> {
    queue::calls_after(&mut app.db.read().await?, (site, &app.halls), seq, app.now()).await
}

async fn newest_call(app: &App, site: &Site) -> Result<i64, StoreError> {
    Ok(calls_after(app, site, 0).await?.last().map_or(0, |call| call.seq))
}
