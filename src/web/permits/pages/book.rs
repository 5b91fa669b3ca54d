//! `/buku-register`: the register book of a permit type and year, as page and as PDF.

use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::fields::OptionView;
use crate::catalogue::ServiceKind;
use crate::documents;
use crate::messages::{self, Lang, Refusal, plain};
use crate::permits::{self, Permit};
use crate::web::guard::BookReader;
use crate::web::page::{Page, Rendered};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the register book.
pub fn routes() -> Vec<Route> {
    routes![book, print]
}

/// The register of one permit type and year.
#[derive(Default, Serialize)]
pub struct BookPage {
    types: Vec<OptionView>,
    code: String,
    year: String,
    rows: Vec<RowView>,
}

#[derive(Serialize)]
struct RowView {
    number: String,
    file: String,
    holder: String,
    issued_on: String,
    valid_until: String,
    entry: String,
}

impl Page for BookPage {
    const TEMPLATE: &'static str = "permits/book.html";

    fn samples() -> Vec<Self> {
        let row = |number: &str, entry: &str| RowView {
            number: number.into(),
            file: "1".into(),
            holder: "RAHMA DATA UJI".into(),
            issued_on: "24 November 2026".into(),
            valid_until: "24 November 2031".into(),
            entry: entry.into(),
        };
        let full = BookPage {
            types: vec![OptionView::new("SIPB", "Surat Izin Praktik Bidan")],
            code: "SIPB".into(),
            year: "2026".into(),
            rows: vec![row("503/0001/SIPB/DPMPTSP/2026", "Berlaku"), row("503/0002/SIPB/DPMPTSP/2026", "BATAL")],
        };
        vec![full, BookPage::default()]
    }
}

#[get("/buku-register?<jenis>&<tahun>")]
async fn book(
    jenis: Option<&str>,
    tahun: Option<i32>,
    _reader: BookReader,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let catalogue = at.app.catalogue();
    let kinds = catalogue.list().map(|published| &published.service).filter(|s| s.kind == ServiceKind::Permit);
    let types: Vec<OptionView> =
        kinds.map(|s| OptionView::new(&s.code, format!("{} · {}", s.code, s.name.of(visit.lang)))).collect();
    let year = tahun.unwrap_or_else(|| at.today().year());
    let code = jenis.unwrap_or("").to_owned();
    let permits = permits::list_register(&mut at.app.db.read().await?, &code, year).await?;
    let rows = permits.iter().map(|permit| row(&at, permit, visit.lang)).collect();
    visit.page(&BookPage { types, code, year: year.to_string(), rows })
}

fn row(at: &AtFiles, permit: &Permit, lang: Lang) -> RowView {
    let until = permit.valid_until.map_or_else(|| plain(lang, "paper.permanent"), |day| messages::date(lang, day));
    RowView {
        number: permit.number.clone(),
        file: permit.application.to_string(),
        holder: permit.holder_name.clone(),
        issued_on: messages::date(lang, permit.issued_on),
        valid_until: until,
        entry: permit.entry(at.today(), lang),
    }
}

#[get("/buku-register/<code>/<year>/pdf")]
async fn print(code: &str, year: i32, _reader: BookReader, at: AtFiles) -> Result<Paper, Problem> {
    let catalogue = at.app.catalogue();
    let published = catalogue.find(code).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    let permits = permits::list_register(&mut at.app.db.read().await?, code, year).await?;
    let sheet = permits::book_sheet(&published.service, year, &permits, at.today(), at.app.config.demo);
    let now = at.now.utc();
    let printed = spawn_blocking(move || documents::register_book(&sheet, now)).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(format!("buku-register-{code}-{year}.pdf"), bytes))
}
