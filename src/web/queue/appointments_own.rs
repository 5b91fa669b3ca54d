//! `/janji/t/{token}`: the visitor's own appointment: confirm, look, change, give up, put into a calendar.

use rocket::http::ContentType;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::appointments_api::{found, give_up};
use super::appointments_asker::{Shelf, day};
use super::appointments_bodies::appointment_url;
use super::appointments_book::chosen_time;
use super::appointments_times::{Look, Times};
use super::at_work::Asker;
use super::words;
use crate::catalogue::Catalogue;
use crate::jobs::calendar_entry;
use crate::messages::{self, Lang};
use crate::queue::Ticket;
use crate::queue::appointments::{
    self, Appointment, AppointmentState, Contact, HEAD_START_MINUTES, LATE_MINUTES, Typed, calendar_file,
};
use crate::sites::Site;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the visitor's page.
pub fn routes() -> Vec<Route> {
    routes![own, confirm, times, change, cancel, calendar]
}

/// The visitor's appointment.
#[derive(Serialize)]
pub struct OwnAppointmentPage {
    site: String,
    errors: Vec<FieldLine>,
    typed: TypedAgain,
    appointment: AppointmentCard,
}

#[derive(Default, Serialize)]
struct TypedAgain {
    phone: String,
    nik: String,
    email: String,
}

/// An appointment in words.
#[derive(Serialize)]
struct AppointmentCard {
    token: String,
    code: String,
    state: AppointmentState,
    site_name: String,
    address: String,
    date: String,
    time: String,
    services: Vec<String>,
    bring: Vec<String>,
    missing: i64,
    hold_until: String,
    line_from: String,
    head_start: i64,
    late: i64,
    reason: String,
    number: Option<NumberLink>,
}

#[derive(Serialize)]
struct NumberLink {
    number: String,
    href: String,
}

impl AppointmentCard {
    fn new(
        site: &Site,
        catalogue: &Catalogue,
        appointment: &Appointment,
        (ticket, reason): (Option<&Ticket>, String),
        lang: Lang,
    ) -> AppointmentCard {
        let clock = |at| messages::clock_time(at, site.zone);
        let link =
            |ticket: &Ticket| NumberLink { number: ticket.number.to_string(), href: format!("/t/{}", ticket.token) };
        let place = ticket.and_then(|ticket| ticket.stops.first()).map(|stop| stop.line_at);
        AppointmentCard {
            token: appointment.token.clone(),
            code: appointment.code.clone(),
            state: appointment.state,
            site_name: site.name.clone(),
            address: site.address.clone(),
            date: messages::long_date(lang, appointment.starts_at, site.zone),
            time: format!("{} – {}", short(&clock(appointment.starts_at)), clock(appointment.ends_at())),
            services: appointment.services.iter().map(|code| words::service(catalogue, code, lang)).collect(),
            bring: bring(catalogue, appointment, lang),
            missing: appointment.missing,
            hold_until: clock(appointment.hold_until),
            line_from: clock(place.unwrap_or_else(|| appointment.line_at(appointment.starts_at))),
            head_start: HEAD_START_MINUTES,
            late: LATE_MINUTES,
            reason,
            number: ticket.map(link),
        }
    }
}

fn short(clock: &str) -> &str {
    clock.split(' ').next().unwrap_or_default()
}

/// The mandatory papers of the services, each once.
fn bring(catalogue: &Catalogue, appointment: &Appointment, lang: Lang) -> Vec<String> {
    let services = appointment.services.iter().filter_map(|code| catalogue.find(code));
    let papers =
        services.flat_map(|published| &published.service.requirements).filter(|paper| paper.is_always_needed());
    let mut names: Vec<String> = papers.map(|paper| paper.name.of(lang).to_owned()).collect();
    let mut seen = std::collections::BTreeSet::new();
    names.retain(|name| seen.insert(name.clone()));
    names
}

impl Page for OwnAppointmentPage {
    const TEMPLATE: &'static str = "queue/appointment_own.html";

