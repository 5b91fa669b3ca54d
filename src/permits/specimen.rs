//! The permit of a service that is not published yet, filled with its own example and marked KONSEP.

use super::paper::{Reservation, permit_sheet};
use super::{Applicant, Application, ApplicationState, Desk, Person, Press, TrackingCode};
use crate::catalogue::{Example, Service};
use crate::db::{Fault, Outcome};
use crate::documents::PermitSheet;
use crate::ids::ApplicationId;
use crate::messages::{Lang, Refusal, plain};
use crate::population::Nik;
use crate::sites::Site;

/// Nobody's number: the holder of every specimen.
const NOBODY: &str = "1607060101900001";

/// The sheet of the first complete example; its QR code says KONSEP and nothing else.
///
/// # Errors
/// 409 `no-specimen` for a service without a permit or without a complete example.
pub fn specimen_sheet(desk: &Desk<'_>, press: &Press, rules: &Service) -> Outcome<PermitSheet> {
    let none = || Fault::from(Refusal::conflict("no-specimen"));
    let example = rules.cases.iter().find(|case| case.missing.is_empty()).ok_or_else(none)?;
    let site = desk.sites.list().first().ok_or_else(none)?;
    let nik = Nik::parse(NOBODY).map_err(|_| none())?;
    let file = file_of(desk, rules, example, (site, nik));
    let (signer, now) = (desk.officer, desk.now);
    let of = Reservation { file: &file, rules, acts: &[], signer, site, now, photo: None, ground: None };
    let sheet = permit_sheet(desk.keys, press, &of, &of.unnumbered()?)?;
    let mark = plain(Lang::Id, "paper.draft_mark");
    Ok(PermitSheet { qr_payload: mark.clone(), mark: Some(mark), ..sheet })
}

fn file_of(desk: &Desk<'_>, rules: &Service, example: &Example, (site, nik): (&Site, Nik)) -> Application {
    let person = Person {
        name: plain(Lang::Id, "paper.draft_holder"),
        birth_place: "Banyuasin".to_owned(),
        birth_date: "1990-01-01".to_owned(),
        sex: "P".to_owned(),
        village_code: "16.07.06.2001".to_owned(),
        ..Person::default()
    };
    Application {
        id: ApplicationId::new(desk.now.0),
        code: TrackingCode::draw(),
        service: rules.code.clone(),
        service_version: 0,
        kind: example.kind,
        state: ApplicationState::AwaitingSignature,
        version: 1,
        site: site.id,
        ticket: None,
        applicant: Applicant { nik, phone: None, person },
        fields: example.fields.clone(),
        external_number: None,
        previous_number: None,
        previous: None,
        intake_by: desk.officer.id,
        claim: None,
        advice: None,
        created_at: desk.now,
        registered_at: Some(desk.now),
        due_at: None,
        due_estimate: false,
        stage_due_at: None,
        paused_at: None,
        answered_at: None,
        closed_at: None,
    }
}
