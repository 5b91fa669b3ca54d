//! `/permohonan/{id}`: one file with its checklist, the acts open to the reader, its history.

use std::collections::BTreeMap;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::Pill;
use super::clock_view::{ForecastView, StageLine, forecast_of, stage_lines};
use super::correction_view::{CorrectionView, correction_view};
use super::detail_civil::{FlagView, StopView, find_flags, find_stop};
use super::detail_parts::{ActForm, Fact, ItemView, Tried, act_forms, act_kind, facts, items, key_of};
use super::fields::{OptionView, act_fields};
use super::folder::FolderView;
use super::history::{HistoryView, RectifiedView, history, mistaken, rectified};
use super::inspecting::SiteView;
use super::letters::{LetterLink, letter_links};
use super::list::pill;
use super::wallet::WalletView;
use crate::clock::Day;
use crate::db::Tx;
use crate::documents;
use crate::identity::{Officer, Role};
use crate::ids::{ApplicationId, DocumentId};
use crate::messages::{self, Lang, Refusal, plain, text};
use crate::permits::{
    self, ActName, ApplicationState, FileView, Met, Permit, PermitAct, PermitState, Standing, VisitEvent,
};
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::{Paper, print_receipt};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the detail page.
pub fn routes() -> Vec<Route> {
    routes![detail, receipt, permit, handed_in, kept]
}

/// One file.
#[derive(Default, Serialize)]
pub struct DetailPage {
    id: String,
    code: String,
    applicant: String,
    service: String,
    pill: Option<Pill>,
    due: Option<String>,
    due_hint: Option<String>,
    stages: Vec<StageLine>,
    forecast: Option<ForecastView>,
    claimed_by: Option<String>,
    correction: Option<CorrectionView>,
    has_receipt: bool,
    has_rejection: bool,
    permit: Option<PermitView>,
    stop: Option<StopView>,
    flags: Vec<FlagView>,
    facts: Vec<Fact>,
    items: Vec<ItemView>,
    missing: usize,
    /// Mandatory papers of which the originals may be seen at once.
    to_sight: usize,
    can_change: bool,
    wallet: Option<WalletView>,
    acts: Vec<ActForm>,
    history: Vec<HistoryView>,
    rectifications: Vec<RectifiedView>,
    erratum: Option<RectifiedView>,
    letters: Vec<LetterLink>,
    folder: Option<FolderView>,
    site: Option<SiteView>,
    pub errors: Vec<FieldLine>,
    refusal: Option<String>,
    /// The whole NIK, when it was asked for with a reason.
    pub revealed_nik: Option<String>,
}

#[derive(Serialize)]
struct PermitView {
    number: String,
    lines: String,
    pill: Pill,
    acts: Vec<LifeLink>,
    /// Whether the reader may point out a mistake of it.
    can_be_corrected: bool,
}

/// The way to an act on the permit.
#[derive(Serialize)]
struct LifeLink {
    href: String,
    label: String,
    key: &'static str,
}

impl Page for DetailPage {
    const TEMPLATE: &'static str = "permits/detail.html";

    fn samples() -> Vec<Self> {
        let fact = |label: &str, value: &str| Fact { label: label.into(), value: value.into() };
        let act = |act: ActName, open| ActForm {
            act,
            label: plain(Lang::Id, &format!("act.{act}")),
            kind: act_kind(act),
            fields: act_fields(act, (&BTreeMap::new(), &[]), &[], Lang::Id),
            open,
            page: (act == ActName::Return).then(|| "/permohonan/1/pengembalian".into()),
            key: key_of(act),
        };
        let draft = DetailPage {
            code: "7K2M-94QX-PD3".into(),
            applicant: "RAHMA DATA UJI".into(),
            service: "Surat Izin Praktik Bidan · baru".into(),
            pill: Some(Pill::new("info", "Draf".into())),
            facts: vec![fact("NIK", "1607••••••••0007")],
            items: vec![ItemView::sample("str", true), ItemView::sample("photo", false)],
            missing: 1,
            can_change: true,
            wallet: Some(WalletView::sample(false)),
            acts: vec![act(ActName::Registration, false), act(ActName::Withdrawal, true)],
            errors: vec![FieldLine { field: "withdrawal.reason".into(), message: "Isi alasan.".into() }],
            refusal: Some("Berkas belum lengkap.".into()),
            ..DetailPage::default()
        };
        let ready = DetailPage {
            due: Some("Jumat, 27 November 2026".into()),
            due_hint: Some("3 hari kerja lagi".into()),
            stages: ["ok", "late", "info"].map(StageLine::sample).into(),
            forecast: Some(ForecastView::sample()),
            claimed_by: Some("Verifikator DATA UJI".into()),
            has_receipt: true,
            has_rejection: true,
            wallet: Some(WalletView::sample(true)),
            revealed_nik: Some("1607065708900001".into()),
            permit: Some(PermitView {
                number: "503/0001/SIPB/DPMPTSP/2026".into(),
                lines: "24 November 2026".into(),
                pill: Pill::new("ok", "Berlaku".into()),
                acts: PermitAct::ALL.iter().take(5).map(|act| life_link("1", *act, Lang::Id)).collect(),
                can_be_corrected: true,
            }),
            acts: vec![act(ActName::Recommendation, false), act(ActName::Return, false), act(ActName::Handover, false)],
            correction: Some(CorrectionView::sample()),
            history: vec![HistoryView::sample()],
            rectifications: vec![RectifiedView::sample()],
            erratum: Some(RectifiedView::sample()),
            letters: vec![LetterLink::sample()],
            folder: Some(FolderView::sample()),
            site: Some(SiteView::sample()),
            ..DetailPage::default()
        };
        vec![draft, ready, DetailPage::default(), DetailPage::sample_at_population_desk()]
    }
}

