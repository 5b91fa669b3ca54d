//! Issuing a permit: a number and a frozen sheet first, then the signed bytes. A crash in between loses nothing and
//! uses no number twice.

use serde_json::json;

use super::checklist::check_scanned;
use super::code::draw_short_id;
use super::desk::{open_file, rules_of};
use super::editions;
use super::erratum::ground_of;
use super::holding::check_hold;
use super::kinds::{sign_revocation, supersede};
use super::moving::latest_advice;
use super::paper::{Reservation, permit_sheet};
use super::people::{check_hands, check_role};
use super::press::PressFault;
use super::store::{self, Lock};
use super::{
    ActName, ActRecord, Application, ApplicationState, Desk, Facts, Permit, PermitState, Press, StopAfter, register,
};
use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, Fault, Outcome, StoreError, Tx, next_number};
use crate::documents::{self, PaperError, PermitSheet};
use crate::identity;
use crate::ids::ApplicationId;
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::population::{self, Verdict};
use crate::sites::{Site, Sites};

/// The longest reason, in characters.
const REASON_LENGTH: usize = 2000;

/// The head of agency signs a file: takes the number, prints and signs, keeps the bytes; answers the file, ready to
/// be collected. When it fails between, the number stays reserved and [`resume_reserved`] ends the work.
///
/// # Errors
/// 409 `verdict-pending` (field `reason`) while the population source has not answered about the applicant, unless
/// `despite` says why the head signs all the same.
pub async fn sign(
    db: &Db,
    desk: &Desk<'_>,
    press: &Press,
    id: ApplicationId,
    despite: Option<&str>,
) -> Outcome<Application> {
    if let Some(ended) = sign_revocation(db, desk, id).await? {
        return Ok(ended);
    }
    let mut tx = db.begin().await?;
    let permit = reserve(&mut tx, desk, press, (id, despite)).await?;
    tx.commit().await?;
    press.pass(StopAfter::Reserve)?;
    finish(db, desk.keys, press, &permit, desk.act()).await
}

/// Tx 1: checks the signature, takes the number, freezes the sheet with its date. A number already reserved for the
/// same version of the file in the same year is used.
async fn reserve(
    tx: &mut Tx,
    desk: &Desk<'_>,
    press: &Press,
    (id, despite): (ApplicationId, Option<&str>),
) -> Outcome<Permit> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Signature)?;
    let rules = rules_of(tx, &file).await?;
    let acts = store::list_acts(tx, id).await?;
    ActName::Signature.lead(file.state, Facts::of(&rules, file.matter(), latest_advice(&acts)))?;
    let hands: Vec<_> = acts.iter().filter_map(|act| Some((act.office, act.officer?))).collect();
    check_hands(desk.officer.id, ActName::Signature, &hands)?;
    check_hold(tx, desk, &file, ActName::Signature).await?;
    let site = desk.site_of(&file)?;
    let today = desk.now.day(site.zone);
    if let Some(before) = store::find_open_of(tx, id).await? {
        if before.state == PermitState::Reserved
            && before.year == today.year()
            && before.application_version == file.version
        {
            return Ok(before);
        }
        void(tx, &before, desk.act(), "renewed").await?;
    }
    check_scanned(&store::list_handed(tx, file.id).await?)?;
    let despite = check_verdict(tx, desk, &file, despite).await?;
    let photo = photo_of(tx, &file, &rules).await?;
    let ground = ground_of(tx, desk.keys, &file).await?;
    let reservation = Reservation {
        file: &file,
        rules: &rules,
        acts: &acts,
        signer: desk.officer,
        site,
        now: desk.now,
        photo,
        ground,
    };
    take_number(tx, desk.keys, press, (reservation, despite)).await
}

/// No permit rests on a question nobody answered, unless the head says why; then that is recorded, and answered.
async fn check_verdict(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &Application,
    despite: Option<&str>,
) -> Outcome<Option<String>> {
    let standing = population::find_standing(tx, desk.keys, &file.applicant.nik).await?;
    let Some(open) = standing.filter(|standing| standing.verdict == Verdict::Pending) else { return Ok(None) };
    let reason = despite.map(str::trim).unwrap_or_default();
    if reason.is_empty() {
        let pending = Refusal::conflict("verdict-pending").with("code", file.code.text());
        return Err(pending.field("reason", "required").into());
    }
    if reason.chars().count() > REASON_LENGTH {
        return Err(Refusal::invalid("invalid-fields").field("reason", "too-long").into());
    }
    let detail = json!({ "lookup": open.lookup, "reason": reason });
    audit::record(tx, desk.act(), "permit.signed-unverified", file.id, detail).await?;
    Ok(Some(reason.to_owned()))
}

