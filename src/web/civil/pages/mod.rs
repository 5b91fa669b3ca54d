//! Pages of the population desk.

mod desk;
mod doubles;
mod form;
mod request;
mod review;
mod stock;

use std::collections::BTreeMap;

use rocket::Route;

pub use desk::PopulationDeskPage;
pub use doubles::DoublesPage;
pub use form::CivilFormPage;
pub use request::{CivilPage, printed_slip};
pub use review::ReviewPage;
pub use stock::StockPage;

use crate::civil::CivilState;
use crate::messages::{Lang, Refusal, plain};
use crate::web::permits::Pill;

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    [desk::routes(), form::routes(), request::routes(), stock::routes(), review::routes(), doubles::routes()].concat()
}

/// What a refusal says of each field.
fn by_field(refusal: &Refusal, lang: Lang) -> BTreeMap<String, String> {
    refusal.fields.iter().map(|fault| (fault.field.clone(), fault.words(lang))).collect()
}

/// A state as icon, word and colour.
fn pill(state: CivilState, lang: Lang) -> Pill {
    let kind = match state {
        CivilState::Draft | CivilState::Cancelled => "info",
        CivilState::Submitted => "now",
        CivilState::WaitingForBlank => "wait",
        CivilState::Ready | CivilState::HandedOver => "ok",
    };
    Pill::new(kind, plain(lang, &format!("civil.state.{state}")))
}
