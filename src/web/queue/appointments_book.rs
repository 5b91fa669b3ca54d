//! `/janji/{site}`: booking in steps. What is chosen so far stands in the address; nothing is kept before a time is.

use rocket::http::RawStr;
use rocket::response::Redirect;
use rocket::{Either, FromForm, Route, get, post, routes};
use serde::Serialize;

use super::appointments_asker::{AskedFrom, Shelf, check_person, day, stamp};
use super::appointments_times::{Look, Times};
use super::at_work::{Asker, public_site};
use super::words;
use crate::catalogue::{Catalogue, Requirement, Service};
use crate::clock::Instant;
use crate::messages::{Lang, Refusal};
use crate::queue::appointments::{self, Wish};
use crate::sites::{ServiceGroup, Site};
use crate::web::catalogue::requirement_address;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the booking.
pub fn routes() -> Vec<Route> {
    routes![book, choose]
}

/// One step of the booking.
#[derive(Serialize)]
pub struct AppointmentPage {
    site: String,
    site_name: String,
    errors: Vec<FieldLine>,
    chosen: Vec<Chosen>,
    papers: Vec<String>,
    step: Step,
    restart: String,
}

#[derive(Serialize)]
struct Chosen {
    code: String,
    name: String,
}

/// What is asked.
#[derive(Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
enum Step {
    Services { groups: Vec<Group> },
    Papers { services: Vec<Papers>, is_checked: bool, missing: Vec<Lacking>, anyway: String },
    Time { times: Box<Times>, stamp: String, missing: i64, back: String },
}

#[derive(Serialize)]
struct Group {
    letter: &'static str,
    services: Vec<Chosen>,
    is_open: bool,
}

/// The papers of one service.
#[derive(Serialize)]
struct Papers {
    name: String,
    mandatory: Vec<Paper>,
    others: Vec<String>,
}

/// A mandatory paper that is not there.
#[derive(Serialize)]
struct Lacking {
    name: String,
    /// Where it is explained.
    href: String,
}

#[derive(Serialize)]
struct Paper {
    value: String,
    /// Where it is explained.
    href: String,
    label: String,
    is_there: bool,
}

impl Page for AppointmentPage {
    const TEMPLATE: &'static str = "queue/appointment_book.html";

    fn samples() -> Vec<Self> {
        let long = "Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali sampai tiga baris di ponsel";
        let chosen = || vec![Chosen { code: "SIPB".into(), name: long.into() }];
        let page = |step, errors| AppointmentPage {
            site: "opi".into(),
            site_name: "Gerai OPI Mall".into(),
            errors,
            chosen: chosen(),
            papers: vec!["SIPB.str".into()],
            step,
            restart: "/janji/opi".into(),
        };
        let href = || "/layanan/SIPB/syarat/str".to_owned();
        let paper = |is_there| Paper { value: "SIPB.str".into(), href: href(), label: long.into(), is_there };
        let papers = |is_checked, missing: Vec<Lacking>| Step::Papers {
            services: vec![Papers {
                name: "SIP Bidan".into(),
                mandatory: vec![paper(true), paper(false)],
                others: vec![long.into()],
            }],
            is_checked,
            missing,
            anyway: "/janji/opi?s=SIPB&langkah=waktu".into(),
        };
        let time = |times| Step::Time {
            times: Box::new(times),
            stamp: "1.x".into(),
            missing: 1,
            back: "/janji/opi?s=SIPB".into(),
        };
        let fault = vec![FieldLine { field: String::new(), message: "Waktu ini baru saja diambil orang lain.".into() }];
        let group = Group { letter: "A", services: chosen(), is_open: true };
        vec![
            page(Step::Services { groups: vec![group] }, vec![]),
            page(papers(false, vec![]), vec![]),
            page(papers(true, vec![Lacking { name: long.into(), href: href() }]), vec![]),
            page(time(Times::sample()), fault),
            page(time(Times::none()), vec![]),
        ]
    }
}

/// What is chosen so far.
#[derive(FromForm)]
struct Query<'r> {
    s: Vec<&'r str>,
    p: Vec<&'r str>,
    langkah: Option<&'r str>,
    hari: Option<&'r str>,
    dari: Option<&'r str>,
}

