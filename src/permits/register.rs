//! The register (buku register): one per permit type and year, for all sites (pure).

/// The counter row a permit type takes its ordinals from.
pub fn scope(code: &str) -> String {
    format!("permit:{code}")
}

/// Permit types as the QR token numbers them, from 1; their order never changes, new ones are put at the end.
const TYPES: [&str; 25] = [
    "SIPD", "SIPB", "SIPP", "SIPA", "SIPTTK", "SIPN", "STPT", "SIPDRH", "SKP", "REK-I", "REK-P", "RUMIJA", "JALAN",
    "PAUD", "PKBM", "LKP", "SEKOLAH", "PBG", "SLF", "TRAYEK", "IPTM", "LKS", "POHON", "KKPRN", "NIB",
];

/// The number of a permit type in the QR token; 0 for a type added by the office, which the check page names.
pub fn type_number(code: &str) -> u8 {
    let position = TYPES.iter().position(|known| *known == code);
    position.and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(0)
}

/// The permit type a number of the QR token stands for.
pub fn type_code(number: u8) -> Option<&'static str> {
    usize::from(number).checked_sub(1).and_then(|at| TYPES.get(at)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_number_leads_back_to_its_type() {
        for code in TYPES {
            assert_eq!(type_code(type_number(code)), Some(code));
        }
        assert_eq!((type_number("NEW"), type_code(0), type_code(26)), (0, None, None));
    }
}
