//! Every paper is an archive file (PDF/A-2u) with a structure a screen reader can follow.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use loket::documents::{Print, Profile, permit, receipt, ticket_slip};
use lopdf::{Dictionary, Document, Object};

use crate::support::papers::{ask, certificate, decree, path, receipt_sheet, run, signing_day, skip, slip};

/// The classes of the free validator for PDF/A-1b, as Debian installs them.
const VALIDATOR: [&str; 8] =
    ["preflight", "pdfbox2", "xmpbox", "fontbox2", "commons-io", "commons-logging", "javax.activation", "jaxb-api"];

/// Every template, printed in a profile.
fn papers(profile: Profile) -> Vec<(&'static str, Vec<u8>)> {
    let plain = Print { profile, ..Print::from(signing_day()) };
    let sealed = Print { room: Some(2048), ..plain };
    let mut long = decree();
    long.considering = vec![long.considering[0].clone(); 30];
    vec![
        ("certificate", permit(&certificate(), sealed).unwrap()),
        ("decree", permit(&decree(), sealed).unwrap()),
        ("decree of several pages", permit(&long, sealed).unwrap()),
        ("permit that is never sealed", permit(&certificate(), plain).unwrap()),
        ("receipt", receipt(&receipt_sheet(), plain).unwrap()),
        ("slip", ticket_slip(&slip(), plain).unwrap()),
    ]
}

fn validate(pdf: &[u8]) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("paper.pdf");
    std::fs::write(&file, pdf).unwrap();
    let jars = VALIDATOR.map(|jar| format!("/usr/share/java/{jar}.jar"));
    if let Some(missing) = jars.iter().find(|jar| !Path::new(jar).exists()) {
        skip(&format!("PDF/A-1b validator: {missing} is missing"));
        return None;
    }
    let class = "org.apache.pdfbox.preflight.Validator_A1b";
    match Command::new("java").args(["-cp", &jars.join(":"), class, path(&file)]).output() {
        Ok(output) => {
            Some(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
        }
        Err(error) => {
            skip(&format!("java: {error}"));
            None
        }
    }
}

#[test]
fn the_older_twin_of_every_template_is_valid_pdf_a() {
    for (name, pdf) in papers(Profile::A1b) {
        let Some(verdict) = validate(&pdf) else { return };
        assert!(verdict.contains("is a valid PDF/A-1b file"), "{name}: {verdict}");
    }
    let mut bare = Document::load_mem(&papers(Profile::A1b).remove(0).1).unwrap();
    bare.catalog_mut().unwrap().remove(b"OutputIntents");
    let mut bytes = Vec::new();
    bare.save_to(&mut bytes).unwrap();
    let verdict = validate(&bytes).unwrap();
    assert!(
        !verdict.contains("is a valid PDF/A-1b file"),
        "the validator would see colours without meaning: {verdict}"
    );
}

#[test]
fn every_template_is_a_clean_file_with_all_fonts_embedded() {
    for (name, pdf) in papers(Profile::A2u) {
        let Some(verdict) = ask("qpdf", &pdf, &["--check"]) else { return };
        assert!(verdict.contains("No syntax or stream encoding errors found"), "{name}: {verdict}");
        let Some(fonts) = ask("pdffonts", &pdf, &[]) else { return };
        for font in fonts.lines().skip(2) {
            let columns: Vec<&str> = font.split_whitespace().collect();
            let [.., embedded, subset, unicode, _, _] = columns[..] else { panic!("{font}") };
            assert_eq!((embedded, subset, unicode), ("yes", "yes", "yes"), "{name}: {font}");
        }
    }
}

#[test]
fn the_twins_differ_in_nothing_a_reader_sees() {
    let (new, old) = (papers(Profile::A2u), papers(Profile::A1b));
    for ((name, new), (_, old)) in new.iter().zip(&old) {
        let pages = |pdf: &[u8]| {
            let document = Document::load_mem(pdf).unwrap();
            let pages = document.get_pages().into_values();
            pages.map(|page| document.get_page_content(page)).collect::<Vec<_>>()
        };
        assert_eq!(pages(new), pages(old), "{name}");
        assert!(new.starts_with(b"%PDF-1.7") && old.starts_with(b"%PDF-1.4"), "{name}");
    }
}

