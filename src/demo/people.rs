//! Synthetic residents in families: a NIK and KK of the right form, an address in a real village (pure).

use std::collections::HashMap;

use chrono::Datelike;
use serde::Deserialize;

use super::chance::Chance;
use super::staff::BadFile;
use crate::clock::Day;
use crate::population::{Address, Kk, Nik, Regions, Resident, ResidentStatus, Sex};

const WORDS: &str = include_str!("data/words.toml");
/// The regency whose villages people live in: Banyuasin.
const REGENCY: &str = "16.07";
/// Behind every name.
pub const MARK: &str = "DATA UJI";
/// Where everything of the demonstration that needs a village lies: Jakabaring Selatan.
pub const VILLAGE: &str = "16.07.06.1021";

#[derive(Deserialize)]
struct Words {
    male: Vec<String>,
    female: Vec<String>,
    second: Vec<String>,
    birth_places: Vec<String>,
    streets: Vec<String>,
    hamlets: Vec<String>,
}

/// Makes `count` people, families together, heads first. The first `count` of a longer list are the same people.
pub fn people(chance: &mut Chance, today: Day, count: usize) -> Result<Vec<Resident>, BadFile> {
    let words: Words = toml::from_str(WORDS)?;
    let mut maker = Maker { chance, words, villages: villages(), today, serials: HashMap::new() };
    let mut all = Vec::with_capacity(count + 8);
    while all.len() < count {
        all.extend(maker.family());
    }
    all.truncate(count);
    Ok(all)
}

/// Every village of the regency.
fn villages() -> Vec<String> {
    let regions = Regions::built_in();
    let districts = regions.list_districts(REGENCY);
    districts.iter().flat_map(|d| regions.list_villages(&d.code)).map(|v| v.code.clone()).collect()
}

struct Maker<'a> {
    chance: &'a mut Chance,
    words: Words,
    villages: Vec<String>,
    today: Day,
    /// The last serial of each twelve-digit beginning.
    serials: HashMap<String, u32>,
}

/// Who of a family is made.
struct Role {
    sex: Sex,
    age: i64,
}

impl Maker<'_> {
    fn family(&mut self) -> Vec<Resident> {
        let address = self.address();
        let district: String = address.village_code.chars().filter(|c| c.is_ascii_digit()).take(6).collect();
        let years = self.chance.between(1, 15);
        let formed = self.birth_date(years).0.format("%d%m%y");
        let kk = self.numbered(&format!("{district}{formed}"));
        let roles = self.roles();
        roles.into_iter().filter_map(|role| self.person(role, &district, &kk, &address)).collect()
    }

    /// A head of 24 to 78 years, mostly with a spouse, and children a generation younger.
    fn roles(&mut self) -> Vec<Role> {
        let age = self.chance.between(24, 78);
        let male_head = self.chance.is(84);
        let mut roles = vec![Role { sex: if male_head { Sex::Male } else { Sex::Female }, age }];
        if male_head && self.chance.is(88) {
            roles.push(Role { sex: Sex::Female, age: (age - self.chance.between(-2, 8)).max(20) });
        }
        let oldest = (age - 22).min(27);
        if oldest >= 0 && roles.len() == 2 {
            for _ in 0..self.chance.between(0, 4) {
                let sex = if self.chance.is(50) { Sex::Male } else { Sex::Female };
                roles.push(Role { sex, age: self.chance.between(0, oldest) });
            }
        }
        roles
    }

    fn address(&mut self) -> Address {
        let hamlet = self.chance.pick(&self.words.hamlets).clone();
        let street = format!("{} Nomor {}", self.chance.pick(&self.words.streets), self.chance.between(1, 160));
        Address {
            street: if hamlet.is_empty() { street } else { format!("{street}, {hamlet}") },
            rt: format!("{:03}", self.chance.between(1, 24)),
            rw: format!("{:03}", self.chance.between(1, 9)),
            village_code: self.chance.pick(&self.villages).clone(),
        }
    }

    fn person(&mut self, role: Role, district: &str, kk: &str, address: &Address) -> Option<Resident> {
        let born = self.birth_date(role.age);
        let (given, day) = match role.sex {
            Sex::Male => (&self.words.male, born.0.day()),
            // Women are born forty days later in their NIK.
            Sex::Female => (&self.words.female, born.0.day() + 40),
        };
        let name = format!("{} {} {MARK}", self.chance.pick(given), self.chance.pick(&self.words.second));
        let birth_place = self.chance.pick(&self.words.birth_places).clone();
        let nik = self.numbered(&format!("{district}{day:02}{:02}{:02}", born.0.month(), born.0.year() % 100));
        Some(Resident {
            nik: Nik::parse(&nik).ok()?,
            kk: Kk::parse(kk).ok()?,
            name: name.to_uppercase(),
            birth_place: birth_place.to_uppercase(),
            birth_date: born,
            sex: role.sex,
            address: address.clone(),
            status: ResidentStatus::Active,
        })
    }

    /// A day on which somebody of this age was born.
    fn birth_date(&mut self, age: i64) -> Day {
        self.today.plus_days(-(age * 365 + age / 4 + self.chance.between(1, 360)))
    }

    /// A beginning with its next serial.
    fn numbered(&mut self, beginning: &str) -> String {
        let serial = self.serials.entry(beginning.to_owned()).or_insert(0);
        *serial += 1;
        format!("{beginning}{serial:04}")
    }
}

