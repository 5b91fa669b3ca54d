//! What every letter is told from: the file, the place in the register, who signs and in which language.

use serde_json::Value;

use super::Outgoing;
use crate::documents::{LetterSheet, RecordPart, RecordSheet, RecordSigner, SignerBlock};
use crate::identity::Officer;
use crate::messages::{self, Lang, plain, text};
use crate::permits::paper::{letterhead, mark, paper, signer};
use crate::permits::{ActRecord, FileView, Press};
use crate::population::Regions;
use crate::sites::Site;

/// A letter being written.
pub(in crate::permits) struct Telling<'a> {
    pub press: &'a Press,
    pub view: &'a FileView,
    pub letter: &'a Outgoing,
    pub officer: &'a Officer,
    pub site: &'a Site,
    /// Papers are Indonesian; an English one is a translation and says so.
    pub lang: Lang,
    /// The act it tells of, when that is one on the file.
    pub act: Option<&'a ActRecord>,
}

impl Telling<'_> {
    /// A text in the language of the letter.
    pub fn text(&self, key: &str, args: &[(&str, String)]) -> String {
        text(self.lang, key, args)
    }

    /// A text without arguments.
    pub fn plain(&self, key: &str) -> String {
        plain(self.lang, key)
    }

    /// What the public is told under.
    pub fn base(&self) -> &str {
        self.press.public_url.trim_end_matches('/')
    }

    /// The address behind the code on the paper: which letter this is.
    pub fn check_address(&self) -> String {
        format!("{}/surat/{}", self.base(), self.letter.short_id)
    }

    /// The service and what was asked for.
    pub fn service(&self) -> String {
        let kind = self.plain(&format!("kind.{}", self.view.file.kind));
        format!("{} ({kind})", self.view.rules.name.of(self.lang))
    }

    /// The applicant's address in one line.
    pub fn address(&self) -> String {
        Regions::in_force().full_address(&self.view.file.applicant.person.address())
    }

    /// Place and date of the letter.
    pub fn place_and_date(&self) -> String {
        format!("{}, {}", paper("place"), messages::date(self.lang, self.letter.dated))
    }

    /// What was stated with the act under a name.
    pub fn stated(&self, name: &str) -> String {
        let detail = self.act.map(|act| &act.detail);
        detail.and_then(|detail| detail.get(name)).and_then(Value::as_str).unwrap_or_default().to_owned()
    }

    /// Who signs. Who acted for somebody else signs so, also when that is over.
    pub fn signer(&self) -> SignerBlock {
        let block = signer(self.officer, self.letter.signed_acting.as_ref());
        let nip = if block.nip.is_empty() { String::new() } else { format!("{} {}", paper("nip"), block.nip) };
        let block = SignerBlock { nip, ..block };
        let title = self.act.and_then(|act| act.detail.get("acting")?.as_str()?.split_once(' '));
        match title {
            Some((prefix, position)) => {
                SignerBlock { acting: Some(prefix.to_owned()), position: position.to_owned(), ..block }
            }
            None => block,
        }
    }

    /// Says that the signature is electronic.
    fn sealed(&self) -> String {
        self.plain("outgoing.sealed")
    }

    /// A letter with its head, to be filled.
    pub fn letter_sheet(&self, subject: &str, more: Vec<(String, String)>) -> LetterSheet {
        let label = |key: &str| self.plain(&format!("letter_paper.{key}"));
        let number = (self.plain("outgoing.number_label"), self.letter.number.clone());
        let about = [(label("enclosure"), "–".to_owned()), (label("about"), subject.to_owned())];
        let name = self.view.file.applicant.person.name.clone();
        LetterSheet {
            letterhead: letterhead(),
            place_and_date: self.place_and_date(),
            head_lines: [number].into_iter().chain(more).chain(about).collect(),
            subject: subject.to_owned(),
            addressee: vec![label("to"), name, self.address()],
            opening: self.translation(),
            items: Vec::new(),
            closing: Vec::new(),
            ways: Vec::new(),
            farewell: vec![label("farewell"), self.sealed()],
            signer: self.signer(),
            scan: self.plain("outgoing.scan"),
            qr_payload: Some(self.check_address()),
            page: self.plain("paper.page"),
            document_id: format!("{} {}", self.letter.kind.words(self.lang), self.letter.number),
            mark: mark(self.press.demo),
        }
    }

    /// A paper with a title, to be filled; one alone signs it.
    pub fn record_sheet(&self) -> RecordSheet {
        let number = self.text("site_paper.number", &[("number", self.letter.number.clone())]);
        RecordSheet {
            letterhead: letterhead(),
            title: String::new(),
            number,
            opening: self.translation(),
            parts: Vec::new(),
            closing: vec![self.sealed()],
            place_and_date: self.place_and_date(),
            signers: vec![self.record_signer()],
            code: Some((self.check_address(), self.plain("outgoing.scan"))),
            photos_title: String::new(),
            photos: Vec::new(),
            page: self.plain("paper.page"),
            document_id: format!("{} {}", self.letter.kind.words(self.lang), self.letter.number),
            mark: mark(self.press.demo),
        }
    }

    fn record_signer(&self) -> RecordSigner {
        let by = self.signer();
        let below = [by.rank, by.nip].into_iter().filter(|line| !line.is_empty()).collect();
        RecordSigner { above: by.acting.into_iter().chain([by.position]).collect(), name: by.name, below }
    }

    /// A part with rows under a heading.
    pub fn part(&self, title: &str, rows: Vec<(String, String)>) -> RecordPart {
        RecordPart { title: self.plain(title), rows, ..RecordPart::default() }
    }

    /// The file in rows: who asks for what.
    pub fn file_rows(&self) -> Vec<(String, String)> {
        let label = |key: &str| self.plain(&format!("site_paper.{key}"));
        vec![
            (label("file"), self.view.file.code.text().to_owned()),
            (label("service"), self.service()),
            (label("applicant"), self.view.file.applicant.person.name.clone()),
            (label("address"), self.address()),
        ]
    }

    fn translation(&self) -> Vec<String> {
        match self.lang {
            Lang::Id => Vec::new(),
            Lang::En => vec![self.plain("outgoing.translation")],
        }
    }
}
