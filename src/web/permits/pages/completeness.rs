//! `/loket/kelengkapan`: what a visitor still has to bring, told and printed before anything is registered.

use std::collections::BTreeSet;

use rocket::tokio::task::spawn_blocking;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use super::fields::OptionView;
use super::form::{service_of_visit, services};
use crate::catalogue::{ApplicationKind, Service};
use crate::documents;
use crate::messages::{Lang, Refusal, plain};
use crate::permits::{self, Brought, Met, check_brought, deciding_fields, gap_sheet, still_missing};
use crate::sites::Site;
use crate::web::form::Posted;
use crate::web::guard::Clerk;
use crate::web::page::{Page, Rendered};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the check.
pub fn routes() -> Vec<Route> {
    routes![ask, check, print]
}

/// The papers of a service as boxes to tick, and what is missing.
#[derive(Default, Serialize)]
pub struct CompletenessPage {
    services: Vec<OptionView>,
    service: String,
    /// Empty until a service is chosen.
    service_name: String,
    kinds: Vec<OptionView>,
    kind: String,
    languages: Vec<OptionView>,
    language: String,
    proxied: bool,
    ticket: String,
    questions: Vec<QuestionView>,
    papers: Vec<PaperView>,
    /// What is missing, in the visitor's language, once it was checked.
    missing: Option<Vec<String>>,
    /// The words above the list, in the visitor's language.
    verdict: String,
}

#[derive(Serialize)]
struct QuestionView {
    name: String,
    label: String,
    options: Vec<OptionView>,
    value: String,
}

#[derive(Serialize)]
struct PaperView {
    code: String,
    name: String,
    optional: bool,
    there: bool,
}

impl Page for CompletenessPage {
    const TEMPLATE: &'static str = "permits/completeness.html";

    fn samples() -> Vec<Self> {
        let paper = |code: &str, there, optional| PaperView {
            code: code.into(),
            name: "STR yang masih berlaku".into(),
            optional,
            there,
        };
        let page = |missing: Option<Vec<String>>| CompletenessPage {
            services: vec![OptionView::new("SIPB", "Surat Izin Praktik Bidan")],
            service: "SIPB".into(),
            service_name: "Surat Izin Praktik Bidan".into(),
            kinds: kinds(Lang::Id),
            kind: "new".into(),
            languages: languages(Lang::Id),
            language: "id".into(),
            questions: vec![QuestionView {
                name: "fields.practice_kind".into(),
                label: "Jenis praktik".into(),
                options: vec![OptionView::new("Praktik mandiri", "Praktik mandiri")],
                value: String::new(),
            }],
            papers: vec![paper("str", false, false), paper("ktp", true, false), paper("photo", false, true)],
            verdict: "Masih kurang 1 hal".into(),
            missing,
            ..CompletenessPage::default()
        };
        let empty = CompletenessPage { services: page(None).services, ..CompletenessPage::default() };
        vec![empty, page(None), page(Some(vec!["STR yang masih berlaku".into()])), page(Some(vec![]))]
    }
}

fn kinds(lang: Lang) -> Vec<OptionView> {
    let option = |kind: ApplicationKind| OptionView::new(kind.word(), plain(lang, &format!("kind.{kind}")));
    ApplicationKind::applied_for().map(option).collect()
}

fn languages(lang: Lang) -> Vec<OptionView> {
    let option = |word: &Lang| OptionView::new(word.word(), plain(lang, &format!("completeness.language_{word}")));
    Lang::ALL.iter().map(option).collect()
}

/// The choices that were made, read from a form or an address.
struct Asked {
    brought: Brought,
    language: Lang,
    ticket: String,
}

impl Asked {
    fn read(posted: &Posted) -> Asked {
        let have = posted.list("have").into_iter().map(str::to_owned).collect();
        let brought = Brought {
            kind: posted.get("kind").parse().unwrap_or(ApplicationKind::New),
            fields: posted.under("fields.").into_iter().filter(|(_, answer)| !answer.is_empty()).collect(),
            proxied: posted.get("proxied") == "1",
            have,
        };
        Asked {
            brought,
            language: posted.get("language").parse().unwrap_or(Lang::Id),
            ticket: posted.get("ticket").to_owned(),
        }
    }

    fn new(ticket: &str) -> Asked {
        let brought = Brought {
            kind: ApplicationKind::New,
            fields: permits::Fields::new(),
            proxied: false,
            have: BTreeSet::new(),
        };
        Asked { brought, language: Lang::Id, ticket: ticket.to_owned() }
    }
}