#[test]
fn the_metadata_name_the_profile_and_no_person() {
    let sheet = certificate();
    let pdf = permit(&sheet, signing_day()).unwrap();
    let document = Document::load_mem(&pdf).unwrap();
    let catalog = document.catalog().unwrap();
    let metadata = document.dereference(catalog.get(b"Metadata").unwrap()).unwrap().1.as_stream().unwrap();
    let text = String::from_utf8(metadata.content.clone()).unwrap();
    assert!(text.contains("<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"), "{text}");
    assert!(text.contains("SURAT IZIN PRAKTIK APOTEKER 503/0188/SIPA/DPMPTSP/2026"));
    let everything = String::from_utf8_lossy(&pdf).into_owned() + &text;
    for person in [sheet.holder_name.as_str(), "Nurhaliza", "1607 0141 1292 0003", &sheet.signer.name] {
        assert!(!everything.contains(person), "{person:?} stands in the file outside its pages");
    }
}

#[test]
fn an_office_that_wants_it_attaches_the_words_of_the_permit_for_programs() {
    for sheet in [certificate(), decree()] {
        let print = Print { profile: Profile::A3u, room: Some(2048), ..Print::from(signing_day()) };
        let pdf = permit(&sheet, print).unwrap();
        assert_eq!(pdf, permit(&sheet, print).unwrap(), "the same sheet gives the same bytes");
        let Some(verdict) = ask("qpdf", &pdf, &["--check"]) else { return };
        assert!(verdict.contains("No syntax or stream encoding errors found"), "{verdict}");
        let document = Document::load_mem(&pdf).unwrap();
        let catalog = document.catalog().unwrap();
        let metadata = document.dereference(catalog.get(b"Metadata").unwrap()).unwrap().1.as_stream().unwrap();
        let metadata = String::from_utf8_lossy(&metadata.content);
        assert!(metadata.contains("<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"));
        let file = catalog.get(b"AF").unwrap().as_array().unwrap()[0].as_reference().unwrap();
        let relation = document.get_dictionary(file).unwrap().get(b"AFRelationship").unwrap().as_name().unwrap();
        assert_eq!(relation, b"Data");
        let Some(words) = detached(&pdf) else { return };
        assert_eq!(words["shape"], "loket/permit/1");
        assert_eq!(words["number"], sheet.number.as_str());
        assert_eq!(words["holder"], sheet.holder_name.as_str());
        assert_eq!(words["qr"], sheet.qr_payload.as_str());
        let fields = words["fields"].as_array().unwrap();
        let said: Vec<_> = fields.iter().map(|field| (field["label"].as_str(), field["value"].as_str())).collect();
        let printed: Vec<_> = sheet.rows.iter().map(|(label, value)| (Some(&**label), Some(&**value))).collect();
        assert_eq!(said, printed);
        assert!(words["photo_jpeg"].is_null());
    }
    let plain = permit(&certificate(), signing_day()).unwrap();
    assert!(!String::from_utf8_lossy(&plain).contains("izin.json"), "nothing is attached unless it is wanted");
}

/// What a reader takes out of the file under its name.
fn detached(pdf: &[u8]) -> Option<serde_json::Value> {
    let folder = tempfile::tempdir().unwrap();
    let (paper, words) = (folder.path().join("paper.pdf"), folder.path().join("izin.json"));
    std::fs::write(&paper, pdf).unwrap();
    run("pdfdetach", &["-savefile", "izin.json", "-o", path(&words), path(&paper)])?;
    Some(serde_json::from_slice(&std::fs::read(words).unwrap()).unwrap())
}

/// The elements of the structure in reading order, as `role` or `role: alternative text`.
fn outline(document: &Document) -> Vec<String> {
    let catalog = document.catalog().unwrap();
    let root = document.dereference(catalog.get(b"StructTreeRoot").unwrap()).unwrap().1.as_dict().unwrap();
    let mut lines = Vec::new();
    walk(document, root, &mut lines);
    lines
}

