//! The answer (pure): read strictly, since a wrong reading would be a wrong verdict. What is not known is never taken
//! for an answer about the person.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{ADDRESS_PARTS, ELEMENTS, FEMALE, MALE};
use crate::clock::Day;
use crate::population::comparison::{address_agrees, name_agrees};
use crate::population::{
    Address, Agreement, Cause, Claimed, ElementVerdict, Finding, Kk, Nik, Question, Resident, ResidentStatus, Sex,
    Verdict, three_digits,
};

/// The longest text of a record, in characters.
const LONGEST: usize = 200;

/// Reads the answer to a match: `Sesuai`, `Tidak Sesuai`, with a score where the service compares by likeness.
pub fn agreement(reply: &Value, question: &Question) -> Result<Finding, Cause> {
    let content = content(reply)?;
    if let Some(said) = said(reply, content) {
        return refusal(said);
    }
    let elements = elements(content, &question.claimed)?;
    let agrees = elements.values().all(|element| element.verdict == Agreement::Match);
    let nik_agrees = content.get("NIK").is_none_or(|word| score(word).is_ok_and(|(verdict, _)| verdict));
    if !nik_agrees {
        return Ok(Finding::of_cause(Verdict::NotFound, Cause::Unknown));
    }
    let verdict = if agrees { Verdict::Match } else { Verdict::Mismatch };
    Ok(Finding { verdict, elements, record: None, cause: None })
}

/// Reads a record and compares it here.
pub fn record(reply: &Value, question: &Question) -> Result<Finding, Cause> {
    let content = content(reply)?;
    if let Some(said) = said(reply, content) {
        return refusal(said);
    }
    let resident = resident(content)?;
    if resident.nik != question.nik {
        return Err(Cause::Unreadable);
    }
    Ok(Finding::of_record(Some(&resident), &question.claimed))
}

/// The one object of an answer: the first of `content`, `content` itself, or the whole.
fn content(reply: &Value) -> Result<&Value, Cause> {
    let content = match reply.get("content") {
        Some(Value::Array(list)) => list.first().unwrap_or(reply),
        Some(content) => content,
        None => reply,
    };
    if content.is_object() { Ok(content) } else { Err(Cause::Unreadable) }
}

/// The text of a refusal, wherever the service put it.
fn said<'a>(reply: &'a Value, content: &'a Value) -> Option<&'a str> {
    let places = [content.get("RESPON"), content.get("RESPONSE"), reply.get("RESPON"), reply.get("RESPONSE")];
    places.into_iter().flatten().find_map(Value::as_str)
}

/// What a text of the service means. Letter case and spaces vary by region.
fn refusal(said: &str) -> Result<Finding, Cause> {
    let text = said.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    let has = |part: &str| text.contains(part);
    if has("kuota") {
        return Err(Cause::QuotaUsed);
    }
    if has("login gagal") {
        return Err(Cause::LoginFailed);
    }
    if has("user tidak aktif") {
        return Err(Cause::UserInactive);
    }
    if has("instansi tidak aktif") {
        return Err(Cause::AgencyInactive);
    }
    if text.starts_with("ip ") {
        return Err(Cause::AddressRefused);
    }
    if has("tidak lengkap") {
        return Err(Cause::Incomplete);
    }
    of_person(&text).ok_or(Cause::Unreadable)
}

/// The four texts that are about the person.
fn of_person(text: &str) -> Option<Finding> {
    let (verdict, cause) = if text.contains("tidak ditemukan") {
        (Verdict::NotFound, Cause::Unknown)
    } else if text.contains("meninggal") {
        (Verdict::Deceased, Cause::Deceased)
    } else if text.contains("ganda") {
        (Verdict::Inactive, Cause::Double)
    } else if text.contains("tidak aktif") {
        (Verdict::Inactive, Cause::Blocked)
    } else {
        return None;
    };
    Some(Finding::of_cause(verdict, cause))
}

