//! What a paper is for, by which law it is asked for, and what a good one looks like (pure).
//!
//! A service file may say it in its own words; otherwise the guide of the paper's code holds for every service.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use super::{Bilingual, Requirement, Service};

/// The guides Loket brings along, by code of a requirement.
const PAPERS: &str = include_str!("guides/papers.toml");

crate::ids::words! {
    /// Which drawing shows what such a paper looks like; each is marked CONTOH.
    pub enum SampleKind {
        /// A card with a photograph.
        Card = "card",
        /// A letter with number, signature and stamp.
        Letter = "letter",
        /// A certificate or decree.
        Certificate = "certificate",
        /// A photograph of a person.
        Photo = "photo",
        /// A form with fields.
        Form = "form",
        /// A list or plan.
        List = "list",
        /// A map or technical drawing.
        Drawing = "drawing",
        /// A photograph of a place or thing.
        Picture = "picture",
        /// A booklet.
        Book = "book",
    }
}

/// What a citizen is told of a paper.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaperGuide {
    /// Why it is asked for.
    pub why: Bilingual,
    /// The laws it rests on; without one, those of the service.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// What is looked at when it comes in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub look: Vec<Bilingual>,
    /// What it looks like.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sample: Option<SampleKind>,
}

impl Requirement {
    /// What a citizen is told of it: the words of the service file, else those of its code.
    pub fn guide(&self) -> Option<&PaperGuide> {
        self.guide.as_ref().or_else(|| guides().get(&self.code))
    }

    /// The laws by which a service asks for it.
    pub fn basis<'a>(&'a self, service: &'a Service) -> &'a [String] {
        let own = self.guide().map(|guide| guide.basis.as_slice()).filter(|laws| !laws.is_empty());
        own.unwrap_or(&service.legal_basis)
    }
}

/// A test proves that the file can be read.
fn guides() -> &'static BTreeMap<String, PaperGuide> {
    static GUIDES: OnceLock<BTreeMap<String, PaperGuide>> = OnceLock::new();
    GUIDES.get_or_init(|| toml::from_str(PAPERS).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::{built_in, read_service};
    use crate::messages::Lang;

    #[test]
    fn every_paper_of_every_service_says_what_it_is_for_by_which_law_and_what_is_looked_at() {
        for service in built_in() {
            for paper in &service.requirements {
                let name = format!("{} {}", service.code, paper.code);
                let guide = paper.guide().unwrap_or_else(|| panic!("{name}: no guide"));
                assert!(guide.look.len() >= 2 && guide.sample.is_some(), "{name}");
                assert!(!paper.basis(&service).is_empty(), "{name}: no law");
                for text in guide.look.iter().chain([&guide.why]) {
                    let said = Lang::ALL.iter().map(|lang| text.of(*lang));
                    said.for_each(|words| assert!(words.ends_with('.') && words.len() < 140, "{name}: {words}"));
                }
            }
        }
    }

    #[test]
    fn no_guide_is_left_over() {
        let asked: BTreeSet<String> = built_in().into_iter().flat_map(|s| s.requirements).map(|r| r.code).collect();
        let left: Vec<&String> = guides().keys().filter(|code| !asked.contains(*code)).collect();
        assert!(left.is_empty(), "{left:?}");
    }

    #[test]
    fn a_service_file_may_explain_a_paper_in_its_own_words() {
        let sipb = crate::catalogue::built_in_texts().into_iter().find(|t| t.starts_with("code = \"SIPB\"")).unwrap();
        let own =
            "code = \"str\"\nguide = { why = { id = \"Untuk uji.\", en = \"For the test.\" }, sample = \"letter\" }";
        let file = read_service(&sipb.replacen("code = \"str\"", own, 1)).unwrap();
        let paper = file.service.requirements.iter().find(|paper| paper.code == "str").unwrap();
        assert_eq!(paper.guide().unwrap().why.id, "Untuk uji.");
        assert_eq!(paper.basis(&file.service), file.service.legal_basis);
        let wrong = own.replace("letter", "surat");
        assert!(read_service(&sipb.replacen("code = \"str\"", &wrong, 1)).is_err());
    }
}
