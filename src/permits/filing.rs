//! Use cases of intake: a draft, its changes, what is handed in, and the registration of a complete file.

use serde_json::{Value, json};

use super::checklist::{check_complete, checklist, unknown_fields};
use super::desk::{open_file, rules_of, save};
use super::holding::check_hold;
use super::kinds::{check_alone, link_previous, missing};
use super::people::{check_hands, check_role};
use super::places::check_answers;
use super::stage_clock::stage_due_after;
use super::store;
use super::wallet;
use super::{
    ActName, ActRecord, Application, ApplicationKind, ApplicationState, ChecklistItem, Desk, Facts, Fields, Stated,
    TrackingCode,
};
use crate::audit;
use crate::catalogue::{Matter, Published, Service, ServiceKind, Validity};
use crate::clock::Day;
use crate::db::{Outcome, StoreError, Tx};
use crate::documents::{self, Upload};
use crate::ids::{ApplicationId, OfficerId, TicketId};
use crate::messages::{FieldFault, Refusal};

/// A new file as stated at the counter.
pub struct Filing {
    /// Service code.
    pub service: String,
    /// What is asked for.
    pub kind: ApplicationKind,
    /// Who applies.
    pub applicant: Stated,
    /// Answers of the form.
    pub fields: Fields,
    /// The visit.
    pub ticket: Option<TicketId>,
    /// The number of the permit it rests on.
    pub previous_number: Option<String>,
}

/// A change of a draft or returned file; what is absent stays.
#[derive(Default)]
pub struct Change {
    /// What is asked for.
    pub kind: Option<ApplicationKind>,
    /// Who applies.
    pub applicant: Stated,
    /// Answers of the form; an empty answer is taken out.
    pub fields: Fields,
    /// The number of the permit it rests on; an empty one is taken out.
    pub previous_number: Option<String>,
}

/// How a requirement is met.
pub enum Proof {
    /// A file that passed the check.
    File(Upload),
    /// The clerk saw the original.
    Sighted,
}

/// Begins a file. It may be incomplete, but nothing in it may be impossible.
pub async fn create_draft(tx: &mut Tx, desk: &Desk<'_>, filing: Filing) -> Outcome<Application> {
    check_role(desk.officer, ActName::Creation)?;
    let site = desk.officer.site.ok_or_else(|| Refusal::forbidden("officer-without-site"))?;
    let published = find_service(desk, &filing.service)?;
    let fields = trimmed(filing.fields);
    let applicant = filing.applicant.apply(None);
    let mut faults = form_faults(&published.service, filing.kind, &fields);
    faults.extend(applicant.as_ref().err().cloned().unwrap_or_default());
    if let Some(ticket) = filing.ticket
        && !store::has_ticket(tx, ticket).await?
    {
        faults.push(FieldFault::new("ticket_id", "ticket-unknown"));
    }
    let (Ok(applicant), true) = (applicant, faults.is_empty()) else {
        return Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }.into());
    };
    let mut file = Application {
        id: ApplicationId::new(desk.now.0),
        code: TrackingCode::draw(),
        service: published.service.code.clone(),
        service_version: published.version,
        kind: filing.kind,
        state: ApplicationState::Draft,
        version: 1,
        site,
        ticket: filing.ticket,
        applicant,
        fields: asked_only(&published.service, filing.kind, fields),
        external_number: None,
        previous_number: filing.previous_number.and_then(|number| typed_number(&number)),
        previous: None,
        intake_by: desk.officer.id,
        claim: None,
        advice: None,
        created_at: desk.now,
        registered_at: None,
        due_at: None,
        due_estimate: false,
        stage_due_at: None,
        paused_at: None,
        answered_at: None,
        closed_at: None,
    };
    for (code, answer) in link_previous(tx, desk, &mut file).await? {
        if published.service.fields.iter().any(|field| field.code == code) {
            file.fields.entry(code).or_insert(answer);
        }
    }
    store::insert(tx, desk.keys, &file).await?;
    wallet::reuse_papers(tx, desk, (&file, &published.service)).await?;
    record(tx, desk, &file, (ActName::Creation, ApplicationState::Draft), json!({})).await?;
    Ok(file)
}

