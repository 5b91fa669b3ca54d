//! What the page writer leaves out: language, properties, identifiers, archive profile, tags and the place of the seal.

use aws_lc_rs::digest::{Context, SHA256};
use lopdf::{Dictionary, Document, Object, StringFormat, dictionary, text_string};

use super::{About, Profile, Tagged, archive, place, tags};
use crate::documents::PaperError;

/// Language of the paper (BCP 47).
pub(super) const LANGUAGE: &str = "id-ID";
pub(super) const CREATOR: &str = "Loket";
pub(super) const PRODUCER: &str = concat!("Loket ", env!("CARGO_PKG_VERSION"));

/// Completes the object graph before it is compressed and saved.
///
/// # Errors
/// [`PaperError::Writer`] when the graph is not the one of the page writer.
pub fn finish(graph: &mut Document, tagged: &Tagged, about: &About) -> Result<(), PaperError> {
    graph.version = match about.print.profile {
        Profile::A2u | Profile::A3u => "1.7",
        Profile::A1b => "1.4",
    }
    .to_owned();
    archive::add(graph, about)?;
    tags::add(graph, tagged)?;
    if let Some(room) = about.print.room {
        place::add(graph, about, room)?;
    }
    let catalog = catalog(graph)?;
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

/// The catalogue of the file.
pub(super) fn catalog(graph: &mut Document) -> Result<&mut Dictionary, PaperError> {
    graph.catalog_mut().map_err(|error| PaperError::Writer(error.to_string()))
}

/// The moment a file tells, as ISO 32000-1, 7.9.4 writes it.
pub(super) fn pdf_date(about: &About) -> Object {
    Object::string_literal(about.print.made_at.format("D:%Y%m%d%H%M%SZ").to_string())
}

fn properties(about: &About) -> Dictionary {
    dictionary! {
        "Title" => text_string(&about.title),
        "Author" => text_string(about.author),
        "Creator" => text_string(CREATOR),
        "Producer" => text_string(PRODUCER),
        "CreationDate" => pdf_date(about),
        "ModDate" => pdf_date(about),
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
    digest.update(&about.print.made_at.timestamp_micros().to_be_bytes());
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
