//! Throughput, the hall, files against their promise, and the public catalogue, through the doors of the office.

mod files;

use chrono::NaiveTime;
use chrono_tz::Tz;
use loket::clock::Instant;
use loket::ids::{StopId, TicketId};
use rocket::http::{Accept, Header, Method, Status};
use serde_json::{Value, json};

use crate::support::{TestCounter, act_at, execute, morning};

/// What the database calls an id in a statement put together here: SQLite a blob, PostgreSQL a UUID.
fn literal(office: &TestCounter, id: impl ToString) -> String {
    let id = id.to_string();
    if office.db().is_sqlite() { format!("X'{}'", id.replace('-', "")) } else { format!("'{id}'") }
}

/// One finished visit for the day's history.
struct Visit {
    day: &'static str,
    ordinal: i64,
    service: &'static str,
    state: &'static str,
    /// Minutes after nine: arrival, call, start, end.
    at: [Option<i64>; 4],
}

async fn write(office: &TestCounter, visit: &Visit) {
    let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap();
    let start = loket::clock::Day::parse(visit.day).unwrap().at(nine, Tz::Asia__Jakarta);
    let at = visit.at.map(|m| m.map_or("NULL".to_owned(), |m| start.plus_minutes(m).0.to_string()));
    let [arrived, called, started, ended] = &at;
    let site = literal(office, office.app.sites().find("opi").unwrap().id);
    let counter = literal(office, office.app.sites().find("opi").unwrap().counters[0].id);
    let counter = if visit.at[1].is_some() { counter } else { "NULL".to_owned() };
    let id = TicketId::new(start.0 + visit.ordinal);
    let (ticket, stop) = (literal(office, id), literal(office, StopId::new(start.0 + visit.ordinal)));
    let Visit { day, ordinal, service, state, .. } = visit;
    execute(
        office.db(),
        format!(
            "INSERT INTO ticket (id, token, site_id, local_day, letter, ordinal, priority, state, channel, version, \
             issued_at, closed_at) VALUES ({ticket}, '{id}', {site}, '{day}', 'A', {ordinal}, 'none', '{state}', \
             'kiosk', 1, {arrived}, {ended})"
        ),
    )
    .await;
    execute(
        office.db(),
        format!(
            "INSERT INTO stop (id, ticket_id, site_id, local_day, letter, ordinal, has_priority, position, service_code, service_group, state, counter_id, line_at, calls, \
             called_at, started_at, ended_at) VALUES ({stop}, {ticket}, {site}, '{day}', 'A', {ordinal}, FALSE, 1, '{service}', 'A', '{state}', {counter}, \
             {arrived}, 1, {called}, {started}, {ended})"
        ),
    )
    .await;
}

/// Monday: two served, one missed, one given up. Tuesday, today: one in line.
async fn history(office: &TestCounter) {
    let visits = [
        ("2026-11-23", 1, "SIPB", "done", [Some(0), Some(10), Some(11), Some(26)]),
        ("2026-11-23", 2, "KK", "done", [Some(50), Some(70), Some(72), Some(80)]),
        ("2026-11-23", 3, "KK", "no_show", [Some(5), Some(20), None, Some(24)]),
        ("2026-11-23", 4, "SIPB", "cancelled", [Some(6), None, None, Some(90)]),
        ("2026-11-24", 1, "SIPB", "waiting", [Some(-20), None, None, None]),
    ];
    for (day, ordinal, service, state, at) in visits {
        write(office, &Visit { day, ordinal, service, state, at }).await;
    }
}

fn row<'a>(report: &'a Value, key: &str) -> &'a Value {
    report["rows"].as_array().unwrap().iter().find(|row| row["key"] == key).unwrap_or(&Value::Null)
}

const MONDAY: &str = "/api/v1/reports/throughput?site=opi&from=2026-11-23&to=2026-11-23";

