//! What a caller holds of a database: a transaction, or for a single question just a connection.

use std::ops::{Deref, DerefMut};

use sqlx::pool::PoolConnection;
use sqlx::{Database, Transaction};

use super::StoreError;

/// A connection that is one caller's for a while.
pub(crate) enum Hold<D: Database> {
    /// All or nothing; dropped, it is rolled back.
    Transaction(Transaction<'static, D>),
    /// One statement at a time.
    Plain(PoolConnection<D>),
}

impl<D: Database> Hold<D> {
    /// Makes a transaction durable.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Hold::Transaction(tx) => Ok(tx.commit().await?),
            Hold::Plain(_) => Ok(()),
        }
    }
}

impl<D: Database> From<Transaction<'static, D>> for Hold<D> {
    fn from(tx: Transaction<'static, D>) -> Hold<D> {
        Hold::Transaction(tx)
    }
}

impl<D: Database> From<PoolConnection<D>> for Hold<D> {
    fn from(connection: PoolConnection<D>) -> Hold<D> {
        Hold::Plain(connection)
    }
}

impl<D: Database> Deref for Hold<D> {
    type Target = D::Connection;

    fn deref(&self) -> &D::Connection {
        match self {
            Hold::Transaction(tx) => tx,
            Hold::Plain(connection) => connection,
        }
    }
}

impl<D: Database> DerefMut for Hold<D> {
    fn deref_mut(&mut self) -> &mut D::Connection {
        match self {
            Hold::Transaction(tx) => tx,
            Hold::Plain(connection) => connection,
        }
    }
}
