//! The inspection of a place: the team that is sent, photographs, and what was found of each requirement.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::desk::{open_file, save};
use super::filing::hands;
use super::holding::check_hold;
use super::people::{check_hands, check_role};
use super::step::FINDING;
use super::store;
use super::{ActName, ActRecord, Application, Desk};
use crate::audit;
use crate::catalogue::Service;
use crate::clock::Instant;
use crate::db::{Outcome, Tx};
use crate::documents::{self, Upload};
use crate::ids::{ApplicationId, DocumentId};
use crate::messages::{FieldFault, Refusal};

/// The most photographs of one inspection: six pages of the report.
pub const MOST_PHOTOS: usize = 24;
/// The most persons of a team.
const MOST_MEMBERS: usize = 12;
/// The longest words under a photograph, in characters.
const LONGEST_CAPTION: usize = 120;

/// Somebody of the technical office who is sent to the place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// With titles.
    pub name: String,
    /// As typed; empty for somebody who is no civil servant.
    pub nip: String,
    /// In the technical office or the team; may be empty.
    pub position: String,
}

/// A photograph of the place.
#[derive(Clone, Debug)]
pub struct SitePhoto {
    /// Counts within the file.
    pub seq: i64,
    /// The bytes.
    pub document: DocumentId,
    /// What it shows; may be empty.
    pub caption: String,
    /// When it was put in.
    pub at: Instant,
}

/// The team as it was typed: one person a line, name, NIP and position with semicolons between. A second part without
/// digits is the position.
pub fn team_of(text: &str) -> Vec<Member> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(member_of).collect()
}

fn member_of(line: &str) -> Member {
    let mut parts = line.split(';').map(|part| part.trim().to_owned());
    let name = parts.next().unwrap_or_default();
    let second = parts.next().unwrap_or_default();
    let third = parts.next().unwrap_or_default();
    let is_nip = second.chars().any(|c| c.is_ascii_digit());
    if third.is_empty() && !is_nip {
        return Member { name, nip: String::new(), position: second };
    }
    Member { name, nip: second, position: third }
}

/// A team has people, and each has a name.
///
/// # Errors
/// 422 on `members`: `team-nobody` for a line without a name, `team-large` over twelve.
pub(super) fn check_team(stated: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let team = team_of(stated.get("members").map(String::as_str).unwrap_or_default());
    let named = |member: &Member| member.name.chars().any(char::is_alphabetic);
    let code = match team.len() {
        1..=MOST_MEMBERS if team.iter().all(named) => return Ok(()),
        0..=MOST_MEMBERS => "team-nobody",
        _ => "team-large",
    };
    Err(Refusal::invalid("invalid-fields").field("members", code))
}

/// What the history keeps of an inspection: findings stand under the codes of their requirements.
///
/// # Errors
/// 422 for a finding about something the service does not ask for.
pub(super) fn found(stated: BTreeMap<String, String>, rules: &Service) -> Result<Value, Refusal> {
    let (findings, others): (BTreeMap<_, _>, BTreeMap<_, _>) =
        stated.into_iter().partition(|(name, _)| name.starts_with(FINDING));
    let findings: BTreeMap<String, String> =
        findings.into_iter().map(|(name, text)| (name.trim_start_matches(FINDING).to_owned(), text)).collect();
    let unknown = findings.keys().filter(|code| !rules.requirements.iter().any(|asked| asked.code == **code));
    let faults = unknown.map(|code| FieldFault::new(format!("{FINDING}{code}"), "requirement-unknown"));
    Refusal::of_fields(faults.collect())?;
    let mut detail = json!(others);
    if !findings.is_empty() {
        detail["findings"] = json!(findings);
    }
    Ok(detail)
}

/// The photographs that belong to an inspection: put in since the one before it.
pub fn photos_of<'a>(photos: &'a [SitePhoto], acts: &[ActRecord], recorded: &ActRecord) -> Vec<&'a SitePhoto> {
    let before = last_inspection(acts.iter().filter(|act| act.at < recorded.at));
    let within = |photo: &&SitePhoto| before.is_none_or(|at| photo.at > at) && photo.at <= recorded.at;
    photos.iter().filter(within).collect()
}

