//! The letter that asks the technical OPD for its recommendation (surat permohonan rekomendasi).

use super::telling::Telling;
use crate::clock::Day;
use crate::documents::{LetterSheet, SignerBlock};
use crate::messages;

/// The letter about a verified file.
pub(super) fn sheet(telling: &Telling<'_>) -> LetterSheet {
    let words = |part: &str, args: &[(&str, String)]| telling.text(&format!("request_paper.{part}"), args);
    let view = telling.view;
    let opd = view.rules.technical_opd.clone().unwrap_or_else(|| telling.plain("site_paper.technical_office"));
    let due = view.file.due_at.map(|due| messages::long_date(telling.lang, due, telling.site.zone));
    let args = [
        ("service", telling.service()),
        ("name", view.file.applicant.person.name.clone()),
        ("opd", opd),
        ("due", due.unwrap_or_default()),
    ];
    let subject = words("subject", &args);
    let code = (telling.plain("letter_paper.file"), view.file.code.text().to_owned());
    let sheet = telling.letter_sheet(&subject, vec![code]);
    let asked = view.rules.fields.iter().filter(|field| field.on_permit);
    let answers = asked.filter_map(|field| Some((field.label.of(telling.lang), view.file.fields.get(&field.code)?)));
    let answers = answers.map(|(label, value)| {
        let value = Day::parse(value).map_or_else(|| value.clone(), |day| messages::date(telling.lang, day));
        format!("{label}: {value}")
    });
    let applicant = words("applicant", &[("name", view.file.applicant.person.name.clone())]);
    let address = words("address", &[("address", telling.address())]);
    let ask = if args[3].1.is_empty() { words("ask", &args) } else { words("ask_until", &args) };
    let for_head = Some(words("for_head", &[])).filter(|_| sheet.signer.acting.is_none());
    LetterSheet {
        addressee: vec![words("to", &args), words("place", &[])],
        opening: sheet.opening.into_iter().chain([words("opening", &args)]).collect(),
        items: [applicant, address].into_iter().chain(answers).collect(),
        closing: vec![ask, words("both_ways", &[])],
        signer: SignerBlock { acting: sheet.signer.acting.or(for_head), ..sheet.signer },
        ..sheet
    }
}
