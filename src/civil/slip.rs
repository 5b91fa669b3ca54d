//! The slip (bukti permohonan) of a request, for the person to follow and collect it by. Every word comes from the
//! message files or the service.

use super::{CivilState, CivilView};
use crate::documents::{Letterhead, ReceiptSheet};
use crate::messages::{self, Lang, plain, text};
use crate::permits::{Met, Press};
use crate::sites::Site;

/// Papers are Indonesian.
const LANG: Lang = Lang::Id;

fn paper(key: &str) -> String {
    plain(LANG, &format!("civil.paper.{key}"))
}

/// The slip; `None` before the request was sent into SIAK.
pub fn slip_sheet(press: &Press, view: &CivilView, site: &Site) -> Option<ReceiptSheet> {
    let request = &view.request;
    let (submitted_at, due_at) = (request.submitted_at?, request.due_at?);
    let row = |key: &str, value: String| (paper(key), value);
    let code = request.code.text();
    let due = match request.state {
        CivilState::WaitingForBlank => paper("due_blank"),
        _ => messages::long_date(LANG, due_at, site.zone),
    };
    let due = if request.due_estimate { text(LANG, "paper.due_estimate", &[("date", due)]) } else { due };
    let seen = view.papers.iter().filter(|paper| paper.state != Met::Missing);
    Some(ReceiptSheet {
        letterhead: Letterhead {
            government: plain(LANG, "paper.government"),
            agency_lines: vec![paper("agency_1"), paper("agency_2")],
            address: site.address.clone(),
        },
        title: paper("title"),
        code: row("code", code.to_owned()),
        due: row("due", due),
        rows: vec![
            row("service", view.rules.name.id.clone()),
            row("name", request.name.clone()),
            row("received", messages::date_and_time(LANG, submitted_at, site.zone)),
            row("siak", request.siak_number.clone().unwrap_or_else(|| "–".to_owned())),
            row("site", site.name.clone()),
            row("fee", paper("free")),
        ],
        checklist_title: paper("checklist"),
        checklist: seen.map(|item| (item.name.id.clone(), plain(LANG, &format!("met.{}", item.state)))).collect(),
        place_and_date: format!("{}, {}", site.name, messages::date(LANG, submitted_at.day(site.zone))),
        officer: row("officer", view.officers.get(&request.opened_by).cloned().unwrap_or_default()),
        scan: paper("scan"),
        qr_payload: format!("{}/status?kode={code}", press.public_url.trim_end_matches('/')),
        note: vec![paper("note")],
        document_id: format!("BP-{code}"),
        mark: press.demo.then(|| plain(LANG, "paper.mark")),
    })
}