/// Every element that was stated must be answered.
fn elements(content: &Value, claimed: &Claimed) -> Result<BTreeMap<&'static str, ElementVerdict>, Cause> {
    let stated = |name: &str| match name {
        "name" => claimed.name.is_some(),
        "birth_place" => claimed.birth_place.is_some(),
        "birth_date" => claimed.birth_date.is_some(),
        _ => claimed.sex.is_some(),
    };
    let mut found = BTreeMap::new();
    for (name, theirs) in ELEMENTS.into_iter().filter(|(name, _)| stated(name)) {
        let (agrees, score) = score(content.get(theirs).ok_or(Cause::Unreadable)?)?;
        let agreed = match score {
            Some(score) if name == "name" => name_agrees(score),
            Some(score) => ElementVerdict { verdict: word(agrees), score },
            None => ElementVerdict::exact(agrees),
        };
        found.insert(name, agreed);
    }
    if claimed.address.is_some() {
        found.insert("address", address(content)?);
    }
    Ok(found)
}

/// The street by its score; another RT, RW or village cannot agree.
fn address(content: &Value) -> Result<ElementVerdict, Cause> {
    let [street, codes @ ..] = ADDRESS_PARTS;
    let (agrees, found) = score(content.get(street).ok_or(Cause::Unreadable)?)?;
    let street = found.unwrap_or(if agrees { 100 } else { 0 });
    let mut same_place = true;
    for code in codes {
        let (same, _) = score(content.get(code).ok_or(Cause::Unreadable)?)?;
        same_place &= same;
    }
    Ok(address_agrees(street, same_place))
}

fn word(agrees: bool) -> Agreement {
    if agrees { Agreement::Match } else { Agreement::Mismatch }
}

/// `Sesuai`, `Tidak Sesuai`, `Sesuai (100)`, `Tidak Sesuai (59)`.
fn score(value: &Value) -> Result<(bool, Option<i64>), Cause> {
    let text = value.as_str().ok_or(Cause::Unreadable)?.to_lowercase();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (said, score) = match text.split_once('(') {
        None => (text.as_str(), None),
        Some((said, rest)) => {
            let number = rest.strip_suffix(')').and_then(|n| n.trim().parse::<i64>().ok());
            (said.trim(), Some(number.filter(|n| (0..=100).contains(n)).ok_or(Cause::Unreadable)?))
        }
    };
    match said {
        "sesuai" => Ok((true, score)),
        "tidak sesuai" => Ok((false, score)),
        _ => Err(Cause::Unreadable),
    }
}

fn resident(content: &Value) -> Result<Resident, Cause> {
    let found = Record(content);
    let code = [("NO_PROP", 2), ("NO_KAB", 2), ("NO_KEC", 2), ("NO_KEL", 4)];
    let code: Vec<String> = code.into_iter().map(|(name, wide)| found.number(name, wide)).collect::<Result<_, _>>()?;
    Ok(Resident {
        nik: Nik::parse(&found.text("NIK")?).map_err(|_| Cause::Unreadable)?,
        kk: Kk::parse(&found.text("NO_KK")?).map_err(|_| Cause::Unreadable)?,
        name: found.text("NAMA_LGKP")?,
        birth_place: found.text("TMPT_LHR")?,
        birth_date: date(&found.text("TGL_LHR")?)?,
        sex: sex(&found.text("JENIS_KLMIN")?)?,
        address: Address {
            street: found.text("ALAMAT")?,
            rt: three_digits(&found.text("NO_RT")?).ok_or(Cause::Unreadable)?,
            rw: three_digits(&found.text("NO_RW")?).ok_or(Cause::Unreadable)?,
            village_code: code.join("."),
        },
        status: ResidentStatus::Active,
    })
}

/// A record whose values may be texts or numbers.
struct Record<'a>(&'a Value);

