//! Several instances on one PostgreSQL: what one commits, the others are told by LISTEN/NOTIFY.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use sqlx::postgres::PgListener;
use uuid::Uuid;

use super::{Db, HallEvent, Hub, StoreError, Tx, execute};
use crate::ids::SiteId;

/// The channel of hall events.
const CHANNEL: &str = "loket_hall";
/// PostgreSQL refuses a payload of 8,000 bytes; longer news say only that something changed.
const MOST_BYTES: usize = 7_900;
/// Seconds before a broken line is tried again.
const RETRY_SECONDS: u64 = 2;

#[derive(Serialize, Deserialize)]
struct Message {
    from: Uuid,
    events: Vec<HallEvent>,
}

/// Hands the events of a transaction to PostgreSQL, which delivers them with the commit.
pub(super) async fn notify(tx: &mut Tx) -> Result<(), StoreError> {
    if tx.is_sqlite() || tx.told.is_empty() {
        return Ok(());
    }
    let payload = payload(tx.hub.instance(), &tx.told)?;
    execute!(tx, "SELECT pg_notify($1, $2)", CHANNEL, payload);
    Ok(())
}

fn payload(from: Uuid, events: &[HallEvent]) -> Result<String, StoreError> {
    let text = |events: Vec<HallEvent>| {
        serde_json::to_string(&Message { from, events }).map_err(|e| StoreError::Corrupt(e.to_string()))
    };
    let whole = text(events.to_vec())?;
    if whole.len() <= MOST_BYTES {
        return Ok(whole);
    }
    let mut short: Vec<HallEvent> = Vec::new();
    for HallEvent { site, call, .. } in events {
        match short.iter_mut().find(|known| known.site == *site) {
            Some(known) => known.call = known.call.max(*call),
            None => short.push(HallEvent { site: *site, call: *call, change: None }),
        }
    }
    text(short)
}

impl Db {
    /// Passes on what other instances commit, until it is dropped. When the line is made, and made again, everybody who
    /// follows one of the `sites` is told to read it anew. SQLite has one server: nothing to listen to.
    pub async fn listen(self, sites: impl Fn() -> Vec<SiteId>) {
        let Db::Postgres(pool, hub) = self else { return };
        loop {
            if let Err(cause) = pass_on(&pool, &hub, &sites).await {
                tracing::warn!(%cause, "the line to the other instances broke; it is tried again");
            }
            tokio::time::sleep(Duration::from_secs(RETRY_SECONDS)).await;
        }
    }
}

async fn pass_on(pool: &PgPool, hub: &Hub, sites: &impl Fn() -> Vec<SiteId>) -> Result<(), sqlx::Error> {
    let mut line = PgListener::connect_with(pool).await?;
    line.listen(CHANNEL).await?;
    let anew: Vec<_> = sites().into_iter().map(|site| HallEvent { site, call: None, change: None }).collect();
    hub.tell(&anew);
    while let Some(message) = line.try_recv().await? {
        match serde_json::from_str::<Message>(message.payload()) {
            Ok(Message { from, events }) if from != hub.instance() => hub.tell(&events),
            Ok(_) => {}
            Err(cause) => tracing::warn!(%cause, "another instance told something this one does not understand"),
        }
    }
    Ok(())
}
