//! What a changed service would have done to the files of the last days. Nothing is written.

use super::desk::rules_of;
use super::moving::promise;
use super::store;
use super::{ActRecord, Application, Correction, Desk};
use crate::catalogue::{self, Service, StageName};
use crate::clock::Instant;
use crate::db::{StoreError, Tx};
use crate::ids::ApplicationId;
use crate::messages::FieldFault;

/// How many days a rehearsal looks back.
pub const REHEARSED_DAYS: i64 = 30;

/// A rehearsal of a changed service.
#[derive(Clone, Debug, Default)]
pub struct Rehearsal {
    /// Files that were played.
    pub played: usize,
    /// Those for which something would be different, the newest first.
    pub differing: Vec<Rehearsed>,
}

/// A file under the changed rules.
#[derive(Clone, Debug)]
pub struct Rehearsed {
    /// The file.
    pub id: ApplicationId,
    /// Its tracking code.
    pub code: String,
    /// What would be different.
    pub shifts: Vec<Shift>,
}

/// One thing that would be different, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shift {
    /// Now missing or wrong, and not before: `requirements.str`, `fields.str_number`.
    Missing(Vec<String>),
    /// The stages.
    Stages(Vec<StageName>, Vec<StageName>),
    /// Whole rupiah; the field without which it cannot be counted.
    Fee(Result<i64, FieldFault>, Result<i64, FieldFault>),
    /// The promise of a registered file.
    Due(Instant, Instant),
}

/// Plays the files of a service of the last [`REHEARSED_DAYS`] days through changed rules.
pub async fn rehearse(tx: &mut Tx, desk: &Desk<'_>, changed: &Service) -> Result<Rehearsal, StoreError> {
    let since = desk.now.plus_minutes(-REHEARSED_DAYS * 24 * 60);
    let files = store::list_since(tx, desk.keys, &changed.code, since).await?;
    let played = files.len();
    let mut differing = Vec::new();
    for file in files {
        let rules = rules_of(tx, &file).await?;
        let handed = store::list_handed(tx, file.id).await?;
        let papers: Vec<String> = handed.into_iter().map(|handed| handed.code).collect();
        let acts = store::list_acts(tx, file.id).await?;
        let mut shifts = shifts_of(&file, (&rules, changed), &papers);
        let corrections = store::list_corrections(tx, file.id).await?;
        shifts.extend(due_shift(desk, &file, (&rules, changed), (&acts, &corrections))?);
        if !shifts.is_empty() {
            differing.push(Rehearsed { id: file.id, code: file.code.text().to_owned(), shifts });
        }
    }
    Ok(Rehearsal { played, differing })
}

fn shifts_of(file: &Application, (before, after): (&Service, &Service), papers: &[String]) -> Vec<Shift> {
    let matter = file.matter();
    let missed = catalogue::missing(before, matter, papers);
    let mut missing = catalogue::missing(after, matter, papers);
    missing.retain(|field| !missed.contains(field));
    let fee = |rules: &Service| rules.fee.count(matter).map(|lines| catalogue::total(&lines));
    let shifts = [
        (!missing.is_empty()).then_some(Shift::Missing(missing)),
        differing(before.stages_of(matter), after.stages_of(matter)).map(|(b, a)| Shift::Stages(b, a)),
        differing(fee(before), fee(after)).map(|(b, a)| Shift::Fee(b, a)),
    ];
    shifts.into_iter().flatten().collect()
}

fn due_shift(
    desk: &Desk<'_>,
    file: &Application,
    (before, after): (&Service, &Service),
    of: (&[ActRecord], &[Correction]),
) -> Result<Option<Shift>, StoreError> {
    let due = |rules: &Service| promise(desk, file, rules, of);
    let pair = due(before)?.zip(due(after)?).and_then(|((before, _), (after, _))| differing(before, after));
    Ok(pair.map(|(before, after)| Shift::Due(before, after)))
}

fn differing<T: PartialEq>(before: T, after: T) -> Option<(T, T)> {
    (before != after).then_some((before, after))
}
