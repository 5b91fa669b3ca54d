//! A rule said no: a code and arguments. The words stand in the message files under `refusal.<code>`.

use super::{Lang, text};

/// What sort of no it is; `web` turns it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The thing does not exist, or the asker may not know that it does.
    NotFound,
    /// Not in this state, or somebody was faster.
    Conflict,
    /// Who asks is not known.
    Unknown,
    /// The asker may know of it but not do this.
    Forbidden,
    /// What was sent breaks a rule.
    Invalid,
    /// Too many tries.
    TooMany,
    /// A part is down; try again later.
    Unavailable,
}

/// One field that must be put right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldFault {
    /// The field's name in the form and the API.
    pub field: String,
    /// The code; its words stand under `field.<code>`.
    pub code: &'static str,
    /// Arguments of the words.
    pub args: Vec<(&'static str, String)>,
}

/// A refusal with everything its words need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What sort of no.
    pub kind: Kind,
    /// The stable code: `urn:loket:<code>` in the API, `refusal.<code>` in the message files.
    pub code: &'static str,
    /// Arguments of the words.
    pub args: Vec<(&'static str, String)>,
    /// Arguments that are words themselves: name, Indonesian, English.
    pub worded: Box<[(&'static str, [String; 2])]>,
    /// The fields to put right, when there are any.
    pub fields: Vec<FieldFault>,
}

impl Refusal {
    fn new(kind: Kind, code: &'static str) -> Refusal {
        Refusal { kind, code, args: Vec::new(), worded: Box::default(), fields: Vec::new() }
    }

    /// It does not exist, or may not be known to.
    pub fn not_found(code: &'static str) -> Refusal {
        Refusal::new(Kind::NotFound, code)
    }

    /// Not in this state.
    pub fn conflict(code: &'static str) -> Refusal {
        Refusal::new(Kind::Conflict, code)
    }

    /// Who asks is not known.
    pub fn unknown(code: &'static str) -> Refusal {
        Refusal::new(Kind::Unknown, code)
    }

    /// Known, but not allowed.
    pub fn forbidden(code: &'static str) -> Refusal {
        Refusal::new(Kind::Forbidden, code)
    }

    /// What was sent breaks a rule.
    pub fn invalid(code: &'static str) -> Refusal {
        Refusal::new(Kind::Invalid, code)
    }

    /// Too many tries.
    pub fn too_many(code: &'static str) -> Refusal {
        Refusal::new(Kind::TooMany, code)
    }

    /// A part is down.
    pub fn unavailable(code: &'static str) -> Refusal {
        Refusal::new(Kind::Unavailable, code)
    }

    /// Adds an argument of the words.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Refusal {
        self.args.push((name, value.to_string()));
        self
    }

    /// Adds an argument that reads differently in each language, such as a date.
    pub fn worded(mut self, name: &'static str, words: impl Fn(Lang) -> String) -> Refusal {
        let mut worded = self.worded.into_vec();
        worded.push((name, [words(Lang::Id), words(Lang::En)]));
        self.worded = worded.into_boxed_slice();
        self
    }

    /// Adds a field to put right.
    pub fn field(mut self, field: impl Into<String>, code: &'static str) -> Refusal {
        self.fields.push(FieldFault { field: field.into(), code, args: Vec::new() });
        self
    }

    /// The fields gathered so far, as one refusal, or `Ok` when there are none.
    pub fn of_fields(fields: Vec<FieldFault>) -> Result<(), Refusal> {
        if fields.is_empty() {
            return Ok(());
        }
        Err(Refusal { fields, ..Refusal::invalid("invalid-fields") })
    }

    /// The words for a person: what happened, what was kept, what to do next.
    pub fn words(&self, lang: Lang) -> String {
        let worded = self.worded.iter().map(|(name, [id, en])| {
            let words = match lang {
                Lang::Id => id,
                Lang::En => en,
            };
            (*name, words.clone())
        });
        let args: Vec<(&str, String)> = self.args.iter().cloned().chain(worded).collect();
        text(lang, &format!("refusal.{}", self.code), &args)
    }
}

impl FieldFault {
    /// A fault of one field without arguments.
    pub fn new(field: impl Into<String>, code: &'static str) -> FieldFault {
        FieldFault { field: field.into(), code, args: Vec::new() }
    }

    /// The words for a person.
    pub fn words(&self, lang: Lang) -> String {
        text(lang, &format!("field.{}", self.code), &self.args)
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code)
    }
}

impl std::error::Error for Refusal {}
