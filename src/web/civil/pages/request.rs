//! `/kependudukan/permintaan/{id}`: one request with its papers, its acts and its history.

use std::collections::BTreeMap;

use rocket::response::Redirect;
use rocket::tokio::task::spawn_blocking;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::{by_field, pill};
use crate::civil::{self, CivilAct, CivilRequest, CivilState, CivilView, Handover};
use crate::db::{Fault, Outcome};
use crate::documents;
use crate::ids::CivilRequestId;
use crate::messages::{self, Lang, Refusal, plain};
use crate::permits::{Met, RELATIONS};
use crate::web::civil::views::open_acts;
use crate::web::form::Posted;
use crate::web::guard::PopulationOfficer;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::{AtFiles, OptionView, Paper, Pill};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of one request.
pub fn routes() -> Vec<Route> {
    routes![show, sight, perform, slip]
}

/// One request.
#[derive(Default, Serialize)]
pub struct CivilPage {
    id: String,
    code: String,
    name: String,
    service: String,
    pill: Option<Pill>,
    first: bool,
    due: Option<String>,
    waits_for_blank: bool,
    facts: Vec<(String, String)>,
    papers: Vec<PaperLine>,
    can_sight: bool,
    missing: usize,
    /// Which of the acts are open: `submission`, `ready`, `handover`, `cancellation`.
    acts: Vec<CivilAct>,
    relations: Vec<OptionView>,
    has_slip: bool,
    history: Vec<HistoryLine>,
    typed: Typed,
    /// What is wrong, by field.
    faults: BTreeMap<String, String>,
    errors: Vec<FieldLine>,
    refusal: Option<String>,
}

/// What was typed in an act that was refused.
#[derive(Default, Serialize)]
struct Typed {
    siak_number: String,
    name: String,
    relation: String,
    reason: String,
}

#[derive(Serialize)]
struct PaperLine {
    code: String,
    name: String,
    optional: bool,
    pill: Pill,
    missing: bool,
    key: Option<usize>,
}

#[derive(Serialize)]
struct HistoryLine {
    label: String,
    who: String,
    when: String,
    detail: Option<String>,
}

impl Page for CivilPage {
    const TEMPLATE: &'static str = "civil/request.html";

    fn samples() -> Vec<Self> {
        let paper = |missing: bool| PaperLine {
            code: "kk".into(),
            name: "Kartu Keluarga".into(),
            optional: false,
            pill: Pill::new(if missing { "late" } else { "ok" }, "belum ada".into()),
            missing,
            key: missing.then_some(1),
        };
        let base = |state: CivilState| CivilPage {
            id: "1".into(),
            code: "7K2M-94QX-PD3".into(),
            name: "RAHMA DATA UJI".into(),
            service: "Cetak KTP-el".into(),
            pill: Some(pill(state, Lang::Id)),
            facts: vec![("NIK".into(), "1607••••••••0007".into())],
            acts: open_acts(state),
            relations: relations(Lang::Id),
            waits_for_blank: state == CivilState::WaitingForBlank,
            ..CivilPage::default()
        };
        let draft = CivilPage {
            papers: vec![paper(true), paper(false)],
            can_sight: true,
            missing: 1,
            errors: vec![FieldLine { field: "reason".into(), message: "Isi alasan.".into() }],
            faults: BTreeMap::from([("reason".into(), "Isi alasan.".into())]),
            refusal: Some("Berkas belum lengkap.".into()),
            ..base(CivilState::Draft)
        };
        let history = HistoryLine {
            label: "Dikirim ke SIAK".into(),
            who: "Dukcapil DATA UJI".into(),
            when: "24 November 2026, 09.00 WIB".into(),
            detail: Some("ANI DATA UJI".into()),
        };
        let ready = CivilPage {
            first: true,
            due: Some("Rabu, 25 November 2026".into()),
            has_slip: true,
            history: vec![history],
            ..base(CivilState::Ready)
        };
        vec![draft, ready, base(CivilState::Submitted), base(CivilState::WaitingForBlank), base(CivilState::HandedOver)]
    }
}

