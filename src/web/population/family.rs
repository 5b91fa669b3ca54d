//! `/kependudukan/keluarga`: the people of a family card, for a stated purpose.

use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::clock::Day;
use crate::db::Fault;
use crate::messages::{self, Lang, Refusal, plain};
use crate::population::{self, FamilyMember, LookupRequest, Nik, ResidentStatus, Sex};
use crate::web::form::Posted;
use crate::web::guard::DeskStaff;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the page.
pub fn routes() -> Vec<Route> {
    routes![ask, show]
}

/// The question and, when it was asked, the family.
#[derive(Default, Serialize)]
pub struct FamilyPage {
    purpose: String,
    asked: bool,
    members: Vec<MemberLine>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct MemberLine {
    nik: String,
    name: String,
    birth_date: String,
    sex: String,
    kind: &'static str,
    status: String,
    asked: bool,
}

impl MemberLine {
    fn new(member: &FamilyMember, lang: Lang) -> MemberLine {
        let kind = match member.status {
            ResidentStatus::Active => "ok",
            ResidentStatus::Deceased | ResidentStatus::Inactive => "late",
        };
        MemberLine {
            nik: member.nik.clone(),
            name: member.name.clone(),
            birth_date: messages::date(lang, member.birth_date),
            sex: plain(lang, &format!("sex.{}", member.sex)),
            kind,
            status: plain(lang, &format!("family.status.{}", member.status)),
            asked: member.asked,
        }
    }
}

impl Page for FamilyPage {
    const TEMPLATE: &'static str = "population/family.html";

    fn samples() -> Vec<Self> {
        let member = |asked: bool| FamilyMember {
            nik: "1607••••••••0007".into(),
            name: "RAHMA DATA UJI".into(),
            birth_date: Day(chrono::NaiveDate::default()),
            sex: Sex::Female,
            status: if asked { ResidentStatus::Active } else { ResidentStatus::Deceased },
            asked,
        };
        let members = [true, false].map(|asked| MemberLine::new(&member(asked), Lang::Id)).into();
        let errors = vec![FieldLine { field: "nik".into(), message: "NIK terdiri dari 16 angka.".into() }];
        vec![
            FamilyPage::default(),
            FamilyPage { errors, ..FamilyPage::default() },
            FamilyPage { asked: true, purpose: "KK ubah data".into(), members, ..FamilyPage::default() },
            FamilyPage { asked: true, ..FamilyPage::default() },
        ]
    }
}

#[get("/kependudukan/keluarga")]
fn ask(_staff: DeskStaff, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&FamilyPage::default())
}

/// The NIK stands in the body, never in an address.
#[post("/kependudukan/keluarga", data = "<posted>")]
async fn show(posted: Posted, staff: DeskStaff, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let purpose = posted.get("purpose").to_owned();
    match found(&posted, &staff, &visit).await {
        Ok(family) => {
            let members = family.iter().map(|member| MemberLine::new(member, visit.lang)).collect();
            visit.page(&FamilyPage { purpose, asked: true, members, ..FamilyPage::default() })
        }
        Err(Fault::Refused(refusal)) => {
            let errors = refusal_lines(&refusal, visit.lang);
            let again = FamilyPage { purpose, errors, ..FamilyPage::default() };
            Ok(visit.page(&again)?.with_status(Status::UnprocessableEntity))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn found(posted: &Posted, staff: &DeskStaff, visit: &Visit<'_>) -> crate::db::Outcome<Vec<FamilyMember>> {
    let wrong = |_| Refusal::invalid("invalid-fields").field("nik", "not-a-nik");
    let nik = Nik::parse(posted.get("nik")).map_err(wrong)?;
    let purpose = posted.get("purpose").to_owned();
    let request = LookupRequest { nik, purpose, ticket_id: None, application_id: None, claimed: None };
    let (app, officer) = (visit.app, &staff.officer);
    let mut tx = app.db.begin().await?;
    let family = population::view_family(&mut tx, &app.keys, app.act(officer), officer.id, request).await?;
    tx.commit().await?;
    Ok(family)
}
