//! The queue over HTTP: numbers, counters, the board, and the pages around them.

mod api_board;
mod api_counters;
mod api_tickets;
mod appointments_api;
mod appointments_asker;
mod appointments_bodies;
mod appointments_book;
mod appointments_kiosk;
mod appointments_own;
mod appointments_staff;
mod appointments_times;
mod at_work;
mod board_page;
mod bodies;
mod day_end;
mod desk;
mod desk_acts;
mod desk_file;
mod desk_person;
mod desk_samples;
mod greeter;
mod help;
mod kiosk;
mod news;
mod own_events;
mod own_page;
mod print_state;
mod relieve;
mod slip;
mod words;

use rocket::Route;

pub use appointments_book::AppointmentPage;
pub use appointments_kiosk::CheckInPage;
pub use appointments_own::{ChangeAppointmentPage, OwnAppointmentPage};
pub use appointments_staff::AppointmentDayPage;
pub use at_work::AtWork;
pub use board_page::BoardPage;
pub use day_end::DayEndPage;
pub use desk::DeskPage;
pub use greeter::StaffTicketPage;
pub use kiosk::{KioskPage, KioskTicketPage};
pub use news::{Live, LiveHalls, event};
pub use own_page::OwnPage;
pub use relieve::CounterPage;
pub use words::pause_reason;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    let api = [api_tickets::routes(), api_counters::routes(), api_board::routes(), own_events::routes()].concat();
    let pages = [kiosk::routes(), print_state::routes(), board_page::routes(), own_page::routes()].concat();
    let desk = [
        desk::routes(),
        desk_acts::routes(),
        desk_file::routes(),
        desk_person::routes(),
        greeter::routes(),
        help::routes(),
        day_end::routes(),
        relieve::routes(),
    ]
    .concat();
    let booking = [appointments_api::routes(), appointments_book::routes(), appointments_own::routes()].concat();
    let arriving = [appointments_kiosk::routes(), appointments_staff::routes()].concat();
    [api, pages, desk, booking, arriving].concat()
}