fn walk(document: &Document, element: &Dictionary, lines: &mut Vec<String>) {
    if let Ok(role) = element.get(b"S").and_then(Object::as_name) {
        let role = String::from_utf8_lossy(role).into_owned();
        let alt = element.get(b"Alt").ok().map(|alt| lopdf::decode_text_string(alt).unwrap());
        lines.push(alt.map_or(role.clone(), |alt| format!("{role}: {alt}")));
    }
    let kids = match element.get(b"K") {
        Ok(Object::Array(kids)) => kids.clone(),
        Ok(kid) => vec![kid.clone()],
        Err(_) => Vec::new(),
    };
    for kid in kids {
        if let Ok(kid) = document.dereference(&kid).unwrap().1.as_dict() {
            walk(document, kid, lines);
        }
    }
}

#[test]
fn a_screen_reader_finds_heading_table_and_what_the_pictures_show() {
    let document = Document::load_mem(&permit(&certificate(), signing_day()).unwrap()).unwrap();
    let catalog = document.catalog().unwrap();
    assert_eq!(catalog.get(b"Lang").unwrap().as_str().unwrap(), b"id-ID");
    let outline = outline(&document);
    assert_eq!(outline[0], "Document");
    let count = |role: &str| outline.iter().filter(|line| *line == role).count();
    assert_eq!((count("H1"), count("Table")), (1, 1));
    let rows = certificate().rows.len() + 1;
    assert_eq!((count("TR"), count("TH"), count("TD")), (rows, rows, rows));
    let figures: Vec<&String> = outline.iter().filter(|line| line.starts_with("Figure")).collect();
    assert_eq!(figures.len(), 2, "{figures:?}");
    assert_eq!(figures[0], "Figure: Pas foto pemegang izin");
    assert!(figures[1].starts_with("Figure: Pindai untuk memeriksa keaslian https://"), "{figures:?}");
}

#[test]
fn every_marked_content_belongs_to_one_element_and_nothing_stands_outside() {
    for (name, pdf) in papers(Profile::A2u) {
        let document = Document::load_mem(&pdf).unwrap();
        for page in document.get_pages().into_values() {
            let content = document.get_and_decode_page_content(page).unwrap();
            let mut depth = 0;
            let mut numbers = BTreeSet::new();
            for operation in &content.operations {
                match operation.operator.as_str() {
                    "BMC" => depth += 1,
                    "BDC" => {
                        depth += 1;
                        if let Ok(number) = operation.operands[1].as_dict().unwrap().get(b"MCID") {
                            assert!(numbers.insert(number.as_i64().unwrap()), "{name}: used twice");
                        }
                    }
                    "EMC" => depth -= 1,
                    "Tj" | "TJ" | "f" | "S" | "Do" => assert!(depth > 0, "{name}: {operation:?} is not marked"),
                    _ => {}
                }
            }
            assert_eq!(depth, 0, "{name}");
            assert!(numbers.iter().copied().eq(0..numbers.len() as i64), "{name}: {numbers:?}");
        }
    }
}

#[test]
fn the_text_comes_out_in_reading_order() {
    let mut sheet = certificate();
    sheet.mark = None;
    let pdf = permit(&sheet, signing_day()).unwrap();
    let Some(text) = ask("pdftotext", &pdf, &["-"]) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let order = [
        sheet.letterhead.government.as_str(),
        sheet.title.last().unwrap(),
        &sheet.number,
        &sheet.basis[0][..30],
        &sheet.holder_name,
        &sheet.rows[0].1,
        &sheet.rows.last().unwrap().1[..10],
        &sheet.labels.made_in,
        &sheet.signer.name,
        &sheet.document_id,
    ];
    let mut from = 0;
    for words in order {
        let at = text[from..].find(words).unwrap_or_else(|| panic!("{words:?} does not follow in {text}"));
        from += at;
    }
}
