//! `/permohonan/kode-hilang` and `POST /api/v1/applications/code-recovery`: a lost tracking code, found again at the counter.

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde::Serialize;
use serde_json::json;

use crate::db::{Fault, Outcome};
use crate::messages::{FieldFault, Lang, Refusal, plain};
use crate::permits::{self, ApplicationState, Lost, Row};
use crate::web::body::{Body, Reply};
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the recovery.
pub fn routes() -> Vec<Route> {
    routes![ask, find, find_api]
}

/// The form and what was found.
#[derive(Default, Serialize)]
pub struct RecoverPage {
    birth_date: String,
    phone: String,
    nik_error: Option<String>,
    birth_error: Option<String>,
    phone_error: Option<String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
    found: Vec<FoundView>,
}

#[derive(Serialize)]
struct FoundView {
    id: String,
    code: String,
    service: String,
    state: String,
}

impl Page for RecoverPage {
    const TEMPLATE: &'static str = "permits/recover.html";

    fn samples() -> Vec<Self> {
        let found = FoundView {
            id: "01900000-0000-7000-8000-000000000000".into(),
            code: "7K2M-94QX-PD3".into(),
            service: "Surat Izin Praktik Bidan".into(),
            state: "Diverifikasi".into(),
        };
        let wrong = RecoverPage {
            nik_error: Some("NIK terdiri dari 16 angka.".into()),
            birth_error: Some("Isi kolom ini.".into()),
            phone_error: Some("Nomor ini belum benar.".into()),
            errors: vec![FieldLine { field: "nik".into(), message: "NIK terdiri dari 16 angka.".into() }],
            refusal: Some("Ada isian yang belum benar.".into()),
            ..RecoverPage::default()
        };
        vec![RecoverPage::default(), wrong, RecoverPage { found: vec![found], ..RecoverPage::default() }]
    }
}

#[get("/permohonan/kode-hilang")]
async fn ask(_clerk: Clerk, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&RecoverPage::default())
}

#[post("/permohonan/kode-hilang", data = "<posted>")]
async fn find(posted: Posted, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let get = |name: &str| posted.get(name).to_owned();
    let lost = Lost { nik: get("nik"), birth_date: get("birth_date"), phone: get("phone") };
    let typed = RecoverPage { birth_date: get("birth_date"), phone: get("phone"), ..RecoverPage::default() };
    match sought(&at, &lost).await {
        Ok(rows) => {
            let found = rows.iter().map(|row| found_view(&at, row, visit.lang)).collect();
            visit.page(&RecoverPage { found, ..RecoverPage::default() })
        }
        Err(Fault::Refused(refusal)) => {
            let status = Problem::from(refusal.clone()).status;
            let page = typed.refused(&refusal, visit.lang);
            // An unknown person is no missing page.
            let status = if status == Status::NotFound { Status::Ok } else { status };
            Ok(visit.page(&page)?.with_status(status))
        }
        Err(fault) => Err(fault.into()),
    }
}

impl RecoverPage {
    fn refused(self, refusal: &Refusal, lang: Lang) -> RecoverPage {
        let error = |name: &str| {
            let fault: Option<&FieldFault> = refusal.fields.iter().find(|fault| fault.field == name);
            fault.map(|fault| fault.words(lang))
        };
        RecoverPage {
            nik_error: error("nik"),
            birth_error: error("birth_date"),
            phone_error: error("phone"),
            errors: field_lines(&refusal.fields, lang),
            refusal: Some(refusal.words(lang)),
            ..self
        }
    }
}

fn found_view(at: &AtFiles, row: &Row, lang: Lang) -> FoundView {
    let catalogue = at.app.catalogue();
    let name = catalogue.find(&row.service_code).map(|p| p.service.name.of(lang).to_owned());
    FoundView {
        id: row.id.to_string(),
        code: row.code.text().to_owned(),
        service: name.unwrap_or_else(|| row.service_code.clone()),
        state: plain(lang, &format!("state.{}", row.state)),
    }
}

/// The files, after the search was recorded; 404 when there are none.
async fn sought(at: &AtFiles, lost: &Lost) -> Outcome<Vec<Row>> {
    let mut tx = at.app.db.begin().await?;
    let found = permits::recover_code(&mut tx, &at.desk(), lost).await?;
    tx.commit().await?;
    if found.is_empty() { Err(Refusal::not_found("recovery-unknown").into()) } else { Ok(found) }
}

#[derive(Serialize)]
struct RecoveredJson {
    id: String,
    code: String,
    service: String,
    state: ApplicationState,
    state_label: String,
    receipt: String,
}

#[post("/api/v1/applications/code-recovery", data = "<body>")]
async fn find_api(body: Body<Lost>, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let item = |row: &Row| RecoveredJson {
        id: row.id.to_string(),
        code: row.code.text().to_owned(),
        service: row.service_code.clone(),
        state: row.state,
        state_label: plain(visit.lang, &format!("state.{}", row.state)),
        receipt: format!("/api/v1/applications/{}/receipt", row.id),
    };
    let items: Vec<RecoveredJson> = sought(&at, &body.value).await?.iter().map(item).collect();
    Reply::ok(&json!({ "items": items, "next_cursor": null }))
}
