//! `/kependudukan/permintaan/baru`: a request is opened, from the visit in hand or by NIK.

use std::collections::BTreeMap;

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use crate::catalogue::{Service, ServiceKind};
use crate::civil::{self, Opening};
use crate::db::Fault;
use crate::messages::{FieldFault, Lang, Refusal};
use crate::web::form::Posted;
use crate::web::guard::PopulationOfficer;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::{AtFiles, FieldView, OptionView, questions};
use crate::web::population::find_name;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the form.
pub fn routes() -> Vec<Route> {
    routes![blank_form, open]
}

/// The form: first the service, then whose document and what the service asks.
#[derive(Default, Serialize)]
pub struct CivilFormPage {
    ticket: String,
    service: String,
    service_name: String,
    services: Vec<OptionView>,
    fields: Vec<FieldView>,
    questions: Vec<FieldView>,
    papers: Vec<PaperChoice>,
    errors: Vec<FieldLine>,
}

/// A paper that can be marked as seen.
#[derive(Serialize)]
struct PaperChoice {
    code: String,
    name: String,
    seen: bool,
}

impl Page for CivilFormPage {
    const TEMPLATE: &'static str = "civil/form.html";

    fn samples() -> Vec<Self> {
        let start = CivilFormPage {
            services: vec![OptionView::new("KTP-C", "Cetak KTP-el"), OptionView::new("KIA", "Kartu Identitas Anak")],
            ..CivilFormPage::default()
        };
        let faults = [FieldFault::new("applicant.nik", "not-a-nik")];
        let filled = CivilFormPage {
            ticket: "1".into(),
            service: "KTP-C".into(),
            service_name: "Cetak KTP-el".into(),
            fields: person_fields(&BTreeMap::new(), &faults, Lang::Id),
            papers: vec![PaperChoice { code: "kk".into(), name: "Kartu Keluarga".into(), seen: true }],
            errors: vec![FieldLine { field: "applicant.nik".into(), message: "NIK terdiri atas 16 angka.".into() }],
            ..CivilFormPage::default()
        };
        vec![start, filled]
    }
}

fn person_fields(values: &BTreeMap<String, String>, faults: &[FieldFault], lang: Lang) -> Vec<FieldView> {
    let ask = |name: &str, kind, required| FieldView::named(name, kind, required, lang);
    let fields = [
        ask("applicant.nik", "nik", true).hinted("civil.nik_hint", lang),
        ask("applicant.name", "line", false).labelled("civil.name", lang).hinted("civil.name_hint", lang),
        ask("applicant.phone", "tel", false),
        ask("urgent_reason", "line", false).hinted("civil.urgent_hint", lang),
    ];
    fields.into_iter().map(|field| field.filled(values, faults, lang)).collect()
}

fn services(at: &AtFiles, lang: Lang) -> Vec<OptionView> {
    let catalogue = at.desk().catalogue;
    let found = catalogue.list().map(|published| &published.service);
    let found = found.filter(|service| service.kind == ServiceKind::Population);
    found.map(|service| OptionView::new(&service.code, service.name.of(lang))).collect()
}

fn find_service<'a>(at: &'a AtFiles, code: &str) -> Option<&'a Service> {
    let found = at.desk().catalogue.find(code).map(|published| &published.service);
    found.filter(|service| service.kind == ServiceKind::Population)
}

fn page(
    at: &AtFiles,
    (code, ticket): (&str, &str),
    (values, faults): (&BTreeMap<String, String>, &[FieldFault]),
    seen: &[&str],
    lang: Lang,
) -> CivilFormPage {
    let Some(service) = find_service(at, code) else {
        return CivilFormPage { ticket: ticket.to_owned(), services: services(at, lang), ..CivilFormPage::default() };
    };
    let paper = |asked: &crate::catalogue::Requirement| PaperChoice {
        code: asked.code.clone(),
        name: asked.name.of(lang).to_owned(),
        seen: seen.contains(&asked.code.as_str()),
    };
    CivilFormPage {
        ticket: ticket.to_owned(),
        service: service.code.clone(),
        service_name: service.name.of(lang).to_owned(),
        fields: person_fields(values, faults, lang),
        questions: questions(service, values, faults, lang),
        papers: service.requirements.iter().map(paper).collect(),
        ..CivilFormPage::default()
    }
}

#[get("/kependudukan/permintaan/baru?<layanan>&<tiket>")]
fn blank_form(
    layanan: Option<&str>,
    tiket: Option<&str>,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let asked = (layanan.unwrap_or_default(), tiket.unwrap_or_default());
    visit.page(&page(&at, asked, (&BTreeMap::new(), &[]), &[], visit.lang))
}

/// The NIK stands in the body, never in an address.
#[post("/kependudukan/permintaan/baru", data = "<posted>")]
async fn open(
    posted: Posted,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    match opened(&posted, &at, &visit).await {
        Ok(id) => Ok(Either::Left(Redirect::to(format!("/kependudukan/permintaan/{id}")))),
        Err(Fault::Refused(refusal)) => {
            let values = posted.values();
            let asked = (posted.get("service"), posted.get("ticket"));
            let again = page(&at, asked, (&values, &refusal.fields), &posted.list("sighted"), visit.lang);
            let again = CivilFormPage { errors: refusal_lines(&refusal, visit.lang), ..again };
            Ok(Either::Right(visit.page(&again)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn opened(posted: &Posted, at: &AtFiles, visit: &Visit<'_>) -> crate::db::Outcome<crate::ids::CivilRequestId> {
    let of = |name: &str| posted.get(name).to_owned();
    let service = posted.get("service");
    let stated = (posted.get("applicant.nik"), posted.get("applicant.name"));
    let name = find_name(visit, &at.staff.officer, stated, service).await?;
    let unknown = |_| Refusal::invalid("invalid-fields").field("ticket", "ticket-unknown");
    let opening = Opening {
        service: service.to_owned(),
        nik: of("applicant.nik"),
        name,
        phone: of("applicant.phone"),
        fields: posted.under("fields."),
        ticket: posted.find("ticket").map(|id| id.parse().map_err(unknown)).transpose()?,
        urgent_reason: of("urgent_reason"),
        sighted: posted.list("sighted").into_iter().map(str::to_owned).collect(),
    };
    let mut tx = at.app.db.begin().await?;
    let request = civil::open(&mut tx, &at.desk(), opening).await?;
    tx.commit().await?;
    Ok(request.id)
}
