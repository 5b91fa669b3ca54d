//! One file with everything the desk shows of it.

use std::collections::BTreeMap;

use super::checklist::checklist;
use super::desk::{read_file, rules_of};
use super::erratum::{Erratum, erratum_of};
use super::moving::latest_advice;
use super::people::{check_office, check_role_at};
use super::store;
use super::wallet::{Wallet, wallet_of};
use super::{
    ActName, ActRecord, Advice, Application, ApplicationKind, ChecklistItem, Correction, Course, Desk, Outgoing,
    Permit, PermitLine, PromiseChange, Rectification, Reprimand, SitePhoto,
};
use crate::catalogue::Service;
use crate::clock::Instant;
use crate::db::{Outcome, StoreError, Tx};
use crate::identity::{self, Officer};
use crate::ids::{ApplicationId, DocumentId, OfficerId};

/// A file with everything the desk shows of it.
pub struct FileView {
    /// The file.
    pub file: Application,
    /// The rules of its filing day.
    pub rules: Service,
    /// The checklist.
    pub items: Vec<ChecklistItem>,
    /// The history, oldest first.
    pub acts: Vec<ActRecord>,
    /// The names of the officers in it.
    pub officers: BTreeMap<OfficerId, String>,
    /// The permit that answers it, reserved, issued or revoked.
    pub permit: Option<Permit>,
    /// What happened to the permit since, oldest first.
    pub life: Vec<PermitLine>,
    /// The returns of the file, oldest first.
    pub corrections: Vec<Correction>,
    /// Papers that were replaced: code, bytes and when they were handed in.
    pub versions: Vec<(String, DocumentId, Instant)>,
    /// Papers that are used again.
    pub wallet: Wallet,
    /// How the promise moved with the calendar, oldest first.
    pub promise_changes: Vec<PromiseChange>,
    /// Typing errors that were pointed out, oldest first.
    pub rectifications: Vec<Rectification>,
    /// Photographs of the place, oldest first.
    pub photos: Vec<SitePhoto>,
    /// The mistake of a permit that the file puts right.
    pub erratum: Option<Erratum>,
    /// The letters of the file and its permit, in the order of the register.
    pub letters: Vec<Outgoing>,
    /// The warnings about its permit, oldest first.
    pub reprimands: Vec<Reprimand>,
}

/// A file with everything about it.
pub async fn view(tx: &mut Tx, desk: &Desk<'_>, id: ApplicationId) -> Outcome<FileView> {
    let file = read_file(tx, desk, id).await?;
    let rules = rules_of(tx, &file).await?;
    let items = checklist(&rules, (file.matter(), file.is_proxied()), &store::list_handed(tx, id).await?);
    let acts = store::list_acts(tx, id).await?;
    let permit = store::find_open_of(tx, id).await?;
    let life = match &permit {
        Some(permit) => store::list_permit_acts(tx, permit.id).await?,
        None => Vec::new(),
    };
    let people = acts
        .iter()
        .filter_map(|act| act.officer)
        .chain([file.intake_by])
        .chain(file.claim.as_ref().map(|claim| claim.by));
    let people = people.chain(life.iter().filter_map(|line| line.officer));
    let officers = names(tx, people.collect()).await?;
    let corrections = store::list_corrections(tx, id).await?;
    let versions = store::list_versions(tx, id).await?;
    let wallet = wallet_of(tx, desk, &file).await?;
    let promise_changes = store::list_promise_changes(tx, id).await?;
    let rectifications = store::list_rectifications(tx, id).await?;
    let photos = store::list_photos(tx, id).await?;
    let erratum = erratum_of(tx, desk, (&file, &rules)).await?;
    let letters = store::list_letters(tx, id).await?;
    let reprimands = match &permit {
        Some(permit) => store::list_reprimands(tx, permit.id).await?,
        None => Vec::new(),
    };
    Ok(FileView {
        file,
        rules,
        items,
        acts,
        officers,
        permit,
        life,
        corrections,
        versions,
        wallet,
        promise_changes,
        rectifications,
        photos,
        erratum,
        letters,
        reprimands,
    })
}

impl FileView {
    /// The acts an officer may do on the file now.
    pub fn open_acts(&self, officer: &Officer, now: Instant) -> Vec<ActName> {
        let hands: Vec<_> = self.acts.iter().filter_map(|act| Some((act.office, act.officer?))).collect();
        let refused = latest_advice(&self.acts) == Some(Advice::Refuse);
        let waits_at = self.file.waits_at();
        let holder = self.file.claim.as_ref().map(|claim| claim.by).filter(|by| self.officers.contains_key(by));
        let (held, held_by_other) = (holder == Some(officer.id), holder.is_some_and(|by| by != officer.id));
        let mistake = self.file.kind == ApplicationKind::Erratum;
        let may = |act: &ActName| {
            act.from_states().contains(&self.file.state)
                && !(mistake && act.asks_the_applicant())
                && check_role_at(officer, *act, waits_at).is_ok()
                && check_office(officer.id, act.office_at(waits_at), &hands).is_ok()
                && (!held_by_other || act.passes_hold())
                && match act {
                    ActName::Lapse => self.may_lapse(now),
                    ActName::Paraf => !refused,
                    ActName::Claim => !held,
                    ActName::Release => held,
                    ActName::Rectification => self.open_rectification().is_none(),
                    ActName::Dismissal if mistake => true,
                    ActName::Confirmation | ActName::Dismissal => {
                        self.open_rectification().is_some_and(|open| open.proposed_by != officer.id)
                    }
                    _ => true,
                }
        };
        ActName::ALL.iter().copied().filter(may).collect()
    }
}

impl FileView {
    /// The course of the file; none before its registration.
    pub fn course(&self) -> Option<Course> {
        Course::of(&self.file, &self.rules, (&self.acts, &self.corrections))
    }

    fn may_lapse(&self, now: Instant) -> bool {
        self.file.answered_at.is_none() && self.file.lapses_at().is_some_and(|at| at <= now)
    }

    /// The typing error that waits for a decision.
    pub fn open_rectification(&self) -> Option<&Rectification> {
        self.rectifications.iter().find(|one| one.is_open())
    }

    /// Whether bytes belong to the file: handed in, replaced, an answer to a return, or a photograph of the
    /// place.
    pub fn holds(&self, document: DocumentId) -> bool {
        let handed = self.items.iter().filter_map(|item| item.document);
        let replaced = self.versions.iter().map(|(_, document, _)| *document);
        let answers = self.corrections.iter().flat_map(|back| &back.items).filter_map(|item| item.document);
        let photos = self.photos.iter().map(|photo| photo.document);
        handed.chain(replaced).chain(answers).chain(photos).any(|held| held == document)
    }
}

async fn names(tx: &mut Tx, ids: Vec<OfficerId>) -> Result<BTreeMap<OfficerId, String>, StoreError> {
    let mut names = BTreeMap::new();
    for id in ids {
        if !names.contains_key(&id)
            && let Some(officer) = identity::find(tx, id).await?
        {
            names.insert(id, officer.name);
        }
    }
    Ok(names)
}
