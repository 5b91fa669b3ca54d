//! Kiosks, boards and printers of a site: announced by staff, paired with a one-time code, revoked at once.

mod device;
mod store;

use data_encoding::{Encoding, Specification};
use serde_json::json;

use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::ids::{DeviceId, SiteId};
use crate::keys::{fill_random, random_token, sha256};
use crate::messages::{FieldFault, Refusal};

pub use device::{Device, DeviceKind, DeviceState, code_typed};

/// Minutes a code can be used.
const CODE_MINUTES: i64 = 10;
/// Letters of a name at most.
const LONGEST_NAME: usize = 60;
/// The port of printers that name none.
const PRINTER_PORT: &str = "9100";
/// Crockford's letters: none looks like another.
const CODE_LETTERS: &str = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A device as staff announce it.
#[derive(Clone, Debug)]
pub struct Announced {
    /// Where it stands.
    pub site: SiteId,
    /// What it does.
    pub kind: DeviceKind,
    /// As staff call it.
    pub name: String,
    /// A printer's host, with a port if it is not 9100.
    pub address: String,
}

/// Announces a device; answers it with the code that pairs it.
pub async fn announce(tx: &mut Tx, act: Act, announced: &Announced) -> Outcome<Device> {
    let address = check(announced)?;
    let device = Device {
        id: DeviceId::new(act.now.0),
        site: announced.site,
        kind: announced.kind,
        name: announced.name.trim().to_owned(),
        address,
        printer: None,
        answers: false,
        code: Some(fresh_code(act.now)?),
        paired_at: None,
        seen_at: None,
        revoked_at: None,
    };
    store::insert(tx, &device, act.now).await?;
    let detail = json!({ "kind": device.kind, "name": device.name, "site": device.site });
    audit::record(tx, act, "device.announced", device.id, detail).await?;
    Ok(device)
}

fn check(announced: &Announced) -> Result<Option<String>, Refusal> {
    let mut faults = Vec::new();
    let letters = announced.name.trim().chars().count();
    if letters == 0 || letters > LONGEST_NAME {
        faults.push(FieldFault::new("name", if letters == 0 { "required" } else { "device-name-long" }));
    }
    let address = match announced.kind {
        DeviceKind::Printer => {
            let address = with_port(announced.address.trim());
            if address.is_none() {
                faults.push(FieldFault::new("address", "printer-address"));
            }
            address
        }
        DeviceKind::Kiosk | DeviceKind::Board => None,
    };
    Refusal::of_fields(faults)?;
    Ok(address)
}

/// `host:port` of what was typed: a name or an IPv4 address, with or without a port.
fn with_port(typed: &str) -> Option<String> {
    let (host, port) = typed.split_once(':').unwrap_or((typed, PRINTER_PORT));
    let is_name = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
    let is_port = port.parse::<u16>().is_ok_and(|port| port > 0);
    (!host.is_empty() && host.len() <= 253 && is_name && is_port).then(|| format!("{host}:{port}"))
}

fn fresh_code(now: Instant) -> Result<(String, Instant), StoreError> {
    let mut bytes = [0u8; 5];
    fill_random(&mut bytes);
    Ok((letters()?.encode(&bytes), now.plus_minutes(CODE_MINUTES)))
}

fn letters() -> Result<Encoding, StoreError> {
    let mut letters = Specification::new();
    letters.symbols.push_str(CODE_LETTERS);
    letters.encoding().map_err(|e| StoreError::Corrupt(e.to_string()))
}

/// Gives a device another code; whatever was paired before works no more.
pub async fn renew_code(tx: &mut Tx, act: Act, id: DeviceId) -> Outcome<Device> {
    let mut device = find(tx, id).await?.ok_or_else(unknown)?;
    let (code, until) = fresh_code(act.now)?;
    store::set_code(tx, id, &code, until).await?;
    device.code = Some((code, until));
    (device.paired_at, device.revoked_at) = (None, None);
    audit::record(tx, act, "device.code_renewed", id, json!({})).await?;
    Ok(device)
}

fn unknown() -> Refusal {
    Refusal::not_found("device-unknown")
}

