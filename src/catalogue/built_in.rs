//! The services Loket brings along, one TOML file each.

use rust_embed::RustEmbed;

use super::{Service, ServiceFile};

#[derive(RustEmbed)]
#[folder = "src/catalogue/data"]
struct Files;

/// The text of every built-in service, in order of the file names.
pub fn built_in_texts() -> Vec<String> {
    let files = Files::iter().filter_map(|name| Files::get(&name));
    files.map(|file| String::from_utf8_lossy(&file.data).into_owned()).collect()
}

/// Every built-in service with its text, by code. A test proves that each file can be read.
pub(super) fn built_in_files() -> Vec<ServiceFile> {
    let read = |text: String| toml::from_str(&text).ok().map(|service| ServiceFile { service, text });
    let mut files: Vec<ServiceFile> = built_in_texts().into_iter().filter_map(read).collect();
    files.sort_by(|a, b| a.service.code.cmp(&b.service.code));
    files
}

/// Every built-in service, by code.
pub fn built_in() -> Vec<Service> {
    built_in_files().into_iter().map(|file| file.service).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::catalogue::{Bilingual, ServiceKind, read_service};
    use crate::messages::Lang;

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
    fn every_service_keeps_the_rules_and_its_own_examples() {
        for text in built_in_texts() {
            let faults = read_service(&text).err().unwrap_or_default();
            let words: Vec<String> = faults.iter().map(|fault| fault.words(Lang::Id)).collect();
            assert!(words.is_empty(), "{}: {words:#?}", text.lines().next().unwrap());
        }
    }

    #[test]
    fn every_service_has_an_example_and_every_permit_one_that_is_complete_and_one_that_is_not() {
        for service in built_in() {
            assert!(!service.cases.is_empty(), "{}", service.code);
            let has = |complete: bool| service.cases.iter().any(|case| case.missing.is_empty() == complete);
            assert!(!service.issues_permit() || (has(true) && has(false)), "{}", service.code);
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
}
