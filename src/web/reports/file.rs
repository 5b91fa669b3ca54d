//! A report on its way: JSON, CSV, Excel or PDF, all with the same rows and totals.

use std::sync::Arc;

use rocket::http::{ContentType, Header, Status};
use rocket::request::Request;
use rocket::response::{Responder, Response, Result as Answer};
use serde::Serialize;

use super::asked::{Asked, Form};
use super::view::{Columns, Report, Row, shown};
use crate::clock::{Day, Instant};
use crate::documents::{self, PaperError, ReportSheet};
use crate::messages::{Lang, Refusal, date, date_and_time, plain, text};
use crate::permits;
use crate::reports::{Sheet, SheetLine, excel};
use crate::sites::Site;
use crate::web::app::App;
use crate::web::body::Reply;
use crate::web::problem::Problem;

/// What stands above and below a report that is kept as a file.
pub struct Frame {
    lang: Lang,
    /// Name of the file without its ending.
    name: String,
    title: String,
    scope: String,
    /// Head of the column of words.
    words: String,
    made_at: Instant,
    made: String,
    demo: bool,
}

impl Frame {
    /// The frame of a report about sites, and about local days where the report counts days.
    pub fn new(app: &App, lang: Lang, sites: &[Arc<Site>], days: Option<(Day, Day)>) -> Frame {
        let now = app.now();
        let zone = sites.first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let names: Vec<&str> = sites.iter().map(|site| site.name.as_str()).collect();
        let args = |(from, to): (Day, Day)| [("from", date(lang, from)), ("to", date(lang, to))];
        let days = days.map(|days| match days.0 == days.1 {
            true => date(lang, days.0),
            false => text(lang, "reports.days", &args(days)),
        });
        Frame {
            lang,
            name: String::new(),
            title: String::new(),
            scope: std::iter::once(names.join(", ")).chain(days).collect::<Vec<_>>().join(" · "),
            words: String::new(),
            made_at: now,
            made: text(lang, "reports.made", &[("time", date_and_time(lang, now, zone))]),
            demo: app.config.demo,
        }
    }

    /// Names the file, its title and the column of words; the last two are keys of messages.
    pub fn titled(self, name: String, title: &str, words: &str) -> Frame {
        Frame { name, title: plain(self.lang, title), words: plain(self.lang, words), ..self }
    }

    /// Heads of the columns: groups and figures as on the screen.
    fn heads<F: Columns>(&self) -> Vec<String> {
        let word = |key: &str| plain(self.lang, &format!("reports.{key}"));
        let head = |keys: &&str| keys.split(' ').map(word).collect::<Vec<_>>().join(" ");
        std::iter::once(self.words.clone()).chain(F::HEADS.iter().map(head)).collect()
    }
}

impl<F: Columns + Serialize> Report<F> {
    /// The report in the form asked for.
    pub fn answer(&self, asked: Asked, frame: &Frame) -> Result<ReportReply, Problem> {
        let bytes = match asked.form {
            Form::Json => return Ok(ReportReply::Json(Reply::ok(self)?)),
            Form::Csv => self.csv().into_bytes(),
            Form::Excel => excel(&self.sheet(frame)).map_err(|error| Problem::failure(&error))?,
            Form::Pdf => documents::report(&self.paper(frame), frame.made_at.utc()).map_err(unprinted)?,
        };
        Ok(ReportReply::File(format!("{}.{}", frame.name, asked.form.ending()), asked.form, bytes))
    }

    fn sheet(&self, frame: &Frame) -> Sheet {
        let line = |row: &Row<F>| SheetLine {
            label: row.label.clone(),
            day: row.key.as_deref().and_then(Day::parse),
            cells: row.figures.cells(),
        };
        Sheet {
            title: frame.title.clone(),
            scope: frame.scope.clone(),
            heads: frame.heads::<F>(),
            lines: self.rows.iter().map(line).collect(),
            totals: SheetLine { label: total(frame), day: None, cells: self.totals.cells() },
            made_at: frame.made_at,
        }
    }

    fn paper(&self, frame: &Frame) -> ReportSheet {
        let line = |label: String, figures: &F| {
            let cells = figures.cells().into_iter().map(|cell| shown(cell, frame.lang));
            std::iter::once(label).chain(cells).collect::<Vec<_>>()
        };
        ReportSheet {
            letterhead: permits::letterhead(),
            title: frame.title.clone(),
            scope: frame.scope.clone(),
            heads: frame.heads::<F>(),
            rows: self.rows.iter().map(|row| line(row.label.clone(), &row.figures)).collect(),
            totals: line(total(frame), &self.totals),
            made: frame.made.clone(),
            page: plain(frame.lang, "paper.page"),
            document_id: frame.name.clone(),
            mark: frame.demo.then(|| plain(frame.lang, "paper.mark")),
        }
    }
}

fn total(frame: &Frame) -> String {
    plain(frame.lang, "reports.total")
}

/// A name or reason may hold a character our face lacks; the other forms can carry it.
pub fn unprinted(error: PaperError) -> Problem {
    match error {
        PaperError::MissingCharacter { character, .. } => {
            Refusal::invalid("report-character").with("character", character).into()
        }
        PaperError::Photo(_) | PaperError::QrTooLong(_) | PaperError::Font(_) | PaperError::Writer(_) => {
            Problem::failure(&error)
        }
    }
}

/// A report on its way.
pub enum ReportReply {
    /// JSON.
    Json(Reply),
    /// Name of the file, its form and its bytes.
    File(String, Form, Vec<u8>),
}

impl<'r> Responder<'r, 'static> for ReportReply {
    fn respond_to(self, request: &'r Request<'_>) -> Answer<'static> {
        match self {
            ReportReply::Json(reply) => reply.respond_to(request),
            ReportReply::File(name, form, bytes) => Response::build()
                .status(Status::Ok)
                .header(kind(form))
                .header(Header::new("Content-Disposition", format!("attachment; filename=\"{name}\"")))
                .raw_header("Cache-Control", "no-store")
                .sized_body(bytes.len(), std::io::Cursor::new(bytes))
                .ok(),
        }
    }
}

fn kind(form: Form) -> ContentType {
    match form {
        Form::Json => ContentType::JSON,
        Form::Csv => ContentType::new("text", "csv").with_params(("charset", "utf-8")),
        Form::Excel => ContentType::new("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        Form::Pdf => ContentType::PDF,
    }
}
