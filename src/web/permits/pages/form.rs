//! `/permohonan/baru` and `/permohonan/{id}/ubah`: choose a service, look the person up, fill in the form.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use super::fields::{FieldView, Group, OptionView, groups, values_of};
use super::held::Held;
use crate::catalogue::{Service, ServiceKind};
use crate::db::Fault;
use crate::ids::{ApplicationId, TicketId};
use crate::messages::{FieldFault, Lang, plain, text};
use crate::permits::{self, ApplicationKind, Change, Filing, Stated, StatedAddress};
use crate::population::{self, Claimed, LookupAnswer, LookupRequest, Nik, Verdict};
use crate::queue;
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::{FieldLine, Page, Rendered, field_lines, refusal_lines};
use crate::web::permits::api_files::kind_of;
use crate::web::permits::at_files::AtFiles;
use crate::web::population::{TypedNik, typed_nik};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the form.
pub fn routes() -> Vec<Route> {
    routes![start, look_up, create, edit, amend]
}

/// The first step: which service, and whose NIK.
#[derive(Default, Serialize)]
pub struct StartPage {
    services: Vec<OptionView>,
    service: String,
    ticket: String,
    errors: Vec<FieldLine>,
    nik_error: Option<String>,
    service_error: Option<String>,
}

impl Page for StartPage {
    const TEMPLATE: &'static str = "permits/start.html";

    fn samples() -> Vec<Self> {
        let services = vec![OptionView::new("SIPB", "Surat Izin Praktik Bidan")];
        let wrong = StartPage {
            services: services.clone(),
            errors: vec![FieldLine { field: "nik".into(), message: "NIK harus 16 angka.".into() }],
            nik_error: Some("NIK harus 16 angka.".into()),
            ..StartPage::default()
        };
        vec![StartPage { services, service: "SIPB".into(), ..StartPage::default() }, wrong]
    }
}

/// The form.
#[derive(Default, Serialize)]
pub struct FormPage {
    action: String,
    back: String,
    service: String,
    service_name: String,
    ticket: String,
    kind: String,
    kinds: Vec<OptionView>,
    groups: Vec<Group>,
    errors: Vec<FieldLine>,
    verdict: Option<Pill>,
    warnings: Vec<String>,
    previous: Option<FieldView>,
    held: Option<Held>,
    prefilled: Option<String>,
    /// The field that waits for the clerk first.
    focus: String,
}

impl Page for FormPage {
    const TEMPLATE: &'static str = "permits/form.html";

    fn samples() -> Vec<Self> {
        let service = crate::catalogue::built_in().into_iter().find(|service| service.code == "SIPB");
        let faults = [FieldFault::new("applicant.nik", "not-a-nik")];
        let values = BTreeMap::from([("applicant.name".to_owned(), "RAHMA DATA UJI".to_owned())]);
        let page = |faults: &[FieldFault], verdict: Option<Pill>| FormPage {
            action: "/permohonan".into(),
            back: "/permohonan".into(),
            service_name: "Surat Izin Praktik Bidan".into(),
            kinds: kinds(Lang::Id),
            groups: service.as_ref().map(|s| groups(s, &values, faults, Lang::Id)).unwrap_or_default(),
            errors: field_lines(faults, Lang::Id),
            held: verdict.is_some().then(Held::sample),
            prefilled: verdict.is_some().then(|| "Isian diambil dari izin 503.".into()),
            previous: Some(previous_field(&values, faults, Lang::Id)),
            verdict,
            ..FormPage::default()
        };
        vec![page(&[], Some(Pill::new("ok", "cocok".into()))), page(&faults, None)]
    }
}

#[get("/permohonan/baru?<layanan>&<tiket>")]
async fn start(
    layanan: Option<&str>,
    tiket: Option<&str>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let service = match layanan {
        Some(code) => code.to_owned(),
        None => service_of_visit(tiket, &at).await?,
    };
    visit.page(&StartPage {
        services: services(&at, visit.lang),
        service,
        ticket: tiket.unwrap_or_default().to_owned(),
        ..StartPage::default()
    })
}

/// What the visitor is at the counter for, at the officer's site; nothing for a ticket of somewhere else.
pub async fn service_of_visit(ticket: Option<&str>, at: &AtFiles) -> Result<String, Problem> {
    let Some(id) = ticket.and_then(|id| id.parse::<TicketId>().ok()) else { return Ok(String::new()) };
    let found = queue::find(&mut at.app.db.read().await?, id).await?;
    let mine = found.filter(|ticket| at.staff.officer.site == Some(ticket.site));
    Ok(mine.and_then(|ticket| ticket.current().map(|stop| stop.service.clone())).unwrap_or_default())
}

pub fn services(at: &AtFiles, lang: Lang) -> Vec<OptionView> {
    let catalogue = at.app.catalogue();
    let offered = catalogue.list().filter(|p| matches!(p.service.kind, ServiceKind::Permit | ServiceKind::Assistance));
    offered.map(|p| OptionView::new(&p.service.code, p.service.name.of(lang))).collect()
}

