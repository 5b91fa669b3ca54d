//! Staff: who they are, what they may do, how they sign in.

mod delegation;
mod limiter;
mod officer;
pub mod password;
mod second;
mod store;
mod token;

use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, Fault, Outcome, StoreError, Tx};
use crate::ids::{OfficerId, SessionId};
use crate::keys::{Keys, random_token, sha256};
use crate::messages::{FieldFault, Refusal};
use serde_json::json;

pub use delegation::{DELEGATED, Delegation, Naming, delegate, end_delegation, list_delegations};
pub use limiter::FailureLimiter;
pub use officer::{Acting, ActingKind, Officer, Role};
pub use second::{Demanded, Factor, begin_factor, code_at, confirm_factor, end_factor, find_factor, has_factor};
pub use token::{BearerError, Bearers};

crate::ids::words! {
    /// Where a session is used.
    pub enum SessionKind {
        /// Pages: an opaque cookie.
        Page = "page",
        /// The API: a bearer token.
        Api = "api",
    }
}

/// Hours a page session lasts: a working day with overtime.
const PAGE_HOURS: i64 = 12;
/// Minutes a bearer token lasts.
pub const API_MINUTES: i64 = 60;
/// Hours a setup link can be used.
const SETUP_HOURS: i64 = 24;
/// The shortest password (NIST 800-63B-4: 15 when it is the only factor).
pub const MIN_PASSWORD: usize = 15;

/// A session; its token is known to the browser only.
#[derive(Clone, Copy, Debug)]
pub struct Session {
    /// Identity; stands in bearer tokens.
    pub id: SessionId,
    /// Whose.
    pub officer: OfficerId,
    /// Where it is used.
    pub kind: SessionKind,
    /// When it ends by itself.
    pub expires_at: Instant,
}

/// What was typed to sign in.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    /// The name.
    pub username: &'a str,
    /// The password.
    pub password: &'a str,
    /// A code of the second factor; empty when none was typed.
    pub code: &'a str,
}

/// Counts failed sign-ins: the memory of them, and how many an account may have.
pub type Tries<'a> = (&'a FailureLimiter, u32);

/// Signs a member of staff in; answers the officer, the session and the opaque token for the cookie.
///
/// # Errors
/// `sign-in-wait`, `sign-in-wrong`; with a second factor `totp-required` and `totp-wrong`.
pub async fn sign_in(
    db: &Db,
    tries: Tries<'_>,
    keys: &Keys,
    typed: Credentials<'_>,
    kind: SessionKind,
    now: Instant,
) -> Outcome<(Officer, Session, String)> {
    let username = typed.username;
    refuse_many(tries, username, now)?;
    let found = store::find_by_username(&mut db.read().await?, username).await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let matches =
        password::matches(typed.password.to_owned(), hash).await.map_err(|e| StoreError::Corrupt(e.to_string()))?;
    match found {
        Some((officer, _)) if matches => open_checked(db, (tries.0, keys), (officer, typed.code), kind, now).await,
        Some(_) | None => {
            note_failure(db, tries.0, username, now).await?;
            Err(Refusal::unknown("sign-in-wrong").into())
        }
    }
}

/// The second step of signing in on a page: the caller knows that the password of this name was right a moment ago.
///
/// # Errors
/// `sign-in-wait`, `sign-in-wrong`, `totp-required`, `totp-wrong`.
pub async fn sign_in_with_code(
    db: &Db,
    tries: Tries<'_>,
    keys: &Keys,
    (username, code): (&str, &str),
    now: Instant,
) -> Outcome<(Officer, Session, String)> {
    refuse_many(tries, username, now)?;
    let Some((officer, _)) = store::find_by_username(&mut db.read().await?, username).await? else {
        return Err(Refusal::unknown("sign-in-wrong").into());
    };
    open_checked(db, (tries.0, keys), (officer, code), SessionKind::Page, now).await
}

/// Refuses an account that failed too often.
///
/// # Errors
/// `sign-in-wait`.
pub fn refuse_many((limiter, limit): Tries<'_>, username: &str, now: Instant) -> Result<(), Refusal> {
    let wait = limiter.wait_minutes(username, limit, now);
    wait.map_or(Ok(()), |minutes| Err(Refusal::too_many("sign-in-wait").with("minutes", minutes)))
}

/// Opens a session after the second factor, if the officer has one.
async fn open_checked(
    db: &Db,
    (limiter, keys): (&FailureLimiter, &Keys),
    (officer, code): (Officer, &str),
    kind: SessionKind,
    now: Instant,
) -> Outcome<(Officer, Session, String)> {
    let mut tx = db.begin().await?;
    match second::pass(&mut tx, now, keys, officer.id, code.trim()).await {
        Ok(()) => {
            let (session, token) = open_session(&mut tx, &officer, kind, now).await?;
            tx.commit().await?;
            Ok((officer, session, token))
        }
        Err(fault) => {
            drop(tx);
            if matches!(&fault, Fault::Refused(refusal) if refusal.code == "totp-wrong") {
                note_failure(db, limiter, &officer.username, now).await?;
            }
            Err(fault)
        }
    }
}

async fn note_failure(db: &Db, limiter: &FailureLimiter, username: &str, now: Instant) -> Result<(), StoreError> {
    limiter.failed(username, now);
    let mut tx = db.begin().await?;
    audit::record(&mut tx, Act::system(now), "session.refused", "sign-in", json!({})).await?;
    tx.commit().await
}

