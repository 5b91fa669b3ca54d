//! `/admin/layanan`: administrators change the services without a programmer.

mod acts;
mod difference;
mod editor;
mod list;
mod result;
mod samples;

use rocket::Route;

pub use editor::EditorPage;
pub use list::ServiceFilesPage;

/// Routes of the editor.
pub fn routes() -> Vec<Route> {
    [list::routes(), editor::routes(), acts::routes()].concat()
}
