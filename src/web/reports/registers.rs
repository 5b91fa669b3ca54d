//! `GET /api/v1/registers/{code}/{year}`: the register book of a permit type and year, every number in it.

use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, routes};
use serde::Serialize;

use super::asked::{Asked, Form};
use super::file::{ReportReply, unprinted};
use crate::catalogue::Service;
use crate::clock::Day;
use crate::documents;
use crate::messages::{self, Lang, Refusal, plain, text};
use crate::permits::{self, Permit, PermitState};
use crate::reports::{Sheet, SheetLine, csv, excel};
use crate::web::body::Reply;
use crate::web::guard::BookReader;
use crate::web::permits::AtFiles;
use crate::web::problem::Problem;

/// Columns of the table, named as in the JSON.
const NAMES: [&str; 6] = ["number", "holder_name", "issued_on", "valid_until", "state", "entry"];
/// The same in words.
const HEADS: [&str; 6] =
    ["check.number", "book.holder", "check.issued_on", "check.valid_until", "book.state", "check.status"];

/// Routes of the register books.
pub fn routes() -> Vec<Route> {
    routes![register]
}

/// A number of the register.
#[derive(Serialize)]
struct NumberRow {
    number: String,
    holder_name: String,
    issued_on: Day,
    valid_until: Option<Day>,
    state: PermitState,
    /// What the book says of it: in force or not, waiting, or BATAL and why.
    entry: String,
}

/// All numbers together.
#[derive(Serialize)]
struct Totals {
    numbers: usize,
    void: usize,
}

/// The book of a type and year.
#[derive(Serialize)]
struct Book {
    rows: Vec<NumberRow>,
    totals: Totals,
}

#[get("/api/v1/registers/<code>/<year>")]
async fn register(
    code: &str,
    year: i32,
    _reader: BookReader,
    asked: Asked,
    at: AtFiles,
) -> Result<ReportReply, Problem> {
    let catalogue = at.app.catalogue();
    let service = &catalogue.find(code).ok_or_else(|| Refusal::not_found("service-unknown"))?.service;
    let permits = permits::list_register(&mut at.app.db.read().await?, code, year).await?;
    let book = Book::new(&permits, at.today(), asked.lang);
    let bytes = match asked.form {
        Form::Json => return Ok(ReportReply::Json(Reply::ok(&book)?)),
        Form::Csv => csv(&NAMES, book.rows.iter().map(NumberRow::cells)).into_bytes(),
        Form::Excel => {
            excel(&book.sheet(&at, service, (year, asked.lang))).map_err(|error| Problem::failure(&error))?
        }
        Form::Pdf => {
            let sheet = permits::book_sheet(service, year, &permits, at.today(), at.app.config.demo);
            let now = at.now.utc();
            let printed = spawn_blocking(move || documents::register_book(&sheet, now)).await;
            printed.map_err(|error| Problem::failure(&error))?.map_err(unprinted)?
        }
    };
    let name = format!("buku-register-{}-{year}.{}", service.code, asked.form.ending());
    Ok(ReportReply::File(name, asked.form, bytes))
}

impl Book {
    fn new(permits: &[Permit], today: Day, lang: Lang) -> Book {
        let void = permits.iter().filter(|permit| permit.state == PermitState::Void).count();
        let row = |permit: &Permit| NumberRow {
            number: permit.number.clone(),
            holder_name: permit.holder_name.clone(),
            issued_on: permit.issued_on,
            valid_until: permit.valid_until,
            state: permit.state,
            entry: permit.entry(today, lang),
        };
        Book { rows: permits.iter().map(row).collect(), totals: Totals { numbers: permits.len(), void } }
    }

    fn sheet(&self, at: &AtFiles, service: &Service, (year, lang): (i32, Lang)) -> Sheet {
        let of = [("service", service.name.of(lang).to_owned()), ("year", year.to_string())];
        let made = [("date", messages::date(lang, at.today())), ("n", self.totals.numbers.to_string())];
        let line = |row: &NumberRow| {
            let mut cells = row.cells();
            SheetLine { label: cells.remove(0), day: None, cells }
        };
        Sheet {
            title: text(lang, "book.title_of", &of),
            scope: text(lang, "book.note", &made),
            heads: HEADS.iter().map(|key| plain(lang, key)).collect(),
            lines: self.rows.iter().map(line).collect(),
            totals: SheetLine {
                label: plain(lang, "reports.total"),
                day: None,
                cells: vec![self.totals.numbers.to_string()],
            },
            made_at: at.now,
        }
    }
}

impl NumberRow {
    fn cells(&self) -> Vec<String> {
        let until = self.valid_until.map(|day| day.to_string()).unwrap_or_default();
        let words = [self.holder_name.clone(), self.issued_on.to_string(), until];
        let ends = [self.state.to_string(), self.entry.clone()];
        std::iter::once(self.number.clone()).chain(words).chain(ends).collect()
    }
}
