//! `/antrean/{site}/papan`: the display in the hall.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::at_work::public_site;
use crate::calendar::Calendar;
use crate::clock::Instant;
use crate::messages::{self, Lang, plain, text};
use crate::queue::{self, BoardCall, GroupOutlook};
use crate::sites::Site;
use crate::sites::devices::DeviceKind;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::sites::{ThisDevice, UnpairedPage};
use crate::web::visit::Visit;

/// Routes of the display.
pub fn routes() -> Vec<Route> {
    routes![board]
}

/// The display.
#[derive(Serialize)]
pub struct BoardPage {
    site: String,
    seq: i64,
    now: Option<CallLine>,
    calls: Vec<CallLine>,
    lines: Vec<LineOutlook>,
    paused: Vec<i64>,
    hours: Option<String>,
    clock_millis: i64,
    zone: &'static str,
    zone_letters: String,
    clock: String,
}

#[derive(Serialize)]
struct CallLine {
    number: String,
    is_long: bool,
    counter: i64,
}

/// What a newcomer may expect in one line.
#[derive(Serialize)]
struct LineOutlook {
    letter: &'static str,
    waiting: i64,
    wait: String,
}

impl Page for BoardPage {
    const TEMPLATE: &'static str = "queue/board.html";

    fn samples() -> Vec<Self> {
        let call = |number: &str| CallLine { number: number.into(), is_long: number.len() > 5, counter: 3 };
        let line = |letter| LineOutlook { letter, waiting: 17, wait: "± 25 menit (15–40)".into() };
        let page = |now: Option<&str>, calls, hours| BoardPage {
            site: "opi".into(),
            seq: 12,
            now: now.map(call),
            calls,
            lines: ["A", "B", "C", "D", "E"].map(line).into(),
            paused: if now.is_some() { vec![3, 12] } else { vec![] },
            hours,
            clock_millis: 1_795_491_660_000,
            zone: "Asia/Jakarta",
            zone_letters: "WIB".into(),
            clock: "Selasa, 24 November 2026, 10.41 WIB".into(),
        };
        let usual =
            ["B-027", "C-009", "P-003", "A-011", "A-010", "B-026", "D-002", "A-009", "B-025", "E-001"].map(call);
        let hours = Some("08.00–11.30, 13.30–15.00".to_owned());
        vec![
            page(None, vec![], None),
            page(Some("A-012"), usual.into(), hours.clone()),
            page(Some("A-1000"), vec![], hours),
        ]
    }
}

#[get("/antrean/<site>/papan")]
async fn board(site: &str, device: ThisDevice, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let site = public_site(app, site)?;
    if !device.may_be(DeviceKind::Board, &site) {
        return UnpairedPage::answer(&visit, &site);
    }
    let now = app.now();
    let mut tx = app.db.read().await?;
    let board = queue::board(&mut tx, (&site, &app.halls), now).await?;
    let outlook = queue::outlook(&mut tx, (&site, &app.halls), &app.catalogue(), now).await?;
    let clock = messages::date_and_time(visit.lang, now, site.zone);
    visit.page(&BoardPage {
        site: site.code.clone(),
        seq: board.last_calls.first().map_or(0, |call| call.seq),
        now: board.last_calls.first().map(call_line),
        calls: board.last_calls.iter().skip(1).map(call_line).collect(),
        lines: outlook.iter().map(|line| line_outlook(line, visit.lang)).collect(),
        paused: board.paused,
        hours: hours_of_day(&site, &app.calendar(), now),
        clock_millis: now.0 / 1000,
        zone: site.zone.name(),
        zone_letters: clock.rsplit(' ').next().unwrap_or_default().to_owned(),
        clock,
    })
}

fn call_line(call: &BoardCall) -> CallLine {
    let number = call.number.to_string();
    CallLine { is_long: number.len() > 5, number, counter: call.counter }
}

fn line_outlook(line: &GroupOutlook, lang: Lang) -> LineOutlook {
    let wait = match (line.low_minutes, line.likely_minutes, line.high_minutes) {
        (Some(low), Some(minutes), Some(high)) => {
            let args = [("minutes", minutes), ("low", low), ("high", high)].map(|(name, n)| (name, n.to_string()));
            text(lang, "board.wait", &args)
        }
        _ => plain(lang, "board.no_counter"),
    };
    LineOutlook { letter: line.group.word(), waiting: line.waiting, wait }
}

/// Today's hours as they stand on the door: `08.00–11.30, 13.30–15.00`.
fn hours_of_day(site: &Site, calendar: &Calendar, now: Instant) -> Option<String> {
    let clock = |at: Instant| at.time(site.zone).format("%H.%M").to_string();
    let spans = calendar.open_spans(site, now.day(site.zone));
    let hours: Vec<String> =
        spans.into_iter().map(|(opens, closes)| format!("{}–{}", clock(opens), clock(closes))).collect();
    (!hours.is_empty() && !site.always_open).then(|| hours.join(", "))
}
