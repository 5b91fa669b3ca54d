//! The queue through its doors: numbers, calls, the life of a visit, and who sees what.

use std::collections::HashSet;
use std::sync::Arc;

use loket::audit::Act;
use loket::catalogue;
use loket::db::Db;
use loket::ids::{CounterId, OfficerId, SiteId};
use loket::queue::{self, Channel, Clerk, Priority, TicketRequest};
use loket::sites::{Counter, ServiceGroup, Site};
use loket::{identity, sites};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::support::{Caller, TestCounter, morning, scalar};

/// An office with the whole catalogue.
async fn office(db: Db) -> TestCounter {
    let office = TestCounter::new(db).await;
    let mut tx = office.db().begin().await.unwrap();
    catalogue::publish_missing(&mut tx, Act::system(morning())).await.unwrap();
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    office
}

async fn take(caller: &Caller<'_>, services: &[&str]) -> Value {
    let answer = caller.post("/api/v1/sites/opi/tickets", json!({ "services": services })).await;
    answer.is(Status::Created).body
}

fn counter_id(office: &TestCounter, number: usize) -> CounterId {
    office.app.sites().find("opi").unwrap().counters[number - 1].id
}

async fn open(office: &TestCounter, who: &str, number: usize) -> String {
    let path = format!("/api/v1/counters/{}", counter_id(office, number));
    office.as_officer(who).await.post(&format!("{path}/open"), json!({})).await.is(Status::Ok);
    path
}

/// Calls the next visitor and answers the ticket.
async fn next(clerk: &Caller<'_>, counter: &str) -> Value {
    clerk.post(&format!("{counter}/next"), json!({})).await.is(Status::Ok).body
}

async fn act(clerk: &Caller<'_>, ticket: &Value, act: &str, body: Value) -> Value {
    clerk.post(&path_of(ticket, act), body).await.is(Status::Ok).body
}

fn path_of(ticket: &Value, act: &str) -> String {
    format!("/api/v1/tickets/{}/{act}", ticket["id"].as_str().unwrap())
}

/// A third site with this many counters for permits, all opened by one clerk.
async fn crowded(office: &TestCounter, counters: i64) -> (Arc<Site>, OfficerId) {
    let opi = office.app.sites().find("opi").cloned().unwrap();
    let counter =
        |number| Counter { id: CounterId::new(number), number, groups: vec![ServiceGroup::Permits], quick_only: false };
    let counters = (1..=counters).map(counter).collect();
    let site = Site { id: SiteId::new(1), code: "ramai".to_owned(), counters, ..Site::clone(&opi) };
    let mut tx = office.db().begin().await.unwrap();
    sites::add(&mut tx, &site).await.unwrap();
    let officer = identity::list(&mut tx).await.unwrap().into_iter().find(|o| o.username == "petugas").unwrap().id;
    let clerk = Clerk { officer, site: &site, relieves: false, chooses: false, now: morning() };
    for counter in &site.counters {
        queue::open(&mut tx, clerk, counter.id).await.unwrap();
    }
    tx.commit().await.unwrap();
    office.app.reload().await.unwrap();
    (Arc::new(site), officer)
}

