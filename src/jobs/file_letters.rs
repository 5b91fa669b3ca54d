//! What an applicant is told about a file: read at the moment of sending, in the office's language.

use serde_json::Value;

use super::letters::Letter;
use crate::calendar;
use crate::catalogue;
use crate::clock::Instant;
use crate::config::Config;
use crate::db::{StoreError, Tx};
use crate::ids::{ApplicationId, PermitId, SiteId};
use crate::keys::Keys;
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, Correction, CorrectionItem, Told};
use crate::queue::appointments::Reach;
use crate::sites::Sites;

/// A file keeps no language of its applicant.
const LANG: Lang = Lang::Id;

/// The letter of an event about a file, unless it is no longer true.
pub async fn compose(
    tx: &mut Tx,
    (keys, config, sites): (&Keys, &Config, &Sites),
    (event, payload): (&str, &Value),
    (id, now): (ApplicationId, Instant),
) -> Result<Option<Letter>, StoreError> {
    let Some(told) = permits::find_told(tx, keys, id).await? else { return Ok(None) };
    let args = match event {
        "application.returned" | "application.reminded" => about_return(&told, payload, (keys, config, sites), now),
        _ => None,
    };
    Ok(args.map(|args| letter(&told, event, &args)))
}

fn letter(told: &Told, event: &str, args: &[(&'static str, String)]) -> Letter {
    let words = |part: &str| text(LANG, &format!("letter.{event}.{part}"), args);
    Letter {
        reach: told.reach(),
        subject: words("subject"),
        body: words("body"),
        brief: words("brief"),
        calendar: None,
    }
}

/// A return is told while its list waits for the applicant.
fn about_return(
    told: &Told,
    payload: &Value,
    (keys, config, sites): (&Keys, &Config, &Sites),
    now: Instant,
) -> Option<Vec<(&'static str, String)>> {
    let round = payload["round"].as_i64()?;
    let back = told.corrections.iter().find(|back| back.round == round).filter(|back| back.is_open())?;
    let site = sites.find_by_id(told.file.site)?;
    let base = config.public_url.trim_end_matches('/');
    Some(vec![
        ("code", told.file.code.to_string()),
        ("service", told.rules.name.of(LANG).to_owned()),
        ("site", site.name.clone()),
        ("n", back.items.len().to_string()),
        ("list", list(told, back)),
        ("until", messages::long_date(LANG, back.term_ends(now), site.zone)),
        ("url", format!("{base}/perbaikan/{}", back.token(keys))),
    ])
}

fn list(told: &Told, back: &Correction) -> String {
    let line = |item: &CorrectionItem| format!("{}. {}", item.place, permits::item_words(&told.rules, item, LANG));
    back.items.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// The office's own mailbox for files close to their due date.
pub fn reach_of_office(config: &Config) -> Reach {
    Reach { email: Some(config.warnings_email.clone()).filter(|email| !email.is_empty()), phone: None }
}

/// The files of a site that were warned of at a moment, unless all of them are decided meanwhile.
pub async fn warned(
    tx: &mut Tx,
    (config, sites): (&Config, &Sites),
    (site, at): (SiteId, Instant),
    now: Instant,
) -> Result<Option<Letter>, StoreError> {
    let calendar = calendar::load(tx).await?;
    let catalogue = catalogue::load(tx).await?;
    let Some(place) = sites.find_by_id(site) else { return Ok(None) };
    let files = permits::list_warned(tx, (&calendar, sites), Some(site), now).await?;
    let mut lines = Vec::new();
    for one in &files {
        let Some((warning, _)) = one.warnings.iter().rev().find(|(_, raised)| *raised == at) else { continue };
        let service = catalogue.find(&one.file.service).map(|found| found.service.name.of(LANG).to_owned());
        let args = [
            ("code", one.file.code.to_string()),
            ("service", service.unwrap_or_else(|| one.file.service.clone())),
            ("place", plain(LANG, &format!("state.{}", one.file.state))),
            ("due", messages::long_date(LANG, one.file.due_at, place.zone)),
            ("warning", plain(LANG, &format!("warning.{warning}"))),
        ];
        lines.push(text(LANG, "letter.files.warned.line", &args));
    }
    let args = [
        ("n", lines.len().to_string()),
        ("site", place.name.clone()),
        ("url", format!("{}/permohonan/tenggat", config.public_url.trim_end_matches('/'))),
        ("list", lines.join("\n")),
    ];
    let words = |part: &str| text(LANG, &format!("letter.files.warned.{part}"), &args);
    let (subject, body, brief) = (words("subject"), words("body"), words("brief"));
    Ok((!lines.is_empty()).then(|| Letter { reach: reach_of_office(config), subject, body, brief, calendar: None }))
}

/// A permit that ends, while it is in force.
pub async fn expiring(
    tx: &mut Tx,
    (keys, config, sites): (&Keys, &Config, &Sites),
    id: PermitId,
) -> Result<Option<Letter>, StoreError> {
    let Some((told, permit)) = permits::find_told_permit(tx, keys, id).await? else { return Ok(None) };
    let (Some(last), Some(site)) = (permit.valid_until, sites.find_by_id(told.file.site)) else { return Ok(None) };
    let args = [
        ("number", permit.number.clone()),
        ("until", messages::date(LANG, last)),
        ("service", told.rules.name.of(LANG).to_owned()),
        ("site", site.name.clone()),
        ("url", format!("{}/layanan/{}", config.public_url.trim_end_matches('/'), permit.register)),
    ];
    Ok(Some(letter(&told, "permit.expiring", &args)))
}
