//! What the population desk has to do with a file: a correction it waits for, events that concern its permit.

use serde::Serialize;

use crate::civil::{self, FlagDecision};
use crate::db::{StoreError, Tx};
use crate::identity::Role;
use crate::messages::{self, Lang, plain, text};
use crate::permits::FileView;
use crate::population;
use crate::web::permits::at_files::AtFiles;

/// The stop at the population desk: asked for, waited for, or over.
#[derive(Serialize)]
pub struct StopView {
    kind: &'static str,
    title: String,
    words: String,
    /// Whether one press of the clerk sends the visitor over.
    may_send: bool,
}

impl StopView {
    /// An example for the tests.
    pub fn sample() -> StopView {
        StopView { kind: "wait", title: "Data tidak sesuai".into(), words: "A-001".into(), may_send: true }
    }
}

/// An event that concerns the permit.
#[derive(Serialize)]
pub struct FlagView {
    kind: &'static str,
    title: String,
    words: String,
    /// Whether the reader may decide about it.
    open: bool,
}

impl FlagView {
    /// An example for the tests.
    pub fn sample() -> FlagView {
        FlagView { kind: "wait", title: "Pemegang izin meninggal".into(), words: "20 November 2026".into(), open: true }
    }
}

/// The newest stop of a file; without one that is open, what the latest look-up says is wrong.
pub async fn find_stop(tx: &mut Tx, at: &AtFiles, view: &FileView, lang: Lang) -> Result<Option<StopView>, StoreError> {
    let file = &view.file;
    let stop = civil::find_correction_stop(tx, file.id).await?;
    if let Some(stop) = stop.as_ref().filter(|stop| stop.is_open()) {
        let words = text(lang, "civil.stop_waits", &[("number", stop.number.to_string())]);
        return Ok(Some(StopView { kind: "wait", title: plain(lang, "civil.stop_title"), words, may_send: false }));
    }
    if let Some(back) = stop.filter(|stop| stop.is_back) {
        let words = text(lang, "civil.stop_back", &[("number", back.number.to_string())]);
        return Ok(Some(StopView { kind: "ok", title: plain(lang, "civil.stop_over"), words, may_send: false }));
    }
    let may_send = at.staff.officer.is(Role::Clerk) && file.state.is_open() && file.ticket.is_some();
    if !may_send {
        return Ok(None);
    }
    let standing = population::find_standing(tx, at.desk().keys, &file.applicant.nik).await?;
    let wrong = standing.filter(|standing| civil::correction_service(standing.verdict).is_some());
    Ok(wrong.map(|standing| StopView {
        kind: "wait",
        title: plain(lang, &format!("verdict.{}", standing.verdict)),
        words: plain(lang, "civil.send_hint"),
        may_send: true,
    }))
}

/// The events that concern the permit of a file, decided or not.
pub async fn find_flags(tx: &mut Tx, at: &AtFiles, view: &FileView, lang: Lang) -> Result<Vec<FlagView>, StoreError> {
    let Some(permit) = view.permit.as_ref().filter(|permit| permit.is_public()) else { return Ok(Vec::new()) };
    let reviews = at.staff.officer.is_any(&[Role::Head, Role::Supervisor]);
    let flags = civil::list_flags_of(tx, permit.id).await?;
    let line = |flag: civil::PermitFlag| {
        let date = messages::date(lang, flag.happened_on);
        let title = plain(lang, &format!("civil.flag.{}", flag.kind));
        match flag.decision {
            None => FlagView {
                kind: "wait",
                title,
                words: format!("{date} · {}", plain(lang, "civil.flag_open")),
                open: reviews && permit.is_in_register(),
            },
            Some((decision, reason, officer, _)) => {
                let key = match decision {
                    FlagDecision::Keep => "civil.flag_kept",
                    FlagDecision::Revoke => "civil.flag_revoked",
                };
                let words = text(lang, key, &[("officer", officer), ("reason", reason)]);
                FlagView { kind: "info", title, words: format!("{date} · {words}"), open: false }
            }
        }
    };
    Ok(flags.into_iter().map(line).collect())
}
