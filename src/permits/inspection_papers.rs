//! The two papers of an inspection: the order that sends the team (surat tugas) and the report of what was found
//! (berita acara pemeriksaan). Every word comes from the message files; papers are Indonesian.

use serde_json::Value;

use super::inspecting::{Member, team_of};
use super::outgoing::Telling;
use super::paper::paper;
use super::{ActName, ActRecord, FileView};
use crate::clock::Day;
use crate::documents::{RecordPart, RecordPhoto, RecordSheet, RecordSigner, SignerBlock};
use crate::messages::{self, Lang, plain, text};
use crate::population::Regions;
use crate::sites::Site;

const LANG: Lang = Lang::Id;

/// Which paper of an inspection.
#[derive(Clone, Copy)]
enum SitePaper {
    Order,
    Report,
}

/// The order that sends the team, of the section head.
pub(super) fn order_sheet(telling: &Telling<'_>, act: &ActRecord) -> RecordSheet {
    let (sheet, by) = blank(telling, (SitePaper::Order, act), Vec::new());
    order(sheet, telling.view, act, by)
}

/// The report of what was found, with its photographs.
pub(super) fn report_sheet(telling: &Telling<'_>, act: &ActRecord, photos: Vec<RecordPhoto>) -> RecordSheet {
    let (sheet, by) = blank(telling, (SitePaper::Report, act), photos);
    report(sheet, telling.view, (act, telling.site), by)
}

fn blank(
    telling: &Telling<'_>,
    (kind, act): (SitePaper, &ActRecord),
    photos: Vec<RecordPhoto>,
) -> (RecordSheet, SignerBlock) {
    let number = &telling.letter.number;
    let registered = text(LANG, "outgoing.registered", &[("number", number.clone())]);
    let sheet = RecordSheet {
        title: words(kind, "title", &[]),
        closing: vec![words(kind, "closing", &[])],
        place_and_date: format!("{}, {}", paper("place"), messages::date(LANG, act.at.day(telling.site.zone))),
        photos_title: words(kind, "photos", &[]),
        photos,
        document_id: format!("{} {} · {registered}", words(kind, "document", &[]), telling.view.file.code.text()),
        ..telling.record_sheet()
    };
    (RecordSheet { number: numbered(number.clone()), ..sheet }, telling.signer())
}

fn words(kind: SitePaper, part: &str, args: &[(&str, String)]) -> String {
    text(LANG, &format!("site_paper.{}.{part}", word(kind)), args)
}

fn word(kind: SitePaper) -> &'static str {
    match kind {
        SitePaper::Order => "order",
        SitePaper::Report => "report",
    }
}

fn label(key: &str) -> String {
    plain(LANG, &format!("site_paper.{key}"))
}