#[get("/permohonan/<id>")]
async fn detail(id: ApplicationId, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(&at, id, visit.lang, None).await?)
}

/// The page of a file, with what was tried and refused.
pub async fn load(at: &AtFiles, id: ApplicationId, lang: Lang, tried: Option<&Tried>) -> Result<DetailPage, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let supervises = view.open_acts(&at.staff.officer, at.now).contains(&ActName::Reassignment);
    let fitting = match supervises {
        true => permits::list_fitting(&mut tx, at.now, &view.file, &view.acts).await?,
        false => Vec::new(),
    };
    let colleagues: Vec<OptionView> = fitting.into_iter().map(|one| OptionView::new(one.username, one.name)).collect();
    let visit = permits::visit_of(&mut tx, &view.file).await?;
    let page = DetailPage::new(at, (&view, &visit), lang);
    let stop = find_stop(&mut tx, at, &view, lang).await?;
    let flags = find_flags(&mut tx, at, &view, lang).await?;
    let folder = Some(FolderView::read(&mut tx, at, id, lang).await?);
    drop(tx);
    let page = DetailPage { stop, flags, folder, ..page };
    Ok(DetailPage { acts: act_forms(at, (&view, &colleagues), tried, lang), ..page.refused(tried, lang) })
}

impl DetailPage {
    fn sample_at_population_desk() -> DetailPage {
        let flags = vec![FlagView::sample()];
        DetailPage { id: "1".into(), stop: Some(StopView::sample()), flags, ..DetailPage::default() }
    }

    fn new(at: &AtFiles, (view, visit): (&FileView, &[VisitEvent]), lang: Lang) -> DetailPage {
        let (file, desk) = (&view.file, at.desk());
        let left = desk.days_left(file.site, file.state, file.due_at);
        let site = at.sites.find_by_id(file.site);
        let zone = site.map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let course = view.course().zip(site);
        let forecast = course.as_ref().and_then(|(course, site)| forecast_of(&at.app, course, site));
        let open = matches!(file.state, ApplicationState::Draft | ApplicationState::Returned);
        let can_change = open && at.staff.officer.is(Role::Clerk);
        let kind = plain(lang, &format!("kind.{}", file.kind));
        DetailPage {
            id: file.id.to_string(),
            code: file.code.text().to_owned(),
            applicant: file.applicant.person.name.clone(),
            service: format!("{} · {kind}", view.rules.name.of(lang)),
            pill: Some(pill(file.state, left, lang)),
            due: file.due_at.map(|at| messages::long_date(lang, at, zone)),
            due_hint: due_hint(left, file.due_estimate, lang),
            stages: course.map(|(course, site)| stage_lines(&at.app, &course, site, lang)).unwrap_or_default(),
            forecast: forecast.as_ref().map(|forecast| ForecastView::new(forecast, lang)),
            claimed_by: claimed_by(view, zone, lang),
            correction: correction_view(at, view, lang),
            has_receipt: file.registered_at.is_some(),
            has_rejection: file.state == ApplicationState::Rejected,
            permit: view.permit.as_ref().and_then(|p| permit_view(p, (at.now.day(zone), &at.staff.officer), lang)),
            facts: facts(view, lang),
            items: items(view, zone, lang),
            missing: view.items.iter().filter(|item| item.mandatory && item.state == Met::Missing).count(),
            can_change,
            to_sight: view.items.iter().filter(|item| can_change && item.can_be_sighted()).count(),
            wallet: WalletView::new(at, view, lang),
            history: history(at, (view, visit), zone, lang),
            rectifications: rectified(view, lang),
            erratum: mistaken(view, lang),
            letters: letter_links(view, lang),
            site: SiteView::new(at, view, lang),
            ..DetailPage::default()
        }
    }

    fn refused(self, tried: Option<&Tried>, lang: Lang) -> DetailPage {
        let Some(tried) = tried else { return self };
        DetailPage {
            errors: field_lines(&tried.refusal.fields, lang),
            refusal: Some(tried.refusal.words(lang)),
            site: self.site.map(|site| site.tried(tried, lang)),
            folder: self.folder.map(|folder| folder.tried(tried, lang)),
            ..self
        }
    }
}

