//! Files over the API: drafts, what is handed in, the acts, the lists.

use rocket::form::Form;
use rocket::{Route, get, patch, post, put, routes};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::api_stated::{returning, typing};
use super::at_files::AtFiles;
use super::paper::{Paper, print_receipt};
use super::upload::{self, Sent};
use super::views::{FileJson, RequirementJson, RowJson, requirements, texts};
use crate::civil;
use crate::db::Tx;
use crate::ids::{ApplicationId, TicketId};
use crate::messages::{FieldFault, Lang, Refusal};
use crate::permits::{
    self, ActName, Application, ApplicationKind, Change, Cursor, Filing, InboxView, Proof, Search, Stated,
};
use crate::web::body::{Body, Reply};
use crate::web::guard::{Clerk, Head};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of files.
pub fn routes() -> Vec<Route> {
    let intake = routes![create, amend, put_file, put_sighted, register];
    let acts = routes![act, sign_batch];
    let lists = routes![view, receipt, search, inbox];
    [intake, acts, lists].concat()
}

#[derive(Deserialize)]
struct FilingBody {
    service: String,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    applicant: Stated,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    ticket_id: Option<String>,
    #[serde(default)]
    previous_number: Option<String>,
}

#[derive(Deserialize)]
struct ChangeBody {
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    applicant: Stated,
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    previous_number: Option<String>,
}

#[derive(Deserialize)]
struct SightedBody {
    #[serde(default)]
    sighted: bool,
}

#[derive(Serialize)]
struct ChecklistJson {
    requirements: Vec<RequirementJson>,
}

