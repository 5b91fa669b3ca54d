//! What happens in a hall, told to everybody who watches it live.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use serde::{Deserialize, Serialize};
use tokio::sync::broadcast;
use uuid::Uuid;

use crate::ids::SiteId;

/// Something changed in the hall of a site.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct HallEvent {
    /// The site.
    pub site: SiteId,
    /// The number of the newest call, when the change was a call.
    pub call: Option<i64>,
    /// What changed, in the words of the noun that tells it; `None`: anything, read everything anew.
    pub change: Option<Arc<str>>,
}

/// Somebody who must know of an event before the act that told it is answered.
type Keeper = Arc<dyn Fn(&HallEvent) + Send + Sync>;

/// Fan-out of hall events: to the keepers at once, then to the watchers.
#[derive(Clone)]
pub struct Hub(Arc<Watchers>);

struct Watchers {
    /// Tells this instance's own messages, which come back to it, from those of others.
    instance: Uuid,
    keepers: RwLock<Vec<Keeper>>,
    channel: broadcast::Sender<HallNews>,
    /// Statements asked of the store since it was opened.
    statements: AtomicU64,
}

/// What a watcher learns: that a hall is no longer as it was. Watchers read the new state themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HallNews {
    /// The site.
    pub site: SiteId,
    /// The number of the newest call, when somebody was called.
    pub call: Option<i64>,
}

impl Hub {
    /// An empty hub. A watcher more than 1,024 events behind is told to read everything anew.
    pub fn new() -> Hub {
        Hub(Arc::new(Watchers {
            instance: Uuid::now_v7(),
            keepers: RwLock::default(),
            channel: broadcast::channel(1024).0,
            statements: AtomicU64::new(0),
        }))
    }

    /// Counts a statement.
    pub(super) fn count_statement(&self) {
        self.0.statements.fetch_add(1, Ordering::Relaxed);
    }

    /// How many statements were asked since the store was opened: what a page costs is the difference.
    pub fn statements(&self) -> u64 {
        self.0.statements.load(Ordering::Relaxed)
    }

    /// Who this instance is among those that share a store.
    pub(super) fn instance(&self) -> Uuid {
        self.0.instance
    }

    /// Tells what one commit did: every event to the keepers, then one piece of news a site to the watchers.
    pub fn tell(&self, events: &[HallEvent]) {
        let keepers = self.0.keepers.read().unwrap_or_else(PoisonError::into_inner);
        let mut news: Vec<HallNews> = Vec::new();
        for event in events {
            keepers.iter().for_each(|keeper| keeper(event));
            match news.iter_mut().find(|known| known.site == event.site) {
                Some(known) => known.call = known.call.max(event.call),
                None => news.push(HallNews { site: event.site, call: event.call }),
            }
        }
        for piece in news {
            // No watcher is no failure: the hall is read from the store.
            drop(self.0.channel.send(piece));
        }
    }

    /// Has the watchers of a hall look at it again, though nothing of the line changed: a slip came out of its printer.
    pub fn nudge(&self, site: SiteId) {
        // No watcher is no failure, as above.
        drop(self.0.channel.send(HallNews { site, call: None }));
    }

    /// Has every event from now on told to a keeper, which must be quick.
    pub fn keep(&self, keeper: impl Fn(&HallEvent) + Send + Sync + 'static) {
        self.0.keepers.write().unwrap_or_else(PoisonError::into_inner).push(Arc::new(keeper));
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<HallNews> {
        self.0.channel.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Hub::new()
    }
}
