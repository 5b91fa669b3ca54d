//! The time-stamp server of the settings.

use data_encoding::BASE64;

use super::{EsignLinkError, address};
use crate::config::EsignLink;
use crate::documents::seal::HttpStamper;

/// The server and its certificate (DER); `None` when there is none.
///
/// # Errors
/// [`EsignLinkError`], naming the setting.
pub fn open_stamper(link: &EsignLink) -> Result<Option<(HttpStamper, Vec<u8>)>, EsignLinkError> {
    if link.time_stamp_url.is_empty() {
        return Ok(None);
    }
    // The address is taken as it is: authorities answer at one path only.
    let slashed = address("time_stamp_url", &link.time_stamp_url)?;
    let url = link.time_stamp_url.parse().unwrap_or(slashed);
    let file = &link.time_stamp_certificate_file;
    let unreadable = |why: &str| EsignLinkError::Stamper(file.clone(), why.to_owned());
    let pem = std::fs::read_to_string(file).map_err(|e| unreadable(&e.to_string()))?;
    let certificate = der_of(&pem).ok_or_else(|| unreadable("no certificate in PEM"))?;
    let stamper = HttpStamper::new(url, certificate.clone()).map_err(|e| EsignLinkError::Client(e.to_string()))?;
    Ok(Some((stamper, certificate)))
}

/// The first certificate of a PEM text.
fn der_of(pem: &str) -> Option<Vec<u8>> {
    let body = pem.split_once("-----BEGIN CERTIFICATE-----")?.1.split_once("-----END CERTIFICATE-----")?.0;
    let body: String = body.split_whitespace().collect();
    BASE64.decode(body.as_bytes()).ok()
}
