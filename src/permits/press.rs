//! Where a frozen sheet becomes signed bytes, off the async threads; and the places where a test may stop it.

use std::sync::Arc;

use crate::clock::Instant;
use crate::db::{Fault, Outcome, StoreError};
use crate::documents::{self, PaperError, PermitSheet, Print, Profile, SealError, Signer};
use crate::messages::Refusal;

crate::ids::words! {
    /// A moment of issuing after which a crash must leave nothing lost and nothing twice.
    pub enum StopAfter {
        /// The number is taken and committed.
        Reserve = "reserve",
        /// The paper is set.
        Render = "render",
        /// The paper is signed, not kept yet.
        Sign = "sign",
        /// The signed bytes are committed; the answer is lost.
        Store = "store",
    }
}

/// How issuing is stopped, for tests of its crash points.
#[derive(Clone, Copy, Debug)]
pub enum Stop {
    /// The use case ends there with `issuing-stopped`.
    Refuse(StopAfter),
    /// The process ends there at once, as by a power cut.
    Abort(StopAfter),
}

/// What prints and signs.
#[derive(Clone)]
pub struct Press {
    /// Seals the finished file.
    pub signer: Arc<dyn Signer>,
    /// The address people type; stands in QR codes.
    pub public_url: String,
    /// Whether papers carry the mark DATA UJI.
    pub demo: bool,
    /// The archive profile of what is issued.
    pub profile: Profile,
    /// Whether what is issued waits for a national signature.
    pub national: bool,
    /// Whether what is issued should carry a time stamp.
    pub stamps: bool,
    /// Only in tests and, by `LOKET_STOP_AFTER`, in the demonstration.
    pub stop: Option<Stop>,
}

/// Why a sheet did not become signed bytes.
#[derive(Debug)]
pub(super) enum PressFault {
    /// The sheet can never become paper.
    Paper(PaperError),
    /// The signer cannot sign now; the number stays reserved.
    Seal(SealError),
    /// A test stopped here, or the work was dropped.
    Stopped,
}

impl Press {
    /// Ends here when a test wants it.
    pub(super) fn pass(&self, point: StopAfter) -> Outcome<()> {
        if self.reach(point) { Ok(()) } else { Err(stopped()) }
    }

    fn reach(&self, point: StopAfter) -> bool {
        match self.stop {
            Some(Stop::Abort(at)) if at == point => std::process::abort(),
            Some(Stop::Refuse(at)) => at != point,
            Some(Stop::Abort(_)) | None => true,
        }
    }

    /// Sets and signs a sheet. The same sheet and moment give the same paper, and by the same key the same seal.
    pub(super) async fn strike(&self, sheet: PermitSheet, dated: Instant) -> Result<Vec<u8>, PressFault> {
        let press = self.clone();
        let work = tokio::task::spawn_blocking(move || {
            let print = Print { room: Some(press.signer.room()), profile: press.profile, ..Print::from(dated.utc()) };
            let paper = documents::permit(&sheet, print).map_err(PressFault::Paper)?;
            if !press.reach(StopAfter::Render) {
                return Err(PressFault::Stopped);
            }
            let sealed = press.signer.seal(paper).map_err(PressFault::Seal)?;
            if press.reach(StopAfter::Sign) { Ok(sealed) } else { Err(PressFault::Stopped) }
        });
        work.await.map_err(|_| PressFault::Stopped)?
    }
}

impl Press {
    /// Sets a paper with room for the seal, and seals it.
    pub(super) async fn seal_with(
        &self,
        set: impl FnOnce(usize) -> Result<Vec<u8>, PaperError> + Send + 'static,
    ) -> Result<Vec<u8>, PressFault> {
        let signer = Arc::clone(&self.signer);
        let work = tokio::task::spawn_blocking(move || {
            let paper = set(signer.room()).map_err(PressFault::Paper)?;
            signer.seal(paper).map_err(PressFault::Seal)
        });
        work.await.map_err(|_| PressFault::Stopped)?
    }
}

impl From<PressFault> for Fault {
    fn from(fault: PressFault) -> Fault {
        match fault {
            PressFault::Paper(error) => Fault::Store(StoreError::Corrupt(error.to_string())),
            PressFault::Seal(error) => {
                tracing::error!(%error, "a permit could not be signed; its number stays reserved");
                Refusal::unavailable("signer-unavailable").into()
            }
            PressFault::Stopped => stopped(),
        }
    }
}

fn stopped() -> Fault {
    Refusal::unavailable("issuing-stopped").into()
}
