//! `/antrean/{site}`: the kiosk. One question per screen, everything chosen so far stands in the address.

use rocket::http::RawStr;
use rocket::response::Redirect;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::api_tickets::{found, sealed_phone};
use super::at_work::{Asker, public_site};
use super::bodies::own_url;
use super::print_state::PrintView;
use super::{slip, words};
use crate::calendar::Said;
use crate::catalogue::Catalogue;
use crate::db::idempotency::{self, Key, Reply};
use crate::documents::{self, QrPath};
use crate::ids::DeviceId;
use crate::keys::{random_token, sha256};
use crate::messages::{Lang, Refusal};
use crate::queue::printing;
use crate::queue::{self, Channel, Priority, TicketRequest};
use crate::sites::devices::DeviceKind;
use crate::sites::{ServiceGroup, Site};
use crate::web::form::Posted;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::sites::{ThisDevice, UnpairedPage};
use crate::web::visit::Visit;

/// Routes of the kiosk.
pub fn routes() -> Vec<Route> {
    routes![kiosk, take, taken]
}

/// A question of the kiosk.
#[derive(Serialize)]
pub struct KioskPage {
    site: String,
    /// Why no number is given now, and when again.
    closed: Option<Said>,
    waiting: i64,
    longest: i64,
    chosen: Vec<Chosen>,
    question: Question,
    more: String,
    back: String,
    key: String,
}

/// What is asked, with the answers as addresses.
#[derive(Serialize)]
#[serde(tag = "about", rename_all = "snake_case")]
enum Question {
    Group { cards: Vec<GroupCard> },
    Service { cards: Vec<ServiceCard> },
    Priority,
}

#[derive(Serialize)]
struct GroupCard {
    letter: &'static str,
    href: String,
}

#[derive(Serialize)]
struct ServiceCard {
    code: String,
    name: String,
    summary: String,
    href: String,
    /// Why this service gives no number now.
    closed: Option<Said>,
}

#[derive(Serialize)]
struct Chosen {
    code: String,
    name: String,
    without: String,
}

impl Page for KioskPage {
    const TEMPLATE: &'static str = "queue/kiosk.html";

    fn samples() -> Vec<Self> {
        let said =
            || Said { title: "Istirahat salat Jumat".into(), next: "Nomor dapat diambil lagi pukul 13.30 WIB.".into() };
        let page = |is_open: bool, question, chosen: Vec<Chosen>| KioskPage {
            site: "opi".into(),
            closed: (!is_open).then(said),
            waiting: 17,
            longest: 22,
            chosen,
            question,
            more: "/antrean/opi?more=true&s=SIPB".into(),
            back: "/antrean/opi".into(),
            key: "kunci".into(),
        };
        let groups = ["A", "B", "C", "D", "E"].map(|letter| GroupCard { letter, href: "?group=A".into() });
        let long = "Surat Izin Praktik dengan nama yang sangat panjang untuk mengisi kartu sampai penuh".to_owned();
        let service = |closed| ServiceCard {
            code: "SIPB".into(),
            name: long.clone(),
            summary: long.clone(),
            href: "?s=SIPB".into(),
            closed,
        };
        let chosen = || vec![Chosen { code: "SIPB".into(), name: long.clone(), without: "/antrean/opi".into() }];
        vec![
            page(false, Question::Group { cards: vec![] }, vec![]),
            page(true, Question::Group { cards: groups.into() }, vec![]),
            page(true, Question::Service { cards: vec![service(None), service(Some(said()))] }, chosen()),
            page(true, Question::Priority, chosen()),
        ]
    }
}

