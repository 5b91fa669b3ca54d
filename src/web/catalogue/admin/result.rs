//! What a checked file would mean: its difference, its rehearsal and how it looks.

use std::collections::BTreeMap;

use serde::Serialize;

use super::difference::{DiffLine, difference};
use super::editor::Draft;
use crate::catalogue::{self, Matter, Service, ServiceFile, StageRule};
use crate::identity;
use crate::messages::{self, FieldFault, Lang, plain, rupiah, text};
use crate::permits::{self, Rehearsed, Shift};
use crate::web::catalogue::words;
use crate::web::permits::{AtFiles, Group, groups};
use crate::web::problem::Problem;

/// Most files of a rehearsal that are listed.
const SHOWN: usize = 50;

/// A file that may be published.
#[derive(Serialize)]
pub(super) struct ResultView {
    /// Whether anything differs from the version in force.
    pub changed: bool,
    pub warnings: Vec<String>,
    pub difference: Vec<DiffLine>,
    /// Files played through it in the rehearsal.
    pub played: usize,
    /// Those for which something would be different.
    pub different: usize,
    /// The first of them.
    pub differing: Vec<RehearsedView>,
    /// How many are not shown.
    pub more: usize,
    pub preview: Preview,
}

#[derive(Serialize)]
pub(super) struct RehearsedView {
    pub id: String,
    pub code: String,
    pub shifts: Vec<ShiftView>,
}

#[derive(Serialize)]
pub(super) struct ShiftView {
    pub what: String,
    pub before: Option<String>,
    pub after: String,
}

/// How the service looks with the answers of its first complete example.
#[derive(Serialize)]
pub(super) struct Preview {
    pub example: Option<String>,
    pub form: Vec<Group>,
    pub checklist: Vec<AskedView>,
    pub stages: Vec<StageView>,
    pub facts: Vec<(String, String)>,
    pub fee_lines: Vec<String>,
    pub has_specimen: bool,
}

#[derive(Serialize)]
pub(super) struct AskedView {
    pub name: String,
    pub mandatory: bool,
}

#[derive(Serialize)]
pub(super) struct StageView {
    pub name: String,
    pub role: String,
    pub time: Option<String>,
    pub rests: bool,
    pub when: Option<String>,
}

/// Judges a file that keeps every rule; only reads.
pub(super) async fn judge(at: &AtFiles, draft: &Draft, file: &ServiceFile, lang: Lang) -> Result<ResultView, Problem> {
    let mut tx = at.app.db.read().await?;
    let before = catalogue::find_text(&mut tx, &draft.address, draft.based_on).await?.unwrap_or_default();
    let difference = difference(&before, &file.text);
    let rehearsal = permits::rehearse(&mut tx, &at.desk(), &file.service).await?;
    let officers = identity::list(&mut tx).await?;
    let is_held = |rule: &&StageRule| officers.iter().any(|officer| officer.is(rule.role));
    let unheld = file.service.stages.iter().filter(|rule| !is_held(rule));
    let differing = rehearsal.differing.iter().take(SHOWN).map(|one| rehearsed_view(at, &file.service, one, lang));
    Ok(ResultView {
        changed: !difference.is_empty(),
        warnings: unheld.map(|rule| role_warning(rule, lang)).collect(),
        difference,
        played: rehearsal.played,
        different: rehearsal.differing.len(),
        more: rehearsal.differing.len().saturating_sub(SHOWN),
        differing: differing.collect(),
        preview: preview(&file.service, at.today().year(), lang),
    })
}

fn role_warning(rule: &StageRule, lang: Lang) -> String {
    text(lang, "services.role_unheld", &[("stage", stage_name(rule, lang)), ("role", role_name(rule, lang))])
}

fn stage_name(rule: &StageRule, lang: Lang) -> String {
    plain(lang, &format!("service-stage.{}", rule.stage))
}

fn role_name(rule: &StageRule, lang: Lang) -> String {
    plain(lang, &format!("role.{}", rule.role))
}

