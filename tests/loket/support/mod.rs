//! What the tests stand on: a database of their own, a fixed clock, a small synthetic office.

mod browser;
mod counter;
mod database;
pub mod office;
pub mod papers;
mod printer;
mod random;
mod server;
pub mod watching;

use loket::audit::Act;
use loket::clock::Clock;

pub use browser::Browser;
pub use counter::{Answer, Caller, TestCounter};
pub use database::{execute, on_postgres, on_sqlite, scalar};
pub use office::{PASSWORD, morning};
pub use printer::{Mood, TestPrinter};
pub use random::{Random, size};
pub use server::{Server, program};

/// Makes two tests of one: `<sentence>::sqlite` and `<sentence>::postgres`, each with a database of its own.
macro_rules! on_each_database {
    ($($(#[$attribute:meta])* async fn $name:ident($db:ident: Db) $body:block)+) => {$(
        mod $name {
            use super::*;

            $(#[$attribute])*
            async fn on($db: loket::db::Db) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                $crate::support::on_sqlite(on).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                $crate::support::on_postgres(stringify!($name), on).await;
            }
        }
    )+};
}

/// A clock that stands at [`morning`] until a test moves it.
pub fn morning_clock() -> Clock {
    Clock::fixed(morning())
}

/// An act of Loket itself, `minutes` after [`morning`].
pub fn act_at(minutes: i64) -> Act {
    Act::system(morning().plus_minutes(minutes))
}
