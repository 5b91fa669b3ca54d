//! The sheets of a file: the permit, frozen with its number, and the receipt. Every word comes from the message files
//! or the service.

use serde_json::Value;

use super::erratum::Ground;
use super::{ActName, ActRecord, Application, ChecklistItem, Met, Permit, PermitState, Press, register};
use crate::catalogue::{self, FieldKind, FormField, Matter, PaperStyle, PermitWording, Service};
use crate::clock::{Day, Instant};
use crate::db::{Fault, StoreError};
use crate::documents::{
    Appendix, Letterhead, Paper, PermitLabels, PermitSheet, ReceiptSheet, SheetStyle, SignerBlock, qr_token,
};
use crate::identity::{Acting, Officer, Role};
use crate::ids::PermitId;
use crate::keys::Keys;
use crate::messages::{self, Lang, Refusal, plain, text};
use crate::population::Regions;
use crate::sites::Site;

/// The number of the key that signs QR tokens.
pub(super) const KEY_ID: u8 = 1;
/// Papers are Indonesian.
const LANG: Lang = Lang::Id;

/// Everything a permit is made from.
pub(super) struct Reservation<'a> {
    pub file: &'a Application,
    pub rules: &'a Service,
    pub acts: &'a [ActRecord],
    pub signer: &'a Officer,
    pub site: &'a Site,
    pub now: Instant,
    pub photo: Option<Vec<u8>>,
    /// What a corrected permit goes back to; none for any other.
    pub ground: Option<Ground>,
}

impl Reservation<'_> {
    /// What the questions of the service are asked about: a corrected permit prints what the first one did.
    fn matter(&self) -> Matter<'_> {
        let kind = self.ground.as_ref().map_or(self.file.kind, |ground| ground.kind);
        Matter { kind, fields: &self.file.fields }
    }

    /// The acts whose letters are cited.
    fn cited(&self) -> &[ActRecord] {
        self.ground.as_ref().map_or(self.acts, |ground| &ground.acts)
    }

    /// The permit as it would be today, before it takes its place in the register: in no place, under no number and
    /// behind no address that anybody could ask for.
    ///
    /// # Errors
    /// 409 `date-missing` when the file does not say until when it would be valid.
    pub fn unnumbered(&self) -> Result<Permit, Refusal> {
        let issued_on = self.now.day(self.site.zone);
        // A mistake put right makes a permit no longer: it holds from the day of the first one.
        let counted_from = self.ground.as_ref().map_or(issued_on, |ground| ground.issued_on);
        let valid_until = self.rules.valid_until(counted_from, &self.file.fields);
        let valid_until =
            valid_until.map_err(|fault| Refusal { fields: vec![fault], ..Refusal::conflict("date-missing") })?;
        Ok(Permit {
            id: PermitId::new(self.now.0),
            short_id: "00000000".to_owned(),
            register: self.file.service.clone(),
            year: issued_on.year(),
            ordinal: 0,
            number: self.rules.number(0, issued_on.year()),
            application: self.file.id,
            application_version: self.file.version,
            state: PermitState::Reserved,
            holder_name: self.file.applicant.person.name.clone(),
            issued_on,
            valid_until,
            signed_by: self.signer.id,
            reserved_at: self.now,
            issued_at: None,
            document: None,
            reason: None,
            signed_despite: None,
            signed_acting: self.signer.acting_as(Role::Head).cloned(),
            reason_class: None,
            replaced_by: None,
            state_since: None,
        })
    }
}