fn kinds(lang: Lang) -> Vec<OptionView> {
    let kinds = ApplicationKind::applied_for();
    kinds.map(|kind| OptionView::new(kind.word(), plain(lang, &format!("kind.{kind}")))).collect()
}

/// The look-up: in a body, so that no NIK stands in an address or a history.
#[post("/permohonan/baru/penduduk", data = "<posted>")]
async fn look_up(posted: Posted, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let catalogue = at.app.catalogue();
    let published = catalogue.find(posted.get("service"));
    let typed = typed_nik(&at.app, posted.get("nik"));
    let (Some(published), Ok(typed)) = (published, typed) else { return start_again(&posted, &at, &visit) };
    let nik = typed.nik.clone();
    let ticket = posted.get("ticket").parse::<TicketId>().ok();
    let purpose = text(visit.lang, "files.purpose", &[("service", published.service.name.of(visit.lang).to_owned())]);
    let request = LookupRequest { nik: nik.clone(), purpose, ticket_id: ticket, application_id: None, claimed: None };
    let (app, asker) = (&at.app, at.app.asker(&at.staff.officer));
    let answer = population::look_up(&app.db, &app.keys, &app.gate, asker, request).await?;
    let kind = posted.get("kind").parse().unwrap_or(ApplicationKind::New);
    let held = Held::read(&mut app.db.read().await?, &at, (&nik, &published.service), visit.lang).await?;
    let mut values = prefilled(&nik, &answer);
    fill_from_code(&mut values, &typed);
    values.extend(held.start(&published.service, kind, posted.get("previous_number")));
    let mut page = FormPage::new(&published.service, &values, &[], visit.lang);
    let number = values.get("previous_number").cloned();
    page.prefilled = number.map(|number| text(visit.lang, "kinds.prefilled", &[("number", number)]));
    page.held = Some(held);
    page.focus = page.groups.iter().find_map(Group::first_open).unwrap_or_default().to_owned();
    page.ticket = ticket.map(|id| id.to_string()).unwrap_or_default();
    page.verdict = Some(verdict_pill(answer.verdict, visit.lang));
    let cause = answer.cause.map(|cause| plain(visit.lang, &format!("cause.{cause}")));
    page.warnings =
        answer.warnings.iter().map(|w| plain(visit.lang, &format!("nik-warning.{w}"))).chain(cause).collect();
    visit.page(&page)
}

fn start_again(posted: &Posted, at: &AtFiles, visit: &Visit<'_>) -> Result<Rendered, Problem> {
    let lang = visit.lang;
    let known = at.app.catalogue().find(posted.get("service")).is_some();
    let mut faults = Vec::new();
    if !known {
        faults.push(FieldFault::new("service", "choice"));
    }
    faults.extend(typed_nik(&at.app, posted.get("nik")).err());
    let of = |name: &str| faults.iter().find(|f| f.field == name).map(|f| f.words(lang));
    let page = StartPage {
        services: services(at, lang),
        service: posted.get("service").to_owned(),
        ticket: posted.get("ticket").to_owned(),
        nik_error: of("nik"),
        service_error: of("service"),
        errors: field_lines(&faults, lang),
    };
    Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity))
}

fn prefilled(nik: &Nik, answer: &LookupAnswer) -> BTreeMap<String, String> {
    let mut values = BTreeMap::from([("applicant.nik".to_owned(), nik.digits().to_owned())]);
    if let Some(found) = &answer.prefill {
        let stated = [
            ("name", found.name.clone()),
            ("birth_place", found.birth_place.clone()),
            ("birth_date", found.birth_date.to_string()),
            ("sex", found.sex.word().to_owned()),
            ("street", found.address.street.clone()),
            ("rt", found.address.rt.clone()),
            ("rw", found.address.rw.clone()),
            ("village_code", found.address.village_code.clone()),
        ];
        values.extend(stated.map(|(name, text)| (format!("applicant.{name}"), text)));
    }
    values
}

/// What a signed identity code says, where the record says nothing.
fn fill_from_code(values: &mut BTreeMap<String, String>, typed: &TypedNik) {
    let claimed = typed.claimed(Claimed::default());
    let birth_date = claimed.birth_date.map(|day| day.to_string());
    let sex = claimed.sex.map(|sex| sex.word().to_owned());
    for (name, value) in [("name", claimed.name), ("birth_date", birth_date), ("sex", sex)] {
        if let Some(value) = value {
            values.entry(format!("applicant.{name}")).or_insert(value);
        }
    }
}

fn verdict_pill(verdict: Verdict, lang: Lang) -> Pill {
    let kind = match verdict {
        Verdict::Match => "ok",
        Verdict::Mismatch | Verdict::NotFound | Verdict::Pending => "wait",
        Verdict::Deceased | Verdict::Inactive => "late",
    };
    Pill::new(kind, plain(lang, &format!("verdict.{verdict}")))
}

