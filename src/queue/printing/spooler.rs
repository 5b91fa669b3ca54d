//! Brings queued slips to their printers: each printer one slip after the other, no printer waits for another.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::store::{self, NextRow};
use super::{Patience, PrintFault, PrintState, is_over, send, slip_bytes};
use crate::clock::{Clock, Instant};
use crate::db::{Db, Hub, StoreError};
use crate::documents::TicketSlip;
use crate::ids::{DeviceId, SiteId, TicketId};
use crate::sites::devices;

/// Seconds between two looks for slips nobody rang for: another instance gave the number.
const PAUSE_SECONDS: u64 = 2;
/// Seconds before a printer that could not be reached is tried a second time.
const SECOND_TRY_SECONDS: u64 = 2;
/// Minutes after which a slip would come unexpected.
const LATE_MINUTES: i64 = 5;
/// Minutes after which a slip in the printer is given up: longer than any printer is waited for.
const INTERRUPTED_MINUTES: i64 = 1;

/// Wakes the spooler when a slip was queued.
#[derive(Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Rings; to be called after the commit.
    pub fn ring(&self) {
        self.0.notify_one();
    }
}

/// What prints.
#[derive(Clone)]
pub struct Spooler {
    /// The store.
    pub db: Db,
    /// The one clock.
    pub clock: Clock,
    /// Where kiosks hear how far their slip is.
    pub hub: Hub,
    /// What wakes it.
    pub bell: Bell,
    /// How long printers may take.
    pub patience: Patience,
}

/// A slip taken from the queue.
struct Work {
    ticket: TicketId,
    site: SiteId,
    paper: TicketSlip,
    address: String,
    answers: bool,
}

impl Spooler {
    /// Works until it is dropped; a failure of the store is logged and tried again.
    pub async fn work(self) {
        let mut at_work: HashMap<DeviceId, JoinHandle<()>> = HashMap::new();
        loop {
            at_work.retain(|_, printing| !printing.is_finished());
            match self.list_waiting().await {
                Ok(printers) => {
                    for printer in printers {
                        let spooler = self.clone();
                        at_work.entry(printer).or_insert_with(|| tokio::spawn(spooler.empty(printer)));
                    }
                }
                Err(cause) => tracing::error!(%cause, "the queue of slips cannot be read"),
            }
            tokio::select! {
                () = self.bell.0.notified() => {}
                () = tokio::time::sleep(Duration::from_secs(PAUSE_SECONDS)) => {}
            }
        }
    }

    /// Printers with slips that wait; what a crash left in a printer is given up first.
    async fn list_waiting(&self) -> Result<Vec<DeviceId>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.read().await?;
        let left = store::list_interrupted(&mut tx, now.plus_minutes(-INTERRUPTED_MINUTES)).await?;
        let printers = store::list_printers(&mut tx).await?;
        drop(tx);
        for (ticket, site) in left {
            self.end(ticket, site, Err(PrintFault::Interrupted)).await?;
        }
        Ok(printers)
    }

    async fn empty(self, printer: DeviceId) {
        if let Err(cause) = self.print_all(printer).await {
            tracing::error!(%cause, %printer, "a slip could not be taken from the queue or ended");
        }
    }

    /// Prints everything that waits now, printer after printer.
    pub async fn round(&self) -> Result<(), StoreError> {
        for printer in self.list_waiting().await? {
            self.print_all(printer).await?;
        }
        Ok(())
    }

    async fn print_all(&self, printer: DeviceId) -> Result<(), StoreError> {
        while let Some(taken) = self.take_next(printer).await? {
            let Some(work) = taken else { continue };
            let outcome = self.print(&work).await;
            self.end(work.ticket, work.site, outcome).await?;
        }
        Ok(())
    }

    /// Takes the next slip of a printer; `Some(None)` is one that was ended without printing.
    async fn take_next(&self, printer: DeviceId) -> Result<Option<Option<Work>>, StoreError> {
        let now = self.clock.now();
        let mut tx = self.db.begin().await?;
        if store::is_busy(&mut tx, printer).await? {
            return Ok(None);
        }
        let Some(next) = store::lock_next(&mut tx, printer).await? else { return Ok(None) };
        let device = devices::find(&mut tx, printer).await?.filter(devices::Device::is_paired);
        let (ticket, site) = (next.ticket_id, next.site_id);
        let work = match check(&next, device, now) {
            Ok(work) => {
                store::begin(&mut tx, ticket, now).await?;
                Some(work)
            }
            Err(ended) => {
                store::end(&mut tx, ticket, ended, now).await?;
                None
            }
        };
        tx.commit().await?;
        self.tell(site);
        Ok(Some(work))
    }

    async fn print(&self, work: &Work) -> Result<(), PrintFault> {
        let bytes = slip_bytes(&work.paper).map_err(|cause| {
            tracing::error!(%cause, "a slip cannot be set for the printer");
            PrintFault::Broken
        })?;
        match send(&work.address, &bytes, work.answers, self.patience).await {
            Err(fault) if fault.nothing_printed() => {
                tokio::time::sleep(Duration::from_secs(SECOND_TRY_SECONDS)).await;
                send(&work.address, &bytes, work.answers, self.patience).await
            }
            other => other,
        }
    }

    async fn end(&self, ticket: TicketId, site: SiteId, outcome: Result<(), PrintFault>) -> Result<(), StoreError> {
        let ended = match outcome {
            Ok(()) => (PrintState::Printed, None),
            Err(fault) => (PrintState::Failed, Some(fault)),
        };
        let mut tx = self.db.begin().await?;
        store::end(&mut tx, ticket, ended, self.clock.now()).await?;
        tx.commit().await?;
        self.tell(site);
        Ok(())
    }

    fn tell(&self, site: SiteId) {
        self.hub.nudge(site);
    }
}

/// Whether a queued slip is still to be printed; else how it ends.
fn check(
    next: &NextRow,
    printer: Option<devices::Device>,
    now: Instant,
) -> Result<Work, (PrintState, Option<PrintFault>)> {
    if is_over(next.ticket_state) {
        return Err((PrintState::Cancelled, None));
    }
    if now.minutes_since(next.queued_at) >= LATE_MINUTES {
        return Err((PrintState::Failed, Some(PrintFault::Late)));
    }
    let revoked = || (PrintState::Failed, Some(PrintFault::Revoked));
    let device = printer.ok_or_else(revoked)?;
    Ok(Work {
        ticket: next.ticket_id,
        site: next.site_id,
        paper: next.slip.0.clone(),
        answers: device.answers,
        address: device.address.ok_or_else(revoked)?,
    })
}
