//! Keeps with a file when the stage it is in is due, so that lists can say so without its history.

use super::course::{Course, Move, moves_of};
use super::stage_promises::stage_due;
use super::{ActName, ActRecord, Application, ApplicationState, Desk, store};
use crate::catalogue::Service;
use crate::clock::Instant;
use crate::db::{StoreError, Tx};

/// When the stage is due into which a file moves now, from a state; `acts` are those before.
pub(super) async fn stage_due_after(
    tx: &mut Tx,
    desk: &Desk<'_>,
    (file, rules): (&Application, &Service),
    (acts, from): (&[ActRecord], ApplicationState),
) -> Result<Option<Instant>, StoreError> {
    let was_returned = from == ApplicationState::Returned || acts.iter().any(|act| act.act == ActName::Return);
    // Most files were never returned: nothing is asked for them.
    let corrections = if was_returned { store::list_corrections(tx, file.id).await? } else { Vec::new() };
    let Some(course) = Course::of(file, rules, (acts, &corrections)) else { return Ok(None) };
    let mut moves = moves_of(acts);
    moves.push(Move { to: file.state, at: desk.now });
    Ok(stage_due((desk.calendar, desk.site_of(file)?), &Course { moves, ..course }))
}
