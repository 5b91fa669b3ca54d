//! The papers about a permit that is not kept to: the warnings (Surat Peringatan 1 to 3) and the revocation.

use super::Outgoing;
use super::telling::Telling;
use crate::clock::Instant;
use crate::documents::{LetterSheet, RecordPart, RecordSheet};
use crate::messages;
use crate::permits::{Permit, PermitLine, Reprimand};

/// A warning, of the head of agency.
pub(super) fn warning_sheet(telling: &Telling<'_>, (permit, one): (&Permit, &Reprimand)) -> LetterSheet {
    let words = |part: &str, args: &[(&str, String)]| telling.text(&format!("warning_paper.{part}"), args);
    let args = [
        ("service", telling.service()),
        ("permit", permit.number.clone()),
        ("issued", messages::date(telling.lang, permit.issued_on)),
        ("days", one.working_days.to_string()),
        ("date", messages::date(telling.lang, one.due_on)),
        ("step", one.step.to_string()),
    ];
    let subject = words(&format!("subject_{}", one.step), &[]);
    let before = previous(telling, one).map(|letter| {
        let date = messages::date(telling.lang, letter.dated);
        words("after", &[("number", letter.number.clone()), ("date", date)])
    });
    let sheet = telling.letter_sheet(&subject, Vec::new());
    let next = if one.step < 3 { words("next_warning", &args) } else { words("next_revocation", &args) };
    LetterSheet {
        opening: sheet.opening.into_iter().chain(before).chain([words("opening", &args)]).collect(),
        items: lines(&one.breach),
        closing: vec![words("remedy", &args)],
        ways: lines(&one.remedy),
        farewell: [words("term", &args), next, words("how", &[])].into_iter().chain(sheet.farewell).collect(),
        ..sheet
    }
}

/// The letter of the step before, in the same series.
fn previous<'a>(telling: &'a Telling<'_>, one: &Reprimand) -> Option<&'a Outgoing> {
    let before = telling.view.reprimands.iter().find(|r| r.series == one.series && r.step == one.step - 1)?;
    letter_of(telling, before)
}

fn letter_of<'a>(telling: &'a Telling<'_>, one: &Reprimand) -> Option<&'a Outgoing> {
    telling.view.letters.iter().find(|letter| letter.is_about(one))
}

/// Each line of what was typed is one point.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The decision that revokes a permit, of the head of agency.
pub(super) fn revocation_sheet(telling: &Telling<'_>, (permit, line): (&Permit, &PermitLine)) -> RecordSheet {
    let words = |part: &str, args: &[(&str, String)]| telling.text(&format!("revocation_paper.{part}"), args);
    let args = [
        ("number", permit.number.clone()),
        ("service", telling.view.rules.name.of(telling.lang).to_owned()),
        ("name", permit.holder_name.clone()),
        ("date", messages::date(telling.lang, line.at.day(telling.site.zone))),
    ];
    let sheet = telling.record_sheet();
    let reason = line.reason.as_deref().map(lines).unwrap_or_default();
    let ground = line.legal_ground.as_deref().map(lines).unwrap_or_default();
    let basis = telling.view.rules.legal_basis.iter().cloned().chain(ground);
    let part = |title: &str, list: Vec<String>| RecordPart { title: words(title, &[]), list, ..RecordPart::default() };
    let parts = [
        RecordPart { title: words("permit", &[]), rows: permit_rows(telling, permit), ..RecordPart::default() },
        part("reasons", reason.into_iter().chain(warnings(telling, line.at)).collect()),
        part("basis", basis.collect()),
        part("decided", ["first", "second", "third"].iter().map(|at| words(at, &args)).collect()),
        part("objection", objection(telling)),
    ];
    RecordSheet {
        title: words("title", &[]),
        opening: sheet.opening.into_iter().chain([words("opening", &args)]).collect(),
        parts: parts.into_iter().filter(|part| !part.is_empty()).collect(),
        ..sheet
    }
}

fn permit_rows(telling: &Telling<'_>, permit: &Permit) -> Vec<(String, String)> {
    let date = |day| messages::date(telling.lang, day);
    let until = permit.valid_until.map_or_else(|| telling.plain("paper.permanent"), date);
    vec![
        (telling.plain("outgoing.number_label"), permit.number.clone()),
        (telling.plain("site_paper.service"), telling.view.rules.name.of(telling.lang).to_owned()),
        (telling.plain("revocation_paper.holder"), permit.holder_name.clone()),
        (telling.plain("revocation_paper.issued"), date(permit.issued_on)),
        (telling.plain("revocation_paper.until"), until),
    ]
}

/// The warnings of the series that ended with the revocation.
fn warnings(telling: &Telling<'_>, at: Instant) -> Vec<String> {
    let of = telling.view.reprimands.iter().filter(|one| one.ended_at == Some(at));
    let cited = of.filter_map(|one| {
        let letter = letter_of(telling, one)?;
        let args = [
            ("step", one.step.to_string()),
            ("number", letter.number.clone()),
            ("date", messages::date(telling.lang, letter.dated)),
            ("due", messages::date(telling.lang, one.due_on)),
        ];
        let over = one.is_over(at.day(telling.site.zone));
        let key = if over { "revocation_paper.warned" } else { "revocation_paper.warned_running" };
        Some(telling.text(key, &args))
    });
    cited.collect()
}

fn objection(telling: &Telling<'_>) -> Vec<String> {
    let ways = ["objection_first", "appeal", "court"].iter();
    ways.map(|way| telling.plain(&format!("letter_paper.rejection.{way}"))).collect()
}
