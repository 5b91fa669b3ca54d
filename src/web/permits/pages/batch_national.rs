//! The national signature of a batch: the passphrase goes from the form into memory and nowhere else; the files are
//! signed one after the other, and those that take long go on behind the page.

use std::sync::Arc;
use std::time::Duration;

use rocket::tokio;
use zeroize::Zeroizing;

use super::batch::ResultLine;
use crate::db::StoreError;
use crate::documents::esign::{EsignFault, Signatory};
use crate::ids::{ApplicationId, PermitId};
use crate::messages::{FieldFault, Lang, plain, text};
use crate::permits::{self, Countersigned, Held, NationalState, Waiting};
use crate::population::Nik;
use crate::web::app::App;
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;

/// How long the page waits for the service; the rest goes on without it.
const PATIENCE: Duration = Duration::from_secs(20);

/// What the official typed.
#[derive(Clone, Copy)]
pub(super) struct Typed<'a> {
    /// Who, at the authority; asked the first time only.
    pub nik: Option<&'a str>,
    /// The passphrase.
    pub passphrase: Option<&'a str>,
}

/// Takes a typed passphrase into memory for this session. Without one nothing happens: the office's seal needs none.
pub(super) async fn take(at: &AtFiles, typed: Typed<'_>) -> Result<Result<(), Vec<FieldFault>>, Problem> {
    let (Some(national), Some(passphrase)) = (&at.app.national, typed.passphrase) else { return Ok(Ok(())) };
    let (app, officer) = (&at.app, &at.staff.officer);
    let kept = permits::find_signer(&mut app.db.read().await?, &app.keys, officer.id).await?;
    let (nik, is_new) = match (typed.nik.map(Nik::parse), kept) {
        (Some(Err(_)), _) => return Ok(Err(vec![FieldFault::new("nik", "not-a-nik")])),
        (Some(Ok(nik)), _) => (nik, true),
        (None, Some(nik)) => (nik, false),
        (None, None) => return Ok(Err(vec![FieldFault::new("nik", "required")])),
    };
    if let Some(state) = national.client.find_certificate(&nik).await.filter(|state| !state.can_sign()) {
        let fault = FieldFault::new("passphrase", "esign-certificate");
        return Ok(Err(vec![FieldFault { args: vec![("state", state.to_string())], ..fault }]));
    }
    if is_new {
        let mut tx = app.db.begin().await?;
        permits::keep_signer(&mut tx, &app.keys, app.act(officer), (officer.id, &nik)).await?;
        tx.commit().await?;
    }
    let signatory = Signatory { nik, passphrase: Zeroizing::new(passphrase.to_owned()) };
    national.vault.keep(at.staff.session, officer.id, signatory, at.now);
    Ok(Ok(()))
}

/// Has the permits of the chosen files and the chosen permits signed nationally; one line for each.
pub(super) async fn countersign(
    at: &AtFiles,
    (files, permits): (&[ApplicationId], &[PermitId]),
    lang: Lang,
) -> Result<Vec<ResultLine>, Problem> {
    let Some(national) = &at.app.national else { return Ok(Vec::new()) };
    let waiting = permits::list_waiting(&mut at.app.db.read().await?).await?;
    let asked = |one: &Waiting| {
        one.officer == at.staff.officer.id && (files.contains(&one.application) || permits.contains(&one.permit))
    };
    let due: Vec<Waiting> = waiting.into_iter().filter(asked).collect();
    if let Some(held) = national.vault.find(at.staff.session, at.now) {
        let work = tokio::spawn(sign_all(Arc::clone(&at.app), held, due.iter().map(|one| one.permit).collect()));
        match tokio::time::timeout(PATIENCE, work).await {
            Ok(Ok(Ok(()))) | Err(_) => {}
            Ok(Ok(Err(error))) => return Err(error.into()),
            Ok(Err(error)) => return Err(Problem::failure(&error)),
        }
    }
    let mut lines = Vec::new();
    for one in due {
        lines.push(line(at, &one, lang).await?);
    }
    Ok(lines)
}

/// One after the other; an outage and a wrong passphrase end the row, the rest stays in the queue.
async fn sign_all(app: Arc<App>, held: Held, due: Vec<PermitId>) -> Result<(), StoreError> {
    let Some(national) = &app.national else { return Ok(()) };
    for permit in due {
        match permits::countersign(&app.db, national, &held, permit, app.now()).await? {
            Countersigned::Yes | Countersigned::NotDue => {}
            Countersigned::NotYet(fault) if fault.is_outage() || fault == EsignFault::WrongPassphrase => break,
            Countersigned::NotYet(_) => {}
        }
    }
    Ok(())
}

/// How a permit stands now.
async fn line(at: &AtFiles, one: &Waiting, lang: Lang) -> Result<ResultLine, Problem> {
    let mut tx = at.app.db.read().await?;
    let number = ("number", one.number.clone());
    if permits::find_national(&mut tx, one.permit).await? == Some(NationalState::Signed) {
        return Ok(ResultLine { kind: "ok", text: text(lang, "esign.signed", &[number]) });
    }
    let now = permits::list_waiting(&mut tx).await?.into_iter().find(|other| other.permit == one.permit);
    let (kind, cause) = match now.and_then(|now| now.fault) {
        Some(fault) => (if fault.passes() { "wait" } else { "late" }, format!("esign.fault_{fault}")),
        None => ("wait", "esign.follows".to_owned()),
    };
    let cause = ("cause", plain(lang, &cause));
    Ok(ResultLine { kind, text: text(lang, "esign.not_yet", &[number, cause]) })
}