pub(super) async fn photo_of(
    tx: &mut Tx,
    file: &Application,
    rules: &crate::catalogue::Service,
) -> Outcome<Option<Vec<u8>>> {
    let handed = store::list_handed(tx, file.id).await?;
    let asked = rules.requirements.iter().find(|asked| asked.photo);
    let document = asked.and_then(|asked| handed.iter().find(|h| h.code == asked.code)?.document());
    let Some(document) = document else { return Ok(None) };
    Ok(documents::find(tx, document).await?.map(|kept| kept.bytes))
}

/// Takes the next number of the register and freezes the sheet. A sheet the font cannot print takes no number.
async fn take_number(
    tx: &mut Tx,
    keys: &Keys,
    press: &Press,
    (of, signed_despite): (Reservation<'_>, Option<String>),
) -> Outcome<Permit> {
    let unnumbered = of.unnumbered()?;
    if unnumbered.valid_until.is_some_and(|last| last < unnumbered.issued_on) {
        return Err(Refusal::conflict("permit-would-be-over").into());
    }
    let year = unnumbered.year;
    let ordinal = next_number(tx, &register::scope(&unnumbered.register), &year.to_string()).await?;
    let number = of.rules.number(ordinal, year);
    let permit = Permit { short_id: draw_short_id(), ordinal, number, signed_despite, ..unnumbered };
    let sheet = permit_sheet(keys, press, &of, &permit)?;
    check_printable(&sheet)?;
    store::insert_permit(tx, &permit, &sheet).await?;
    let detail = json!({ "number": permit.number, "application": of.file.id });
    audit::record(
        tx,
        Act { now: of.now, actor: audit::Actor::Officer(of.signer.id) },
        "permit.reserved",
        permit.id,
        detail,
    )
    .await?;
    Ok(permit)
}

fn check_printable(sheet: &PermitSheet) -> Result<(), Fault> {
    match documents::missing_characters(sheet) {
        Ok(missing) => match missing.first() {
            None => Ok(()),
            Some(character) => Err(Refusal::conflict("character-unprintable").with("character", character).into()),
        },
        Err(error) => Err(paper_refusal(&error).into()),
    }
}

fn paper_refusal(error: &PaperError) -> Refusal {
    Refusal::conflict("paper-impossible").with("reason", error)
}

/// No transaction, then Tx 2: prints and signs the frozen sheet, keeps the bytes. Done twice it gives the same.
async fn finish(db: &Db, keys: &Keys, press: &Press, permit: &Permit, act: Act) -> Outcome<Application> {
    let sheet = store::find_sheet(&mut db.read().await?, permit.id).await?;
    let sheet = sheet.ok_or_else(|| StoreError::Corrupt(format!("permit {} has no sheet", permit.id)))?;
    let bytes = match press.strike(sheet, permit.reserved_at).await {
        Ok(bytes) => bytes,
        Err(PressFault::Paper(error)) => {
            let mut tx = db.begin().await?;
            void(&mut tx, permit, act, "unprintable").await?;
            tx.commit().await?;
            return Err(paper_refusal(&error).into());
        }
        Err(fault) => return Err(fault.into()),
    };
    let mut tx = db.begin().await?;
    let kept = keep_issued(&mut tx, (keys, press), permit, bytes, act).await;
    // Also a reservation that was given up is committed.
    let kept = match kept {
        Err(Fault::Store(error)) => return Err(error.into()),
        decided => decided,
    };
    tx.commit().await?;
    press.pass(StopAfter::Store)?;
    kept
}

/// Tx 2: the file must be as it was when the number was taken.
async fn keep_issued(
    tx: &mut Tx,
    (keys, press): (&Keys, &Press),
    permit: &Permit,
    bytes: Vec<u8>,
    act: Act,
) -> Outcome<Application> {
    let file = store::find(tx, keys, permit.application, Lock::Row).await?;
    let mut file = file.ok_or_else(|| StoreError::Corrupt(format!("permit {} has no file", permit.id)))?;
    let fresh = store::find_permit(tx, permit.id).await?.map(|p| p.state);
    match fresh {
        Some(PermitState::Reserved) => {}
        // Somebody else finished it while we printed.
        Some(PermitState::Issued | PermitState::Suspended | PermitState::Revoked) => return Ok(file),
        Some(PermitState::Void) | None => return Err(Refusal::conflict("number-given-up").into()),
    }
    if file.state != ApplicationState::AwaitingSignature || file.version != permit.application_version {
        void(tx, permit, act, "file-changed").await?;
        return Err(Refusal::conflict("changed-meanwhile").into());
    }
    let name = format!("{}.pdf", permit.number.replace('/', "-"));
    let stamped = documents::is_stamped(&bytes);
    let filed = documents::keep_permit(tx, &name, bytes, act.now).await?;
    store::set_issued(tx, permit.id, filed.id, act.now).await?;
    if press.stamps && !stamped {
        editions::queue_stamp(tx, permit, act.now).await?;
    }
    if press.national {
        editions::queue(tx, permit, act.now).await?;
    }
    insert_acts(tx, permit, act.now).await?;
    supersede(tx, &file, permit, act).await?;
    file.go_to(ApplicationState::Ready);
    file.closed_at = Some(act.now);
    if !store::save(tx, keys, &file).await? {
        return Err(StoreError::Corrupt(format!("application {} changed under its lock", file.id)).into());
    }
    let detail =
        json!({ "number": permit.number, "document": filed.id, "sha256": filed.sha256, "application": file.id });
    audit::record(tx, act, "permit.issued", permit.id, detail).await?;
    Ok(Application { version: file.version + 1, ..file })
}

/// The history of the file: signed by the head, then sealed by Loket.
async fn insert_acts(tx: &mut Tx, permit: &Permit, at: Instant) -> Result<(), StoreError> {
    let steps = [
        (ActName::Signature, Some(permit.signed_by), ApplicationState::AwaitingSignature, ApplicationState::Issued),
        (ActName::Sealing, None, ApplicationState::Issued, ApplicationState::Ready),
    ];
    for (act, officer, from, to) in steps {
        let mut detail = json!({ "number": permit.number });
        if act == ActName::Signature {
            if let Some(reason) = &permit.signed_despite {
                detail["reason"] = json!(reason);
            }
            if let Some(acting) = &permit.signed_acting {
                detail["acting"] = json!(acting.title());
                detail["acting_letter"] = json!(acting.letter_number);
            }
        }
        let line = ActRecord { act, office: act.office(), officer, from, to, at, detail };
        store::insert_act(tx, permit.application, &line).await?;
    }
    Ok(())
}

/// BATAL: the number is never used again and stays in the register.
async fn void(tx: &mut Tx, permit: &Permit, act: Act, reason: &'static str) -> Outcome<()> {
    if !store::end_reservation(tx, permit.id, reason).await? {
        return Err(Refusal::conflict("file-in-other-state").with("state", permit.state).into());
    }
    let detail = json!({ "number": permit.number, "reason": reason });
    Ok(audit::record(tx, act, "permit.voided", permit.id, detail).await?)
}

/// Ends what a crash or a dead signer left open: every reserved permit is issued from its frozen sheet with the same
/// number; one of a past year is void and takes a new number. Answers how many are issued now; what fails stays
/// reserved and is logged.
pub async fn resume_reserved(
    db: &Db,
    keys: &Keys,
    sites: &Sites,
    press: &Press,
    now: Instant,
) -> Result<usize, StoreError> {
    let mut issued = 0;
    for permit in store::list_reserved(&mut db.read().await?).await? {
        match resume(db, keys, sites, press, (&permit, now)).await {
            Ok(_) => issued += 1,
            Err(fault) => tracing::warn!(number = permit.number, %fault, "a reserved permit could not be issued"),
        }
    }
    Ok(issued)
}

async fn resume(
    db: &Db,
    keys: &Keys,
    sites: &Sites,
    press: &Press,
    (permit, now): (&Permit, Instant),
) -> Outcome<Application> {
    let mut tx = db.begin().await?;
    let file = store::find(&mut tx, keys, permit.application, Lock::Row).await?;
    let file = file.ok_or_else(|| StoreError::Corrupt(format!("permit {} has no file", permit.id)))?;
    let site = sites.find_by_id(file.site);
    let site = site.ok_or_else(|| StoreError::Corrupt(format!("application {} has no site", file.id)))?;
    if permit.year == now.day(site.zone).year() {
        drop(tx);
        return finish(db, keys, press, permit, Act::system(now)).await;
    }
    let renewed = renew(&mut tx, keys, press, (&file, site), (permit, now)).await?;
    tx.commit().await?;
    finish(db, keys, press, &renewed, Act::system(now)).await
}

/// A new year: the old number is void, the signature given then takes a number of the new register.
async fn renew(
    tx: &mut Tx,
    keys: &Keys,
    press: &Press,
    (file, site): (&Application, &Site),
    (permit, now): (&Permit, Instant),
) -> Outcome<Permit> {
    void(tx, permit, Act::system(now), "new-year").await?;
    if file.state != ApplicationState::AwaitingSignature || file.version != permit.application_version {
        return Err(Refusal::conflict("changed-meanwhile").into());
    }
    let signer = identity::find(tx, permit.signed_by).await?;
    let mut signer = signer.ok_or_else(|| Refusal::conflict("signer-gone"))?;
    // The signature was given as this, also when the delegation is over since.
    signer.acting = permit.signed_acting.clone().into_iter().collect();
    let rules = rules_of(tx, file).await?;
    let acts = store::list_acts(tx, file.id).await?;
    let photo = photo_of(tx, file, &rules).await?;
    let ground = ground_of(tx, keys, file).await?;
    let reservation = Reservation { file, rules: &rules, acts: &acts, signer: &signer, site, now, photo, ground };
    take_number(tx, keys, press, (reservation, permit.signed_despite.clone())).await
}
