//! What a citizen may know by the tracking code alone: the stage, never a name.

use super::desk::rules_of;
use super::moving::latest_advice;
use super::store;
use super::timeline::{Stage, Step, stage_of, timeline};
use super::{ActName, Application, ApplicationKind, ApplicationState, Course, Facts, NationalState, TrackingCode};
use crate::catalogue::{Bilingual, Catalogue};
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::ids::SiteId;
use crate::keys::Keys;
use crate::messages::Refusal;

/// The public view of a file.
#[derive(Clone, Debug)]
pub struct Progress {
    /// Tracking code.
    pub code: TrackingCode,
    /// Name of the service.
    pub service: Bilingual,
    /// What is asked for.
    pub kind: ApplicationKind,
    /// Where it stands.
    pub state: ApplicationState,
    /// The same in a citizen's words.
    pub stage: Stage,
    /// The OPD that recommends, when there is one.
    pub opd: Option<String>,
    /// Whether the issued permit has its national signature; none when there is no such service or no permit.
    pub national: Option<NationalState>,
    /// Whether the holder may have the permit at home.
    pub given_out: bool,
    /// The way of the file.
    pub steps: Vec<Step>,
    /// Where it was filed and is collected.
    pub site: SiteId,
    /// Promised.
    pub due_at: Option<Instant>,
    /// Whether the promise rests on an expected holiday.
    pub due_estimate: bool,
    /// Its course, for the clock of the stages.
    pub course: Option<Course>,
}

/// The way of the registered file of a typed code. A wrong check character and an unknown code are the same 404.
/// `in_force` spares the question for rules that are still those of the filing day.
pub async fn progress(tx: &mut Tx, keys: &Keys, in_force: &Catalogue, typed: &str) -> Outcome<Progress> {
    let unknown = || Refusal::not_found("code-unknown");
    let code = TrackingCode::parse(typed).ok_or_else(unknown)?;
    let (file, acts) = (store::ask_by_code(tx, &code), store::ask_acts(tx, &code));
    let answers = tx.answers().await?;
    let (file, acts) = (file.of(&answers, keys)?.ok_or_else(unknown)?, acts.of(&answers)?);
    let published = in_force.find(&file.service).filter(|published| published.version == file.service_version);
    let of_old;
    let rules = match published {
        Some(published) => &published.service,
        None => {
            of_old = rules_of(tx, &file).await?;
            &of_old
        }
    };
    let (national, given_out) = permit_of(tx, &file).await?;
    let stage = stage_of(file.state).ok_or_else(unknown)?;
    let was_returned = acts.iter().any(|act| act.act == ActName::Return);
    let corrections = if was_returned { store::list_corrections(tx, file.id).await? } else { Vec::new() };
    Ok(Progress {
        course: Course::of(&file, rules, (&acts, &corrections)),
        steps: timeline(file.state, Facts::of(rules, file.matter(), latest_advice(&acts)), &acts),
        national,
        given_out,
        code,
        service: rules.name.clone(),
        kind: file.kind,
        state: file.state,
        stage,
        opd: rules.technical_opd.clone(),
        site: file.site,
        due_at: file.due_at,
        due_estimate: file.due_estimate,
    })
}

/// By what a change of a file is known: the number of its version and its promise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Tracking code.
    pub code: TrackingCode,
    version: i64,
    due_at: Option<Instant>,
}

/// The mark of the registered file of a typed code.
///
/// # Errors
/// 404 `code-unknown`.
pub async fn find_mark(tx: &mut Tx, typed: &str) -> Outcome<Mark> {
    let unknown = || Refusal::not_found("code-unknown");
    let code = TrackingCode::parse(typed).ok_or_else(unknown)?;
    let (version, due_at) = store::find_mark(tx, &code).await?.ok_or_else(unknown)?;
    Ok(Mark { code, version, due_at })
}

/// How far the national signature of an issued permit is, and whether its holder may have it at home.
async fn permit_of(tx: &mut Tx, file: &Application) -> Outcome<(Option<NationalState>, bool)> {
    use ApplicationState::{HandedOver, Issued, Ready};
    if !matches!(file.state, Issued | Ready | HandedOver) {
        return Ok((None, false));
    }
    match store::find_open_of(tx, file.id).await?.filter(super::Permit::is_in_register) {
        Some(permit) => Ok((store::find_signing(tx, permit.id).await?, permit.is_given_out())),
        None => Ok((None, false)),
    }
}
