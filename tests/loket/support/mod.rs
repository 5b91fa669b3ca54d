//! What the tests stand on: a database of their own, a fixed clock, a small synthetic office.

mod counter;
mod database;

use chrono::NaiveTime;
use chrono_tz::Tz;
use loket::audit::Act;
use loket::clock::{Clock, Day, Instant};

pub use counter::{Answer, Caller, PASSWORD, TestCounter};
pub use database::{execute, on_postgres, on_sqlite, scalar};

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

/// Tuesday, 24 November 2026, 09.00 WIB: an ordinary working morning.
pub fn morning() -> Instant {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    Day::parse("2026-11-24").unwrap().at(nine, Tz::Asia__Jakarta)
}

/// A clock that stands at [`morning`] until a test moves it.
pub fn morning_clock() -> Clock {
    Clock::fixed(morning())
}

/// An act of Loket itself, `minutes` after [`morning`].
pub fn act_at(minutes: i64) -> Act {
    Act::system(morning().plus_minutes(minutes))
}