/// Changes a draft or a returned file.
pub async fn amend(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, change: Change) -> Outcome<Application> {
    let (mut file, rules) = open_for_intake(tx, desk, id).await?;
    let mut fields = file.fields.clone();
    fields.extend(change.fields);
    let fields = trimmed(fields);
    let applicant = change.applicant.apply(Some(&file.applicant));
    let kind = change.kind.unwrap_or(file.kind);
    let mut faults = form_faults(&rules, kind, &fields);
    faults.extend(applicant.as_ref().err().cloned().unwrap_or_default());
    let (Ok(applicant), true) = (applicant, faults.is_empty()) else {
        return Err(Refusal { fields: faults, ..Refusal::invalid("invalid-fields") }.into());
    };
    file.kind = kind;
    file.applicant = applicant;
    file.fields = asked_only(&rules, kind, fields);
    if let Some(number) = change.previous_number {
        file.previous_number = typed_number(&number);
    }
    link_previous(tx, desk, &mut file).await?;
    save(tx, desk, &file).await?;
    audit::record(tx, desk.act(), "application.amended", id, json!({ "state": file.state })).await?;
    Ok(Application { version: file.version + 1, ..file })
}

/// Takes in a file for a requirement, or that its original was seen; answers the checklist.
pub async fn put_requirement(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    code: &str,
    proof: Proof,
) -> Outcome<Vec<ChecklistItem>> {
    let (file, rules) = open_for_intake(tx, desk, id).await?;
    let asked = rules.requirements.iter().find(|asked| asked.code == code);
    let asked = asked.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    let filed = match proof {
        Proof::Sighted if asked.photo => {
            return Err(Refusal::invalid("invalid-fields").field("sighted", "photo-needs-file").into());
        }
        Proof::Sighted => None,
        Proof::File(upload) => Some(documents::keep_upload(tx, upload, desk.now).await?),
    };
    let (document, digest) = (filed.as_ref().map(|filed| filed.id), filed.as_ref().map(|filed| &filed.sha256));
    store::put_handed(tx, id, (code, document), (desk.officer.id, desk.now)).await?;
    save(tx, desk, &file).await?;
    let detail = match digest {
        Some(digest) => json!({ "requirement": code, "sighted": false, "document": document, "sha256": digest }),
        None => json!({ "requirement": code, "sighted": true }),
    };
    audit::record(tx, desk.act(), "application.requirement-met", id, detail).await?;
    Ok(checklist(&rules, (file.matter(), file.is_proxied()), &store::list_handed(tx, id).await?))
}

/// Notes that the originals of everything mandatory that is still missing were seen; a photograph is handed in.
/// Answers the checklist.
pub async fn sight_rest(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Vec<ChecklistItem>> {
    let (file, rules) = open_for_intake(tx, desk, id).await?;
    let mut items = checklist(&rules, (file.matter(), file.is_proxied()), &store::list_handed(tx, id).await?);
    let missing: Vec<String> =
        items.iter().filter(|item| item.can_be_sighted()).map(|item| item.code.clone()).collect();
    for code in missing {
        items = put_requirement(tx, desk, id, &code, Proof::Sighted).await?;
    }
    Ok(items)
}

/// Registers a complete file: the promise runs from here, the tracking code becomes public.
pub async fn register(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<Application> {
    let mut file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Registration)?;
    let rules = rules_of(tx, &file).await?;
    let to = ActName::Registration.lead(file.state, Facts::of(&rules, file.matter(), None))?;
    check_hands(desk.officer.id, ActName::Registration, &hands(tx, id).await?)?;
    check_file(tx, desk, &file, &rules).await?;
    link_previous(tx, desk, &mut file).await?;
    check_alone(tx, desk, &file).await?;
    let (due_at, due_estimate) = desk.calendar.due_at(desk.now, desk.site_of(&file)?, &rules.sla, &[]);
    check_hold(tx, desk, &file, ActName::Registration).await?;
    let from = file.state;
    file.go_to(to);
    file.registered_at = Some(desk.now);
    file.due_at = Some(due_at);
    file.due_estimate = due_estimate;
    file.stage_due_at = stage_due_after(tx, desk, (&file, &rules), (&[], from)).await?;
    save(tx, desk, &file).await?;
    record(tx, desk, &file, (ActName::Registration, from), json!({ "due_at": due_at })).await?;
    Ok(Application { version: file.version + 1, ..file })
}

/// Whether a file is complete by the rules of its filing day; used again when it is resubmitted.
pub(super) async fn check_file(tx: &mut Tx, desk: &Desk<'_>, file: &Application, rules: &Service) -> Outcome<()> {
    let items = checklist(rules, (file.matter(), file.is_proxied()), &store::list_handed(tx, file.id).await?);
    let today = desk.now.day(desk.site_of(file)?.zone);
    let mut faults = check_answers(rules, file.matter());
    if file.kind.is_examined() {
        faults.extend(expired(rules, &file.fields, today));
    }
    faults.extend(missing(file));
    check_complete(&items, &file.applicant.person, faults)?;
    Ok(())
}

/// A document or event that is over gives no permit; the field whose date decides is named.
fn expired(rules: &Service, fields: &Fields, today: Day) -> Option<FieldFault> {
    let last = rules.valid_until(today, fields).ok().flatten()?;
    let decides = match rules.validity.as_ref()? {
        Validity::UntilDocumentExpiry(field) | Validity::Event(field) => Some(field),
        Validity::Years(_) | Validity::Months(_) | Validity::Days(_) | Validity::Permanent => None,
    };
    let field = rules.not_beyond.as_ref().or(decides)?;
    (last < today).then(|| FieldFault::new(format!("fields.{field}"), "date-over"))
}

/// A file that may be changed by intake: draft or returned, by an officer who keeps to intake.
async fn open_for_intake(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<(Application, Service)> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Creation)?;
    match file.state {
        ApplicationState::Draft | ApplicationState::Returned => {}
        ApplicationState::Registered
        | ApplicationState::InVerification
        | ApplicationState::InRecommendation
        | ApplicationState::InInspection
        | ApplicationState::AwaitingPayment
        | ApplicationState::InDrafting
        | ApplicationState::AwaitingSignature
        | ApplicationState::Issued
        | ApplicationState::Ready
        | ApplicationState::HandedOver
        | ApplicationState::Rejected
        | ApplicationState::Withdrawn
        | ApplicationState::Lapsed => {
            return Err(Refusal::conflict("file-in-other-state").with("state", file.state).into());
        }
    }
    check_hands(desk.officer.id, ActName::Creation, &hands(tx, id).await?)?;
    check_hold(tx, desk, &file, ActName::Creation).await?;
    let rules = rules_of(tx, &file).await?;
    Ok((file, rules))
}

