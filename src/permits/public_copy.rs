//! A copy of a permit for the public, with its personal parts taken out (article 17 letter h of UU 14/2008 on public
//! information). It is drawn anew without them: nothing lies under a bar.

use super::life::{self, PermitAct, PermitLine};
use super::{Desk, Permit, reading, store};
use crate::db::{Outcome, Tx};
use crate::documents::PermitSheet;
use crate::identity::Role;
use crate::ids::PermitId;
use crate::messages::{Lang, Refusal, plain, text};

/// Rows that never stand in a public copy, by the key of their label on paper.
const ALWAYS: [&str; 4] = ["paper.nik", "paper.born", "paper.address", "paper.npwp"];
/// A value shorter than this is not looked for in the sentences: it would be found in other words.
const SHORTEST: usize = 4;

/// The rows of a permit that somebody may take out besides those that always go: label and value.
pub fn removable(sheet: &PermitSheet) -> Vec<(String, String)> {
    sheet.rows.iter().filter(|(label, _)| !always_goes(label)).cloned().collect()
}

fn always_goes(label: &str) -> bool {
    ALWAYS.iter().any(|key| plain(Lang::Id, key) == label)
}

/// Somebody makes a public copy, with a reason; answers the number of the copy, from 1. `more` = labels of rows that go
/// besides those that always do.
///
/// # Errors
/// 403 `wrong-role` for anybody but a clerk and a supervisor, 404 `permit-unknown`, 422 without a reason or for a row
/// the permit does not have.
pub async fn make_public_copy(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: PermitId,
    (reason, more): (&str, Vec<String>),
) -> Outcome<(Permit, i64)> {
    if !desk.officer.is_any(&[Role::Clerk, Role::Supervisor]) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let permit = reading::find_permit(tx, desk, id).await?;
    let sheet = store::find_sheet(tx, id).await?.ok_or_else(|| Refusal::not_found("permit-unknown"))?;
    let known = removable(&sheet);
    if more.iter().any(|label| !known.iter().any(|(row, _)| row == label)) {
        return Err(Refusal::invalid("invalid-fields").field("remove", "choice").into());
    }
    life::keep_copy(tx, &permit, (reason, more), desk.act()).await?;
    let copy = store::count_acts(tx, id, PermitAct::PublicCopy).await?;
    Ok((permit, copy))
}

/// The sheet of a public copy: no photograph, no code that leads to the holder's paper, no personal row, and nowhere in a
/// sentence what stood in one. It says what it is, when and why it was made.
pub fn public_sheet(sheet: PermitSheet, line: &PermitLine, date: String) -> PermitSheet {
    let removed = plain(Lang::Id, "paper.removed");
    let goes = |label: &String| always_goes(label) || line.removed.contains(label);
    let gone: Vec<String> =
        sheet.rows.iter().filter(|(label, _)| goes(label)).map(|(_, value)| value.clone()).collect();
    let gone: Vec<String> = gone.into_iter().filter(|value| value.chars().count() >= SHORTEST).collect();
    let cleaned = |sentence: &String| gone.iter().fold(sentence.clone(), |text, part| text.replace(part, &removed));
    let row =
        |(label, value): &(String, String)| (label.clone(), if goes(label) { removed.clone() } else { cleaned(value) });
    let reason = line.reason.clone().unwrap_or_default();
    let words = text(Lang::Id, "life.public_line", &[("date", date), ("reason", reason)]);
    let mark = [Some(plain(Lang::Id, "paper.public_mark")), sheet.mark.clone()];
    PermitSheet {
        rows: sheet.rows.iter().map(row).collect(),
        basis: sheet.basis.iter().map(cleaned).collect(),
        considering: sheet.considering.iter().map(cleaned).collect(),
        dictum: sheet.dictum.iter().map(|(label, sentence)| (label.clone(), cleaned(sentence))).collect(),
        photo_jpeg: None,
        qr_payload: sheet.verify_url.clone(),
        footer: sheet.footer.iter().cloned().chain([words]).collect(),
        mark: Some(mark.into_iter().flatten().collect::<Vec<_>>().join(" · ")),
        ..sheet
    }
}
