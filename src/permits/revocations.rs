//! The signed list of permits that are not in force any more: what an inspector takes along when there is no network.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{ReasonClass, Standing, register, store};
use crate::catalogue::{Bilingual, Catalogue};
use crate::clock::{Day, Instant};
use crate::db::{StoreError, Tx};
use crate::keys::Keys;

/// What the signed part is for; no other signature of the key carries it.
const KIND: &str = "loket-revocations+jws";

/// A permit on the list. Never a name and never the reason in words.
#[derive(Clone, Debug, Serialize)]
pub struct Ended {
    /// As printed.
    pub number: String,
    /// Permit type as the QR token numbers it.
    pub type_number: u8,
    /// Year of the register.
    pub year: i32,
    /// Place in the register.
    pub serial: i64,
    /// Suspended or revoked.
    pub status: Standing,
    /// The class of the reason.
    pub class: ReasonClass,
    /// Since when.
    pub since: Option<Instant>,
}

/// A permit type, so that a page without a network can say the number of a token.
#[derive(Serialize)]
struct TypeOfToken {
    code: String,
    class: String,
    pattern: String,
    name: Bilingual,
}

/// The list as of now, and the same as a compact JWS (EdDSA, permit key) with its date and the permit types.
pub async fn signed_list(
    tx: &mut Tx,
    keys: &Keys,
    catalogue: &Catalogue,
    (now, today): (Instant, Day),
) -> Result<(Vec<Ended>, String), StoreError> {
    let permits = store::list_ended(tx).await?;
    let ended: Vec<Ended> = permits
        .into_iter()
        .filter_map(|permit| {
            Some(Ended {
                status: on_list(permit.standing(today)?),
                type_number: register::type_number(&permit.register),
                year: permit.year,
                serial: permit.ordinal,
                class: permit.reason_class.unwrap_or(ReasonClass::Other),
                since: permit.state_since,
                number: permit.number,
            })
        })
        .collect();
    let payload = json!({ "issued_at": now, "items": ended, "types": types(catalogue) });
    let list = keys.sign_jws(KIND, &payload);
    Ok((ended, list))
}

/// A permit that was replaced is over like any other; which one replaced it is told by the check page.
fn on_list(standing: Standing) -> Standing {
    if standing == Standing::Superseded { Standing::Revoked } else { standing }
}

fn types(catalogue: &Catalogue) -> Value {
    let named = catalogue.list().filter_map(|published| {
        let service = &published.service;
        let number = register::type_number(&service.code);
        let named = TypeOfToken {
            code: service.code.clone(),
            class: service.number_class.clone(),
            pattern: service.number_pattern.clone(),
            name: service.name.clone(),
        };
        (number > 0).then(|| (number.to_string(), named))
    });
    json!(named.collect::<BTreeMap<String, TypeOfToken>>())
}
