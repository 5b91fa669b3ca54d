//! The services Loket brings along, one TOML file each, and the reading of such files (pure).

use rust_embed::RustEmbed;
use serde::Deserialize;

use super::Service;
use crate::messages::Refusal;

#[derive(RustEmbed)]
#[folder = "src/catalogue/data"]
struct Files;

/// Several services in one file: `[[services]]`.
#[derive(Deserialize)]
struct Many {
    services: Vec<Service>,
}

/// Every built-in service, by code. A test proves that each file can be read.
pub fn built_in() -> Vec<Service> {
    let texts = Files::iter().filter_map(|name| Files::get(&name));
    let mut services: Vec<Service> =
        texts.filter_map(|file| toml::from_str(&String::from_utf8_lossy(&file.data)).ok()).collect();
    services.sort_by(|a, b| a.code.cmp(&b.code));
    services
}

/// Reads a file with one service, or with several as `[[services]]`. Refuses what is neither (`services-unreadable`).
pub fn read_services(text: &str) -> Result<Vec<Service>, Refusal> {
    if let Ok(many) = toml::from_str::<Many>(text) {
        return Ok(many.services);
    }
    let one = toml::from_str::<Service>(text);
    one.map(|service| vec![service]).map_err(|e| Refusal::invalid("services-unreadable").with("reason", e.message()))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::{Bilingual, ServiceKind, rule_faults};

    const PERMITS: &str = "SIPD SIPB SIPP SIPA SIPTTK SIPN STPT SIPDRH SKP REK-I REK-P RUMIJA JALAN PAUD PKBM LKP \
        SEKOLAH TRAYEK IPTM LKS POHON KKPRN";
    const ASSISTANCE: &str = "NIB PBG SLF";
    const POPULATION: &str = "KTP-R KTP-C KK-B KK-U KK-H AK-L AK-M PINDAH DATANG KIA IKD KONSOL";
    const COUNTER: &str = "AMBIL KONSUL ADUAN";

    fn codes_of(kind: ServiceKind) -> BTreeSet<String> {
        built_in().into_iter().filter(|s| s.kind == kind).map(|s| s.code).collect()
    }

    fn listed(codes: &str) -> BTreeSet<String> {
        codes.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn every_service_of_the_office_is_there_and_no_abolished_one() {
        assert_eq!(codes_of(ServiceKind::Permit), listed(PERMITS));
        assert_eq!(codes_of(ServiceKind::Assistance), listed(ASSISTANCE));
        assert_eq!(codes_of(ServiceKind::Population), listed(POPULATION));
        assert_eq!(codes_of(ServiceKind::Counter), listed(COUNTER));
    }

    #[test]
    fn every_file_can_be_read_and_written_back_without_loss() {
        for name in Files::iter() {
            let text = String::from_utf8(Files::get(&name).unwrap().data.into_owned()).unwrap();
            let service: Service = toml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
            assert_eq!(format!("{}.toml", service.code.to_lowercase()), name);
            let again: Service = toml::from_str(&toml::to_string(&service).unwrap()).unwrap();
            assert_eq!(service, again, "{name}");
            let stored: Service = serde_json::from_str(&serde_json::to_string(&service).unwrap()).unwrap();
            assert_eq!(service, stored, "{name}");
        }
    }

    #[test]
    fn every_service_keeps_the_rules_of_the_catalogue() {
        for service in built_in() {
            assert_eq!(rule_faults(&service), [], "{}", service.code);
        }
    }

    #[test]
    fn every_permit_names_the_one_stop_decree_and_has_a_form_of_five_to_nine_fields() {
        for service in built_in().into_iter().filter(|s| s.kind == ServiceKind::Permit) {
            let wording = service.wording.unwrap();
            let names = |part: &str| wording.basis.iter().any(|law| law.starts_with(part));
            assert!(names("Peraturan Presiden Nomor 97 Tahun 2014"), "{}", service.code);
            assert_eq!(wording.copies.last().map(String::as_str), Some("Pertinggal"), "{}", service.code);
            assert!((5..=9).contains(&service.fields.len()), "{}: {} fields", service.code, service.fields.len());
            assert!(service.fields.iter().any(|f| f.on_permit), "{}", service.code);
        }
    }

    #[test]
    fn no_service_asks_for_a_letter_of_a_professional_association() {
        for service in built_in() {
            for requirement in &service.requirements {
                let name = requirement.name.id.to_uppercase();
                let asks =
                    ["IDI", "IBI", "PPNI", "IAI", "PDGI", "PDHI"].iter().any(|a| name.split(' ').any(|w| w == *a));
                assert!(!asks && !name.contains("ORGANISASI PROFESI"), "{}: {name}", service.code);
            }
        }
    }

    #[test]
    fn every_text_stands_in_both_languages() {
        for service in built_in() {
            let hints = service.fields.iter().filter_map(|f| f.hint.as_ref());
            let labels = service.fields.iter().map(|f| &f.label).chain(hints);
            let names = service.requirements.iter().map(|r| &r.name);
            let all: Vec<&Bilingual> = labels.chain(names).chain([&service.name, &service.summary]).collect();
            assert!(all.iter().all(|text| !text.id.is_empty() && !text.en.is_empty()), "{}", service.code);
        }
    }

    #[test]
    fn a_file_may_hold_one_service_or_several() {
        let one = String::from_utf8(Files::get("sipb.toml").unwrap().data.into_owned()).unwrap();
        assert_eq!(read_services(&one).unwrap().len(), 1);
        let many = toml::to_string(&std::collections::BTreeMap::from([("services", built_in())])).unwrap();
        assert_eq!(read_services(&many).unwrap(), built_in());
        assert_eq!(read_services("code = 1").unwrap_err().code, "services-unreadable");
    }
}
