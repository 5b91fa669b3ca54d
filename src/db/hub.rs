//! What happens in a hall, told to everybody who watches it live.

use std::sync::Arc;

use tokio::sync::broadcast;

use crate::ids::SiteId;

/// Something changed in the hall of a site. Watchers read the new state themselves.
#[derive(Clone, Copy, Debug)]
pub struct HallEvent {
    /// The site.
    pub site: SiteId,
    /// The number of the newest call, when the change was a call.
    pub call: Option<i64>,
}

/// In-process fan-out of hall events.
#[derive(Clone)]
pub struct Hub(Arc<broadcast::Sender<HallEvent>>);

impl Hub {
    /// An empty hub. A watcher more than 256 events behind is told to read everything anew.
    pub fn new() -> Hub {
        Hub(Arc::new(broadcast::channel(256).0))
    }

    /// Tells the watchers; to be called after the commit.
    pub fn tell(&self, event: HallEvent) {
        // No watcher is no failure: the hall is read from the store.
        drop(self.0.send(event));
    }

    /// Watches from now on.
    pub fn watch(&self) -> broadcast::Receiver<HallEvent> {
        self.0.subscribe()
    }
}

impl Default for Hub {
    fn default() -> Self {
        Hub::new()
    }
}
