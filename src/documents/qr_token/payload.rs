//! The text in the QR code: an address any phone opens, with the token at its end.

use data_encoding::BASE32_NOPAD;

use super::{TOKEN_BYTES, TokenError};

/// A QR content taken apart; nothing is verified yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    /// Short id of the permit, upper case.
    pub permit_id: String,
    /// Token bytes, to be given to [`verify`].
    pub token: Vec<u8>,
}

/// The QR content `HTTPS://HOST/V/<ID>/<BASE32>`, upper case so that the code stays small.
pub fn payload(host_url: &str, permit_id: &str, token: &[u8; TOKEN_BYTES]) -> String {
    let host_url = host_url.trim_end_matches('/').to_ascii_uppercase();
    let permit_id = permit_id.to_ascii_uppercase();
    format!("{host_url}/V/{permit_id}/{}", BASE32_NOPAD.encode(token))
}

/// Takes a scanned or typed QR content apart; upper and lower case are the same.
///
/// # Errors
/// [`TokenError::Malformed`] when it is not a permit's code.
pub fn parse_payload(scanned: &str) -> Result<Payload, TokenError> {
    let scanned = scanned.trim().to_ascii_uppercase();
    let mut parts = scanned.rsplit('/');
    let (Some(token), Some(permit_id), Some("V")) = (parts.next(), parts.next(), parts.next()) else {
        return Err(TokenError::Malformed);
    };
    let token = parse_token(token)?;
    let permit_id = permit_id.to_owned();
    Ok(Payload { permit_id, token })
}

/// Reads the base32 part alone, in upper or lower case.
///
/// # Errors
/// [`TokenError::Malformed`] when it is not base32 of a token's length.
pub fn parse_token(base32: &str) -> Result<Vec<u8>, TokenError> {
    let token =
        BASE32_NOPAD.decode(base32.trim().to_ascii_uppercase().as_bytes()).map_err(|_| TokenError::Malformed)?;
    if token.len() == TOKEN_BYTES { Ok(token) } else { Err(TokenError::Malformed) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scanned_code_comes_apart_in_either_case() {
        let token = [7; TOKEN_BYTES];
        let code = payload("https://izin.example.go.id/", "1k7qx2m", &token);
        assert!(code.starts_with("HTTPS://IZIN.EXAMPLE.GO.ID/V/1K7QX2M/"));
        let taken = parse_payload(&code.to_lowercase()).unwrap();
        assert_eq!(taken.permit_id, "1K7QX2M");
        assert_eq!(taken.token, token);
        assert_eq!(parse_payload("https://x/V/1/A"), Err(TokenError::Malformed));
        assert_eq!(parse_payload("halo"), Err(TokenError::Malformed));
    }

    #[test]
    fn the_code_has_only_characters_of_the_small_qr_alphabet() {
        let code = payload("https://izin.example.go.id", "1k7qx2m", &[0xA5; TOKEN_BYTES]);
        let small = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || "$%*+-./: ".contains(c);
        assert!(code.chars().all(small), "{code}");
        assert_eq!(code.len(), "HTTPS://IZIN.EXAMPLE.GO.ID/V/1K7QX2M/".len() + 138);
    }
}
