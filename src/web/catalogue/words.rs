//! Time, fee and validity of a service in words.

use crate::catalogue::{Fee, Service, Sla, SlaUnit, StageName, Validity};
use crate::messages::{Lang, plain, rupiah, text};

/// `5 hari kerja`, `3 jam kerja`.
pub fn time(sla: &Sla, lang: Lang) -> String {
    let unit = match sla.unit {
        SlaUnit::Hours => "catalogue.hours",
        SlaUnit::WorkingDays => "catalogue.working_days",
    };
    counted(unit, sla.value, lang)
}

/// `Gratis`, `Rp 150.000`, or that it is assessed.
pub fn fee(fee: &Fee, lang: Lang) -> String {
    match (fee.assessed || fee.is_derived(), fee.amount_rupiah) {
        (true, _) => plain(lang, "catalogue.fee_assessed"),
        (false, 0) => plain(lang, "catalogue.free"),
        (false, amount) => rupiah(amount),
    }
}

/// How long what comes out is valid; `None` when the service says nothing of it.
pub fn validity(service: &Service, lang: Lang) -> Option<String> {
    let label = |code: &str| service.label(code, lang);
    let validity = match service.validity.as_ref()? {
        Validity::Years(n) => counted("catalogue.years", i64::from(*n), lang),
        Validity::Months(n) => counted("catalogue.months", i64::from(*n), lang),
        Validity::Days(n) => counted("catalogue.days", i64::from(*n), lang),
        Validity::UntilDocumentExpiry(code) => text(lang, "catalogue.until_expiry", &[("field", label(code))]),
        Validity::Event(code) => text(lang, "catalogue.for_event", &[("field", label(code))]),
        Validity::Permanent => plain(lang, "catalogue.permanent"),
    };
    let limit = service.not_beyond.as_ref().map(|code| text(lang, "catalogue.not_beyond", &[("field", label(code))]));
    Some([Some(validity), limit].into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// When the place is visited; `None` when it never is.
pub fn inspection(service: &Service, lang: Lang) -> Option<String> {
    match &service.find_stage(StageName::Inspection)?.when {
        None => Some(plain(lang, "catalogue.inspection")),
        Some(when) => {
            Some(text(lang, "catalogue.inspection_if", &[("condition", service.condition_words(when, lang))]))
        }
    }
}

fn counted(key: &str, n: i64, lang: Lang) -> String {
    let key = if n == 1 { format!("{key}.one") } else { key.to_owned() };
    text(lang, &key, &[("n", n.to_string())])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_and_fee_are_said_in_words() {
        let sla = |unit, value| Sla { unit, value };
        assert_eq!(time(&sla(SlaUnit::WorkingDays, 5), Lang::Id), "5 hari kerja");
        assert_eq!(time(&sla(SlaUnit::WorkingDays, 1), Lang::En), "1 working day");
        let of = |amount_rupiah, assessed| fee(&Fee { amount_rupiah, assessed, ..Fee::default() }, Lang::Id);
        assert_eq!(of(0, false), "Gratis");
        assert_eq!(of(150_000, false), "Rp 150.000");
        assert_eq!(of(0, true), "Dihitung per permohonan (SKRD)");
    }
}
