//! The virus scanner of the office: a clamd asked with INSTREAM over TCP or a socket file. Own code, since the whole
//! protocol is one command, length and bytes, and one line back.

use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use super::Scan;
use crate::config::Config;
use crate::messages::Refusal;

/// Bytes sent at a time.
const PIECE: usize = 64 * 1024;
/// The longest answer that is read, in bytes.
const LONGEST_ANSWER: u64 = 4096;
/// The longest name of a virus that is kept, in characters.
const NAME: usize = 80;

/// What the scanner found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Nothing.
    Clean,
    /// A virus of this name.
    Infected(String),
}

/// The scanner gave no answer that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum ScanFault {
    /// No connection, or it broke.
    #[error("the virus scanner cannot be reached: {0}")]
    Unreachable(#[from] std::io::Error),
    /// No answer within the time of the settings.
    #[error("the virus scanner did not answer in time")]
    Late,
    /// An answer that says neither clean nor infected.
    #[error("the virus scanner gave an odd answer")]
    Odd,
}

/// A setting of the scanner cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("clamd: {0}")]
pub struct ScannerSettingError(String);

#[derive(Clone, Debug)]
enum Address {
    Tcp(String),
    Unix(PathBuf),
}

/// The way to the scanner.
#[derive(Clone, Debug)]
pub struct Scanner {
    address: Address,
    patience: Duration,
    keeps_unscanned: bool,
}

impl Scanner {
    /// The scanner of the settings; `None` when there is none.
    ///
    /// # Errors
    /// When `clamd` is neither `tcp://HOST:PORT` nor `unix:/PATH`, or `clamd_silent` neither `refuse` nor `later`.
    pub fn open(config: &Config) -> Result<Option<Scanner>, ScannerSettingError> {
        if config.clamd.is_empty() {
            return Ok(None);
        }
        let wrong = || ScannerSettingError(format!("`{}` is neither tcp://HOST:PORT nor unix:/PATH", config.clamd));
        let address = match config.clamd.split_once(':') {
            Some(("tcp", rest)) => {
                let host = rest.strip_prefix("//").filter(|host| host.contains(':')).ok_or_else(wrong)?;
                Address::Tcp(host.to_owned())
            }
            Some(("unix", path)) if path.starts_with('/') => Address::Unix(PathBuf::from(path)),
            Some(_) | None => return Err(wrong()),
        };
        let keeps_unscanned = match config.clamd_silent.as_str() {
            "refuse" => false,
            "later" => true,
            other => {
                return Err(ScannerSettingError(format!("clamd_silent is `{other}`, neither `refuse` nor `later`")));
            }
        };
        let patience = Duration::from_secs(config.clamd_seconds.max(1));
        Ok(Some(Scanner { address, patience, keeps_unscanned }))
    }

    /// Has the bytes of an upload scanned: what is then said of them is kept with them.
    ///
    /// # Errors
    /// 422 `file-infected` on the field `file`; 503 `scanner-silent` when there is no answer and the settings refuse
    /// what was not scanned.
    pub async fn admit(&self, bytes: &[u8]) -> Result<Scan, Refusal> {
        match self.scan(bytes).await {
            Ok(Finding::Clean) => Ok(Scan::Clean),
            Ok(Finding::Infected(name)) => {
                tracing::warn!(virus = name, "a file with a virus was refused");
                Err(Refusal::invalid("invalid-fields").field("file", "file-infected"))
            }
            Err(fault) => {
                tracing::warn!(%fault, "a file was not scanned");
                if self.keeps_unscanned { Ok(Scan::Waiting) } else { Err(Refusal::unavailable("scanner-silent")) }
            }
        }
    }

    /// Asks about bytes.
    pub async fn scan(&self, bytes: &[u8]) -> Result<Finding, ScanFault> {
        let mut question = Vec::with_capacity(bytes.len() + bytes.len() / PIECE * 4 + 32);
        question.extend(b"zINSTREAM\0");
        for piece in bytes.chunks(PIECE) {
            let length = u32::try_from(piece.len()).map_err(|_| ScanFault::Odd)?;
            question.extend(length.to_be_bytes());
            question.extend(piece);
        }
        question.extend(0_u32.to_be_bytes());
        finding_of(&self.ask(&question).await?)
    }

    /// Whether it answers at all.
    pub async fn ping(&self) -> Result<(), ScanFault> {
        if self.ask(b"zPING\0").await? == "PONG" { Ok(()) } else { Err(ScanFault::Odd) }
    }

    async fn ask(&self, question: &[u8]) -> Result<String, ScanFault> {
        let talk = async {
            match &self.address {
                Address::Tcp(host) => talk(TcpStream::connect(host).await?, question).await,
                Address::Unix(path) => talk(UnixStream::connect(path).await?, question).await,
            }
        };
        tokio::time::timeout(self.patience, talk).await.map_err(|_| ScanFault::Late)?
    }
}

async fn talk(mut line: impl AsyncRead + AsyncWrite + Unpin, question: &[u8]) -> Result<String, ScanFault> {
    line.write_all(question).await?;
    line.flush().await?;
    let mut answer = Vec::new();
    line.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
    let answer = answer.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(answer).trim().to_owned())
}

/// `stream: OK` or `stream: NAME FOUND`; anything else is no answer.
fn finding_of(answer: &str) -> Result<Finding, ScanFault> {
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Finding::Clean),
        Some(found) => {
            let name = found.strip_suffix(" FOUND").ok_or(ScanFault::Odd)?;
            Ok(Finding::Infected(name.chars().filter(char::is_ascii_graphic).take(NAME).collect()))
        }
        None => Err(ScanFault::Odd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scanner(clamd: &str, silent: &str) -> Result<Option<Scanner>, ScannerSettingError> {
        let (clamd, clamd_silent) = (clamd.to_owned(), silent.to_owned());
        Scanner::open(&Config { clamd, clamd_silent, ..Config::default() })
    }

    #[test]
    fn an_address_is_tcp_or_a_socket_file_or_a_fault() {
        assert!(scanner("", "refuse").unwrap().is_none());
        assert!(scanner("tcp://127.0.0.1:3310", "refuse").unwrap().is_some());
        assert!(scanner("unix:/run/clamav/clamd.ctl", "later").unwrap().is_some());
        for wrong in ["127.0.0.1:3310", "tcp://localhost", "unix:clamd.ctl", "http://x:1"] {
            assert!(scanner(wrong, "refuse").is_err(), "{wrong}");
        }
        assert!(scanner("tcp://127.0.0.1:3310", "perhaps").is_err());
    }

    #[test]
    fn only_the_two_answers_of_the_protocol_are_answers() {
        assert_eq!(finding_of("stream: OK").unwrap(), Finding::Clean);
        let eicar = Finding::Infected("Eicar-Test-Signature".to_owned());
        assert_eq!(finding_of("stream: Eicar-Test-Signature FOUND").unwrap(), eicar);
        for odd in ["", "OK", "stream: OK maybe", "INSTREAM size limit exceeded. ERROR", "stream: x ERROR"] {
            assert!(matches!(finding_of(odd), Err(ScanFault::Odd)), "{odd}");
        }
    }
}