/// The sheet of a permit, complete with number, date and QR code.
pub(super) fn permit_sheet(
    keys: &Keys,
    press: &Press,
    of: &Reservation<'_>,
    permit: &Permit,
) -> Result<PermitSheet, Fault> {
    let wording = of.rules.wording.as_ref().ok_or_else(|| Refusal::conflict("no-wording"))?;
    let wording = &wording.filled(&super::worded(of.rules, &of.file.fields));
    let style = match wording.style {
        PaperStyle::Certificate => SheetStyle::Certificate,
        PaperStyle::Decree => SheetStyle::Decree,
    };
    Ok(PermitSheet {
        style,
        paper: paper_of(wording.style),
        labels: labels(of.rules),
        letterhead: letterhead(),
        title: wording.title.clone(),
        number: permit.number.clone(),
        basis: basis(of, wording),
        considering: considering(wording),
        dictum: dictum(wording),
        holder_name: permit.holder_name.clone(),
        rows: rows(of),
        appendix: appendix(of, permit, wording),
        photo_jpeg: of.photo.clone(),
        validity: validity(permit),
        place: paper("place"),
        dated: messages::date(LANG, permit.issued_on),
        signer: signer(of.signer, of.signer.acting_as(Role::Head)),
        copies: wording.copies.clone(),
        qr_payload: qr_payload(keys, press, permit)?,
        verify_url: format!("{}/verifikasi", press.public_url.trim_end_matches('/')),
        document_id: permit.id.to_string(),
        footer: vec![paper("footer")],
        mark: mark(press.demo),
    })
}

/// A certificate fits one folio sheet, the counter's usual paper; a decree is read page by page.
fn paper_of(style: PaperStyle) -> Paper {
    match style {
        PaperStyle::Certificate => Paper::F4,
        PaperStyle::Decree => Paper::A4,
    }
}

/// Considerations (Menimbang) stand in a decree only.
fn considering(wording: &PermitWording) -> Vec<String> {
    match wording.style {
        PaperStyle::Certificate => Vec::new(),
        PaperStyle::Decree => wording.considering.clone(),
    }
}

pub(super) fn paper(key: &str) -> String {
    plain(LANG, &format!("paper.{key}"))
}

/// Printed pale across every paper of the demonstration.
pub(super) fn mark(demo: bool) -> Option<String> {
    demo.then(|| paper("mark"))
}

/// The head of the office's paper, in the language of the paper.
pub fn letterhead() -> Letterhead {
    Letterhead {
        government: paper("government"),
        agency_lines: vec![paper("agency_1"), paper("agency_2")],
        address: paper("address_line"),
    }
}

fn labels(rules: &Service) -> PermitLabels {
    PermitLabels {
        number: paper("number"),
        considering: paper("considering"),
        basis: paper("basis"),
        decided: paper("decided"),
        granted_to: text(LANG, "paper.granted_to", &[("service", rules.name.id.clone())]),
        validity: paper("validity"),
        made_in: paper("made_in"),
        dated: paper("dated"),
        signed: paper("signed"),
        nip: paper("nip"),
        copies: paper("copies"),
        scan: paper("scan"),
        photo: paper("photo"),
        verify: paper("verify"),
        document_id: paper("document_id"),
        page: paper("page"),
    }
}

/// The laws of the service, and the recommendation of the technical OPD with its number and date.
fn basis(of: &Reservation<'_>, wording: &PermitWording) -> Vec<String> {
    let mut basis = wording.basis.clone();
    let letter = of.cited().iter().rev().find(|act| act.act == ActName::Recommendation).map(|act| &act.detail);
    if let (Some(letter), Some(opd)) = (letter, &of.rules.technical_opd) {
        let stated = |name: &str| letter.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let day = Day::parse(&stated("letter_date")).map(|day| messages::date(LANG, day)).unwrap_or_default();
        let args = [("opd", opd.clone()), ("number", stated("letter_number")), ("date", day)];
        basis.push(text(LANG, "paper.recommendation", &args));
    }
    if let Some(number) = of.file.previous_number.clone().filter(|_| of.file.kind.rests_on_permit()) {
        let key = if of.ground.is_some() { "paper.corrects" } else { "paper.replaces" };
        basis.push(text(LANG, key, &[("number", number)]));
    }
    basis
}