/// Who did what on a file so far.
pub(super) async fn hands(tx: &mut Tx, id: ApplicationId) -> Result<Vec<(super::Office, OfficerId)>, StoreError> {
    let acts = store::list_acts(tx, id).await?;
    Ok(acts.iter().filter_map(|act| Some((act.office, act.officer?))).collect())
}

/// Adds the act to the file's history and to the audit; the last statement of a use case.
pub(super) async fn record(
    tx: &mut Tx,
    desk: &Desk<'_>,
    file: &Application,
    (act, from): (ActName, ApplicationState),
    detail: Value,
) -> Result<(), StoreError> {
    let (officer, at, to) = (Some(desk.officer.id), desk.now, file.state);
    let office = act.office_at(file.waits_at());
    let detail = with_acting(desk, office, detail);
    let line = ActRecord { act, office, officer, from, to, at, detail };
    store::insert_act(tx, file.id, &line).await?;
    let detail = json!({ "act": act, "from": from, "to": to, "version": file.version });
    audit::record(tx, desk.act(), "application.act", file.id, detail).await
}

/// Who acts for somebody else says so in the history.
pub(super) fn with_acting(desk: &Desk<'_>, office: super::Office, mut detail: Value) -> Value {
    if let (Some(acting), Some(stated)) =
        (office.role().and_then(|role| desk.officer.acting_as(role)), detail.as_object_mut())
    {
        stated.insert("acting".to_owned(), json!(acting.title()));
        stated.insert("acting_letter".to_owned(), json!(acting.letter_number));
    }
    detail
}

/// Only permits and assistance are applied for here; population documents have their own desk.
fn find_service<'a>(desk: &'a Desk<'_>, code: &str) -> Result<&'a Published, Refusal> {
    let published = desk.catalogue.find(code).map(|published| &**published);
    let found = published.filter(|p| matches!(p.service.kind, ServiceKind::Permit | ServiceKind::Assistance));
    found.ok_or_else(|| Refusal::invalid("invalid-fields").field("service", "service-not-here"))
}

/// A permit number as the register writes it.
fn typed_number(text: &str) -> Option<String> {
    let number: String = text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
    (!number.is_empty()).then_some(number)
}

fn trimmed(fields: Fields) -> Fields {
    let trimmed = fields.into_iter().map(|(code, text)| (code, text.trim().to_owned()));
    trimmed.filter(|(_, text)| !text.is_empty()).collect()
}

/// An answer to a question that is not put to this file is not kept. A question rests on those before it only.
fn asked_only(service: &Service, kind: ApplicationKind, mut fields: Fields) -> Fields {
    for field in &service.fields {
        if !field.is_asked(Matter { kind, fields: &fields }) {
            fields.remove(&field.code);
        }
    }
    fields
}

/// What cannot be right in the answers; what is missing may follow until the registration.
fn form_faults(service: &Service, kind: ApplicationKind, fields: &Fields) -> Vec<FieldFault> {
    let mut faults = unknown_fields(service, fields);
    faults.extend(check_answers(service, Matter { kind, fields }).into_iter().filter(|fault| fault.code != "required"));
    faults
}
