//! The description of the API is whole, and says the truth about what the product answers.

mod description;
mod replies;

use std::collections::BTreeSet;

use loket::messages::{Lang, keys};
use loket::permits::{ActName, inputs_of};
use loket::{catalogue, civil, identity, permits, population, queue, sites};
use serde_json::{Value, json};

use crate::source;
use description::Description;

/// Every reference of a part of the description.
fn references(node: &Value, found: &mut Vec<String>) {
    if let Some(reference) = node.get("$ref").and_then(Value::as_str) {
        found.push(reference.to_owned());
    }
    match node {
        Value::Object(fields) => fields.values().for_each(|field| references(field, found)),
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        _ => {}
    }
}

/// The words between back-ticks.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The codes named in the first column of the tables of a text.
fn listed(text: &str) -> BTreeSet<&str> {
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    rows.map(|(code, _)| code).collect()
}

#[test]
fn the_description_is_openapi_3_1_and_every_reference_resolves() {
    let described = Description::read();
    assert!(described.0["openapi"].as_str().unwrap().starts_with("3.1."));
    let mut found = Vec::new();
    references(&described.0, &mut found);
    assert!(found.len() > 100, "{}", found.len());
    let dead: Vec<&String> =
        found.iter().filter(|r| described.0.pointer(r.trim_start_matches('#')).is_none()).collect();
    assert!(dead.is_empty(), "{dead:#?}");
    let components = described.0["components"].as_object().unwrap().iter();
    let of_kind = |(kind, all): (&String, &Value)| {
        all.as_object().unwrap().keys().map(|name| format!("#/components/{kind}/{name}")).collect::<Vec<_>>()
    };
    let known: Vec<String> = components.filter(|(kind, _)| *kind != "securitySchemes").flat_map(of_kind).collect();
    let idle: Vec<&String> = known.iter().filter(|name| !found.contains(name)).collect();
    assert!(idle.is_empty(), "described and never used: {idle:#?}");
}

#[test]
fn every_operation_has_a_name_of_its_own_its_parameters_and_a_good_reply() {
    let described = Description::read();
    let mut names = BTreeSet::new();
    for (operation, parts) in described.operations() {
        let name = parts["operationId"].as_str().unwrap_or_else(|| panic!("{operation} has no name"));
        assert!(names.insert(name), "{operation}: {name} is taken");
        let replies = parts["responses"].as_object().unwrap();
        assert!(replies.keys().any(|status| status.starts_with('2')), "{operation} never succeeds");
        let parameters = parts["parameters"].as_array().cloned().unwrap_or_default();
        let in_path = parameters.iter().map(|p| described.resolve(p)).filter(|p| p["in"] == "path");
        let stated: BTreeSet<&str> = in_path.filter_map(|p| p["name"].as_str()).collect();
        let asked: BTreeSet<&str> = operation.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        assert_eq!(stated, asked, "{operation}");
    }
}

/// The letters of an operation's roles as in the table of routes; `*` = nobody needs to sign in.
fn letters(operation: &Value) -> String {
    let ways = operation["security"].as_array().unwrap();
    let Some(roles) = ways.iter().find_map(|way| way["bearer"].as_array()).filter(|_| ways.len() == 1) else {
        return "*".to_owned();
    };
    let is_named = |role: &identity::Role| roles.is_empty() || roles.contains(&json!(role));
    identity::Role::ALL.iter().zip("cpvtkhbsa".chars()).filter(|(role, _)| is_named(role)).map(|(_, c)| c).collect()
}

#[test]
fn the_roles_of_an_operation_are_those_of_the_table_of_routes() {
    let described = Description::read();
    let table = include_str!("routes.txt").lines().filter(|line| line.contains(" /api/v1/"));
    let differ: Vec<String> = table
        .filter_map(|line| {
            let (who, route) = line.split_once(' ')?;
            let name = route.replace("/api/v1", "").replace('<', "{").replace('>', "}");
            let described = letters(described.operation(&name));
            (described != who).then(|| format!("{name}: {who} may enter, {described} is described"))
        })
        .collect();
    assert!(differ.is_empty(), "{differ:#?}");
}

#[test]
fn every_example_keeps_to_its_schema() {
    let described = Description::read();
    let mut count = 0;
    for (operation, parts) in described.operations() {
        let replies = parts["responses"].as_object().unwrap().values().map(|reply| described.resolve(reply));
        for content in replies.chain([&parts["requestBody"]]).filter_map(|part| part["content"].as_object()) {
            for media in content.values() {
                let several = media["examples"].as_object().into_iter().flatten().map(|(_, example)| &example["value"]);
                for example in media.get("example").into_iter().chain(several).filter(|example| !example.is_string()) {
                    count += 1;
                    let faults = described.faults(&media["schema"], example);
                    assert!(faults.is_empty(), "{operation}: {faults:#?}");
                }
            }
        }
    }
    assert!(count > 20, "{count} examples");
}

macro_rules! assert_words {
    ($described:expr, $($schema:literal: $words:ty),+ $(,)?) => {$({
        let words: Vec<&str> = <$words>::ALL.iter().map(|word| word.word()).collect();
        assert_eq!($described.schema($schema)["enum"], json!(words), "{}", $schema);
    })+};
}

