//! `/permohonan`: what waits for me, and the search.

use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use crate::clock::Instant;
use crate::identity::Role;
use crate::messages::{Lang, plain, text};
use crate::permits::{self, ApplicationState, Cursor, InboxView, MOST_COUNTED, Row, Search};
use crate::web::form::Posted;
use crate::web::page::{Page, Rendered};
use crate::web::permits::api_files::{inbox_cursor, inbox_view};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Rows of one page.
const ROWS: usize = 25;

/// Routes of the list.
pub fn routes() -> Vec<Route> {
    routes![list, find]
}

/// The list.
#[derive(Default, Serialize)]
pub struct ListPage {
    filters: Vec<Filter>,
    rows: Vec<RowView>,
    can_create: bool,
    sees_due: bool,
    signs: bool,
    query: String,
    searched: bool,
    next: Option<String>,
}

#[derive(Serialize)]
struct Filter {
    href: String,
    label: String,
    count: String,
    current: bool,
}

#[derive(Serialize)]
struct RowView {
    id: String,
    code: String,
    applicant: String,
    service: String,
    pill: Pill,
    days_left: Option<i64>,
    late: bool,
    /// That the stage it is in is late, while the whole is not.
    stage_late: Option<String>,
    holder: Option<String>,
    note: Option<String>,
}

impl Page for ListPage {
    const TEMPLATE: &'static str = "permits/list.html";

    fn samples() -> Vec<Self> {
        let filter = |label: &str, count: &str, current| Filter {
            href: "?view=mine".into(),
            label: label.into(),
            count: count.into(),
            current,
        };
        let row = |days_left: Option<i64>, late, kind, label: &str| RowView {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            applicant: "RAHMA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan · baru".into(),
            pill: Pill::new(kind, label.into()),
            days_left,
            late,
            stage_late: (kind == "now").then(|| "tahap lewat 2 hari kerja".into()),
            holder: late.then(|| "Verifikator DATA UJI".into()),
            note: late.then(|| "Menggantikan rekan yang cuti".into()),
        };
        let full = ListPage {
            filters: vec![filter("Menunggu saya", "3", true), filter("Lewat", "1.000+", false)],
            rows: vec![
                row(Some(-1), true, "late", "Lewat 1 hari"),
                row(Some(4), false, "now", "Diverifikasi"),
                row(None, false, "wait", "Draf"),
            ],
            can_create: true,
            sees_due: true,
            signs: true,
            next: Some("?from=1.0".into()),
            ..ListPage::default()
        };
        let none = ListPage { searched: true, query: "budi".into(), ..ListPage::default() };
        vec![ListPage::default(), full, none]
    }
}

#[get("/permohonan?<view>&<from>")]
async fn list(view: Option<&str>, from: Option<&str>, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let from = inbox_cursor(from)?;
    let asked = view.map(|view| inbox_view(Some(view))).transpose()?;
    let page = waiting(&at, visit.lang, asked.unwrap_or(InboxView::Mine), from).await?;
    // Who has nothing in hand looks at what waits at the own offices first.
    let idle = asked.is_none() && page.rows.is_empty();
    let page = if idle { waiting(&at, visit.lang, InboxView::Role, from).await? } else { page };
    visit.page(&page)
}

async fn waiting(at: &AtFiles, lang: Lang, view: InboxView, from: Option<Cursor>) -> Result<ListPage, Problem> {
    let inbox = permits::inbox(&mut at.app.db.read().await?, &at.desk(), view, (from, ROWS)).await?;
    let count = |one: &InboxView| inbox.counts.get(one.word()).copied().unwrap_or(0);
    let filter = |one: &InboxView| Filter {
        href: format!("/permohonan?view={one}"),
        label: plain(lang, &format!("files.view_{one}")),
        count: if count(one) < MOST_COUNTED { count(one).to_string() } else { plain(lang, "files.many") },
        current: *one == view,
    };
    let files_only = [InboxView::Lapsing, InboxView::Drafts];
    let shown = |one: &&InboxView| !files_only.contains(one) || **one == view || count(one) > 0;
    let officer = &at.staff.officer;
    Ok(ListPage {
        filters: InboxView::ALL.iter().filter(shown).map(filter).collect(),
        rows: inbox.rows.iter().map(|r| RowView::new(at, &r.row, (r.days_left, r.stage_late), lang)).collect(),
        can_create: officer.is(Role::Clerk),
        sees_due: officer.is_any(&[Role::SectionHead, Role::Head, Role::Supervisor, Role::Admin]),
        signs: officer.is_any(&[Role::Head, Role::Supervisor]),
        next: inbox.next.map(|cursor| format!("/permohonan?view={view}&from={cursor}")),
        ..ListPage::default()
    })
}

