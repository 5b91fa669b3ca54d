//! The forms of a file's page: what is handed in, and the acts.

use std::collections::BTreeMap;

use rocket::form::Form;
use rocket::http::Status;
use rocket::response::Redirect;
use rocket::{Either, Route, post, routes};

use super::detail::load;
use super::detail_parts::Tried;
use crate::db::Fault;
use crate::ids::ApplicationId;
use crate::messages::{FieldFault, Refusal};
use crate::permits::{self, ActName, Proof};
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::Rendered;
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::upload::{self, Sent};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the forms.
pub fn routes() -> Vec<Route> {
    routes![upload_file, sight, sight_rest, perform]
}

/// Back to the file, or its page again with what was refused.
pub type Next = Result<Either<Redirect, Rendered>, Problem>;

/// The page of a file, at a part of it.
pub fn back(id: ApplicationId, part: &str) -> Next {
    Ok(Either::Left(Redirect::to(format!("/permohonan/{id}{part}"))))
}

#[post("/permohonan/<id>/berkas/<code>", data = "<sent>")]
async fn upload_file(
    id: ApplicationId,
    code: &str,
    sent: Form<Sent<'_>>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Next {
    visit.check_form_token(sent.csrf)?;
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let photo = view.items.iter().any(|item| item.code == code && item.photo);
    match upload::check(&at.app, &sent, photo).await {
        Ok(upload) => put(id, (code, Proof::File(upload)), &at, &visit).await,
        Err(problem) => again(id, ActName::Creation, (problem.refusal, BTreeMap::new()), &at, &visit).await,
    }
}

#[post("/permohonan/<id>/berkas/<code>/dilihat", data = "<_posted>")]
async fn sight(id: ApplicationId, code: &str, _posted: Posted, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Next {
    put(id, (code, Proof::Sighted), &at, &visit).await
}

/// The originals of everything that is missing were seen.
#[post("/permohonan/<id>/berkas-dilihat", data = "<_posted>")]
async fn sight_rest(id: ApplicationId, _posted: Posted, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Next {
    let mut tx = at.app.db.begin().await?;
    match permits::sight_rest(&mut tx, &at.desk(), id).await {
        Ok(_) => {
            tx.commit().await?;
            back(id, "")
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            again(id, ActName::Creation, (refusal, BTreeMap::new()), &at, &visit).await
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn put(id: ApplicationId, (code, proof): (&str, Proof), at: &AtFiles, visit: &Visit<'_>) -> Next {
    let mut tx = at.app.db.begin().await?;
    match permits::put_requirement(&mut tx, &at.desk(), id, code, proof).await {
        Ok(_) => {
            tx.commit().await?;
            Ok(Either::Left(Redirect::to(format!("/permohonan/{id}#berkas-{code}"))))
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            again(id, ActName::Creation, (refusal, BTreeMap::new()), at, visit).await
        }
        Err(fault) => Err(fault.into()),
    }
}

#[post("/permohonan/<id>/tindakan/<act>", data = "<posted>")]
async fn perform(id: ApplicationId, act: &str, posted: Posted, at: AtFiles, visit: Visit<'_>) -> Next {
    let act = act.parse::<ActName>().map_err(|_| Refusal::not_found("act-unknown"))?;
    match done(id, act, &posted, &at).await {
        Ok(()) => back(id, ""),
        Err(Fault::Refused(refusal)) => again(id, act, (refusal, posted.values()), &at, &visit).await,
        Err(fault) => Err(fault.into()),
    }
}

async fn done(id: ApplicationId, act: ActName, posted: &Posted, at: &AtFiles) -> Result<(), Fault> {
    if act == ActName::Signature {
        permits::sign(&at.app.db, &at.desk(), &at.press(), id, posted.find("signature.reason")).await?;
        return Ok(());
    }
    let mut tx = at.app.db.begin().await?;
    if act == ActName::Registration {
        permits::register(&mut tx, &at.desk(), id).await?;
    } else {
        permits::perform(&mut tx, &at.desk(), id, (act, &posted.under(&format!("{act}.")))).await?;
    }
    Ok(tx.commit().await?)
}

/// The page again, with what was refused and why; what was typed stays.
pub async fn again(
    id: ApplicationId,
    act: ActName,
    (refusal, values): (Refusal, BTreeMap<String, String>),
    at: &AtFiles,
    visit: &Visit<'_>,
) -> Next {
    let status = Problem::from(refusal.clone()).status;
    if status == Status::NotFound {
        return Err(refusal.into());
    }
    let refusal = Refusal { fields: refusal.fields.into_iter().map(|fault| placed(act, fault)).collect(), ..refusal };
    let tried = Tried { act, values, refusal };
    let page = load(at, id, visit.lang, Some(&tried)).await?;
    Ok(Either::Right(visit.page(&page)?.with_status(status)))
}

/// Where on the page a field stands: several forms share names, so theirs carry the act.
fn placed(act: ActName, fault: FieldFault) -> FieldFault {
    let field = match fault.field.strip_prefix("requirements.") {
        Some(code) => format!("berkas-{code}"),
        None if fault.field.contains('.') || fault.field == "file" => fault.field,
        None => format!("{act}.{}", fault.field),
    };
    FieldFault { field, ..fault }
}
