//! The right column of the desk: who stands at the counter, and what the register says of them.

use std::collections::BTreeMap;

use rocket::{Route, post, routes};
use serde::Serialize;

use super::at_work::AtWork;
use super::desk::{self, Shown};
use crate::catalogue::Catalogue;
use crate::civil;
use crate::db::{StoreError, Tx};
use crate::identity::Role;
use crate::ids::TicketId;
use crate::messages::{FieldFault, Lang, clock_time, date, plain, text};
use crate::permits::FileView;
use crate::population::{
    self, Agreement, Cause, Claimed, ElementVerdict, KeptLookup, LookupAnswer, LookupRequest, Regions, Verdict,
};
use crate::queue::{Ticket, TicketState};
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Rendered, field_lines};
use crate::web::population::{TypedNik, typed_nik};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the column.
pub fn routes() -> Vec<Route> {
    routes![look_up]
}

/// The person at the counter.
#[derive(Default, Serialize)]
pub struct PersonCard {
    /// What the look-up is for, unless the clerk writes something else.
    pub purpose: String,
    /// The file whose statements are compared: its NIK need not be typed again.
    pub file: Option<String>,
    /// Whether the visitor may be sent to the population desk for it.
    pub correctable: bool,
    /// Where a population officer follows the document of the visit.
    pub civil: Option<String>,
    pub verdict: Option<VerdictCard>,
    pub errors: Vec<FieldLine>,
}

/// The verdict as a whole and per element, with the way out.
#[derive(Serialize)]
pub struct VerdictCard {
    pub nik: String,
    pub kind: &'static str,
    pub words: String,
    /// What to do about it.
    pub advice: Option<String>,
    pub lines: Vec<Element>,
    pub warnings: Vec<String>,
    pub source: String,
    /// That a signed identity code was checked.
    pub code: Option<String>,
}

/// One element: what the record says, when it was just asked, and the verdict, when it was stated.
#[derive(Serialize)]
pub struct Element {
    pub label: String,
    pub value: Option<String>,
    pub kind: Option<&'static str>,
    pub verdict: Option<String>,
}

/// What is known of the person of a visit: only while the visitor is served.
pub async fn card(
    tx: &mut Tx,
    at: &AtWork,
    ticket: &Ticket,
    file: Option<&FileView>,
    lang: Lang,
) -> Result<Option<PersonCard>, Problem> {
    if ticket.state != TicketState::Serving {
        return Ok(None);
    }
    let kept = population::find_latest_of_ticket(tx, ticket.id).await?;
    let wrong = kept.as_ref().is_some_and(|kept| civil::correction_service(kept.verdict).is_some());
    let civil = match at.staff.officer.is(Role::PopulationOfficer) {
        true => Some(civil_path(tx, ticket).await?),
        false => None,
    };
    Ok(Some(PersonCard {
        civil,
        purpose: purpose(&at.app.catalogue(), ticket, lang),
        file: file.map(|view| view.file.id.to_string()),
        correctable: wrong && at.staff.officer.is(Role::Clerk),
        verdict: kept.map(|kept| VerdictCard::kept(&kept, at, lang)),
        errors: Vec::new(),
    }))
}

/// The request of a visit, or the form for a new one.
async fn civil_path(tx: &mut Tx, ticket: &Ticket) -> Result<String, StoreError> {
    let service = ticket.current().map(|stop| stop.service.as_str()).unwrap_or_default();
    Ok(match civil::find_of_visit(tx, ticket.id).await? {
        Some(id) => format!("/kependudukan/permintaan/{id}"),
        None => format!("/kependudukan/permintaan/baru?layanan={service}&tiket={}", ticket.id),
    })
}

fn purpose(catalogue: &Catalogue, ticket: &Ticket, lang: Lang) -> String {
    let code = ticket.current().map(|stop| stop.service.as_str()).unwrap_or_default();
    super::words::service(catalogue, code, lang)
}

