//! `/antrean/{site}/papan`: the display in the hall.

use rocket::{Route, get, routes};
use serde::Serialize;

use super::at_work::public_site;
use crate::calendar::Calendar;
use crate::clock::Instant;
use crate::messages;
use crate::queue::{self, BoardCall};
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
    calls: Vec<CallLine>,
    hours: Option<String>,
    clock_millis: i64,
    zone: &'static str,
    zone_letters: String,
    clock: String,
}

#[derive(Serialize)]
struct CallLine {
    id: String,
    number: String,
    is_long: bool,
    counter: i64,
}

impl Page for BoardPage {
    const TEMPLATE: &'static str = "queue/board.html";

    fn samples() -> Vec<Self> {
        let call = |number: &str| CallLine {
            id: format!("c-{number}"),
            number: number.into(),
            is_long: number.len() > 5,
            counter: 3,
        };
        let page = |calls, hours| BoardPage {
            site: "opi".into(),
            calls,
            hours,
            clock_millis: 1_795_491_660_000,
            zone: "Asia/Jakarta",
            zone_letters: "WIB".into(),
            clock: "Selasa, 24 November 2026, 10.41 WIB".into(),
        };
        let usual = ["A-012", "B-027", "C-009", "P-003", "A-011"].map(call);
        let hours = Some("08.00–11.30, 13.30–15.00".to_owned());
        vec![page(vec![], None), page(usual.into(), hours.clone()), page(vec![call("A-1000")], hours)]
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
    let board = queue::board(&mut app.db.read().await?, &site, now).await?;
    let clock = messages::date_and_time(visit.lang, now, site.zone);
    visit.page(&BoardPage {
        site: site.code.clone(),
        calls: board.last_calls.iter().map(call_line).collect(),
        hours: hours_of_day(&site, &app.calendar(), now),
        clock_millis: now.0 / 1000,
        zone: site.zone.name(),
        zone_letters: clock.rsplit(' ').next().unwrap_or_default().to_owned(),
        clock,
    })
}

fn call_line(call: &BoardCall) -> CallLine {
    let number = call.number.to_string();
    CallLine { id: format!("c{}", call.seq), is_long: number.len() > 5, number, counter: call.counter }
}

/// Today's hours as they stand on the door: `08.00–11.30, 13.30–15.00`.
fn hours_of_day(site: &Site, calendar: &Calendar, now: Instant) -> Option<String> {
    let clock = |at: Instant| at.time(site.zone).format("%H.%M").to_string();
    let spans = calendar.open_spans(site, now.day(site.zone));
    let hours: Vec<String> =
        spans.into_iter().map(|(opens, closes)| format!("{}–{}", clock(opens), clock(closes))).collect();
    (!hours.is_empty() && !site.always_open).then(|| hours.join(", "))
}
