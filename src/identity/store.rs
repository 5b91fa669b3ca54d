//! SQL of officers, sessions and the setup link.

pub(super) mod delegations;
pub(super) mod second;

use sqlx::FromRow;

use super::{Acting, ActingKind, Officer, Role, Session, SessionKind};
use crate::clock::Instant;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_one, fetch_optional, word_column};
use crate::ids::{OfficerId, SessionId, SiteId};

word_column!(ActingKind);
word_column!(Role);
word_column!(SessionKind);

#[derive(FromRow)]
struct OfficerRow {
    id: OfficerId,
    username: String,
    name: String,
    nip: Option<String>,
    position: Option<String>,
    rank: Option<String>,
    site_id: Option<SiteId>,
    password_hash: String,
    roles: Option<String>,
}

/// Every column of an officer `o`, with the roles.
macro_rules! officer_columns {
    () => {
        "o.*, (SELECT string_agg(r.role, ' ' ORDER BY r.role) FROM officer_role r WHERE r.officer_id = o.id) AS roles"
    };
}

/// Officers; a condition on `o` follows.
macro_rules! officers {
    ($rest:literal) => {
        concat!("SELECT ", officer_columns!(), " FROM officer o ", $rest)
    };
}

/// Sessions `s` that are live at `$2`, of active officers.
macro_rules! sessions {
    ($which:literal) => {
        concat!(
            "SELECT s.id AS session_id, ",
            officer_columns!(),
            ", (SELECT string_agg(d.role || '\t' || d.kind || '\t' || d.position || '\t' || d.letter_number, '\n' ",
            "ORDER BY d.role) FROM delegation d WHERE d.officer_id = o.id AND d.starts_at <= $2 AND d.ends_at > $2) ",
            "AS acting FROM session s JOIN officer o ON o.id = s.officer_id WHERE o.active AND s.expires_at > $2 AND ",
            $which
        )
    };
}

impl OfficerRow {
    fn parts(self) -> Result<(Officer, String), StoreError> {
        let OfficerRow { id, username, name, nip, position, rank, site_id, password_hash, roles } = self;
        let roles: Result<Vec<Role>, _> = roles.as_deref().unwrap_or("").split_whitespace().map(str::parse).collect();
        let roles = roles.map_err(|_| StoreError::Corrupt(format!("officer {id} has an unknown role")))?;
        let officer = Officer { id, username, name, nip, position, rank, site: site_id, roles, acting: Vec::new() };
        Ok((officer, password_hash))
    }
}

/// An active officer and the password hash.
pub(super) async fn find_by_username(tx: &mut Tx, username: &str) -> Result<Option<(Officer, String)>, StoreError> {
    let row = fetch_optional!(tx, OfficerRow, officers!("WHERE o.username = $1 AND o.active"), username);
    row.map(OfficerRow::parts).transpose()
}

pub(super) async fn list(tx: &mut Tx) -> Result<Vec<Officer>, StoreError> {
    let rows = fetch_all!(tx, OfficerRow, officers!("WHERE o.active ORDER BY o.username"));
    rows.into_iter().map(|row| Ok(row.parts()?.0)).collect()
}

pub(super) async fn find(tx: &mut Tx, id: OfficerId) -> Result<Option<Officer>, StoreError> {
    let row = fetch_optional!(tx, OfficerRow, officers!("WHERE o.id = $1 AND o.active"), id);
    row.map(|row| Ok(row.parts()?.0)).transpose()
}

pub(super) async fn count(tx: &mut Tx) -> Result<i64, StoreError> {
    Ok(fetch_one!(tx, (i64,), "SELECT COUNT(*) FROM officer").0)
}

pub(super) async fn insert(
    tx: &mut Tx,
    officer: &Officer,
    password_hash: &str,
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO officer (id, username, name, nip, position, rank, site_id, password_hash, active, created_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        officer.id,
        &officer.username,
        &officer.name,
        &officer.nip,
        &officer.position,
        &officer.rank,
        officer.site,
        password_hash,
        true,
        now
    );
    for role in &officer.roles {
        execute!(tx, "INSERT INTO officer_role (officer_id, role) VALUES ($1, $2)", officer.id, *role);
    }
    Ok(())
}