impl RowView {
    fn new(at: &AtFiles, row: &Row, (days_left, stage_late): (Option<i64>, Option<i64>), lang: Lang) -> RowView {
        let catalogue = at.app.catalogue();
        let name = catalogue.find(&row.service_code).map(|p| p.service.name.of(lang).to_owned());
        let kind = plain(lang, &format!("kind.{}", row.kind));
        RowView {
            id: row.id.to_string(),
            code: row.code.text().to_owned(),
            applicant: row.applicant_name.clone(),
            service: format!("{} · {kind}", name.unwrap_or_else(|| row.service_code.clone())),
            pill: returned_pill(row, at.now, lang).unwrap_or_else(|| pill(row.state, days_left, lang)),
            days_left,
            late: days_left.is_some_and(|left| left < 0),
            stage_late: stage_late.filter(|_| days_left.is_some_and(|left| left >= 0)).map(|late| match late {
                0 => plain(lang, "clock.stage_late_today"),
                late => text(lang, "clock.stage_late", &[("n", late.to_string())]),
            }),
            holder: row.holder.clone().filter(|_| row.claimed_by != Some(at.staff.officer.id)),
            note: row.claim_note.clone().filter(|_| row.claimed_by == Some(at.staff.officer.id)),
        }
    }
}

/// What a returned file waits for: the clerk when it is answered, else the applicant or the end of the second term.
fn returned_pill(row: &Row, now: Instant, lang: Lang) -> Option<Pill> {
    if row.state == ApplicationState::Returned && row.answered_at.is_some() {
        return Some(Pill::new("now", plain(lang, "correction.paused_answered")));
    }
    match row.days_to_lapse(now).filter(|_| row.is_lapsing(now))? {
        0 => Some(Pill::new("late", plain(lang, "files.may_lapse"))),
        n => Some(Pill::new("wait", text(lang, "files.lapses_in", &[("n", n.to_string())]))),
    }
}

/// The state of a file as icon, word and colour; a late file says so first.
pub fn pill(state: ApplicationState, days_left: Option<i64>, lang: Lang) -> Pill {
    let label = plain(lang, &format!("state.{state}"));
    match days_left {
        Some(left) if left < 0 => {
            let late = text(lang, "files.late", &[("n", (-left).to_string())]);
            return Pill::new("late", format!("{label} · {late}"));
        }
        Some(left) if left <= 1 => return Pill::new("wait", format!("{label} · {}", plain(lang, "files.nearly_late"))),
        Some(_) | None => {}
    }
    let kind = match state {
        ApplicationState::Draft | ApplicationState::Withdrawn | ApplicationState::Lapsed => "info",
        ApplicationState::Returned | ApplicationState::AwaitingPayment => "wait",
        ApplicationState::Registered
        | ApplicationState::InVerification
        | ApplicationState::InRecommendation
        | ApplicationState::InInspection
        | ApplicationState::InDrafting
        | ApplicationState::AwaitingSignature => "now",
        ApplicationState::Issued | ApplicationState::Ready | ApplicationState::HandedOver => "ok",
        ApplicationState::Rejected => "late",
    };
    Pill::new(kind, label)
}

#[post("/permohonan/cari", data = "<posted>")]
async fn find(
    posted: Posted,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<rocket::response::Redirect, Rendered>, Problem> {
    let Some(query) = posted.find("q") else {
        return Ok(Either::Left(rocket::response::Redirect::to("/permohonan")));
    };
    let search = Search { q: Some(query.to_owned()), limit: Some(50), ..Search::default() };
    let mut tx = at.app.db.begin().await?;
    let found = permits::search(&mut tx, &at.desk(), &search).await?;
    tx.commit().await?;
    let desk = at.desk();
    let rows = found.rows.iter().map(|row| {
        let left = desk.days_left(row.site_id, row.running_state(), row.due_at);
        RowView::new(&at, row, (left, desk.stage_late(row)), visit.lang)
    });
    // A NIK is not shown again.
    let query = if query.chars().filter(char::is_ascii_digit).count() >= 16 { "" } else { query };
    let page = ListPage {
        rows: rows.collect(),
        can_create: at.staff.officer.is(Role::Clerk),
        query: query.to_owned(),
        searched: true,
        ..ListPage::default()
    };
    Ok(Either::Right(visit.page(&page)?))
}
