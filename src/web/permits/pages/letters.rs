//! The letters of a file and its permit: printed and sealed when they are asked for.

use rocket::{Route, get, routes};
use serde::Serialize;

use crate::ids::ApplicationId;
use crate::messages::{self, Lang, Refusal};
use crate::permits::{self, FileView, OutgoingKind};
use crate::web::permits::at_files::AtFiles;
use crate::web::permits::paper::Paper;
use crate::web::problem::Problem;

/// Routes of the letters.
pub fn routes() -> Vec<Route> {
    routes![returned, rejected, ordered, reported, asked, assessed, paid, warned, revoked]
}

/// A letter on the page of its file.
#[derive(Serialize)]
pub struct LetterLink {
    label: String,
    /// Number and date; empty while it has none.
    about: String,
    href: String,
    /// The same in English.
    english: Option<String>,
}

impl LetterLink {
    /// An example.
    pub fn sample() -> LetterLink {
        LetterLink {
            label: "Surat Peringatan Pertama".into(),
            about: "503/0001/SP-1/DPMPTSP/2026, 24 November 2026".into(),
            href: "/permohonan/1/surat-peringatan/1".into(),
            english: Some("/permohonan/1/surat-peringatan/1?bahasa=en".into()),
        }
    }
}

/// The letters there are about a file, in the order of a file's life.
pub fn letter_links(view: &FileView, lang: Lang) -> Vec<LetterLink> {
    let link = |kind: &OutgoingKind| {
        let (about_at, _) = kind.find_moment(view)?;
        let known = view.letters.iter().find(|letter| letter.kind == *kind && letter.about_at == about_at);
        let about = known.map(|letter| format!("{}, {}", letter.number, messages::date(lang, letter.dated)));
        let href = format!("/permohonan/{}/{}", view.file.id, path_of(*kind));
        Some(LetterLink {
            label: kind.words(lang),
            about: about.unwrap_or_default(),
            english: is_translated(*kind).then(|| format!("{href}?bahasa=en")),
            href,
        })
    };
    OutgoingKind::ALL.iter().filter_map(link).collect()
}

/// Whether the letter is for the applicant, who may want it in English too.
fn is_translated(kind: OutgoingKind) -> bool {
    !matches!(kind, OutgoingKind::Request | OutgoingKind::Order | OutgoingKind::Report)
}

/// Where a letter is printed, below its file.
pub fn path_of(kind: OutgoingKind) -> &'static str {
    match kind {
        OutgoingKind::Return => "surat-pengembalian",
        OutgoingKind::Rejection => "surat-penolakan",
        OutgoingKind::Request => "surat-permohonan-rekomendasi",
        OutgoingKind::Order => "surat-tugas",
        OutgoingKind::Report => "berita-acara",
        OutgoingKind::Assessment => "skrd",
        OutgoingKind::Payment => "tanda-bukti-pembayaran",
        OutgoingKind::Warning1 => "surat-peringatan/1",
        OutgoingKind::Warning2 => "surat-peringatan/2",
        OutgoingKind::Warning3 => "surat-peringatan/3",
        OutgoingKind::Revocation => "keputusan-pencabutan",
    }
}

#[get("/permohonan/<id>/surat-pengembalian?<bahasa>")]
async fn returned(id: ApplicationId, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Return, bahasa), &at).await
}

#[get("/permohonan/<id>/surat-penolakan?<bahasa>")]
async fn rejected(id: ApplicationId, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Rejection, bahasa), &at).await
}

#[get("/permohonan/<id>/surat-tugas")]
async fn ordered(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Order, None), &at).await
}

#[get("/permohonan/<id>/berita-acara")]
async fn reported(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Report, None), &at).await
}

#[get("/permohonan/<id>/surat-permohonan-rekomendasi")]
async fn asked(id: ApplicationId, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Request, None), &at).await
}

#[get("/permohonan/<id>/skrd?<bahasa>")]
async fn assessed(id: ApplicationId, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Assessment, bahasa), &at).await
}

#[get("/permohonan/<id>/tanda-bukti-pembayaran?<bahasa>")]
async fn paid(id: ApplicationId, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Payment, bahasa), &at).await
}

#[get("/permohonan/<id>/surat-peringatan/<step>?<bahasa>")]
async fn warned(id: ApplicationId, step: &str, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    let kind = match step {
        "1" => OutgoingKind::Warning1,
        "2" => OutgoingKind::Warning2,
        "3" => OutgoingKind::Warning3,
        _ => return Err(Refusal::not_found("letter-unknown").into()),
    };
    print(id, (kind, bahasa), &at).await
}

#[get("/permohonan/<id>/keputusan-pencabutan?<bahasa>")]
async fn revoked(id: ApplicationId, bahasa: Option<&str>, at: AtFiles) -> Result<Paper, Problem> {
    print(id, (OutgoingKind::Revocation, bahasa), &at).await
}

/// The latest letter of a kind, sealed; in Indonesian unless the applicant wants the translation.
pub async fn print(
    id: ApplicationId,
    (kind, language): (OutgoingKind, Option<&str>),
    at: &AtFiles,
) -> Result<Paper, Problem> {
    let lang = language.and_then(|word| word.parse().ok()).unwrap_or(Lang::Id);
    let (letter, bytes) = permits::print_letter(&at.app.db, &at.desk(), &at.press(), id, (kind, lang)).await?;
    Ok(Paper::pdf(format!("{}.pdf", letter.number.replace('/', "-")), bytes))
}
