//! One server per SQLite file: a second one, or a restore, is refused at once.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};

/// Held for as long as this process serves the file.
#[derive(Debug)]
pub struct ServerLock {
    _file: File,
}

/// The lock could not be taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server or a restore holds it.
    #[error("another Loket server or a restore is using this data folder ({0}); stop it first")]
    Held(PathBuf),
    /// The lock file cannot be opened.
    #[error("cannot open the lock file {0}: {1}")]
    Io(PathBuf, #[source] std::io::Error),
}

impl ServerLock {
    /// Takes the lock of a data folder, or says at once who is in the way.
    pub fn take(data_dir: &Path) -> Result<ServerLock, LockError> {
        let path = data_dir.join("server.lock");
        let opened = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = opened.map_err(|e| LockError::Io(path.clone(), e))?;
        match file.try_lock() {
            Ok(()) => Ok(ServerLock { _file: file }),
            Err(TryLockError::WouldBlock) => Err(LockError::Held(data_dir.to_owned())),
            Err(TryLockError::Error(e)) => Err(LockError::Io(path, e)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_server_on_the_same_folder_is_refused_until_the_first_ends() {
        let folder = tempfile::tempdir().unwrap();
        let first = ServerLock::take(folder.path()).unwrap();
        assert!(matches!(ServerLock::take(folder.path()), Err(LockError::Held(_))));
        drop(first);
        assert!(ServerLock::take(folder.path()).is_ok());
    }
}
