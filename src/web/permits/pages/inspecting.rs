//! The inspection of a place on the page of its file: the order for the team, the report, photographs.

use std::collections::BTreeMap;

use rocket::data::Capped;
use rocket::form::Form;
use rocket::fs::TempFile;
use rocket::{FromForm, Route, post, routes};
use serde::Serialize;

use super::acts::{Next, again, back};
use super::detail_parts::Tried;
use super::fields::FieldView;
use super::letters::path_of;
use crate::db::Fault;
use crate::ids::ApplicationId;
use crate::messages::{self, Lang, Refusal, plain};
use crate::permits::{self, ActName, FileView, MOST_PHOTOS, OutgoingKind, SitePhoto};
use crate::web::form::Posted;
use crate::web::guard::TechnicalOfficer;
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::upload::{self, Sent};
use crate::web::visit::Visit;

/// The field of the words under a photograph, as the page names it.
const CAPTION: &str = "photo.caption";

/// The papers of an inspection, in the order they are made.
const PAPERS: [OutgoingKind; 2] = [OutgoingKind::Order, OutgoingKind::Report];

/// Routes of inspections.
pub fn routes() -> Vec<Route> {
    routes![add, remove]
}

/// Papers and photographs of an inspection.
#[derive(Serialize)]
pub struct SiteView {
    papers: Vec<PaperLink>,
    photos: Vec<PhotoView>,
    may_add: bool,
    most: usize,
    caption: FieldView,
}

#[derive(Serialize)]
struct PaperLink {
    href: String,
    label: String,
}

#[derive(Serialize)]
struct PhotoView {
    caption: String,
    when: String,
    href: String,
    /// Where it is taken out; none once the inspection is recorded.
    removal: Option<String>,
}

impl SiteView {
    /// An example.
    pub fn sample() -> SiteView {
        let photo = |caption: &str, removal: Option<String>| PhotoView {
            caption: caption.into(),
            when: "24 November 2026, 09.30 WIB".into(),
            href: "/permohonan/1/dokumen/1".into(),
            removal,
        };
        SiteView {
            papers: vec![PaperLink { href: "/permohonan/1/surat-tugas".into(), label: "Surat tugas".into() }],
            photos: vec![photo("Tampak depan", None), photo("", Some("/permohonan/1/foto-peninjauan/2/hapus".into()))],
            may_add: true,
            most: MOST_PHOTOS,
            caption: FieldView::named(CAPTION, "line", false, Lang::Id),
        }
    }

    /// What there is of a file; none while no place is visited.
    pub fn new(at: &AtFiles, view: &FileView, lang: Lang) -> Option<SiteView> {
        let id = view.file.id;
        let may_add = view.open_acts(&at.staff.officer, at.now).contains(&ActName::Inspection);
        let zone = at.sites.find_by_id(view.file.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let last = OutgoingKind::Report.find_moment(view).map(|(at, _)| at);
        let there = PAPERS.iter().filter(|paper| paper.find_moment(view).is_some());
        let papers = there.map(|paper| PaperLink {
            href: format!("/permohonan/{id}/{}", path_of(*paper)),
            label: plain(lang, &format!("inspection.print_{paper}")),
        });
        let photo = |photo: &SitePhoto| PhotoView {
            caption: photo.caption.clone(),
            when: messages::date_and_time(lang, photo.at, zone),
            href: format!("/permohonan/{id}/dokumen/{}", photo.document),
            removal: (may_add && last.is_none_or(|last| photo.at > last))
                .then(|| format!("/permohonan/{id}/foto-peninjauan/{}/hapus", photo.seq)),
        };
        let papers: Vec<PaperLink> = papers.collect();
        let photos: Vec<PhotoView> = view.photos.iter().map(photo).collect();
        let caption = FieldView::named(CAPTION, "line", false, lang);
        let there = may_add || !papers.is_empty() || !photos.is_empty();
        there.then_some(SiteView { papers, photos, may_add, most: MOST_PHOTOS, caption })
    }

    /// The same with the words that were typed when a photograph was refused.
    pub fn tried(self, tried: &Tried, lang: Lang) -> SiteView {
        SiteView { caption: self.caption.filled(&tried.values, &tried.refusal.fields, lang), ..self }
    }
}

/// A photograph as it is sent.
#[derive(FromForm)]
struct SentPhoto<'r> {
    file: Capped<TempFile<'r>>,
    #[field(default = "")]
    csrf: &'r str,
    photo: Words<'r>,
}

/// What is typed with a photograph; its names carry the form, since several stand on one page.
#[derive(FromForm)]
struct Words<'r> {
    #[field(default = "")]
    caption: &'r str,
}

#[post("/permohonan/<id>/foto-peninjauan", data = "<sent>")]
async fn add(
    id: ApplicationId,
    sent: Form<SentPhoto<'_>>,
    _officer: TechnicalOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Next {
    visit.check_form_token(sent.csrf)?;
    let SentPhoto { file, csrf, photo: Words { caption } } = sent.into_inner();
    let values = BTreeMap::from([(CAPTION.to_owned(), caption.to_owned())]);
    let upload = match upload::check_site(&at.app, &Sent { file, csrf }).await {
        Ok(upload) => upload,
        Err(problem) => return again(id, ActName::Creation, (problem.refusal, values), &at, &visit).await,
    };
    let mut tx = at.app.db.begin().await?;
    match permits::add_photo(&mut tx, &at.desk(), id, (upload, caption)).await {
        Ok(()) => {
            tx.commit().await?;
            back(id, "#peninjauan")
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            again(id, ActName::Creation, (refusal, values), &at, &visit).await
        }
        Err(fault) => Err(fault.into()),
    }
}

#[post("/permohonan/<id>/foto-peninjauan/<seq>/hapus", data = "<_posted>")]
async fn remove(
    id: ApplicationId,
    seq: &str,
    _posted: Posted,
    _officer: TechnicalOfficer,
    at: AtFiles,
    visit: Visit<'_>,
) -> Next {
    let seq: i64 = seq.parse().map_err(|_| Refusal::not_found("photo-unknown"))?;
    let mut tx = at.app.db.begin().await?;
    match permits::remove_photo(&mut tx, &at.desk(), id, seq).await {
        Ok(()) => {
            tx.commit().await?;
            back(id, "#peninjauan")
        }
        Err(Fault::Refused(refusal)) => {
            drop(tx);
            again(id, ActName::Creation, (refusal, BTreeMap::new()), &at, &visit).await
        }
        Err(fault) => Err(fault.into()),
    }
}
