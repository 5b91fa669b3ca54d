//! Bringing bytes to a printer over TCP, and hearing whether they became paper.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// `DLE EOT 4`: the state of the paper, answered at once, also while the printer is stopped.
const ASK_PAPER: [u8; 3] = [0x10, 0x04, 0x04];
/// Of its answer: the roll is at its end.
const PAPER_ENDS: u8 = 0b0110_0000;
/// `GS r 1`: answered when everything sent before has been printed.
const ASK_DONE: [u8; 3] = [0x1d, 0x72, 0x01];
/// Of its answer: the roll is at its end.
const PAPER_ENDED: u8 = 0b0000_1100;

crate::ids::words! {
    /// Why a slip did not become paper.
    pub enum PrintFault {
        /// Nothing answers at the address: off, or the cable is out. Nothing was printed.
        Unreachable = "unreachable",
        /// The roll is empty. Nothing was sent.
        PaperOut = "paper-out",
        /// The printer took the slip and did not report back in time.
        NoAnswer = "no-answer",
        /// The printer closed the connection during the slip.
        Broken = "broken",
        /// Loket was stopped during the slip.
        Interrupted = "interrupted",
        /// The slip waited so long that it would come unexpected.
        Late = "late",
        /// The printer was taken out of service.
        Revoked = "revoked",
    }
}

impl PrintFault {
    /// Whether it is certain that not a line was printed, so that Loket may try again by itself.
    pub fn nothing_printed(self) -> bool {
        match self {
            PrintFault::Unreachable => true,
            PrintFault::PaperOut
            | PrintFault::NoAnswer
            | PrintFault::Broken
            | PrintFault::Interrupted
            | PrintFault::Late
            | PrintFault::Revoked => false,
        }
    }
}

/// How long each step may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To connect, and to tell the state of the paper.
    pub answer: Duration,
    /// To print one slip.
    pub slip: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience { answer: Duration::from_secs(3), slip: Duration::from_secs(8) }
    }
}

/// Sends a paper to a printer. `answers`: it is known to report, so that silence is a failure; otherwise what it took
/// without closing counts as printed.
pub async fn send(address: &str, bytes: &[u8], answers: bool, patience: Patience) -> Result<(), PrintFault> {
    let mut printer = connect(address, patience).await?;
    if answers {
        let paper = ask(&mut printer, ASK_PAPER, patience.answer).await?;
        if paper & PAPER_ENDS != 0 {
            return Err(PrintFault::PaperOut);
        }
    }
    let sending = timeout(patience.slip, printer.write_all(bytes)).await;
    sending.map_err(|_| PrintFault::NoAnswer)?.map_err(|_| PrintFault::Broken)?;
    if answers {
        let done = ask(&mut printer, ASK_DONE, patience.slip).await?;
        return if done & PAPER_ENDED == 0 { Ok(()) } else { Err(PrintFault::PaperOut) };
    }
    hang_up(printer, patience).await
}

/// Sends the first paper to a printer; answers whether it reports what it has printed.
pub async fn send_first(address: &str, bytes: &[u8], patience: Patience) -> Result<bool, PrintFault> {
    let mut printer = connect(address, patience).await?;
    let answers = match ask(&mut printer, ASK_PAPER, patience.answer).await {
        Ok(paper) if paper & PAPER_ENDS != 0 => return Err(PrintFault::PaperOut),
        Ok(_) => true,
        Err(PrintFault::NoAnswer) => false,
        Err(other) => return Err(other),
    };
    drop(printer);
    send(address, bytes, answers, patience).await?;
    Ok(answers)
}

async fn connect(address: &str, patience: Patience) -> Result<TcpStream, PrintFault> {
    let connecting = timeout(patience.answer, TcpStream::connect(address)).await;
    connecting.map_err(|_| PrintFault::Unreachable)?.map_err(|_| PrintFault::Unreachable)
}

async fn ask(printer: &mut TcpStream, question: [u8; 3], patience: Duration) -> Result<u8, PrintFault> {
    printer.write_all(&question).await.map_err(|_| PrintFault::Broken)?;
    let mut answer = [0u8; 1];
    let reading = timeout(patience, printer.read_exact(&mut answer)).await;
    reading.map_err(|_| PrintFault::NoAnswer)?.map_err(|_| PrintFault::Broken)?;
    Ok(answer[0])
}

/// Ends the connection in order; a printer that resets it has not taken everything.
async fn hang_up(mut printer: TcpStream, patience: Patience) -> Result<(), PrintFault> {
    printer.shutdown().await.map_err(|_| PrintFault::Broken)?;
    let mut rest = [0u8; 64];
    loop {
        match timeout(patience.answer, printer.read(&mut rest)).await {
            // Silent printers leave the connection open: what they took is on its way.
            Err(_) | Ok(Ok(0)) => return Ok(()),
            Ok(Ok(_)) => {}
            Ok(Err(_)) => return Err(PrintFault::Broken),
        }
    }
}
