//! What is stated over the API with an act that is more than names and texts.

use serde_json::{Map, Value};

use super::views::texts;
use crate::permits::{ItemKind, Returning, StatedItem, Typing};

/// A typing error as sent: `changes` names what is right by field.
pub fn typing(mut sent: Map<String, Value>) -> Typing {
    let changes = match sent.remove("changes") {
        Some(Value::Object(changes)) => texts(changes),
        Some(_) | None => std::collections::BTreeMap::new(),
    };
    Typing { reason: texts(sent).remove("reason").unwrap_or_default(), changes }
}

/// A return as sent: items are codes of papers or objects; `reason` is another name of `note`.
pub fn returning(mut sent: Map<String, Value>) -> Returning {
    let items = match sent.remove("items") {
        Some(Value::Array(items)) => items.into_iter().map(stated_item).collect(),
        Some(Value::String(codes)) => codes.split(',').map(|code| stated_item(Value::from(code.trim()))).collect(),
        Some(_) | None => Vec::new(),
    };
    let mut sent = texts(sent);
    let note = sent.remove("note").or_else(|| sent.remove("reason")).unwrap_or_default();
    Returning { note, items }
}

fn stated_item(item: Value) -> StatedItem {
    match item {
        Value::Object(item) => {
            let mut stated = texts(item);
            let mut take = |name: &str| stated.remove(name).unwrap_or_default();
            StatedItem { kind: take("kind"), target: take("target"), fault: take("reason"), note: take("note") }
        }
        other => {
            let target = other.as_str().unwrap_or_default().to_owned();
            StatedItem { kind: ItemKind::Paper.word().to_owned(), target, ..StatedItem::default() }
        }
    }
}