/// The look-up beside the ticket. The NIK stands in the body, never in an address.
#[post("/loket/penduduk/<id>", data = "<posted>")]
async fn look_up(id: TicketId, posted: Posted, visit: Visit<'_>, at: AtWork) -> Result<Rendered, Problem> {
    let file = super::desk_file::find(&mut at.app.db.read().await?, &at, id).await?;
    match request_of(&at, id, &posted, file.as_ref()) {
        Err(faults) => {
            let shown = Shown { person_errors: field_lines(&faults, visit.lang), ..Shown::default() };
            let status = rocket::http::Status::UnprocessableEntity;
            Ok(desk::draw(&visit, &at, shown).await?.with_status(status))
        }
        Ok((request, typed)) => {
            let masked = request.nik.masked();
            let (app, asker) = (&at.app, at.app.asker(&at.staff.officer));
            let answer = population::look_up(&app.db, &app.keys, &app.gate, asker, request).await?;
            let code = typed.and_then(|typed| typed.words(asker.zone, visit.lang));
            let verdict = Some(VerdictCard { code, ..VerdictCard::fresh(masked, &answer, &at, visit.lang) });
            desk::draw(&visit, &at, Shown { verdict, ..Shown::default() }).await
        }
    }
}

/// The typed NIK, or the one of the visit's file with everything it states.
fn request_of(
    at: &AtWork,
    id: TicketId,
    posted: &Posted,
    file: Option<&FileView>,
) -> Result<(LookupRequest, Option<TypedNik>), Vec<FieldFault>> {
    let purpose = posted.get("purpose").to_owned();
    let mut faults = Vec::new();
    let typed = match (posted.find("nik").map(|text| typed_nik(&at.app, text)), file) {
        (Some(Ok(typed)), _) => Some(typed),
        (None, Some(view)) => Some(TypedNik { nik: view.file.applicant.nik.clone(), code: None }),
        (Some(Err(fault)), _) => {
            faults.push(fault);
            None
        }
        (None, None) => {
            faults.push(FieldFault::new("nik", "not-a-nik"));
            None
        }
    };
    if purpose.is_empty() {
        faults.push(FieldFault::new("purpose", "required"));
    }
    let Some(typed) = typed.filter(|_| faults.is_empty()) else { return Err(faults) };
    let stated = file.filter(|view| view.file.applicant.nik == typed.nik);
    let name = posted.find("name").map(str::to_owned);
    let claimed = stated.map_or_else(|| typed.claimed(Claimed { name, ..Claimed::default() }), claimed_in);
    let request = LookupRequest {
        nik: typed.nik.clone(),
        purpose,
        ticket_id: Some(id),
        application_id: stated.map(|view| view.file.id),
        claimed: Some(claimed),
    };
    Ok((request, Some(typed)))
}

/// What the file states of its applicant.
fn claimed_in(view: &FileView) -> Claimed {
    let person = &view.file.applicant.person;
    let stated = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    let address = person.address();
    Claimed {
        name: stated(&person.name),
        birth_place: stated(&person.birth_place),
        birth_date: crate::clock::Day::parse(&person.birth_date),
        sex: person.sex.parse().ok(),
        address: Some(address).filter(|address| !address.street.is_empty()),
    }
}

impl VerdictCard {
    fn kept(kept: &KeptLookup, at: &AtWork, lang: Lang) -> VerdictCard {
        let lines = ELEMENTS.iter().filter_map(|name| Some(element(name, None, Some(kept.elements.get(*name)?), lang)));
        VerdictCard {
            nik: kept.nik_masked.clone(),
            kind: kind_of(kept.verdict),
            words: plain(lang, &format!("verdict.{}", kept.verdict)),
            advice: advice(kept.verdict, |name| kept.elements.get(name), lang),
            lines: lines.collect(),
            warnings: Vec::new(),
            source: source(&kept.source.to_string(), kept.at, at, lang),
            code: None,
        }
    }

