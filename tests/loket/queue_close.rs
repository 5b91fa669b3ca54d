//! The morning after a day that was not closed.

use loket::audit::Act;
use loket::catalogue;
use loket::queue;
use rocket::http::Status;
use serde_json::json;

use crate::support::{TestCounter, morning};

on_each_database! {
    async fn what_yesterday_left_open_is_ended_in_the_morning_and_today_is_left_alone(db: Db) {
        let office = TestCounter::new(db).await;
        let mut tx = office.db().begin().await.unwrap();
        catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
        tx.commit().await.unwrap();
        office.app.reload().await.unwrap();
        let site = office.app.sites().find("opi").cloned().unwrap();
        let visitor = office.as_visitor();
        let take = async || visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB", "KK-U"] })).await;
        let (called, waiting) = (take().await.is(Status::Created), take().await.is(Status::Created));
        let counter = format!("/api/v1/counters/{}", site.counters[0].id);
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok);
        office.wait_minutes(24 * 60);
        let today = take().await.is(Status::Created);
        let mut tx = office.db().begin().await.unwrap();
        assert_eq!(queue::close_earlier_days(&mut tx, Act::system(office.app.now()), &site, &office.app.calendar()).await.unwrap(), 2);
        assert_eq!(queue::close_earlier_days(&mut tx, Act::system(office.app.now()), &site, &office.app.calendar()).await.unwrap(), 0);
        tx.commit().await.unwrap();
        for (ticket, state) in [(called, "no_show"), (waiting, "cancelled"), (today, "waiting")] {
            let now = visitor.get(&format!("/api/v1/tickets/{}", ticket.word("token"))).await.is(Status::Ok);
            assert_eq!(now.word("state"), state);
        }
        let other = office.as_officer("petugas2").await;
        let opened = other.post(&format!("{counter}/open"), json!({})).await.is(Status::Ok);
        assert_eq!(opened.body["visit"], json!(null));
    }
}
