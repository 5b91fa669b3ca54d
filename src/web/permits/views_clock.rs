//! The clock of a file as JSON: every stage with its promise.

use serde::Serialize;

use crate::calendar::Sla;
use crate::catalogue::StageName;
use crate::clock::Instant;
use crate::permits::{Desk, FileView, Stand, stage_promises};

/// One stage of a file with its promise.
#[derive(Serialize)]
pub struct StageJson {
    stage: StageName,
    /// The OPD it is at; null for the agency itself.
    opd: Option<String>,
    time: Option<Sla>,
    came_at: Option<Instant>,
    left_at: Option<Instant>,
    due_at: Option<Instant>,
    stand: Stand,
}

/// Every stage of a registered file, in order.
pub fn stages(desk: &Desk<'_>, view: &FileView) -> Vec<StageJson> {
    let Some((course, site)) = view.course().zip(desk.sites.find_by_id(view.file.site)) else { return Vec::new() };
    let promises = stage_promises((desk.calendar, site), &course, desk.now).into_iter();
    promises
        .map(|one| StageJson {
            stage: one.stage,
            opd: one.opd,
            time: one.time,
            came_at: one.came_at,
            left_at: one.left_at,
            due_at: one.due_at,
            stand: one.stand,
        })
        .collect()
}
