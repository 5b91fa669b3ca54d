//! `/verifikasi` and the address behind a permit's QR code: is this permit genuine, and is it in force?

use rocket::form::Form;
use rocket::http::Status;
use rocket::{Route, get, post, routes};
use serde::Serialize;

use crate::messages::{self, FieldFault, Lang, plain, text};
use crate::permits::{self, LetterCheck, PermitCheck, Standing};
use crate::web::app::App;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, field_lines};
use crate::web::permits::api_public::{today, type_name};
use crate::web::permits::upload::{self, Sent};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the check page.
pub fn routes() -> Vec<Route> {
    routes![empty, by_number, by_file, by_typed_code, by_code, letter]
}

/// The check page, empty or with an answer.
#[derive(Default, Serialize)]
pub struct CheckPage {
    number: String,
    name: String,
    errors: Vec<FieldLine>,
    answer: Option<AnswerView>,
}

#[derive(Serialize)]
struct AnswerView {
    kind: &'static str,
    title: String,
    text: String,
    facts: Vec<(String, String)>,
}

impl Page for CheckPage {
    const TEMPLATE: &'static str = "permits/check.html";

    fn samples() -> Vec<Self> {
        let answer = |kind, title: &str, facts: &[(&str, &str)]| AnswerView {
            kind,
            title: title.into(),
            text: "Data ini dari register izin.".into(),
            facts: facts.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
        };
        let good = answer("ok", "Izin ini asli dan berlaku", &[("Nomor", "503/0001/SIPB/DPMPTSP/2026")]);
        let wrong = CheckPage {
            number: "503".into(),
            errors: vec![FieldLine { field: "name".into(), message: "Isi nama.".into() }],
            ..CheckPage::default()
        };
        let bad = answer("late", "Tidak ditemukan", &[]);
        vec![
            CheckPage::default(),
            CheckPage { answer: Some(good), ..CheckPage::default() },
            CheckPage { answer: Some(bad), ..CheckPage::default() },
            wrong,
        ]
    }
}

#[get("/verifikasi")]
fn empty(visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&CheckPage::default())
}

#[post("/verifikasi", data = "<posted>")]
async fn by_number(posted: Posted, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (number, name) = (posted.get("number").to_owned(), posted.get("name").to_owned());
    let empty = [("number", &number), ("name", &name)].into_iter().filter(|(_, typed)| typed.is_empty());
    let faults: Vec<FieldFault> = empty.map(|(field, _)| FieldFault::new(field, "required")).collect();
    if !faults.is_empty() {
        let page = CheckPage { number, name, errors: field_lines(&faults, visit.lang), answer: None };
        return Ok(visit.page(&page)?.with_status(Status::UnprocessableEntity));
    }
    let app = visit.app;
    let found = permits::check_number(&mut app.db.read().await?, &number, &name).await?;
    let answer = match &found {
        Some(check) if check.name_matches => by_name(check.permit.standing(today(app)), &number, visit.lang),
        Some(_) | None => unknown("check.no_match", visit.lang),
    };
    visit.page(&CheckPage { number, name, errors: vec![], answer: Some(answer) })
}

#[post("/verifikasi/berkas", data = "<sent>")]
async fn by_file(sent: Form<Sent<'_>>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.check_form_token(sent.csrf)?;
    let (bytes, _) = upload::read(&sent).await?;
    let mut tx = visit.app.db.read().await?;
    if let Some(letter) = permits::check_letter(&mut tx, &bytes).await? {
        return letter_answer(&visit, &letter, "outgoing.check_file");
    }
    let found = permits::check_pdf(&mut tx, visit.app.keys.papers().trusted(), &bytes).await?;
    answer(&visit, found.as_ref(), "check.other_file")
}

/// What a scanner read from the QR code.
#[post("/verifikasi/kode", data = "<posted>")]
async fn by_typed_code(posted: Posted, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let found = permits::check_token(&mut visit.app.db.read().await?, &visit.app.keys, posted.get("code")).await?;
    answer(&visit, found.as_ref(), "check.forged")
}

