//! `[default.loket.esign]`: the eSign client of the national authority (BSrE) and the time-stamp server.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Which service puts the national signature on permits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EsignKind {
    /// None: permits carry the office's own seal alone.
    None,
    /// BSrE eSign client, version 1: multipart, answers with the file.
    BsreV1,
    /// BSrE eSign client, version 2: JSON with files in base 64.
    BsreV2,
}

/// Whether the signature shows on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EsignLook {
    /// Only readers show it; the page stays as it was printed.
    Invisible,
    /// A QR code with the address of the permit stands on the page.
    Visible,
}

/// The eSign client of the office. Its password is not here: it stands in a file only its owner reads. The passphrase
/// of an official is never in a setting or a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EsignLink {
    /// Who signs.
    pub kind: EsignKind,
    /// The address of the client, such as `https://esign.banyuasinkab.go.id`.
    pub url: String,
    /// The account of the office at the client.
    pub user: String,
    /// The file with its password (mode 0600).
    pub password_file: PathBuf,
    /// A PEM file with the client's own certificate, where it is not signed by a known authority. Only it is trusted
    /// then.
    pub certificate_file: Option<PathBuf>,
    /// Whether the signature shows.
    pub look: EsignLook,
    /// For a visible one: left, bottom, width and height on the first page, in points.
    pub place: [u32; 4],
    /// Stated in the signature: why.
    pub reason: String,
    /// Stated in the signature: where.
    pub location: String,
    /// Seconds until a connection must stand.
    pub connect_seconds: u64,
    /// Seconds until the signed file must be there.
    pub answer_seconds: u64,
    /// Minutes a passphrase is kept in memory after it was typed, at most; it ends with the session in any case.
    pub passphrase_minutes: i64,
    /// A time-stamp server (RFC 3161) for the office's own seal; empty = none.
    pub time_stamp_url: String,
    /// A PEM file with the certificate of that server; only its stamps are accepted.
    pub time_stamp_certificate_file: PathBuf,
}

impl Default for EsignLink {
    fn default() -> Self {
        EsignLink {
            kind: EsignKind::None,
            url: String::new(),
            user: String::new(),
            password_file: PathBuf::new(),
            certificate_file: None,
            look: EsignLook::Invisible,
            place: [36, 36, 72, 72],
            reason: "Penerbitan izin".to_owned(),
            location: "Banyuasin".to_owned(),
            connect_seconds: 5,
            answer_seconds: 90,
            passphrase_minutes: 30,
            time_stamp_url: String::new(),
            time_stamp_certificate_file: PathBuf::new(),
        }
    }
}
