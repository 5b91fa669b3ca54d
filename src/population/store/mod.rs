//! SQL of residents, look-ups and regions.

mod kept;
mod lookups;
mod pending;
mod regions;
mod residents;
mod reviews;

use crate::db::StoreError;
use crate::keys::SealError;

pub(super) use kept::{find_latest_of_ticket, list_tickets_of};
pub(super) use lookups::{
    count_of_day, count_question, find_last_verdict, find_lookup, find_standing, find_verdict_of_day, insert_lookup,
    list_answered_of, list_lookups, list_lookups_for, put_lookup_under, settle,
};
pub(super) use pending::{count_pending, find_next, insert_pending, list_pending, make_due, postpone, remove_pending};
pub(super) use regions::{list_regions, save_region};
pub(super) use residents::{find_resident, insert, list_born_on, list_family, update};
pub(super) use reviews::{insert_review, list_unreviewed};

fn corrupt(error: SealError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}
