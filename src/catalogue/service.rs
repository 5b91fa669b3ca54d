//! A service as data: what it asks, how long it takes, what it costs, what it gives (pure).
//! One readable TOML file each, in `src/catalogue/data/`.

use serde::{Deserialize, Serialize};

use crate::calendar::Sla;
use crate::messages::Lang;
use crate::sites::ServiceGroup;

crate::ids::words! {
    /// What comes out of a service.
    pub enum ServiceKind {
        /// A permit of this agency, with a register and a PDF.
        Permit = "permit",
        /// A population document, made in SIAK by Disdukcapil.
        Population = "population",
        /// Help with another system (OSS, SIMBG): no register and no PDF of ours.
        Assistance = "assistance",
        /// A matter at the counter only: pick-up, consultation, complaint.
        Counter = "counter",
    }
}

crate::ids::words! {
    /// How a form field is typed.
    pub enum FieldKind {
        /// One line of text.
        Text = "text",
        /// Several lines.
        LongText = "long_text",
        /// A date.
        Date = "date",
        /// A whole number.
        Number = "number",
        /// One of a list.
        Choice = "choice",
    }
}

crate::ids::words! {
    /// How the permit is set on paper.
    pub enum PaperStyle {
        /// Certificate: SIP and the like.
        Certificate = "certificate",
        /// Keputusan with dictum.
        Decree = "decree",
    }
}

/// A text in both languages.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bilingual {
    /// Indonesian.
    pub id: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// The text of a language.
    pub fn of(&self, lang: Lang) -> &str {
        match lang {
            Lang::Id => &self.id,
            Lang::En => &self.en,
        }
    }
}

/// How long a permit is valid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "unit", content = "value", rename_all = "snake_case")]
pub enum Validity {
    /// Years from the date of issue.
    Years(u32),
    /// Months from the date of issue.
    Months(u32),
    /// Days from the date of issue.
    Days(u32),
    /// To the date in the named field (an STR's expiry, a research term).
    UntilDocumentExpiry(String),
    /// For the event whose last date stands in the named field.
    Event(String),
    /// Without end.
    Permanent,
}

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    /// Stable code within the service: `str`.
    pub code: String,
    /// `STR yang masih berlaku`.
    pub name: Bilingual,
    /// Whether the file is incomplete without it.
    pub mandatory: bool,
    /// Whether it is the holder's photograph, printed on the permit.
    #[serde(default)]
    pub photo: bool,
}

/// One field of the form beyond the applicant's identity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FormField {
    /// Stable code within the service: `practice_place`.
    pub code: String,
    /// `Tempat praktik`.
    pub label: Bilingual,
    /// How it is typed.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
    /// What to type, in words.
    #[serde(default)]
    pub hint: Option<Bilingual>,
    /// The values of a choice.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Whether the field stands on the permit, with its label.
    #[serde(default)]
    pub on_permit: bool,
}

/// What it costs, with where that comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fee {
    /// Whole rupiah; 0 = free.
    pub amount_rupiah: i64,
    /// Where the amount comes from, or what else is paid elsewhere.
    pub basis: String,
    /// Whether an SKRD with a counted amount is made by the treasurer.
    #[serde(default)]
    pub assessed: bool,
}

/// How the permit reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PermitWording {
    /// Certificate or decree.
    pub style: PaperStyle,
    /// Lines of the title, upper case: `SURAT IZIN PRAKTIK BIDAN`, `(SIPB)`.
    pub title: Vec<String>,
    /// Menimbang.
    #[serde(default)]
    pub considering: Vec<String>,
    /// Mengingat / Berdasarkan: laws with number and year.
    pub basis: Vec<String>,
    /// What is granted and the holder's duties: KESATU, KEDUA … in a decree, plain sentences in a certificate.
    pub dictum: Vec<String>,
    /// Tembusan.
    #[serde(default)]
    pub copies: Vec<String>,
}

/// A service of the catalogue.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Service {
    /// `SIPB`.
    pub code: String,
    /// The letter of its numbers.
    pub group: ServiceGroup,
    /// What comes out.
    pub kind: ServiceKind,
    /// `SIP Bidan`.
    pub name: Bilingual,
    /// One sentence for a citizen.
    pub summary: Bilingual,
    /// The OPD that recommends, when there is one: `Dinas Kesehatan`.
    #[serde(default)]
    pub technical_opd: Option<String>,
    /// Whether the place is visited (BAP) before the recommendation.
    #[serde(default)]
    pub inspection: bool,
    /// The promised time.
    pub sla: Sla,
    /// What it costs.
    pub fee: Fee,
    /// How long the permit is valid; only permits have one.
    #[serde(default)]
    pub validity: Option<Validity>,
    /// Class of the permit number (`503` by default).
    #[serde(default = "default_number_class")]
    pub number_class: String,
    /// Minutes at the counter, as first guess of the wait.
    pub counter_minutes: i64,
    /// The checklist.
    #[serde(default)]
    pub requirements: Vec<Requirement>,
    /// The form.
    #[serde(default)]
    pub fields: Vec<FormField>,
    /// The paper; only permits have one.
    #[serde(default)]
    pub wording: Option<PermitWording>,
    /// Laws with number and year.
    pub legal_basis: Vec<String>,
    /// Where the SLA and fee were taken from; to be replaced by the office's own standard.
    #[serde(default)]
    pub remark: Option<String>,
}

fn default_number_class() -> String {
    "503".to_owned()
}

impl Service {
    /// Whether a fee is due before drafting.
    pub fn has_fee(&self) -> bool {
        self.fee.assessed || self.fee.amount_rupiah > 0
    }

    /// Whether this agency issues a numbered permit for it.
    pub fn issues_permit(&self) -> bool {
        match self.kind {
            ServiceKind::Permit => true,
            ServiceKind::Population | ServiceKind::Assistance | ServiceKind::Counter => false,
        }
    }
}
