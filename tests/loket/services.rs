//! Rules of a service at work on files: conditions, derived fees, the version of the filing day, a rehearsal.

use loket::catalogue::{self, Service, ServiceFile, StageName, StageRule, built_in};
use loket::identity::{self, Officer};
use loket::permits::{self, ActName, Desk, Shift};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::permits::{act, complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::{TestCounter, act_at};

fn service(code: &str) -> Service {
    built_in().into_iter().find(|service| service.code == code).unwrap()
}

async fn publish(counter: &TestCounter, service: &Service) {
    let mut tx = counter.db().begin().await.unwrap();
    catalogue::publish(&mut tx, act_at(1), service).await.unwrap();
    tx.commit().await.unwrap();
    counter.app.reload().await.unwrap();
}

/// The midwife's licence after a change of everything: three days, a further paper, a fee, another number.
fn changed_licence() -> Service {
    let mut changed = service("SIPB");
    changed.sla.value = 3;
    changed.stages.iter_mut().for_each(|rule| rule.time = None);
    let payment = StageRule { stage: StageName::Payment, role: StageName::Payment.role(), ..changed.stages[0].clone() };
    changed.stages.insert(3, payment);
    changed.fee.amount_rupiah = 50_000;
    changed.number_class = "440".to_owned();
    let mut paper = changed.requirements[0].clone();
    "insurance".clone_into(&mut paper.code);
    changed.requirements.push(paper);
    changed.cases.clear();
    changed
}

fn grant() -> Value {
    json!({ "outcome": "grant", "letter_number": "440/12/2026", "letter_date": "2026-11-23" })
}

async fn until_recommended(counter: &TestCounter, id: &str) -> Value {
    act(counter, "verifikator", id, "claim", json!({})).await;
    let verified = act(counter, "verifikator", id, "verification", json!({})).await;
    if verified["state"] == "in_inspection" {
        act(counter, "teknis", id, "inspection", json!({ "visited_on": "2026-11-24" })).await;
    }
    act(counter, "teknis", id, "recommendation", grant()).await
}

async fn officer(counter: &TestCounter, username: &str) -> Officer {
    let all = identity::list(&mut counter.db().read().await.unwrap()).await.unwrap();
    all.into_iter().find(|officer| officer.username == username).unwrap()
}

/// What the history keeps of the assessment of a file.
async fn assessed(counter: &TestCounter, id: &str) -> Value {
    let officer = officer(counter, "bendahara").await;
    let (sites, catalogue, calendar) = (counter.app.sites(), counter.app.catalogue(), counter.app.calendar());
    let (now, keys) = (counter.app.now(), &counter.app.keys);
    let desk = Desk { officer: &officer, now, keys, sites: &sites, catalogue: &catalogue, calendar: &calendar };
    let view = permits::view(&mut counter.db().read().await.unwrap(), &desk, id.parse().unwrap()).await.unwrap();
    view.acts.iter().find(|act| act.act == ActName::Assessment).unwrap().detail.clone()
}

fn road() -> Value {
    let mut body = midwife();
    body["service"] = "RUMIJA".into();
    body["fields"] = json!({
        "use_kind": "Jaringan air minum", "road_name": "Ruas DATA UJI", "use_place": "Dusun II", "use_length": "12",
        "use_width": "1 meter", "work_starts": "2026-12-01", "work_days": "5", "use_ends": "2027-06-30"
    });
    body
}

/// The road permit with Rp 2.500 for each unit of length.
fn counted_road() -> Service {
    let mut service = service("RUMIJA");
    service.fee.assessed = false;
    service.fee.rate = Some(catalogue::Rate { field: "use_length".to_owned(), rupiah: 2_500 });
    service.cases.clear();
    service
}

on_each_database! {
    async fn a_fee_is_told_on_an_skrd_in_words_and_its_payment_on_a_numbered_proof(db: Db) {
        let counter = office(db).await;
        publish(&counter, &counted_road()).await;
        let id = complete_draft(&counter, road()).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        until_recommended(&counter, &id).await;
        let staff = counter.as_officer("bendahara").await;
        let letter = |kind: &str| format!("/api/v1/applications/{id}/letters/{kind}");
        staff.get(&letter("assessment")).await.refused_with(Status::Conflict, "letter-none");
        act(&counter, "bendahara", &id, "assessment", json!({})).await;
        let skrd = staff.get(&letter("assessment")).await.is(Status::Ok).bytes;
        let Some(told) = ask("pdftotext", &skrd, &["-"]) else { return };
        let told = told.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["SURAT KETETAPAN RETRIBUSI DAERAH", "/SKRD/DPMPTSP/2026", "Rp 30.000", "tiga puluh ribu rupiah", "bendahara DATA UJI"] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
        staff.get(&letter("payment")).await.refused_with(Status::Conflict, "letter-none");
        act(&counter, "bendahara", &id, "payment", json!({ "paid_on": "2026-11-23" })).await;
        let proof = staff.get(&letter("payment")).await.is(Status::Ok).bytes;
        let told = ask("pdftotext", &proof, &["-"]).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["TANDA BUKTI PEMBAYARAN RETRIBUSI", "/TBP/DPMPTSP/2026", "Rp 30.000", "23 November 2026", "/SKRD/DPMPTSP/2026"] {
            assert!(told.contains(part), "{part} is not in {told}");
        }
    }

    async fn a_file_keeps_the_rules_of_its_filing_day(db: Db) {
        let counter = office(db).await;
        let before = complete_draft(&counter, midwife()).await;
        publish(&counter, &changed_licence()).await;
        let file = act(&counter, "petugas", &before, "registration", json!({})).await;
        assert_eq!(file["due_date"], "2026-12-01");
        assert_eq!(until_recommended(&counter, &before).await["state"], "in_drafting");
        act(&counter, "kabid", &before, "paraf", json!({})).await;
        let signed = act(&counter, "kadis", &before, "signature", json!({})).await;
        assert_eq!(signed["permit"]["number"], "503/0001/SIPB/DPMPTSP/2026");

        let after = complete_draft(&counter, midwife()).await;
        let file = act(&counter, "petugas", &after, "registration", json!({})).await;
        assert_eq!(file["due_date"], "2026-11-27");
        assert!(file["requirements"].as_array().unwrap().iter().any(|asked| asked["code"] == "insurance"));
        assert_eq!(until_recommended(&counter, &after).await["state"], "awaiting_payment");
        act(&counter, "bendahara", &after, "assessment", json!({})).await;
        assert_eq!(assessed(&counter, &after).await["amount_rupiah"], "50000");
        act(&counter, "bendahara", &after, "payment", json!({})).await;
        act(&counter, "kabid", &after, "paraf", json!({})).await;
        let signed = act(&counter, "kadis", &after, "signature", json!({})).await;
        assert_eq!(signed["permit"]["number"], "440/0002/SIPB/DPMPTSP/2026");
    }

    async fn a_conditional_requirement_is_asked_of_a_renewal_only(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        let clerk = counter.as_officer("petugas").await;
        let asks = |file: &Value| file["requirements"].as_array().unwrap().iter().any(|r| r["code"] == "competence");
        let path = format!("/api/v1/applications/{id}");
        assert!(!asks(&clerk.get(&path).await.is(Status::Ok).body));
        let renewal = clerk.patch(&path, json!({ "kind": "renewal" })).await.is(Status::Ok).body;
        assert!(asks(&renewal), "{renewal}");
        let missing = async || {
            let registration = format!("{path}/registration");
            let refused = clerk.post(&registration, json!({})).await.is(Status::UnprocessableEntity).body;
            let faults = refused["errors"].as_array().unwrap().iter();
            faults.map(|fault| fault["field"].as_str().unwrap().to_owned()).collect::<Vec<String>>()
        };
        assert_eq!(missing().await, ["previous_number", "requirements.competence"]);
        clerk.put(&format!("{path}/requirements/competence"), json!({ "sighted": true })).await.is(Status::Ok);
        assert_eq!(missing().await, ["previous_number"]);
    }

    async fn an_answer_to_a_question_that_is_not_put_is_not_kept(db: Db) {
        let counter = office(db).await;
        let mut changed = service("SIPB");
        changed.fields[6].when = Some("practice_kind = Praktik mandiri".parse().unwrap());
        changed.cases.clear();
        publish(&counter, &changed).await;
        let id = complete_draft(&counter, midwife()).await;
        let file = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok);
        assert_eq!(file.body["fields"]["practice_days"], Value::Null);
        act(&counter, "petugas", &id, "registration", json!({})).await;
    }

    async fn a_fee_is_counted_from_the_form_and_says_how_it_was_reached(db: Db) {
        let counter = office(db).await;
        publish(&counter, &counted_road()).await;
        let id = complete_draft(&counter, road()).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        assert_eq!(until_recommended(&counter, &id).await["state"], "awaiting_payment");
        let treasurer = counter.as_officer("bendahara").await;
        let path = format!("/api/v1/applications/{id}/assessment");
        let other = treasurer.post(&path, json!({ "amount_rupiah": "20000" })).await.is(Status::UnprocessableEntity);
        assert_eq!(other.body["errors"][0]["field"], "note");
        treasurer.post(&path, json!({})).await.is(Status::Ok);
        let detail = assessed(&counter, &id).await;
        assert_eq!(detail["amount_rupiah"], "30000");
        assert!(detail["derivation"].as_str().unwrap().ends_with("12 × Rp 2.500 = Rp 30.000"), "{detail}");
        act(&counter, "bendahara", &id, "payment", json!({})).await;
    }

    async fn a_promise_rests_while_the_applicant_must_pay(db: Db) {
        let counter = office(db).await;
        publish(&counter, &counted_road()).await;
        let id = complete_draft(&counter, road()).await;
        let due = act(&counter, "petugas", &id, "registration", json!({})).await["due_date"].clone();
        until_recommended(&counter, &id).await;
        counter.wait_minutes(3 * 24 * 60);
        let paid = act(&counter, "bendahara", &id, "payment", json!({})).await;
        assert_eq!((due.as_str(), paid["due_date"].as_str()), (Some("2026-12-08"), Some("2026-12-11")));
    }

    async fn a_rehearsal_lists_what_would_be_different_and_writes_nothing(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        let (sites, catalogue, calendar) = (counter.app.sites(), counter.app.catalogue(), counter.app.calendar());
        let officer = officer(&counter, "admin").await;
        let now = counter.app.now();
        let desk = Desk {
            officer: &officer, now, keys: &counter.app.keys, sites: &sites, catalogue: &catalogue, calendar: &calendar,
        };
        let mut tx = counter.db().read().await.unwrap();
        let same = permits::rehearse(&mut tx, &desk, &service("SIPB")).await.unwrap();
        assert_eq!((same.played, same.differing.len()), (1, 0));
        let changed = permits::rehearse(&mut tx, &desk, &changed_licence()).await.unwrap();
        let shifts = &changed.differing[0].shifts;
        assert_eq!(shifts[0], Shift::Missing(vec!["requirements.insurance".to_owned()]));
        assert!(matches!(&shifts[1], Shift::Stages(before, after) if after.len() == before.len() + 1));
        assert_eq!(shifts[2], Shift::Fee(Ok(0), Ok(50_000)));
        assert!(matches!(shifts[3], Shift::Due(before, after) if after < before));
        let much_later = Desk { now: now.plus_minutes(31 * 24 * 60), ..desk };
        assert_eq!(permits::rehearse(&mut tx, &much_later, &changed_licence()).await.unwrap().played, 0);
        assert_eq!(catalogue::list_editions(&mut tx, "SIPB").await.unwrap().len(), 1);
    }

    async fn a_version_keeps_its_text_its_reason_and_who_published_it(db: Db) {
        let counter = office(db).await;
        let admin = officer(&counter, "admin").await;
        let mut tx = counter.db().begin().await.unwrap();
        let text = catalogue::find_text(&mut tx, "SIPB", 1).await.unwrap().unwrap();
        let text = format!("# Standar Pelayanan 2026\n{text}");
        let file = ServiceFile { service: service("SIPB"), text: text.clone() };
        let act = loket::audit::Act::of(admin.id, counter.app.now());
        assert_eq!(catalogue::publish_file(&mut tx, act, &file, Some("Catatan")).await.unwrap(), 2);
        let editions = catalogue::list_editions(&mut tx, "SIPB").await.unwrap();
        assert_eq!((editions[0].version, editions[0].published_by, editions[0].reason.as_deref()), (2, Some(admin.id), Some("Catatan")));
        assert_eq!((editions[1].version, editions[1].published_by, editions[1].reason.as_deref()), (1, None, None));
        assert_eq!(catalogue::find_text(&mut tx, "SIPB", 2).await.unwrap(), Some(text));
    }
}
