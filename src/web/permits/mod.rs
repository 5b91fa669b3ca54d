//! Permit files over HTTP: the API, the pages of staff, and what anybody may ask about a file or a permit.

mod api_completeness;
mod api_files;
mod api_folders;
mod api_letters;
mod api_permits;
mod api_public;
mod api_stated;
mod at_files;
mod esign_simulator;
mod pages;
mod paper;
mod pieces;
mod upload;
mod views;
mod views_clock;
mod views_mistakes;

use rocket::Route;
use rocket::figment::Figment;

pub use at_files::{AtFiles, press};
pub use esign_simulator::{esign_simulator_of, serve_esign_simulator};
pub use pages::{
    AnswerPage, BatchPage, BookPage, CheckPage, CompletenessPage, DetailPage, DuePage, ErratumPage, FoldersPage,
    FormPage, LifePage, ListPage, RecoverPage, RectifyPage, RetentionPage, ReturnPage, StartPage, StatusPage,
    WarningsPage,
};
pub use pages::{FieldView, Group, OptionView, Pill, groups, questions};
pub use paper::Paper;
pub use views::{RequirementJson, StopJson, requirements, texts};

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    [
        api_completeness::routes(),
        api_files::routes(),
        api_folders::routes(),
        api_letters::routes(),
        api_permits::routes(),
        api_public::routes(),
        pieces::routes(),
        pages::routes(),
    ]
    .concat()
}

/// Rocket's own limits for uploads: one file of 10 MB and the form around it.
pub fn with_limits(figment: Figment) -> Figment {
    figment.merge(("limits.file", "10MiB")).merge(("limits.data-form", "11MiB"))
}