pub(super) async fn set_password(tx: &mut Tx, id: OfficerId, password_hash: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE officer SET password_hash = $1 WHERE id = $2", password_hash, id);
    execute!(tx, "DELETE FROM session WHERE officer_id = $1", id);
    Ok(())
}

pub(super) async fn set_role(tx: &mut Tx, id: OfficerId, role: Role, held: bool) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM officer_role WHERE officer_id = $1 AND role = $2", id, role);
    if held {
        execute!(tx, "INSERT INTO officer_role (officer_id, role) VALUES ($1, $2)", id, role);
    }
    Ok(())
}

pub(super) async fn insert_session(
    tx: &mut Tx,
    session: &Session,
    token_hash: &[u8],
    now: Instant,
) -> Result<(), StoreError> {
    execute!(
        tx,
        "INSERT INTO session (id, token_hash, officer_id, kind, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6)",
        session.id,
        token_hash,
        session.officer,
        session.kind,
        now,
        session.expires_at
    );
    Ok(())
}

#[derive(FromRow)]
struct SessionRow {
    session_id: SessionId,
    acting: Option<String>,
    #[sqlx(flatten)]
    officer: OfficerRow,
}

impl SessionRow {
    fn parts(self) -> Result<(SessionId, Officer), StoreError> {
        let mut officer = self.officer.parts()?.0;
        let broken = || StoreError::Corrupt(format!("officer {} acts in an unknown office", officer.id));
        let lines = self.acting.as_deref().unwrap_or_default().lines();
        let acting = lines.map(acting_of).collect::<Option<Vec<_>>>().ok_or_else(broken)?;
        officer.take_on(acting);
        Ok((self.session_id, officer))
    }
}

/// One line of the delegations that run: role, kind, position, letter.
fn acting_of(line: &str) -> Option<Acting> {
    let mut parts = line.split('\t');
    let (role, kind) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some(Acting { role, kind, position: parts.next()?.to_owned(), letter_number: parts.next()?.to_owned() })
}

/// A live session of an active officer, with the roles held now, by the digest of its token or by its id: asked with
/// every request, so it is one statement.
pub(super) async fn find_session(
    tx: &mut Tx,
    key: SessionKey<'_>,
    now: Instant,
) -> Result<Option<(SessionId, Officer)>, StoreError> {
    const BY_TOKEN: &str = sessions!("s.token_hash = $1 AND s.kind = 'page'");
    const BY_ID: &str = sessions!("s.id = $1 AND s.kind = 'api'");
    const LIVE: &str = sessions!("s.id = $1");
    let row = match key {
        SessionKey::Token(hash) => fetch_optional!(tx, SessionRow, BY_TOKEN, hash, now),
        SessionKey::Id(id) => fetch_optional!(tx, SessionRow, BY_ID, id, now),
        SessionKey::Live(id) => fetch_optional!(tx, SessionRow, LIVE, id, now),
    };
    row.map(SessionRow::parts).transpose()
}

/// How a session is found.
pub(super) enum SessionKey<'a> {
    /// By the digest of the cookie's token.
    Token(&'a [u8]),
    /// By the id in a bearer token.
    Id(SessionId),
    /// By its id, of either kind: for work in its name, never to let somebody in.
    Live(SessionId),
}

pub(super) async fn delete_session(tx: &mut Tx, id: SessionId) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM session WHERE id = $1", id);
    Ok(())
}

pub(super) async fn delete_expired(tx: &mut Tx, now: Instant) -> Result<u64, StoreError> {
    Ok(execute!(tx, "DELETE FROM session WHERE expires_at <= $1", now))
}

pub(super) async fn replace_setup_link(tx: &mut Tx, token_hash: &[u8], now: Instant) -> Result<(), StoreError> {
    execute!(tx, "DELETE FROM setup_link WHERE used_at IS NULL");
    execute!(tx, "INSERT INTO setup_link (token_hash, created_at) VALUES ($1, $2)", token_hash, now);
    Ok(())
}

/// Uses up a setup link; false when there is none, it was used, or it is older than `since`.
pub(super) async fn use_setup_link(
    tx: &mut Tx,
    token_hash: &[u8],
    since: Instant,
    now: Instant,
) -> Result<bool, StoreError> {
    let used = execute!(
        tx,
        "UPDATE setup_link SET used_at = $1 WHERE token_hash = $2 AND used_at IS NULL AND created_at > $3",
        now,
        token_hash,
        since
    );
    Ok(used == 1)
}
