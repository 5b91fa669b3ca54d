//! What is done to an issued permit: suspended, taken up again, revoked, printed again with the number of the copy.

use rocket::http::Status;
use rocket::response::Redirect;
use rocket::tokio::task::spawn_blocking;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use super::detail::standing_pill;
use super::fields::OptionView;
use crate::db::{Fault, Outcome, Tx};
use crate::documents;
use crate::ids::ApplicationId;
use crate::messages::{self, Lang, Refusal, plain, text};
use crate::permits::{self, Cause, Permit, PermitAct, PermitLine, ReasonClass};
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of what happens to a permit.
pub fn routes() -> Vec<Route> {
    routes![ask, perform, copy, public_copy]
}

/// The form of one act on a permit.
#[derive(Default, Serialize)]
pub struct LifePage {
    file: String,
    act: String,
    title: String,
    hint: String,
    number: String,
    holder: String,
    pill: Option<Pill>,
    /// Empty where the public list does not tell a reason.
    classes: Vec<OptionView>,
    class: String,
    reason: String,
    /// Whether a ground of law may be stated.
    asks_ground: bool,
    legal_ground: String,
    reason_error: Option<String>,
    ground_error: Option<String>,
    /// What may be taken out of a public copy; empty for every other act.
    removable: Vec<OptionView>,
    removed: Vec<String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

impl Page for LifePage {
    const TEMPLATE: &'static str = "permits/life.html";

    fn samples() -> Vec<Self> {
        let page = |act: PermitAct| LifePage {
            number: "503/0001/SIPB/DPMPTSP/2026".into(),
            holder: "RAHMA DATA UJI".into(),
            pill: Some(Pill::new("ok", "Berlaku".into())),
            ..LifePage::empty(act, Lang::Id)
        };
        let refused = LifePage {
            errors: vec![FieldLine { field: "reason".into(), message: "Isi alasan.".into() }],
            reason_error: Some("Isi alasan.".into()),
            ground_error: Some("Isi dasar hukum.".into()),
            asks_ground: true,
            refusal: Some("Ada isian yang belum benar.".into()),
            ..page(PermitAct::Reprint)
        };
        let public = LifePage {
            removable: vec![OptionView::new("Tempat praktik", "Tempat praktik: Klinik Sehat DATA UJI")],
            removed: vec!["Tempat praktik".into()],
            ..page(PermitAct::PublicCopy)
        };
        PermitAct::ALL.iter().copied().filter(|act| has_form(*act)).map(page).chain([refused, public]).collect()
    }
}

impl LifePage {
    fn empty(act: PermitAct, lang: Lang) -> LifePage {
        let class = |class: &ReasonClass| OptionView::new(class.word(), plain(lang, &format!("reason_class.{class}")));
        let classes = match act {
            PermitAct::Suspension | PermitAct::Revocation => ReasonClass::ALL.iter().map(class).collect(),
            PermitAct::Lifting
            | PermitAct::Reprint
            | PermitAct::PublicCopy
            | PermitAct::Warning
            | PermitAct::Compliance => Vec::new(),
        };
        LifePage {
            act: act.to_string(),
            title: plain(lang, &format!("life.{act}")),
            hint: plain(lang, &format!("life.hint_{act}")),
            classes,
            asks_ground: act == PermitAct::Revocation,
            ..LifePage::default()
        }
    }