/// Pairs the kiosk or board whose code is typed on it; answers the secret it keeps.
pub async fn pair(tx: &mut Tx, now: Instant, typed: &str) -> Outcome<(Device, String)> {
    let wrong = || Refusal::invalid("invalid-fields").field("code", "device-code-wrong");
    let found = store::lock_by_code(tx, &code_typed(typed)).await?;
    let device = found.filter(|device| is_waiting(device, now) && device.kind != DeviceKind::Printer);
    let device = device.ok_or_else(wrong)?;
    let token = random_token();
    store::set_paired(tx, device.id, Some(&sha256(token.as_bytes())), now).await?;
    audit::record(tx, Act::system(now), "device.paired", device.id, json!({ "site": device.site })).await?;
    Ok((device, token))
}

/// Pairs the printer that printed the code a member of staff types.
pub async fn pair_printer(tx: &mut Tx, act: Act, id: DeviceId, typed: &str) -> Outcome<()> {
    let found = store::lock_by_code(tx, &code_typed(typed)).await?;
    let device = found.filter(|device| device.id == id && is_waiting(device, act.now));
    if device.is_none_or(|device| device.kind != DeviceKind::Printer) {
        return Err(Refusal::invalid("invalid-fields").field("code", "device-code-wrong").into());
    }
    store::set_paired(tx, id, None, act.now).await?;
    audit::record(tx, act, "device.paired", id, json!({})).await?;
    Ok(())
}

fn is_waiting(device: &Device, now: Instant) -> bool {
    device.state(now) == DeviceState::Waiting
}

/// Takes a device out of service at once. It keeps its line in the list.
pub async fn revoke(tx: &mut Tx, act: Act, id: DeviceId) -> Outcome<()> {
    if !store::set_revoked(tx, id, act.now).await? {
        return Err(unknown().into());
    }
    audit::record(tx, act, "device.revoked", id, json!({})).await?;
    Ok(())
}

/// Chooses the printer of a kiosk, or none. Both stand in one site.
pub async fn choose_printer(tx: &mut Tx, act: Act, kiosk: DeviceId, printer: Option<DeviceId>) -> Outcome<()> {
    let device = find(tx, kiosk).await?.filter(|device| device.kind == DeviceKind::Kiosk).ok_or_else(unknown)?;
    if let Some(printer) = printer {
        let found = find(tx, printer).await?;
        let is_here = |other: &Device| other.site == device.site && other.kind == DeviceKind::Printer;
        found.filter(is_here).ok_or_else(unknown)?;
    }
    store::set_printer(tx, kiosk, printer).await?;
    audit::record(tx, act, "device.printer_chosen", kiosk, json!({ "printer": printer })).await?;
    Ok(())
}

/// Demands that kiosks and boards of a site are paired, or lets every browser be one.
pub async fn set_paired_only(tx: &mut Tx, act: Act, site: SiteId, paired_only: bool) -> Outcome<()> {
    super::store::set_paired_only(tx, site, paired_only).await?;
    audit::record(tx, act, "site.paired_only_set", site, json!({ "paired_only": paired_only })).await?;
    Ok(())
}

/// The paired device that keeps this secret.
pub async fn find_by_token(tx: &mut Tx, token: &str) -> Result<Option<Device>, StoreError> {
    store::find_by_token(tx, &sha256(token.as_bytes())).await
}

/// A device.
pub async fn find(tx: &mut Tx, id: DeviceId) -> Result<Option<Device>, StoreError> {
    store::find(tx, id).await
}

/// The devices of a site, by kind and name.
pub async fn list(tx: &mut Tx, site: SiteId) -> Result<Vec<Device>, StoreError> {
    store::list(tx, site).await
}

/// A sign of life.
pub async fn seen(tx: &mut Tx, id: DeviceId, now: Instant) -> Result<(), StoreError> {
    store::set_seen(tx, id, now).await
}

/// Notes whether a printer reports what it has printed.
pub async fn set_answers(tx: &mut Tx, id: DeviceId, answers: bool) -> Result<(), StoreError> {
    store::set_answers(tx, id, answers).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_printer_gets_its_port() {
        assert_eq!(with_port("10.0.0.7"), Some("10.0.0.7:9100".to_owned()));
        assert_eq!(with_port("printer-1.lokal:9101"), Some("printer-1.lokal:9101".to_owned()));
        for wrong in ["", ":9100", "10.0.0.7:0", "10.0.0.7:99999", "a b", "http://x", "x/y", "x:y"] {
            assert_eq!(with_port(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_code_has_eight_letters_that_can_be_typed_back() {
        for _ in 0..50 {
            let (code, until) = fresh_code(Instant(0)).unwrap();
            assert_eq!((code.len(), until), (8, Instant(600_000_000)));
            assert_eq!(code_typed(&code.to_lowercase()), code);
        }
    }
}