/// Behind the QR code. The whole content is checked, not only the id.
#[get("/V/<id>/<token>")]
async fn by_code(id: &str, token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let app = visit.app;
    let scanned = format!("/V/{id}/{token}");
    let found = permits::check_token(&mut app.db.read().await?, &app.keys, &scanned).await?;
    answer(&visit, found.as_ref(), "check.forged")
}

/// Behind the code of a letter: which one it is. The paper in the hand is compared with it.
#[get("/surat/<short_id>")]
async fn letter(short_id: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    match permits::find_letter(&mut visit.app.db.read().await?, short_id).await? {
        Some(letter) => letter_answer(&visit, &letter, "outgoing.check_code"),
        None => answer(&visit, None, "outgoing.check_unknown"),
    }
}

fn letter_answer(visit: &Visit<'_>, check: &LetterCheck, words: &str) -> Result<Rendered, Problem> {
    let (lang, letter) = (visit.lang, &check.letter);
    let label = |key: &str| plain(lang, &format!("check.{key}"));
    let catalogue = visit.app.catalogue();
    let service = catalogue.find(&check.service).map(|found| found.service.name.of(lang).to_owned());
    let facts = vec![
        (plain(lang, "outgoing.check_kind"), letter.kind.words(lang)),
        (label("number"), letter.number.clone()),
        (plain(lang, "outgoing.check_dated"), messages::date(lang, letter.dated)),
        (plain(lang, "outgoing.check_about"), service.unwrap_or_else(|| check.service.clone())),
        (plain(lang, "outgoing.check_whom"), check.initials.clone()),
    ];
    let (title, text) = (plain(lang, "outgoing.check_title"), plain(lang, words));
    visit.page(&CheckPage { answer: Some(AnswerView { kind: "ok", title, text, facts }), ..CheckPage::default() })
}

fn answer(visit: &Visit<'_>, found: Option<&PermitCheck>, not_found: &str) -> Result<Rendered, Problem> {
    let answer = found.and_then(|check| genuine(visit.app, check, visit.lang));
    let answer = answer.unwrap_or_else(|| unknown(not_found, visit.lang));
    visit.page(&CheckPage { answer: Some(answer), ..CheckPage::default() })
}

fn genuine(app: &App, check: &PermitCheck, lang: Lang) -> Option<AnswerView> {
    let permit = &check.permit;
    let standing = permit.standing(today(app))?;
    let label = |key: &str| plain(lang, &format!("check.{key}"));
    let until = permit.valid_until.map_or_else(|| plain(lang, "paper.permanent"), |day| messages::date(lang, day));
    let mut facts = vec![
        (label("number"), permit.number.clone()),
        (label("type"), type_name(app, permit, lang)),
        (label("holder"), check.initials.clone()),
        (label("issued_on"), messages::date(lang, permit.issued_on)),
        (label("valid_until"), until),
        (label("status"), plain(lang, &format!("standing.{standing}"))),
    ];
    facts.extend(permit.replaced_by.clone().map(|number| (label("replaced_by"), number)));
    if let Some(signer) = &check.national {
        let words = text(lang, "esign.check_both", &[("signer", signer.clone())]);
        facts.push((plain(lang, "esign.check_label"), words));
    }
    Some(AnswerView { facts, ..standing_answer(standing, lang) })
}

fn by_name(standing: Option<Standing>, number: &str, lang: Lang) -> AnswerView {
    let Some(standing) = standing else { return unknown("check.no_match", lang) };
    let words = text(lang, "check.matches", &[("number", number.to_owned())]);
    AnswerView { text: words, ..standing_answer(standing, lang) }
}

fn standing_answer(standing: Standing, lang: Lang) -> AnswerView {
    let kind = match standing {
        Standing::Valid => "ok",
        Standing::Expired => "wait",
        Standing::Suspended | Standing::Revoked | Standing::Superseded => "late",
    };
    let title = plain(lang, &format!("check.title_{standing}"));
    AnswerView { kind, title, text: plain(lang, "check.source"), facts: Vec::new() }
}

fn unknown(key: &str, lang: Lang) -> AnswerView {
    AnswerView { kind: "late", title: plain(lang, "check.title_unknown"), text: plain(lang, key), facts: Vec::new() }
}
