//! Files a clerk's computer must never be shown: made here, none is kept in the repository.

use std::io::{Cursor, Write};

use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat};

/// One hostile file, and what has to become of it.
pub struct Hostile {
    pub name: String,
    pub bytes: Vec<u8>,
    pub fate: Fate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// 422 with this code of the field `file`, or 413.
    Refused(&'static str),
    /// Kept, but what was hostile in it is gone, or it is only ever saved and never shown.
    Neutral,
}

/// What must not be found in a picture that was kept.
pub const TRACES: [&[u8]; 6] = [b"<script", b"PK\x03\x04", b"X5O!P%@AP", b"<?php", b"Exif", b"GPS DATA UJI"];

const EICAR: &[u8] = br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";
const SCRIPT: &[u8] = b"<script>alert(document.cookie)</script>";

pub fn packed(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub fn pdf(body: &[u8]) -> Vec<u8> {
    [b"%PDF-1.7\n".as_slice(), body, b"\nstartxref\n0\n%%EOF\n"].concat()
}

fn pdf_with(dictionary: &str, content: &[u8]) -> Vec<u8> {
    let head = format!("1 0 obj\n<< {dictionary} /Length {} >>\nstream\n", content.len());
    pdf(&[head.as_bytes(), content, b"\nendstream\nendobj"].concat())
}

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    DynamicImage::new_rgb8(60, 40).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(&[kind.as_slice(), content].concat());
    let length = u32::try_from(content.len()).unwrap().to_be_bytes();
    [length.as_slice(), kind, content, &crc.sum().to_be_bytes()].concat()
}

/// A PNG whose head promises a size, with these further chunks before its pixels.
fn png(width: u32, height: u32, further: &[Vec<u8>], pixels: &[u8]) -> Vec<u8> {
    let head = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let parts = [b"\x89PNG\r\n\x1a\n".to_vec(), chunk(b"IHDR", &head), further.concat(), chunk(b"IDAT", pixels)];
    [parts.concat(), chunk(b"IEND", &[])].concat()
}

/// A JPEG whose head promises another size than it has.
fn jpeg_of_size(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = picture(ImageFormat::Jpeg);
    let at = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    bytes[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    bytes[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    bytes
}

/// A JPEG with a segment behind its first mark.
fn jpeg_with(mark: u8, content: &[u8]) -> Vec<u8> {
    let whole = picture(ImageFormat::Jpeg);
    let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
    [&whole[..2], &[0xff, mark], &length, content, &whole[2..]].concat()
}

/// The camera's notes: turned by a quarter, and where it was taken.
pub fn jpeg_with_place() -> Vec<u8> {
    let mut notes = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    notes.extend(b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0");
    notes.extend(b"\x01\x0e\0\x02\0\0\0\x0d\0\0\0\x26");
    notes.extend(b"\0\0\0\0");
    notes.extend(b"GPS DATA UJI\0");
    jpeg_with(0xe1, &notes)
}

fn many_passes() -> Vec<u8> {
    let whole = picture(ImageFormat::Jpeg);
    let at = whole.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
    let scan = &whole[at..whole.len() - 2];
    [&whole[..at], &scan.repeat(500), b"\xff\xd9"].concat()
}

fn refused(code: &'static str, list: &[(&str, &[u8])]) -> Vec<Hostile> {
    let one = |(name, bytes): &(&str, &[u8])| Hostile {
        name: (*name).to_owned(),
        bytes: bytes.to_vec(),
        fate: Fate::Refused(code),
    };
    list.iter().map(one).collect()
}

fn neutral(list: Vec<(&str, Vec<u8>)>) -> Vec<Hostile> {
    list.into_iter().map(|(name, bytes)| Hostile { name: name.to_owned(), bytes, fate: Fate::Neutral }).collect()
}

/// Everything, at least sixty.
pub fn corpus() -> Vec<Hostile> {
    let names = [
        "../../../../etc/passwd",
        "..\\\\..\\\\windows\\\\system32\\\\a.pdf",
        "/dev/null",
        "surat.pdf.exe",
        "x'><img src=y onerror=alert(1)>.pdf",
        "%00.pdf",
        "CON",
        ".htaccess",
    ];
    let named = names.iter().map(|name| Hostile {
        name: (*name).to_owned(),
        bytes: pdf(b"1 0 obj << /Type /Catalog >> endobj"),
        fate: Fate::Neutral,
    });
    [other_kinds(), broken_pdfs(), active_pdfs(), swollen(), broken_pictures(), two_faced(), named.collect()]
        .into_iter()
        .flatten()
        .collect()
}

fn other_kinds() -> Vec<Hostile> {
    let late_pdf = [SCRIPT, &pdf(b"")].concat();
    let marked_pdf = [b"\xef\xbb\xbf", pdf(b"").as_slice()].concat();
    let zip_first = [b"PK\x03\x04\x14\0\0\0", pdf(b"").as_slice()].concat();
    refused(
        "file-kind",
        &[
            ("laman.pdf", b"<!doctype html><html><script>alert(1)</script></html>"),
            ("gambar.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
            ("gambar.png", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'><script/></svg>"),
            ("luar.xml", b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
            ("arsip.pdf", b"PK\x03\x04\x14\0\0\0\x08\0"),
            ("kosong.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
            ("surat.docx", b"PK\x03\x04\x14\0\0\0\x08\0....word/vbaProject.bin"),
            ("program.pdf", b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff"),
            ("program.jpg", b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0"),
            ("jalan.sh", b"#!/bin/sh\nrm -rf /\n"),
            ("laman.php", b"<?php system($_GET['c']); ?>"),
            ("gambar.gif", b"GIF89a\x01\0\x01\0\0\0\0;"),
            ("naskah.gif", b"GIF89a/*\x01\0*/=1;alert(1)//"),
            ("gambar.bmp", b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"),
            ("gambar.tiff", b"II*\0\x08\0\0\0\0\0"),
            ("gambar.webp", b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0"),
            ("gambar.ico", b"\0\0\x01\0\x01\0\x10\x10\0\0"),
            ("gambar.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
            ("film.mp4", b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom"),
            ("arsip.rar", b"Rar!\x1a\x07\x01\0"),
            ("arsip.7z", b"7z\xbc\xaf\x27\x1c\0\x04"),
            ("arsip.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03"),
            ("surat.rtf", b"{\\rtf1{\\object\\objocx}}"),
            ("surat.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0\0\0"),
            ("pintas.lnk", b"L\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0F"),
            ("daftar.csv", b"=HYPERLINK(\"http://x\",\"y\")"),
            ("laman16.html", b"\xff\xfe<\0s\0c\0r\0i\0p\0t\0>\0"),
            ("surat.mht", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n"),
            ("eicar.com", EICAR),
            ("eicar.pdf", EICAR),
            ("satu.pdf", b"%"),
            ("terlambat.pdf", &late_pdf),
            ("tanda.pdf", &marked_pdf),
            ("zip-dahulu.pdf", &zip_first),
        ],
    )
    .into_iter()
    .chain(refused("file-empty", &[("kosong.pdf", b"")]))
    .chain(refused("file-too-large", &[("besar.pdf", &vec![b'%'; 10 * 1024 * 1024 + 1])]))
    .collect()
}

fn broken_pdfs() -> Vec<Hostile> {
    let whole = pdf(&[b'%'; 4000]);
    let long_after = [pdf(b"").as_slice(), &[b'A'; 2000]].concat();
    let zip_after = pdf(b"PK\x03\x04\x14\0\0\0PK\x05\x06\0\0\0\0\0\0");
    refused(
        "file-cut-off",
        &[("kepala.pdf", b"%PDF-1.7"), ("terpotong.pdf", &whole[..2000]), ("buntut.pdf", &long_after)],
    )
    .into_iter()
    .chain(refused("file-double", &[("zip.pdf", &zip_after)]))
    .chain(refused("file-locked", &[("terkunci.pdf", &pdf(b"trailer << /Encrypt 5 0 R >>"))]))
    .collect()
}

fn active_pdfs() -> Vec<Hostile> {
    let hidden = packed(b"1 0 2 30 << /S /JavaScript /JS (app.alert\\(1\\)) >>");
    refused(
        "file-active",
        &[
            ("naskah.pdf", &pdf(b"<< /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>")),
            ("naskah-samar.pdf", &pdf(b"<< /S /J#61vaScr#69pt >>")),
            ("naskah-terbungkus.pdf", &pdf_with("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", &hidden)),
            ("naskah-tanpa-jenis.pdf", &pdf_with("/Filter [/FlateDecode]", &hidden)),
            ("naskah-heks.pdf", &pdf_with("/Type /ObjStm /Filter /ASCIIHexDecode", b"2F4C61756E6368>")),
            ("jalankan.pdf", &pdf(b"<< /OpenAction << /S /Launch /F (cmd.exe) >> >>")),
            ("lampiran.pdf", &pdf(b"<< /Names << /EmbeddedFiles << /Names [(a.exe) 5 0 R] >> >> >>")),
            ("isi-lampiran.pdf", &pdf_with("/Type /EmbeddedFile", b"MZ")),
            ("film.pdf", &pdf(b"<< /Subtype /RichMedia >>")),
            ("putar.pdf", &pdf(b"<< /S /Rendition /JS (x) >>")),
            ("formulir.pdf", &pdf(b"<< /AcroForm << /XFA 9 0 R >> >>")),
            ("kirim.pdf", &pdf(b"<< /S /SubmitForm /F (http://x) >>")),
            ("ambil.pdf", &pdf(b"<< /S /ImportData /F (x) >>")),
            ("lompat.pdf", &pdf(b"<< /S /GoToE /F (x) >>")),
        ],
    )
}

fn swollen() -> Vec<Hostile> {
    let large = packed(&vec![0; 70 * 1024 * 1024]);
    let many: Vec<u8> = (0..9)
        .flat_map(|_| {
            let half = packed(&vec![0; 30 * 1024 * 1024]);
            [b"1 0 obj << /Filter /FlateDecode >>\nstream\n".as_slice(), &half, b"\nendstream endobj\n"].concat()
        })
        .collect();
    refused(
        "file-swollen",
        &[
            ("bom.pdf", &pdf_with("/Filter /FlateDecode", &large)),
            ("bom-banyak.pdf", &pdf(&many)),
            ("aliran.pdf", &pdf(&b"stream\n".repeat(60_000))),
        ],
    )
    .into_iter()
    .chain(refused(
        "picture-too-large",
        &[
            ("banjir.jpg", &jpeg_of_size(65_500, 65_500)),
            ("banjir.png", &png(65_500, 65_500, &[], &packed(&[0; 64]))),
            ("banjir-lebar.png", &png(4_000_000, 1, &[], &packed(&[0; 64]))),
            ("banjir-padat.png", &png(10_000, 10_000, &[], &packed(&vec![0; 10_001 * 1000]))),
            ("banjir-lebar.jpg", &jpeg_of_size(65_500, 1)),
        ],
    ))
    .collect()
}

fn broken_pictures() -> Vec<Hostile> {
    let (jpeg, whole) = (picture(ImageFormat::Jpeg), picture(ImageFormat::Png));
    let mut wrong_sum = whole.clone();
    wrong_sum[30] ^= 0xff;
    refused(
        "file-picture",
        &[
            ("terpotong.jpg", &jpeg[..60]),
            ("terpotong.png", &whole[..45]),
            ("salah-jumlah.png", &wrong_sum),
            ("tanpa-ukuran.png", &png(0, 0, &[], &packed(&[0]))),
            ("kosong.jpg", &[b"\xff\xd8\xff".as_slice(), &[0xff; 300]].concat()),
            ("tanda.jpg", b"\xff\xd8\xff\xd9"),
            ("lapis.jpg", &many_passes()),
        ],
    )
}

/// Pictures and papers that are something else as well.
fn two_faced() -> Vec<Hostile> {
    let (jpeg, whole) = (picture(ImageFormat::Jpeg), picture(ImageFormat::Png));
    let grey = packed(&[0; 61 * 40]);
    let text = |content: &[u8]| chunk(b"tEXt", &[b"Comment\0", content].concat());
    let bomb = |kind: &[u8; 4], head: &[u8]| chunk(kind, &[head, &packed(&vec![b'A'; 40 * 1024 * 1024])].concat());
    neutral(vec![
        ("naskah.jpg", jpeg_with(0xfe, SCRIPT)),
        ("naskah-akhir.jpg", [jpeg.as_slice(), SCRIPT].concat()),
        ("arsip.jpg", [jpeg.as_slice(), b"PK\x03\x04\x14\0\0\0"].concat()),
        ("eicar.jpg", [jpeg.as_slice(), EICAR].concat()),
        ("php.jpg", jpeg_with(0xfe, b"<?php system('id'); ?>")),
        ("tempat.jpg", jpeg_with_place()),
        ("naskah.png", png(60, 40, &[text(SCRIPT)], &grey)),
        ("php.png", [whole.as_slice(), b"<?php system('id'); ?>"].concat()),
        ("arsip.png", [whole.as_slice(), b"PK\x03\x04\x14\0\0\0"].concat()),
        ("bom-teks.png", png(60, 40, &[bomb(b"zTXt", b"Comment\0\0")], &grey)),
        ("bom-warna.png", png(60, 40, &[bomb(b"iCCP", b"Profile\0\0")], &grey)),
        ("laman.pdf", pdf(SCRIPT)),
        ("eicar-dalam.pdf", pdf(EICAR)),
        ("php.pdf", pdf(b"<?php system('id'); ?>")),
    ])
}
