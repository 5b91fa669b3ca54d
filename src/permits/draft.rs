//! A permit as it would be printed now, before it has a number: for the eyes of staff only.

use super::desk::{read_file, rules_of};
use super::issuing::photo_of;
use super::paper::{Reservation, permit_sheet};
use super::people::check_role;
use super::{ActName, ApplicationState, Desk, Permit, PermitState, Press, store};
use crate::db::{Outcome, Tx};
use crate::documents::PermitSheet;
use crate::ids::{ApplicationId, PermitId};
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
    let issued_on = desk.now.day(site.zone);
    let valid_until = rules.valid_until(issued_on, &file.fields);
    let valid_until =
        valid_until.map_err(|fault| Refusal { fields: vec![fault], ..Refusal::conflict("date-missing") })?;
    let photo = photo_of(tx, &file, &rules).await?;
    let words = plain(Lang::Id, "paper.draft");
    let permit = Permit {
        id: PermitId(uuid::Uuid::nil()),
        short_id: "00000000".to_owned(),
        register: file.service.clone(),
        year: issued_on.year(),
        ordinal: 0,
        number: rules.number(0, issued_on.year()).replace("0000", &words),
        application: file.id,
        application_version: file.version,
        state: PermitState::Reserved,
        holder_name: file.applicant.person.name.clone(),
        issued_on,
        valid_until,
        signed_by: desk.officer.id,
        reserved_at: desk.now,
        issued_at: None,
        document: None,
        reason: None,
        signed_despite: None,
        signed_acting: None,
        reason_class: None,
        replaced_by: None,
        state_since: None,
    };
    let of = Reservation { file: &file, rules: &rules, acts: &acts, signer: desk.officer, site, now: desk.now, photo };
    let sheet = permit_sheet(desk.keys, press, &of, &permit)?;
    Ok(PermitSheet { qr_payload: sheet.verify_url.clone(), document_id: words.clone(), mark: Some(words), ..sheet })
}
