//! The body of a question (pure).

use serde_json::{Map, Value, json};

use super::Grant;
use super::names::{ADDRESS_PARTS, FEMALE, MALE};
use crate::clock::Day;
use crate::config::DateOrder;
use crate::population::{Address, Claimed, Question, Sex};

/// The likeness from which the service itself says `Sesuai`; what is not exact we judge by its score.
const THRESHOLD: u32 = 95;

impl Grant {
    /// `CALL_VERIFY_BY_ELEMEN`: the NIK and only what the visitor stated.
    pub fn matching(&self, question: &Question) -> Value {
        let mut body = Map::new();
        body.insert("USER_ID".to_owned(), json!(self.user));
        body.insert("PASSWORD".to_owned(), json!(self.password));
        body.insert("IP_USER".to_owned(), json!(self.ip));
        // So spelt by the service.
        body.insert("TRESHOLD".to_owned(), json!(THRESHOLD));
        body.insert("NIK".to_owned(), json!(question.nik.digits()));
        for (name, value) in self.stated(&question.claimed) {
            body.insert(name.to_owned(), json!(value));
        }
        Value::Object(body)
    }

    /// The older call: the NIK alone.
    pub fn read(&self, question: &Question) -> Value {
        json!({
            "nik": question.nik.digits(), "user_id": self.user, "password": self.password, "IP_USER": self.ip
        })
    }

    fn stated(&self, claimed: &Claimed) -> Vec<(&'static str, String)> {
        let sex = |sex: Sex| if sex == Sex::Male { MALE } else { FEMALE };
        let elements = [
            ("NAMA_LGKP", claimed.name.clone()),
            ("TMPT_LHR", claimed.birth_place.clone()),
            ("TGL_LHR", claimed.birth_date.map(|day| self.date(day))),
            ("JENIS_KLMIN", claimed.sex.map(|s| sex(s).to_owned())),
        ];
        let mut stated: Vec<_> = elements.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        if let Some(address) = &claimed.address {
            stated.extend(ADDRESS_PARTS.into_iter().zip(parts(address)));
        }
        stated
    }

    fn date(&self, day: Day) -> String {
        match self.date_order {
            DateOrder::DayFirst => day.0.format("%d-%m-%Y").to_string(),
            DateOrder::YearFirst => day.to_string(),
        }
    }
}

/// Street, RT, RW and the four codes, in the order of [`ADDRESS_PARTS`].
fn parts(address: &Address) -> Vec<String> {
    let number = |text: &str| format!("{:0>3}", text.trim());
    let mut parts = vec![address.street.clone(), number(&address.rt), number(&address.rw)];
    parts.extend(address.village_code.split('.').map(str::to_owned));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Nik;

    fn grant(date_order: DateOrder) -> Grant {
        Grant { user: "uji".into(), password: "rahasia".into(), ip: "10.0.0.2".into(), date_order }
    }

    fn question() -> Question {
        let address = Address {
            street: "Jl. Uji 1".into(),
            rt: "3".into(),
            rw: "001".into(),
            village_code: "16.07.06.1021".into(),
        };
        let claimed = Claimed {
            name: Some("SITI UJI".into()),
            birth_date: Day::parse("1990-08-17"),
            sex: Some(Sex::Female),
            address: Some(address),
            ..Claimed::default()
        };
        Question { nik: Nik::parse("1607065708900001").unwrap(), claimed }
    }

    #[test]
    fn a_match_carries_only_what_was_stated() {
        let body = grant(DateOrder::DayFirst).matching(&question());
        let names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        assert!(names.contains(&"NAMA_LGKP") && !names.contains(&"TMPT_LHR"), "{names:?}");
        assert_eq!((body["NO_RT"].as_str(), body["NO_KEL"].as_str()), (Some("003"), Some("1021")));
        assert_eq!(body["JENIS_KLMIN"], "Perempuan");
        assert_eq!(body["IP_USER"], "10.0.0.2");
    }

    #[test]
    fn the_date_is_written_as_the_region_wants_it() {
        assert_eq!(grant(DateOrder::DayFirst).matching(&question())["TGL_LHR"], "17-08-1990");
        assert_eq!(grant(DateOrder::YearFirst).matching(&question())["TGL_LHR"], "1990-08-17");
    }

    #[test]
    fn a_reading_carries_the_number_and_the_grant_alone() {
        let body = grant(DateOrder::DayFirst).read(&question());
        let mut names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["IP_USER", "nik", "password", "user_id"]);
    }
}