    fn fresh(nik: String, answer: &LookupAnswer, at: &AtWork, lang: Lang) -> VerdictCard {
        let record = record(answer, lang);
        let line = |name: &&str| {
            let (value, verdict) = (record.get(name).cloned(), answer.elements.get(name));
            (value.is_some() || verdict.is_some()).then(|| element(name, value, verdict, lang))
        };
        // What only the source knows: a fault of the link, or two records of one number.
        let untold = answer.cause.filter(|cause| cause.is_link() || *cause == Cause::Double);
        let told = untold.map(|cause| plain(lang, &format!("cause.{cause}")));
        VerdictCard {
            nik,
            kind: kind_of(answer.verdict),
            words: plain(lang, &format!("verdict.{}", answer.verdict)),
            advice: told.or_else(|| advice(answer.verdict, |name| answer.elements.get(name), lang)),
            lines: ELEMENTS.iter().filter_map(line).collect(),
            warnings: answer.warnings.iter().map(|w| plain(lang, &format!("nik-warning.{w}"))).collect(),
            source: source(&answer.source.to_string(), answer.checked_at, at, lang),
            code: None,
        }
    }

    /// An example for the tests.
    pub fn sample() -> VerdictCard {
        let scored = |score| Some(ElementVerdict { verdict: Agreement::Mismatch, score });
        let address = Some("Dusun II, RT 003 RW 001, Jakabaring Selatan, Rambutan".to_owned());
        VerdictCard {
            nik: "1607••••••••0007".into(),
            kind: "wait",
            words: plain(Lang::Id, "verdict.mismatch"),
            advice: Some(plain(Lang::Id, "desk.advice.mismatch")),
            lines: vec![
                element("name", Some("RAHMA DATA UJI".into()), None, Lang::Id),
                element("address", address, scored(64).as_ref(), Lang::Id),
            ],
            warnings: vec![plain(Lang::Id, "nik-warning.foreign_region")],
            source: "Data penduduk setempat, 10.41 WIB".into(),
            code: Some("Kode identitas DATA UJI sah.".into()),
        }
    }
}

/// In the order of a form.
const ELEMENTS: [&str; 5] = ["name", "birth_place", "birth_date", "sex", "address"];

fn element(name: &str, value: Option<String>, verdict: Option<&ElementVerdict>, lang: Lang) -> Element {
    Element {
        label: plain(lang, &format!("element.{name}")),
        value,
        kind: verdict.map(|v| if v.verdict == Agreement::Match { "ok" } else { "wait" }),
        verdict: verdict.map(|v| format!("{} {}", plain(lang, &format!("agreement.{}", v.verdict)), v.score)),
    }
}

fn kind_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Match => "ok",
        Verdict::Mismatch | Verdict::NotFound | Verdict::Pending => "wait",
        Verdict::Deceased | Verdict::Inactive => "late",
    }
}

/// What to do next, in words; nothing to do when all agrees. The address has a way out of its own.
fn advice<'v>(verdict: Verdict, of: impl Fn(&str) -> Option<&'v ElementVerdict>, lang: Lang) -> Option<String> {
    let address = of("address").is_some_and(|v| v.verdict == Agreement::Mismatch);
    let key = match verdict {
        Verdict::Match => return None,
        Verdict::Mismatch if address => "address",
        Verdict::Mismatch => "mismatch",
        Verdict::NotFound => "not_found",
        Verdict::Deceased => "deceased",
        Verdict::Inactive => "inactive",
        Verdict::Pending => "pending",
    };
    Some(plain(lang, &format!("desk.advice.{key}")))
}

fn source(source: &str, checked_at: crate::clock::Instant, at: &AtWork, lang: Lang) -> String {
    let time = clock_time(checked_at, at.site.zone);
    text(lang, "desk.checked", &[("source", plain(lang, &format!("source.{source}"))), ("time", time)])
}

/// The record in words; only for the eyes of the officer who asked, and never kept.
fn record(answer: &LookupAnswer, lang: Lang) -> BTreeMap<&'static str, String> {
    let Some(found) = &answer.prefill else { return BTreeMap::new() };
    BTreeMap::from([
        ("name", found.name.clone()),
        ("birth_place", found.birth_place.clone()),
        ("birth_date", date(lang, found.birth_date)),
        ("sex", plain(lang, &format!("sex.{}", found.sex))),
        ("address", Regions::in_force().full_address(&found.address)),
    ])
}