#[get("/antrean/<site>?<s>&<group>&<more>")]
async fn kiosk(
    site: &str,
    s: Vec<&str>,
    group: Option<&str>,
    more: Option<bool>,
    device: ThisDevice,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let app = visit.app;
    let site = public_site(app, site)?;
    if !device.may_be(DeviceKind::Kiosk, &site) {
        return UnpairedPage::answer(&visit, &site);
    }
    let catalogue = app.catalogue();
    let chosen: Vec<&str> = s.into_iter().filter(|code| catalogue.find(code).is_some()).collect();
    let group = group.and_then(|letter| letter.parse::<ServiceGroup>().ok());
    let (now, calendar) = (app.now(), app.calendar());
    let mut tx = app.db.read().await?;
    let limited = queue::list_limited(&mut tx, &site, &calendar, now).await?;
    let shut = |code: &str| {
        let opening = limited.iter().find(|(limited, _)| limited == code).map(|(_, opening)| opening);
        opening.filter(|opening| !opening.is_open()).map(|opening| opening.said(visit.lang, &site, now))
    };
    let question = match group {
        Some(group) => {
            let mut cards = service_cards(&site, &catalogue, group, &chosen, visit.lang);
            cards.iter_mut().for_each(|card| card.closed = shut(&card.code));
            Question::Service { cards }
        }
        None if chosen.is_empty() || more == Some(true) => {
            Question::Group { cards: group_cards(&site, &catalogue, &chosen) }
        }
        None => Question::Priority,
    };
    let hall = queue::queue(&mut tx, (&site, &app.halls), now).await?;
    let doors = calendar.opening(&site, now, None);
    let back = if group.is_some() { address(&site, &chosen, &[("more", "true")]) } else { address(&site, &[], &[]) };
    visit.page(&KioskPage {
        site: site.code.clone(),
        closed: (!doors.is_open()).then(|| doors.said(visit.lang, &site, now)),
        waiting: hall.groups.iter().map(|line| line.waiting).sum(),
        longest: hall.groups.iter().map(|line| line.longest_minutes).max().unwrap_or(0),
        chosen: chosen.iter().map(|code| chosen_line(&site, &catalogue, code, &chosen, visit.lang)).collect(),
        question,
        more: address(&site, &chosen, &[("more", "true")]),
        back,
        key: random_token(),
    })
}

fn group_cards(site: &Site, catalogue: &Catalogue, chosen: &[&str]) -> Vec<GroupCard> {
    let offered = |group: &&ServiceGroup| catalogue.list().any(|published| published.service.group == **group);
    let card = |group: &ServiceGroup| GroupCard {
        letter: group.word(),
        href: address(site, chosen, &[("group", group.word())]),
    };
    ServiceGroup::ALL.iter().filter(offered).map(card).collect()
}

fn service_cards(
    site: &Site,
    catalogue: &Catalogue,
    group: ServiceGroup,
    chosen: &[&str],
    lang: Lang,
) -> Vec<ServiceCard> {
    let services = catalogue.list().map(|published| &published.service);
    let left = services.filter(|service| service.group == group && !chosen.contains(&service.code.as_str()));
    let card = |service: &crate::catalogue::Service| ServiceCard {
        code: service.code.clone(),
        closed: None,
        name: service.name.of(lang).to_owned(),
        summary: service.summary.of(lang).to_owned(),
        href: address(site, &[chosen, &[service.code.as_str()]].concat(), &[]),
    };
    let mut cards: Vec<ServiceCard> = left.map(card).collect();
    cards.sort_by(|a, b| a.name.cmp(&b.name));
    cards
}

fn chosen_line(site: &Site, catalogue: &Catalogue, code: &str, chosen: &[&str], lang: Lang) -> Chosen {
    let others: Vec<&str> = chosen.iter().copied().filter(|other| *other != code).collect();
    Chosen { code: code.to_owned(), name: words::service(catalogue, code, lang), without: address(site, &others, &[]) }
}

/// The address of a screen with what is chosen so far.
fn address(site: &Site, chosen: &[&str], more: &[(&str, &str)]) -> String {
    let services = chosen.iter().map(|code| ("s", *code));
    let pairs: Vec<String> = services
        .chain(more.iter().copied())
        .map(|(name, value)| format!("{name}={}", RawStr::new(value).percent_encode()))
        .collect();
    let mark = if pairs.is_empty() { "" } else { "?" };
    format!("/antrean/{}{mark}{}", site.code, pairs.join("&"))
}

/// Takes the number. The key in the form makes a second press, or a second try, show the first number again.
#[post("/antrean/<site>", data = "<posted>")]
async fn take(site: &str, posted: Posted, device: ThisDevice, visit: Visit<'_>) -> Result<Redirect, Problem> {
    let site = public_site(visit.app, site)?;
    if !device.may_be(DeviceKind::Kiosk, &site) {
        return Err(Refusal::forbidden("device-not-paired").into());
    }
    let token = take_number(&visit, &site, &posted, (Channel::Kiosk, device.printer(&site))).await?;
    Ok(Redirect::to(format!("/antrean/{}/nomor/{token}", site.code)))
}

