//! Several instances on one PostgreSQL: what one does in a hall, the others show.

use std::sync::Arc;
use std::time::Duration;

use loket::audit::Act;
use loket::catalogue;
use loket::db::{Db, Hub};
use loket::queue::{self, Channel, Halls, Priority, TicketRequest};
use loket::sites;

use crate::support::{self, morning, office};

#[tokio::test]
async fn what_one_instance_commits_another_shows_at_once() {
    support::on_postgres("what_one_instance_commits_another_shows_at_once", |db| async move {
        office::fill(&db, office::COUNTERS).await;
        let Db::Postgres(pool, _) = &db else { panic!("a PostgreSQL was asked for") };
        let other = Db::Postgres(pool.clone(), Hub::new());
        let mut tx = db.read().await.unwrap();
        let site = Arc::clone(sites::load(&mut tx).await.unwrap().find("opi").unwrap());
        let catalogue = catalogue::load(&mut tx).await.unwrap();
        drop(tx);
        let (halls, others) = (Halls::following(&db), Halls::following(&other));
        let here = site.id;
        let listener = tokio::spawn(other.clone().listen(move || vec![here]));
        let mut news = other.hub().watch();
        tokio::time::timeout(Duration::from_secs(10), news.recv()).await.expect("the line is made").unwrap();
        assert_eq!(waiting(&other, &others, &site).await, 0);

        let request = TicketRequest {
            services: vec!["SIPB".to_owned()],
            priority: Priority::None,
            channel: Channel::Kiosk,
            phone_sealed: None,
        };
        let mut tx = db.begin().await.unwrap();
        let hall = (&*site, &*halls);
        queue::issue(&mut tx, Act::system(morning()), hall, &catalogue, &request).await.unwrap();
        assert_eq!(waiting(&other, &others, &site).await, 0, "not before the commit");
        tx.commit().await.unwrap();
        tokio::time::timeout(Duration::from_secs(1), news.recv()).await.expect("told within a second").unwrap();
        assert_eq!(waiting(&other, &others, &site).await, 1);
        listener.abort();
    })
    .await;
}

/// How many the board of an instance says wait.
async fn waiting(db: &Db, halls: &Halls, site: &sites::Site) -> i64 {
    let mut tx = db.read().await.unwrap();
    queue::board(&mut tx, (site, halls), morning()).await.unwrap().waiting
}
