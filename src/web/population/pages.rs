//! `/kependudukan`: look a person up for a visit, with purpose and verdict per element.

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::typed::typed_nik;
use crate::clock::Day;
use crate::db::Outcome;
use crate::identity::Officer;
use crate::ids::TicketId;
use crate::messages::{self, FieldFault, Lang, plain};
use crate::population::{self, Agreement, Claimed, LookupAnswer, LookupRequest, Nik, Regions, Verdict};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::guard::RegisterReader;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    routes![question, look_up]
}

/// The question and, when it was asked, the answer.
#[derive(Default, Serialize)]
pub struct LookupPage {
    ticket: String,
    purpose: String,
    name: String,
    birth_date: String,
    errors: Vec<FieldLine>,
    answer: Option<AnswerView>,
}

/// The answer in words.
#[derive(Serialize)]
struct AnswerView {
    /// The slip for the applicant.
    slip: String,
    nik: String,
    kind: &'static str,
    verdict: String,
    /// Why there is no match, with the next step.
    cause: Option<String>,
    source: String,
    elements: Vec<ElementLine>,
    record: Vec<(String, String)>,
    warnings: Vec<String>,
    /// That a signed identity code was checked.
    code: Option<String>,
}

/// One compared element.
#[derive(Serialize)]
struct ElementLine {
    label: String,
    kind: &'static str,
    words: String,
}

impl Page for LookupPage {
    const TEMPLATE: &'static str = "population/lookup.html";

    fn samples() -> Vec<Self> {
        let answer = AnswerView {
            slip: "/kependudukan/1/bukti".into(),
            nik: "1607••••••••0007".into(),
            kind: "wait",
            verdict: plain(Lang::Id, "verdict.pending"),
            cause: Some(plain(Lang::Id, "cause.no_answer")),
            source: plain(Lang::Id, "source.local_register"),
            elements: vec![ElementLine { label: "Nama".into(), kind: "ok", words: "Sesuai 100".into() }],
            record: vec![("Nama".into(), "RAHMA DATA UJI".into())],
            warnings: vec![plain(Lang::Id, "nik-warning.foreign_region")],
            code: Some("Kode identitas DATA UJI sah.".into()),
        };
        let faults = [FieldFault::new("nik", "not-a-nik"), FieldFault::new("purpose", "required")];
        vec![
            LookupPage::default(),
            LookupPage { errors: field_lines(&faults, Lang::Id), ..LookupPage::default() },
            LookupPage { purpose: "Perubahan KK".into(), answer: Some(answer), ..LookupPage::default() },
        ]
    }
}

#[get("/kependudukan/cek?<tiket>")]
fn question(tiket: Option<&str>, _reader: RegisterReader, visit: Visit<'_>) -> Result<Rendered, Problem> {
    ask(&visit, tiket)
}

/// The name as stated, or of the record of the NIK: a look-up for the service, kept like every other. Empty when
/// neither is there.
pub async fn find_name(
    visit: &Visit<'_>,
    officer: &Officer,
    (nik, stated): (&str, &str),
    service: &str,
) -> Outcome<String> {
    let nik = Nik::parse(nik).ok().filter(|_| stated.trim().is_empty());
    let Some(nik) = nik else { return Ok(stated.to_owned()) };
    let app = visit.app;
    let name = app.catalogue().find(service).map(|found| found.service.name.id.clone());
    let Some(purpose) = name else { return Ok(stated.to_owned()) };
    let request = LookupRequest { nik, purpose, ticket_id: None, application_id: None, claimed: None };
    let answer = population::look_up(&app.db, &app.keys, &app.gate, app.asker(officer), request).await?;
    Ok(answer.prefill.map(|record| record.name).unwrap_or_default())
}

/// The empty question, for a visit.
pub fn ask(visit: &Visit<'_>, ticket: Option<&str>) -> Result<Rendered, Problem> {
    visit.page(&LookupPage { ticket: ticket.unwrap_or_default().to_owned(), ..LookupPage::default() })
}