#[post("/api/v1/applications", data = "<body>")]
async fn create(body: Body<FilingBody>, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let filing = filing_of(body.value)?;
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let file = permits::create_draft(&mut tx, &at.desk(), filing).await?;
    let reply = Reply::created(&file_json(&mut tx, &at, &file, visit.lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

fn filing_of(body: FilingBody) -> Result<Filing, Refusal> {
    let kind = kind_of(body.kind.as_deref().unwrap_or(ApplicationKind::New.word()))?;
    let unknown = |_| Refusal::invalid("invalid-fields").field("ticket_id", "ticket-unknown");
    let ticket = body.ticket_id.as_deref().map(|id| id.parse::<TicketId>().map_err(unknown)).transpose()?;
    let previous_number = body.previous_number;
    Ok(Filing {
        service: body.service,
        kind,
        applicant: body.applicant,
        fields: texts(body.fields),
        ticket,
        previous_number,
    })
}

/// The kind of a word.
pub fn kind_of(word: &str) -> Result<ApplicationKind, Refusal> {
    let kind = word.parse().ok().filter(|kind| *kind != ApplicationKind::Erratum);
    kind.ok_or_else(|| Refusal::invalid("invalid-fields").field("kind", "choice"))
}

/// A file as an answer, read again in the same transaction.
pub(super) async fn file_json(tx: &mut Tx, at: &AtFiles, file: &Application, lang: Lang) -> Result<FileJson, Problem> {
    let view = permits::view(tx, &at.desk(), file.id).await?;
    let visit = permits::visit_of(tx, &view.file).await?;
    let stop = civil::find_correction_stop(tx, file.id).await?;
    Ok(FileJson::new(&at.desk(), (&view, &visit), lang).with_stop(stop.as_ref()))
}

#[patch("/api/v1/applications/<id>", data = "<body>")]
async fn amend(
    id: ApplicationId,
    body: Body<ChangeBody>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let kind = body.value.kind.as_deref().map(kind_of).transpose()?;
    let ChangeBody { applicant, fields, previous_number, .. } = body.value;
    let change = Change { kind, applicant, fields: texts(fields), previous_number };
    let mut tx = at.app.db.begin().await?;
    let file = permits::amend(&mut tx, &at.desk(), id, change).await?;
    let reply = Reply::ok(&file_json(&mut tx, &at, &file, visit.lang).await?)?;
    tx.commit().await?;
    Ok(reply)
}

#[put("/api/v1/applications/<id>/requirements/<code>", format = "multipart/form-data", data = "<sent>")]
async fn put_file(
    id: ApplicationId,
    code: &str,
    sent: Form<Sent<'_>>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let photo = view.items.iter().any(|item| item.code == code && item.photo);
    let proof = Proof::File(upload::check(&at.app, &sent, photo).await?);
    put(&at, id, (code, proof), visit.lang).await
}

#[put("/api/v1/applications/<id>/requirements/<code>", data = "<body>", rank = 2)]
async fn put_sighted(
    id: ApplicationId,
    code: &str,
    body: Body<SightedBody>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    if !body.value.sighted {
        return Err(Refusal::invalid("invalid-fields").field("sighted", "required").into());
    }
    put(&at, id, (code, Proof::Sighted), visit.lang).await
}

async fn put(at: &AtFiles, id: ApplicationId, (code, proof): (&str, Proof), lang: Lang) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    let items = permits::put_requirement(&mut tx, &at.desk(), id, code, proof).await?;
    tx.commit().await?;
    Reply::ok(&ChecklistJson { requirements: requirements(&items, lang) })
}

#[post("/api/v1/applications/<id>/registration", data = "<body>")]
async fn register(
    id: ApplicationId,
    body: Body<Map<String, Value>>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    let file = permits::register(&mut tx, &at.desk(), id).await?;
    let reply = Reply::ok(&file_json(&mut tx, &at, &file, visit.lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

#[post("/api/v1/applications/<id>/<act>", data = "<body>", rank = 2)]
async fn act(
    id: ApplicationId,
    act: &str,
    body: Body<Map<String, Value>>,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let act = act.parse::<ActName>().map_err(|_| Refusal::not_found("act-unknown"))?;
    let mut tx = at.app.db.begin().await?;
    if let Some(reply) = at.once.find(&mut tx, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    if act == ActName::Signature {
        drop(tx);
        let reason = texts(body.value).remove("reason");
        return sign_one(&at, (id, reason), &body.digest, visit.lang).await;
    }
    let desk = at.desk();
    let file = match act {
        ActName::Return => permits::return_file(&mut tx, &desk, id, returning(body.value)).await?,
        ActName::Rectification => permits::rectify(&mut tx, &desk, id, typing(body.value)).await?,
        other => permits::perform(&mut tx, &desk, id, (other, &texts(body.value))).await?,
    };
    let reply = Reply::ok(&file_json(&mut tx, &at, &file, visit.lang).await?)?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

async fn sign_one(
    at: &AtFiles,
    (id, reason): (ApplicationId, Option<String>),
    digest: &[u8],
    lang: Lang,
) -> Result<Reply, Problem> {
    let file = permits::sign(&at.app.db, &at.desk(), &at.press(), id, reason.as_deref()).await?;
    let mut tx = at.app.db.begin().await?;
    let reply = Reply::ok(&file_json(&mut tx, at, &file, lang).await?)?;
    at.once.keep(&mut tx, "", digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

#[derive(Deserialize)]
struct BatchBody {
    application_ids: Vec<ApplicationId>,
}

/// The head signs a batch; each file succeeds or fails by itself.
#[post("/api/v1/signatures", data = "<body>")]
async fn sign_batch(body: Body<BatchBody>, _head: Head, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    if let Some(reply) = at.once.find(&mut at.app.db.begin().await?, "", &body.digest, at.now).await? {
        return Ok(reply);
    }
    if !at.staff.officer.is(crate::identity::Role::Head) {
        return Err(Refusal::forbidden("wrong-role").into());
    }
    let mut results = Vec::new();
    for id in body.value.application_ids {
        results.push(match permits::sign(&at.app.db, &at.desk(), &at.press(), id, None).await {
            Ok(file) => json!({ "id": id, "state": file.state }),
            Err(fault) => json!({ "id": id, "problem": Problem::from(fault).brief(visit.lang) }),
        });
    }
    let reply = Reply::ok(&json!({ "results": results }))?;
    let mut tx = at.app.db.begin().await?;
    at.once.keep(&mut tx, "", &body.digest, (&reply, at.now));
    tx.commit().await?;
    Ok(reply)
}

#[get("/api/v1/applications/<id>")]
async fn view(id: ApplicationId, at: AtFiles, visit: Visit<'_>) -> Result<Reply, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let around = permits::visit_of(&mut tx, &view.file).await?;
    let stop = civil::find_correction_stop(&mut tx, id).await?;
    Reply::ok(&FileJson::new(&at.desk(), (&view, &around), visit.lang).with_stop(stop.as_ref()))
}

#[get("/api/v1/applications/<id>/receipt")]
async fn receipt(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    print_receipt(&at, &view).await
}

#[derive(Serialize)]
struct Page {
    items: Vec<RowJson>,
    next_cursor: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<std::collections::BTreeMap<&'static str, usize>>,
}

#[post("/api/v1/applications/search?<limit>&<cursor>", data = "<body>")]
async fn search(
    body: Body<Search>,
    limit: Option<i64>,
    cursor: Option<&str>,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let asked = body.value;
    let wrong = |_| Refusal::invalid("invalid-fields").field("cursor", "choice");
    let cursor = cursor.map(|id| id.parse().map_err(wrong)).transpose()?;
    let search = Search { limit: limit.or(asked.limit), cursor: cursor.or(asked.cursor), ..asked };
    let mut tx = at.app.db.begin().await?;
    let found = permits::search(&mut tx, &at.desk(), &search).await?;
    tx.commit().await?;
    let items = found.rows.iter().map(|row| RowJson::found(&at.desk(), row, visit.lang)).collect();
    Reply::ok(&Page { items, next_cursor: found.next.map(|id| id.to_string()), counts: None })
}

#[get("/api/v1/inbox?<view>&<limit>&<cursor>")]
async fn inbox(
    view: Option<&str>,
    limit: Option<usize>,
    cursor: Option<&str>,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Reply, Problem> {
    let view = inbox_view(view)?;
    let page = (inbox_cursor(cursor)?, limit.unwrap_or(50).clamp(1, 100));
    let inbox = permits::inbox(&mut at.app.db.read().await?, &at.desk(), view, page).await?;
    Reply::ok(&Page {
        items: inbox.rows.iter().map(|row| RowJson::waiting(row, visit.lang)).collect(),
        next_cursor: inbox.next.map(|cursor| cursor.to_string()),
        counts: Some(inbox.counts),
    })
}

/// Where a page of the inbox begins.
pub fn inbox_cursor(word: Option<&str>) -> Result<Option<Cursor>, Refusal> {
    let wrong = |_| Refusal::invalid("invalid-fields").field("cursor", "choice");
    word.map(|word| word.parse().map_err(wrong)).transpose()
}

/// The view of a word; everything of the own roles by default.
pub fn inbox_view(word: Option<&str>) -> Result<InboxView, Refusal> {
    let wrong = |_| Refusal { fields: vec![FieldFault::new("view", "choice")], ..Refusal::invalid("invalid-fields") };
    word.map_or(Ok(InboxView::Role), |word| word.parse().map_err(wrong))
}
