//! The timeline of a file: number, visit, look-ups, every act with who, in which office, from where to where and why,
//! the permit and what became of it, in one list.

use serde::Serialize;
use serde_json::Value;

use super::Pill;
use super::detail_parts::Fact;
use crate::clock::{Day, Instant};
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, ActName, FileView, RectificationState, VisitEvent, VisitEventKind};
use crate::web::permits::at_files::AtFiles;

/// Something that happened.
#[derive(Serialize)]
pub struct HistoryView {
    pub label: String,
    pub who: String,
    /// In which office; empty for what is no act on the file.
    pub office: String,
    /// From which state to which; empty when it stayed.
    pub way: String,
    pub when: String,
    pub details: Vec<Fact>,
}

impl HistoryView {
    /// An example.
    pub fn sample() -> HistoryView {
        HistoryView {
            label: "Didaftarkan".into(),
            who: "Petugas DATA UJI".into(),
            office: "Loket pendaftaran".into(),
            way: "Draf → Terdaftar".into(),
            when: "24 November 2026".into(),
            details: vec![Fact { label: "Catatan".into(), value: "panjang".into() }],
        }
    }
}

/// A typing error that was pointed out, before and after.
#[derive(Serialize)]
pub struct RectifiedView {
    pill: Pill,
    reason: String,
    who: String,
    items: Vec<RectifiedLine>,
}

#[derive(Serialize)]
struct RectifiedLine {
    label: String,
    before: String,
    after: String,
}

impl RectifiedView {
    /// An example.
    pub fn sample() -> RectifiedView {
        RectifiedView {
            pill: Pill::new("wait", "menunggu verifikator".into()),
            reason: "Huruf tertukar".into(),
            who: "Petugas DATA UJI".into(),
            items: vec![RectifiedLine { label: "Nama".into(), before: "RAMHA".into(), after: "RAHMA".into() }],
        }
    }
}

/// The typing errors of a file, the newest first.
pub fn rectified(view: &FileView, lang: Lang) -> Vec<RectifiedView> {
    let line = |item: &permits::RectifiedItem| rectified_line(view, item, lang);
    let one = |one: &permits::Rectification| {
        let kind = match one.state {
            RectificationState::Proposed => "wait",
            RectificationState::Confirmed => "ok",
            RectificationState::Dismissed | RectificationState::Overtaken => "info",
        };
        let by = one.decided_by.unwrap_or(one.proposed_by);
        RectifiedView {
            pill: Pill::new(kind, plain(lang, &format!("rectify.{}", one.state))),
            reason: one.reason.clone(),
            who: view.officers.get(&by).cloned().unwrap_or_default(),
            items: one.items.iter().map(line).collect(),
        }
    };
    view.rectifications.iter().rev().map(one).collect()
}

/// The mistake of a permit that the file puts right; who pointed it out is the intake.
pub fn mistaken(view: &FileView, lang: Lang) -> Option<RectifiedView> {
    let of = view.erratum.as_ref()?;
    let args = [("cause", plain(lang, &format!("erratum.{}", of.cause))), ("number", of.number.clone())];
    Some(RectifiedView {
        pill: Pill::new("info", text(lang, "erratum.of", &args)),
        reason: of.reason.clone(),
        who: view.officers.get(&view.file.intake_by).cloned().unwrap_or_default(),
        items: of.items.iter().map(|item| rectified_line(view, item, lang)).collect(),
    })
}

fn rectified_line(view: &FileView, item: &permits::RectifiedItem, lang: Lang) -> RectifiedLine {
    RectifiedLine {
        label: permits::field_label(&view.rules, &item.target, lang),
        before: item.before.clone(),
        after: item.after.clone(),
    }
}

/// Everything that happened, newest first.
pub fn history(
    at: &AtFiles,
    (view, visit): (&FileView, &[VisitEvent]),
    zone: chrono_tz::Tz,
    lang: Lang,
) -> Vec<HistoryView> {
    let when = |at: Instant| messages::date_and_time(lang, at, zone);
    let acts = view.acts.iter().map(|act| (act.at, of_act(view, act, when(act.at), lang)));
    let moved = view.promise_changes.iter().map(|change| (change.at, of_promise(change, zone, lang)));
    let life = view.life.iter().map(|line| (line.at, of_permit(view, line, when(line.at), lang)));
    let visit = visit.iter().map(|event| (event.at, of_visit(at, event, when(event.at), lang)));
    let mut lines: Vec<_> = visit.chain(acts).chain(moved).chain(life).collect();
    lines.sort_by_key(|(at, _)| *at);
    lines.into_iter().rev().map(|(_, line)| line).collect()
}

