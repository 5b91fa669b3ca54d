//! Every mounted route × every role: who may enter stands in one table. A route that is not listed fails.

use std::collections::BTreeMap;

use loket::identity::{self, Credentials, SessionKind};
use loket::web;
use rocket::Route;
use rocket::http::{MediaType, Method, Status};

use super::support::{PASSWORD, TestCounter};

/// One letter per role, as in the table: c clerk, p population officer, v verifier, t technical officer, k section
/// head, h head, b treasurer, s supervisor, a admin; and who has it in the test office.
const ROLES: [(char, &str); 9] = [
    ('c', "petugas"),
    ('p', "dukcapil"),
    ('v', "verifikator"),
    ('t', "teknis"),
    ('k', "kabid"),
    ('h', "kadis"),
    ('b', "bendahara"),
    ('s', "penyelia"),
    ('a', "admin"),
];

/// Who may enter: `*` everybody, also without signing in; else the letters of the roles.
fn table() -> BTreeMap<String, String> {
    let lines = include_str!("routes.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let split = |line: &str| {
        let (who, route) = line.split_once(' ').expect("who, then the route");
        (route.trim().to_owned(), who.to_owned())
    };
    lines.map(split).collect()
}

/// Signing out ends the session the other calls need; its own tests hold it.
fn ends_session(route: &Route) -> bool {
    route.method == Method::Delete && route.uri.path() == "/api/v1/session"
}

fn name(route: &Route) -> String {
    format!("{} {}", route.method, route.uri.path())
}

/// The path with something in the place of every parameter.
fn path_of(route: &Route) -> String {
    let part = |part: &str| match part {
        "<site>" => "opi".to_owned(),
        "<id>" => "018f0000-0000-7000-8000-000000000000".to_owned(),
        "<act>" => "claim".to_owned(),
        other if other.starts_with('<') => "x".to_owned(),
        other => other.to_owned(),
    };
    route.uri.path().split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether the answer of a call is the one for somebody who may not enter.
struct Entry {
    signed_in: bool,
    refused: bool,
}

/// Calls a route as a member of staff or as nobody.
async fn call(counter: &TestCounter, route: &Route, username: Option<&str>, cookie: Option<&str>) -> Entry {
    let path = path_of(route);
    let caller = match username {
        Some(username) if path.starts_with("/api/") => counter.as_officer(username).await,
        Some(_) | None => counter.as_visitor(),
    };
    let mut request = caller.request(route.method, &path);
    if let Some(token) = cookie {
        request = request.cookie(("__Host-loket", token.to_owned()));
    }
    let answer = request.dispatch().await;
    let to_sign_in = answer.headers().get_one("Location").is_some_and(|to| to.starts_with("/masuk?ke="));
    let status = answer.status();
    // A stream never ends by itself: its head says enough.
    let streams = answer.content_type().is_some_and(|kind| kind.media_type() == &MediaType::EventStream);
    let body = if streams { String::new() } else { answer.into_string().await.unwrap_or_default() };
    let wrong_role = status == Status::Forbidden && (body.contains("wrong-role") || body.contains("Peran Anda"));
    Entry { signed_in: status != Status::Unauthorized && !to_sign_in, refused: wrong_role }
}

async fn page_token(counter: &TestCounter, username: &str) -> String {
    let app = &counter.app;
    let typed = Credentials { username, password: PASSWORD, code: "" };
    let opened = identity::sign_in(&app.db, app.tries(), &app.keys, typed, SessionKind::Page, app.now()).await;
    opened.unwrap().2
}

async fn who_may_enter(counter: &TestCounter, route: &Route, cookies: &[String]) -> String {
    let nobody = call(counter, route, None, None).await;
    if nobody.signed_in && !nobody.refused {
        return "*".to_owned();
    }
    let mut letters = String::new();
    for ((letter, username), cookie) in ROLES.into_iter().zip(cookies) {
        let entry = call(counter, route, Some(username), Some(cookie)).await;
        if entry.signed_in && !entry.refused {
            letters.push(letter);
        }
    }
    letters
}

on_each_database! {
    async fn every_route_lets_in_exactly_the_roles_of_the_table(db: Db) {
        let counter = TestCounter::new(db).await;
        let table = table();
        let mut found = BTreeMap::new();
        let mut cookies = Vec::new();
        for (_, username) in ROLES {
            cookies.push(page_token(&counter, username).await);
        }
        let server = web::build(web::figment(), counter.app.clone());
        for route in server.routes().filter(|route| !ends_session(route)) {
            found.insert(name(route), who_may_enter(&counter, route, &cookies).await);
        }
        let differ: Vec<String> = found
            .iter()
            .filter(|(route, who)| table.get(*route) != Some(who))
            .map(|(route, who)| format!("{who} {route}"))
            .collect();
        let gone: Vec<&String> = table.keys().filter(|route| !found.contains_key(*route)).collect();
        assert!(differ.is_empty(), "not as listed in routes.txt:\n{}", differ.join("\n"));
        assert!(gone.is_empty(), "listed but not mounted: {gone:#?}");
    }
}

#[test]
fn every_route_of_the_api_is_described_and_every_description_is_mounted() {
    let described: serde_json::Value = serde_json::from_str(loket::web::health::OPENAPI).unwrap();
    let mut described: Vec<String> = described["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().unwrap().keys().filter(|key| *key != "parameters");
            methods.map(move |method| format!("{} /api/v1{path}", method.to_uppercase())).collect::<Vec<_>>()
        })
        .collect();
    let mut mounted: Vec<String> = table().into_keys().filter(|route| route.contains(" /api/v1")).collect();
    mounted.push("DELETE /api/v1/session".to_owned());
    let braces = |route: &String| route.replace('<', "{").replace('>', "}");
    let mut mounted: Vec<String> = mounted.iter().map(braces).collect();
    described.sort();
    mounted.sort();
    mounted.dedup();
    assert_eq!(described, mounted);
}
