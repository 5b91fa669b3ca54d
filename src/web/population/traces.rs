//! What a citizen gets of a look-up: the slip, and behind its link the list of who looked.

use std::collections::BTreeMap;

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::db::StoreError;
use crate::documents::qr_path;
use crate::identity;
use crate::ids::{LookupId, OfficerId};
use crate::messages::{self, Lang, plain};
use crate::population::{self, Lookup, reader_token};
use crate::web::app::App;
use crate::web::guard::RegisterReader;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of both pages.
pub fn routes() -> Vec<Route> {
    routes![slip, traces]
}

/// One look-up in words.
#[derive(Serialize)]
struct Trace {
    at: String,
    officer: String,
    purpose: String,
    source: String,
    verdict: String,
    elements: String,
}

impl Trace {
    fn sample() -> Trace {
        Trace {
            at: "24 November 2026, 09.12 WIB".into(),
            officer: "Petugas DATA UJI".into(),
            purpose: "Permohonan SIPB".into(),
            source: plain(Lang::Id, "source.dukcapil_match"),
            verdict: plain(Lang::Id, "verdict.match"),
            elements: "Nama, Tanggal lahir".into(),
        }
    }
}

/// The slip of a look-up, to print and hand over: consent, purpose, and the link to who looked.
#[derive(Serialize)]
pub struct SlipPage {
    nik: String,
    trace: Trace,
    link: String,
    until: String,
    qr_side: usize,
    qr_path: String,
}

impl Page for SlipPage {
    const TEMPLATE: &'static str = "population/slip.html";

    fn samples() -> Vec<Self> {
        vec![SlipPage {
            nik: "1607••••••••0007".into(),
            trace: Trace::sample(),
            link: "https://loket.example/jejak/AZ.bc".into(),
            until: "25 November 2026, 09.12 WIB".into(),
            qr_side: 29,
            qr_path: "M4 4h7v1h-7z".into(),
        }]
    }
}

/// Who looked at the data of the person behind a link.
#[derive(Serialize)]
pub struct TracesPage {
    nik: String,
    traces: Vec<Trace>,
}

impl Page for TracesPage {
    const TEMPLATE: &'static str = "population/traces.html";

    fn samples() -> Vec<Self> {
        vec![TracesPage {
            nik: "1607••••••••0007".into(), traces: vec![Trace::sample(), Trace::sample()]
        }]
    }
}

/// For the officer who asked, while the visitor stands at the counter.
#[get("/kependudukan/<id>/bukti")]
async fn slip(id: LookupId, reader: RegisterReader, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let lookup = population::find_own(&mut app.db.read().await?, id, reader.officer.id).await?;
    let (token, until) = reader_token(&app.keys, &lookup);
    let link = format!("{}/jejak/{token}", app.config.public_url);
    let qr = qr_path(&link).map_err(|e| Problem::failure(&e))?;
    let zone = app.asker(&reader.officer).zone;
    visit.page(&SlipPage {
        nik: lookup.nik_masked.clone(),
        trace: trace(&lookup, &reader.officer.name, zone, visit.lang),
        link,
        until: messages::date_and_time(visit.lang, until, zone),
        qr_side: qr.side,
        qr_path: qr.path,
    })
}

/// For the citizen: the link names a look-up, never the NIK.
#[get("/jejak/<token>")]
async fn traces(token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let mut tx = app.db.begin().await?;
    let lookups = population::list_lookups_of(&mut tx, &app.keys, token, app.now()).await?;
    tx.commit().await?;
    let names = names(app, &lookups).await?;
    let zone = app.sites().list().first().map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
    let name = |id: OfficerId| names.get(&id).map_or("", String::as_str);
    let nik = lookups.first().map(|lookup| lookup.nik_masked.clone()).unwrap_or_default();
    let traces = lookups.iter().map(|lookup| trace(lookup, name(lookup.officer), zone, visit.lang)).collect();
    visit.page(&TracesPage { nik, traces })
}

async fn names(app: &App, lookups: &[Lookup]) -> Result<BTreeMap<OfficerId, String>, StoreError> {
    let mut tx = app.db.read().await?;
    let mut names = BTreeMap::new();
    for lookup in lookups {
        if !names.contains_key(&lookup.officer)
            && let Some(officer) = identity::find(&mut tx, lookup.officer).await?
        {
            names.insert(lookup.officer, officer.name);
        }
    }
    Ok(names)
}

fn trace(lookup: &Lookup, officer: &str, zone: chrono_tz::Tz, lang: Lang) -> Trace {
    let elements: Vec<String> = lookup.elements.iter().map(|name| plain(lang, &format!("element.{name}"))).collect();
    Trace {
        at: messages::date_and_time(lang, lookup.at, zone),
        officer: officer.to_owned(),
        purpose: lookup.purpose.clone(),
        source: plain(lang, &format!("source.{}", lookup.source)),
        verdict: plain(lang, &format!("verdict.{}", lookup.verdict)),
        elements: elements.join(", "),
    }
}
