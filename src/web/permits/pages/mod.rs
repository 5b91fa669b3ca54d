//! Pages about files and permits.

mod acts;
mod answering;
mod batch;
mod batch_national;
mod book;
mod check;
mod clock_view;
mod completeness;
mod correction_view;
mod detail;
mod detail_civil;
mod detail_parts;
mod due;
mod erratum;
mod fields;
mod folder;
mod form;
mod held;
mod history;
mod inspecting;
mod letters;
mod life;
mod list;
mod recover;
mod rectify;
mod retention;
mod returning;
mod reveal;
mod status;
mod status_clock;
mod status_events;
mod wallet;
mod warnings;

use rocket::Route;

pub use answering::{AnswerPage, is_photo};
pub use batch::BatchPage;
pub use book::BookPage;
pub use check::CheckPage;
pub use completeness::{CompletenessPage, print_gaps};
pub use detail::DetailPage;
pub use due::DuePage;
pub use erratum::ErratumPage;
pub use fields::{FieldView, Group, OptionView, groups, questions};
pub use folder::FoldersPage;
pub use form::{FormPage, StartPage};
pub use letters::print;
pub use life::LifePage;
pub use list::ListPage;
pub use recover::RecoverPage;
pub use rectify::RectifyPage;
pub use retention::RetentionPage;
pub use returning::ReturnPage;
pub use status::StatusPage;
pub use status_clock::StatusClock;
pub use warnings::WarningsPage;

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    [
        batch::routes(),
        list::routes(),
        due::routes(),
        form::routes(),
        detail::routes(),
        acts::routes(),
        reveal::routes(),
        wallet::routes(),
        returning::routes(),
        recover::routes(),
        rectify::routes(),
        retention::routes(),
        answering::routes(),
        life::routes(),
        erratum::routes(),
        letters::routes(),
        completeness::routes(),
        folder::routes(),
        warnings::routes(),
        inspecting::routes(),
        book::routes(),
        status::routes(),
        status_events::routes(),
        check::routes(),
    ]
    .concat()
}

/// A pill: state as icon, word and colour.
#[derive(Clone, serde::Serialize)]
pub struct Pill {
    kind: &'static str,
    label: String,
}

impl Pill {
    /// A kind of the look and its words.
    pub fn new(kind: &'static str, label: String) -> Pill {
        Pill { kind, label }
    }
}