/// The question stands in a body, so that no NIK stands in an address or a history.
#[post("/kependudukan", data = "<posted>")]
async fn look_up(posted: Posted, reader: RegisterReader, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let page = LookupPage {
        ticket: posted.get("ticket").to_owned(),
        purpose: posted.get("purpose").to_owned(),
        name: posted.get("name").to_owned(),
        birth_date: posted.get("birth_date").to_owned(),
        ..LookupPage::default()
    };
    let (request, code) = match request_of(visit.app, &posted, visit.lang) {
        Ok(asked) => asked,
        Err(faults) => {
            let again = LookupPage { errors: field_lines(&faults, visit.lang), ..page };
            return Ok(visit.page(&again)?.with_status(Status::UnprocessableEntity));
        }
    };
    let masked = request.nik.masked();
    let app = visit.app;
    let asker = app.asker(&reader.officer);
    let answer = population::look_up(&app.db, &app.keys, &app.gate, asker, request).await?;
    let view = AnswerView { code, ..AnswerView::new(masked, &answer, visit.lang) };
    visit.page(&LookupPage { answer: Some(view), ..page })
}

/// The question, and what is to be said of a signed code.
fn request_of(app: &App, posted: &Posted, lang: Lang) -> Result<(LookupRequest, Option<String>), Vec<FieldFault>> {
    let mut faults = Vec::new();
    let typed = typed_nik(app, posted.get("nik")).map_err(|fault| faults.push(fault)).ok();
    if posted.get("purpose").is_empty() {
        faults.push(FieldFault::new("purpose", "required"));
    }
    let birth_date = posted.find("birth_date").map(Day::parse);
    if birth_date == Some(None) {
        faults.push(FieldFault::new("birth_date", "wrong-type"));
    }
    let Some(typed) = typed.filter(|_| faults.is_empty()) else { return Err(faults) };
    let name = posted.find("name").map(str::to_owned);
    let claimed = typed.claimed(Claimed { name, birth_date: birth_date.flatten(), ..Claimed::default() });
    let zone = app.sites().list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let code = typed.words(zone, lang);
    let request = LookupRequest {
        nik: typed.nik,
        purpose: posted.get("purpose").to_owned(),
        ticket_id: posted.find("ticket").and_then(|id| id.parse::<TicketId>().ok()),
        application_id: None,
        claimed: Some(claimed),
    };
    Ok((request, code))
}

impl AnswerView {
    fn new(nik: String, answer: &LookupAnswer, lang: Lang) -> AnswerView {
        let kind = match answer.verdict {
            Verdict::Match => "ok",
            Verdict::Mismatch | Verdict::NotFound | Verdict::Pending => "wait",
            Verdict::Deceased | Verdict::Inactive => "late",
        };
        let element = |(name, verdict): (&&str, &population::ElementVerdict)| ElementLine {
            label: plain(lang, &format!("element.{name}")),
            kind: if verdict.verdict == Agreement::Match { "ok" } else { "wait" },
            words: format!("{} {}", plain(lang, &format!("agreement.{}", verdict.verdict)), verdict.score),
        };
        AnswerView {
            slip: format!("/kependudukan/{}/bukti", answer.id),
            nik,
            kind,
            verdict: plain(lang, &format!("verdict.{}", answer.verdict)),
            cause: answer.cause.map(|cause| plain(lang, &format!("cause.{cause}"))),
            source: plain(lang, &format!("source.{}", answer.source)),
            elements: answer.elements.iter().map(element).collect(),
            record: record(answer, lang),
            warnings: answer.warnings.iter().map(|w| plain(lang, &format!("nik-warning.{w}"))).collect(),
            code: None,
        }
    }
}

/// The record as label and value; only for the eyes of the officer who asked.
fn record(answer: &LookupAnswer, lang: Lang) -> Vec<(String, String)> {
    let Some(found) = &answer.prefill else { return Vec::new() };
    let lines = [
        ("name", found.name.clone()),
        ("birth_place", found.birth_place.clone()),
        ("birth_date", messages::date(lang, found.birth_date)),
        ("sex", plain(lang, &format!("sex.{}", found.sex))),
        ("address", Regions::in_force().full_address(&found.address)),
    ];
    lines.into_iter().map(|(name, value)| (plain(lang, &format!("element.{name}")), value)).collect()
}
