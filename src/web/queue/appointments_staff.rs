//! `/janji-temu`: the appointments of a day for staff: who comes, who is here, closing a day, the rule of the site.

use std::sync::Arc;

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::appointments_asker::{Shelf, day};
use super::at_work::InHall;
use super::words;
use crate::audit::Act;
use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::identity::Role;
use crate::ids::{AppointmentId, TicketId};
use crate::messages::{self, Lang, Refusal, text};
use crate::notices;
use crate::population::Phone;
use crate::queue::appointments::{
    self, Appointment, AppointmentState, Arrival, HEAD_START_MINUTES, LATE_MINUTES, Rule,
};
use crate::queue::{self, Channel, Priority};
use crate::reports;
use crate::sites::Site;
use crate::web::form::Posted;
use crate::web::guard::{DeskStaff, Supervisor};
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::{SignedIn, Visit};

/// Days that the share of visits in vain looks back on.
const LOOK_BACK: i64 = 30;
/// Notices that are counted at most.
const MOST_FAILED: i64 = 100;

/// Routes of staff.
pub fn routes() -> Vec<Route> {
    routes![of_day, arrive, close, reopen, set_rule, incomplete]
}

/// A day.
#[derive(Serialize)]
pub struct AppointmentDayPage {
    site: String,
    day: String,
    heading: String,
    before: String,
    after: String,
    closed: Option<String>,
    rows: Vec<Row>,
    booked: usize,
    arrived: usize,
    missed: usize,
    quota: Option<String>,
    wasted: Option<String>,
    undelivered: usize,
    rule: RuleForm,
    may_close: bool,
    may_admit: bool,
    errors: Vec<FieldLine>,
    head_start: i64,
    late: i64,
}

#[derive(Serialize)]
struct Row {
    id: AppointmentId,
    time: String,
    code: String,
    services: String,
    state: AppointmentState,
    phone: String,
    missing: i64,
    can_arrive: bool,
    ticket: Option<NumberLink>,
}

#[derive(Serialize)]
struct NumberLink {
    number: String,
    id: TicketId,
}

#[derive(Serialize)]
struct RuleForm {
    online_percent: i64,
    days_ahead: i64,
    per_person: i64,
}

impl From<Rule> for RuleForm {
    fn from(rule: Rule) -> RuleForm {
        RuleForm { online_percent: rule.online_percent, days_ahead: rule.days_ahead, per_person: rule.per_person }
    }
}

impl Page for AppointmentDayPage {
    const TEMPLATE: &'static str = "queue/appointment_day.html";

    fn samples() -> Vec<Self> {
        let row = |state: AppointmentState| Row {
            id: AppointmentId::new(1),
            time: "10.30".into(),
            code: "7K3M-Q2XP".into(),
            services: "SIP Bidan, Perubahan data Kartu Keluarga karena peristiwa penting".into(),
            state,
            phone: "+628••••••7890".into(),
            missing: 2,
            can_arrive: state == AppointmentState::Booked,
            ticket: (state == AppointmentState::Arrived)
                .then(|| NumberLink { number: "A-013".into(), id: TicketId::new(1) }),
        };
        let page = |rows: Vec<Row>, closed: Option<&str>, may_close| AppointmentDayPage {
            site: "Gerai OPI Mall".into(),
            day: "2026-11-24".into(),
            heading: "Selasa, 24 November 2026".into(),
            before: "2026-11-23".into(),
            after: "2026-11-25".into(),
            closed: closed.map(str::to_owned),
            booked: rows.len(),
            arrived: 3,
            missed: 1,
            rows,
            quota: Some("12 dari 84 tempat janji temu terpakai".into()),
            wasted: Some("4 dari 212 kunjungan (1,9 %) pulang karena berkas kurang".into()),
            undelivered: usize::from(may_close),
            rule: Rule::default().into(),
            may_close,
            may_admit: true,
            errors: vec![],
            head_start: HEAD_START_MINUTES,
            late: LATE_MINUTES,
        };
        let all = || AppointmentState::ALL.iter().map(|state| row(*state)).collect();
        vec![page(vec![], None, false), page(all(), None, true), page(all(), Some("Pemadaman listrik"), true)]
    }
}

#[get("/janji-temu?<hari>")]
async fn of_day(hari: Option<&str>, hall: InHall, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let site = hall.own_site()?;
    let chosen = day(hari, "hari")?.unwrap_or(visit.app.now().day(site.zone));
    show(&visit, &site, chosen, vec![]).await
}

