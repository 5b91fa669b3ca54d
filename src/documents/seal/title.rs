//! What a sealed file says it is. Only asked of files whose seal was found good: then the title is ours.

use lopdf::{Document, Object, decode_text_string};

/// The title in the properties of a PDF; `None` when it has none.
pub fn title_of(pdf: &[u8]) -> Option<String> {
    let document = Document::load_mem(pdf).ok()?;
    let properties = match document.trailer.get(b"Info").ok()? {
        Object::Reference(id) => document.get_dictionary(*id).ok()?,
        Object::Dictionary(properties) => properties,
        _ => return None,
    };
    decode_text_string(properties.get(b"Title").ok()?).ok()
}
