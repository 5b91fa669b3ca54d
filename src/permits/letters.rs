//! The two letters of a no: the return with its list, and the rejection with its reasons and the way to object. Every
//! word comes from the message files.

use serde_json::Value;

use super::outgoing::Telling;
use super::{ActName, ActRecord, Correction, FileView, wording};
use crate::clock::{Day, Instant};
use crate::documents::LetterSheet;
use crate::messages;

/// The letter of a return; `link` is the applicant's address while the list is open.
pub(super) fn return_sheet(telling: &Telling<'_>, act: &ActRecord, link: Option<String>) -> LetterSheet {
    returned(blank(telling, "return"), telling, act, link)
}

/// The letter of a rejection.
pub(super) fn rejection_sheet(telling: &Telling<'_>, act: &ActRecord) -> LetterSheet {
    rejected(blank(telling, "rejection"), telling, act)
}

fn blank(telling: &Telling<'_>, kind: &str) -> LetterSheet {
    let words = |part: &str| telling.plain(&format!("letter_paper.{kind}.{part}"));
    let subject = words("subject");
    let file = (telling.plain("letter_paper.file"), telling.view.file.code.text().to_owned());
    let sheet = telling.letter_sheet(&subject, vec![file]);
    LetterSheet { scan: words("scan"), ..sheet }
}

fn service(telling: &Telling<'_>) -> String {
    telling.service()
}

fn registered(telling: &Telling<'_>) -> String {
    let file = &telling.view.file;
    let at = file.registered_at.unwrap_or(file.created_at);
    messages::date(telling.lang, at.day(telling.site.zone))
}

fn returned(sheet: LetterSheet, telling: &Telling<'_>, act: &ActRecord, link: Option<String>) -> LetterSheet {
    let (view, site) = (telling.view, telling.site);
    let words = |part: &str, args: &[(&str, String)]| telling.text(&format!("letter_paper.return.{part}"), args);
    let back = view.corrections.iter().find(|back| back.asked_at == act.at);
    let date = |at: Instant| messages::long_date(telling.lang, at, site.zone);
    let until = |ends: fn(&Correction) -> Instant| back.map(|back| date(ends(back))).unwrap_or_default();
    let args = [
        ("service", service(telling)),
        ("registered", registered(telling)),
        ("first", until(Correction::first_term_ends)),
        ("last", until(Correction::lapses_at)),
        ("site", site.name.clone()),
    ];
    let items = back.map(|back| &back.items[..]).unwrap_or_default();
    let note = back.map(|back| back.note.clone()).filter(|note| !note.is_empty());
    LetterSheet {
        opening: sheet.opening.into_iter().chain([words("opening", &args)]).collect(),
        items: items.iter().map(|item| wording::item_words(&view.rules, item, telling.lang)).collect(),
        closing: note.into_iter().chain([words("how", &args), words("term", &args)]).collect(),
        qr_payload: link,
        ..sheet
    }
}

fn rejected(sheet: LetterSheet, telling: &Telling<'_>, act: &ActRecord) -> LetterSheet {
    let words = |part: &str, args: &[(&str, String)]| telling.text(&format!("letter_paper.rejection.{part}"), args);
    let reason = act.detail.get("reason").and_then(Value::as_str).unwrap_or_default();
    let reasons = reason.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned);
    let args = [("service", service(telling)), ("recommendation", recommendation(telling, telling.view))];
    LetterSheet {
        opening: sheet.opening.into_iter().chain([words("opening", &args)]).collect(),
        items: reasons.collect(),
        closing: vec![words("objection", &[])],
        ways: ["objection_first", "appeal", "court"].iter().map(|part| words(part, &[])).collect(),
        farewell: vec![words("again", &[]), telling.plain("outgoing.sealed")],
        qr_payload: Some(format!("{}/status?kode={}", telling.base(), telling.view.file.code)),
        ..sheet
    }
}

/// The letter of the technical office, when there was one: " dan rekomendasi … Nomor … tanggal …".
fn recommendation(telling: &Telling<'_>, view: &FileView) -> String {
    let letter = view.acts.iter().rev().find(|act| act.act == ActName::Recommendation).map(|act| &act.detail);
    let (Some(letter), Some(opd)) = (letter, &view.rules.technical_opd) else { return String::new() };
    let stated = |name: &str| letter.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let day = Day::parse(&stated("letter_date")).map(|day| messages::date(telling.lang, day)).unwrap_or_default();
    let args = [("opd", opd.clone()), ("number", stated("letter_number")), ("date", day)];
    telling.text("letter_paper.rejection.and_recommendation", &args)
}