/// The residents as the file for trainers and tests: the columns `loket import residents` reads.
pub fn csv(people: &[Resident], with_status: bool) -> Result<Vec<u8>, csv::Error> {
    let mut file = csv::Writer::from_writer(Vec::new());
    let mut header =
        vec!["nik", "kk", "name", "birth_place", "birth_date", "sex", "street", "rt", "rw", "village_code"];
    header.extend(with_status.then_some("status"));
    file.write_record(&header)?;
    for person in people {
        let born = person.birth_date.to_string();
        let address = &person.address;
        let mut row = vec![person.nik.digits(), person.kk.digits(), &person.name, &person.birth_place, &born];
        row.extend([person.sex.word(), &address.street, &address.rt, &address.rw, &address.village_code]);
        row.extend(with_status.then_some(person.status.word()));
        file.write_record(&row)?;
    }
    file.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::population;

    fn made() -> Vec<Resident> {
        people(&mut Chance::apart(5, 1), Day::parse("2026-11-24").unwrap(), 2000).unwrap()
    }

    #[test]
    fn every_nik_is_distinct_and_agrees_with_region_date_and_sex() {
        let all = made();
        assert_eq!(all.iter().map(|p| p.nik.digits()).collect::<HashSet<_>>().len(), 2000);
        for person in &all {
            let found = population::warnings(&person.nik, true, Some(person.birth_date), Some(person.sex));
            assert!(found.is_empty(), "{found:?}");
            let village: String = person.address.village_code.replace('.', "");
            assert!(person.nik.digits().starts_with(&village[..6]));
            assert!(Regions::built_in().find_name(&person.address.village_code).is_some());
            assert!(person.name.ends_with(MARK) && person.name.chars().count() <= 60);
        }
    }

    #[test]
    fn families_share_card_and_address_and_begin_with_an_adult() {
        let all = made();
        let mut heads = HashMap::new();
        for person in &all {
            let head = heads.entry(person.kk.digits()).or_insert(person);
            assert_eq!(head.address, person.address);
            assert!(head.birth_date < Day::parse("2005-01-01").unwrap());
        }
        assert!((400..900).contains(&heads.len()), "{}", heads.len());
    }

    #[test]
    fn the_file_is_the_same_every_time_and_has_a_line_for_everybody() {
        let text = String::from_utf8(csv(&made(), false).unwrap()).unwrap();
        assert_eq!(text, String::from_utf8(csv(&made(), false).unwrap()).unwrap());
        assert_eq!(text.lines().count(), 2001);
        assert!(text.starts_with("nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code\n"));
    }
}