    fn samples() -> Vec<Self> {
        let page = |state: AppointmentState, errors| OwnAppointmentPage {
            site: "opi".into(),
            errors,
            typed: TypedAgain::default(),
            appointment: AppointmentCard::sample(state),
        };
        let fault = vec![FieldLine { field: "phone".into(), message: "Isi nomor ponsel.".into() }];
        let mut all: Vec<Self> = AppointmentState::ALL.iter().map(|state| page(*state, vec![])).collect();
        all.push(page(AppointmentState::Held, fault));
        all
    }
}

impl AppointmentCard {
    fn sample(state: AppointmentState) -> AppointmentCard {
        let number = NumberLink { number: "A-013".into(), href: "/t/x".into() };
        AppointmentCard {
            token: "t".into(),
            code: "7K3M-Q2XP".into(),
            state,
            site_name: "Gerai OPI Mall".into(),
            address: "OPI Mall Jakabaring, Kecamatan Rambutan, Kabupaten Banyuasin".into(),
            date: "Rabu, 25 November 2026".into(),
            time: "10.30 – 11.00 WIB".into(),
            services: vec!["SIP Bidan".into(), "Perubahan data Kartu Keluarga karena peristiwa penting".into()],
            bring: vec!["KTP-el".into(), "STR yang masih berlaku".into()],
            missing: i64::from(state == AppointmentState::Booked),
            hold_until: "09.10 WIB".into(),
            line_from: "10.00 WIB".into(),
            head_start: HEAD_START_MINUTES,
            late: LATE_MINUTES,
            reason: "Pemadaman listrik".into(),
            number: (state == AppointmentState::Arrived).then_some(number),
        }
    }
}

#[get("/janji/t/<token>", rank = 1)]
async fn own(token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    show(&visit, token, vec![], TypedAgain::default()).await
}

async fn show(visit: &Visit<'_>, token: &str, errors: Vec<FieldLine>, typed: TypedAgain) -> Result<Rendered, Problem> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    let (site, mut appointment, ticket) = found(&mut tx, app, token).await?;
    if appointment.state == AppointmentState::Held && appointment.hold_until <= app.now() {
        appointment.state = AppointmentState::Expired;
    }
    let closed = appointments::list_closed(&mut tx, &site, appointment.day).await?;
    let reason = closed.into_iter().find(|(day, _)| *day == appointment.day).map(|(_, reason)| reason);
    let told = (ticket.as_ref(), reason.unwrap_or_default());
    let card = AppointmentCard::new(&site, &app.catalogue(), &appointment, told, visit.lang);
    visit.page(&OwnAppointmentPage { site: site.code.clone(), errors, typed, appointment: card })
}

#[post("/janji/t/<token>/pasti", data = "<posted>")]
async fn confirm(token: &str, posted: Posted, visit: Visit<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    match confirmed(&visit, token, &posted).await {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/janji/t/{token}")))),
        Err(problem) if problem.status.code < 500 && problem.status.code != 404 => {
            let typed = TypedAgain {
                phone: posted.get("phone").to_owned(),
                nik: posted.get("nik").to_owned(),
                email: posted.get("email").to_owned(),
            };
            let shown = show(&visit, token, refusal_lines(&problem.refusal, visit.lang), typed).await?;
            Ok(Either::Right(shown.with_status(problem.status)))
        }
        Err(problem) => Err(problem),
    }
}

async fn confirmed(visit: &Visit<'_>, token: &str, posted: &Posted) -> Result<(), Problem> {
    let app = visit.app;
    let typed = Typed { phone: posted.get("phone"), nik: posted.get("nik"), email: posted.get("email") };
    let contact = Contact::of(&app.keys, typed)?;
    let mut tx = app.db.begin().await?;
    let (site, ..) = found(&mut tx, app, token).await?;
    let act = Asker(visit.signed_in.clone()).act(&site, app.now());
    appointments::confirm(&mut tx, act, Shelf::of(app).book(&site), token, &contact).await?;
    Ok(tx.commit().await?)
}