/// Takes a number from a form with the fields `s`, `priority` and `key`, and queues its slip where there is a printer;
/// answers the token.
pub async fn take_number(
    visit: &Visit<'_>,
    site: &Site,
    posted: &Posted,
    (channel, printer): (Channel, Option<DeviceId>),
) -> Result<String, Problem> {
    let app = visit.app;
    let now = app.now();
    let unknown = |_| Refusal::invalid("invalid-fields").field("priority", "priority-unknown");
    let priority = posted.find("priority").unwrap_or("none").parse::<Priority>().map_err(unknown)?;
    let services: Vec<String> = posted.list("s").into_iter().map(str::to_owned).collect();
    let phone_sealed = sealed_phone(app, posted.find("phone").map(str::to_owned))?;
    let key = Key {
        scope: format!("form:{}", site.code),
        route: "POST ticket".to_owned(),
        key: posted.find("key").map_or_else(random_token, str::to_owned),
        body_hash: sha256(format!("{services:?} {priority}").as_bytes()),
    };
    let request = TicketRequest { services, priority, channel, phone_sealed };
    let mut tx = app.db.begin().await?;
    if let Some(kept) = idempotency::find(&mut tx, &key, now).await? {
        return Ok(kept.body);
    }
    let act = Asker(visit.signed_in.clone()).act(site, now);
    let issued = queue::issue(&mut tx, act, (site, &app.halls), &app.catalogue(), &request).await?;
    if let Some(printer) = printer {
        let paper = slip::paper(visit, site, &issued.ticket, issued.place);
        printing::leave(&mut tx, &issued.ticket, printer, &paper, now).await?;
    }
    let token = issued.ticket.token;
    idempotency::keep(&mut tx, &key, &Reply { status: 303, body: token.clone() }, now);
    tx.commit().await?;
    app.printing.ring();
    Ok(token)
}

/// The number just taken.
#[derive(Serialize)]
pub struct KioskTicketPage {
    site: String,
    token: String,
    number: String,
    services: Vec<String>,
    ahead: String,
    wait: String,
    because: String,
    qr: Code,
    print: Option<PrintView>,
}

/// A QR code of a page.
#[derive(Serialize)]
struct Code {
    side: usize,
    path: String,
}

impl From<QrPath> for Code {
    fn from(qr: QrPath) -> Code {
        Code { side: qr.side, path: qr.path }
    }
}

impl Page for KioskTicketPage {
    const TEMPLATE: &'static str = "queue/kiosk_ticket.html";

    fn samples() -> Vec<Self> {
        let page = |number: &str, services: Vec<String>, wait: &str, print| KioskTicketPage {
            site: "opi".into(),
            token: "t".into(),
            number: number.into(),
            services,
            ahead: "8 orang di depan Anda".into(),
            wait: wait.into(),
            because: if wait.is_empty() { String::new() } else { "Dihitung dari 8 orang di depan Anda".into() },
            qr: Code { side: 29, path: "M4 4h7v1h-7z".into() },
            print,
        };
        let long = vec!["Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali".to_owned(); 6];
        let mut pages = vec![page("P-1000", long, "", None)];
        let states = PrintView::samples().into_iter();
        pages.extend(states.map(|print| page("A-013", vec!["SIP Bidan".into()], "15–25 menit", Some(print))));
        pages
    }
}

#[get("/antrean/<site>/nomor/<token>")]
async fn taken(site: &str, token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let here = public_site(app, site)?;
    let mut tx = app.db.read().await?;
    let ticket = queue::find_by_token(&mut tx, token).await?.filter(|ticket| ticket.site == here.id);
    let (site, ticket) = found(app, ticket)?;
    let place = queue::place_of(&mut tx, (&site, &app.halls), &app.catalogue(), &ticket, app.now()).await?;
    let slip = printing::find(&mut tx, ticket.id).await?;
    let qr = documents::qr_path(&own_url(app, &ticket)).map_err(|e| Problem::failure(&e))?;
    visit.page(&KioskTicketPage {
        site: site.code.clone(),
        number: ticket.number.to_string(),
        services: words::services(&app.catalogue(), &ticket, visit.lang),
        ahead: words::people_ahead(visit.lang, place.people_ahead),
        wait: words::estimate(visit.lang, place),
        because: words::because(visit.lang, place),
        qr: qr.into(),
        print: slip.map(|slip| PrintView::of(&slip, visit.lang)),
        token: ticket.token,
    })
}
