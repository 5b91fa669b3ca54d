//! The halls as they are now, in memory beside the store: places, estimates and boards are read here, so that a full
//! hall costs no more than a quiet one. The store stays the truth: who is called next, and every number, is decided there.

mod change;
mod hall;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::clock::{Day, Instant};
use crate::db::{Db, HallEvent, StoreError, Tx};
use crate::ids::SiteId;
use crate::queue::store;
use crate::sites::Site;

pub use change::{CallNow, Change, DeskNow, Visit};
pub use hall::{Hall, Spot};

/// Every hall that somebody has looked at since the start.
#[derive(Default)]
pub struct Halls(Mutex<HashMap<SiteId, Kept>>);

/// A hall, and whether everything of its day was read.
struct Kept {
    hall: Hall,
    complete: bool,
    /// Grows when something was missed, so that a reading begun before does not count as complete.
    missed: u64,
}

impl Halls {
    /// Halls that follow what is committed to a store.
    pub fn following(db: &Db) -> Arc<Halls> {
        let halls = Arc::new(Halls::default());
        let keeper = Arc::clone(&halls);
        db.hub().keep(move |event| keeper.hear(event));
        halls
    }

    fn hear(&self, event: &HallEvent) {
        let mut halls = self.lock();
        let Some(kept) = halls.get_mut(&event.site) else { return };
        match event.change.as_deref().map(serde_json::from_str) {
            Some(Ok(change)) => kept.hall.take(change),
            // Lost on the way, or told by another version of Loket: read everything anew.
            Some(Err(_)) | None => {
                kept.complete = false;
                kept.missed += 1;
            }
        }
    }

    /// Looks at the hall of a site as it is now. Read from the store first when it is not known yet: to be called
    /// before the transaction writes, since what it wrote may still be taken back.
    pub async fn look<R>(
        &self,
        tx: &mut Tx,
        site: &Site,
        now: Instant,
        view: impl FnOnce(&Hall) -> R,
    ) -> Result<R, StoreError> {
        let day = now.day(site.zone);
        let missed = {
            let mut halls = self.lock();
            let kept = halls.entry(site.id).or_insert_with(|| Kept::new(day));
            if kept.complete && kept.hall.day() == day {
                return Ok(view(&kept.hall));
            }
            *kept = Kept { missed: kept.missed, ..Kept::new(day) };
            kept.missed
        };
        let today = store::hall::list_today(tx, site, day).await?;
        let mut halls = self.lock();
        let kept = halls.entry(site.id).or_insert_with(|| Kept::new(day));
        if kept.hall.day() != day {
            *kept = Kept { missed, ..Kept::new(day) };
        }
        today.into_iter().for_each(|change| kept.hall.take(change));
        kept.complete = kept.missed == missed;
        Ok(view(&kept.hall))
    }

    /// Looks at the hall of a site without the store; none when it is not known whole.
    pub fn glance<R>(&self, site: &Site, now: Instant, view: impl FnOnce(&Hall) -> R) -> Option<R> {
        let halls = self.lock();
        let kept = halls.get(&site.id).filter(|kept| kept.complete && kept.hall.day() == now.day(site.zone))?;
        Some(view(&kept.hall))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SiteId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new(day: Day) -> Kept {
        Kept { hall: Hall::new(day), complete: false, missed: 0 }
    }
}