async fn show(visit: &Visit<'_>, site: &Site, day: Day, errors: Vec<FieldLine>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let today = app.now().day(site.zone);
    let mut tx = app.db.read().await?;
    let all = appointments::list_of_day(&mut tx, site, day).await?;
    let closed = appointments::list_closed(&mut tx, site, day).await?;
    let failed = notices::list_failed(&mut tx, MOST_FAILED).await?;
    let wasted = reports::wasted(&mut tx, site, today.plus_days(-LOOK_BACK), today).await?;
    let is = |state: AppointmentState| all.iter().filter(|appointment| appointment.state == state).count();
    let mut rows = Vec::new();
    for appointment in &all {
        rows.push(row(&mut tx, visit, site, appointment, today).await?);
    }
    let staff = visit.signed_in.as_ref();
    visit.page(&AppointmentDayPage {
        site: site.name.clone(),
        day: day.to_string(),
        heading: messages::weekday_date(visit.lang, day),
        before: day.plus_days(-1).to_string(),
        after: day.next().to_string(),
        closed: closed.into_iter().find(|(closed, _)| *closed == day).map(|(_, reason)| reason),
        booked: all.iter().filter(|appointment| appointment.state != AppointmentState::Cancelled).count(),
        arrived: is(AppointmentState::Arrived),
        missed: is(AppointmentState::Missed),
        quota: quota(&mut tx, visit, site, day).await?,
        wasted: wasted.share().map(|share| wasted_words(&wasted, share, visit.lang)),
        undelivered: failed.len(),
        rule: appointments::rule(&mut tx, site).await?.into(),
        may_close: staff.is_some_and(|staff| staff.officer.is_any(&[Role::Supervisor, Role::Admin])),
        may_admit: day == today
            && staff.is_some_and(|staff| staff.officer.is_any(&[Role::Clerk, Role::PopulationOfficer])),
        rows,
        errors,
        head_start: HEAD_START_MINUTES,
        late: LATE_MINUTES,
    })
}

/// How much of the share for appointments is taken on a day; the rest of the counters is for walk-ins.
async fn quota(tx: &mut Tx, visit: &Visit<'_>, site: &Site, day: Day) -> Result<Option<String>, StoreError> {
    let shelf = Shelf::of(visit.app);
    let (places, taken) = appointments::count_places(tx, shelf.book(site), day, visit.app.now()).await?;
    let args = [("taken", taken.to_string()), ("places", places.to_string())];
    Ok((places > 0).then(|| text(visit.lang, "appointment.quota", &args)))
}

fn wasted_words(wasted: &reports::Wasted, share: f64, lang: Lang) -> String {
    let decimal = if lang == Lang::Id { "," } else { "." };
    let args = [
        ("incomplete", wasted.incomplete.to_string()),
        ("visits", wasted.visits.to_string()),
        ("share", format!("{share:.1}").replace('.', decimal)),
        ("booked", wasted.booked_incomplete.to_string()),
        ("booked_visits", wasted.booked_visits.to_string()),
    ];
    text(lang, "appointment.wasted", &args)
}

async fn row(
    tx: &mut Tx,
    visit: &Visit<'_>,
    site: &Site,
    appointment: &Appointment,
    today: Day,
) -> Result<Row, StoreError> {
    let catalogue = visit.app.catalogue();
    let reach = appointments::reach_of(tx, &visit.app.keys, appointment.id).await?;
    let ticket = match appointment.ticket {
        Some(id) => queue::find(tx, id).await?,
        None => None,
    };
    let names = appointment.services.iter().map(|code| words::service(&catalogue, code, visit.lang));
    let clock = messages::clock_time(appointment.starts_at, site.zone);
    Ok(Row {
        id: appointment.id,
        time: clock.split(' ').next().unwrap_or_default().to_owned(),
        code: appointment.code.clone(),
        services: names.collect::<Vec<_>>().join(", "),
        state: appointment.state,
        phone: shown_phone(appointment.state, reach.phone),
        missing: appointment.missing,
        can_arrive: appointment.state == AppointmentState::Booked && appointment.day == today,
        ticket: ticket.map(|ticket| NumberLink { number: ticket.number.to_string(), id: ticket.id }),
    })
}

/// Masked, except where somebody may have to be telephoned: the day was called off.
fn shown_phone(state: AppointmentState, phone: Option<String>) -> String {
    let phone = phone.unwrap_or_default();
    match state {
        AppointmentState::CalledOff => phone,
        AppointmentState::Held
        | AppointmentState::Expired
        | AppointmentState::Booked
        | AppointmentState::Arrived
        | AppointmentState::Missed
        | AppointmentState::Cancelled => Phone::parse(&phone).map(|phone| phone.masked()).unwrap_or_default(),
    }
}

type Answer = Result<Either<Redirect, Rendered>, Problem>;

