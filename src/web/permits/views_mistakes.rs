//! Mistakes of a file and of a permit as JSON: field by field, before and after.

use serde::Serialize;

use crate::clock::Instant;
use crate::permits::{Erratum, ErratumCause, FileView, Rectification, RectificationState, RectifiedItem};

/// A typing error that was pointed out.
#[derive(Serialize)]
pub struct RectificationJson {
    seq: i64,
    state: RectificationState,
    reason: String,
    proposed_by: Option<String>,
    proposed_at: Instant,
    decided_by: Option<String>,
    decided_at: Option<Instant>,
    items: Vec<RectifiedJson>,
}

/// One field of it.
#[derive(Serialize)]
pub struct RectifiedJson {
    field: String,
    before: String,
    after: String,
}

/// The mistake of a permit that the file puts right.
#[derive(Serialize)]
pub struct ErratumJson {
    permit_number: String,
    cause: ErratumCause,
    reason: String,
    items: Vec<RectifiedJson>,
}

/// Every typing error of a file that was pointed out.
pub fn rectifications(view: &FileView) -> Vec<RectificationJson> {
    let name_of = |id| view.officers.get(&id).cloned();
    let one = |one: &Rectification| RectificationJson {
        seq: one.seq,
        state: one.state,
        reason: one.reason.clone(),
        proposed_by: name_of(one.proposed_by),
        proposed_at: one.proposed_at,
        decided_by: one.decided_by.and_then(name_of),
        decided_at: one.decided_at,
        items: one.items.iter().map(rectified).collect(),
    };
    view.rectifications.iter().map(one).collect()
}

fn rectified(item: &RectifiedItem) -> RectifiedJson {
    RectifiedJson { field: item.target.clone(), before: item.before.clone(), after: item.after.clone() }
}

/// What a file puts right.
pub fn erratum(of: &Erratum) -> ErratumJson {
    ErratumJson {
        permit_number: of.number.clone(),
        cause: of.cause,
        reason: of.reason.clone(),
        items: of.items.iter().map(rectified).collect(),
    }
}
