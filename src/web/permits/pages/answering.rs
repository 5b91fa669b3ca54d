//! `/perbaikan/{token}`: the applicant puts right what a return asks for. No account, no script; nothing of the file is
//! shown but what is asked about.

use rocket::form::Form;
use rocket::response::Redirect;
use rocket::{Either, Route, get, post, routes};
use serde::Serialize;

use super::Pill;
use super::fields::{FieldView, answer_field};
use crate::catalogue::Service;
use crate::db::{Fault, Outcome};
use crate::messages::{self, FieldFault, Lang, Refusal, plain};
use crate::permits::{self, Answering, Application, Correction, CorrectionItem, ItemKind};
use crate::web::app::App;
use crate::web::catalogue::requirement_address;
use crate::web::form::Posted;
use crate::web::page::{FieldLine, Page, Rendered, refusal_lines};
use crate::web::permits::upload::{self, Sent};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of the link.
pub fn routes() -> Vec<Route> {
    routes![show, answer, hand_in, send]
}

/// What a return asks for, and how far the answer is.
#[derive(Default, Serialize)]
pub struct AnswerPage {
    token: String,
    code: String,
    service: String,
    note: String,
    until: String,
    days_left: i64,
    /// When everything was sent.
    sent: Option<String>,
    open: usize,
    items: Vec<AnswerItem>,
    errors: Vec<FieldLine>,
}

#[derive(Serialize)]
struct AnswerItem {
    place: i64,
    kind: ItemKind,
    title: String,
    why: String,
    before: String,
    answer: Option<String>,
    answered: bool,
    pill: Pill,
    photo: bool,
    /// Where a paper is explained.
    guide: Option<String>,
    field: Option<FieldView>,
    error: Option<String>,
}

/// What was tried and refused.
struct Tried {
    place: Option<i64>,
    typed: String,
    refusal: Refusal,
}

impl Page for AnswerPage {
    const TEMPLATE: &'static str = "permits/answer.html";

    fn samples() -> Vec<Self> {
        let service = crate::catalogue::built_in().into_iter().find(|service| service.code == "SIPB");
        let item = |place, kind: ItemKind, answered: bool| AnswerItem {
            place,
            kind,
            title: "Nomor STR".into(),
            why: "Tidak terbaca. Pindai ulang.".into(),
            before: if kind == ItemKind::Field { "UJI-0001".into() } else { String::new() },
            answer: answered.then(|| "UJI-0002".into()),
            answered,
            pill: Pill::new(if answered { "ok" } else { "wait" }, "belum dijawab".into()),
            photo: place == 4,
            guide: (kind == ItemKind::Paper).then(|| "/layanan/SIPB/syarat/str".into()),
            field: service
                .as_ref()
                .filter(|_| kind != ItemKind::Paper)
                .map(|rules| answer_field(rules, ("fields.str_number", "answer-2"), "UJI-0001", Lang::Id)),
            error: (place == 3).then(|| "Isi jawaban Anda.".into()),
        };
        let page = |items: Vec<AnswerItem>| AnswerPage {
            token: "0123456789abcdef0123456789abcdef".into(),
            code: "7K2M-94QX-PD3".into(),
            service: "Surat Izin Praktik Bidan".into(),
            note: "Perbaiki sebelum 8 Desember.".into(),
            until: "Selasa, 8 Desember 2026".into(),
            days_left: 14,
            open: items.iter().filter(|item| !item.answered).count(),
            items,
            ..AnswerPage::default()
        };
        let mixed = vec![item(1, ItemKind::Paper, false), item(2, ItemKind::Field, true)];
        let wrong = AnswerPage {
            errors: vec![FieldLine { field: "answer-3".into(), message: "Isi jawaban Anda.".into() }],
            ..page(vec![item(3, ItemKind::Question, false), item(4, ItemKind::Paper, false)])
        };
        let ready = page(vec![item(1, ItemKind::Paper, true)]);
        let sent =
            AnswerPage { sent: Some("Rabu, 25 November 2026".into()), ..page(vec![item(2, ItemKind::Field, true)]) };
        vec![page(mixed), wrong, ready, sent]
    }
}

#[get("/perbaikan/<token>")]
async fn show(token: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    visit.page(&load(visit.app, token, visit.lang, None).await?)
}

async fn load(app: &App, token: &str, lang: Lang, tried: Option<&Tried>) -> Result<AnswerPage, Problem> {
    let (correction, file, rules) = permits::find_returned(&mut app.db.read().await?, &app.keys, token).await?;
    Ok(AnswerPage::new(app, (token, &correction), (&file, &rules), tried, lang))
}

impl AnswerPage {
    fn new(
        app: &App,
        (token, correction): (&str, &Correction),
        (file, rules): (&Application, &Service),
        tried: Option<&Tried>,
        lang: Lang,
    ) -> AnswerPage {
        let zone = app.sites().find_by_id(file.site).map_or(chrono_tz::Tz::Asia__Jakarta, |site| site.zone);
        let date = |at| messages::long_date(lang, at, zone);
        AnswerPage {
            token: token.to_owned(),
            code: file.code.text().to_owned(),
            service: rules.name.of(lang).to_owned(),
            note: correction.note.clone(),
            until: date(correction.term_ends(app.now())),
            days_left: correction.days_left(app.now()),
            sent: correction.sent_at.map(date),
            open: correction.open_items().count(),
            items: correction.items.iter().map(|item| item_view(item, rules, tried, lang)).collect(),
            errors: tried.map(|tried| refusal_lines(&tried.refusal, lang)).unwrap_or_default(),
        }
    }
}

