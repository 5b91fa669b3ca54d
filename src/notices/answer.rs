//! The answer of a service outside, read no further than it can be worth.

use reqwest::{Error, Response};

/// Why an answer could not be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnswerFault {
    /// Nothing came in time.
    #[error("the answer took too long")]
    TimedOut,
    /// No connection, or one that broke.
    #[error("the answer broke off")]
    BrokenOff,
    /// More than was asked for; the rest is not read.
    #[error("the answer is too large")]
    TooLarge,
}

impl From<Error> for AnswerFault {
    fn from(error: Error) -> AnswerFault {
        if error.is_timeout() { AnswerFault::TimedOut } else { AnswerFault::BrokenOff }
    }
}

/// The body of an answer of at most so many bytes.
///
/// # Errors
/// [`AnswerFault::TooLarge`] as soon as more comes, whatever length the server told.
pub async fn read_answer(mut answer: Response, largest: usize) -> Result<Vec<u8>, AnswerFault> {
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        if bytes.len() + chunk.len() > largest {
            return Err(AnswerFault::TooLarge);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
