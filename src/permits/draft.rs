//! A permit as it would be printed now, before it has a number: for the eyes of staff only.

use super::desk::{read_file, rules_of};
use super::erratum::ground_of;
use super::issuing::photo_of;
use super::paper::{Reservation, permit_sheet};
use super::people::check_role;
use super::{ActName, ApplicationState, Desk, Permit, Press, store};
use crate::db::{Outcome, Tx};
use crate::documents::PermitSheet;
use crate::ids::ApplicationId;
use crate::messages::{Lang, Refusal, plain};

/// The sheet of a file that waits for the signature of this officer: marked as a draft on each page, without a number,
/// and with a QR code that leads nowhere but to the check page.
///
/// # Errors
/// 403 for anybody but the head of agency; 409 in another state, or when the permit would be over already.
pub async fn draft_sheet(tx: &mut Tx, desk: &Desk<'_>, press: &Press, id: ApplicationId) -> Outcome<PermitSheet> {
    let file = read_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Signature)?;
    if file.state != ApplicationState::AwaitingSignature {
        return Err(Refusal::conflict("file-in-other-state").with("state", file.state).into());
    }
    let rules = rules_of(tx, &file).await?;
    let acts = store::list_acts(tx, id).await?;
    let site = desk.site_of(&file)?;
    let photo = photo_of(tx, &file, &rules).await?;
    let ground = ground_of(tx, desk.keys, &file).await?;
    let words = plain(Lang::Id, "paper.draft");
    let of = Reservation {
        file: &file,
        rules: &rules,
        acts: &acts,
        signer: desk.officer,
        site,
        now: desk.now,
        photo,
        ground,
    };
    let unnumbered = of.unnumbered()?;
    let permit = Permit { number: unnumbered.number.replace("0000", &words), ..unnumbered };
    let sheet = permit_sheet(desk.keys, press, &of, &permit)?;
    Ok(PermitSheet { qr_payload: sheet.verify_url.clone(), document_id: words.clone(), mark: Some(words), ..sheet })
}