    fn new(at: &AtFiles, (file, permit): (ApplicationId, &Permit), act: PermitAct, lang: Lang) -> LifePage {
        LifePage {
            file: file.to_string(),
            number: permit.number.clone(),
            holder: permit.holder_name.clone(),
            pill: standing_pill(permit, at.today(), lang),
            ..LifePage::empty(act, lang)
        }
    }
}

#[get("/permohonan/<id>/izin/tindakan/<act>")]
async fn ask(id: ApplicationId, act: &str, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let act = act_of(act)?;
    let permit = permit_of(&mut at.app.db.read().await?, &at, id).await?;
    if !permit.open_acts(&at.staff.officer).contains(&act) {
        return Err(Refusal::conflict("permit-in-other-state").with("number", &permit.number).into());
    }
    let page = LifePage::new(&at, (id, &permit), act, visit.lang);
    visit.page(&LifePage { removable: removable(&at, &permit, act).await?, ..page })
}

/// The rows of a permit that may be left out of a public copy.
async fn removable(at: &AtFiles, permit: &Permit, act: PermitAct) -> Result<Vec<OptionView>, Problem> {
    if act != PermitAct::PublicCopy {
        return Ok(Vec::new());
    }
    let sheet = permits::find_sheet(&mut at.app.db.read().await?, permit.id).await?;
    let rows = sheet.map(|sheet| permits::removable(&sheet)).unwrap_or_default();
    Ok(rows.into_iter().map(|(label, value)| OptionView::new(&label, format!("{label}: {value}"))).collect())
}

#[post("/permohonan/<id>/izin/tindakan/<act>", data = "<posted>")]
async fn perform(
    id: ApplicationId,
    act: &str,
    posted: Posted,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let act = act_of(act)?;
    let permit = permit_of(&mut at.app.db.read().await?, &at, id).await?;
    match done(&at, &permit, act, &posted).await {
        Ok(None) => Ok(Either::Left(Redirect::to(format!("/permohonan/{id}")))),
        Ok(Some(copy)) => {
            let kind = if act == PermitAct::PublicCopy { "salinan-publik" } else { "salinan" };
            Ok(Either::Left(Redirect::to(format!("/permohonan/{id}/izin/{kind}/{copy}"))))
        }
        Err(Fault::Refused(refusal)) if refusal.fields.is_empty() => Err(refusal.into()),
        Err(Fault::Refused(refusal)) => {
            let of = |name: &str| refusal.fields.iter().find(|fault| fault.field == name);
            let error = |name: &str| of(name).map(|fault| fault.words(visit.lang));
            let page = LifePage {
                reason_error: error("reason"),
                ground_error: error("legal_ground"),
                class: posted.get("class").to_owned(),
                reason: posted.get("reason").to_owned(),
                legal_ground: posted.get("legal_ground").to_owned(),
                removable: removable(&at, &permit, act).await?,
                removed: posted.list("remove").into_iter().map(str::to_owned).collect(),
                errors: field_lines(&refusal.fields, visit.lang),
                refusal: Some(refusal.words(visit.lang)),
                ..LifePage::new(&at, (id, &permit), act, visit.lang)
            };
            Ok(Either::Right(visit.page(&page)?.with_status(Status::UnprocessableEntity)))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// Does it; answers the number of the copy of a reprint.
async fn done(at: &AtFiles, permit: &Permit, act: PermitAct, posted: &Posted) -> Outcome<Option<i64>> {
    let mut tx = at.app.db.begin().await?;
    let copy = match act {
        PermitAct::Reprint => Some(permits::reprint(&mut tx, &at.desk(), permit.id, posted.get("reason")).await?.1),
        PermitAct::PublicCopy => {
            let more = posted.list("remove").into_iter().map(str::to_owned).collect();
            let asked = (posted.get("reason"), more);
            Some(permits::make_public_copy(&mut tx, &at.desk(), permit.id, asked).await?.1)
        }
        PermitAct::Suspension | PermitAct::Lifting | PermitAct::Revocation => {
            let cause = Cause {
                reason: posted.get("reason").to_owned(),
                class: posted.get("class").parse().ok(),
                legal_ground: posted.find("legal_ground").map(str::to_owned),
            };
            permits::change_standing(&mut tx, &at.desk(), permit.id, (act, cause)).await?;
            None
        }
        PermitAct::Warning | PermitAct::Compliance => return Err(Refusal::not_found("act-unknown").into()),
    };
    tx.commit().await?;
    Ok(copy)
}

/// A counted copy for the printer. It says which copy it is and carries no seal: the sealed file is the original.
#[get("/permohonan/<id>/izin/salinan/<copy>")]
async fn copy(id: ApplicationId, copy: usize, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let permit = permit_of(&mut tx, &at, id).await?;
    let life = permits::list_life(&mut tx, permit.id).await?;
    let line = nth(&life, PermitAct::Reprint, copy);
    let unknown = || Problem::from(Refusal::not_found("permit-unknown"));
    let (line, sheet) = line.zip(permits::find_sheet(&mut tx, permit.id).await?).ok_or_else(unknown)?;
    let when = messages::date(Lang::Id, at.day_of(line.at));
    let words = text(Lang::Id, "life.copy_line", &[("copy", copy.to_string()), ("date", when)]);
    let sheet = documents::PermitSheet { footer: sheet.footer.iter().cloned().chain([words]).collect(), ..sheet };
    let file_name = format!("{}-salinan-{copy}.pdf", permit.number.replace('/', "-"));
    print(sheet, &permit, file_name).await
}

/// A copy for the public, drawn anew without the personal parts.
#[get("/permohonan/<id>/izin/salinan-publik/<copy>")]
async fn public_copy(id: ApplicationId, copy: usize, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let permit = permit_of(&mut tx, &at, id).await?;
    let life = permits::list_life(&mut tx, permit.id).await?;
    let line = nth(&life, PermitAct::PublicCopy, copy);
    let unknown = || Problem::from(Refusal::not_found("permit-unknown"));
    let (line, sheet) = line.zip(permits::find_sheet(&mut tx, permit.id).await?).ok_or_else(unknown)?;
    let sheet = permits::public_sheet(sheet, line, messages::date(Lang::Id, at.day_of(line.at)));
    let file_name = format!("{}-salinan-publik-{copy}.pdf", permit.number.replace('/', "-"));
    print(sheet, &permit, file_name).await
}

/// The n-th line of an act in the life of a permit, from 1.
fn nth(life: &[PermitLine], act: PermitAct, n: usize) -> Option<&PermitLine> {
    life.iter().filter(|line| line.act == act).nth(n.checked_sub(1)?)
}

async fn print(sheet: documents::PermitSheet, permit: &Permit, file_name: String) -> Result<Paper, Problem> {
    let at = permit.reserved_at.utc();
    let printed = spawn_blocking(move || documents::permit(&sheet, at)).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(file_name, bytes))
}

fn act_of(word: &str) -> Result<PermitAct, Refusal> {
    word.parse().ok().filter(|act| has_form(*act)).ok_or_else(|| Refusal::not_found("act-unknown"))
}

/// Warnings have a page of their own.
fn has_form(act: PermitAct) -> bool {
    !matches!(act, PermitAct::Warning | PermitAct::Compliance)
}

async fn permit_of(tx: &mut Tx, at: &AtFiles, id: ApplicationId) -> Outcome<Permit> {
    let view = permits::view(tx, &at.desk(), id).await?;
    let permit = view.permit.filter(Permit::is_public);
    Ok(permit.ok_or_else(|| Refusal::not_found("permit-unknown"))?)
}