/// KESATU, KEDUA … in a decree; one paragraph of duties in a certificate.
fn dictum(wording: &PermitWording) -> Vec<(String, String)> {
    match wording.style {
        PaperStyle::Certificate if wording.dictum.is_empty() => Vec::new(),
        PaperStyle::Certificate => vec![(paper("duties"), wording.dictum.join(" "))],
        PaperStyle::Decree => {
            let numbered = (1..).zip(&wording.dictum);
            numbered.map(|(n, sentence)| (paper(&format!("dictum.{n}")), sentence.clone())).collect()
        }
    }
}

fn rows(of: &Reservation<'_>) -> Vec<(String, String)> {
    let person = &of.file.applicant.person;
    let born = Day::parse(&person.birth_date).map(|day| messages::date(LANG, day)).unwrap_or_default();
    let mut rows = vec![
        (paper("nik"), of.file.applicant.nik.digits().to_owned()),
        (paper("born"), format!("{}, {born}", person.birth_place)),
        (paper("address"), Regions::in_force().full_address(&person.address())),
    ];
    let company = [("company", &person.company_name), ("nib", &person.nib), ("npwp", &person.npwp)];
    let company = company.into_iter().filter(|(_, text)| !text.is_empty());
    rows.extend(company.map(|(key, text)| (paper(key), text.clone())));
    let annex = of.rules.wording.as_ref().and_then(|wording| wording.appendix.as_ref());
    rows.extend(answers(of, |code| annex.is_none_or(|annex| !annex.fields.contains(code))));
    rows
}

/// The printed answers of chosen fields: label and value.
fn answers(of: &Reservation<'_>, is_chosen: impl Fn(&String) -> bool) -> Vec<(String, String)> {
    let printed = of.rules.fields.iter().filter(|field| field.on_permit && field.is_asked(of.matter()));
    let chosen = printed.filter(|field| is_chosen(&field.code));
    let row = |field: &FormField| {
        let value = of.file.fields.get(&field.code)?;
        Some((field.label.id.clone(), written(field.kind, value)))
    };
    chosen.filter_map(row).collect()
}

/// The annex of a decree names it by signer, number and date.
fn appendix(of: &Reservation<'_>, permit: &Permit, wording: &PermitWording) -> Option<Appendix> {
    let annex = wording.appendix.as_ref()?;
    let (number, dated) = (format!("{} {}", paper("number"), permit.number), messages::date(LANG, permit.issued_on));
    let about = format!("{} {}", paper("appendix_about"), wording.title.join(" "));
    let head = vec![paper("appendix_head"), number, format!("{} {dated}", paper("dated")), about];
    Some(Appendix { head, title: annex.title.clone(), rows: answers(of, |code| annex.fields.contains(code)) })
}

fn written(kind: FieldKind, value: &str) -> String {
    match kind {
        FieldKind::Date => Day::parse(value).map_or_else(|| value.to_owned(), |day| messages::date(LANG, day)),
        FieldKind::Village => super::village_words(value),
        FieldKind::Text | FieldKind::LongText | FieldKind::Number | FieldKind::Choice => value.to_owned(),
    }
}

fn validity(permit: &Permit) -> String {
    match permit.valid_until {
        None => paper("permanent"),
        Some(last) => {
            let args = [("from", messages::date(LANG, permit.issued_on)), ("until", messages::date(LANG, last))];
            text(LANG, "paper.valid_from_until", &args)
        }
    }
}

/// Who signs: with the own position, or for the holder of another one (Plh., Plt.) under the own name and NIP.
pub(super) fn signer(officer: &Officer, acting: Option<&Acting>) -> SignerBlock {
    let own = || officer.position.clone().unwrap_or_else(|| paper("position"));
    SignerBlock {
        acting: acting.map(|acting| acting.kind.prefix().to_owned()),
        position: acting.map_or_else(own, |acting| acting.position.clone()),
        name: officer.name.clone(),
        rank: officer.rank.clone().unwrap_or_default(),
        nip: officer.nip.as_deref().map(nip).unwrap_or_default(),
    }
}

