//! Conditions of a service in words (pure).

use super::{ApplicationKind, Comparison, Condition, KIND, Requirement, Service};
use crate::messages::{Lang, plain, text};

impl Service {
    /// `bila Jenis praktik: Praktik mandiri`.
    pub fn condition_words(&self, condition: &Condition, lang: Lang) -> String {
        let is_kind = condition.field == KIND;
        let field = if is_kind { plain(lang, "condition.kind") } else { self.label(&condition.field, lang) };
        let value = |value: &String| match value.parse::<ApplicationKind>() {
            Ok(kind) if is_kind => plain(lang, &format!("kind.{kind}")),
            Ok(_) | Err(_) => value.clone(),
        };
        let (key, value) = match &condition.is {
            Comparison::OneOf(values) => {
                let values: Vec<String> = values.iter().map(value).collect();
                ("condition.one_of", values.join(&plain(lang, "condition.or")))
            }
            Comparison::Not(other) => ("condition.not", value(other)),
            Comparison::AtLeast(n) => ("condition.at_least", n.to_string()),
            Comparison::AtMost(n) => ("condition.at_most", n.to_string()),
        };
        text(lang, key, &[("field", field), ("value", value)])
    }
}

impl Requirement {
    /// Its name, with the condition under which it is asked for.
    pub fn words(&self, service: &Service, lang: Lang) -> String {
        let name = self.name.of(lang);
        match &self.when {
            Some(when) => format!("{name} ({})", service.condition_words(when, lang)),
            None => name.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in;

    #[test]
    fn a_condition_is_said_in_words() {
        let service = built_in().into_iter().find(|s| s.code == "SIPB").unwrap();
        let said = |condition: &str, lang| service.condition_words(&condition.parse().unwrap(), lang);
        assert_eq!(said("practice_kind = Praktik mandiri", Lang::Id), "bila Jenis praktik: Praktik mandiri");
        assert_eq!(said("kind = renewal | amendment", Lang::Id), "bila jenis permohonan: perpanjangan atau perubahan");
        assert_eq!(said("kind != new", Lang::En), "unless kind of application: new");
    }
}