fn rehearsed_view(at: &AtFiles, service: &Service, one: &Rehearsed, lang: Lang) -> RehearsedView {
    let shifts = one.shifts.iter().map(|shift| shift_view(at, service, shift, lang)).collect();
    RehearsedView { id: one.id.to_string(), code: one.code.clone(), shifts }
}

fn shift_view(at: &AtFiles, service: &Service, shift: &Shift, lang: Lang) -> ShiftView {
    let stages = |stages: &[catalogue::StageName]| {
        let names = stages.iter().map(|stage| plain(lang, &format!("service-stage.{stage}")));
        names.collect::<Vec<_>>().join(" → ")
    };
    let fee = |fee: &Result<i64, FieldFault>| match fee {
        Ok(amount) => rupiah(*amount),
        Err(_) => plain(lang, "services.fee_uncounted"),
    };
    let day = |at_: crate::clock::Instant| messages::date(lang, at.day_of(at_));
    let (what, before, after) = match shift {
        Shift::Missing(fields) => {
            let names: Vec<String> = fields.iter().map(|field| asked_name(service, field, lang)).collect();
            ("services.shift_missing", None, names.join(", "))
        }
        Shift::Stages(before, after) => ("services.shift_stages", Some(stages(before)), stages(after)),
        Shift::Fee(before, after) => ("services.shift_fee", Some(fee(before)), fee(after)),
        Shift::Due(before, after) => ("services.shift_due", Some(day(*before)), day(*after)),
    };
    ShiftView { what: plain(lang, what), before, after }
}

/// What `requirements.str` or `fields.str_number` is called.
fn asked_name(service: &Service, field: &str, lang: Lang) -> String {
    let code = field.split_once('.').map_or(field, |(_, code)| code);
    let asked = service.requirements.iter().find(|asked| field == format!("requirements.{}", asked.code));
    asked.map_or_else(|| service.label(code, lang), |asked| asked.name.of(lang).to_owned())
}

fn preview(service: &Service, year: i32, lang: Lang) -> Preview {
    let example = service.cases.iter().find(|case| case.missing.is_empty()).or(service.cases.first());
    let none = BTreeMap::new();
    let (kind, fields) = example.map_or((catalogue::ApplicationKind::New, &none), |case| (case.kind, &case.fields));
    let values = fields.iter().map(|(code, value)| (format!("fields.{code}"), value.clone())).collect();
    let counted = service.fee.count(Matter { kind, fields }).unwrap_or_default();
    let asked = |r: &catalogue::Requirement| AskedView { name: r.words(service, lang), mandatory: r.mandatory };
    // The groups before are the applicant's, the same in every service.
    let form = groups(service, &values, &[], lang).into_iter().skip(2).collect();
    Preview {
        example: example.map(|case| case.name.clone()),
        form,
        checklist: service.requirements.iter().map(asked).collect(),
        stages: service.stages.iter().map(|rule| stage_view(service, rule, lang)).collect(),
        facts: facts(service, year, lang),
        fee_lines: service.fee_words(&counted, lang),
        has_specimen: service.issues_permit() && service.cases.iter().any(|case| case.missing.is_empty()),
    }
}

fn stage_view(service: &Service, rule: &StageRule, lang: Lang) -> StageView {
    StageView {
        name: stage_name(rule, lang),
        role: role_name(rule, lang),
        time: rule.time.as_ref().map(|time| words::time(time, lang)),
        rests: service.rests_in(rule.stage),
        when: rule.when.as_ref().map(|when| service.condition_words(when, lang)),
    }
}

fn facts(service: &Service, year: i32, lang: Lang) -> Vec<(String, String)> {
    let fact = |key: &str, value: String| (plain(lang, key), value);
    let number = service.issues_permit().then(|| fact("check.number", service.number(1, year)));
    let validity = words::validity(service, lang).map(|value| fact("catalogue.validity", value));
    let first = [
        fact("catalogue.time", words::time(&service.sla, lang)),
        fact("catalogue.fee", format!("{} · {}", words::fee(&service.fee, lang), service.fee.basis)),
    ];
    first.into_iter().chain(validity).chain(number).collect()
}
