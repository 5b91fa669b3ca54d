//! Permit applications: taken in at the counter, checked by five people, answered by a numbered and signed permit.
//!
//! `acts` holds the whole workflow as one table; `filing`, `moving` and `issuing` are its use cases; `reading`,
//! `following` and `checking` answer questions. `course`, `stage_promises` and `forecast` are the clock of each stage.

mod acts;
mod answering;
mod application;
mod book;
mod checking;
mod checklist;
mod code;
mod completeness;
mod correction;
mod course;
mod desk;
mod draft;
mod editions;
mod erratum;
mod expiring;
mod facts;
mod file_view;
mod filing;
mod folder;
mod following;
mod forecast;
mod forecasts;
mod holding;
mod inbox;
mod inspecting;
mod inspection_papers;
mod issuing;
mod kinds;
mod letters;
mod life;
mod moving;
mod of_visit;
mod office;
mod outgoing;
mod own;
mod paper;
mod people;
mod permit;
mod places;
mod press;
mod promise;
mod public_copy;
mod reading;
mod recovering;
mod rectifying;
mod register;
mod register_check;
mod rehearsal;
mod reprimand;
mod retention;
mod returning;
mod revocations;
mod sent_back;
mod specimen;
mod stage_clock;
mod stage_promises;
mod stated;
mod step;
mod store;
mod telling;
mod timeline;
mod under;
mod visit;
mod wallet;
mod wording;

use serde_json::Value;

use crate::clock::Instant;
use crate::ids::OfficerId;

pub use acts::ActName;
pub use answering::{Answering, answer_in_words, answer_with_file, find_returned, send_answers};
pub use application::{Applicant, Application, ApplicationKind, ApplicationState, Claim, Fields, Person};
pub use book::book_sheet;
pub use checking::{NumberCheck, PermitCheck, check_number, check_pdf, check_token};
pub use checklist::{ChecklistItem, Handed, Met, checklist};
pub use code::TrackingCode;
pub use completeness::{Brought, check_brought, deciding_fields, gap_sheet, still_missing};
pub use correction::{Correction, CorrectionItem, ItemKind, PaperFault, StatedItem, returnable_fields, value_of};
pub use course::{Course, Move, Plan, StageTime, Stay, stage_in};
pub use desk::Desk;
pub use draft::draft_sheet;
pub use editions::{
    Countersigned, Edition, EditionKind, Held, National, NationalState, Vault, Waiting, countersign, countersign_due,
    find_national, find_signer, keep_signer, list_certificates, list_editions, list_waiting, stamp_due,
};
pub use erratum::{Erratum, ErratumCause, Misprint, begin_erratum};
pub use expiring::remind_of_ends;
pub use facts::{Advice, Facts};
pub use file_view::{FileView, view};
pub use filing::{Change, Filing, Proof, amend, create_draft, put_requirement, register, sight_rest};
pub use folder::{FolderMove, FolderMoveKind, FolderOut, Shelving, list_folder, list_folders_out, move_folder};
pub use following::{Mark, Progress, find_mark, progress};
pub use forecast::{Forecast, Paces, Replayed, foretell, replay};
pub use forecasts::{
    AtRisk, Decided, Forecaster, Foretold, foretell_all, has_forecasts, keep_forecasts, keep_foretold_past,
    list_at_risk, list_courses, list_decided, list_learnt,
};
pub use holding::{list_fitting, reassign};
pub use inbox::{Cursor, Inbox, InboxRow, InboxView, MOST_COUNTED, inbox};
pub use inspecting::{MOST_PHOTOS, Member, SitePhoto, add_photo, photos_of, remove_photo, team_of};
pub use issuing::{resume_reserved, sign};
pub use kinds::{RENEWAL_DAYS, is_in_force, list_active_of, list_permits_of};
pub use life::{Cause, PermitAct, PermitLine, change_standing, list_life, reprint};
pub use moving::{perform, take_step};
pub use of_visit::{find_of_visit, list_earlier, list_visits_of};
pub use office::Office;
pub use outgoing::{LetterCheck, Outgoing, OutgoingKind, check_letter, find_letter, print_letter};
pub use own::{OwnAsk, OwnPermit, find_own_permit};
pub use paper::{letterhead, receipt_sheet};
pub use permit::{Permit, PermitState, ReasonClass, Standing};
pub use places::{village_words, worded};
pub use press::{Press, Stop, StopAfter};
pub use promise::{OpenFile, PromiseChange, Warned, Warning, list_warned, raise_warnings, recompute_promises};
pub use public_copy::{make_public_copy, public_sheet, removable};
pub use reading::{
    Found, Search, find_edition_bytes, find_permit, find_permit_bytes, find_sheet, list_register, reveal_nik, search,
};
pub use recovering::{Lost, recover_code};
pub use rectifying::{
    Rectification, RectificationState, RectifiedItem, Typing, decide_rectification, rectifiable_fields, rectify,
};
pub use register_check::check_register;
pub use rehearsal::{REHEARSED_DAYS, Rehearsal, Rehearsed, Shift, rehearse};
pub use reprimand::{
    MOST_DAYS, Rebuke, Reprimand, end_reprimand, list_reprimands, next_step, open_reprimand, reprimand,
};
pub use retention::{
    AHEAD_DAYS, Hold, PaperClass, Planned, Run, Terms, erase_due, hold, last_run, lift, list_held, list_planned,
    set_term, terms,
};
pub use returning::{Returning, return_file};
pub use revocations::{Ended, signed_list};
pub use sent_back::{FEWEST_FILES, SentBack, sent_back};
pub use specimen::specimen_sheet;
pub use stage_promises::{StagePromise, Stand, due_of, stage_promises};
pub use stated::{Stated, StatedAddress};
pub use step::{FINDING, FileStep, IDENTITIES, InputKind, RELATIONS, StepInput, inputs_of};
pub use store::Row;
pub use telling::{Told, find_told, find_told_permit};
pub use timeline::{Stage, Step, StepState};
pub use under::{list_applicants, list_files_of, put_under};
pub use visit::{VisitEvent, VisitEventKind, visit_of};
pub use wallet::{Reused, Wallet, agree_to_reuse, withdraw_reuse};
pub use wording::{field_label, item_title, item_why, item_words};

/// An act that was done on a file.
#[derive(Clone, Debug)]
pub struct ActRecord {
    /// What.
    pub act: ActName,
    /// In which office.
    pub office: Office,
    /// By whom; `None` = Loket itself.
    pub officer: Option<OfficerId>,
    /// The state before.
    pub from: ApplicationState,
    /// The state after.
    pub to: ApplicationState,
    /// When.
    pub at: Instant,
    /// What was stated with it.
    pub detail: Value,
}
