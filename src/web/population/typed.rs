//! What stands in the field for the NIK: typed by hand, by a reader of cards, or a signed identity code. Nothing of it
//! but the NIK, and of a signed code the name and birth date, is used; nothing is kept.

use crate::messages::{FieldFault, Lang, date_and_time, text};
use crate::population::{Claimed, IdentityCode, Nik, find_code, read_nik};
use crate::web::app::App;

/// A NIK, and the signed code it came from.
pub struct TypedNik {
    /// Whom.
    pub nik: Nik,
    /// What a signed code says.
    pub code: Option<IdentityCode>,
}

/// Reads the field `nik`.
///
/// # Errors
/// The fault of the field, in words that say what to do instead.
pub fn typed_nik(app: &App, typed: &str) -> Result<TypedNik, FieldFault> {
    if let Some(code) = find_code(typed) {
        let code = app.identity_keys.check(code, app.now()).map_err(|fault| FieldFault::new("nik", fault.code()))?;
        return Ok(TypedNik { nik: code.nik.clone(), code: Some(code) });
    }
    let nik = read_nik(typed).map_err(|fault| FieldFault::new("nik", fault.code()))?;
    Ok(TypedNik { nik, code: None })
}

impl TypedNik {
    /// What the code states, laid under what was typed beside it.
    pub fn claimed(&self, typed: Claimed) -> Claimed {
        let Some(code) = &self.code else { return typed };
        Claimed {
            name: typed.name.or_else(|| code.name.clone()),
            birth_date: typed.birth_date.or(code.birth_date),
            sex: typed.sex.or(code.sex),
            ..typed
        }
    }

    /// `Kode identitas sah …`, for the officer.
    pub fn words(&self, zone: chrono_tz::Tz, lang: Lang) -> Option<String> {
        let code = self.code.as_ref()?;
        let until = date_and_time(lang, code.expires_at, zone);
        let name = code.name.clone().unwrap_or_default();
        Some(text(lang, "identity_code.good", &[("issuer", code.issuer.clone()), ("until", until), ("name", name)]))
    }
}
