//! A lost slip: today's number found again by what the visitor knows, a telephone number or the NIK.

use serde_json::json;

use super::store::{lost, tickets};
use super::{Clerk, Ticket};
use crate::audit;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::TicketId;
use crate::keys::Keys;
use crate::messages::Refusal;
use crate::population::{self, Nik};

/// Last digits of a telephone number that are asked for at least.
const LEAST_DIGITS: usize = 4;
/// The column telephone numbers of visits are sealed for.
const PHONE: &str = "ticket.phone";

/// Today's visits at the clerk's site of a person: by the end of the telephone number or all of it, or by the NIK of a
/// look-up or an appointment. Every visit that is shown is recorded.
pub async fn list_by_person(tx: &mut Tx, clerk: Clerk<'_>, keys: &Keys, typed: &str) -> Outcome<Vec<Ticket>> {
    let digits: String = typed.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '+' | '(' | ')')).collect();
    let ids = match Nik::parse(&digits) {
        Ok(nik) => of_nik(tx, clerk, keys, &nik).await?,
        Err(_) if digits.len() >= LEAST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit()) => {
            of_phone(tx, clerk, keys, &digits).await?
        }
        Err(_) => return Err(Refusal::invalid("invalid-fields").field("person", "person-digits").into()),
    };
    let mut found = Vec::new();
    for id in ids {
        let ticket = tickets::find(tx, id).await?;
        found.extend(ticket.filter(|ticket| ticket.site == clerk.site.id && ticket.day == clerk.today()));
    }
    for ticket in &found {
        audit::record(tx, clerk.act(), "ticket.found_by_person", ticket.id, json!({})).await?;
    }
    Ok(found)
}

async fn of_nik(tx: &mut Tx, clerk: Clerk<'_>, keys: &Keys, nik: &Nik) -> Result<Vec<TicketId>, StoreError> {
    let mut ids = population::list_tickets_of(tx, keys, nik, clerk.midnight()).await?;
    let person = keys.index_of(&format!("nik:{}", nik.digits()));
    ids.extend(lost::list_of_person(tx, clerk.site.id, clerk.today(), &person).await?);
    ids.sort_unstable();
    ids.dedup();
    Ok(ids)
}

/// Numbers are sealed: those of today are opened one by one and compared by their end.
async fn of_phone(tx: &mut Tx, clerk: Clerk<'_>, keys: &Keys, digits: &str) -> Result<Vec<TicketId>, StoreError> {
    let end = digits.strip_prefix("62").or_else(|| digits.strip_prefix('0')).filter(|rest| rest.len() >= LEAST_DIGITS);
    let end = end.unwrap_or(digits);
    let mut ids = Vec::new();
    for (id, sealed) in lost::list_phones(tx, clerk.site.id, clerk.today()).await? {
        let phone = keys.sealer.open(PHONE, &sealed).map_err(|e| StoreError::Corrupt(format!("{PHONE}: {e}")))?;
        if phone.ends_with(digits) || phone.ends_with(end) {
            ids.push(id);
        }
    }
    Ok(ids)
}