#[test]
fn every_list_of_words_is_the_one_of_the_product() {
    let described = Description::read();
    assert_words!(described,
        "Role": identity::Role, "ServiceGroup": sites::ServiceGroup, "ServiceKind": catalogue::ServiceKind,
        "FieldKind": catalogue::FieldKind, "Priority": queue::Priority, "TicketState": queue::TicketState,
        "StopState": queue::StopState, "CounterState": queue::DeskState, "NoEstimate": queue::NoEstimate,
        "CivilState": civil::CivilState, "CivilAct": civil::CivilAct, "BlankKind": civil::BlankKind,
        "BlankMove": civil::BlankMove, "LifeEventKind": civil::LifeEventKind, "FlagDecision": civil::FlagDecision,
        "ApplicationKind": permits::ApplicationKind, "ApplicationState": permits::ApplicationState,
        "ActName": ActName, "Office": permits::Office, "Standing": permits::Standing, "Stage": permits::Stage,
        "StepState": permits::StepState, "Sex": population::Sex, "Verdict": population::Verdict,
        "ItemKind": permits::ItemKind, "PaperFault": permits::PaperFault, "Agreement": population::Agreement, "NikWarning": population::NikWarning,
    );
}

#[test]
fn every_act_is_described_with_what_it_asks_for() {
    let described = Description::read();
    let parameters = described.operation("POST /applications/{id}/{act}")["parameters"].as_array().unwrap();
    let act = parameters.iter().find(|parameter| parameter["name"] == "act").unwrap();
    let elsewhere = [ActName::Creation, ActName::Registration, ActName::Sealing];
    let acts: Vec<ActName> = ActName::ALL.iter().copied().filter(|act| !elsewhere.contains(act)).collect();
    let named: BTreeSet<&str> = act["schema"]["enum"].as_array().unwrap().iter().filter_map(Value::as_str).collect();
    assert_eq!(named, acts.iter().map(|act| act.word()).collect());
    for act in acts.into_iter().filter(|act| !inputs_of(*act).is_empty()) {
        let word = act.word();
        let schema = described.schema(&format!("{}{}Act", word[..1].to_uppercase(), &word[1..]));
        let inputs = inputs_of(act).iter();
        let required: BTreeSet<&str> = inputs.clone().filter(|input| input.required).map(|input| input.name).collect();
        let stated = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        assert_eq!(required, stated, "{act}");
        for input in inputs {
            assert!(schema["properties"][input.name].is_object(), "{act}: {}", input.name);
        }
    }
}

#[test]
fn every_code_of_a_refusal_stands_in_the_docs() {
    let docs = source::read("docs/api.md").text;
    let codes: BTreeSet<&str> = keys(Lang::Id).iter().filter_map(|key| key.strip_prefix("refusal.")).collect();
    assert_eq!(listed(&docs), codes, "the tables of docs/api.md and the refusals of the message files");
    let described = Description::read();
    let types = described.schema("Problem")["properties"]["type"]["enum"].as_array().unwrap().iter();
    let types: BTreeSet<&str> = types.map(|urn| urn.as_str().unwrap().strip_prefix("urn:loket:").unwrap()).collect();
    let (of_api, elsewhere) = docs.split_once("never meets").expect("the docs tell the two tables apart");
    assert_eq!(types, listed(of_api));
    assert!(listed(elsewhere).is_disjoint(&types));
    let mut named = BTreeSet::new();
    for (_, parts) in described.operations() {
        let refusals = parts["responses"].as_object().unwrap().iter().filter(|(status, _)| !status.starts_with('2'));
        named.extend(refusals.flat_map(|(_, refusal)| quoted(refusal["description"].as_str().unwrap())));
    }
    assert_eq!(named, types, "codes that operations name, and codes of a problem");
}

#[test]
fn a_reply_that_differs_would_be_seen() {
    let described = Description(json!({ "components": { "schemas": {
        "Place": {
            "required": ["state", "people"],
            "properties": {
                "state": { "enum": ["waiting"] }, "people": { "type": "integer" },
                "counter": { "oneOf": [{ "$ref": "#/components/schemas/Counter" }, { "type": "null" }] }
            }
        },
        "Counter": { "required": ["id"], "properties": { "id": { "type": "string", "format": "uuid" } } },
        "Parked": { "allOf": [{ "$ref": "#/components/schemas/Place" }, { "properties": { "reason": { "type": "string" } } }] }
    } } }));
    let faults = |name: &str, value: Value| described.faults(described.schema(name), &value);
    let good = json!({ "state": "waiting", "people": 3, "counter": null });
    assert!(faults("Place", good).is_empty());
    assert_eq!(faults("Place", json!({ "state": "waiting" })), [": people is missing"]);
    assert_eq!(
        faults("Place", json!({ "state": "gone", "people": 3 })),
        [".state: the word \"gone\" is not described"]
    );
    assert_eq!(faults("Place", json!({ "state": "waiting", "people": "3" })), [".people: \"3\" is not \"integer\""]);
    let more = json!({ "state": "waiting", "people": 3, "name": "ANI DATA UJI" });
    assert_eq!(faults("Place", more.clone()), [": name is not described"]);
    assert_eq!(faults("Parked", more), [": name is not described"]);
    assert!(faults("Parked", json!({ "state": "waiting", "people": 3, "reason": "x" })).is_empty());
    let wrong = json!({ "state": "waiting", "people": 3, "counter": { "id": "5" } });
    assert_eq!(faults("Place", wrong), [".counter.id: \"5\" is no \"uuid\""]);
}
