//! `/layanan/{code}/syarat/{requirement}`: one paper, why it is asked for, what it looks like, how often it comes back.

use std::sync::Arc;

use rocket::{Route, State, get, routes};
use serde::Serialize;

use crate::catalogue::{Requirement, Reuse, SampleKind, Service};
use crate::messages::{Lang, Refusal, plain, text};
use crate::permits::{self, SentBack};
use crate::web::app::App;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of this page.
pub fn routes() -> Vec<Route> {
    routes![one]
}

/// Where the page of a paper is.
pub fn address(service: &str, requirement: &str) -> String {
    format!("/layanan/{service}/syarat/{requirement}")
}

/// One paper a service asks for.
#[derive(Serialize)]
pub struct RequirementPage {
    service: String,
    service_name: String,
    name: String,
    mandatory: bool,
    /// `bila jenis permohonan: perpanjangan`.
    when: Option<String>,
    photo: bool,
    why: Option<String>,
    look: Vec<String>,
    sample: Option<SampleKind>,
    legal_basis: Vec<String>,
    reuse: Option<String>,
    /// How often it is sent back, in words.
    record: Option<String>,
    reason: Option<String>,
}

impl Page for RequirementPage {
    const TEMPLATE: &'static str = "catalogue/requirement.html";

    fn samples() -> Vec<Self> {
        let page = |sample: Option<SampleKind>, mandatory: bool| RequirementPage {
            service: "SIPB".into(),
            service_name: "Surat Izin Praktik Bidan".into(),
            name: "STR yang masih berlaku".into(),
            mandatory,
            when: (!mandatory).then(|| "bila jenis permohonan: perpanjangan".into()),
            photo: sample == Some(SampleKind::Photo),
            why: sample.map(|_| "Tenaga kesehatan hanya boleh berpraktik dengan STR.".into()),
            look: sample.map(|_| vec!["Nomor STR dan nama terbaca.".into()]).unwrap_or_default(),
            sample,
            legal_basis: vec!["Undang-Undang Nomor 17 Tahun 2023 tentang Kesehatan".into()],
            reuse: mandatory.then(|| "Bisa dipakai lagi.".into()),
            record: mandatory.then(|| "25 dari 100 berkas dikembalikan karena syarat ini.".into()),
            reason: mandatory.then(|| "Tidak terbaca".into()),
        };
        let kinds = SampleKind::ALL.iter().map(|kind| page(Some(*kind), true));
        kinds.chain([page(None, false)]).collect()
    }
}

#[get("/layanan/<code>/syarat/<requirement>")]
async fn one(code: &str, requirement: &str, visit: Visit<'_>, app: &State<Arc<App>>) -> Result<Rendered, Problem> {
    let catalogue = app.catalogue();
    let found = catalogue.find(code).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    let service = &found.service;
    let asked = service.requirements.iter().find(|paper| paper.code == requirement);
    let asked = asked.ok_or_else(|| Refusal::not_found("requirement-unknown"))?;
    let record = permits::sent_back(&mut app.db.read().await?, (code, requirement), app.now()).await?;
    visit.page(&RequirementPage::new(service, asked, record, visit.lang))
}

impl RequirementPage {
    fn new(service: &Service, asked: &Requirement, record: Option<SentBack>, lang: Lang) -> RequirementPage {
        let guide = asked.guide();
        RequirementPage {
            service: service.code.clone(),
            service_name: service.name.of(lang).to_owned(),
            name: asked.name.of(lang).to_owned(),
            mandatory: asked.mandatory,
            when: asked.when.as_ref().map(|when| service.condition_words(when, lang)),
            photo: asked.photo,
            why: guide.map(|guide| guide.why.of(lang).to_owned()),
            look: guide.map(|g| g.look.iter().map(|one| one.of(lang).to_owned()).collect()).unwrap_or_default(),
            sample: guide.and_then(|guide| guide.sample),
            legal_basis: asked.basis(service).to_vec(),
            reuse: asked.reuse.as_ref().map(|reuse| reuse_words(service, reuse, lang)),
            record: record.map(|record| record_words(record, lang)),
            reason: record.and_then(|r| r.mostly).map(|fault| plain(lang, &format!("paper_fault.{fault}"))),
        }
    }
}

fn reuse_words(service: &Service, reuse: &Reuse, lang: Lang) -> String {
    match reuse {
        Reuse::Months(months) => text(lang, "guide.reuse_months", &[("n", months.to_string())]),
        Reuse::Until(field) => text(lang, "guide.reuse_until", &[("field", service.label(field, lang))]),
    }
}

fn record_words(record: SentBack, lang: Lang) -> String {
    let key = match (record.returned, record.in_a_hundred()) {
        (0, _) => "guide.record_none",
        (_, 0) => "guide.record_rare",
        _ => "guide.record",
    };
    text(lang, key, &[("n", record.in_a_hundred().to_string()), ("files", record.files.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_often_a_paper_comes_back_is_said_in_words() {
        let said = |returned| record_words(SentBack { files: 300, returned, mostly: None }, Lang::Id);
        assert!(said(75).starts_with("25 dari 100 berkas"), "{}", said(75));
        assert!(said(1).starts_with("Kurang dari 1 dari 100"), "{}", said(1));
        assert!(said(0).contains("300 berkas") && said(0).contains("tidak ada yang dikembalikan"), "{}", said(0));
    }
}
