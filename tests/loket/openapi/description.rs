//! The description of the API, read so that replies can be held against it.

use loket::clock::Day;
use serde_json::Value;

/// Keywords whose alternatives are tried one after the other.
const ALTERNATIVES: [&str; 2] = ["oneOf", "anyOf"];

/// The description.
pub struct Description(pub Value);

impl Description {
    /// The one the product hands out.
    pub fn read() -> Description {
        Description(serde_json::from_str(loket::web::health::OPENAPI).unwrap())
    }

    /// Every operation under its name: `GET /sites/{site}/board`.
    pub fn operations(&self) -> Vec<(String, &Value)> {
        let paths = self.0["paths"].as_object().unwrap();
        let of_path = |(path, methods): (&String, &'_ Value)| {
            let names: Vec<String> = methods.as_object().unwrap().keys().cloned().collect();
            names.into_iter().map(|method| (method.clone(), path.clone())).collect::<Vec<_>>()
        };
        let all = paths.iter().flat_map(of_path);
        all.map(|(method, path)| (format!("{} {path}", method.to_uppercase()), &self.0["paths"][&path][&method]))
            .collect()
    }

    /// One operation.
    pub fn operation(&self, name: &str) -> &Value {
        let found = self.operations().into_iter().find(|(known, _)| known == name);
        found.unwrap_or_else(|| panic!("{name} is not described")).1
    }

    /// A component by name.
    pub fn schema(&self, name: &str) -> &Value {
        let found = &self.0["components"]["schemas"][name];
        assert!(found.is_object(), "no schema {name}");
        found
    }

    /// What a reference points to; the node itself when it is none.
    pub fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        let Some(reference) = node.get("$ref").and_then(Value::as_str) else { return node };
        let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{reference} leads elsewhere"));
        let target = self.0.pointer(pointer).unwrap_or_else(|| panic!("{reference} leads nowhere"));
        self.resolve(target)
    }

    /// Where a value differs from a schema: another type or word, a field that is missing or not described.
    pub fn faults(&self, schema: &Value, value: &Value) -> Vec<String> {
        let mut faults = Vec::new();
        self.compare(schema, value, "", &mut faults);
        faults
    }

    fn compare(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let schema = self.resolve(schema);
        if !is_of_type(&schema["type"], value) {
            return faults.push(format!("{at}: {value} is not {}", schema["type"]));
        }
        if schema.get("const").is_some_and(|only| only != value) || !is_among(&schema["enum"], value) {
            faults.push(format!("{at}: the word {value} is not described"));
        }
        if !has_format(schema["format"].as_str(), value) {
            faults.push(format!("{at}: {value} is no {}", schema["format"]));
        }
        for alternatives in ALTERNATIVES.iter().filter_map(|keyword| schema[keyword].as_array()) {
            let tries = alternatives.iter().map(|one| self.faults(one, value));
            faults.extend(tries.min_by_key(Vec::len).unwrap_or_default().iter().map(|fault| format!("{at}{fault}")));
        }
        for (index, item) in value.as_array().into_iter().flatten().enumerate() {
            self.compare(&schema["items"], item, &format!("{at}[{index}]"), faults);
        }
        self.compare_fields(schema, value, at, faults);
    }

    fn compare_fields(&self, schema: &Value, value: &Value, at: &str, faults: &mut Vec<String>) {
        let Some(fields) = value.as_object() else { return };
        let parts = self.parts(schema);
        let required = parts.iter().filter_map(|part| part["required"].as_array()).flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)) {
            faults.push(format!("{at}: {name} is missing"));
        }
        let is_closed = parts.iter().any(|part| part.get("properties").is_some());
        let rest = parts.iter().find_map(|part| part.get("additionalProperties"));
        for (name, field) in fields {
            let described = parts.iter().find_map(|part| part["properties"].get(name)).or(rest);
            match described {
                Some(described) => self.compare(described, field, &format!("{at}.{name}"), faults),
                None if is_closed => faults.push(format!("{at}: {name} is not described")),
                None => {}
            }
        }
    }

    /// A schema and everything it is put together of.
    fn parts<'a>(&'a self, schema: &'a Value) -> Vec<&'a Value> {
        let schema = self.resolve(schema);
        let of = schema["allOf"].as_array().into_iter().flatten().flat_map(|part| self.parts(part));
        [schema].into_iter().chain(of).collect()
    }
}

fn is_of_type(types: &Value, value: &Value) -> bool {
    let is = |name: &Value| match name.as_str() {
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("number") => value.is_number(),
        Some("boolean") => value.is_boolean(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some("null") => value.is_null(),
        _ => false,
    };
    match types {
        Value::Null => true,
        Value::Array(several) => several.iter().any(is),
        one => is(one),
    }
}

fn is_among(words: &Value, value: &Value) -> bool {
    words.as_array().is_none_or(|words| words.contains(value))
}

fn has_format(format: Option<&str>, value: &Value) -> bool {
    let Some(text) = value.as_str() else { return true };
    match format {
        Some("uuid") => text.parse::<uuid::Uuid>().is_ok(),
        Some("date") => Day::parse(text).is_some(),
        Some("date-time") => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        _ => true,
    }
}