/// Who has the file in hand, since when, and why it was given to them.
fn claimed_by(view: &FileView, zone: chrono_tz::Tz, lang: Lang) -> Option<String> {
    let claim = view.file.claim.as_ref()?;
    let name = view.officers.get(&claim.by)?.clone();
    let since = messages::date_and_time(lang, claim.at, zone);
    let line = text(lang, "files.claimed_by", &[("name", name), ("since", since)]);
    Some(match &claim.note {
        Some(why) => format!("{line} · {}", text(lang, "files.given_because", &[("why", why.clone())])),
        None => line,
    })
}

/// How long there is still, in words.
pub fn due_hint(left: Option<i64>, estimate: bool, lang: Lang) -> Option<String> {
    let words = match left? {
        0 => plain(lang, "files.due_today"),
        n if n < 0 => text(lang, "files.late", &[("n", (-n).to_string())]),
        n => text(lang, "files.days_left", &[("n", n.to_string())]),
    };
    Some(if estimate { format!("{words} · {}", plain(lang, "files.estimate")) } else { words })
}

fn permit_view(permit: &Permit, (today, officer): (Day, &Officer), lang: Lang) -> Option<PermitView> {
    let pill = standing_pill(permit, today, lang)?;
    let from = messages::date(lang, permit.issued_on);
    let lines = match permit.valid_until {
        None => plain(lang, "paper.permanent"),
        Some(last) => text(lang, "paper.valid_from_until", &[("from", from), ("until", messages::date(lang, last))]),
    };
    let acts = permit
        .open_acts(officer)
        .into_iter()
        .map(|act| life_link(&permit.application.to_string(), act, lang))
        .collect();
    let can_be_corrected =
        officer.is(Role::Clerk) && permit.state == PermitState::Issued && permits::is_in_force(permit, today);
    Some(PermitView { number: permit.number.clone(), lines, pill, acts, can_be_corrected })
}

/// What the public is told of a permit, as a pill; none for a number that is nobody's business.
pub fn standing_pill(permit: &Permit, today: Day, lang: Lang) -> Option<Pill> {
    let standing = permit.standing(today)?;
    let kind = match standing {
        Standing::Valid => "ok",
        Standing::Expired => "wait",
        Standing::Suspended | Standing::Revoked | Standing::Superseded => "late",
    };
    Some(Pill::new(kind, plain(lang, &format!("standing.{standing}"))))
}

fn life_link(file: &str, act: PermitAct, lang: Lang) -> LifeLink {
    let href = match act {
        PermitAct::Warning | PermitAct::Compliance => format!("/permohonan/{file}/izin/peringatan"),
        other => format!("/permohonan/{file}/izin/tindakan/{other}"),
    };
    let key = match act {
        PermitAct::Suspension => "B",
        PermitAct::Lifting => "L",
        PermitAct::Revocation => "X",
        PermitAct::Reprint => "P",
        PermitAct::Warning | PermitAct::Compliance => "N",
        PermitAct::PublicCopy => "O",
    };
    LifeLink { href, label: plain(lang, &format!("life.{act}")), key }
}

#[get("/permohonan/<id>/tanda-terima")]
async fn receipt(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    let view = permits::view(&mut at.app.db.read().await?, &at.desk(), id).await?;
    print_receipt(&at, &view).await
}

#[get("/permohonan/<id>/izin")]
async fn permit(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let permit = view.permit.filter(Permit::is_public).ok_or_else(|| Refusal::not_found("permit-unknown"))?;
    Ok(Paper::issued(permits::find_permit_bytes(&mut tx, &permit).await?))
}

/// A file that was handed in.
#[get("/permohonan/<id>/berkas/<code>")]
async fn handed_in(id: ApplicationId, code: &str, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let document = view.items.iter().find(|item| item.code == code).and_then(|item| item.document);
    let document = document.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    Ok(Paper::handed_in(find_kept(&mut tx, document, at.zone()).await?)?)
}

/// Bytes of the file that are not, or no longer, the ones of a requirement: answers to a return, replaced papers.
#[get("/permohonan/<id>/dokumen/<document>")]
async fn kept(id: ApplicationId, document: &str, at: AtFiles) -> Result<Paper, Problem> {
    let mut tx = at.app.db.read().await?;
    let view = permits::view(&mut tx, &at.desk(), id).await?;
    let unknown = || Refusal::not_found("requirement-unknown");
    let document = document.parse().ok().filter(|document| view.holds(*document)).ok_or_else(unknown)?;
    Ok(Paper::handed_in(find_kept(&mut tx, document, at.zone()).await?)?)
}

/// Kept bytes of a file; erased ones are told of with their day.
async fn find_kept(tx: &mut Tx, document: DocumentId, zone: chrono_tz::Tz) -> Result<documents::Kept, Problem> {
    if let Some(kept) = documents::find(tx, document).await? {
        return Ok(kept);
    }
    let erased_at = documents::erased_at(tx, document).await?;
    let erased_at = erased_at.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    let date = |lang| messages::date(lang, erased_at.day(zone));
    Err(Refusal::not_found("paper-erased").worded("date", date).into())
}