/// Another time.
#[derive(Serialize)]
pub struct ChangeAppointmentPage {
    token: String,
    now_at: String,
    times: Times,
    errors: Vec<FieldLine>,
}

impl Page for ChangeAppointmentPage {
    const TEMPLATE: &'static str = "queue/appointment_change.html";

    fn samples() -> Vec<Self> {
        let page = |times| ChangeAppointmentPage {
            token: "t".into(),
            now_at: "Rabu, 25 November 2026, 10.30 WIB".into(),
            times,
            errors: vec![],
        };
        vec![page(Times::sample()), page(Times::none())]
    }
}

#[get("/janji/t/<token>/ubah?<hari>&<dari>")]
async fn times(token: &str, hari: Option<&str>, dari: Option<&str>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    show_times(&visit, token, (hari, dari), vec![]).await
}

async fn show_times(
    visit: &Visit<'_>,
    token: &str,
    (chosen, from): (Option<&str>, Option<&str>),
    errors: Vec<FieldLine>,
) -> Result<Rendered, Problem> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    let (site, appointment, _) = found(&mut tx, app, token).await?;
    let address = format!("/janji/t/{token}/ubah?");
    let look = Look {
        services: &appointment.services,
        from: day(from, "dari")?,
        chosen: day(chosen, "hari")?,
        own: Some(appointment.id),
        address: &address,
    };
    let times = Times::read(&mut tx, app, &site, look, visit.lang).await?;
    let now_at = messages::date_and_time(visit.lang, appointment.starts_at, site.zone);
    visit.page(&ChangeAppointmentPage { token: token.to_owned(), now_at, times, errors })
}

#[post("/janji/t/<token>/ubah", data = "<posted>")]
async fn change(token: &str, posted: Posted, visit: Visit<'_>) -> Result<Either<Redirect, Rendered>, Problem> {
    match changed(&visit, token, &posted).await {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/janji/t/{token}")))),
        Err(problem) if problem.status.code < 500 && problem.status.code != 404 => {
            let errors = refusal_lines(&problem.refusal, visit.lang);
            let shown = show_times(&visit, token, (None, None), errors).await?;
            Ok(Either::Right(shown.with_status(problem.status)))
        }
        Err(problem) => Err(problem),
    }
}

async fn changed(visit: &Visit<'_>, token: &str, posted: &Posted) -> Result<(), Problem> {
    let app = visit.app;
    let start = chosen_time(posted)?;
    let mut tx = app.db.begin().await?;
    let (site, ..) = found(&mut tx, app, token).await?;
    let act = Asker(visit.signed_in.clone()).act(&site, app.now());
    appointments::change(&mut tx, act, Shelf::of(app).book(&site), token, start).await?;
    Ok(tx.commit().await?)
}

#[post("/janji/t/<token>/batal", data = "<_posted>")]
async fn cancel(token: &str, _posted: Posted, visit: Visit<'_>) -> Result<Redirect, Problem> {
    give_up(visit.app, token, &Asker(visit.signed_in.clone())).await?;
    Ok(Redirect::to(format!("/janji/t/{token}")))
}

/// The calendar file; the same appointment under the same UID however often it is changed.
#[get("/janji/t/<token>/kalender.ics")]
async fn calendar(token: &str, visit: Visit<'_>) -> Result<(ContentType, String), Problem> {
    let app = visit.app;
    let mut tx = app.db.read().await?;
    let (site, appointment, _) = found(&mut tx, app, token).await?;
    let catalogue = app.catalogue();
    let names: Vec<String> =
        appointment.services.iter().map(|code| words::service(&catalogue, code, appointment.lang)).collect();
    let entry = calendar_entry(&appointment, &site, &names, (appointment_url(app, &appointment), app.now()));
    Ok((ContentType::new("text", "calendar").with_params(("charset", "utf-8")), calendar_file(&entry)))
}
