//! SQL of files, their acts and the register.

mod acts;
mod applications;
mod corrections;
mod courses;
mod editions;
mod errata;
mod folders;
mod forecasts;
mod inbox;
mod kinds;
mod letters;
mod life;
mod lists;
mod names;
mod of_visit;
mod own;
mod permits;
mod photos;
mod promises;
mod rectifications;
mod reprimands;
mod retention;
mod sent_back;
mod under;
mod wallet;

use super::{
    ActName, Advice, ApplicationKind, ApplicationState, EditionKind, ErratumCause, FolderMoveKind, ItemKind,
    NationalState, Office, OutgoingKind, OwnAsk, PaperFault, PermitAct, PermitState, ReasonClass, RectificationState,
    TrackingCode, Warning,
};
use crate::catalogue::StageName;
use crate::db::word_column;
use crate::documents::esign::EsignFault;

pub(super) use acts::{ask_acts, find_handed_at, has_ticket, insert_act, list_acts, list_handed, put_handed};
pub(super) use applications::{Lock, ask_by_code, find, find_mark, insert, list_since, save};
pub(super) use corrections::{
    end_correction, find_correction, insert_correction, list_corrections, list_versions, set_answer, set_sent,
};
pub(super) use courses::{list_course_rows, list_moves, list_returns};
pub(super) use editions::{
    delete_stamping, find_signer, find_signing, insert_edition, insert_signing, insert_stamping, list_certificates,
    list_editions, list_stamping, list_waiting, put_signer, set_signing_done, set_signing_failed, set_stamping_failed,
    take_signing,
};
pub(super) use errata::{copy_handed, find_erratum, insert_erratum};
pub(super) use folders::{insert_folder_move, list_folder_moves, list_out};
pub(super) use forecasts::{DecidedRow, ForecastRow, has_forecasts, insert_forecast, list_decided, list_forecasts};
pub(super) use inbox::{
    Offices, Slice, count_beside, count_waiting_at, list_drafts, list_held, list_lapsing, list_waiting_at,
};
pub(super) use kinds::{find_active, insert_reminder, list_active_of, list_ending, list_permits_of, set_replaced};
pub(super) use letters::{
    find_letter, find_printed, find_whom, insert_letter, insert_print, list_letters, list_used_letters,
};
pub(super) use life::{count_acts, insert_permit_act, list_permit_acts};
pub use lists::Row;
pub(super) use lists::{Page, list_by_code, list_by_nik, list_by_number};
pub(super) use names::list_by_name;
pub(super) use of_visit::{find_of_ticket, list_tickets_of};
pub(super) use own::{count_own, insert_own};
pub(super) use permits::{
    end_reservation, find_by_document, find_by_number, find_by_place, find_by_short_id, find_open_of, find_permit,
    find_sheet, insert_permit, list_ended, list_register, list_reserved, list_used, set_issued, set_standing,
};

pub(super) use photos::{delete_photo, insert_photo, list_photos};
pub(super) use rectifications::{insert_rectification, list_rectifications, set_decided};
pub(super) use reprimands::{end_reprimands, insert_reprimand, list_reprimands};

pub(super) use retention::{
    Source, UseRow, find_hold, find_last_run, find_reusable_until, insert_hold, insert_run, lift_hold, list_holds,
    list_outlived, list_terms, list_uses, put_term,
};
pub(super) use sent_back::{count_asked, list_rejected};

pub(super) use promises::{
    insert_promise_change, insert_warning, list_open_files, list_promise_changes, list_warnings, lock_open_files,
    set_due,
};
pub(super) use under::{list_applicants, list_files_of, put_under};
pub(super) use wallet::{
    WalletPaper, delete_consent, find_consent, insert_consent, list_reused, list_wallet, put_wallet,
};

word_column!(ActName);
word_column!(Advice);
word_column!(ApplicationKind);
word_column!(ApplicationState);
word_column!(ItemKind);
word_column!(EditionKind);
word_column!(ErratumCause);
word_column!(FolderMoveKind);
word_column!(EsignFault);
word_column!(NationalState);
word_column!(Office);
word_column!(OutgoingKind);
word_column!(OwnAsk);
word_column!(PaperFault);
word_column!(PermitAct);
word_column!(PermitState);
word_column!(ReasonClass);
word_column!(RectificationState);
word_column!(StageName);
word_column!(Warning);

crate::db::column!(TrackingCode, String, |code| code.text().to_owned(), |text| {
    TrackingCode::parse(&text).ok_or_else(|| "no tracking code".into())
});
