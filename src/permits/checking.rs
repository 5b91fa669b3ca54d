//! Whether a permit is genuine: by its QR token, by the bytes of its PDF, or by its number and the holder's name.

use aws_lc_rs::signature::KeyPair;

use super::paper::KEY_ID;
use super::{Permit, register, store};
use crate::db::{StoreError, Tx};
use crate::documents::{self, qr_token};
use crate::keys::{Keys, Trusted};

/// A genuine permit. Whether it is still in force is [`Permit::standing`].
#[derive(Clone, Debug)]
pub struct PermitCheck {
    /// The permit.
    pub permit: Permit,
    /// First letters of up to three words of the holder's name.
    pub initials: String,
    /// Who put the national signature on the file that was checked, if somebody did.
    pub national: Option<String>,
}

/// The answer to a number and a typed name: the name is never given, only compared.
#[derive(Clone, Debug)]
pub struct NumberCheck {
    /// The permit of that number.
    pub permit: Permit,
    /// Whether the typed name is the holder's.
    pub name_matches: bool,
}

/// The permit of a scanned QR content or of its token alone; `None` when it is not one of ours.
pub async fn check_token(tx: &mut Tx, keys: &Keys, scanned: &str) -> Result<Option<PermitCheck>, StoreError> {
    let (short_id, token) = match qr_token::parse_payload(scanned) {
        Ok(payload) => (Some(payload.permit_id), payload.token),
        Err(_) => match qr_token::parse_token(scanned) {
            Ok(token) => (None, token),
            Err(_) => return Ok(None),
        },
    };
    let public = keys.permit_key().public_key().as_ref().to_vec();
    let Ok(claims) = qr_token::verify(&[(KEY_ID, &public)], &token) else { return Ok(None) };
    let permit = match (&short_id, register::type_code(claims.permit_type)) {
        (Some(short_id), _) => store::find_by_short_id(tx, short_id).await?,
        (None, Some(code)) => store::find_by_place(tx, code, claims.year.into(), claims.serial.into()).await?,
        (None, None) => None,
    };
    Ok(permit.filter(|permit| claims_fit(&claims, permit)).and_then(genuine))
}

/// The token speaks of this very permit, not of another one whose address it was put under.
fn claims_fit(claims: &qr_token::Claims, permit: &Permit) -> bool {
    i64::from(claims.serial) == permit.ordinal
        && i32::from(claims.year) == permit.year
        && claims.permit_type == register::type_number(&permit.register)
        && claims.names(&permit.holder_name)
}

/// The permit whose kept bytes are exactly these and carry the seal of one of our keys: any
/// edition that was kept, and no other.
pub async fn check_pdf(tx: &mut Tx, trusted: Trusted, bytes: &[u8]) -> Result<Option<PermitCheck>, StoreError> {
    let Some(document) = documents::find_permit_like(tx, bytes).await? else { return Ok(None) };
    let trusted = trusted.with_national(store::list_certificates(tx).await?);
    let Ok(sealed) = documents::check_edition(bytes, &trusted) else { return Ok(None) };
    let found = store::find_by_document(tx, document).await?.and_then(genuine);
    Ok(found.map(|check| PermitCheck { national: sealed.national, ..check }))
}

/// The permit of a number, and whether the typed name is its holder's.
pub async fn check_number(tx: &mut Tx, number: &str, name: &str) -> Result<Option<NumberCheck>, StoreError> {
    let typed: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let permit = store::find_by_number(tx, &typed.to_uppercase()).await?.filter(Permit::is_public);
    Ok(permit.map(|permit| NumberCheck { name_matches: folded(name) == folded(&permit.holder_name), permit }))
}

fn genuine(permit: Permit) -> Option<PermitCheck> {
    let initials = initials(&permit.holder_name);
    permit.is_public().then_some(PermitCheck { permit, initials, national: None })
}

/// Upper case, only letters and digits: titles are typed with and without points and commas.
fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

pub(super) fn initials(name: &str) -> String {
    let firsts = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphabetic()));
    firsts.take(3).map(|c| format!("{c}.")).collect::<Vec<_>>().join(" ").to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_without_case_points_and_spaces() {
        assert_eq!(folded("apt. Siti  Rahma, S.Farm."), folded("APT SITI RAHMA S FARM"));
        assert_ne!(folded("Siti Rahma"), folded("Siti Rahmi"));
        assert_eq!(initials("apt. Siti Rahma DATA UJI"), "A. S. R.");
    }
}
