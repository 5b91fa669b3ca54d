//! Live events of one's own number: the place in line, told when it changed, and nothing about anybody else.

use std::sync::Arc;
use std::time::Duration;

use rocket::response::stream::stream;
use rocket::tokio;
use rocket::{Route, Shutdown, State, get, routes};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::api_tickets::found;
use super::bodies::number_of;
use super::news::{Bytes, Frame, Live, LiveHalls, News, event};
use super::words;
use crate::ids::TicketId;
use crate::messages::Lang;
use crate::queue::{self, Number, Shown, Stop, TicketState};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::problem::Problem;

/// Between two signs of life: seldom, since a phone wakes up for each.
const BEAT: Duration = Duration::from_secs(20);

/// Routes of these events.
pub fn routes() -> Vec<Route> {
    routes![events]
}

/// What a phone shows of its number.
#[derive(Clone, PartialEq, Eq, Serialize)]
struct OwnNews {
    state: TicketState,
    /// The stop the visit is at; none when it is over.
    stop: Option<i64>,
    counter: Option<i64>,
    calls: i64,
    received: bool,
    ahead: String,
    wait: String,
    because: String,
}

/// `place` events, the first at once, the others when something of it changed.
#[get("/api/v1/tickets/<token>/events")]
async fn events(
    token: &str,
    lang: Lang,
    app: &State<Arc<App>>,
    news: &State<LiveHalls>,
    end: Shutdown,
) -> Result<Live, Problem> {
    let (site, ticket) = found(app, queue::find_by_token(&mut app.db.glance().await?, token).await?)?;
    let (receiver, _) = news.watch(app, site.id);
    let (id, number) = (ticket.id, ticket.number);
    let holder = Holder { app: Arc::clone(app), site, id, lang, number, receiver, told: None, shown: None };
    Ok(Live(Box::pin(holder.stream(end))))
}

/// A phone with a number.
struct Holder {
    app: Arc<App>,
    site: Arc<Site>,
    id: TicketId,
    lang: Lang,
    number: Number,
    receiver: Receiver<Frame>,
    told: Option<OwnNews>,
    shown: Option<Shown>,
}

impl Holder {
    fn stream(mut self, mut end: Shutdown) -> impl rocket::futures::Stream<Item = Bytes> + Send {
        let mut beat = tokio::time::interval(BEAT);
        stream! {
            if let Some(bytes) = self.look().await {
                yield bytes;
            }
            loop {
                let news = tokio::select! {
                    news = self.receiver.recv() => news,
                    _ = beat.tick() => { yield event("beat", &serde_json::json!({})); continue }
                    () = &mut end => break,
                };
                let mine = match news {
                    Ok(frame) => self.concerns_me(frame.news),
                    Err(RecvError::Lagged(_)) => true,
                    Err(RecvError::Closed) => break,
                };
                if mine && let Some(bytes) = self.look().await {
                    yield bytes;
                }
            }
        }
    }

    /// A call of somebody else moves everybody: the picture of the lines that follows it tells by how much.
    fn concerns_me(&self, news: News) -> bool {
        match news {
            News::Call { number, .. } => number == self.number,
            News::Hall | News::Resync => true,
        }
    }

    /// The event, if there is anything new; what cannot be read now is told with the next change.
    async fn look(&mut self) -> Option<Bytes> {
        match self.own().await {
            Ok(own) if self.told.as_ref() == Some(&own) => None,
            Ok(own) => {
                let bytes = event("place", &own);
                self.told = Some(own);
                Some(bytes)
            }
            Err(problem) => {
                tracing::error!(status = problem.status.code, "a number cannot be read");
                None
            }
        }
    }

    /// From memory; from the store only while the hall is not known whole, such as after a day has changed.
    async fn own(&mut self) -> Result<OwnNews, Problem> {
        let (app, now) = (&self.app, self.app.now());
        let hall = (self.site.as_ref(), app.halls.as_ref());
        if let Some((visit, shown)) = queue::place_shown(hall, &app.catalogue(), self.id, now, self.shown) {
            self.shown = Some(shown);
            return Ok(self.news(visit.state, &visit.stops, shown.place));
        }
        let mut tx = app.db.glance().await?;
        let (site, ticket) = found(app, queue::find(&mut tx, self.id).await?)?;
        let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, now).await?;
        Ok(self.news(ticket.state, &ticket.stops, place))
    }

    fn news(&self, state: TicketState, stops: &[Stop], place: queue::Place) -> OwnNews {
        let current = stops.iter().find(|stop| stop.state.is_current());
        let counter = current.filter(|stop| stop.state.is_in_hand()).and_then(|stop| stop.counter);
        let waits = state == TicketState::Waiting;
        OwnNews {
            state,
            stop: current.map(|stop| stop.position),
            counter: counter.and_then(|id| number_of(&self.site, id)),
            calls: stops.iter().map(|stop| stop.calls).sum(),
            received: current.is_some_and(|stop| stop.received_at.is_some()),
            ahead: if waits { words::people_ahead(self.lang, place.people_ahead) } else { String::new() },
            wait: words::estimate(self.lang, place),
            because: words::because(self.lang, place),
        }
    }
}
