//! Staff: who they are, what they may do, how they sign in.

mod limiter;
mod officer;
pub mod password;
mod store;
mod token;

use crate::audit::{self, Act};
use crate::clock::Instant;
use crate::db::{Db, Fault, Outcome, StoreError, Tx};
use crate::ids::{OfficerId, SessionId};
use crate::keys::{random_token, sha256};
use crate::messages::{FieldFault, Refusal};
use serde_json::json;

pub use limiter::FailureLimiter;
pub use officer::{Officer, Role};
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

/// Signs a member of staff in; answers the officer, the session and the opaque token for the cookie.
pub async fn sign_in(
    db: &Db,
    limiter: (&FailureLimiter, u32),
    credentials: (&str, &str),
    kind: SessionKind,
    now: Instant,
) -> Outcome<(Officer, Session, String)> {
    let (username, password) = credentials;
    if let Some(minutes) = limiter.0.wait_minutes(username, limiter.1, now) {
        return Err(Refusal::too_many("sign-in-wait").with("minutes", minutes).into());
    }
    let found = store::find_by_username(&mut db.read().await?, username).await?;
    let hash = found.as_ref().map(|(_, hash)| hash.clone());
    let matches = password::matches(password.to_owned(), hash).await.map_err(|e| StoreError::Corrupt(e.to_string()))?;
    match found {
        Some((officer, _)) if matches => open_session(db, officer, kind, now).await,
        Some(_) | None => {
            limiter.0.failed(username, now);
            let mut tx = db.begin().await?;
            audit::record(&mut tx, Act::system(now), "session.refused", "sign-in", json!({})).await?;
            tx.commit().await?;
            Err(Refusal::unknown("sign-in-wrong").into())
        }
    }
}

async fn open_session(
    db: &Db,
    officer: Officer,
    kind: SessionKind,
    now: Instant,
) -> Outcome<(Officer, Session, String)> {
    let minutes = match kind {
        SessionKind::Page => PAGE_HOURS * 60,
        SessionKind::Api => API_MINUTES,
    };
    let session =
        Session { id: SessionId::new(now.0), officer: officer.id, kind, expires_at: now.plus_minutes(minutes) };
    let token = random_token();
    let mut tx = db.begin().await?;
    store::insert_session(&mut tx, &session, &sha256(token.as_bytes()), now).await?;
    audit::record(&mut tx, Act::of(officer.id, now), "session.opened", session.id, json!({ "kind": kind })).await?;
    tx.commit().await?;
    Ok((officer, session, token))
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

/// Gives a member of staff a new password and ends every session.
pub async fn reset_password(tx: &mut Tx, act: Act, username: &str, password_hash: &str) -> Outcome<()> {
    let Some((officer, _)) = store::find_by_username(tx, username).await? else {
        return Err(Refusal::not_found("officer-unknown").into());
    };
    store::set_password(tx, officer.id, password_hash).await?;
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