async fn open_session(
    tx: &mut Tx,
    officer: &Officer,
    kind: SessionKind,
    now: Instant,
) -> Result<(Session, String), StoreError> {
    let minutes = match kind {
        SessionKind::Page => PAGE_HOURS * 60,
        SessionKind::Api => API_MINUTES,
    };
    let session =
        Session { id: SessionId::new(now.0), officer: officer.id, kind, expires_at: now.plus_minutes(minutes) };
    let token = random_token();
    store::insert_session(tx, &session, &sha256(token.as_bytes()), now).await?;
    audit::record(tx, Act::of(officer.id, now), "session.opened", session.id, json!({ "kind": kind })).await?;
    Ok((session, token))
}

/// The officer of a page session's token.
pub async fn find_by_token(tx: &mut Tx, token: &str, now: Instant) -> Result<Option<(SessionId, Officer)>, StoreError> {
    store::find_session(tx, store::SessionKey::Token(&sha256(token.as_bytes())), now).await
}

/// The officer of a bearer token's session.
pub async fn find_by_session(
    tx: &mut Tx,
    id: SessionId,
    now: Instant,
) -> Result<Option<(SessionId, Officer)>, StoreError> {
    store::find_session(tx, store::SessionKey::Id(id), now).await
}

/// Whose session it is, if it still lives: for work in its name, never to let somebody in.
pub async fn find_live(tx: &mut Tx, id: SessionId, now: Instant) -> Result<Option<Officer>, StoreError> {
    Ok(store::find_session(tx, store::SessionKey::Live(id), now).await?.map(|(_, officer)| officer))
}

/// Ends a session at once.
pub async fn sign_out(tx: &mut Tx, act: Act, id: SessionId) -> Result<(), StoreError> {
    store::delete_session(tx, id).await?;
    audit::record(tx, act, "session.closed", id, json!({})).await
}

/// Sweeps out the sessions that have ended by themselves; answers how many.
pub async fn end_expired(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    store::delete_expired(tx, now).await
}

/// Every active member of staff.
pub async fn list(tx: &mut Tx) -> Result<Vec<Officer>, StoreError> {
    store::list(tx).await
}

/// Every active member of staff, with what they do for others at this moment.
pub async fn list_working(tx: &mut Tx, now: Instant) -> Result<Vec<Officer>, StoreError> {
    let mut staff = store::list(tx).await?;
    for one in store::delegations::list_running(tx, now).await? {
        if let Some(officer) = staff.iter_mut().find(|officer| officer.id == one.officer) {
            officer.take_on(vec![one.acting]);
        }
    }
    Ok(staff)
}

/// A member of staff.
pub async fn find(tx: &mut Tx, id: OfficerId) -> Result<Option<Officer>, StoreError> {
    store::find(tx, id).await
}

/// Adds a member of staff with an already hashed password.
pub async fn add(tx: &mut Tx, act: Act, officer: &Officer, password_hash: &str) -> Outcome<()> {
    match store::insert(tx, officer, password_hash, act.now).await {
        Err(e) if e.is_unique("username") => Err(Refusal::conflict("username-taken").field("username", "taken").into()),
        other => other.map_err(Fault::from),
    }?;
    audit::record(tx, act, "officer.added", officer.id, json!({ "roles": officer.roles })).await?;
    Ok(())
}

/// Gives a member of staff a new password, ends every session and takes the second factor away.
pub async fn reset_password(tx: &mut Tx, act: Act, username: &str, password_hash: &str) -> Outcome<()> {
    let Some((officer, _)) = store::find_by_username(tx, username).await? else {
        return Err(Refusal::not_found("officer-unknown").into());
    };
    store::set_password(tx, officer.id, password_hash).await?;
    second::remove(tx, act, officer.id).await?;
    audit::record(tx, act, "officer.password_reset", officer.id, json!({})).await?;
    Ok(())
}

/// Gives a member of staff a role, or takes it away; it holds from the next request on.
pub async fn set_role(tx: &mut Tx, act: Act, username: &str, role: Role, held: bool) -> Outcome<()> {
    let Some((officer, _)) = store::find_by_username(tx, username).await? else {
        return Err(Refusal::not_found("officer-unknown").into());
    };
    store::set_role(tx, officer.id, role, held).await?;
    let kind = if held { "officer.role_granted" } else { "officer.role_revoked" };
    audit::record(tx, act, kind, officer.id, json!({ "role": role })).await?;
    Ok(())
}

/// A fresh one-time link token when nobody can sign in yet.
pub async fn make_setup_link(tx: &mut Tx, now: Instant) -> Result<Option<String>, StoreError> {
    if store::count(tx).await? > 0 {
        return Ok(None);
    }
    let token = random_token();
    store::replace_setup_link(tx, &sha256(token.as_bytes()), now).await?;
    Ok(Some(token))
}

/// Makes the first administrator by the one-time link.
pub async fn set_up(tx: &mut Tx, token: &str, admin: &Officer, password_hash: &str, now: Instant) -> Outcome<()> {
    let since = now.plus_minutes(-SETUP_HOURS * 60);
    if store::count(tx).await? > 0 || !store::use_setup_link(tx, &sha256(token.as_bytes()), since, now).await? {
        return Err(Refusal::not_found("setup-link-used").into());
    }
    add(tx, Act::system(now), admin, password_hash).await
}

/// Whether a password may be used; the fault names the field.
pub fn check_password(field: &str, password: &str) -> Option<FieldFault> {
    let short = password.chars().count() < MIN_PASSWORD;
    short.then(|| FieldFault {
        args: vec![("least", MIN_PASSWORD.to_string())],
        ..FieldFault::new(field, "password-short")
    })
}