impl Record<'_> {
    fn text(&self, name: &str) -> Result<String, Cause> {
        let text = match self.0.get(name) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(Value::Number(number)) => number.to_string(),
            _ => return Err(Cause::Unreadable),
        };
        let right = text.chars().count() <= LONGEST && !text.chars().any(char::is_control);
        if right { Ok(text) } else { Err(Cause::Unreadable) }
    }

    fn number(&self, name: &str, wide: usize) -> Result<String, Cause> {
        let text = self.text(name)?;
        let right = !text.is_empty() && text.len() <= wide && text.bytes().all(|b| b.is_ascii_digit());
        if right { Ok(format!("{text:0>wide$}")) } else { Err(Cause::Unreadable) }
    }
}

/// Both orders are seen.
fn date(text: &str) -> Result<Day, Cause> {
    let day_first = || {
        let parts: Vec<&str> = text.split('-').collect();
        let [day, month, year] = parts[..] else { return None };
        Day::parse(&format!("{year}-{month}-{day}"))
    };
    Day::parse(text).or_else(day_first).ok_or(Cause::Unreadable)
}

fn sex(text: &str) -> Result<Sex, Cause> {
    match text.to_lowercase() {
        word if word == MALE.to_lowercase() || word == "l" => Ok(Sex::Male),
        word if word == FEMALE.to_lowercase() || word == "p" => Ok(Sex::Female),
        _ => Err(Cause::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn question(claimed: Claimed) -> Question {
        Question { nik: Nik::parse("1607065708900001").unwrap(), claimed }
    }

    fn named() -> Question {
        question(Claimed { name: Some("SITI UJI".into()), sex: Some(Sex::Female), ..Claimed::default() })
    }

    fn refused(text: &str) -> Result<(Verdict, Option<Cause>), Cause> {
        let reply = json!({ "content": [{ "RESPON": text }] });
        agreement(&reply, &named()).map(|finding| (finding.verdict, finding.cause))
    }

    #[test]
    fn person_and_link_are_told_apart_whatever_the_letters_and_spaces() {
        for (text, verdict, cause) in [
            ("Data Tidak Ditemukan", Verdict::NotFound, Cause::Unknown),
            ("DATA  TIDAK   DITEMUKAN ", Verdict::NotFound, Cause::Unknown),
            ("Meninggal Dunia", Verdict::Deceased, Cause::Deceased),
            ("Data Ganda", Verdict::Inactive, Cause::Double),
            ("NIK Tidak Aktif", Verdict::Inactive, Cause::Blocked),
        ] {
            assert_eq!(refused(text), Ok((verdict, Some(cause))), "{text}");
            assert!(!cause.is_link());
        }
        for (text, cause) in [
            ("Login Gagal", Cause::LoginFailed),
            ("IP Address Tidak Sesuai", Cause::AddressRefused),
            ("IP Client  Tidak terdaftar", Cause::AddressRefused),
            ("Kuota Akses Hari ini telah Habis", Cause::QuotaUsed),
            ("User Tidak Aktif", Cause::UserInactive),
            ("Instansi  tidak aktif", Cause::AgencyInactive),
            ("Parameter Tidak Lengkap", Cause::Incomplete),
            ("Selamat datang", Cause::Unreadable),
            ("", Cause::Unreadable),
        ] {
            assert_eq!(refused(text), Err(cause), "{text}");
            assert!(cause.is_link());
        }
        let coded = json!({ "RESPONSE_CODE": "05", "RESPONSE": "Kuota  akses hari ini telah habis" });
        assert_eq!(agreement(&coded, &named()).map(|f| f.verdict), Err(Cause::QuotaUsed));
    }

    #[test]
    fn names_are_judged_by_their_score_and_the_rest_by_the_word() {
        let reply =
            |name: &str| json!({ "content": [{ "NIK": "Sesuai", "NAMA_LGKP": name, "JENIS_KLMIN": "Sesuai" }] });
        let verdict = |name: &str| agreement(&reply(name), &named()).map(|f| (f.verdict, f.elements["name"].score));
        assert_eq!(verdict("Sesuai (100)"), Ok((Verdict::Match, 100)));
        assert_eq!(verdict("TIDAK  Sesuai (95)"), Ok((Verdict::Match, 95)));
        assert_eq!(verdict("Tidak Sesuai (59)"), Ok((Verdict::Mismatch, 59)));
        assert_eq!(verdict("Tidak Sesuai"), Ok((Verdict::Mismatch, 0)));
        for odd in ["Sesuai (101)", "Sesuai (-1)", "Sesuai (", "Mungkin", ""] {
            assert_eq!(verdict(odd), Err(Cause::Unreadable), "{odd}");
        }
    }

    #[test]
    fn an_answer_that_leaves_out_what_was_asked_is_none() {
        let reply = json!({ "content": [{ "NAMA_LGKP": "Sesuai (100)" }] });
        assert_eq!(agreement(&reply, &named()).map(|f| f.verdict), Err(Cause::Unreadable));
        for hostile in [json!([]), json!("x"), json!(null), json!({ "content": [] }), json!({ "content": [7] })] {
            assert_eq!(agreement(&hostile, &named()).map(|f| f.verdict), Err(Cause::Unreadable), "{hostile}");
            assert_eq!(record(&hostile, &named()).map(|f| f.verdict), Err(Cause::Unreadable), "{hostile}");
        }
    }

    #[test]
    fn the_same_street_in_another_village_does_not_agree() {
        let address = |village: &str| {
            let mut content = serde_json::Map::from_iter([("ALAMAT".to_owned(), json!("Tidak Sesuai (75)"))]);
            content.extend(ADDRESS_PARTS[1..].iter().map(|part| ((*part).to_owned(), json!("Sesuai"))));
            content.insert("NO_KEL".to_owned(), json!(village));
            super::address(&Value::Object(content)).unwrap()
        };
        assert_eq!(address("Sesuai"), ElementVerdict { verdict: Agreement::Match, score: 75 });
        assert_eq!(address("Tidak Sesuai").verdict, Agreement::Mismatch);
    }

    fn siti() -> Value {
        json!({ "content": [{
            "NIK": 1_607_065_708_900_001_u64, "NO_KK": "1607060101200001", "NAMA_LGKP": "SITI UJI", "TMPT_LHR": "PALEMBANG",
            "TGL_LHR": "17-08-1990", "JENIS_KLMIN": "Perempuan", "ALAMAT": "JL. UJI", "NO_RT": 3, "NO_RW": "1",
            "NO_PROP": 16, "NO_KAB": 7, "NO_KEC": 6, "NO_KEL": 1021, "AGAMA": "-"
        }] })
    }

    #[test]
    fn a_record_is_read_whether_its_values_are_texts_or_numbers() {
        let finding = record(&siti(), &named()).unwrap();
        assert_eq!(finding.verdict, Verdict::Match);
        let read = finding.record.unwrap();
        assert_eq!((read.address.village_code.as_str(), read.address.rt.as_str()), ("16.07.06.1021", "003"));
    }

    #[test]
    fn a_record_of_somebody_else_or_with_a_hostile_value_is_no_answer() {
        let change = |name: &str, value: Value| {
            let mut reply = siti();
            reply["content"][0][name] = value;
            record(&reply, &named()).map(|f| f.verdict)
        };
        assert_eq!(change("NIK", json!("1607065708900002")), Err(Cause::Unreadable));
        assert_eq!(change("NAMA_LGKP", json!("X".repeat(201))), Err(Cause::Unreadable));
        assert_eq!(change("NAMA_LGKP", json!("SITI\u{7}")), Err(Cause::Unreadable));
        assert_eq!(change("TGL_LHR", json!("17-8-90-1")), Err(Cause::Unreadable));
        assert_eq!(change("ALAMAT", json!({ "a": 1 })), Err(Cause::Unreadable));
        assert_eq!(change("NO_KEL", json!("10210")), Err(Cause::Unreadable));
    }
}
