//! Time for a number, a call and a look at the own place, with 200 people in the hall, on a SQLite file that keeps every
//! commit before it answers.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a bench stops at the first surprise")]

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use loket::audit::Act;
use loket::clock::{Clock, Instant};
use loket::config::Config;
use loket::db::Db;
use loket::identity;
use loket::ids::{CounterId, OfficerId};
use loket::keys::Keys;
use loket::queue::{self, Channel, Clerk, Priority, Ticket, TicketRequest};
use loket::sites::Site;
use loket::web::App;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[path = "../tests/loket/support/office.rs"]
mod office;

/// People in line while the time is taken.
const PEOPLE: usize = 200;

fn main() {
    divan::main();
}

#[divan::bench]
fn one_number(bencher: divan::Bencher) {
    let hall = Hall::open();
    bencher.bench_local(|| hall.issue());
}

/// Each call finishes the visit before it. That somebody comes in and the called one sits down is not in the time.
#[divan::bench]
fn one_call(bencher: divan::Bencher) {
    let hall = Hall::open();
    let in_hand = Cell::new(None);
    let prepared = || {
        hall.issue();
        if let Some(ticket) = in_hand.take() {
            hall.start(ticket);
        }
    };
    bencher.with_inputs(prepared).bench_local_values(|()| in_hand.set(Some(hall.call())));
}

#[divan::bench]
fn one_look_at_the_own_place(bencher: divan::Bencher) {
    let hall = Hall::open();
    let ticket = hall.issue();
    bencher.bench_local(|| hall.look(&ticket));
}

/// A hall of people who wait, and a clerk at the first counter.
struct Hall {
    runtime: Runtime,
    app: Arc<App>,
    site: Arc<Site>,
    counter: CounterId,
    officer: OfficerId,
    now: AtomicI64,
    _folder: TempDir,
}

impl Hall {
    fn open() -> Hall {
        let runtime = Runtime::new().expect("a runtime");
        let folder = tempfile::tempdir().expect("a folder");
        let (app, officer) = runtime.block_on(open(&folder));
        let site = Arc::clone(app.sites().find(office::SITES[0]).expect("the site"));
        let (counter, now) = (site.counters[0].id, AtomicI64::new(office::morning().0));
        let hall = Hall { runtime, app, site, counter, officer, now, _folder: folder };
        hall.sit_down();
        for _ in 0..PEOPLE {
            hall.issue();
        }
        hall
    }

    fn sit_down(&self) {
        self.runtime.block_on(async {
            let mut tx = self.app.db.begin().await.expect("a store");
            queue::open(&mut tx, self.clerk(), self.counter).await.expect("an open counter");
            tx.commit().await.expect("a commit");
        });
    }

    fn issue(&self) -> Ticket {
        let request = TicketRequest {
            services: vec![office::SERVICES[0].0.to_owned()],
            priority: Priority::None,
            channel: Channel::Kiosk,
            phone_sealed: None,
        };
        self.runtime.block_on(async {
            let mut tx = self.app.db.begin().await.expect("a store");
            let (act, catalogue) = (Act::system(self.tick()), self.app.catalogue());
            let issued = queue::issue(&mut tx, act, (&self.site, &self.app.halls), &catalogue, &request).await;
            tx.commit().await.expect("a commit");
            issued.expect("a number").ticket
        })
    }

    fn call(&self) -> Ticket {
        self.runtime.block_on(async {
            let mut tx = self.app.db.begin().await.expect("a store");
            let called = queue::next(&mut tx, self.clerk(), self.counter).await.expect("a call");
            tx.commit().await.expect("a commit");
            called.expect("somebody in line").ticket
        })
    }

    fn start(&self, ticket: Ticket) {
        self.runtime.block_on(async {
            let mut tx = self.app.db.begin().await.expect("a store");
            queue::start(&mut tx, self.clerk(), ticket.id).await.expect("a start");
            tx.commit().await.expect("a commit");
        });
    }

    fn look(&self, ticket: &Ticket) {
        self.runtime.block_on(async {
            let mut tx = self.app.db.read().await.expect("a store");
            let found = queue::find_by_token(&mut tx, &ticket.token).await.expect("a look").expect("the ticket");
            let catalogue = self.app.catalogue();
            let hall = (&*self.site, &*self.app.halls);
            divan::black_box(queue::place_shown(hall, &catalogue, found.id, self.tick(), None));
        });
    }

    fn clerk(&self) -> Clerk<'_> {
        Clerk { officer: self.officer, site: &self.site, relieves: false, chooses: false, now: self.tick() }
    }

    /// A millisecond later.
    fn tick(&self) -> Instant {
        Instant(self.now.fetch_add(1000, Ordering::Relaxed))
    }
}

async fn open(folder: &TempDir) -> (Arc<App>, OfficerId) {
    let db = Db::open(&Db::file_url(folder.path())).await.expect("a store");
    office::fill(&db, office::COUNTERS).await;
    let config = Config { data_dir: folder.path().to_owned(), public_per_minute: 0, ..Config::default() };
    let keys = Keys::load_or_make(folder.path()).expect("keys");
    let app = App::open(config, Clock::fixed(office::morning()), db, keys).await.expect("an office");
    let mut tx = app.db.read().await.expect("a store");
    let staff = identity::list(&mut tx).await.expect("the staff");
    drop(tx);
    let clerk = staff.iter().find(|officer| officer.username == "petugas").expect("the clerk").id;
    (Arc::new(app), clerk)
}