#[get("/janji/<site>?<query..>")]
async fn book(site: &str, query: Query<'_>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let site = public_site(visit.app, site)?;
    let wanted = Wanted::of(&visit, &query.s, &query.p);
    let days = (query.hari, query.dari);
    let step = match query.langkah {
        _ if wanted.services.is_empty() => services_step(&wanted, &visit),
        Some("waktu") => time_step(&visit, &site, &wanted, days).await?,
        Some("cek") if wanted.missing().is_empty() => time_step(&visit, &site, &wanted, days).await?,
        Some("cek") => papers_step(&site, &wanted, visit.lang, true),
        Some(_) | None if !wanted.asks_for_papers() => time_step(&visit, &site, &wanted, days).await?,
        Some(_) | None => papers_step(&site, &wanted, visit.lang, false),
    };
    visit.page(&page(&site, &wanted, visit.lang, (step, vec![])))
}

fn page(site: &Site, wanted: &Wanted, lang: Lang, (step, errors): (Step, Vec<FieldLine>)) -> AppointmentPage {
    let chosen = |service: &Service| Chosen { code: service.code.clone(), name: service.name.of(lang).to_owned() };
    AppointmentPage {
        site: site.code.clone(),
        site_name: site.name.clone(),
        errors,
        chosen: wanted.services.iter().map(chosen).collect(),
        papers: wanted.papers.clone(),
        step,
        restart: format!("/janji/{}", site.code),
    }
}

/// Services and papers as the address names them; what does not exist is left out.
struct Wanted {
    services: Vec<Service>,
    papers: Vec<String>,
}

impl Wanted {
    fn of(visit: &Visit<'_>, services: &[&str], papers: &[&str]) -> Wanted {
        let catalogue = visit.app.catalogue();
        let mut known: Vec<Service> = Vec::new();
        for code in services {
            let found = catalogue.find(code).map(|published| published.service.clone());
            known.extend(found.filter(|service| known.iter().all(|other| other.code != service.code)));
        }
        Wanted { services: known, papers: papers.iter().map(|paper| (*paper).to_owned()).collect() }
    }

    fn codes(&self) -> Vec<String> {
        self.services.iter().map(|service| service.code.clone()).collect()
    }

    fn asks_for_papers(&self) -> bool {
        self.services.iter().any(|service| service.requirements.iter().any(|paper| paper.is_always_needed()))
    }

    /// Mandatory papers that are not ticked: service and requirement.
    fn missing(&self) -> Vec<(&Service, &Requirement)> {
        let all =
            self.services.iter().flat_map(|service| service.requirements.iter().map(move |paper| (service, paper)));
        all.filter(|(service, paper)| paper.is_always_needed() && !self.has(service, &paper.code)).collect()
    }

    fn has(&self, service: &Service, paper: &str) -> bool {
        self.papers.contains(&format!("{}.{paper}", service.code))
    }

    /// The address of the booking with services and papers, ready for more.
    fn address(&self, site: &Site) -> String {
        let services = self.services.iter().map(|service| format!("s={}&", encoded(&service.code)));
        let papers = self.papers.iter().map(|paper| format!("p={}&", encoded(paper)));
        format!("/janji/{}?{}", site.code, services.chain(papers).collect::<String>())
    }
}

fn encoded(text: &str) -> String {
    RawStr::new(text).percent_encode().to_string()
}

fn services_step(wanted: &Wanted, visit: &Visit<'_>) -> Step {
    let catalogue = visit.app.catalogue();
    let group = |group: &ServiceGroup| Group {
        letter: group.word(),
        services: services_of(&catalogue, *group, visit.lang),
        is_open: wanted.services.iter().any(|service| service.group == *group),
    };
    let groups = ServiceGroup::ALL.iter().map(group).filter(|group| !group.services.is_empty());
    Step::Services { groups: groups.collect() }
}

fn services_of(catalogue: &Catalogue, group: ServiceGroup, lang: Lang) -> Vec<Chosen> {
    let services = catalogue.list().map(|published| &published.service).filter(|service| service.group == group);
    let line =
        |service: &Service| Chosen { code: service.code.clone(), name: words::service(catalogue, &service.code, lang) };
    let mut lines: Vec<Chosen> = services.map(line).collect();
    lines.sort_by(|a, b| a.name.cmp(&b.name));
    lines
}

