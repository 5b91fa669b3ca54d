//! Live events of the halls: each is read and written once, however many watch, and its bytes are shared.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rocket::Request;
use rocket::futures::stream::BoxStream;
use rocket::http::ContentType;
use rocket::response::stream::ByteStream;
use rocket::response::{Responder, Result as Answer};
use rocket::tokio;
use serde::Serialize;
use tokio::sync::broadcast::{self, Receiver, error::RecvError};
use tokio::time::Instant;

use crate::db::{HallNews, StoreError};
use crate::ids::SiteId;
use crate::queue::{self, GroupOutlook, Number};
use crate::sites::Site;
use crate::web::app::App;

/// Between two pictures of the lines: a rush tells them twice a second, not with every number taken.
const HALL_PAUSE: Duration = Duration::from_millis(500);
/// A watcher further behind reads everything anew.
const FRAMES_KEPT: usize = 256;

/// The bytes of an event, shared by everybody who is sent it.
pub type Bytes = Arc<[u8]>;

/// One event.
#[derive(Clone)]
pub struct Frame {
    /// What it tells.
    pub news: News,
    /// As it goes over the line.
    pub bytes: Bytes,
}

/// What an event tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// A number was called.
    Call {
        /// Counts up per site.
        seq: i64,
        /// The number.
        number: Number,
    },
    /// The lines changed.
    Hall,
    /// Something could not be read: read everything again.
    Resync,
}

/// The lines of a hall, as a `hall` event tells them.
#[derive(Serialize)]
struct Lines {
    groups: Vec<GroupOutlook>,
    /// Counters that pause.
    paused: Vec<i64>,
}

/// The events of every hall that somebody watches.
#[derive(Default)]
pub struct LiveHalls(Mutex<HashMap<SiteId, Channel>>);

#[derive(Clone)]
struct Channel {
    sender: broadcast::Sender<Frame>,
    lines: Arc<Mutex<Option<Frame>>>,
}

impl LiveHalls {
    /// Watches a hall from now on; with the newest picture of its lines, if there is one yet.
    pub fn watch(&self, app: &Arc<App>, site: SiteId) -> (Receiver<Frame>, Option<Frame>) {
        let mut channels = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let channel = channels.entry(site).or_insert_with(|| {
            let channel = Channel { sender: broadcast::channel(FRAMES_KEPT).0, lines: Arc::default() };
            let hall = app.db.hub().watch();
            tokio::spawn(Teller { app: Arc::clone(app), site, channel: channel.clone(), seq: 0 }.tell(hall));
            channel
        });
        let lines = channel.lines.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (channel.sender.subscribe(), lines)
    }
}

/// Reads what changed in one hall and writes the events.
struct Teller {
    app: Arc<App>,
    site: SiteId,
    channel: Channel,
    seq: i64,
}

impl Teller {
    async fn tell(mut self, mut hall: Receiver<HallNews>) {
        let mut changed = true;
        let mut next_lines = Instant::now();
        loop {
            let event = tokio::select! {
                event = hall.recv() => event,
                () = tokio::time::sleep_until(next_lines), if changed => {
                    changed = false;
                    next_lines = Instant::now() + HALL_PAUSE;
                    self.tell_lines().await;
                    continue;
                }
            };
            match event {
                Ok(event) if event.site != self.site => continue,
                Ok(event) if event.call.is_some() => self.tell_calls().await,
                Ok(_) => {}
                Err(RecvError::Lagged(_)) => self.tell_calls().await,
                Err(RecvError::Closed) => break,
            }
            changed = true;
        }
    }

    /// Calls since the last one told, in order. A watcher leaves out those it has seen.
    async fn tell_calls(&mut self) {
        let Some(site) = self.watched() else { return };
        match calls_after(&self.app, &site, self.seq).await {
            Ok(frames) => frames.into_iter().for_each(|(seq, frame)| {
                self.seq = seq;
                self.send(frame);
            }),
            Err(error) => self.say_unread(&error),
        }
    }

    async fn tell_lines(&self) {
        let Some(site) = self.watched() else { return };
        match lines(&self.app, &site).await {
            Ok(lines) => {
                let frame = frame(News::Hall, "hall", &lines);
                *self.channel.lines.lock().unwrap_or_else(PoisonError::into_inner) = Some(frame.clone());
                self.send(frame);
            }
            Err(error) => self.say_unread(&error),
        }
    }

    /// The site, while somebody watches it.
    fn watched(&self) -> Option<Arc<Site>> {
        self.app.sites().find_by_id(self.site).filter(|_| self.channel.sender.receiver_count() > 0).cloned()
    }

    fn say_unread(&self, error: &StoreError) {
        tracing::error!(%error, "the hall cannot be read");
        self.send(resync());
    }

    fn send(&self, frame: Frame) {
        // Nobody watching is no failure.
        drop(self.channel.sender.send(frame));
    }
}

async fn lines(app: &App, site: &Site) -> Result<Lines, StoreError> {
    let mut tx = app.db.glance().await?;
    let hall = (site, &*app.halls);
    let groups = queue::outlook(&mut tx, hall, &app.catalogue(), app.now()).await?;
    Ok(Lines { groups, paused: queue::paused(&mut tx, hall, app.now()).await? })
}

/// The calls of today after a number, oldest first, with their events.
pub async fn calls_after(app: &App, site: &Site, seq: i64) -> Result<Vec<(i64, Frame)>, StoreError> {
    let calls = queue::calls_after(&mut app.db.glance().await?, (site, &app.halls), seq, app.now()).await?;
    let of = |call: queue::BoardCall| {
        (call.seq, frame(News::Call { seq: call.seq, number: call.number }, &format!("call\nid: {}", call.seq), &call))
    };
    Ok(calls.into_iter().map(of).collect())
}

/// The event that has a watcher read everything again.
pub fn resync() -> Frame {
    frame(News::Resync, "resync", &serde_json::json!({}))
}

fn frame(news: News, name: &str, told: &impl Serialize) -> Frame {
    Frame { news, bytes: event(name, told) }
}

/// An event in the form of the line; `name` may carry an id line.
pub fn event(name: &str, told: &impl Serialize) -> Bytes {
    // Only our own plain structures are told: they always have a JSON form.
    let data = serde_json::to_string(told).unwrap_or_else(|_| "{}".to_owned());
    format!("event: {name}\ndata: {data}\n\n").into_bytes().into()
}

/// An answer that goes on: events as they happen.
pub struct Live(pub BoxStream<'static, Bytes>);

impl<'r> Responder<'r, 'r> for Live {
    fn respond_to(self, request: &'r Request<'_>) -> Answer<'r> {
        let mut response = ByteStream(self.0).respond_to(request)?;
        response.set_header(ContentType::EventStream);
        response.set_raw_header("Cache-Control", "no-store");
        // A proxy must pass each event on at once.
        response.set_raw_header("X-Accel-Buffering", "no");
        Ok(response)
    }
}
