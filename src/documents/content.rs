//! What a permit says, for programs: the words of its pages as JSON. Described in `docs/signatures.md`.

use serde::Serialize;

use super::sheet::{PermitSheet, SheetStyle, SignerBlock};

/// Name of this shape; another shape gets another name.
const SHAPE: &str = "loket/permit/1";

/// The words of a permit, each as it is printed, without photograph.
#[derive(Serialize)]
struct Content<'a> {
    shape: &'static str,
    document_id: &'a str,
    style: SheetStyle,
    title: &'a [String],
    number: &'a str,
    holder: &'a str,
    fields: Vec<Field<'a>>,
    validity: &'a str,
    considering: &'a [String],
    basis: &'a [String],
    dictum: Vec<Field<'a>>,
    /// The annex: title and fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    appendix: Option<Annex<'a>>,
    place: &'a str,
    dated: &'a str,
    signer: &'a SignerBlock,
    copies: &'a [String],
    qr: &'a str,
    verify_url: &'a str,
    /// Set on a paper that is not real.
    mark: Option<&'a str>,
}

#[derive(Serialize)]
struct Annex<'a> {
    title: &'a str,
    fields: Vec<Field<'a>>,
}

#[derive(Serialize)]
struct Field<'a> {
    label: &'a str,
    value: &'a str,
}

/// The JSON of a permit; the same sheet gives the same bytes.
///
/// # Errors
/// Never for a sheet, whose values are all texts.
pub(super) fn of(sheet: &PermitSheet) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec_pretty(&Content {
        shape: SHAPE,
        document_id: &sheet.document_id,
        style: sheet.style,
        title: &sheet.title,
        number: &sheet.number,
        holder: &sheet.holder_name,
        fields: fields(&sheet.rows),
        validity: &sheet.validity,
        considering: &sheet.considering,
        basis: &sheet.basis,
        dictum: fields(&sheet.dictum),
        appendix: sheet.appendix.as_ref().map(|annex| Annex { title: &annex.title, fields: fields(&annex.rows) }),
        place: &sheet.place,
        dated: &sheet.dated,
        signer: &sheet.signer,
        copies: &sheet.copies,
        qr: &sheet.qr_payload,
        verify_url: &sheet.verify_url,
        mark: sheet.mark.as_deref(),
    })
}

fn fields(pairs: &[(String, String)]) -> Vec<Field<'_>> {
    pairs.iter().map(|(label, value)| Field { label, value }).collect()
}
