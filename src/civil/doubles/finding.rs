//! Looks through everybody who has a file for somebody who may be the same person under another number.

use std::collections::BTreeMap;

use serde_json::json;

use super::rule::{DoubleReason, Sketch, probable};
use crate::audit::{self, Act};
use crate::civil::store;
use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::ids::DoubleId;
use crate::keys::Keys;
use crate::permits;
use crate::population::{self, Resident};

/// Two people who may be one, and why.
pub struct Pair(Sketch, Sketch, DoubleReason);

/// Looks for pairs: applicants against each other and against the register. Only people with the same birth date, or
/// whose names begin alike, are compared, so that it stays a matter of seconds; nothing is written meanwhile.
pub async fn search_doubles(tx: &mut Tx, keys: &Keys) -> Result<Vec<Pair>, StoreError> {
    let mut applicants = Vec::new();
    for (nik, person) in permits::list_applicants(tx, keys).await? {
        let in_register = population::find_resident(tx, keys, &nik).await?.is_some();
        let permits::Person { name, birth_date, birth_place, sex, .. } = person;
        applicants.push(Sketch { nik, name, birth_date, birth_place, sex, in_register });
    }
    let mut groups: BTreeMap<String, Vec<Sketch>> = BTreeMap::new();
    for sketch in applicants {
        let beginning: String = sketch.name.to_uppercase().chars().filter(|c| c.is_alphabetic()).take(5).collect();
        groups.entry(format!("name {beginning}")).or_default().push(sketch.clone());
        groups.entry(sketch.birth_date.clone()).or_default().push(sketch);
    }
    let mut pairs = Vec::new();
    for (group, applicants) in groups {
        let mut others = applicants.clone();
        if let Some(day) = Day::parse(&group) {
            let residents = population::list_born_on(tx, keys, day).await?;
            others.extend(residents.into_iter().map(sketch_of));
        }
        for (at, one) in applicants.iter().enumerate() {
            for other in others.iter().skip(at + 1) {
                let reason = probable(one, other);
                pairs.extend(reason.map(|reason| Pair(one.clone(), other.clone(), reason)));
            }
        }
    }
    Ok(pairs)
}

/// Keeps the pairs that are new, whatever was decided of the known ones; answers how many.
pub async fn keep_doubles(tx: &mut Tx, keys: &Keys, pairs: &[Pair], act: Act) -> Result<usize, StoreError> {
    let mut found = 0;
    for Pair(one, other, reason) in pairs {
        let id = DoubleId::new(act.now.0);
        found += usize::from(store::insert_double(tx, keys, id, (one, other), (*reason, act.now)).await?);
    }
    if found > 0 {
        audit::record(tx, act, "doubles.found", "doubles", json!({ "found": found })).await?;
    }
    Ok(found)
}

fn sketch_of(resident: Resident) -> Sketch {
    Sketch {
        nik: resident.nik,
        name: resident.name,
        birth_date: resident.birth_date.to_string(),
        birth_place: resident.birth_place,
        sex: resident.sex.word().to_owned(),
        in_register: true,
    }
}
