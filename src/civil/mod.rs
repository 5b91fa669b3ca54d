//! Population documents on their way: made in SIAK by Disdukcapil, followed and handed over here. Loket never issues one.
//!
//! `request` and `blank` hold the rules; `opening` and `moving` are the use cases of a request, `stock` those of the
//! blanks; `stop` sends a visitor of a permit over for a correction, `event` flags the permits a life event concerns.

mod blank;
mod doubles;
mod event;
mod following;
mod moving;
mod opening;
mod reading;
mod request;
mod slip;
mod stock;
mod stop;
mod store;

pub use blank::{BlankKind, BlankMove, LOW_STOCK};
pub use doubles::{
    Double, DoubleReason, DoubleSide, DoubleState, Keep, Sketch, dismiss, find_daily, list_doubles, merge, slip, undo,
};
pub use event::{
    FlagDecision, LifeEvent, LifeEventKind, PermitFlag, Review, StatedEvent, list_flags, list_flags_of, record_event,
    review_permit,
};
pub use following::{CivilProgress, CivilStep, progress};
pub use moving::{Handover, cancel, hand_over, make_ready, submit};
pub use opening::{Opening, open, sight};
pub use reading::{CivilRow, CivilView, MOST_ROWS, find_of_visit, list_open, view};
pub use request::{CivilAct, CivilActRecord, CivilRequest, CivilState};
pub use slip::slip_sheet;
pub use stock::{BlankLine, StockChange, StockLine, change_stock, list_book, list_stock};
pub use stop::{CorrectionStop, correction_service, find_correction_stop, list_correction_stops, open_correction_stop};

use crate::identity::Role;
use crate::ids::CivilRequestId;
use crate::messages::Refusal;
use crate::permits::Desk;
use crate::sites::Site;

/// The site of a population officer; nobody else works here.
///
/// # Errors
/// 403 `wrong-role` or `officer-without-site`.
fn desk_site<'a>(desk: &Desk<'a>) -> Result<&'a Site, Refusal> {
    if !desk.officer.is(Role::PopulationOfficer) {
        return Err(Refusal::forbidden("wrong-role"));
    }
    let site = desk.officer.site.and_then(|id| desk.sites.find_by_id(id));
    site.map(|site| &**site).ok_or_else(|| Refusal::forbidden("officer-without-site"))
}

fn unknown() -> Refusal {
    Refusal::not_found("civil-unknown")
}

fn in_other_state(request: &CivilRequest) -> Refusal {
    let state = request.state;
    Refusal::conflict("civil-in-other-state")
        .with("code", &request.code)
        .worded("state", move |lang| crate::messages::plain(lang, &format!("civil.state.{state}")))
}

/// What an audit line says of a request: never whose it is.
fn subject(id: CivilRequestId) -> String {
    id.to_string()
}
