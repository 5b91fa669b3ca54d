//! Passphrases of officials, in memory only: for as long as the session in which they were typed, and never longer
//! than the limit of the settings.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::clock::Instant;
use crate::documents::esign::Signatory;
use crate::ids::{OfficerId, SessionId};

/// What is held for one session.
#[derive(Clone, Debug)]
pub struct Held {
    /// The session it was typed in.
    pub session: SessionId,
    /// Whose.
    pub officer: OfficerId,
    /// Who signs, with the passphrase.
    pub signatory: Signatory,
    /// When it is forgotten, at the latest.
    pub until: Instant,
}

/// The passphrases in memory.
pub struct Vault {
    minutes: i64,
    held: Mutex<HashMap<SessionId, Held>>,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

impl Vault {
    /// A vault that forgets after some minutes.
    pub fn new(minutes: i64) -> Vault {
        Vault { minutes: minutes.max(0), held: Mutex::default() }
    }

    /// Minutes a passphrase is kept.
    pub fn minutes(&self) -> i64 {
        self.minutes
    }

    /// Keeps what was typed in a session.
    pub fn keep(&self, session: SessionId, officer: OfficerId, signatory: Signatory, now: Instant) {
        let held = Held { session, officer, signatory, until: now.plus_minutes(self.minutes) };
        self.held().insert(session, held);
    }

    /// Forgets what was typed in a session: it ended, or the passphrase is wrong.
    pub fn forget(&self, session: SessionId) {
        self.held().remove(&session);
    }

    /// Everything that is still held; what is over its limit is forgotten.
    pub fn list(&self, now: Instant) -> Vec<Held> {
        let mut held = self.held();
        held.retain(|_, one| now < one.until);
        held.values().cloned().collect()
    }

    /// What was typed in a session.
    pub fn find(&self, session: SessionId, now: Instant) -> Option<Held> {
        self.list(now).into_iter().find(|held| held.session == session)
    }

    fn held(&self) -> MutexGuard<'_, HashMap<SessionId, Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Nik;
    use zeroize::Zeroizing;

    #[test]
    fn a_passphrase_is_forgotten_after_its_minutes_and_when_told() {
        let vault = Vault::new(30);
        let who = Signatory {
            nik: Nik::parse("1607014112920003").unwrap(),
            passphrase: Zeroizing::new("rahasia sekali".to_owned()),
        };
        let (session, officer, now) = (SessionId::new(1), OfficerId::new(1), Instant(0));
        vault.keep(session, officer, who.clone(), now);
        assert!(vault.find(session, now.plus_minutes(29)).is_some());
        assert!(vault.find(session, now.plus_minutes(30)).is_none());
        assert!(vault.find(session, now).is_none(), "gone for good");
        vault.keep(session, officer, who, now);
        assert!(!format!("{vault:?} {:?}", vault.list(now)).contains("rahasia"));
        vault.forget(session);
        assert!(vault.list(now).is_empty());
    }
}
