//! The register book (buku register) of a permit type and year: every number, also those that are BATAL.

use super::paper::{letterhead, mark};
use super::{Permit, PermitState};
use crate::catalogue::Service;
use crate::clock::Day;
use crate::documents::BookSheet;
use crate::messages::{self, Lang, plain, text};

impl Permit {
    /// What the register book says of the number: in force or not, waiting, or BATAL and why.
    pub fn entry(&self, today: Day, lang: Lang) -> String {
        if let Some(standing) = self.standing(today) {
            return plain(lang, &format!("standing.{standing}"));
        }
        match self.state {
            PermitState::Void => {
                let key = format!("void.{}", self.reason.as_deref().unwrap_or("other"));
                let why = if messages::has(lang, &key) { plain(lang, &key) } else { plain(lang, "void.other") };
                text(lang, "book.void", &[("why", why)])
            }
            PermitState::Reserved | PermitState::Issued | PermitState::Suspended | PermitState::Revoked => {
                plain(lang, "book.reserved")
            }
        }
    }
}

/// The book as paper.
pub fn book_sheet(service: &Service, year: i32, permits: &[Permit], today: Day, demo: bool) -> BookSheet {
    let lang = Lang::Id;
    let date = |day: Day| messages::date(lang, day);
    let line = |permit: &Permit| {
        let until = permit.valid_until.map_or_else(|| plain(lang, "paper.permanent"), date);
        let words = [permit.holder_name.clone(), date(permit.issued_on), until, permit.entry(today, lang)];
        (permit.number.clone(), words.join(" · "))
    };
    let head = (plain(lang, "check.number"), plain(lang, "book.columns"));
    let of = [("service", service.name.id.clone()), ("year", year.to_string())];
    BookSheet {
        letterhead: letterhead(),
        title: text(lang, "book.title_of", &of),
        rows: std::iter::once(head).chain(permits.iter().map(line)).collect(),
        note: vec![text(lang, "book.note", &[("date", date(today)), ("n", permits.len().to_string())])],
        document_id: format!("buku-{}-{year}", service.code),
        mark: mark(demo),
    }
}
