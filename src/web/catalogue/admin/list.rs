//! `/admin/layanan`: every service with the version in force.

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::catalogue::Published;
use crate::messages::{Lang, plain};
use crate::web::catalogue::words;
use crate::web::guard::Admin;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the list.
pub fn routes() -> Vec<Route> {
    routes![list]
}

/// The services as files.
#[derive(Serialize)]
pub struct ServiceFilesPage {
    pub(super) rows: Vec<FileRow>,
}

#[derive(Serialize)]
pub(super) struct FileRow {
    pub code: String,
    pub name: String,
    pub kind: String,
    pub time: String,
    pub fee: String,
    pub version: i64,
    pub cases: usize,
}

impl Page for ServiceFilesPage {
    const TEMPLATE: &'static str = "catalogue/files.html";

    fn samples() -> Vec<Self> {
        super::samples::lists()
    }
}

#[get("/admin/layanan")]
fn list(_admin: Admin, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let rows = visit.app.catalogue().list().map(|published| row(published, visit.lang)).collect();
    visit.page(&ServiceFilesPage { rows })
}

fn row(published: &Published, lang: Lang) -> FileRow {
    let service = &published.service;
    FileRow {
        code: service.code.clone(),
        name: service.name.of(lang).to_owned(),
        kind: plain(lang, &format!("service-kind.{}", service.kind)),
        time: words::time(&service.sla, lang),
        fee: words::fee(&service.fee, lang),
        version: published.version,
        cases: service.cases.len(),
    }
}
