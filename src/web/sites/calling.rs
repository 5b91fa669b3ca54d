//! How a site calls people, as its supervisor reads and types it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ids::CounterId;
use crate::messages::{FieldFault, Refusal};
use crate::sites::{CallRules, Counter, ServiceGroup, Site};
use crate::web::form::Posted;

/// The rules of calling, and the counters with what they are for.
#[derive(Serialize)]
pub struct CallingFields {
    most_calls: String,
    regular_per_priority: String,
    quick_minutes: String,
    counters: Vec<CounterField>,
}

#[derive(Serialize)]
struct CounterField {
    /// Name of the box.
    name: String,
    number: i64,
    groups: Vec<&'static str>,
    quick_only: bool,
}

impl CallingFields {
    /// The rules of a site.
    pub fn new(rules: CallRules, counters: &[Counter]) -> CallingFields {
        let CallRules { most_calls, regular_per_priority, quick_minutes } = rules;
        let counter = |counter: &Counter| CounterField {
            name: box_of(counter.number),
            number: counter.number,
            groups: counter.groups.iter().map(|group: &ServiceGroup| group.word()).collect(),
            quick_only: counter.quick_only,
        };
        CallingFields {
            most_calls: most_calls.to_string(),
            regular_per_priority: regular_per_priority.to_string(),
            quick_minutes: quick_minutes.to_string(),
            counters: counters.iter().map(counter).collect(),
        }
    }

    /// The same as it was typed, when it was this form that was sent.
    pub fn keep(&mut self, values: &BTreeMap<String, String>) {
        let numbers = [
            ("most_calls", &mut self.most_calls),
            ("regular_per_priority", &mut self.regular_per_priority),
            ("quick_minutes", &mut self.quick_minutes),
        ];
        if numbers.iter().any(|(name, _)| !values.contains_key(*name)) {
            return;
        }
        for (name, field) in numbers {
            values[name].clone_into(field);
        }
        for counter in &mut self.counters {
            counter.quick_only = values.contains_key(&counter.name);
        }
    }
}

/// The rules that were typed, with the counters marked for quick matters. What is no number is out of bounds too.
pub fn typed(site: &Site, posted: &Posted) -> Result<(CallRules, Vec<CounterId>), Refusal> {
    let number = |field: &str| posted.get(field).parse::<u8>();
    let fault = |field: &&str| number(field).is_err();
    let fields = ["most_calls", "regular_per_priority", "quick_minutes"];
    let wrong = fields.iter().filter(|field| fault(field)).map(|field| FieldFault::new(*field, "number-bounds"));
    Refusal::of_fields(wrong.collect())?;
    let of = |field| number(field).unwrap_or_default();
    let rules = CallRules {
        most_calls: of("most_calls").into(),
        regular_per_priority: of("regular_per_priority"),
        quick_minutes: of("quick_minutes").into(),
    };
    let marked = site.counters.iter().filter(|counter| posted.get(&box_of(counter.number)) == "true");
    Ok((rules, marked.map(|counter| counter.id).collect()))
}

fn box_of(number: i64) -> String {
    format!("quick_{number}")
}
