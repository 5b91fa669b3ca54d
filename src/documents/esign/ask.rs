//! The questions of both versions of the service, and how their answers are read.

use data_encoding::{BASE64, HEXLOWER};
use serde_json::{Value, json};

use super::{CertificateState, EsignFault, Mark, Signatory};
use crate::config::EsignLook;
use crate::documents::qr;
use crate::keys::fill_random;

/// Version 2: JSON.
pub(super) fn json(pdf: &[u8], who: &Signatory, mark: &Mark, link: &str) -> Result<Vec<u8>, EsignFault> {
    let properties = match mark.look {
        EsignLook::Invisible => {
            json!([{ "tampilan": "INVISIBLE", "location": mark.location, "reason": mark.reason }])
        }
        EsignLook::Visible => {
            let [x, y, width, height] = mark.place;
            let picture = qr::png(link).map_err(|_| EsignFault::Unreadable)?;
            json!([{
                "tampilan": "VISIBLE", "imageBase64": BASE64.encode(&picture), "page": 1, "originX": x, "originY": y,
                "width": width, "height": height, "location": mark.location, "reason": mark.reason
            }])
        }
    };
    let body = json!({
        "nik": who.nik.digits(), "passphrase": who.passphrase.as_str(), "signatureProperties": properties,
        "file": [BASE64.encode(pdf)]
    });
    Ok(body.to_string().into_bytes())
}

/// Version 1: multipart. The boundary is random, so that no typed text can end a part.
pub(super) fn multipart(pdf: &[u8], who: &Signatory, mark: &Mark, link: &str) -> (String, Vec<u8>) {
    let mut random = [0; 16];
    fill_random(&mut random);
    let boundary = format!("loket-{}", HEXLOWER.encode(&random));
    let mut body = Vec::with_capacity(pdf.len() + 2048);
    let mut field = |name: &str, value: &str| {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(value.as_bytes());
        body.extend_from_slice(b"\r\n");
    };
    field("nik", who.nik.digits());
    field("passphrase", &who.passphrase);
    field("reason", &mark.reason);
    field("location", &mark.location);
    match mark.look {
        EsignLook::Invisible => field("tampilan", "invisible"),
        EsignLook::Visible => {
            field("tampilan", "visible");
            field("image", "false");
            field("linkQR", link);
            field("page", "1");
            for (name, value) in ["xAxis", "yAxis", "width", "height"].into_iter().zip(mark.place) {
                field(name, &value.to_string());
            }
        }
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"izin.pdf\"\r\nContent-Type: application/pdf";
    body.extend_from_slice(format!("--{boundary}\r\n{head}\r\n\r\n").as_bytes());
    body.extend_from_slice(pdf);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    (boundary, body)
}

/// The file in an answer of version 2.
pub(super) fn file_of(answer: &[u8]) -> Result<Vec<u8>, EsignFault> {
    let read = || -> Option<Vec<u8>> {
        let body: Value = serde_json::from_slice(answer).ok()?;
        let file = BASE64.decode(body.get("file")?.get(0)?.as_str()?.as_bytes()).ok()?;
        file.starts_with(b"%PDF-").then_some(file)
    };
    read().ok_or(EsignFault::Unreadable)
}

/// The word for the state of a certificate, wherever the service puts it.
pub(super) fn state_of(answer: &[u8]) -> Option<CertificateState> {
    let body: Value = serde_json::from_slice(answer).ok()?;
    let words = [body.get("status"), body.get("data").and_then(|data| data.get("status"))];
    words.into_iter().flatten().find_map(|word| word.as_str()?.parse().ok())
}

/// The number under which a signed file is fetched: it becomes part of an address, so only plain characters count.
pub(super) fn id_of(answer: &[u8]) -> Option<String> {
    let body: Value = serde_json::from_slice(answer).ok()?;
    let id = body.get("id_dokumen").or_else(|| body.get("id"))?;
    let id = id.as_str().map(str::to_owned).or_else(|| id.as_i64().map(|number| number.to_string()))?;
    let plain = (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    plain.then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Nik;
    use zeroize::Zeroizing;

    fn who() -> Signatory {
        Signatory { nik: Nik::parse("1607014112920003").unwrap(), passphrase: Zeroizing::new("s3cr\"et--x".to_owned()) }
    }

    fn mark(look: EsignLook) -> Mark {
        Mark { look, place: [1, 2, 3, 4], reason: "Uji".into(), location: "Banyuasin".into() }
    }

    #[test]
    fn the_fields_are_those_of_the_service() {
        let (boundary, body) = multipart(b"%PDF-1.7", &who(), &mark(EsignLook::Visible), "https://izin.test/V/1");
        let body = String::from_utf8(body).unwrap();
        for part in ["nik", "passphrase", "tampilan", "image", "linkQR", "page", "xAxis", "yAxis", "width", "height"] {
            assert!(body.contains(&format!("name=\"{part}\"\r\n\r\n")), "{part}");
        }
        assert!(body.ends_with(&format!("%PDF-1.7\r\n--{boundary}--\r\n")));
        let body: Value =
            serde_json::from_slice(&json(b"%PDF-1.7", &who(), &mark(EsignLook::Visible), "https://x").unwrap())
                .unwrap();
        assert_eq!(body["signatureProperties"][0]["originX"], 1);
        assert_eq!(body["passphrase"], "s3cr\"et--x");
    }

    #[test]
    fn a_number_that_would_change_the_address_is_not_fetched() {
        assert_eq!(id_of(br#"{"id_dokumen":"ab-12"}"#).as_deref(), Some("ab-12"));
        assert_eq!(id_of(br#"{"id":77}"#).as_deref(), Some("77"));
        for wrong in [&br#"{"id":"../user"}"#[..], br#"{"id":""}"#, b"<html>", br#"{"id":null}"#] {
            assert_eq!(id_of(wrong), None);
        }
    }

    #[test]
    fn the_state_of_a_certificate_is_read_in_the_words_of_the_service() {
        assert_eq!(state_of(br#"{"status":"EXPIRED"}"#), Some(CertificateState::Expired));
        assert_eq!(state_of(br#"{"data":{"status":"ISSUE"}}"#), Some(CertificateState::Issue));
        assert_eq!(state_of(br#"{"status":1111,"message":"aktif"}"#), None);
        assert!(CertificateState::Renew.can_sign() && !CertificateState::Suspend.can_sign());
    }

    #[test]
    fn an_official_is_never_printed() {
        let printed = format!("{:?}", who());
        assert!(!printed.contains("s3cr") && !printed.contains("1607"), "{printed}");
    }
}
