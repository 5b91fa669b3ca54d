//! Data that travel in the file beside its pages (ISO 32000-2, 14.13; ISO 19005-3, 6.8).

use lopdf::{Document, Object, Stream, dictionary, text_string};

use super::About;
use super::finish::{catalog, pdf_date};
use crate::documents::PaperError;

/// A file in the file.
#[derive(Debug)]
pub struct Attachment {
    /// Its name, in ASCII.
    pub name: &'static str,
    /// Media type.
    pub media: &'static str,
    /// What it is, in words.
    pub title: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Attaches it as the data the pages were made from.
///
/// # Errors
/// [`PaperError::Writer`] when the graph has no catalogue.
pub fn add(graph: &mut Document, about: &About, attachment: &Attachment) -> Result<(), PaperError> {
    let size = i64::try_from(attachment.bytes.len()).unwrap_or(i64::MAX);
    let stream = dictionary! {
        "Type" => "EmbeddedFile",
        "Subtype" => Object::Name(attachment.media.into()),
        "Params" => dictionary! { "Size" => size, "ModDate" => pdf_date(about) },
    };
    let stream = graph.add_object(Stream::new(stream, attachment.bytes.clone()));
    let file = graph.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(attachment.name),
        "UF" => text_string(attachment.name),
        "Desc" => text_string(&attachment.title),
        "AFRelationship" => "Data",
        "EF" => dictionary! { "F" => stream, "UF" => stream },
    });
    let named = vec![Object::string_literal(attachment.name), file.into()];
    let catalog = catalog(graph)?;
    catalog.set("AF", vec![file.into()]);
    catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => named } });
    Ok(())
}
