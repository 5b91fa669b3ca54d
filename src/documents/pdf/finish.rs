//! What the page writer leaves out: language, properties, identifiers. Archive profile, tags
//! and the place for a signature are added to the object graph here as well.

use aws_lc_rs::digest::{Context, SHA256};
use lopdf::{Dictionary, Document, Object, StringFormat, dictionary, text_string};

use super::About;
use crate::documents::PaperError;

/// Language of the paper (BCP 47).
const LANGUAGE: &str = "id-ID";
const PRODUCER: &str = concat!("Loket ", env!("CARGO_PKG_VERSION"));

/// Completes the object graph before it is compressed and saved.
///
/// # Errors
/// [`PaperError::Writer`] when the graph has no catalogue.
pub fn finish(graph: &mut Document, about: &About) -> Result<(), PaperError> {
    graph.version = "1.7".to_owned();
    let catalog = graph.catalog_mut().map_err(|error| PaperError::Writer(error.to_string()))?;
    catalog.set("Lang", Object::string_literal(LANGUAGE));
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    let properties = graph.add_object(properties(about));
    graph.trailer.set("Info", properties);
    let ids = [permanent_id(about), content_id(graph, about)];
    graph.trailer.set("ID", ids.to_vec());
    graph.prune_objects();
    graph.renumber_objects();
    Ok(())
}

fn properties(about: &About) -> Dictionary {
    let made_at = about.made_at.format("D:%Y%m%d%H%M%SZ").to_string();
    dictionary! {
        "Title" => text_string(&about.title),
        "Author" => text_string(about.author),
        "Creator" => text_string("Loket"),
        "Producer" => text_string(PRODUCER),
        "CreationDate" => Object::string_literal(made_at.clone()),
        "ModDate" => Object::string_literal(made_at),
    }
}

/// The same in every edition of a document.
fn permanent_id(about: &About) -> Object {
    let mut digest = Context::new(&SHA256);
    digest.update(about.document_id.as_bytes());
    id_of(digest)
}

/// Different as soon as anything on a page is.
fn content_id(graph: &Document, about: &About) -> Object {
    let mut digest = Context::new(&SHA256);
    digest.update(about.document_id.as_bytes());
    digest.update(&about.made_at.timestamp_micros().to_be_bytes());
    for object in graph.objects.values() {
        if let Object::Stream(stream) = object {
            digest.update(&stream.content);
        }
    }
    id_of(digest)
}

fn id_of(digest: Context) -> Object {
    let digest = digest.finish();
    Object::String(digest.as_ref()[..16].to_vec(), StringFormat::Hexadecimal)
}
