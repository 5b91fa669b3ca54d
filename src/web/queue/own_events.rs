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
use super::bodies::called_to;
use super::news::{Bytes, Frame, Live, LiveHalls, News, event};
use super::words;
use crate::messages::Lang;
use crate::queue::{self, Number, TicketState};
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
    ahead: String,
    wait: String,
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
    let holder =
        Holder { app: Arc::clone(app), token: token.to_owned(), lang, number: ticket.number, receiver, told: None };
    Ok(Live(Box::pin(holder.stream(end))))
}

/// A phone with a number.
struct Holder {
    app: Arc<App>,
    token: String,
    lang: Lang,
    number: Number,
    receiver: Receiver<Frame>,
    told: Option<OwnNews>,
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

    async fn own(&self) -> Result<OwnNews, Problem> {
        let mut tx = self.app.db.glance().await?;
        let (site, ticket) = found(&self.app, queue::find_by_token(&mut tx, &self.token).await?)?;
        let place =
            queue::place_of(&mut tx, (&site, &self.app.halls), &self.app.catalogue(), &ticket, self.app.now()).await?;
        let waits = ticket.state == TicketState::Waiting;
        Ok(OwnNews {
            state: ticket.state,
            stop: ticket.current().map(|stop| stop.position),
            counter: called_to(&site, &ticket),
            calls: ticket.stops.iter().map(|stop| stop.calls).sum(),
            ahead: if waits { words::people_ahead(self.lang, place.people_ahead) } else { String::new() },
            wait: words::estimate(self.lang, place),
        })
    }
}