/// Back to the day, or the day again with what went wrong.
async fn answer(visit: &Visit<'_>, site: &Site, day: Day, outcome: Result<(), Problem>) -> Answer {
    match outcome {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/janji-temu?hari={day}")))),
        Err(problem) if problem.status.code < 500 && problem.status != Status::NotFound => {
            let errors = refusal_lines(&problem.refusal, visit.lang);
            Ok(Either::Right(show(visit, site, day, errors).await?.with_status(problem.status)))
        }
        Err(problem) => Err(problem),
    }
}

#[post("/janji-temu/<id>/hadir", data = "<_posted>")]
async fn arrive(id: AppointmentId, _posted: Posted, staff: DeskStaff, hall: InHall, visit: Visit<'_>) -> Answer {
    let site = hall.own_site()?;
    let outcome = admitted(&visit, &site, &staff, id).await;
    answer(&visit, &site, visit.app.now().day(site.zone), outcome).await
}

async fn admitted(visit: &Visit<'_>, site: &Arc<Site>, staff: &SignedIn, id: AppointmentId) -> Result<(), Problem> {
    let app = visit.app;
    let mut tx = app.db.begin().await?;
    let found = appointments::find(&mut tx, id).await?.filter(|found| found.site == site.id);
    let appointment = found.ok_or_else(|| Refusal::not_found("appointment-unknown"))?;
    let arrival = Arrival { token: &appointment.token, priority: Priority::None, channel: Channel::Greeter };
    let act = app.act(&staff.officer);
    appointments::check_in(&mut tx, act, Shelf::of(app).book(site), &app.keys, arrival).await?;
    tx.commit().await?;
    Ok(())
}

#[post("/janji-temu/tutup", data = "<posted>")]
async fn close(posted: Posted, staff: Supervisor, hall: InHall, visit: Visit<'_>) -> Answer {
    let site = hall.own_site()?;
    let chosen = posted_day(&posted)?;
    let outcome = closed(&visit, &site, (chosen, posted.get("reason")), &staff).await;
    answer(&visit, &site, chosen, outcome).await
}

async fn closed(visit: &Visit<'_>, site: &Site, day: (Day, &str), staff: &SignedIn) -> Result<(), Problem> {
    let act: Act = visit.app.act(&staff.officer);
    let mut tx = visit.app.db.begin().await?;
    appointments::close_day(&mut tx, act, site, day, staff.officer.id).await?;
    Ok(tx.commit().await?)
}

#[post("/janji-temu/buka", data = "<posted>")]
async fn reopen(posted: Posted, staff: Supervisor, hall: InHall, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let site = hall.own_site()?;
    let chosen = posted_day(&posted)?;
    let mut tx = visit.app.db.begin().await?;
    appointments::reopen_day(&mut tx, visit.app.act(&staff.officer), &site, chosen).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/janji-temu?hari={chosen}")))
}

#[post("/janji-temu/aturan", data = "<posted>")]
async fn set_rule(posted: Posted, staff: Supervisor, hall: InHall, visit: Visit<'_>) -> Answer {
    let site = hall.own_site()?;
    let chosen = posted_day(&posted)?;
    // What is no number is out of every range, and refused by the rule.
    let number = |field: &str| posted.get(field).parse::<i64>().unwrap_or(-1);
    let rule = Rule {
        online_percent: number("online_percent"),
        days_ahead: number("days_ahead"),
        per_person: number("per_person"),
    };
    let outcome = rule_set(&visit, &site, rule, &staff).await;
    answer(&visit, &site, chosen, outcome).await
}

async fn rule_set(visit: &Visit<'_>, site: &Site, rule: Rule, staff: &SignedIn) -> Result<(), Problem> {
    let mut tx = visit.app.db.begin().await?;
    appointments::set_rule(&mut tx, visit.app.act(&staff.officer), site, rule).await?;
    Ok(tx.commit().await?)
}

fn posted_day(posted: &Posted) -> Result<Day, Refusal> {
    let wrong = || Refusal::invalid("invalid-fields").field("day", "not-a-date");
    Day::parse(posted.get("day")).ok_or_else(wrong)
}

/// The clerk notes that a visit ended without a result because papers were missing.
#[post("/janji-temu/kunjungan/<id>/tidak-lengkap", data = "<_posted>")]
async fn incomplete(
    id: TicketId,
    _posted: Posted,
    staff: DeskStaff,
    hall: InHall,
    visit: Visit<'_>,
) -> Result<Redirect, Problem> {
    let (app, site) = (visit.app, hall.own_site()?);
    let mut tx = app.db.begin().await?;
    let act = app.act(&staff.officer);
    appointments::mark_incomplete(&mut tx, act, Shelf::of(app).book(&site), id, staff.officer.id).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/loket/nomor/{id}")))
}