fn item_view(item: &CorrectionItem, rules: &Service, tried: Option<&Tried>, lang: Lang) -> AnswerItem {
    let answered = item.answered_at.is_some();
    let (kind, key) = if answered { ("ok", "answered") } else { ("wait", "unanswered") };
    let mine = tried.filter(|tried| tried.place == Some(item.place));
    let name = format!("answer-{}", item.place);
    let value = mine.map(|tried| &tried.typed).or(item.answer.as_ref()).unwrap_or(&item.before);
    let error = mine.and_then(|tried| tried.refusal.fields.first()).map(|fault| fault.words(lang));
    let field = match item.kind {
        ItemKind::Paper => None,
        ItemKind::Field => Some(answer_field(rules, (&item.target, &name), value, lang)),
        ItemKind::Question => Some(FieldView::open_question(&name, value, lang)),
    };
    AnswerItem {
        place: item.place,
        kind: item.kind,
        title: permits::item_title(rules, item, lang),
        why: permits::item_why(item, lang),
        before: item.before.clone(),
        answer: item.answer.clone(),
        answered,
        pill: Pill::new(kind, plain(lang, &format!("correction.{key}"))),
        photo: is_photo(rules, &item.target),
        guide: (item.kind == ItemKind::Paper).then(|| requirement_address(&rules.code, &item.target)),
        field: field.map(|field| field.with_error(error.clone())),
        error,
    }
}

/// Whether a paper is the photograph printed on the permit.
pub fn is_photo(rules: &Service, code: &str) -> bool {
    rules.requirements.iter().any(|asked| asked.code == code && asked.photo)
}

type Next = Result<Either<Redirect, Rendered>, Problem>;

#[post("/perbaikan/<token>/jawaban/<place>", data = "<posted>")]
async fn answer(token: &str, place: i64, posted: Posted, visit: Visit<'_>) -> Next {
    let typed = posted.get(&format!("answer-{place}")).to_owned();
    let kept = keep_words(visit.app, (token, place), &typed).await;
    after(kept, (token, Some(place)), typed, &visit).await
}

async fn keep_words(app: &App, of: (&str, i64), typed: &str) -> Outcome<()> {
    let mut tx = app.db.begin().await?;
    let (sites, calendar) = (app.sites(), app.calendar());
    let at = Answering { keys: &app.keys, sites: &sites, calendar: &calendar, now: app.now() };
    permits::answer_in_words(&mut tx, &at, of, typed).await?;
    Ok(tx.commit().await?)
}

#[post("/perbaikan/<token>/berkas/<place>", data = "<sent>")]
async fn hand_in(token: &str, place: i64, sent: Form<Sent<'_>>, visit: Visit<'_>) -> Next {
    visit.check_form_token(sent.csrf)?;
    let app = visit.app;
    let (correction, _, rules) = permits::find_returned(&mut app.db.read().await?, &app.keys, token).await?;
    let photo = correction.items.iter().any(|item| item.place == place && is_photo(&rules, &item.target));
    let kept = match upload::check(app, &sent, photo).await {
        Err(problem) => Err(Fault::Refused(problem.refusal)),
        Ok(upload) => keep_file(app, (token, place), upload).await,
    };
    after(kept, (token, Some(place)), String::new(), &visit).await
}

async fn keep_file(app: &App, of: (&str, i64), upload: crate::documents::Upload) -> Outcome<()> {
    let mut tx = app.db.begin().await?;
    let (sites, calendar) = (app.sites(), app.calendar());
    let at = Answering { keys: &app.keys, sites: &sites, calendar: &calendar, now: app.now() };
    permits::answer_with_file(&mut tx, &at, of, upload).await?;
    Ok(tx.commit().await?)
}

#[post("/perbaikan/<token>/kirim", data = "<_posted>")]
async fn send(token: &str, _posted: Posted, visit: Visit<'_>) -> Next {
    let app = visit.app;
    let (sites, calendar) = (app.sites(), app.calendar());
    let at = Answering { keys: &app.keys, sites: &sites, calendar: &calendar, now: app.now() };
    let mut tx = app.db.begin().await?;
    let sent = permits::send_answers(&mut tx, &at, token).await;
    match sent {
        Ok(()) => tx.commit().await?,
        Err(_) => drop(tx),
    }
    after(sent, (token, None), String::new(), &visit).await
}

/// Back to the list; or the list again with what was typed and why it cannot be right.
async fn after(outcome: Outcome<()>, (token, place): (&str, Option<i64>), typed: String, visit: &Visit<'_>) -> Next {
    match outcome {
        Ok(()) => Ok(Either::Left(Redirect::to(match place {
            Some(place) => format!("/perbaikan/{token}#item-{place}"),
            None => format!("/perbaikan/{token}"),
        }))),
        Err(Fault::Refused(refusal)) => {
            let status = Problem::from(refusal.clone()).status;
            let named = |fault: FieldFault| match place {
                Some(place) => FieldFault { field: format!("answer-{place}"), ..fault },
                None => fault,
            };
            let refusal = Refusal { fields: refusal.fields.into_iter().map(named).collect(), ..refusal };
            let tried = Tried { place, typed, refusal };
            let page = load(visit.app, token, visit.lang, Some(&tried)).await?;
            Ok(Either::Right(visit.page(&page)?.with_status(status)))
        }
        Err(fault) => Err(fault.into()),
    }
}
