//! The two letters of a no: the return with its list, and the rejection with its reasons and the way to object. Every
//! word comes from the message files; papers are Indonesian.

use serde_json::Value;

use super::paper::{letterhead, mark, paper, signer};
use super::{ActName, ActRecord, Correction, FileView, Press, wording};
use crate::clock::{Day, Instant};
use crate::documents::{LetterSheet, SignerBlock};
use crate::identity::Officer;
use crate::messages::{self, Lang, plain, text};
use crate::population::Regions;
use crate::sites::Site;

const LANG: Lang = Lang::Id;

crate::ids::words! {
    /// Which letter.
    pub enum LetterKind {
        /// Surat pengembalian berkas.
        Return = "return",
        /// Surat penolakan.
        Rejection = "rejection",
    }
}

impl LetterKind {
    /// The act the letter tells of.
    fn act(self) -> ActName {
        match self {
            LetterKind::Return => ActName::Return,
            LetterKind::Rejection => ActName::Rejection,
        }
    }

    /// The latest act of a file that this letter tells of.
    pub fn find_act(self, view: &FileView) -> Option<&ActRecord> {
        view.acts.iter().rev().find(|act| act.act == self.act())
    }
}

/// The letter about an act, signed by the officer who did it; `link` is the applicant's address of the return.
pub fn letter_sheet(
    press: &Press,
    view: &FileView,
    (kind, act): (LetterKind, &ActRecord),
    (officer, site): (&Officer, &Site),
    link: Option<String>,
) -> LetterSheet {
    let subject = words("subject", kind, &[]);
    let code = view.file.code.text();
    let sheet = LetterSheet {
        letterhead: letterhead(),
        place_and_date: format!("{}, {}", paper("place"), messages::date(LANG, act.at.day(site.zone))),
        head_lines: head_lines(view, &subject),
        subject,
        addressee: addressee(view),
        opening: Vec::new(),
        items: Vec::new(),
        closing: Vec::new(),
        ways: Vec::new(),
        farewell: vec![plain(LANG, "letter_paper.farewell")],
        signer: acted_as(SignerBlock { nip: labelled_nip(officer), ..signer(officer, None) }, act),
        scan: words("scan", kind, &[]),
        qr_payload: None,
        page: paper("page"),
        document_id: format!("{} {code}", words("document", kind, &[])),
        mark: mark(press.demo),
    };
    match kind {
        LetterKind::Return => returned(sheet, view, (act, site), link),
        LetterKind::Rejection => rejected(sheet, press, view, act),
    }
}

fn words(part: &str, kind: LetterKind, args: &[(&str, String)]) -> String {
    text(LANG, &format!("letter_paper.{kind}.{part}"), args)
}

fn head_lines(view: &FileView, subject: &str) -> Vec<(String, String)> {
    let label = |key: &str| plain(LANG, &format!("letter_paper.{key}"));
    vec![
        (label("file"), view.file.code.text().to_owned()),
        (label("enclosure"), "–".to_owned()),
        (label("about"), subject.to_owned()),
    ]
}

fn addressee(view: &FileView) -> Vec<String> {
    let person = &view.file.applicant.person;
    let address = Regions::in_force().full_address(&person.address());
    vec![plain(LANG, "letter_paper.to"), person.name.clone(), address]
}

/// Who acted for somebody else signs so, also when that is over.
pub(super) fn acted_as(signer: SignerBlock, act: &ActRecord) -> SignerBlock {
    let title = act.detail.get("acting").and_then(Value::as_str).and_then(|title| title.split_once(' '));
    match title {
        Some((prefix, position)) => {
            SignerBlock { acting: Some(prefix.to_owned()), position: position.to_owned(), ..signer }
        }
        None => signer,
    }
}

pub(super) fn labelled_nip(officer: &Officer) -> String {
    let nip = signer(officer, None).nip;
    if nip.is_empty() { nip } else { format!("{} {nip}", paper("nip")) }
}

fn service(view: &FileView) -> String {
    format!("{} ({})", view.rules.name.id, plain(LANG, &format!("kind.{}", view.file.kind)))
}

fn registered(view: &FileView, site: &Site) -> String {
    let at = view.file.registered_at.unwrap_or(view.file.created_at);
    messages::date(LANG, at.day(site.zone))
}

fn returned(
    sheet: LetterSheet,
    view: &FileView,
    (act, site): (&ActRecord, &Site),
    link: Option<String>,
) -> LetterSheet {
    let back = view.corrections.iter().find(|back| back.asked_at == act.at);
    let date = |at: Instant| messages::long_date(LANG, at, site.zone);
    let until = |ends: fn(&Correction) -> Instant| back.map(|back| date(ends(back))).unwrap_or_default();
    let args = [
        ("service", service(view)),
        ("registered", registered(view, site)),
        ("first", until(Correction::first_term_ends)),
        ("last", until(Correction::lapses_at)),
        ("site", site.name.clone()),
    ];
    let kind = LetterKind::Return;
    let items = back.map(|back| &back.items[..]).unwrap_or_default();
    let note = back.map(|back| back.note.clone()).filter(|note| !note.is_empty());
    LetterSheet {
        opening: vec![words("opening", kind, &args)],
        items: items.iter().map(|item| wording::item_words(&view.rules, item, LANG)).collect(),
        closing: note.into_iter().chain([words("how", kind, &args), words("term", kind, &args)]).collect(),
        qr_payload: link,
        ..sheet
    }
}

fn rejected(sheet: LetterSheet, press: &Press, view: &FileView, act: &ActRecord) -> LetterSheet {
    let kind = LetterKind::Rejection;
    let reason = act.detail.get("reason").and_then(Value::as_str).unwrap_or_default();
    let reasons = reason.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let args = [("service", service(view)), ("recommendation", recommendation(view))];
    let base = press.public_url.trim_end_matches('/');
    LetterSheet {
        opening: vec![words("opening", kind, &args)],
        items: reasons.collect(),
        closing: vec![words("objection", kind, &[])],
        ways: ["objection_first", "appeal", "court"].iter().map(|part| words(part, kind, &[])).collect(),
        farewell: vec![words("again", kind, &[])],
        qr_payload: Some(format!("{base}/status?kode={}", view.file.code)),
        ..sheet
    }
}

/// The letter of the technical office, when there was one: " dan rekomendasi … Nomor … tanggal …".
fn recommendation(view: &FileView) -> String {
    let letter = view.acts.iter().rev().find(|act| act.act == ActName::Recommendation).map(|act| &act.detail);
    let (Some(letter), Some(opd)) = (letter, &view.rules.technical_opd) else { return String::new() };
    let stated = |name: &str| letter.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let day = Day::parse(&stated("letter_date")).map(|day| messages::date(LANG, day)).unwrap_or_default();
    let args = [("opd", opd.clone()), ("number", stated("letter_number")), ("date", day)];
    words("and_recommendation", LetterKind::Rejection, &args)
}
