//! The halls as they are now, in memory beside the store: places, estimates and boards are read here, so that a full
//! hall costs no more than a quiet one. The store stays the truth: who is called next, and every number, is decided there.

mod change;
mod hall;
mod known;
mod picture;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::catalogue::Catalogue;
use crate::clock::{Day, Instant};
use crate::db::{Db, HallEvent, StoreError, Tx};
use crate::ids::{SiteId, TicketId};
use crate::queue::{estimates, store};
use crate::sites::Site;

pub use change::{CallNow, Change, DeskNow, Visit};
pub use hall::Hall;
pub use known::Known;
pub use picture::Picture;

/// Every hall that somebody has looked at since the start.
#[derive(Default)]
pub struct Halls(Mutex<HashMap<SiteId, Kept>>);

/// A hall, and whether everything of its day was read.
struct Kept {
    hall: Hall,
    complete: bool,
    /// What past days teach; nothing but the catalogue until somebody has learnt from them.
    known: Option<Arc<Known>>,
    /// The hall in the numbers of the estimate, until it changes.
    picture: Option<Arc<Picture>>,
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
        kept.picture = None;
        match event.change.as_deref().map(serde_json::from_str) {
            Some(Ok(change)) => kept.hall.take(change),
            // Lost on the way, or told by another version of Loket: read everything anew.
            Some(Err(_)) | None => {
                kept.complete = false;
                kept.missed += 1;
            }
        }
    }

    /// Estimates of a site rest from now on what past days taught.
    pub fn learn(&self, site: SiteId, known: Known) {
        let mut halls = self.lock();
        let kept = halls.entry(site).or_insert_with(|| Kept::new(known.day));
        kept.picture = None;
        kept.known = Some(Arc::new(known));
    }

    /// Whether what the days before a day teach was learnt.
    pub fn knows(&self, site: SiteId, day: Day) -> bool {
        let halls = self.lock();
        halls.get(&site).and_then(|kept| kept.known.as_ref()).is_some_and(|known| known.day == day)
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
        self.read(tx, site, now, |kept| view(&kept.hall)).await
    }

    /// The hall in the numbers of the estimate; nothing is looked ahead while others wait for the halls.
    pub async fn picture(
        &self,
        tx: &mut Tx,
        site: &Site,
        catalogue: &Catalogue,
        now: Instant,
    ) -> Result<Arc<Picture>, StoreError> {
        self.read(tx, site, now, |kept| kept.picture(site, catalogue)).await
    }

    async fn read<R>(
        &self,
        tx: &mut Tx,
        site: &Site,
        now: Instant,
        view: impl FnOnce(&mut Kept) -> R,
    ) -> Result<R, StoreError> {
        let day = now.day(site.zone);
        let missed = {
            let mut halls = self.lock();
            let kept = halls.entry(site.id).or_insert_with(|| Kept::new(day));
            if kept.complete && kept.hall.day() == day {
                return Ok(view(kept));
            }
            kept.begin(day);
            kept.missed
        };
        let today = store::hall::list_today(tx, site, day).await?;
        let mut halls = self.lock();
        let kept = halls.entry(site.id).or_insert_with(|| Kept::new(day));
        if kept.hall.day() != day {
            kept.begin(day);
        }
        today.into_iter().for_each(|change| kept.hall.take(change));
        kept.complete = kept.missed == missed;
        kept.picture = None;
        Ok(view(kept))
    }

    /// A visit of today and the hall around it without the store; none when the hall is not known whole.
    pub fn glance(
        &self,
        site: &Site,
        catalogue: &Catalogue,
        id: TicketId,
        now: Instant,
    ) -> Option<(Visit, Arc<Picture>)> {
        let mut halls = self.lock();
        let kept = halls.get_mut(&site.id).filter(|kept| kept.complete && kept.hall.day() == now.day(site.zone))?;
        Some((kept.hall.visit(id)?.clone(), kept.picture(site, catalogue)))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SiteId, Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn new(day: Day) -> Kept {
        Kept { hall: Hall::new(day), complete: false, known: None, picture: None, missed: 0 }
    }

    /// Forgets the hall, but not what past days taught.
    fn begin(&mut self, day: Day) {
        self.hall = Hall::new(day);
        self.complete = false;
        self.picture = None;
    }

    fn picture(&mut self, site: &Site, catalogue: &Catalogue) -> Arc<Picture> {
        if let Some(known) = self.picture.as_ref().filter(|picture| picture.is_of(site)) {
            return Arc::clone(known);
        }
        let day = self.hall.day();
        let known = self.known.get_or_insert_with(|| Arc::new(estimates::nothing_learnt(site, catalogue, day)));
        let picture = Arc::new(Picture::of(&self.hall, site, known));
        self.picture = Some(Arc::clone(&picture));
        picture
    }
}