fn relations(lang: Lang) -> Vec<OptionView> {
    RELATIONS.iter().map(|word| OptionView::new(*word, plain(lang, &format!("civil.relation.{word}")))).collect()
}

#[get("/kependudukan/permintaan/<id>", rank = 3)]
async fn show(
    id: CivilRequestId,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    visit.page(&load(&at, id, visit.lang).await?)
}

async fn load(at: &AtFiles, id: CivilRequestId, lang: Lang) -> Result<CivilPage, Problem> {
    let view = civil::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    Ok(CivilPage::new(at, &view, lang))
}

impl CivilPage {
    fn new(at: &AtFiles, view: &CivilView, lang: Lang) -> CivilPage {
        let request = &view.request;
        let zone = at.sites.find_by_id(request.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let waits_for_blank = request.state == CivilState::WaitingForBlank;
        let is_draft = request.state == CivilState::Draft;
        let due = request.due_at.filter(|_| request.state == CivilState::Submitted);
        CivilPage {
            id: request.id.to_string(),
            code: request.code.text().to_owned(),
            name: request.name.clone(),
            service: view.rules.name.of(lang).to_owned(),
            pill: Some(pill(request.state, lang)),
            first: request.is_first,
            due: due.map(|at| messages::long_date(lang, at, zone)),
            waits_for_blank,
            facts: facts(view, lang),
            papers: papers(view, is_draft, lang),
            can_sight: is_draft,
            missing: view.papers.iter().filter(|paper| paper.mandatory && paper.state == Met::Missing).count(),
            acts: open_acts(request.state),
            relations: relations(lang),
            has_slip: request.submitted_at.is_some(),
            history: history(view, zone, lang),
            typed: Typed { siak_number: request.siak_number.clone().unwrap_or_default(), ..Typed::default() },
            ..CivilPage::default()
        }
    }
}

fn facts(view: &CivilView, lang: Lang) -> Vec<(String, String)> {
    let request = &view.request;
    let label = |key: &str| plain(lang, key);
    let mut facts = vec![(label("input.nik"), request.nik.masked())];
    facts.extend(request.siak_number.iter().map(|number| (label("civil.siak_number"), number.clone())));
    let answers = request.fields.iter();
    facts.extend(answers.map(|(code, answer)| (view.rules.label(code, lang), answer.clone())));
    facts.extend(request.urgent_reason.iter().map(|why| (label("input.urgent_reason"), why.clone())));
    facts
}

fn papers(view: &CivilView, is_draft: bool, lang: Lang) -> Vec<PaperLine> {
    let mut digits = 1..=9usize;
    let line = |item: &crate::permits::ChecklistItem| {
        let missing = item.state == Met::Missing;
        let kind = match (missing, item.mandatory) {
            (true, true) => "late",
            (true, false) => "info",
            (false, _) => "ok",
        };
        PaperLine {
            code: item.code.clone(),
            name: item.name.of(lang).to_owned(),
            optional: !item.mandatory,
            pill: Pill::new(kind, plain(lang, &format!("met.{}", item.state))),
            missing,
            key: if is_draft && missing { digits.next() } else { None },
        }
    };
    view.papers.iter().map(line).collect()
}

fn history(view: &CivilView, zone: chrono_tz::Tz, lang: Lang) -> Vec<HistoryLine> {
    let line = |act: &civil::CivilActRecord| {
        let stated = |name: &str| act.detail.get(name).and_then(serde_json::Value::as_str);
        let relation = stated("relation").map(|word| plain(lang, &format!("civil.relation.{word}")));
        let name = stated("name").map(|name| format!("{name} ({})", relation.unwrap_or_default()));
        HistoryLine {
            label: plain(lang, &format!("civil.done.{}", act.act)),
            who: act.officer.and_then(|id| view.officers.get(&id).cloned()).unwrap_or_default(),
            when: messages::date_and_time(lang, act.at, zone),
            detail: name.or_else(|| stated("reason").map(str::to_owned)),
        }
    };
    view.acts.iter().rev().map(line).collect()
}

#[post("/kependudukan/permintaan/<id>/berkas/<code>", data = "<_posted>")]
async fn sight(
    id: CivilRequestId,
    code: &str,
    _posted: Posted,
    _officer: PopulationOfficer,
    at: AtFiles,
) -> Result<Redirect, Problem> {
    let mut tx = at.app.db.begin().await?;
    civil::sight(&mut tx, &at.desk(), id, &[code.to_owned()]).await?;
    tx.commit().await?;
    Ok(Redirect::to(format!("/kependudukan/permintaan/{id}")))
}

#[post("/kependudukan/permintaan/<id>/<act>", data = "<posted>", rank = 2)]
async fn perform(
    id: CivilRequestId,
    act: &str,
    posted: Posted,
    _officer: PopulationOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Either<Redirect, Rendered>, Problem> {
    let act = act.parse::<CivilAct>().map_err(|_| Refusal::not_found("act-unknown"))?;
    match done(&at, id, act, &posted).await {
        Ok(_) => Ok(Either::Left(Redirect::to(format!("/kependudukan/permintaan/{id}")))),
        Err(Fault::Refused(refusal)) => {
            let of = |name: &str| posted.get(name).to_owned();
            let typed = Typed {
                siak_number: of("siak_number"),
                name: of("name"),
                relation: of("relation"),
                reason: of("reason"),
            };
            let page = CivilPage {
                typed,
                faults: by_field(&refusal, visit.lang),
                errors: refusal_lines(&refusal, visit.lang),
                refusal: Some(refusal.words(visit.lang)),
                ..load(&at, id, visit.lang).await?
            };
            Ok(Either::Right(visit.page(&page)?.with_status(Problem::from(refusal).status)))
        }
        Err(fault) => Err(fault.into()),
    }
}

async fn done(at: &AtFiles, id: CivilRequestId, act: CivilAct, posted: &Posted) -> Outcome<CivilRequest> {
    let mut tx = at.app.db.begin().await?;
    let (desk, tx_ref) = (at.desk(), &mut tx);
    let request = match act {
        CivilAct::Submission => civil::submit(tx_ref, &desk, id, (posted.get("siak_number"), &[])).await?,
        CivilAct::Ready => civil::make_ready(tx_ref, &desk, id, posted.get("siak_number")).await?,
        CivilAct::Handover => {
            let to = Handover {
                name: posted.get("name").to_owned(),
                relation: posted.get("relation").to_owned(),
                identity_seen: posted.find("identity_seen").is_some(),
            };
            civil::hand_over(tx_ref, &desk, id, to).await?
        }
        CivilAct::Cancellation => civil::cancel(tx_ref, &desk, id, posted.get("reason")).await?,
        CivilAct::Opening | CivilAct::BlanksOut | CivilAct::BlankArrived => {
            return Err(Refusal::not_found("act-unknown").into());
        }
    };
    tx.commit().await?;
    Ok(request)
}

#[get("/kependudukan/permintaan/<id>/bukti")]
async fn slip(id: CivilRequestId, _officer: PopulationOfficer, at: AtFiles) -> Result<Paper, Problem> {
    printed_slip(&at, id).await
}

/// The slip as PDF; 409 before the request was sent into SIAK.
pub async fn printed_slip(at: &AtFiles, id: CivilRequestId) -> Result<Paper, Problem> {
    let view = civil::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    let site = at.sites.find_by_id(view.request.site);
    let sheet = site.and_then(|site| civil::slip_sheet(&at.press(), &view, site));
    let state = view.request.state;
    let not_yet = || {
        let code = &view.request.code;
        let words = move |lang| plain(lang, &format!("civil.state.{state}"));
        Problem::from(Refusal::conflict("civil-in-other-state").with("code", code).worded("state", words))
    };
    let (sheet, made_at) = sheet.zip(view.request.submitted_at).ok_or_else(not_yet)?;
    let printed = spawn_blocking(move || documents::receipt(&sheet, made_at.utc())).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(format!("bukti-permohonan-{}.pdf", view.request.code), bytes))
}
