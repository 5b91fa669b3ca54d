//! What a visitor still has to bring, told before anything is registered: nothing of it is kept.

use std::collections::BTreeSet;

use super::checklist::{Handed, checklist};
use super::paper::{letterhead, mark};
use super::{ChecklistItem, Fields, Met, Press};
use crate::catalogue::{self, ApplicationKind, FormField, KIND, Matter, Service};
use crate::clock::Instant;
use crate::documents::ReceiptSheet;
use crate::messages::{self, Lang, plain, text};
use crate::sites::Site;

/// What somebody came for, and what they have with them.
#[derive(Clone, Debug)]
pub struct Brought {
    /// New, renewal, …
    pub kind: ApplicationKind,
    /// The answers that decide which papers are asked for.
    pub fields: Fields,
    /// Whether they came for somebody else.
    pub proxied: bool,
    /// Codes of the papers that are there.
    pub have: BTreeSet<String>,
}

impl Brought {
    fn matter(&self) -> Matter<'_> {
        Matter { kind: self.kind, fields: &self.fields }
    }
}

/// The questions of a service whose answers decide which papers are asked for.
pub fn deciding_fields(rules: &Service) -> Vec<&FormField> {
    let named: BTreeSet<&str> = rules
        .requirements
        .iter()
        .filter_map(|asked| asked.when.as_ref())
        .map(|when| when.field.as_str())
        .filter(|field| *field != KIND)
        .collect();
    rules.fields.iter().filter(|field| named.contains(field.code.as_str()) && !field.choices.is_empty()).collect()
}

/// Every paper that is asked for, and whether it is there.
pub fn check_brought(rules: &Service, brought: &Brought) -> Vec<ChecklistItem> {
    let there = |code: &String| Handed { code: code.clone(), paper: None };
    let asked = checklist(rules, (brought.matter(), brought.proxied), &[]);
    let asked: Vec<&str> = asked.iter().map(|item| item.code.as_str()).collect();
    let handed: Vec<Handed> = brought.have.iter().filter(|code| asked.contains(&code.as_str())).map(there).collect();
    checklist(rules, (brought.matter(), brought.proxied), &handed)
}

/// What the file would be incomplete without.
pub fn still_missing(items: &[ChecklistItem]) -> impl Iterator<Item = &ChecklistItem> {
    items.iter().filter(|item| item.mandatory && item.state == Met::Missing)
}

/// The sheet to take home (A5): what is missing first, in the visitor's language.
pub fn gap_sheet(
    press: &Press,
    (rules, brought): (&Service, &Brought),
    (officer, site): (&str, &Site),
    (now, lang): (Instant, Lang),
) -> ReceiptSheet {
    let words = |key: &str| plain(lang, &format!("gap_paper.{key}"));
    let items = check_brought(rules, brought);
    let missing: Vec<&ChecklistItem> = still_missing(&items).collect();
    let row = |item: &ChecklistItem, key: &str| (item.name.of(lang).to_owned(), words(key));
    let rest = items.iter().filter(|item| !missing.iter().any(|lacking| lacking.code == item.code));
    let rest = rest.map(|item| row(item, if item.state == Met::Missing { "if_there" } else { "there" }));
    let count = match missing.len() {
        0 => words("complete"),
        n => text(lang, "gap_paper.count", &[("n", n.to_string())]),
    };
    let fee = match rules.fee.count(brought.matter()) {
        Ok(lines) if !rules.fee.assessed => messages::rupiah(catalogue::total(&lines)),
        Ok(_) | Err(_) => plain(lang, "paper.fee_assessed"),
    };
    let next = if missing.is_empty() { words("next_complete") } else { words("next_missing") };
    ReceiptSheet {
        letterhead: letterhead(),
        title: words("title"),
        code: (words("band"), count),
        due: (words("service"), rules.name.of(lang).to_owned()),
        rows: vec![
            (words("kind"), plain(lang, &format!("kind.{}", brought.kind))),
            (words("checked"), messages::date_and_time(lang, now, site.zone)),
            (words("site"), site.name.clone()),
            (plain(lang, "catalogue.fee"), fee),
        ],
        checklist_title: words("list"),
        checklist: missing.iter().map(|item| row(item, "bring")).chain(rest).collect(),
        place_and_date: format!("{}, {}", site.name, messages::date(lang, now.day(site.zone))),
        officer: (words("officer"), officer.to_owned()),
        scan: words("scan"),
        qr_payload: format!("{}/layanan/{}", press.public_url.trim_end_matches('/'), rules.code),
        note: vec![next, words("not_registered")],
        document_id: text(lang, "gap_paper.document", &[("service", rules.code.clone())]),
        mark: mark(press.demo),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn midwife() -> Service {
        catalogue::built_in().into_iter().find(|service| service.code == "SIPB").unwrap()
    }

    fn brought(kind: ApplicationKind, have: &[&str]) -> Brought {
        let have = have.iter().map(|code| (*code).to_owned()).collect();
        Brought { kind, fields: Fields::new(), proxied: false, have }
    }

    #[test]
    fn what_is_missing_is_what_the_registration_would_ask_for() {
        let rules = midwife();
        let none = check_brought(&rules, &brought(ApplicationKind::New, &[]));
        let all: Vec<&str> = still_missing(&none).map(|item| item.code.as_str()).collect();
        assert!(all.contains(&"ktp") && all.contains(&"photo") && !all.contains(&"competence"), "{all:?}");
        let renewed = check_brought(&rules, &brought(ApplicationKind::Renewal, &["ktp"]));
        let missing: Vec<&str> = still_missing(&renewed).map(|item| item.code.as_str()).collect();
        assert!(missing.contains(&"competence") && !missing.contains(&"ktp"), "{missing:?}");
        assert_eq!(still_missing(&check_brought(&rules, &brought(ApplicationKind::New, &all))).count(), 0);
    }

    #[test]
    fn who_comes_for_somebody_else_is_told_of_the_power_of_attorney() {
        let rules = midwife();
        let proxied = Brought { proxied: true, ..brought(ApplicationKind::New, &[]) };
        assert!(still_missing(&check_brought(&rules, &proxied)).any(|item| item.code == "power_of_attorney"));
    }
}