impl FormPage {
    fn new(service: &Service, values: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> FormPage {
        FormPage {
            action: "/permohonan".to_owned(),
            back: "/permohonan".to_owned(),
            service: service.code.clone(),
            service_name: service.name.of(lang).to_owned(),
            kind: values.get("kind").cloned().unwrap_or_else(|| ApplicationKind::New.word().to_owned()),
            kinds: kinds(lang),
            groups: groups(service, values, faults, lang),
            previous: Some(previous_field(values, faults, lang)),
            errors: field_lines(faults, lang),
            ..FormPage::default()
        }
    }
}

fn previous_field(values: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> FieldView {
    FieldView::named("previous_number", "line", false, lang)
        .hinted("kinds.previous_hint", lang)
        .filled(values, faults, lang)
}

#[post("/permohonan", data = "<posted>")]
async fn create(
    posted: Posted,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let catalogue = at.app.catalogue();
    let Some(published) = catalogue.find(posted.get("service")) else {
        return Ok(Either::Right(start_again(&posted, &at, &visit)?));
    };
    match create_from(&posted, &at).await {
        Ok(id) => Ok(Either::Left(Redirect::to(format!("/permohonan/{id}")))),
        Err(Fault::Refused(refusal)) => {
            let mut page = FormPage::new(&published.service, &posted.values(), &refusal.fields, visit.lang);
            page.errors = refusal_lines(&refusal, visit.lang);
            page.ticket = posted.get("ticket").to_owned();
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn create_from(posted: &Posted, at: &AtFiles) -> Result<ApplicationId, Fault> {
    let filing = Filing {
        service: posted.get("service").to_owned(),
        kind: kind_of(posted.find("kind").unwrap_or(ApplicationKind::New.word()))?,
        applicant: stated(posted),
        fields: posted.under("fields."),
        ticket: posted.find("ticket").and_then(|id| id.parse().ok()),
        previous_number: posted.find("previous_number").map(str::to_owned),
    };
    let mut tx = at.app.db.begin().await?;
    let file = permits::create_draft(&mut tx, &at.desk(), filing).await?;
    tx.commit().await?;
    Ok(file.id)
}

/// What the form says of the applicant; an empty field was emptied on purpose.
fn stated(posted: &Posted) -> Stated {
    let text = |name: &str| Some(posted.get(&format!("applicant.{name}")).to_owned());
    let elsewhere = text("other_village").filter(|code| !code.is_empty());
    let flat = StatedAddress {
        street: text("street"),
        rt: text("rt"),
        rw: text("rw"),
        village_code: elsewhere.or_else(|| text("village_code")),
    };
    Stated {
        nik: text("nik").filter(|nik| !nik.is_empty()),
        phone: text("phone"),
        email: text("email"),
        name: text("name"),
        birth_place: text("birth_place"),
        birth_date: text("birth_date"),
        sex: text("sex"),
        proxy_name: text("proxy_name"),
        company_name: text("company_name"),
        nib: text("nib"),
        npwp: text("npwp"),
        address: None,
        flat,
    }
}

#[get("/permohonan/<id>/ubah")]
async fn edit(id: ApplicationId, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    visit.page(&edit_page(id, &view.rules, &values_of(&view.file), &[], visit.lang))
}

fn edit_page(
    id: ApplicationId,
    rules: &Service,
    values: &BTreeMap<String, String>,
    faults: &[FieldFault],
    lang: Lang,
) -> FormPage {
    let page = FormPage::new(rules, values, faults, lang);
    FormPage { action: format!("/permohonan/{id}/ubah"), back: format!("/permohonan/{id}"), ..page }
}

#[post("/permohonan/<id>/ubah", data = "<posted>")]
async fn amend(
    id: ApplicationId,
    posted: Posted,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    match amend_from(id, &posted, &at).await {
        Ok(()) => Ok(Either::Left(Redirect::to(format!("/permohonan/{id}")))),
        Err(Fault::Refused(refusal)) => {
            let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
            let mut values = values_of(&view.file);
            values.extend(posted.values());
            let mut page = edit_page(id, &view.rules, &values, &refusal.fields, visit.lang);
            page.errors = refusal_lines(&refusal, visit.lang);
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn amend_from(id: ApplicationId, posted: &Posted, at: &AtFiles) -> Result<(), Fault> {
    let kind = posted.find("kind").map(kind_of).transpose()?;
    let previous_number = Some(posted.get("previous_number").to_owned());
    let change = Change { kind, applicant: stated(posted), fields: posted.under("fields."), previous_number };
    let mut tx = at.app.db.begin().await?;
    permits::amend(&mut tx, &at.desk(), id, change).await?;
    Ok(tx.commit().await?)
}
