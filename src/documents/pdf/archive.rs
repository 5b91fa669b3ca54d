//! The archive profile (ISO 19005): metadata as XMP, the output colours, and for PDF/A-1 the list of glyphs.

use lopdf::{Document, Object, ObjectId, Stream, dictionary, text_string};

use super::finish::{CREATOR, LANGUAGE, PRODUCER, catalog};
use super::{About, Profile, icc};
use crate::documents::PaperError;

/// Adds what the profile of the print demands.
///
/// # Errors
/// [`PaperError::Writer`] when the graph has no catalogue, or a font without its file.
pub fn add(graph: &mut Document, about: &About) -> Result<(), PaperError> {
    let metadata = dictionary! { "Type" => "Metadata", "Subtype" => "XML" };
    // Metadata stand uncompressed, for programs that know nothing of PDF.
    let metadata = graph.add_object(Stream::new(metadata, packet(about).into_bytes()).with_compression(false));
    let colours = graph.add_object(Stream::new(dictionary! { "N" => 3 }, icc::srgb()));
    let intent = dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => text_string("sRGB"),
        "Info" => text_string("sRGB (IEC 61966-2-1)"),
        "DestOutputProfile" => colours,
    };
    let catalog = catalog(graph)?;
    catalog.set("Metadata", metadata);
    catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
    match about.print.profile {
        Profile::A2u | Profile::A3u => Ok(()),
        Profile::A1b => list_glyphs(graph),
    }
}

/// The same statements as in the document information, as XMP; never personal data.
fn packet(about: &About) -> String {
    let (part, level) = match about.print.profile {
        Profile::A2u => (2, "U"),
        Profile::A3u => (3, "U"),
        Profile::A1b => (1, "B"),
    };
    let (title, author) = (escaped(&about.title), escaped(about.author));
    let date = about.print.made_at.format("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">\
<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{level}</pdfaid:conformance></rdf:Description>\n\
<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:format>application/pdf</dc:format>\
<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>\
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>\
<dc:language><rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag></dc:language></rdf:Description>\n\
<rdf:Description rdf:about=\"\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\"><xmp:CreatorTool>{CREATOR}</xmp:CreatorTool>\
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate></rdf:Description>\n\
<rdf:Description rdf:about=\"\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\">\
<pdf:Producer>{PRODUCER}</pdf:Producer></rdf:Description>\n\
</rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>",
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// PDF/A-1 (ISO 19005-1, 6.3.5) wants a list of the glyphs of each reduced font; all of them are there.
fn list_glyphs(graph: &mut Document) -> Result<(), PaperError> {
    for descriptor in descriptors(graph) {
        let count = glyph_count(graph, descriptor)
            .ok_or_else(|| PaperError::Writer("a font descriptor without a font file".to_owned()))?;
        let list = graph.add_object(Stream::new(dictionary! {}, ones(count)));
        let descriptor = graph.get_dictionary_mut(descriptor).map_err(|error| PaperError::Writer(error.to_string()))?;
        descriptor.set("CIDSet", list);
    }
    Ok(())
}

fn descriptors(graph: &Document) -> Vec<ObjectId> {
    let objects = graph.objects.iter();
    let fonts = objects.filter(|(_, object)| object.as_dict().is_ok_and(|dict| dict.has_type(b"FontDescriptor")));
    fonts.map(|(id, _)| *id).collect()
}

/// The number of glyphs, from the `maxp` table of the font file.
fn glyph_count(graph: &Document, descriptor: ObjectId) -> Option<usize> {
    let file = graph.get_dictionary(descriptor).ok()?.get(b"FontFile2").ok()?.as_reference().ok()?;
    let font = &graph.get_object(file).ok()?.as_stream().ok()?.content;
    let tables = font.get(12..)?.chunks_exact(16);
    let entry = tables.into_iter().find(|entry| entry.starts_with(b"maxp"))?;
    let offset = u32::from_be_bytes(entry.get(8..12)?.try_into().ok()?);
    let count = font.get(usize::try_from(offset).ok()? + 4..)?.first_chunk()?;
    Some(u16::from_be_bytes(*count).into())
}

/// `count` one bits, the most significant first.
fn ones(count: usize) -> Vec<u8> {
    let mut bits = vec![0xFF; count / 8];
    if !count.is_multiple_of(8) {
        bits.push(0xFF << (8 - count % 8));
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_glyph_list_has_one_bit_for_each_glyph() {
        assert_eq!(ones(3), [0b1110_0000]);
        assert_eq!(ones(16), [0xFF, 0xFF]);
        assert_eq!(ones(17), [0xFF, 0xFF, 0x80]);
    }

    #[test]
    fn a_title_cannot_break_out_of_the_metadata() {
        assert_eq!(escaped("A & B </rdf:li>"), "A &amp; B &lt;/rdf:li&gt;");
    }
}
