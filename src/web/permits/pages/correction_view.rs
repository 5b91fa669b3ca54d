//! A return as staff see it on the file's page: the list, what the applicant answered, the way to the link.

use serde::Serialize;

use super::Pill;
use crate::clock::Instant;
use crate::messages::{self, Lang, plain};
use crate::permits::{self, Correction, CorrectionItem, FileView};
use crate::web::permits::at_files::AtFiles;

/// The latest return of a file.
#[derive(Serialize)]
pub struct CorrectionView {
    pub pill: Pill,
    pub note: String,
    pub when: String,
    /// The applicant's address, while it answers.
    pub url: Option<String>,
    pub items: Vec<AskedView>,
    pub letter: String,
}

/// An item of it.
#[derive(Serialize)]
pub struct AskedView {
    pub title: String,
    pub why: String,
    pub before: String,
    pub answer: Option<String>,
    /// Where the new paper opens.
    pub href: Option<String>,
    pub pill: Pill,
}

impl CorrectionView {
    /// An example.
    pub fn sample() -> CorrectionView {
        let item = |answer: Option<&str>, href: Option<&str>| AskedView {
            title: "Nomor STR".into(),
            why: "Tidak terbaca".into(),
            before: if answer.is_some() { "UJI-0001".into() } else { String::new() },
            answer: answer.map(Into::into),
            href: href.map(Into::into),
            pill: Pill::new("ok", "sudah dijawab".into()),
        };
        CorrectionView {
            pill: Pill::new("now", "Dijawab".into()),
            note: "Perbaiki".into(),
            when: "Rabu, 25 November 2026".into(),
            url: Some("http://127.0.0.1:8000/perbaikan/0123456789abcdef".into()),
            items: vec![item(Some("UJI-0002"), None), item(None, Some("/permohonan/1/dokumen/1"))],
            letter: "/permohonan/1/surat-pengembalian".into(),
        }
    }
}

/// The latest return; none for a file that never came back.
pub fn correction_view(at: &AtFiles, view: &FileView, lang: Lang) -> Option<CorrectionView> {
    let latest = view.corrections.last()?;
    let zone = at.sites.find_by_id(view.file.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let date = |at: Instant| messages::long_date(lang, at, zone);
    let (kind, key, day) = match (latest.ended_at, latest.sent_at) {
        (Some(ended), _) => ("ok", "correction.ended_on", ended),
        (None, Some(sent)) => ("now", "correction.answered_on", sent),
        (None, None) if latest.lapses_at() <= at.now => ("late", "correction.over_since", latest.lapses_at()),
        (None, None) => ("wait", "correction.waits_until", latest.term_ends(at.now)),
    };
    Some(CorrectionView {
        pill: Pill::new(kind, plain(lang, key)),
        when: date(day),
        note: latest.note.clone(),
        url: latest.is_open().then(|| link(at, latest)),
        items: latest.items.iter().map(|item| asked(view, item, lang)).collect(),
        letter: format!("/permohonan/{}/surat-pengembalian", view.file.id),
    })
}

/// The applicant's address of a return.
pub fn link(at: &AtFiles, correction: &Correction) -> String {
    let base = at.app.config.public_url.trim_end_matches('/');
    format!("{base}/perbaikan/{}", correction.token(&at.app.keys))
}

fn asked(view: &FileView, item: &CorrectionItem, lang: Lang) -> AskedView {
    let (kind, key) = if item.answered_at.is_some() { ("ok", "answered") } else { ("wait", "unanswered") };
    AskedView {
        title: permits::item_title(&view.rules, item, lang),
        why: permits::item_why(item, lang),
        before: item.before.clone(),
        answer: item.answer.clone(),
        href: item.document.map(|document| format!("/permohonan/{}/dokumen/{document}", view.file.id)),
        pill: Pill::new(kind, plain(lang, &format!("correction.{key}"))),
    }
}