/// `19800101 200501 1 001`.
fn nip(stored: &str) -> String {
    let digits: String = stored.chars().filter(|c| !c.is_whitespace()).collect();
    match (digits.get(..8), digits.get(8..14), digits.get(14..15), digits.get(15..18)) {
        (Some(born), Some(since), Some(sex), Some(serial)) => format!("{born} {since} {sex} {serial}"),
        _ => digits,
    }
}

fn qr_payload(keys: &Keys, press: &Press, permit: &Permit) -> Result<String, StoreError> {
    let corrupt = |e: &dyn std::fmt::Display| StoreError::Corrupt(format!("QR token of {}: {e}", permit.number));
    let serial = u32::try_from(permit.ordinal).map_err(|e| corrupt(&e))?;
    let year = u16::try_from(permit.year).map_err(|e| corrupt(&e))?;
    let claims = qr_token::Claims::new(register::type_number(&permit.register), serial, year, &permit.holder_name);
    let claims = claims.expiring(permit.valid_until.map(|day| day.0));
    let token = qr_token::sign(keys.permit_key(), KEY_ID, &claims).map_err(|e| corrupt(&e))?;
    Ok(qr_token::payload(&press.public_url, &permit.short_id, &token))
}

/// The receipt (tanda terima) of a registered file; `None` before the registration.
pub fn receipt_sheet(
    press: &Press,
    (file, rules): (&Application, &Service),
    items: &[ChecklistItem],
    (officer, site): (&str, &Site),
) -> Option<ReceiptSheet> {
    let (registered_at, due_at) = (file.registered_at?, file.due_at?);
    let kind = plain(LANG, &format!("kind.{}", file.kind));
    let row = |key: &str, value: String| (paper(key), value);
    let code = file.code.text();
    let due = messages::long_date(LANG, due_at, site.zone);
    let due = if file.due_estimate { text(LANG, "paper.due_estimate", &[("date", due)]) } else { due };
    Some(ReceiptSheet {
        letterhead: letterhead(),
        title: paper("receipt_title"),
        code: row("code", code.to_owned()),
        due: row("due", due),
        rows: vec![
            row("service", format!("{} – {kind}", rules.name.id)),
            row("applicant", applicant_line(file)),
            row("received", messages::date_and_time(LANG, registered_at, site.zone)),
            row("site", site.name.clone()),
            row("fee", fee(file, rules)),
        ],
        checklist_title: paper("checklist"),
        checklist: items.iter().filter(|item| item.state != Met::Missing).map(checklist_row).collect(),
        place_and_date: format!("{}, {}", site.name, messages::date(LANG, registered_at.day(site.zone))),
        officer: row("officer", officer.to_owned()),
        scan: paper("receipt_scan"),
        qr_payload: format!("{}/status?kode={code}", press.public_url.trim_end_matches('/')),
        note: vec![paper("digest_note"), paper("receipt_note")],
        document_id: format!("TT-{code}"),
        mark: mark(press.demo),
    })
}

/// The applicant, and who came for them.
fn applicant_line(file: &Application) -> String {
    let person = &file.applicant.person;
    if person.proxy_name.is_empty() {
        return person.name.clone();
    }
    text(LANG, "paper.by_proxy", &[("name", person.name.clone()), ("proxy", person.proxy_name.clone())])
}

fn fee(file: &Application, rules: &Service) -> String {
    match rules.fee.count(file.matter()) {
        Ok(lines) if !rules.fee.assessed => messages::rupiah(catalogue::total(&lines)),
        Ok(_) | Err(_) => paper("fee_assessed"),
    }
}

fn checklist_row(item: &ChecklistItem) -> (String, String) {
    let met = plain(LANG, &format!("met.{}", item.state));
    let digest = item.digest.clone().filter(|_| item.state == Met::Uploaded);
    let name = item.name.id.clone();
    let named = match digest {
        Some(digest) => text(LANG, "paper.digest", &[("name", name), ("digest", digest)]),
        None => name,
    };
    (named, met)
}
