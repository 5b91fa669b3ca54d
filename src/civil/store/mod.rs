//! SQL of requests, blanks, corrections and life events.

mod blanks;
mod doubles;
mod events;
mod requests;
mod stops;

use super::{BlankKind, BlankMove, CivilAct, CivilState, FlagDecision, LifeEventKind};
use crate::db::word_column;

pub(super) use blanks::{add_stock, find_stock, insert_move, list_claims, list_moves, lock_stock};
pub(super) use doubles::{
    decide_double, end_double_search, end_person_moves, find_double, insert_double, insert_person_move,
    is_double_searched, list_doubles, list_person_moves, list_requests_of, put_request_under, reopen_double,
};
pub(super) use events::{decide_flags, insert_event, insert_flag, list_flags, list_flags_of};
pub(super) use requests::{
    find, find_by_code, find_of_ticket, insert, insert_act, list_acts, list_papers, list_rows, lock, put_paper, save,
};
pub(super) use stops::{CorrectionRow, find_correction, insert_correction, list_corrections};

word_column!(CivilState);
word_column!(CivilAct);
word_column!(BlankKind);
word_column!(BlankMove);
word_column!(LifeEventKind);
word_column!(FlagDecision);
