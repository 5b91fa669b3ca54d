//! Halls over HTTP: their hours and limits; their devices, and the page with which these are paired.

mod calling;
mod devices_acts;
mod devices_page;
mod hours_acts;
mod hours_page;
mod hours_typed;
mod pair;
mod this_device;

use rocket::Route;

pub use devices_page::DevicesPage;
pub use hours_page::HoursPage;
pub use pair::{PairPage, UnpairedPage};
pub use this_device::ThisDevice;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    let hours = [hours_page::routes(), hours_acts::routes()].concat();
    [devices_page::routes(), devices_acts::routes(), hours, pair::routes()].concat()
}