fn of_act(view: &FileView, act: &permits::ActRecord, when: String, lang: Lang) -> HistoryView {
    let state = |state| plain(lang, &format!("state.{state}"));
    let way = [("from", state(act.from)), ("to", state(act.to))];
    HistoryView {
        label: plain(lang, &format!("done.{}", act.act)),
        who: act.officer.and_then(|by| view.officers.get(&by).cloned()).unwrap_or_default(),
        office: plain(lang, &format!("office.{}", act.office)),
        way: if act.from == act.to { String::new() } else { text(lang, "history.from_to", &way) },
        when,
        details: details(act.act, &act.detail, lang)
            .into_iter()
            .chain(asked(view, act, lang))
            .chain(found(view, act, lang))
            .collect(),
    }
}

fn of_permit(view: &FileView, line: &permits::PermitLine, when: String, lang: Lang) -> HistoryView {
    let reason = line.reason.iter().map(|why| Fact { label: plain(lang, "input.reason"), value: why.clone() });
    let ground = line.legal_ground.iter();
    let ground = ground.map(|why| Fact { label: plain(lang, "life.legal_ground"), value: why.clone() });
    HistoryView {
        label: plain(lang, &format!("life.done_{}", line.act)),
        who: line.officer.and_then(|by| view.officers.get(&by).cloned()).unwrap_or_default(),
        office: String::new(),
        way: String::new(),
        when,
        details: reason.chain(ground).collect(),
    }
}

fn of_promise(change: &permits::PromiseChange, zone: chrono_tz::Tz, lang: Lang) -> HistoryView {
    let fact = |key: &str, at| Fact { label: plain(lang, key), value: messages::long_date(lang, at, zone) };
    HistoryView {
        label: plain(lang, "done.promise_moved"),
        who: String::new(),
        office: String::new(),
        way: String::new(),
        when: messages::date_and_time(lang, change.at, zone),
        details: vec![fact("done.promise_before", change.before), fact("done.promise_after", change.after)],
    }
}

fn of_visit(at: &AtFiles, event: &VisitEvent, when: String, lang: Lang) -> HistoryView {
    let catalogue = at.app.catalogue();
    let name =
        |code: &str| catalogue.find(code).map_or_else(|| code.to_owned(), |p| p.service.name.of(lang).to_owned());
    let mut details = Vec::new();
    let label = match &event.kind {
        VisitEventKind::Ticket { number } => text(lang, "history.ticket", &[("number", number.clone())]),
        VisitEventKind::Called { service } => text(lang, "history.called", &[("service", name(service))]),
        VisitEventKind::Served { service } => text(lang, "history.served", &[("service", name(service))]),
        VisitEventKind::Finished { service } => text(lang, "history.visit_over", &[("service", name(service))]),
        VisitEventKind::Lookup { purpose } => {
            details.push(Fact { label: plain(lang, "history.purpose"), value: purpose.clone() });
            plain(lang, "history.lookup")
        }
    };
    let who = event.officer.clone().unwrap_or_default();
    HistoryView { label, who, office: String::new(), way: String::new(), when, details }
}

/// What a return asked for, item by item.
fn asked(view: &FileView, act: &permits::ActRecord, lang: Lang) -> Vec<Fact> {
    let back = view.corrections.iter().find(|back| act.act == ActName::Return && back.asked_at == act.at);
    let items = back.map(|back| &back.items[..]).unwrap_or_default();
    let fact = |item: &permits::CorrectionItem| Fact {
        label: permits::item_title(&view.rules, item, lang),
        value: permits::item_why(item, lang),
    };
    items.iter().map(fact).collect()
}

/// What an inspection found, requirement by requirement.
fn found(view: &FileView, act: &permits::ActRecord, lang: Lang) -> Vec<Fact> {
    let Some(findings) = act.detail.get("findings") else { return Vec::new() };
    let of = |code: &str| findings.get(code).and_then(Value::as_str).map(str::to_owned);
    let asked = view.rules.requirements.iter();
    asked.filter_map(|asked| Some(Fact { label: asked.name.of(lang).to_owned(), value: of(&asked.code)? })).collect()
}

fn details(act: ActName, detail: &Value, lang: Lang) -> Vec<Fact> {
    let signed = matches!(act, ActName::Signature | ActName::Sealing);
    let stated = detail.as_object().into_iter().flatten();
    let shown = stated.filter_map(|(name, value)| {
        let value = value.as_str()?;
        if act == ActName::Return && name == "items" {
            return None;
        }
        // The assessment states the number of an SKRD, the signature that of the permit.
        let label = if name == "number" && signed { "check.number".to_owned() } else { format!("input.{name}") };
        let words = match name.as_str() {
            "outcome" => plain(lang, &format!("advice.{value}")),
            "relation" | "identity" => plain(lang, &format!("{name}.{value}")),
            "amount_rupiah" => value.parse().map_or_else(|_| value.to_owned(), messages::rupiah),
            _ => Day::parse(value).map_or_else(|| value.to_owned(), |day| messages::date(lang, day)),
        };
        messages::has(lang, &label).then(|| Fact { label: plain(lang, &label), value: words })
    });
    shown.collect()
}