impl CompletenessPage {
    fn new(at: &AtFiles, (rules, asked): (&Service, &Asked), lang: Lang) -> CompletenessPage {
        let brought = &asked.brought;
        let question = |field: &&crate::catalogue::FormField| QuestionView {
            name: format!("fields.{}", field.code),
            label: field.label.of(lang).to_owned(),
            options: field.choices.iter().map(|choice| OptionView::new(choice, choice)).collect(),
            value: brought.fields.get(&field.code).cloned().unwrap_or_default(),
        };
        let paper = |item: &permits::ChecklistItem| PaperView {
            code: item.code.clone(),
            name: item.name.of(lang).to_owned(),
            optional: !item.mandatory,
            there: item.state != Met::Missing,
        };
        CompletenessPage {
            services: services(at, lang),
            service: rules.code.clone(),
            service_name: rules.name.of(lang).to_owned(),
            kinds: kinds(lang),
            kind: brought.kind.word().to_owned(),
            languages: languages(lang),
            language: asked.language.word().to_owned(),
            proxied: brought.proxied,
            ticket: asked.ticket.clone(),
            questions: deciding_fields(rules).iter().map(question).collect(),
            papers: check_brought(rules, brought).iter().map(paper).collect(),
            ..CompletenessPage::default()
        }
    }

    /// With what is missing, in the visitor's language.
    fn checked(self, (rules, asked): (&Service, &Asked)) -> CompletenessPage {
        let lang = asked.language;
        let items = check_brought(rules, &asked.brought);
        let missing: Vec<String> = still_missing(&items).map(|item| item.name.of(lang).to_owned()).collect();
        let verdict = match missing.len() {
            0 => plain(lang, "gap_paper.complete"),
            n => crate::messages::text(lang, "gap_paper.count", &[("n", n.to_string())]),
        };
        CompletenessPage { missing: Some(missing), verdict, ..self }
    }
}

fn rules_of(at: &AtFiles, code: &str) -> Option<Service> {
    at.app.catalogue().find(code).map(|published| published.service.clone()).filter(Service::is_applied_for)
}

fn site_of(at: &AtFiles) -> Result<std::sync::Arc<Site>, Refusal> {
    let site = at.staff.officer.site.and_then(|id| at.sites.find_by_id(id).cloned());
    site.ok_or_else(|| Refusal::forbidden("officer-without-site"))
}

#[get("/loket/kelengkapan?<layanan>&<tiket>")]
async fn ask(
    layanan: Option<&str>,
    tiket: Option<&str>,
    _clerk: Clerk,
    at: AtFiles,
    visit: Visit<'_>,
) -> Result<Rendered, Problem> {
    let code = match layanan {
        Some(code) => code.to_owned(),
        None => service_of_visit(tiket, &at).await?,
    };
    let Some(rules) = rules_of(&at, &code) else {
        return visit.page(&CompletenessPage {
            services: services(&at, visit.lang),
            ticket: tiket.unwrap_or_default().to_owned(),
            ..CompletenessPage::default()
        });
    };
    visit.page(&CompletenessPage::new(&at, (&rules, &Asked::new(tiket.unwrap_or_default())), visit.lang))
}

#[post("/loket/kelengkapan", data = "<posted>")]
async fn check(posted: Posted, _clerk: Clerk, at: AtFiles, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let rules = rules_of(&at, posted.get("service")).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    let asked = Asked::read(&posted);
    let page = CompletenessPage::new(&at, (&rules, &asked), visit.lang);
    visit.page(&page.checked((&rules, &asked)))
}

/// The sheet to take home.
#[post("/loket/kelengkapan/cetak", data = "<posted>")]
async fn print(posted: Posted, _clerk: Clerk, at: AtFiles) -> Result<Paper, Problem> {
    let rules = rules_of(&at, posted.get("service")).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    let asked = Asked::read(&posted);
    print_gaps(&at, (&rules, &asked.brought), asked.language).await
}

/// Prints what is missing.
pub async fn print_gaps(at: &AtFiles, of: (&Service, &Brought), lang: Lang) -> Result<Paper, Problem> {
    let site = site_of(at)?;
    let sheet = gap_sheet(&at.press(), of, (&at.staff.officer.name, &site), (at.now, lang));
    let (name, made) = (format!("kelengkapan-{}.pdf", of.0.code), at.now);
    let printed = spawn_blocking(move || documents::receipt(&sheet, made.utc())).await;
    let bytes = printed.map_err(|e| Problem::failure(&e))?.map_err(|e| Problem::failure(&e))?;
    Ok(Paper::pdf(name, bytes))
}