fn stated(act: &ActRecord, name: &str) -> String {
    act.detail.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn stated_day(act: &ActRecord, name: &str) -> Option<String> {
    Day::parse(&stated(act, name)).map(|day| messages::date(LANG, day))
}

fn numbered(number: String) -> String {
    text(LANG, "site_paper.number", &[("number", number)])
}

/// The number of the office that wrote the paper; without one that of the register stands there.
fn stated_number(act: &ActRecord, name: &str) -> Option<String> {
    let number = stated(act, name);
    (!number.is_empty()).then(|| numbered(number))
}

fn service(view: &FileView) -> String {
    format!("{} ({})", view.rules.name.id, plain(LANG, &format!("kind.{}", view.file.kind)))
}

/// The file: who asks for what, where.
fn file_rows(view: &FileView) -> Vec<(String, String)> {
    let person = &view.file.applicant.person;
    let address = Regions::in_force().full_address(&person.address());
    let mut rows = vec![
        (label("file"), view.file.code.text().to_owned()),
        (label("service"), service(view)),
        (label("applicant"), person.name.clone()),
        (label("address"), address),
    ];
    let asked = view.rules.fields.iter().filter(|field| field.on_permit);
    let answers = asked.filter_map(|field| Some((field.label.id.clone(), view.file.fields.get(&field.code)?.clone())));
    rows.extend(answers.map(|(label, value)| {
        let value = Day::parse(&value).map_or(value, |day| messages::date(LANG, day));
        (label, value)
    }));
    rows
}

fn member_row(at: usize, member: &Member) -> (String, String) {
    let nip = if member.nip.is_empty() { String::new() } else { format!("{} {}", paper("nip"), member.nip) };
    let told = [member.name.clone(), nip, member.position.clone()];
    let told: Vec<String> = told.into_iter().filter(|part| !part.is_empty()).collect();
    (format!("{}.", at + 1), told.join(" · "))
}

fn team_rows(team: &[Member]) -> Vec<(String, String)> {
    team.iter().enumerate().map(|(at, member)| member_row(at, member)).collect()
}

fn order(sheet: RecordSheet, view: &FileView, act: &ActRecord, by: SignerBlock) -> RecordSheet {
    let team = team_of(&stated(act, "members"));
    let opd = view.rules.technical_opd.clone().unwrap_or_else(|| label("technical_office"));
    let args = [("opd", opd), ("service", service(view)), ("code", view.file.code.text().to_owned())];
    let planned = stated_day(act, "planned_on").map(|day| words(SitePaper::Order, "planned", &[("date", day)]));
    let tasks = ["task_visit", "task_compare", "task_report"].map(|part| words(SitePaper::Order, part, &args));
    let dated = stated_day(act, "order_date").unwrap_or_default();
    RecordSheet {
        number: stated_number(act, "order_number").unwrap_or(sheet.number),
        opening: vec![words(SitePaper::Order, "opening", &args)],
        parts: vec![
            RecordPart { title: label("team"), rows: team_rows(&team), label_share: 0.06, ..RecordPart::default() },
            RecordPart {
                title: label("tasks"),
                list: planned.into_iter().chain(tasks).collect(),
                ..RecordPart::default()
            },
            RecordPart { title: label("place_of"), rows: file_rows(view), ..RecordPart::default() },
        ],
        place_and_date: format!("{}, {dated}", paper("place")),
        signers: vec![signature(by)],
        ..sheet
    }
}

fn report(sheet: RecordSheet, view: &FileView, (act, site): (&ActRecord, &Site), by: SignerBlock) -> RecordSheet {
    let kind = SitePaper::Report;
    let day = stated_day(act, "visited_on").unwrap_or_else(|| messages::date(LANG, act.at.day(site.zone)));
    let sent = view.acts.iter().rev().find(|done| done.act == ActName::Assignment && done.at <= act.at);
    let team = sent.map(|sent| team_of(&stated(sent, "members"))).unwrap_or_default();
    let on_order = sent.map(|sent| {
        let dated = stated_day(sent, "order_date").unwrap_or_default();
        words(kind, "on_order", &[("number", stated(sent, "order_number")), ("date", dated)])
    });
    let args = [("date", day), ("on_order", on_order.unwrap_or_default()), ("service", service(view))];
    let mut rows = file_rows(view);
    let place = stated(act, "place");
    if !place.is_empty() {
        rows.push((label("visited_place"), place));
    }
    let note = stated(act, "note");
    let conclusion = if note.is_empty() { words(kind, "no_note", &[]) } else { note };
    let parts = [
        RecordPart { title: label("place_of"), rows, ..RecordPart::default() },
        RecordPart { title: label("findings"), rows: findings(view, act), label_share: 0.42, ..RecordPart::default() },
        RecordPart { title: label("conclusion"), text: vec![conclusion], ..RecordPart::default() },
    ];
    let recorder = RecordSigner { above: vec![label("recorder"), by.position.clone()], ..signature(by) };
    let officer_name = recorder.name.clone();
    let members = team.into_iter().filter(|member| member.name != officer_name).map(|member| RecordSigner {
        above: vec![label("member"), member.position],
        name: member.name,
        below: Some(member.nip)
            .filter(|nip| !nip.is_empty())
            .map(|nip| format!("{} {nip}", paper("nip")))
            .into_iter()
            .collect(),
    });
    let holder = RecordSigner {
        above: vec![label("witness")],
        name: view.file.applicant.person.name.clone(),
        below: Vec::new(),
    };
    RecordSheet {
        number: stated_number(act, "report_number").unwrap_or(sheet.number),
        opening: vec![words(kind, "opening", &args)],
        parts: parts.into_iter().filter(|part| !part.is_empty()).collect(),
        signers: std::iter::once(recorder).chain(members).chain([holder]).collect(),
        ..sheet
    }
}

/// What was found, in the order of the service's requirements.
fn findings(view: &FileView, act: &ActRecord) -> Vec<(String, String)> {
    let found = act.detail.get("findings");
    let of = |code: &str| found?.get(code)?.as_str().map(str::to_owned);
    let asked = view.rules.requirements.iter();
    asked.filter_map(|asked| Some((asked.name.id.clone(), of(&asked.code)?))).collect()
}

fn signature(by: SignerBlock) -> RecordSigner {
    let below = [by.rank, by.nip].into_iter().filter(|line| !line.is_empty()).collect();
    let above = by.acting.into_iter().chain([by.position]).collect();
    RecordSigner { above, name: by.name, below }
}
