//! A further signature on a file that has one: a new revision behind the file, which stays as it is byte for byte.
//! Only the simulator of the national service writes it.

use chrono::{DateTime, Utc};
use data_encoding::HEXLOWER;
use lopdf::{Document, IncrementalDocument, Object, ObjectId, dictionary, text_string};

use super::signer::SealError;
use super::{cms, range};
use crate::documents::pdf::{empty_seal, set_range};
use crate::keys::PaperKeys;

/// Bytes kept free for the signature.
const ROOM: usize = 4096;
/// Printed and locked (ISO 32000-1, table 165).
const FLAGS: i64 = 4 + 128;

/// What a further signature states, and where it shows: left, bottom, right, top in points; four zeros = nowhere.
pub struct Further<'a> {
    /// Who signs.
    pub name: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Where it shows.
    pub place: [u32; 4],
}

/// Signs a file once more.
///
/// # Errors
/// [`SealError::Refused`] when the file is no PDF this can be added to.
pub fn append_seal(pdf: &[u8], keys: &PaperKeys, further: &Further<'_>) -> Result<Vec<u8>, SealError> {
    let mut longer = with_room(pdf, further).map_err(|error| SealError::Refused(error.to_string()))?;
    set_range(&mut longer, ROOM).map_err(|error| SealError::Refused(error.to_string()))?;
    let gap = range::find_last_gap(&longer).ok_or_else(|| SealError::Refused("no room".to_owned()))?;
    let digest = range::digest(&longer, &gap);
    let refused = |error: der::Error| SealError::Refused(error.to_string());
    let signature = keys.sign(&cms::to_sign(keys.current(), &digest).map_err(refused)?);
    let seal = cms::assemble(keys.current(), &digest, &signature, None).map_err(refused)?;
    let hex = HEXLOWER.encode(&seal);
    longer[gap.start + 1..gap.start + 1 + hex.len()].copy_from_slice(hex.as_bytes());
    Ok(longer)
}

/// The file with a further signature field, still empty.
fn with_room(pdf: &[u8], further: &Further<'_>) -> lopdf::Result<Vec<u8>> {
    let before = Document::load_mem(pdf)?;
    let page = before.get_pages().into_values().next().ok_or(lopdf::Error::PageNumberNotFound(1))?;
    let root = before.trailer.get(b"Root")?.as_reference()?;
    let mut longer = IncrementalDocument::create_from(pdf.to_vec(), before);
    let seal = longer.new_document.add_object(empty_seal(
        ROOM,
        further.name,
        Object::string_literal(further.at.format("D:%Y%m%d%H%M%SZ").to_string()),
    ));
    let place: Vec<Object> = further.place.iter().map(|at| i64::from(*at).into()).collect();
    let field = longer.new_document.add_object(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Widget",
        "FT" => "Sig",
        "T" => text_string("national"),
        "F" => FLAGS,
        "Rect" => place,
        "P" => page,
        "V" => seal,
    });
    add_to(&mut longer, page, b"Annots", field)?;
    longer.opt_clone_object_to_new_document(root)?;
    let catalog = longer.new_document.get_dictionary_mut(root)?;
    let form = catalog.get_mut(b"AcroForm")?.as_dict_mut()?;
    form.get_mut(b"Fields")?.as_array_mut()?.push(Object::Reference(field));
    let mut bytes = Vec::new();
    longer.save_to(&mut bytes)?;
    Ok(bytes)
}

fn add_to(longer: &mut IncrementalDocument, owner: ObjectId, key: &[u8], field: ObjectId) -> lopdf::Result<()> {
    longer.opt_clone_object_to_new_document(owner)?;
    let list = longer.new_document.get_dictionary_mut(owner)?.get_mut(key)?;
    list.as_array_mut()?.push(Object::Reference(field));
    Ok(())
}