on_each_database! {
    async fn a_day_is_counted_exactly(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let report = office.as_officer("penyelia").await.get(&format!("{MONDAY}&by=hour")).await.is(Status::Ok).body;
        let expected = json!({
            "arrived": 4, "visitors": 4, "served": 2, "no_show": 1, "cancelled": 1, "open": 0,
            "no_show_percent": 25.0, "cancelled_percent": 25.0, "recalled_percent": 0.0,
            "wait_p50_minutes": 15.0, "wait_p90_minutes": 20.0, "wait_max_minutes": 20.0,
            "call_to_start_p50_minutes": 1.0, "call_to_start_p90_minutes": 2.0,
            "service_p50_minutes": 8.0, "service_p90_minutes": 15.0, "service_max_minutes": 15.0
        });
        assert_eq!(report["totals"], expected);
        let nine = row(&report, "09");
        assert_eq!((&nine["arrived"], &nine["served"], &nine["no_show"]), (&json!(4), &json!(1), &json!(1)));
        let ten = row(&report, "10");
        assert_eq!((&ten["arrived"], &ten["served"], &ten["cancelled"]), (&json!(0), &json!(1), &json!(1)));
    }

    async fn every_cut_of_a_range_adds_up_to_the_same_totals(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let supervisor = office.as_officer("penyelia").await;
        let range = "/api/v1/reports/throughput?from=2026-11-23&to=2026-11-24";
        let totals = supervisor.get(range).await.is(Status::Ok).body["totals"].clone();
        assert_eq!((&totals["arrived"], &totals["open"]), (&json!(5), &json!(1)));
        for by in ["hour", "day", "service", "counter", "clerk", "booking"] {
            let report = supervisor.get(&format!("{range}&by={by}")).await.is(Status::Ok).body;
            assert_eq!(report["totals"], totals, "{by}");
            for count in ["arrived", "visitors", "served", "no_show", "cancelled", "open"] {
                let sum: i64 = report["rows"].as_array().unwrap().iter().map(|r| r[count].as_i64().unwrap()).sum();
                assert_eq!(json!(sum), totals[count], "{by} {count}");
            }
        }
        let counters = supervisor.get(&format!("{range}&by=counter")).await.body;
        assert_eq!(counters["rows"][0]["label"], "Belum dipanggil");
        assert_eq!(counters["rows"][1]["label"], "Loket 1 · Gerai opi DATA UJI");
    }

    async fn appointments_and_kept_places_stand_in_their_own_rows(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let kept = "INSERT INTO left_over (ticket_id, site_id, local_day, for_day, at) \
            SELECT id, site_id, local_day, '2026-11-24', issued_at FROM ticket WHERE state = 'cancelled'";
        let booked = "INSERT INTO appointment (id, token, code, site_id, local_day, services, state, starts_at, minutes, \
            hold_until, chosen_at, missing, lang, ticket_id, version, created_at) SELECT id, token, 'UJI', site_id, local_day, \
            '[]', 'arrived', issued_at, 15, issued_at, issued_at, 0, 'id', id, 1, issued_at FROM ticket \
            WHERE state = 'done' AND ordinal = 2";
        assert_eq!((execute(office.db(), kept).await, execute(office.db(), booked).await), (1, 1));
        let report = office.as_officer("penyelia").await.get(&format!("{MONDAY}&by=booking")).await.is(Status::Ok).body;
        let counts = |of: &Value| ["arrived", "served", "no_show", "cancelled", "open"].map(|name| of[name].as_i64().unwrap());
        assert_eq!(counts(&report["totals"]), [4, 2, 1, 0, 1], "the kept place was not given up");
        assert_eq!(counts(row(&report, "appointment")), [1, 1, 0, 0, 0]);
        assert_eq!(counts(row(&report, "walk_in")), [3, 1, 1, 0, 1]);
        assert_eq!(row(&report, "walk_in")["wait_p50_minutes"], 10.0);
        assert_eq!(row(&report, "appointment")["label"], "Dengan janji temu");
    }

    async fn an_empty_day_has_no_rows(db: Db) {
        let office = TestCounter::new(db).await;
        let report = office.as_officer("penyelia").await.get(MONDAY).await.is(Status::Ok).body;
        assert_eq!((&report["rows"], &report["totals"]["arrived"]), (&json!([]), &json!(0)));
        assert_eq!(report["totals"]["wait_p50_minutes"], Value::Null);
    }

    async fn a_report_as_csv_has_the_totals_of_the_json(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let supervisor = office.as_officer("penyelia").await;
        let json = supervisor.get(&format!("{MONDAY}&by=service&format=json")).await.is(Status::Ok).body;
        let csv = supervisor.get(&format!("{MONDAY}&by=service&format=csv")).await.is(Status::Ok);
        assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
        let text = csv.text();
        let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
        let last: Vec<&str> = text.lines().last().unwrap().split(',').collect();
        assert_eq!((names[0], last[0], text.lines().count()), ("key", "total", 4));
        for (name, cell) in names.iter().zip(last).skip(2) {
            assert_eq!(json["totals"][*name].as_f64().unwrap(), cell.parse::<f64>().unwrap(), "{name}");
        }
    }

    async fn the_form_asked_for_wins_over_accept_and_an_unknown_one_is_not_acceptable(db: Db) {
        let office = TestCounter::new(db).await;
        let supervisor = office.as_officer("penyelia").await;
        let accepting = |path: &str, accept: &str| {
            let accept: Accept = accept.parse().unwrap();
            supervisor.request(Method::Get, path).header(Header::new("Accept", accept.to_string()))
        };
        let kind = |answer: crate::support::Answer| answer.is(Status::Ok).headers["content-type"].clone();
        assert_eq!(kind(supervisor.send(accepting(MONDAY, "text/csv")).await), "text/csv; charset=utf-8");
        assert_eq!(kind(supervisor.send(accepting(MONDAY, "*/*")).await), "application/json");
        let both = supervisor.send(accepting(&format!("{MONDAY}&format=json"), "text/csv")).await;
        assert_eq!(kind(both), "application/json");
        supervisor.send(accepting(MONDAY, "image/png")).await.refused_with(Status::NotAcceptable, "not-acceptable");
        supervisor.get(&format!("{MONDAY}&format=odt")).await.refused_with(Status::NotAcceptable, "not-acceptable");
    }

    async fn wrong_days_and_cuts_are_named(db: Db) {
        let office = TestCounter::new(db).await;
        let supervisor = office.as_officer("penyelia").await;
        for (query, field, code) in [
            ("from=23-11-2026", "from", "report-day"),
            ("from=2026-11-25&to=2026-11-24", "to", "report-order"),
            ("from=2024-01-01&to=2026-11-24", "to", "report-long"),
            ("by=colour", "by", "report-by"),
        ] {
            let answer = supervisor.get(&format!("/api/v1/reports/throughput?{query}")).await;
            answer.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field(field, code);
        }
    }

    async fn only_the_supervisor_of_the_site_and_the_administrator_see_reports(db: Db) {
        let office = TestCounter::new(db).await;
        let other = "/api/v1/reports/throughput?site=pangkalan-balai";
        let clerk = office.as_officer("petugas").await;
        clerk.get(MONDAY).await.refused_with(Status::Forbidden, "wrong-role");
        office.as_visitor().get(MONDAY).await.refused_with(Status::Unauthorized, "sign-in-needed");
        let supervisor = office.as_officer("penyelia").await;
        supervisor.get(other).await.refused_with(Status::NotFound, "site-unknown");
        supervisor.get("/api/v1/sites/pangkalan-balai/hall").await.refused_with(Status::NotFound, "site-unknown");
        office.as_officer("admin").await.get(other).await.is(Status::Ok);
    }

    async fn the_hall_names_an_open_counter_that_calls_nobody(db: Db) {
        let office = TestCounter::new(db).await;
        history(&office).await;
        let counter = office.app.sites().find("opi").unwrap().counters[0].id;
        office.as_officer("petugas").await.post(&format!("/api/v1/counters/{counter}/open"), json!({})).await.is(Status::Ok);
        let supervisor = office.as_officer("penyelia").await;
        office.wait_minutes(14);
        let hall = supervisor.get("/api/v1/sites/opi/hall").await.is(Status::Ok).body;
        assert_eq!((&hall["waiting"], &hall["longest_minutes"]), (&json!(1), &json!(34)));
        assert_eq!(hall["warnings"], json!([]));
        office.wait_minutes(1);
        let hall = supervisor.get("/api/v1/sites/opi/hall").await.is(Status::Ok).body;
        let warning = &hall["warnings"][0];
        assert_eq!((&warning["counter"], &warning["minutes"]), (&json!(1), &json!(15)));
        assert!(warning["next_step"].as_str().unwrap().contains("petugas DATA UJI"), "{warning}");
        assert_eq!((&hall["counters"][0]["state"], &hall["counters"][0]["idle_minutes"]), (&json!("open"), &json!(15)));
    }

    async fn files_are_counted_by_stage_against_their_promise(db: Db) {
        let office = TestCounter::new(db).await;
        let app = &office.app;
        let mut tx = app.db.begin().await.unwrap();
        let service = loket::catalogue::built_in().into_iter().find(|s| s.code == "SIPB").unwrap();
        loket::catalogue::publish(&mut tx, act_at(0), &service).await.unwrap();
        tx.commit().await.unwrap();
        let due = |days: i64, hour: u32| morning().day(Tz::Asia__Jakarta).plus_days(days).at(NaiveTime::from_hms_opt(hour, 0, 0).unwrap(), Tz::Asia__Jakarta);
        for (n, (state, due)) in [("registered", due(-1, 15)), ("in_verification", due(0, 15)), ("in_verification", due(9, 15)), ("returned", due(-3, 15)), ("handed_over", due(-9, 15))].into_iter().enumerate() {
            file(&office, n, state, due).await;
        }
        let report = office.as_officer("penyelia").await.get("/api/v1/reports/stages").await.is(Status::Ok).body;
        assert_eq!(report["totals"], json!({ "total": 4, "on_time": 1, "nearly_late": 1, "late": 1, "stopped": 1 }));
        assert_eq!(row(&report, "in_verification")["nearly_late"], 1);
        assert_eq!(row(&report, "registered")["label"], "Terdaftar");
        let by = office.as_officer("admin").await.get("/api/v1/reports/stages?by=service").await.is(Status::Ok).body;
        assert_eq!(by["rows"][0]["key"], "SIPB");
    }

    async fn the_catalogue_is_public_and_comes_in_parts(db: Db) {
        let office = TestCounter::new(db).await;
        let mut tx = office.db().begin().await.unwrap();
        for service in loket::catalogue::built_in() {
            loket::catalogue::publish(&mut tx, act_at(0), &service).await.unwrap();
        }
        tx.commit().await.unwrap();
        office.app.reload().await.unwrap();
        let visitor = office.as_visitor();
        let first = visitor.get("/api/v1/services?limit=2").await.is(Status::Ok).body;
        let cursor = first["next_cursor"].as_str().unwrap();
        let rest = visitor.get(&format!("/api/v1/services?cursor={cursor}")).await.is(Status::Ok).body;
        let count = first["items"].as_array().unwrap().len() + rest["items"].as_array().unwrap().len();
        assert_eq!((count, &rest["next_cursor"]), (office.app.catalogue().list().count(), &Value::Null));
        let midwife = visitor.get("/api/v1/services/SIPB").await.is(Status::Ok).body;
        assert_eq!((&midwife["sla"]["unit"], &midwife["fee"]["amount_rupiah"]), (&json!("working_days"), &json!(0)));
        assert!(midwife["requirements"].as_array().unwrap().iter().any(|r| r["code"] == "str"));
        visitor.get("/api/v1/services/TIDAK").await.refused_with(Status::NotFound, "service-unknown");
        visitor.get("/api/v1/services?limit=0").await.refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("limit", "limit");
        let sites = visitor.get("/api/v1/sites").await.is(Status::Ok).body;
        assert_eq!((&sites["items"][0]["code"], &sites["items"][0]["open"]), (&json!("opi"), &json!(true)));
        let page = visitor.get("/layanan/SIPB").await.is(Status::Ok).text();
        assert!(page.contains("5 hari kerja") && page.contains("Gratis") && page.contains("Dinas Kesehatan"), "{page}");
        assert!(visitor.get("/layanan?q=bidan").await.is(Status::Ok).text().contains("/layanan/SIPB"));
    }
}

/// A file of a state, due at a moment.
async fn file(office: &TestCounter, n: usize, state: &str, due: Instant) {
    let id = literal(office, loket::ids::ApplicationId::new(morning().0));
    let site = literal(office, office.app.sites().find("opi").unwrap().id);
    let bytes = if office.db().is_sqlite() { "X'00'" } else { "'\\x00'" };
    execute(
        office.db(),
        format!(
            "INSERT INTO application (id, code, service_code, service_version, kind, state, version, site_id, nik_index, \
             nik_sealed, applicant, applicant_name, fields, intake_by, created_at, registered_at, due_at, place_key) \
             SELECT {id}, 'UJI-{n}', 'SIPB', 1, 'new', '{state}', 1, {site}, {bytes}, {bytes}, '{{}}', 'DATA UJI', '{{}}', \
             o.id, 0, 0, {}, 'TEMPAT {n}' FROM officer o WHERE o.username = 'petugas'",
            due.0
        ),
    )
    .await;
}
