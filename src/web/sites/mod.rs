//! Devices of the halls over HTTP: the page that announces them, and the page with which they are paired.

mod devices_acts;
mod devices_page;
mod pair;
mod this_device;

use rocket::Route;

pub use devices_page::DevicesPage;
pub use pair::{PairPage, UnpairedPage};
pub use this_device::ThisDevice;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [devices_page::routes(), devices_acts::routes(), pair::routes()].concat()
}
