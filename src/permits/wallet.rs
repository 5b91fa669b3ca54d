//! A verified paper is used again for the same person until it is over, when the person agreed to it (Law 27/2022 on
//! personal data, arts. 20 and 9: agreed to for this purpose, and withdrawn at any time). A file that has the paper keeps
//! it also after the agreement ended.

use serde_json::json;

use super::checklist::Handed;
use super::desk::open_file;
use super::people::check_role;
use super::store::{self, WalletPaper};
use super::{ActName, Application, Desk, TrackingCode};
use crate::audit;
use crate::catalogue::Service;
use crate::clock::{Day, Instant};
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::Scan;
use crate::ids::ApplicationId;
use crate::keys::hex;

/// What the page of a file says of papers that are used again.
#[derive(Clone, Debug, Default)]
pub struct Wallet {
    /// When the person agreed; `None` = not, or not any more.
    pub agreed_at: Option<Instant>,
    /// Papers of this file that came from an earlier one.
    pub reused: Vec<Reused>,
}

/// A paper that came from an earlier file.
#[derive(Clone, Debug)]
pub struct Reused {
    /// Code of the requirement.
    pub code: String,
    /// The file it was verified in.
    pub from: TrackingCode,
    /// The last day it may be used.
    pub expires_on: Day,
}

/// What of the wallet concerns a file.
pub(super) async fn wallet_of(tx: &mut Tx, desk: &Desk<'_>, file: &Application) -> Result<Wallet, StoreError> {
    let nik_index = desk.keys.index_of(file.applicant.nik.digits());
    let agreed_at = store::find_consent(tx, &nik_index).await?;
    Ok(Wallet { agreed_at, reused: store::list_reused(tx, file.id).await? })
}

/// The person of a file agreed, at the counter, that verified papers are used again; agreeing twice is agreeing once.
///
/// # Errors
/// 403 `wrong-role` for anybody but a clerk; 404 for a file of another site.
pub async fn agree_to_reuse(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<()> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Creation)?;
    let nik_index = desk.keys.index_of(file.applicant.nik.digits());
    store::insert_consent(tx, &nik_index, (desk.officer.id, desk.now)).await?;
    Ok(audit::record(tx, desk.act(), "wallet.agreed", id, json!({})).await?)
}

/// The person withdraws: nothing is used again from now on. Files that have a paper keep it.
///
/// # Errors
/// As [`agree_to_reuse`].
pub async fn withdraw_reuse(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<()> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Creation)?;
    let papers = store::delete_consent(tx, &desk.keys.index_of(file.applicant.nik.digits())).await?;
    Ok(audit::record(tx, desk.act(), "wallet.withdrawn", id, json!({ "papers": papers })).await?)
}

/// Keeps the papers of a file that was verified now, when its person agreed. One that came out of here is not made to
/// last longer by that.
pub(super) async fn keep_verified(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (file, rules): (&Application, &Service),
) -> Outcome<()> {
    let nik_index = desk.keys.index_of(file.applicant.nik.digits());
    if store::find_consent(tx, &nik_index).await?.is_none() {
        return Ok(());
    }
    let (today, handed) = (desk.now.day(desk.site_of(file)?.zone), store::list_handed(tx, file.id).await?);
    let kept = store::list_wallet(tx, &nik_index).await?;
    for asked in &rules.requirements {
        let paper = paper_of(&handed, &asked.code).filter(|paper| matches!(paper.scan, Scan::Off | Scan::Clean));
        let (Some(paper), Some(expires_on)) = (paper, asked.reusable_until(today, file.matter())) else { continue };
        if kept.iter().any(|known| known.document == paper.id) {
            continue;
        }
        let code = asked.code.clone();
        let fresh = WalletPaper { code, document: paper.id, application: file.id, expires_on };
        store::put_wallet(tx, &nik_index, &fresh).await?;
    }
    Ok(())
}

fn paper_of<'a>(handed: &'a [Handed], code: &str) -> Option<&'a super::checklist::Paper> {
    handed.iter().find(|handed| handed.code == code)?.paper.as_ref()
}

/// Hands in for a new file what its person agreed to and what is not over.
pub(super) async fn reuse_papers(tx: &mut Tx, desk: &Desk<'_>, (file, rules): (&Application, &Service)) -> Outcome<()> {
    let nik_index = desk.keys.index_of(file.applicant.nik.digits());
    let today = desk.now.day(desk.site_of(file)?.zone);
    let kept = store::list_wallet(tx, &nik_index).await?;
    for paper in kept.iter().filter(|paper| paper.expires_on >= today) {
        let asked = rules.requirements.iter().find(|asked| asked.code == paper.code && asked.reuse.is_some());
        if !asked.is_some_and(|asked| asked.is_asked(file.matter())) {
            continue;
        }
        store::put_handed(tx, file.id, (&paper.code, Some(paper.document)), (desk.officer.id, desk.now)).await?;
        let handed = store::list_handed(tx, file.id).await?;
        let digest = paper_of(&handed, &paper.code).map(|paper| hex(&paper.sha256));
        let detail = json!({ "requirement": paper.code, "document": paper.document, "sha256": digest,
            "from": paper.application });
        audit::record(tx, desk.act(), "application.paper-reused", file.id, detail).await?;
    }
    Ok(())
}
