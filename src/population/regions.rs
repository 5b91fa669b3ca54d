//! Provinces, regencies, districts and villages by Kemendagri code (pure).

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use serde::Deserialize;

use super::{Address, is_village_code};

/// The regency of this office, before the codes of its districts and villages.
const OWN_REGENCY: &str = "16.07.";
static IN_FORCE: LazyLock<RwLock<Arc<Regions>>> = LazyLock::new(|| RwLock::new(Arc::new(Regions::built_in().clone())));
const BUILT_IN: &str = include_str!("data/regions.csv");

crate::ids::words! {
    /// The level of a region.
    pub enum RegionLevel {
        /// Provinsi.
        Province = "province",
        /// Kabupaten or kota.
        Regency = "regency",
        /// Kecamatan.
        District = "district",
        /// Kelurahan or desa.
        Village = "village",
    }
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Region {
    /// Its level.
    pub level: RegionLevel,
    /// `16.07.06.1021`.
    pub code: String,
    /// The region it lies in.
    pub parent_code: Option<String>,
    /// Without the word kecamatan, kelurahan or desa; with kabupaten or kota.
    pub name: String,
}

/// The regions that are known: every regency of the country, every village of the own one.
#[derive(Clone, Debug, Default)]
pub struct Regions(BTreeMap<String, Region>);

impl Regions {
    /// The regions of a list.
    pub fn of(regions: Vec<Region>) -> Regions {
        Regions(regions.into_iter().map(|region| (region.code.clone(), region)).collect())
    }

    /// The regions Loket brings along (Kepmendagri 300.2.2-2138/2025).
    pub fn built_in() -> &'static Regions {
        static REGIONS: LazyLock<Regions> =
            LazyLock::new(|| Regions::of(read(BUILT_IN.as_bytes()).unwrap_or_default()));
        &REGIONS
    }

    /// The regions in force: the built-in ones until others were imported. Which regions a country has is the same for
    /// everything in the process, like the built-in list.
    pub fn in_force() -> Arc<Regions> {
        Arc::clone(&IN_FORCE.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts regions in force; done when the office opens and after an import.
    pub fn put_in_force(self) {
        *IN_FORCE.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(self);
    }

    /// What lies in a region, by code; without one, the provinces.
    pub fn list_in(&self, parent: Option<&str>) -> Vec<&Region> {
        self.0.values().filter(|region| region.parent_code.as_deref() == parent).collect()
    }

    /// Whether a code may be a village's: of the own regency, whose villages are all known, it must be one of them.
    pub fn may_be_village(&self, code: &str) -> bool {
        is_village_code(code) && (!code.starts_with(OWN_REGENCY) || self.0.contains_key(code))
    }

    /// `Kelurahan Jakabaring Selatan`, `Kecamatan Rambutan`.
    pub fn full_name(&self, region: &Region) -> String {
        match region.level {
            RegionLevel::Village => format!("{} {}", village_word(&region.code), region.name),
            RegionLevel::District => format!("Kecamatan {}", region.name),
            RegionLevel::Province | RegionLevel::Regency => region.name.clone(),
        }
    }

    /// `Kelurahan Jakabaring Selatan, Kecamatan Rambutan, Kabupaten Banyuasin`; `None` for an unknown village.
    pub fn village_words(&self, code: &str) -> Option<String> {
        self.find_name(code)?;
        let parts = [code, code.get(..8)?, code.get(..5)?];
        let names = parts.iter().filter_map(|part| self.0.get(*part)).map(|region| self.full_name(region));
        Some(names.collect::<Vec<_>>().join(", "))
    }

    /// These regions with others laid over them.
    pub fn with(&self, others: Vec<Region>) -> Regions {
        let mut all = self.clone();
        all.0.extend(others.into_iter().map(|region| (region.code.clone(), region)));
        all
    }

    /// The name of a code.
    pub fn find_name(&self, code: &str) -> Option<&str> {
        self.0.get(code).map(|region| region.name.as_str())
    }

    /// The villages of a district such as `16.07.06`, by code.
    pub fn list_villages(&self, district: &str) -> Vec<&Region> {
        self.list_within(district, RegionLevel::Village)
    }

    /// The districts of a regency such as `16.07`, by code.
    pub fn list_districts(&self, regency: &str) -> Vec<&Region> {
        self.list_within(regency, RegionLevel::District)
    }

    fn list_within(&self, parent: &str, level: RegionLevel) -> Vec<&Region> {
        self.0.values().filter(|r| r.level == level && r.parent_code.as_deref() == Some(parent)).collect()
    }

    /// Every region, each after the one it lies in.
    pub(super) fn list_by_level(&self) -> Vec<&Region> {
        let mut regions: Vec<&Region> = self.0.values().collect();
        regions.sort_by_key(|region| region.level);
        regions
    }

    /// A region whose parent is not known.
    pub(super) fn find_orphan(&self) -> Option<&Region> {
        let is_unknown = |code: &String| !self.0.contains_key(code);
        self.0.values().find(|region| region.parent_code.as_ref().is_some_and(is_unknown))
    }

    /// An address as it stands on a permit, without abbreviations: `Jalan … Nomor 12, RT 003 RW 001, Kelurahan
    /// Jakabaring Selatan, Kecamatan Rambutan, Kabupaten Banyuasin`. Levels that are not known are left out.
    pub fn full_address(&self, address: &Address) -> String {
        let code = address.village_code.as_str();
        let neighbourhood = match (address.rt.as_str(), address.rw.as_str()) {
            ("", "") => None,
            (rt, "") => Some(format!("RT {rt}")),
            ("", rw) => Some(format!("RW {rw}")),
            (rt, rw) => Some(format!("RT {rt} RW {rw}")),
        };
        let parts = [
            Some(written_out(&address.street)).filter(|street| !street.is_empty()),
            neighbourhood,
            self.find_name(code).map(|name| format!("{} {name}", village_word(code))),
            code.get(..8).and_then(|c| self.find_name(c)).map(|name| format!("Kecamatan {name}")),
            code.get(..5).and_then(|c| self.find_name(c)).map(str::to_owned),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

/// Reads `level,code,parent_code,name`.
pub(super) fn read(reader: impl Read) -> Result<Vec<Region>, csv::Error> {
    csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader).deserialize().collect()
}

/// Kemendagri numbers kelurahan 1xxx and desa 2xxx.
fn village_word(code: &str) -> &'static str {
    if code.get(9..10) == Some("1") { "Kelurahan" } else { "Desa" }
}

/// A street without abbreviations: `Jl. Merdeka No.12` becomes `Jalan Merdeka Nomor 12`.
pub(super) fn written_out(street: &str) -> String {
    street.split_whitespace().map(word_written_out).collect::<Vec<_>>().join(" ")
}

fn word_written_out(word: &str) -> String {
    let (short, rest) = word.split_once('.').unwrap_or((word, ""));
    match (long_word(short), rest) {
        (Some(long), "") => long.to_owned(),
        (Some(long), rest) => format!("{long} {rest}"),
        (None, _) => word.to_owned(),
    }
}

fn long_word(short: &str) -> Option<&'static str> {
    Some(match short.to_lowercase().as_str() {
        "jl" | "jln" => "Jalan",
        "no" => "Nomor",
        "gg" => "Gang",
        "lr" | "lrg" => "Lorong",
        "dsn" | "dus" => "Dusun",
        "kp" | "kmp" => "Kampung",
        "perum" => "Perumahan",
        "komp" => "Kompleks",
        "blk" => "Blok",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(street: &str, village_code: &str) -> Address {
        Address {
            street: street.to_owned(),
            rt: "003".to_owned(),
            rw: "001".to_owned(),
            village_code: village_code.to_owned(),
        }
    }

    #[test]
    fn the_built_in_regions_are_those_of_the_decree() {
        let regions = Regions::of(read(BUILT_IN.as_bytes()).unwrap());
        let districts = regions.list_districts("16.07");
        assert_eq!(districts.len(), 21);
        let villages: Vec<&Region> = districts.iter().flat_map(|d| regions.list_villages(&d.code)).collect();
        let kelurahan = villages.iter().filter(|v| village_word(&v.code) == "Kelurahan").count();
        assert_eq!((kelurahan, villages.len() - kelurahan), (25, 288));
        assert_eq!(regions.list_villages("16.07.06").len(), 20);
        assert_eq!(regions.find_name("16.71"), Some("Kota Palembang"));
        assert_eq!(regions.find_name("99"), None);
    }

    #[test]
    fn every_region_lies_in_a_region_that_is_known() {
        assert_eq!(Regions::built_in().find_orphan(), None);
        let lost = Region {
            level: RegionLevel::Village,
            code: "99.99.99.2001".to_owned(),
            parent_code: Some("99.99.99".to_owned()),
            name: "X".to_owned(),
        };
        assert_eq!(Regions::built_in().with(vec![lost.clone()]).find_orphan(), Some(&lost));
    }

    #[test]
    fn an_address_is_written_out_in_full() {
        assert_eq!(
            Regions::built_in().full_address(&address("Jl. Gubernur H.A. Bastari No. 12, Dsn. II", "16.07.06.1021")),
            "Jalan Gubernur H.A. Bastari Nomor 12, Dusun II, RT 003 RW 001, Kelurahan Jakabaring Selatan, \
             Kecamatan Rambutan, Kabupaten Banyuasin"
        );
        assert_eq!(
            Regions::built_in().full_address(&address("Lrg.Damai No.7", "16.07.02.2001")),
            "Lorong Damai Nomor 7, RT 003 RW 001, Desa Sungsang I, Kecamatan Banyuasin II, Kabupaten Banyuasin"
        );
    }

    #[test]
    fn a_level_that_is_not_known_is_left_out() {
        assert_eq!(
            Regions::built_in().full_address(&address("Jalan Sudirman", "16.71.01.1001")).split(", ").last(),
            Some("Kota Palembang")
        );
        assert_eq!(Regions::built_in().full_address(&address("Jalan Sudirman", "")), "Jalan Sudirman, RT 003 RW 001");
        assert_eq!(
            Regions::built_in().full_address(&address("Jalan Sudirman", "ééééé")),
            "Jalan Sudirman, RT 003 RW 001"
        );
    }
}
