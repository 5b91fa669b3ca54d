//! What a return asks for, in words.

use super::{CorrectionItem, ItemKind};
use crate::catalogue::Service;
use crate::messages::{Lang, plain, text};

/// The words of a field by its full name: `fields.<code>` or `applicant.<name>`.
pub fn field_label(rules: &Service, target: &str, lang: Lang) -> String {
    match target.split_once('.') {
        Some(("applicant", "name")) => plain(lang, "files.name"),
        Some(("applicant", name)) => plain(lang, &format!("input.{name}")),
        Some((_, code)) => {
            let field = rules.fields.iter().find(|field| field.code == code);
            field.map_or_else(|| code.to_owned(), |field| field.label.of(lang).to_owned())
        }
        None => target.to_owned(),
    }
}

/// What an item is about.
pub fn item_title(rules: &Service, item: &CorrectionItem, lang: Lang) -> String {
    match item.kind {
        ItemKind::Paper => {
            let asked = rules.requirements.iter().find(|asked| asked.code == item.target);
            asked.map_or_else(|| item.target.clone(), |asked| asked.name.of(lang).to_owned())
        }
        ItemKind::Field => field_label(rules, &item.target, lang),
        ItemKind::Question => plain(lang, "correction.question"),
    }
}

/// Why, in a sentence; may be empty.
pub fn item_why(item: &CorrectionItem, lang: Lang) -> String {
    let fault = item.fault.map(|fault| plain(lang, &format!("paper_fault.{fault}")));
    match (fault, item.note.as_str()) {
        (Some(fault), "") => fault,
        (Some(fault), note) => text(lang, "correction.fault_and_note", &[("fault", fault), ("note", note.to_owned())]),
        (None, note) => note.to_owned(),
    }
}

/// An item in one line.
pub fn item_words(rules: &Service, item: &CorrectionItem, lang: Lang) -> String {
    let (title, why) = (item_title(rules, item, lang), item_why(item, lang));
    if why.is_empty() { title } else { format!("{title}: {why}") }
}