on_each_database! {
    async fn numbers_restart_at_001_each_local_day_and_in_each_site(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        assert_eq!(take(&visitor, &["SIPB"]).await["number"], "A-001");
        assert_eq!(take(&visitor, &["SIPB", "KK-U"]).await["number"], "A-002");
        assert_eq!(take(&visitor, &["KK-U"]).await["number"], "B-001");
        let with_child = json!({ "services": ["KK-U"], "priority": "toddler" });
        assert_eq!(visitor.post("/api/v1/sites/opi/tickets", with_child).await.is(Status::Created).body["number"], "P-001");
        let elsewhere = visitor.post("/api/v1/sites/pangkalan-balai/tickets", json!({ "services": ["SIPB"] })).await;
        assert_eq!(elsewhere.is(Status::Created).body["number"], "A-001");
        // 09.00 and a quarter less than fifteen hours is still the same day at the site.
        office.wait_minutes(15 * 60 - 1);
        assert_eq!(take(&visitor, &["SIPB"]).await["number"], "A-003");
        office.wait_minutes(1);
        assert_eq!(take(&visitor, &["SIPB"]).await["number"], "A-001");
    }

    async fn sixty_four_numbers_taken_at_once_have_no_double_and_no_gap(db: Db) {
        let office = office(db).await;
        let takes = (0..64).map(|_| {
            let app = Arc::clone(&office.app);
            tokio::spawn(async move {
                let site = app.sites().find("opi").cloned().unwrap();
                let request = TicketRequest {
                    services: vec!["SIPB".to_owned()],
                    priority: Priority::None,
                    channel: Channel::Kiosk,
                    phone_sealed: None,
                };
                let mut tx = app.db.begin().await.unwrap();
                let act = Act::system(app.now());
                let issued = queue::issue(&mut tx, act, (&site, &app.halls), &app.catalogue(), &request).await.unwrap();
                tx.commit().await.unwrap();
                issued.ticket.number.ordinal
            })
        });
        let mut numbers = HashSet::new();
        for taken in takes.collect::<Vec<_>>() {
            numbers.insert(taken.await.unwrap());
        }
        assert_eq!(numbers, (1..=64).collect());
    }

    async fn thirty_two_clerks_who_call_at_once_get_thirty_two_people(db: Db) {
        let office = office(db).await;
        let (site, officer) = crowded(&office, 32).await;
        for _ in 0..40 {
            let wish = json!({ "services": ["SIPB"] });
            office.as_visitor().post("/api/v1/sites/ramai/tickets", wish).await.is(Status::Created);
        }
        let calls = (0..32).map(|index| {
            let (app, site) = (Arc::clone(&office.app), Arc::clone(&site));
            tokio::spawn(async move {
                let clerk = Clerk { officer, site: &site, relieves: false, chooses: false, now: app.now() };
                let mut tx = app.db.begin().await.unwrap();
                let called = queue::next(&mut tx, clerk, site.counters[index].id).await.unwrap().unwrap();
                tx.commit().await.unwrap();
                called.ticket.number.ordinal
            })
        });
        let mut called = HashSet::new();
        for call in calls.collect::<Vec<_>>() {
            called.insert(call.await.unwrap());
        }
        assert_eq!(called, (1..=32).collect(), "the first thirty-two of the line, each once");
    }

    async fn a_visit_with_two_matters_is_served_at_two_counters_under_one_number(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB", "KK-U"]).await;
        let (permits, population) = (open(&office, "petugas", 1).await, open(&office, "dukcapil", 3).await);
        let (clerk, officer) = (office.as_officer("petugas").await, office.as_officer("dukcapil").await);
        assert_eq!(next(&clerk, &permits).await["state"], "called");
        officer.post(&format!("{population}/next"), json!({})).await.is(Status::NoContent);
        assert_eq!(act(&clerk, &ticket, "start", json!({})).await["state"], "serving");
        let between = act(&clerk, &ticket, "finish", json!({})).await;
        assert_eq!((&between["state"], &between["stops"][1]["state"]), (&json!("waiting"), &json!("waiting")));
        let second = next(&officer, &population).await;
        assert_eq!((&second["number"], &second["counter"]), (&json!("A-001"), &json!(3)));
        act(&officer, &ticket, "start", json!({})).await;
        assert_eq!(act(&officer, &ticket, "finish", json!({})).await["state"], "done");
        let acts = office.acts_about(ticket["id"].as_str().unwrap()).await;
        let expected = ["issued", "called", "started", "finished", "called", "started", "finished"];
        assert_eq!(acts, expected.map(|act| format!("ticket.{act}")));
    }

    async fn a_visit_with_three_matters_waits_in_the_shortest_line_and_is_taken_early_by_an_idle_counter(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let (permits, population) = (open(&office, "petugas", 1).await, open(&office, "dukcapil", 3).await);
        let (clerk, officer) = (office.as_officer("petugas").await, office.as_officer("dukcapil").await);
        let (first, _) = (take(&visitor, &["SIPB"]).await, take(&visitor, &["KK-U"]).await);
        take(&visitor, &["KK-U"]).await;
        // One waits for a permit and two for a family card: the permit comes first though it was named last.
        let visit = take(&visitor, &["KK-U", "KTP-R", "SIPB"]).await;
        office.wait_minutes(1);
        let later = take(&visitor, &["SIPB"]).await;
        let own = format!("/api/v1/tickets/{}", visit["token"].as_str().unwrap());
        assert_eq!((&visit["number"], &visit["people_ahead"]), (&json!("B-003"), &json!(1)));
        for _ in 0..2 {
            let called = next(&officer, &population).await;
            act(&officer, &called, "start", json!({})).await;
        }
        // Nobody is left in the line for population: the visit is taken there meanwhile, matter by matter.
        for matter in [0, 1] {
            let early = next(&officer, &population).await;
            assert_eq!((&early["number"], &early["stops"][matter]["state"]), (&json!("B-003"), &json!("called")));
            act(&officer, &visit, "start", json!({})).await;
        }
        officer.post(&format!("{population}/next"), json!({})).await.is(Status::NoContent);
        assert_eq!(visitor.get(&own).await.body["people_ahead"], 1, "the place behind the first of the line is kept");
        for expected in [&first, &visit, &later] {
            assert_eq!(next(&clerk, &permits).await["number"], expected["number"]);
            act(&clerk, expected, "start", json!({})).await;
        }
    }

    async fn calling_the_next_finishes_the_one_being_served(db: Db) {
        let office = office(db).await;
        let (first, second) = (take(&office.as_visitor(), &["SIPB"]).await, take(&office.as_visitor(), &["SIPB"]).await);
        let counter = open(&office, "petugas", 1).await;
        let clerk = office.as_officer("petugas").await;
        next(&clerk, &counter).await;
        clerk.post(&format!("{counter}/next"), json!({})).await.refused_with(Status::Conflict, "ticket-in-hand");
        act(&clerk, &first, "start", json!({})).await;
        assert_eq!(next(&clerk, &counter).await["id"], second["id"]);
        let token = first["token"].as_str().unwrap();
        assert_eq!(office.as_visitor().get(&format!("/api/v1/tickets/{token}")).await.body["state"], "done");
    }

    async fn a_parked_visitor_leaves_the_counter_free_and_comes_back(db: Db) {
        let office = office(db).await;
        let (parked, _) = (take(&office.as_visitor(), &["SIPB"]).await, take(&office.as_visitor(), &["SIPB"]).await);
        let counter = open(&office, "petugas", 1).await;
        let clerk = office.as_officer("petugas").await;
        next(&clerk, &counter).await;
        clerk.post(&path_of(&parked, "hold"), json!({ "reason": "fotokopi" })).await
            .refused_with(Status::Conflict, "ticket-not-serving");
        act(&clerk, &parked, "start", json!({})).await;
        clerk.post(&path_of(&parked, "hold"), json!({})).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("reason", "required");
        assert_eq!(act(&clerk, &parked, "hold", json!({ "reason": "fotokopi" })).await["state"], "on_hold");
        let other = next(&clerk, &counter).await;
        clerk.post(&path_of(&parked, "resume"), json!({})).await.refused_with(Status::Conflict, "ticket-in-hand");
        act(&clerk, &other, "start", json!({})).await;
        act(&clerk, &other, "finish", json!({})).await;
        assert_eq!(act(&clerk, &parked, "resume", json!({})).await["state"], "serving");
    }

    async fn a_visitor_who_did_not_come_can_be_taken_back_or_join_again(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB"]).await;
        let counter = open(&office, "petugas", 1).await;
        let clerk = office.as_officer("petugas").await;
        next(&clerk, &counter).await;
        assert_eq!(act(&clerk, &ticket, "recall", json!({})).await["stops"][0]["calls"], 2);
        assert_eq!(act(&clerk, &ticket, "no-show", json!({})).await["state"], "no_show");
        assert_eq!(act(&clerk, &ticket, "undo", json!({})).await["state"], "called");
        clerk.post(&path_of(&ticket, "undo"), json!({})).await.refused_with(Status::Conflict, "nothing-to-undo");
        act(&clerk, &ticket, "no-show", json!({})).await;
        assert_eq!(act(&clerk, &ticket, "rejoin", json!({})).await["state"], "waiting");
        clerk.post(&path_of(&ticket, "undo"), json!({})).await.refused_with(Status::Conflict, "nothing-to-undo");
    }

    async fn a_wrong_finish_is_taken_back_until_the_visitor_is_called_again(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB", "AMBIL"]).await;
        let counter = open(&office, "petugas", 1).await;
        let clerk = office.as_officer("petugas").await;
        next(&clerk, &counter).await;
        act(&clerk, &ticket, "start", json!({})).await;
        act(&clerk, &ticket, "finish", json!({})).await;
        let back = act(&clerk, &ticket, "undo", json!({})).await;
        assert_eq!((&back["state"], &back["stops"][1]["state"]), (&json!("serving"), &json!("pending")));
        act(&clerk, &ticket, "finish", json!({})).await;
        next(&clerk, &counter).await;
        clerk.post(&path_of(&ticket, "undo"), json!({})).await.refused_with(Status::Conflict, "ticket-in-hand");
    }

    async fn a_visitor_sent_on_keeps_the_place_of_the_arrival(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB"]).await;
        for _ in 0..3 {
            office.wait_minutes(1);
            take(&office.as_visitor(), &["KK-U"]).await;
        }
        let (permits, population) = (open(&office, "petugas", 1).await, open(&office, "dukcapil", 3).await);
        let clerk = office.as_officer("petugas").await;
        next(&clerk, &permits).await;
        act(&clerk, &ticket, "transfer", json!({ "service": "KK-U", "reason": "salah loket" })).await;
        let called = next(&office.as_officer("dukcapil").await, &population).await;
        assert_eq!((&called["id"], &called["number"]), (&ticket["id"], &json!("A-001")));
        let both = json!({ "service": "KK-U", "counter": counter_id(&office, 1), "reason": "x" });
        clerk.post(&path_of(&ticket, "transfer"), both).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("counter", "counter-or-service");
        let closed = json!({ "counter": counter_id(&office, 4), "reason": "x" });
        clerk.post(&path_of(&ticket, "transfer"), closed).await.refused_with(Status::Conflict, "counter-closed");
    }

    async fn a_visitor_sent_to_one_counter_is_called_there_only(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB"]).await;
        let (one, two) = (open(&office, "petugas", 1).await, open(&office, "petugas2", 2).await);
        let (clerk, other) = (office.as_officer("petugas").await, office.as_officer("petugas2").await);
        next(&clerk, &one).await;
        act(&clerk, &ticket, "transfer", json!({ "counter": counter_id(&office, 2), "reason": "ahli" })).await;
        clerk.post(&format!("{one}/next"), json!({})).await.is(Status::NoContent);
        assert_eq!(next(&other, &two).await["id"], ticket["id"]);
        clerk.post(&path_of(&ticket, "start"), json!({})).await.refused_with(Status::Conflict, "ticket-elsewhere");
    }

    async fn a_counter_belongs_to_one_clerk_until_it_is_closed(db: Db) {
        let office = office(db).await;
        let counter = open(&office, "petugas", 1).await;
        open(&office, "petugas", 1).await;
        let other = office.as_officer("petugas2").await;
        other.post(&format!("{counter}/open"), json!({})).await.refused_with(Status::Conflict, "counter-taken");
        other.post(&format!("{counter}/next"), json!({})).await.refused_with(Status::Conflict, "counter-taken");
        let clerk = office.as_officer("petugas").await;
        clerk.post(&format!("{counter}/pause"), json!({})).await.names_field("reason", "required");
        let paused = clerk.post(&format!("{counter}/pause"), json!({ "reason": "salat" })).await.is(Status::Ok);
        assert_eq!(paused.word("state"), "paused");
        clerk.post(&format!("{counter}/next"), json!({})).await.refused_with(Status::Conflict, "counter-closed");
        office.as_officer("penyelia").await.post(&format!("{counter}/close"), json!({})).await.is(Status::Ok);
        open(&office, "petugas2", 1).await;
    }

    async fn the_clerks_of_another_site_do_not_know_a_ticket_or_counter(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB"]).await;
        let stranger = office.as_officer("petugas-lain").await;
        let counter = format!("/api/v1/counters/{}/open", counter_id(&office, 1));
        stranger.post(&counter, json!({})).await.refused_with(Status::NotFound, "counter-unknown");
        stranger.post(&path_of(&ticket, "rejoin"), json!({})).await.refused_with(Status::NotFound, "ticket-unknown");
        stranger.get("/api/v1/sites/opi/queue").await.refused_with(Status::NotFound, "site-unknown");
        stranger.get("/api/v1/sites/opi/hall").await.refused_with(Status::NotFound, "site-unknown");
        office.as_visitor().get("/api/v1/sites/opi/queue").await.refused_with(Status::Unauthorized, "sign-in-needed");
    }

    async fn the_same_request_sent_twice_gives_the_same_number(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let (path, body) = ("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] }));
        let first = visitor.post_once(path, "kunci", body.clone()).await.is(Status::Created);
        let again = visitor.post_once(path, "kunci", body).await.is(Status::Created);
        assert_eq!(first.bytes, again.bytes);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket").await, 1);
        let other = visitor.post_once(path, "kunci", json!({ "services": ["KK-U"] })).await;
        other.refused_with(Status::UnprocessableEntity, "key-reused");
        let counter = open(&office, "petugas", 1).await;
        let clerk = office.as_officer("petugas").await;
        let called = clerk.post_once(&format!("{counter}/next"), "panggil", json!({})).await.is(Status::Ok);
        let repeated = clerk.post_once(&format!("{counter}/next"), "panggil", json!({})).await.is(Status::Ok);
        assert_eq!(called.bytes, repeated.bytes);
    }

    async fn ones_own_place_says_nothing_about_anybody_else(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let other = take(&visitor, &["SIPB"]).await;
        let mine = take(&visitor, &["SIPB"]).await;
        assert_eq!((&mine["people_ahead"], &mine["estimate"]), (&json!(1), &Value::Null));
        assert_eq!(mine["estimate_reason"], "no_open_counter");
        open(&office, "petugas", 1).await;
        let path = format!("/api/v1/tickets/{}", mine["token"].as_str().unwrap());
        let place = visitor.get(&path).await.is(Status::Ok);
        assert_eq!(place.body["people_ahead"], 1);
        assert!(place.body["estimate"]["likely_minutes"].as_i64().unwrap() > 0);
        for secret in ["id", "token", "number"] {
            assert!(!place.text().contains(other[secret].as_str().unwrap()), "{secret} of somebody else");
        }
        visitor.get("/api/v1/tickets/tidak-ada").await.refused_with(Status::NotFound, "ticket-unknown");
    }

    async fn a_number_given_back_is_not_called(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let ticket = take(&visitor, &["SIPB"]).await;
        let path = format!("/api/v1/tickets/{}", ticket["token"].as_str().unwrap());
        assert_eq!(visitor.delete(&path).await.is(Status::Ok).word("state"), "cancelled");
        visitor.delete(&path).await.refused_with(Status::Conflict, "ticket-not-waiting");
        let counter = open(&office, "petugas", 1).await;
        office.as_officer("petugas").await.post(&format!("{counter}/next"), json!({})).await.is(Status::NoContent);
    }

    async fn the_board_shows_numbers_and_counters_and_no_secret(db: Db) {
        let office = office(db).await;
        let ticket = take(&office.as_visitor(), &["SIPB"]).await;
        let counter = open(&office, "petugas", 2).await;
        next(&office.as_officer("petugas").await, &counter).await;
        let board = office.as_visitor().get("/api/v1/sites/opi/board").await.is(Status::Ok);
        assert_eq!(board.body["last_calls"][0]["number"], "A-001");
        assert_eq!((&board.body["now_serving"][0]["counter"], &board.body["waiting"]), (&json!(2), &json!(0)));
        assert!(!board.text().contains(ticket["token"].as_str().unwrap()));
        assert!(!board.text().contains(ticket["id"].as_str().unwrap()));
    }

    async fn the_supervisor_sees_counters_lines_and_waits(db: Db) {
        let office = office(db).await;
        take(&office.as_visitor(), &["SIPB"]).await;
        take(&office.as_visitor(), &["KK-U"]).await;
        office.wait_minutes(12);
        let counter = open(&office, "petugas", 1).await;
        next(&office.as_officer("petugas").await, &counter).await;
        office.wait_minutes(3);
        let hall = office.as_officer("penyelia").await.get("/api/v1/sites/opi/hall").await.is(Status::Ok).body;
        assert_eq!((&hall["waiting"], &hall["longest_minutes"], &hall["wait_p50_minutes"]), (&json!(1), &json!(15), &json!(12)));
        assert_eq!((&hall["counters"][0]["visit"]["number"], &hall["counters"][0]["visit"]["minutes"]), (&json!("A-001"), &json!(3)));
        assert_eq!(hall["services"][0]["service"], "KK-U");
        let line = office.as_officer("petugas").await.get("/api/v1/sites/opi/queue?limit=1").await.is(Status::Ok).body;
        assert_eq!(line["items"].as_array().unwrap().len(), 1);
        let cursor = line["next_cursor"].as_str().unwrap();
        let rest = office.as_officer("petugas").await.get(&format!("/api/v1/sites/opi/queue?limit=1&cursor={cursor}")).await;
        assert_eq!((&rest.body["items"][0]["number"], &rest.body["next_cursor"]), (&json!("B-001"), &Value::Null));
    }

    async fn a_slip_is_one_page_and_a_wrong_wish_is_named(db: Db) {
        let office = office(db).await;
        let visitor = office.as_visitor();
        let ticket = take(&visitor, &["SIPB"]).await;
        let slip = visitor.get(&format!("/api/v1/tickets/{}/pdf", ticket["token"].as_str().unwrap())).await.is(Status::Ok);
        assert_eq!(slip.headers["content-type"], "application/pdf");
        assert!(slip.bytes.starts_with(b"%PDF-"));
        let wishes = [
            (json!({ "services": [] }), "services", "services-none"),
            (json!({ "services": ["KK-U", "KK-U"] }), "services", "services-twice"),
            (json!({ "services": ["TIDAK"] }), "services", "service-unknown"),
            (json!({ "services": ["KK-U"], "priority": "vip" }), "priority", "priority-unknown"),
            (json!({ "services": ["KK-U"], "phone": "12" }), "phone", "phone-wrong"),
        ];
        for (wish, field, code) in wishes {
            let refused = visitor.post("/api/v1/sites/opi/tickets", wish).await;
            refused.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field(field, code);
        }
        assert_eq!(scalar(office.db(), "SELECT last FROM number_series WHERE scope LIKE 'ticket:%'").await, 1);
    }
}
