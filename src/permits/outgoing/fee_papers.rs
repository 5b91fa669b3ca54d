//! The two papers of a retribution: what is due (SKRD) and that it was paid (tanda bukti pembayaran).

use super::telling::Telling;
use crate::clock::Day;
use crate::documents::RecordSheet;
use crate::messages::{self, Lang};
use crate::permits::ActName;

/// The assessment, of the treasurer.
pub(super) fn assessment_sheet(telling: &Telling<'_>) -> RecordSheet {
    let words = |part: &str| telling.plain(&format!("fee_paper.{part}"));
    let amount = telling.stated("amount_rupiah").parse().unwrap_or(0);
    let mut rows = amount_rows(telling, amount);
    let derived = telling.stated("derivation");
    if !derived.is_empty() {
        rows.push((words("derivation"), derived));
    }
    let basis = telling.view.rules.fee.basis.clone();
    if !basis.is_empty() {
        rows.push((words("basis"), basis));
    }
    let sheet = telling.record_sheet();
    let opening = telling.text("fee_paper.assessment_opening", &[("service", telling.service())]);
    RecordSheet {
        title: words("assessment_title"),
        number: own_number(telling, "number").unwrap_or(sheet.number),
        opening: sheet.opening.into_iter().chain([opening]).collect(),
        parts: vec![
            telling.part("fee_paper.who", telling.file_rows()),
            telling.part("fee_paper.amount_part", with_note(telling, rows)),
        ],
        closing: [words("pay_how"), words("nothing_else")].into_iter().chain(sheet.closing).collect(),
        ..sheet
    }
}

/// The proof of payment, of the treasurer.
pub(super) fn payment_sheet(telling: &Telling<'_>) -> RecordSheet {
    let words = |part: &str| telling.plain(&format!("fee_paper.{part}"));
    let before = telling.view.acts.iter().rev().find(|act| act.act == ActName::Assessment);
    let assessed = |name: &str| before.and_then(|act| act.detail.get(name)?.as_str().map(str::to_owned));
    let counted = telling.view.rules.fee.count(telling.view.file.matter()).ok();
    let amount = assessed("amount_rupiah").and_then(|amount| amount.parse().ok());
    let amount = amount.or_else(|| counted.map(|lines| crate::catalogue::total(&lines))).unwrap_or(0);
    let mut rows = amount_rows(telling, amount);
    let paid_on = Day::parse(&telling.stated("paid_on"));
    let paid_on = paid_on.or_else(|| telling.act.map(|act| act.at.day(telling.site.zone)));
    rows.extend(paid_on.map(|day| (words("paid_on"), messages::date(telling.lang, day))));
    rows.extend(assessed("number").or_else(|| assessed("letter")).map(|number| (words("assessment_number"), number)));
    let sheet = telling.record_sheet();
    let opening = telling.text("fee_paper.payment_opening", &[("service", telling.service())]);
    RecordSheet {
        title: words("payment_title"),
        number: own_number(telling, "receipt_number").unwrap_or(sheet.number),
        opening: sheet.opening.into_iter().chain([opening]).collect(),
        parts: vec![
            telling.part("fee_paper.who_paid", telling.file_rows()),
            telling.part("fee_paper.paid_part", with_note(telling, rows)),
        ],
        closing: [words("keep")].into_iter().chain(sheet.closing).collect(),
        ..sheet
    }
}

/// The number the treasurer stated, instead of that of the register.
fn own_number(telling: &Telling<'_>, name: &str) -> Option<String> {
    let stated = telling.stated(name);
    (!stated.is_empty()).then(|| telling.text("site_paper.number", &[("number", stated)]))
}

fn amount_rows(telling: &Telling<'_>, amount: i64) -> Vec<(String, String)> {
    let words = |part: &str| telling.plain(&format!("fee_paper.{part}"));
    let mut rows = vec![(words("amount"), messages::rupiah(amount))];
    if telling.lang == Lang::Id {
        rows.push((words("in_words"), messages::rupiah_in_words(amount)));
    }
    rows
}

fn with_note(telling: &Telling<'_>, mut rows: Vec<(String, String)>) -> Vec<(String, String)> {
    let note = telling.stated("note");
    if !note.is_empty() {
        rows.push((telling.plain("fee_paper.note"), note));
    }
    rows
}
