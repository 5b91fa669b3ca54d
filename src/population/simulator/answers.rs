//! The words of the service (pure).

use serde_json::{Map, Value, json};

use super::{Inner, Simulator, unusable};
use crate::population::dukcapil::{FEMALE, MALE};
use crate::population::regions::written_out;
use crate::population::similarity::similarity;
use crate::population::{Resident, Sex};

/// A refusal in words.
pub fn said(text: &str) -> Value {
    json!({ "content": [{ "RESPON": text, "RESPONSE": text }] })
}

/// Capitals and double spaces in every word of the answer, as some regions send them.
pub fn oddly_spelt(answer: Value) -> Value {
    match answer {
        Value::String(text) => Value::String(text.to_uppercase().replace(' ', "  ")),
        Value::Array(list) => Value::Array(list.into_iter().map(oddly_spelt).collect()),
        Value::Object(map) => Value::Object(map.into_iter().map(|(name, v)| (name, oddly_spelt(v))).collect()),
        other => other,
    }
}

/// `CALL_VERIFY_BY_ELEMEN`.
pub fn agreement(simulator: &Simulator, inner: &Inner, body: &Value) -> Value {
    match resident_of(simulator, inner, body, ["USER_ID", "PASSWORD", "NIK"]) {
        Err(words) => said(words),
        Ok(resident) => json!({ "content": [elements(resident, body)] }),
    }
}

/// The older call.
pub fn record(simulator: &Simulator, inner: &Inner, body: &Value) -> Value {
    match resident_of(simulator, inner, body, ["user_id", "password", "nik"]) {
        Err(words) => said(words),
        Ok(resident) => json!({ "content": [whole(resident)] }),
    }
}

fn resident_of<'a>(
    simulator: &'a Simulator,
    inner: &Inner,
    body: &Value,
    [user, password, nik]: [&str; 3],
) -> Result<&'a Resident, &'static str> {
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let grant = &simulator.grant;
    let (Some(user), Some(password), Some(nik), Some(ip)) = (text(user), text(password), text(nik), text("IP_USER"))
    else {
        return Err("Parameter Tidak Lengkap");
    };
    if (user, password) != (grant.user.as_str(), grant.password.as_str()) {
        return Err("Login Gagal");
    }
    if ip != grant.ip {
        return Err("IP Address Tidak Sesuai");
    }
    let resident = simulator.residents.get(nik).ok_or("Data Tidak Ditemukan")?;
    unusable(resident, inner).map_or(Ok(resident), Err)
}

/// Each element sent is answered; names and streets with their likeness.
fn elements(resident: &Resident, body: &Value) -> Value {
    let held = held(resident);
    let mut found = Map::from_iter([("NIK".to_owned(), json!("Sesuai"))]);
    for (name, value) in &held {
        let Some(stated) = body.get(*name).and_then(Value::as_str) else { continue };
        let answer = match *name {
            "NAMA_LGKP" | "ALAMAT" => scored(similarity(&written_out(stated), &written_out(value))),
            "TGL_LHR" => exact(stated == value || stated == resident.birth_date.to_string()),
            _ => exact(similarity(stated, value) == 100),
        };
        found.insert((*name).to_owned(), json!(answer));
    }
    Value::Object(found)
}

fn exact(same: bool) -> String {
    if same { "Sesuai".to_owned() } else { "Tidak Sesuai".to_owned() }
}

fn scored(score: i64) -> String {
    if score >= 95 { format!("Sesuai ({score})") } else { format!("Tidak Sesuai ({score})") }
}

fn held(resident: &Resident) -> Vec<(&'static str, String)> {
    let sex = if resident.sex == Sex::Male { MALE } else { FEMALE };
    let codes = resident.address.village_code.split('.').map(str::to_owned);
    let mut held = vec![
        ("NAMA_LGKP", resident.name.clone()),
        ("TMPT_LHR", resident.birth_place.clone()),
        ("TGL_LHR", resident.birth_date.0.format("%d-%m-%Y").to_string()),
        ("JENIS_KLMIN", sex.to_owned()),
        ("ALAMAT", resident.address.street.clone()),
        ("NO_RT", resident.address.rt.clone()),
        ("NO_RW", resident.address.rw.clone()),
    ];
    held.extend(["NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"].into_iter().zip(codes));
    held
}

fn whole(resident: &Resident) -> Value {
    let mut record: Map<String, Value> =
        held(resident).into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    record.insert("NIK".to_owned(), json!(resident.nik.digits()));
    record.insert("NO_KK".to_owned(), json!(resident.kk.digits()));
    record.insert("EKTP_STATUS".to_owned(), json!("DATA UJI"));
    Value::Object(record)
}