fn papers_step(site: &Site, wanted: &Wanted, lang: Lang, is_checked: bool) -> Step {
    let papers = |service: &Service| Papers {
        name: service.name.of(lang).to_owned(),
        mandatory: service
            .requirements
            .iter()
            .filter(|paper| paper.is_always_needed())
            .map(|paper| Paper {
                value: format!("{}.{}", service.code, paper.code),
                href: requirement_address(&service.code, &paper.code),
                label: paper.name.of(lang).to_owned(),
                is_there: wanted.has(service, &paper.code),
            })
            .collect(),
        others: service.requirements.iter().filter(|p| !p.is_always_needed()).map(|p| p.words(service, lang)).collect(),
    };
    let lacking = |(service, paper): &(&Service, &Requirement)| Lacking {
        name: paper.name.of(lang).to_owned(),
        href: requirement_address(&service.code, &paper.code),
    };
    Step::Papers {
        services: wanted.services.iter().map(papers).collect(),
        is_checked,
        missing: wanted.missing().iter().map(lacking).collect(),
        anyway: format!("{}langkah=waktu", wanted.address(site)),
    }
}

async fn time_step(
    visit: &Visit<'_>,
    site: &Site,
    wanted: &Wanted,
    (chosen, from): (Option<&str>, Option<&str>),
) -> Result<Step, Problem> {
    let app = visit.app;
    let (services, address) = (wanted.codes(), format!("{}langkah=waktu&", wanted.address(site)));
    let look = Look {
        services: &services,
        from: day(from, "dari")?,
        chosen: day(chosen, "hari")?,
        own: None,
        address: &address,
    };
    let mut tx = app.db.read().await?;
    let times = Times::read(&mut tx, app, site, look, visit.lang).await?;
    Ok(Step::Time {
        times: Box::new(times),
        stamp: stamp(&app.keys, site.id, app.now()),
        missing: wanted.missing().len() as i64,
        back: wanted.address(site).trim_end_matches(['&', '?']).to_owned(),
    })
}

/// Keeps the chosen time for ten minutes. A time that somebody else has taken meanwhile shows the page again.
#[post("/janji/<site>", data = "<posted>")]
async fn choose(
    site: &str,
    posted: Posted,
    from: AskedFrom,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let app = visit.app;
    let site = public_site(app, site)?;
    let wanted = Wanted::of(&visit, &posted.list("s"), &posted.list("p"));
    match hold(&visit, &site, &wanted, &posted, from).await {
        Ok(token) => Ok(Either::Left(Redirect::to(format!("/janji/t/{token}")))),
        Err(problem) if problem.status.code < 500 => {
            let step = time_step(&visit, &site, &wanted, (None, None)).await?;
            let errors = refusal_lines(&problem.refusal, visit.lang);
            let shown = visit.page(&page(&site, &wanted, visit.lang, (step, errors)))?;
            Ok(Either::Right(shown.with_status(problem.status)))
        }
        Err(problem) => Err(problem),
    }
}

async fn hold(
    visit: &Visit<'_>,
    site: &Site,
    wanted: &Wanted,
    posted: &Posted,
    from: AskedFrom,
) -> Result<String, Problem> {
    let app = visit.app;
    let now = app.now();
    check_person(&app.keys, site.id, posted, now)?;
    let wish = Wish {
        services: wanted.codes(),
        starts_at: chosen_time(posted)?,
        missing: wanted.missing().len() as i64,
        lang: visit.lang,
        asked_by: from.0,
    };
    let mut tx = app.db.begin().await?;
    let act = Asker(visit.signed_in.clone()).act(site, now);
    let appointment = appointments::hold(&mut tx, act, Shelf::of(app).book(site), &wish).await?;
    tx.commit().await?;
    Ok(appointment.token)
}

/// The time of the button that was pressed.
pub fn chosen_time(posted: &Posted) -> Result<Instant, Refusal> {
    let text = serde_json::Value::String(posted.get("start").to_owned());
    serde_json::from_value(text).map_err(|_| Refusal::invalid("invalid-fields").field("start", "time-unknown"))
}