fn last_inspection<'a>(acts: impl DoubleEndedIterator<Item = &'a ActRecord>) -> Option<Instant> {
    acts.rev().find(|act| act.act == ActName::Inspection).map(|act| act.at)
}

/// Puts a photograph of the place to the inspection that is under way.
///
/// # Errors
/// 403 for anybody but the technical officer, 409 in another state, in another hand, or with `photos-enough`; 422 for
/// words that are too long.
pub async fn add_photo(
    tx: &mut Tx,
    desk: &Desk<'_>,
    id: ApplicationId,
    (upload, caption): (Upload, &str),
) -> Outcome<()> {
    let (file, open) = open_inspected(tx, desk, id).await?;
    let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
    if caption.chars().count() > LONGEST_CAPTION {
        return Err(Refusal::invalid("invalid-fields").field("photo.caption", "too-long").into());
    }
    if open.len() >= MOST_PHOTOS {
        return Err(Refusal::conflict("photos-enough").with("most", MOST_PHOTOS).into());
    }
    let filed = documents::keep_upload(tx, upload, desk.now).await?;
    store::insert_photo(tx, id, (filed.id, &caption), (desk.officer.id, desk.now)).await?;
    save(tx, desk, &file).await?;
    let detail = json!({ "document": filed.id, "sha256": filed.sha256 });
    Ok(audit::record(tx, desk.act(), "application.photo-added", id, detail).await?)
}

/// Takes a photograph out again that was put in by mistake, while the inspection is not recorded.
///
/// # Errors
/// As [`add_photo`]; 404 for one that is not there or belongs to an inspection that is recorded.
pub async fn remove_photo(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId, seq: i64) -> Outcome<()> {
    let (file, open) = open_inspected(tx, desk, id).await?;
    let photo = open.into_iter().find(|photo| photo.seq == seq);
    let photo = photo.ok_or_else(|| Refusal::not_found("photo-unknown"))?;
    store::delete_photo(tx, id, seq).await?;
    save(tx, desk, &file).await?;
    let detail = json!({ "removed": photo.document });
    Ok(audit::record(tx, desk.act(), "application.photo-removed", id, detail).await?)
}

/// A file whose place is being inspected by this officer, and the photographs of this inspection.
async fn open_inspected(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<(Application, Vec<SitePhoto>)> {
    let file = open_file(tx, desk, id).await?;
    check_role(desk.officer, ActName::Inspection)?;
    if !ActName::Inspection.from_states().contains(&file.state) {
        return Err(Refusal::conflict("file-in-other-state").with("state", file.state).into());
    }
    check_hands(desk.officer.id, ActName::Inspection, &hands(tx, id).await?)?;
    check_hold(tx, desk, &file, ActName::Inspection).await?;
    let before = last_inspection(store::list_acts(tx, id).await?.iter());
    let photos = store::list_photos(tx, id).await?;
    let open = photos.into_iter().filter(|photo| before.is_none_or(|at| photo.at > at));
    Ok((file, open.collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn team(text: &str) -> Result<(), Refusal> {
        check_team(&BTreeMap::from([("members".to_owned(), text.to_owned())]))
    }

    #[test]
    fn a_team_is_read_line_by_line_with_or_without_nip() {
        let read = team_of("Ir. Uji Satu, M.T.; 198001012005011001; Ketua\n\nUji Dua; Anggota\nUji Tiga");
        let told: Vec<_> = read.iter().map(|m| (m.name.as_str(), m.nip.as_str(), m.position.as_str())).collect();
        let right =
            [("Ir. Uji Satu, M.T.", "198001012005011001", "Ketua"), ("Uji Dua", "", "Anggota"), ("Uji Tiga", "", "")];
        assert_eq!(told, right);
    }

    #[test]
    fn a_team_without_names_or_with_too_many_is_refused() {
        assert!(team("Uji Satu").is_ok());
        assert!(team("; 198001012005011001").is_err());
        assert!(team(&"Uji Satu\n".repeat(13)).is_err());
    }
}
