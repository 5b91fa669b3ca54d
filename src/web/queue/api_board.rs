//! The board over the API, and live events for everybody who watches a hall.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rocket::request::{FromRequest, Outcome};
use rocket::response::stream::stream;
use rocket::tokio;
use rocket::{Request, Route, Shutdown, State, get, routes};
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use super::at_work::public_site;
use super::news::{Bytes, Frame, Live, LiveHalls, News, calls_after, event, resync};
use crate::db::StoreError;
use crate::queue::{self, BoardView, GroupOutlook};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::problem::Problem;

/// Between two signs of life: a board must notice a dead line within five seconds.
const BEAT: Duration = Duration::from_secs(3);

/// Routes of the board.
pub fn routes() -> Vec<Route> {
    routes![board, events]
}

/// The board with what a newcomer may expect.
#[derive(Serialize)]
struct BoardBody {
    #[serde(flatten)]
    board: BoardView,
    groups: Vec<GroupOutlook>,
}

#[get("/api/v1/sites/<site>/board")]
async fn board(site: &str, app: &State<Arc<App>>) -> Result<Reply, Problem> {
    let site = public_site(app, site)?;
    let mut tx = app.db.read().await?;
    let board = queue::board(&mut tx, (&site, &app.halls), app.now()).await?;
    let groups = queue::outlook(&mut tx, (&site, &app.halls), &app.catalogue(), app.now()).await?;
    Reply::ok(&BoardBody { board, groups })
}

/// The number of the last call a watcher has seen: `Last-Event-ID`, or `?after=` from a page that connects anew.
struct LastSeen(Option<i64>);

#[rocket::async_trait]
impl<'r> FromRequest<'r> for LastSeen {
    type Error = std::convert::Infallible;

    async fn from_request(request: &'r Request<'_>) -> Outcome<Self, Self::Error> {
        let header = request.headers().get_one("Last-Event-ID").and_then(|text| text.parse().ok());
        let asked = || request.query_value::<i64>("after").and_then(Result::ok);
        Outcome::Success(LastSeen(header.or_else(asked)))
    }
}

/// `call` events carry number and counter, `hall` the lines, `resync` says that events were lost, `beat` nothing.
#[get("/api/v1/sites/<site>/events")]
async fn events(
    site: &str,
    last_seen: LastSeen,
    app: &State<Arc<App>>,
    news: &State<LiveHalls>,
    end: Shutdown,
) -> Result<Live, Problem> {
    let site = public_site(app, site)?;
    let (receiver, lines) = news.watch(app, site.id);
    // What was missed while there was no connection comes first; whoever comes new begins with the next call.
    let missed = calls_after(app, &site, last_seen.0.unwrap_or(0)).await?;
    let seen = missed.last().map_or(0, |(seq, _)| *seq);
    let missed = missed.into_iter().map(|(_, frame)| frame).filter(|_| last_seen.0.is_some());
    let first = missed.chain(lines).collect();
    let watcher = Watcher { app: Arc::clone(app), site, receiver, seen };
    Ok(Live(Box::pin(watcher.stream(first, end))))
}

/// Somebody who watches a hall.
struct Watcher {
    app: Arc<App>,
    site: Arc<Site>,
    receiver: Receiver<Frame>,
    seen: i64,
}

impl Watcher {
    fn stream(mut self, first: Vec<Frame>, mut end: Shutdown) -> impl rocket::futures::Stream<Item = Bytes> + Send {
        let mut beat = tokio::time::interval(BEAT);
        stream! {
            for frame in first {
                yield frame.bytes;
            }
            loop {
                let news = tokio::select! {
                    news = self.receiver.recv() => news,
                    _ = beat.tick() => { yield beat_bytes(); continue }
                    () = &mut end => break,
                };
                match news {
                    Ok(frame) => if self.is_new(&frame) { yield frame.bytes },
                    Err(RecvError::Lagged(_)) => for frame in self.catch_up().await { yield frame.bytes },
                    Err(RecvError::Closed) => break,
                }
            }
        }
    }

    fn is_new(&mut self, frame: &Frame) -> bool {
        let News::Call { seq, .. } = frame.news else { return true };
        let is_new = seq > self.seen;
        self.seen = self.seen.max(seq);
        is_new
    }

    /// What a slow watcher missed.
    async fn catch_up(&mut self) -> Vec<Frame> {
        let missed: Result<_, StoreError> = calls_after(&self.app, &self.site, self.seen).await;
        let calls = missed.unwrap_or_else(|error| {
            tracing::error!(%error, "missed calls cannot be read");
            vec![]
        });
        self.seen = calls.last().map_or(self.seen, |(seq, _)| *seq);
        calls.into_iter().map(|(_, frame)| frame).chain([resync()]).collect()
    }
}

fn beat_bytes() -> Bytes {
    static BEAT_BYTES: OnceLock<Bytes> = OnceLock::new();
    Arc::clone(BEAT_BYTES.get_or_init(|| event("beat", &serde_json::json!({}))))
}
