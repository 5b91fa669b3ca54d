//! What the applicant already has, shown before work on a new file starts: open requests and permits of the service.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Pill;
use super::detail::standing_pill;
use crate::catalogue::Service;
use crate::clock::Day;
use crate::db::{StoreError, Tx};
use crate::messages::{self, Lang, plain, text};
use crate::permits::{self, ApplicationKind, Fields, Permit, RENEWAL_DAYS};
use crate::population::Nik;
use crate::web::permits::at_files::AtFiles;

/// The field that tells which of up to three places of practice a permit is for.
const ORDER: &str = "practice_order";

/// Open requests and permits of a person for a service.
#[derive(Default, Serialize)]
pub struct Held {
    pub active: Vec<ActiveView>,
    pub permits: Vec<HeldView>,
    /// Sent again with the button of a permit.
    pub nik: String,
    #[serde(skip)]
    answers: BTreeMap<String, Fields>,
    #[serde(skip)]
    taken: Vec<String>,
}

/// An open request.
#[derive(Serialize)]
pub struct ActiveView {
    pub href: String,
    pub code: String,
    pub place: String,
}

/// A permit, and what may be asked for it.
#[derive(Serialize)]
pub struct HeldView {
    pub number: String,
    pub place: String,
    pub lines: String,
    pub pill: Option<Pill>,
    pub acts: Vec<StartView>,
}

/// A request that may begin from a permit.
#[derive(Serialize)]
pub struct StartView {
    pub kind: ApplicationKind,
    pub label: String,
}

impl Held {
    /// An example.
    pub fn sample() -> Held {
        let act = |kind: ApplicationKind| StartView { kind, label: plain(Lang::Id, &format!("kinds.start_{kind}")) };
        Held {
            active: vec![ActiveView {
                href: "/permohonan/1".into(),
                code: "7K2M-94QX-PD3".into(),
                place: "Klinik Sehat DATA UJI".into(),
            }],
            permits: vec![HeldView {
                number: "503/0001/SIPB/DPMPTSP/2026".into(),
                place: "Klinik Sehat DATA UJI".into(),
                lines: "berlaku sampai 24 November 2031".into(),
                pill: Some(Pill::new("ok", "Berlaku".into())),
                acts: ApplicationKind::applied_for().skip(1).map(act).collect(),
            }],
            nik: "1607014112920003".into(),
            ..Held::default()
        }
    }

    /// Reads what a person has.
    pub async fn read(
        tx: &mut Tx,
        at: &AtFiles,
        (nik, service): (&Nik, &Service),
        lang: Lang,
    ) -> Result<Held, StoreError> {
        let keys = &at.app.keys;
        let open = permits::list_active_of(tx, keys, nik, &service.code).await?;
        let permits = permits::list_permits_of(tx, keys, nik, Some(&service.code)).await?;
        let active = open.into_iter().map(|(id, code, fields)| ActiveView {
            href: format!("/permohonan/{id}"),
            code: code.text().to_owned(),
            place: place_of(&fields),
        });
        let today = at.today();
        let in_force = permits.iter().filter(|(permit, _)| permits::is_in_force(permit, today));
        Ok(Held {
            active: active.collect(),
            taken: in_force.filter_map(|(_, fields)| fields.get(ORDER).cloned()).collect(),
            permits: permits.iter().map(|(permit, fields)| view(permit, fields, today, lang)).collect(),
            answers: permits.into_iter().map(|(permit, fields)| (permit.number, fields)).collect(),
            nik: nik.digits().to_owned(),
        })
    }

    /// What the form of a request starts with: the answers of the old permit, or the next free place of practice.
    pub fn start(&self, service: &Service, kind: ApplicationKind, number: &str) -> BTreeMap<String, String> {
        if let Some(fields) = self.answers.get(number).filter(|_| kind != ApplicationKind::New) {
            let mut values: BTreeMap<String, String> =
                fields.iter().map(|(code, text)| (format!("fields.{code}"), text.clone())).collect();
            values.insert("previous_number".to_owned(), number.to_owned());
            values.insert("kind".to_owned(), kind.word().to_owned());
            return values;
        }
        let orders = service.fields.iter().find(|field| field.code == ORDER).map(|field| &field.choices);
        let free = orders.and_then(|orders| orders.iter().find(|order| !self.taken.contains(order)));
        free.map(|order| (format!("fields.{ORDER}"), order.clone())).into_iter().collect()
    }
}

fn view(permit: &Permit, fields: &Fields, today: Day, lang: Lang) -> HeldView {
    let start = |kind: ApplicationKind| StartView { kind, label: plain(lang, &format!("kinds.start_{kind}")) };
    let first = permit.valid_until.map(|last| last.plus_days(-RENEWAL_DAYS));
    let may = |kind: &ApplicationKind| match kind {
        ApplicationKind::New | ApplicationKind::Erratum => false,
        ApplicationKind::Renewal => first.is_some_and(|first| first <= today),
        ApplicationKind::Amendment | ApplicationKind::Duplicate | ApplicationKind::Revocation => {
            permits::is_in_force(permit, today)
        }
    };
    let over = permit.state == permits::PermitState::Revoked;
    let kinds = ApplicationKind::applied_for().filter(|kind| !over && may(kind));
    HeldView {
        number: permit.number.clone(),
        place: place_of(fields),
        lines: lines(permit, first.filter(|first| *first > today && !over), lang),
        pill: standing_pill(permit, today, lang),
        acts: kinds.map(start).collect(),
    }
}

fn lines(permit: &Permit, renewable: Option<Day>, lang: Lang) -> String {
    let dated = |key: &str, day: Day| text(lang, key, &[("date", messages::date(lang, day))]);
    let until = permit.valid_until.map_or_else(|| plain(lang, "paper.permanent"), |last| dated("kinds.until", last));
    let from = renewable.map(|first| dated("kinds.from", first));
    std::iter::once(until).chain(from).collect::<Vec<_>>().join(" · ")
}

/// The first answer that says where: the place of practice, else the order, else nothing.
fn place_of(fields: &Fields) -> String {
    let parts = ["practice_place", ORDER, "institution", "advert_place", "building_address"];
    parts.iter().filter_map(|code| fields.get(*code).cloned()).collect::<Vec<_>>().join(" · ")
}
