//! What a service costs, and how the amount was reached (pure).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Matter, Service};
use crate::messages::{FieldFault, Lang, rupiah, text};

/// What it costs, with where that comes from: a fixed part, a rate and a table, added up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// The fixed part in whole rupiah; 0 = none.
    pub amount_rupiah: i64,
    /// Where the amount comes from, or what else is paid elsewhere.
    pub basis: String,
    /// Whether an SKRD with a counted amount is made by the treasurer.
    #[serde(default)]
    pub assessed: bool,
    /// So much for each unit of a quantity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<Rate>,
    /// So much by the answer to a question.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<FeeTable>,
}

/// So many rupiah for each unit of a number field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// The number field.
    pub field: String,
    /// Whole rupiah for one unit.
    pub rupiah: i64,
}

/// An amount for each choice of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeTable {
    /// The choice field.
    pub field: String,
    /// The number field by which the amount is multiplied, when there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<String>,
    /// Whole rupiah by choice.
    pub rupiah: BTreeMap<String, i64>,
}

/// One line of a counted fee: quantity × rupiah.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FeeLine {
    /// The choice of the table, with its field; none in other lines.
    pub choice: Option<(String, String)>,
    /// The number field and what was typed into it; none when the amount stands for itself.
    pub quantity: Option<(String, i64)>,
    /// Whole rupiah for one unit.
    pub rupiah: i64,
}

impl FeeLine {
    /// Whole rupiah of this line.
    pub fn amount(&self) -> i64 {
        self.quantity.as_ref().map_or(1, |(_, n)| *n).saturating_mul(self.rupiah)
    }
}

impl Fee {
    /// Whether the amount follows from the answers of the form.
    pub fn is_derived(&self) -> bool {
        self.rate.is_some() || self.table.is_some()
    }

    /// The fields on which the amount rests.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        let rate = self.rate.iter().map(|rate| rate.field.as_str());
        let table = self.table.iter().flat_map(|t| [Some(t.field.as_str()), t.times.as_deref()]).flatten();
        rate.chain(table)
    }

    /// The lines of the fee of a file.
    ///
    /// # Errors
    /// The field without which the amount cannot be counted (`fields.<code>`).
    pub fn count(&self, matter: Matter<'_>) -> Result<Vec<FeeLine>, FieldFault> {
        let fixed = FeeLine { choice: None, quantity: None, rupiah: self.amount_rupiah };
        let mut lines: Vec<FeeLine> = Some(fixed).filter(|line| line.rupiah != 0).into_iter().collect();
        if let Some(table) = &self.table {
            let choice = matter.answer(&table.field).ok_or_else(|| lacks(&table.field))?;
            let rupiah = *table.rupiah.get(choice).ok_or_else(|| lacks(&table.field))?;
            let quantity = table.times.as_ref().map(|field| quantity(matter, field)).transpose()?;
            lines.push(FeeLine { choice: Some((table.field.clone(), choice.to_owned())), quantity, rupiah });
        }
        if let Some(rate) = &self.rate {
            let quantity = Some(quantity(matter, &rate.field)?);
            lines.push(FeeLine { choice: None, quantity, rupiah: rate.rupiah });
        }
        Ok(lines)
    }
}

fn lacks(field: &str) -> FieldFault {
    FieldFault::new(format!("fields.{field}"), "required")
}

fn quantity(matter: Matter<'_>, field: &str) -> Result<(String, i64), FieldFault> {
    matter.number(field).map(|n| (field.to_owned(), n)).ok_or_else(|| lacks(field))
}

/// Whole rupiah of all lines.
pub fn total(lines: &[FeeLine]) -> i64 {
    lines.iter().map(FeeLine::amount).fold(0, i64::saturating_add)
}

impl Service {
    /// Whether any file of this service can owe a fee.
    pub fn has_fee(&self) -> bool {
        self.fee.assessed || self.fee.amount_rupiah > 0 || self.fee.is_derived()
    }

    /// Whether this file owes a fee. One whose amount cannot be counted yet owes it.
    pub fn owes_fee(&self, matter: Matter<'_>) -> bool {
        self.fee.assessed || (self.has_fee() && self.fee.count(matter).map_or(true, |lines| total(&lines) > 0))
    }

    /// How the fee was reached, a sentence for each line: `Luas 120 × Rp 2.500 = Rp 300.000`.
    pub fn fee_words(&self, lines: &[FeeLine], lang: Lang) -> Vec<String> {
        lines.iter().map(|line| self.line_words(line, lang)).collect()
    }

    fn line_words(&self, line: &FeeLine, lang: Lang) -> String {
        let choice = line.choice.as_ref().map(|(field, value)| format!("{}: {value}", self.label(field, lang)));
        let mut args = vec![("rupiah", rupiah(line.rupiah)), ("amount", rupiah(line.amount()))];
        if let Some((field, n)) = &line.quantity {
            args.extend([("quantity", self.label(field, lang)), ("n", n.to_string())]);
        }
        args.extend(choice.clone().map(|choice| ("choice", choice)));
        let key = match (&choice, &line.quantity) {
            (None, None) => "fee.fixed",
            (None, Some(_)) => "fee.rate",
            (Some(_), None) => "fee.table",
            (Some(_), Some(_)) => "fee.table_times",
        };
        text(lang, key, &args)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{ApplicationKind, built_in};

    fn parking() -> Service {
        let mut service = built_in().into_iter().find(|s| s.code == "RUMIJA").unwrap();
        service.fee = toml::from_str(
            "amount_rupiah = 10000\nbasis = 'Perda'\nrate = { field = 'area', rupiah = 2500 }\n\
             table = { field = 'road_class', times = 'months', rupiah = { 'Kabupaten' = 50000, 'Desa' = 0 } }",
        )
        .unwrap();
        service
    }

    fn matter(fields: &BTreeMap<String, String>) -> Matter<'_> {
        Matter { kind: ApplicationKind::New, fields }
    }

    fn answers(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(code, value)| ((*code).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn a_fee_is_a_fixed_part_a_rate_and_a_table_and_says_how_it_was_reached() {
        let fields = answers(&[("area", "120"), ("road_class", "Kabupaten"), ("months", "3")]);
        let service = parking();
        let lines = service.fee.count(matter(&fields)).unwrap();
        assert_eq!(total(&lines), 10_000 + 120 * 2_500 + 3 * 50_000);
        let words = service.fee_words(&lines, Lang::Id);
        assert_eq!(words[0], "Tarif tetap: Rp 10.000");
        assert!(words[1].contains("Kabupaten") && words[1].ends_with("3 × Rp 50.000 = Rp 150.000"), "{words:?}");
        assert!(words[2].ends_with("120 × Rp 2.500 = Rp 300.000"), "{words:?}");
    }

    #[test]
    fn a_fee_that_lacks_an_answer_is_not_counted_but_owed() {
        let service = parking();
        let fields = answers(&[("area", "120"), ("road_class", "Kabupaten")]);
        assert_eq!(service.fee.count(matter(&fields)), Err(FieldFault::new("fields.months", "required")));
        assert!(service.owes_fee(matter(&fields)));
    }

    #[test]
    fn a_file_whose_fee_comes_to_nothing_owes_none() {
        let mut service = parking();
        service.fee.amount_rupiah = 0;
        let fields = answers(&[("area", "0"), ("road_class", "Desa"), ("months", "2")]);
        assert!(!service.owes_fee(matter(&fields)));
        service.fee.assessed = true;
        assert!(service.owes_fee(matter(&fields)));
    }
}
