//! `/pemberitahuan`: what could not be sent yet, why, and the button that tries again.

use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::form::Posted;
use super::guard::Supervisor;
use super::page::{Page, Rendered};
use super::problem::Problem;
use super::visit::Visit;
use crate::ids::NoticeId;
use crate::messages::{self, Lang, text};
use crate::notices::{self, Failed};

/// Notices shown at most.
const MOST: i64 = 200;

/// Routes of this noun.
pub fn routes() -> Vec<Route> {
    routes![list, again]
}

/// What could not be sent yet.
#[derive(Serialize)]
pub struct NoticesPage {
    has_mail_server: bool,
    failed: Vec<Line>,
}

#[derive(Serialize)]
struct Line {
    id: NoticeId,
    channel: String,
    event: String,
    left_at: String,
    attempts: i64,
    fault: String,
    given_up: bool,
    again_at: String,
}

impl Page for NoticesPage {
    const TEMPLATE: &'static str = "notices/list.html";

    fn samples() -> Vec<Self> {
        let line = |given_up| Line {
            id: NoticeId::new(1),
            channel: "mail".into(),
            event: "appointment.called_off".into(),
            left_at: "Selasa, 24 November 2026, 09.00 WIB".into(),
            attempts: 3,
            fault: "Server surat tidak dapat dihubungi.".into(),
            given_up,
            again_at: "09.08 WIB".into(),
        };
        vec![
            NoticesPage { has_mail_server: true, failed: vec![] },
            NoticesPage { has_mail_server: false, failed: vec![line(false), line(true)] },
        ]
    }
}

#[get("/pemberitahuan")]
async fn list(_staff: Supervisor, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let failed = notices::list_failed(&mut app.db.read().await?, MOST).await?;
    let zone = app.sites().list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let line = |failed: Failed| {
        let (channel, event) = failed.notice.kind.split_once(':').unwrap_or(("", &failed.notice.kind));
        Line {
            id: failed.notice.id,
            channel: channel.to_owned(),
            event: event.to_owned(),
            left_at: messages::date_and_time(visit.lang, failed.created_at, zone),
            attempts: failed.notice.attempts,
            fault: fault_words(&failed.fault, visit.lang),
            given_up: failed.given_up,
            again_at: messages::clock_time(failed.due_at, zone),
        }
    };
    let has_mail_server = !app.config.smtp_url.is_empty();
    visit.page(&NoticesPage { has_mail_server, failed: failed.into_iter().map(line).collect() })
}

/// The words of a fault; `mail-refused:550` carries the number of the other side.
fn fault_words(fault: &str, lang: Lang) -> String {
    let (code, number) = fault.split_once(':').unwrap_or((fault, ""));
    text(lang, &format!("unsent.{code}"), &[("number", number.to_owned())])
}

#[post("/pemberitahuan/<id>/ulang", data = "<_posted>")]
async fn again(id: NoticeId, _posted: Posted, _staff: Supervisor, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let app = visit.app;
    let mut tx = app.db.begin().await?;
    notices::try_again(&mut tx, id, app.now()).await?;
    tx.commit().await?;
    Ok(Redirect::to("/pemberitahuan"))
}
