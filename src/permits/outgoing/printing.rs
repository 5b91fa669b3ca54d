//! A letter becomes a sealed file: written from the register and the file, sealed off the async threads, and kept by its
//! digest. The link of a return is nobody's but the applicant's, so that the files themselves are not kept.

use serde_json::json;

use super::telling::Telling;
use super::{Outgoing, OutgoingKind, fee_papers, life_papers, request, take};
use crate::audit;
use crate::clock::Instant;
use crate::db::{Db, Outcome, StoreError, Tx};
use crate::documents::{self, LetterSheet, Print, RecordPhoto, RecordSheet, Scan};
use crate::identity;
use crate::ids::ApplicationId;
use crate::keys::sha256;
use crate::messages::{Lang, Refusal};
use crate::permits::{
    ActRecord, Desk, FileView, Press, file_view, inspecting, inspection_papers, letters, press, store,
};

/// A letter as the layout wants it.
enum Sheet {
    Letter(Box<LetterSheet>),
    Record(Box<RecordSheet>),
}

impl From<LetterSheet> for Sheet {
    fn from(sheet: LetterSheet) -> Sheet {
        Sheet::Letter(Box::new(sheet))
    }
}

impl From<RecordSheet> for Sheet {
    fn from(sheet: RecordSheet) -> Sheet {
        Sheet::Record(Box::new(sheet))
    }
}

/// Prints and seals the latest letter of a kind about a file or its permit.
///
/// # Errors
/// 404 unknown file; 409 `letter-none` when what it would tell of was never done; 503 `signer-unavailable`.
pub async fn print_letter(
    db: &Db,
    desk: &Desk<'_>,
    press: &Press,
    id: ApplicationId,
    (kind, lang): (OutgoingKind, Lang),
) -> Outcome<(Outgoing, Vec<u8>)> {
    let view = file_view::view(&mut db.read().await?, desk, id).await?;
    let none = || Refusal::conflict("letter-none").worded("letter", move |lang| kind.words(lang));
    let (about_at, by) = kind.find_moment(&view).ok_or_else(none)?;
    let known = view.letters.iter().find(|letter| letter.kind == kind && letter.about_at == about_at);
    let letter = match known {
        Some(letter) => letter.clone(),
        // What was done before there was a register takes its number when it is first asked for.
        None => {
            let mut tx = db.begin().await?;
            let letter = take(&mut tx, desk, (id, kind), (about_at, by, None)).await?;
            tx.commit().await?;
            letter
        }
    };
    let sheet = sheet_of(db, desk, press, (&view, &letter), lang).await?;
    let bytes = seal(press, sheet, about_at).await?;
    let mut tx = db.begin().await?;
    if store::insert_print(&mut tx, &letter, (&sha256(&bytes), desk.now)).await? {
        let detail = json!({ "number": letter.number, "kind": kind });
        audit::record(&mut tx, desk.act(), "letter.sealed", id, detail).await?;
    }
    tx.commit().await?;
    Ok((letter, bytes))
}

async fn sheet_of(
    db: &Db,
    desk: &Desk<'_>,
    press: &Press,
    (view, letter): (&FileView, &Outgoing),
    lang: Lang,
) -> Outcome<Sheet> {
    let mut tx = db.read().await?;
    let gone = |what: &str| StoreError::Corrupt(format!("the letter {} has no {what}", letter.number));
    let officer = identity::find(&mut tx, letter.signed_by).await?.ok_or_else(|| gone("signer"))?;
    let act = letter.kind.find_act(view);
    let site = desk.site_of(&view.file)?;
    let telling = Telling { press, view, letter, officer: &officer, site, lang, act };
    let told = || act.ok_or_else(|| gone("act"));
    let permit = || view.permit.as_ref().ok_or_else(|| gone("permit"));
    Ok(match letter.kind {
        OutgoingKind::Return => letters::return_sheet(&telling, told()?, link(desk, press, view)).into(),
        OutgoingKind::Rejection => letters::rejection_sheet(&telling, told()?).into(),
        OutgoingKind::Request => request::sheet(&telling).into(),
        OutgoingKind::Order => inspection_papers::order_sheet(&telling, told()?).into(),
        OutgoingKind::Report => {
            let photos = photos(&mut tx, view, told()?).await?;
            inspection_papers::report_sheet(&telling, told()?, photos).into()
        }
        OutgoingKind::Assessment => fee_papers::assessment_sheet(&telling).into(),
        OutgoingKind::Payment => fee_papers::payment_sheet(&telling).into(),
        OutgoingKind::Warning1 | OutgoingKind::Warning2 | OutgoingKind::Warning3 => {
            let about = view.reprimands.iter().find(|one| one.issued_at == letter.about_at);
            life_papers::warning_sheet(&telling, (permit()?, about.ok_or_else(|| gone("warning"))?)).into()
        }
        OutgoingKind::Revocation => {
            let about = view.life.iter().rev().find(|line| line.at == letter.about_at);
            life_papers::revocation_sheet(&telling, (permit()?, about.ok_or_else(|| gone("revocation"))?)).into()
        }
    })
}

/// The applicant's address while the list of the latest return is open.
fn link(desk: &Desk<'_>, press: &Press, view: &FileView) -> Option<String> {
    let open = view.corrections.last().filter(|back| back.is_open())?;
    Some(format!("{}/perbaikan/{}", press.public_url.trim_end_matches('/'), open.token(desk.keys)))
}

/// The photographs of an inspection; one in which a virus was found, or that was erased, is left out.
async fn photos(tx: &mut Tx, view: &FileView, act: &ActRecord) -> Result<Vec<RecordPhoto>, StoreError> {
    let mut photos = Vec::new();
    for photo in inspecting::photos_of(&view.photos, &view.acts, act) {
        let kept = documents::find(tx, photo.document).await?.filter(|kept| kept.scan != Scan::Infected);
        photos.extend(kept.map(|kept| RecordPhoto { jpeg: kept.bytes, caption: photo.caption.clone() }));
    }
    Ok(photos)
}

async fn seal(press: &Press, sheet: Sheet, dated: Instant) -> Outcome<Vec<u8>> {
    let sealed = press.seal_with(move |room| {
        let print = Print { room: Some(room), ..Print::from(dated.utc()) };
        match sheet {
            Sheet::Letter(sheet) => documents::letter(&sheet, print),
            Sheet::Record(sheet) => documents::record(&sheet, print),
        }
    });
    sealed.await.map_err(press::PressFault::into)
}
