//! The electronic seal of a paper (PAdES B-B, ETSI EN 319 142-1): put on by the office's own key, and checked.
//!
//! A sealed file is accepted only as it was written: one revision, the whole file under the seal, the seal itself in
//! the one form this module writes, signed by a pinned key. Behind it there may be one further revision with the
//! national signature, by a pinned certificate, which changes nothing a reader shows. `docs/signatures.md` describes every step.

mod append;
mod check;
mod cms;
mod further;
mod local;
mod pages;
mod range;
mod signed;
mod signer;
mod stamp;
mod stamper;
mod title;
mod token;

pub use append::{Further, append_seal};
pub use check::{SealFault, Sealed, check_edition, check_seal};
pub use further::{FurtherSeal, check_further};
pub use local::{LocalSeal, is_stamped, stamp_sealed};
pub use signer::{SealError, Signer};
pub use stamp::{Stamper, accept_stamp, stamp_request};
pub use stamper::HttpStamper;
pub use title::title_of;
