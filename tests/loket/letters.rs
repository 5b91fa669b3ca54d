//! Letters of the office: one register, sealed, known again; warnings before a revocation; the papers of a fee.

use std::path::Path;

use loket::permits;
use rocket::http::{ContentType, Header, Method, Status};
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{HOLDER, act, complete_draft, issued, midwife, office};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, execute, program, scalar};

fn says(pdf: &[u8], parts: &[&str]) {
    let Some(text) = ask("pdftotext", pdf, &["-"]) else { return };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in parts {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

fn breach() -> Value {
    json!({ "breach": "Papan nama praktik tidak dipasang", "remedy": "Pasang papan nama\nKirim fotonya", "working_days": 5 })
}

async fn at_permit(counter: &TestCounter, permit: &Value, act: &str, body: Value) -> Answer {
    let path = format!("/api/v1/permits/{}/{act}", permit["id"].as_str().unwrap());
    counter.as_officer("kadis").await.post(&path, body).await
}

async fn letter(counter: &TestCounter, id: &str, kind: &str) -> Answer {
    counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}/letters/{kind}")).await
}

async fn checked(counter: &TestCounter, pdf: Vec<u8>) -> Value {
    let visitor = counter.as_visitor();
    let request = visitor.request(Method::Post, "/api/v1/verification");
    let request = request.header(ContentType::PDF).header(Header::new("Accept", "application/json")).body(pdf);
    visitor.send(request).await.is(Status::Ok).body
}

const WEEK: i64 = 60 * 24 * 8;

on_each_database! {
    async fn three_warnings_with_their_terms_come_before_a_revocation_for_a_breach(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        let revocation = json!({ "reason": "Papan nama tidak pernah dipasang", "class": "breach" });
        at_permit(&counter, &permit, "revocation", revocation.clone()).await
            .refused_with(Status::Conflict, "reprimands-first").names_field("legal_ground", "reprimands-first");
        let mut third = breach();
        third["step"] = json!(3);
        at_permit(&counter, &permit, "warnings", third).await.refused_with(Status::Conflict, "reprimand-order");
        for step in 1..=3 {
            let warned = at_permit(&counter, &permit, "warnings", breach()).await.is(Status::Created).body;
            assert_eq!((warned["step"].as_i64(), warned["series"].as_i64()), (Some(step), Some(1)));
            let number = warned["number"].as_str().unwrap();
            assert!(number.ends_with(&format!("/SP-{step}/DPMPTSP/2026")), "{number}");
            at_permit(&counter, &permit, "warnings", breach()).await.refused_with(Status::Conflict, "reprimand-running");
            at_permit(&counter, &permit, "revocation", revocation.clone()).await
                .refused_with(Status::Conflict, "reprimands-first");
            let paper = letter(&counter, &id, &format!("warning_{step}")).await.is(Status::Ok).bytes;
            says(&paper, &[number, &format!("SP-{step}"), "Papan nama praktik tidak dipasang", "2. Kirim fotonya", "5 hari kerja", HOLDER]);
            counter.wait_minutes(WEEK);
        }
        at_permit(&counter, &permit, "warnings", breach()).await.refused_with(Status::Conflict, "reprimand-last");
        at_permit(&counter, &permit, "suspension", json!({ "reason": "Menunggu keputusan", "class": "breach" })).await.is(Status::Ok);
        at_permit(&counter, &permit, "revocation", revocation).await.is(Status::Ok);
        let decision = letter(&counter, &id, "revocation").await.is(Status::Ok).bytes;
        says(&decision, &["KEPUTUSAN PENCABUTAN IZIN", "/SP-1/DPMPTSP/2026", "/SP-3/DPMPTSP/2026", "Papan nama tidak pernah dipasang",
            permit["number"].as_str().unwrap(), "Keberatan:"]);
        let told = counter.acts_about(permit["id"].as_str().unwrap()).await;
        assert_eq!(told.iter().filter(|act| *act == "permit.warned").count(), 3, "{told:?}");
        assert_eq!(told.last().unwrap(), "permit.revoked");
    }

    async fn a_warning_that_was_heeded_ends_its_series_and_a_ground_of_law_revokes_at_once(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        at_permit(&counter, &permit, "compliance", json!({ "note": "Sudah" })).await
            .refused_with(Status::Conflict, "reprimand-none");
        at_permit(&counter, &permit, "warnings", json!({ "working_days": 61 })).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("breach", "required").names_field("remedy", "required").names_field("working_days", "reprimand-days");
        at_permit(&counter, &permit, "warnings", breach()).await.is(Status::Created);
        let ended = at_permit(&counter, &permit, "compliance", json!({ "note": "Papan nama dilihat petugas" })).await.is(Status::Ok).body;
        assert_eq!((ended["next_step"].as_i64(), ended["items"][0]["end_note"].as_str()), (Some(1), Some("Papan nama dilihat petugas")));
        counter.wait_minutes(1);
        let again = at_permit(&counter, &permit, "warnings", breach()).await.is(Status::Created).body;
        assert_eq!((again["series"].as_i64(), again["step"].as_i64()), (Some(2), Some(1)));
        let cause = json!({ "reason": "Membahayakan pasien", "class": "breach", "legal_ground": "Pasal 99 peraturan uji: bahaya seketika" });
        at_permit(&counter, &permit, "revocation", cause).await.is(Status::Ok);
        let decision = letter(&counter, &id, "revocation").await.is(Status::Ok).bytes;
        says(&decision, &["Pasal 99 peraturan uji", "Membahayakan pasien"]);
        let page = browser(&counter, "verifikator").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(page.contains("Pasal 99 peraturan uji") && page.contains("/keputusan-pencabutan"), "{page}");
        at_permit(&counter, &permit, "warnings", breach()).await.refused_with(Status::Conflict, "permit-in-other-state");
    }

    async fn a_head_warns_on_the_page_and_what_was_typed_stays(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        let head = browser(&counter, "kadis").await;
        let path = format!("/permohonan/{id}/izin/peringatan");
        assert!(head.get(&format!("/permohonan/{id}")).await.text().contains(&format!("href=\"{path}\"")));
        let page = head.get(&path).await.is(Status::Ok).text();
        assert!(page.contains("name=\"step\" value=\"1\"") && page.contains("SP-1"), "{page}");
        let typed = [("step", "1"), ("breach", "Papan nama tidak dipasang"), ("remedy", ""), ("working_days", "7")];
        let page = head.post(&path, &typed).await.is(Status::UnprocessableEntity).text();
        assert!(page.contains("Papan nama tidak dipasang"), "what was typed stays: {page}");
        let typed = [("step", "1"), ("breach", "Papan nama tidak dipasang"), ("remedy", "Pasang"), ("working_days", "7")];
        head.post(&path, &typed).await.is(Status::SeeOther);
        let page = head.get(&path).await.text();
        assert!(page.contains("menunggu dipenuhi") && page.contains("3 Desember 2026") && !page.contains("name=\"step\""), "{page}");
        let revoke = format!("/permohonan/{id}/izin/tindakan/revocation");
        let typed = [("reason", "Tetap melanggar"), ("class", "breach")];
        let page = head.post(&revoke, &typed).await.is(Status::UnprocessableEntity).text();
        assert!(page.contains("name=\"legal_ground\"") && page.contains("Tetap melanggar"), "{page}");
        head.post(&format!("{path}/dipenuhi"), &[("note", "Sudah dipasang")]).await.is(Status::SeeOther);
        assert!(head.get(&path).await.text().contains("Sudah dipasang"));
        let reader = browser(&counter, "petugas").await;
        let page = reader.get(&path).await.is(Status::Ok).text();
        assert!(page.contains("Sudah dipasang") && !page.contains("<textarea"), "{page}");
        let told = counter.acts_about(permit["id"].as_str().unwrap()).await;
        assert!(told.ends_with(&["permit.warned".to_owned(), "permit.warning-heeded".to_owned()]), "{told:?}");
    }

    async fn a_printed_letter_is_sealed_and_known_again_and_a_changed_one_is_not(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        letter(&counter, &id, "request").await.refused_with(Status::Conflict, "letter-none");
        letter(&counter, &id, "poem").await.refused_with(Status::NotFound, "letter-unknown");
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        let file = act(&counter, "verifikator", &id, "verification", json!({})).await;
        assert_eq!(file["state"], "in_recommendation");
        let said = file["history"].as_array().unwrap().last().unwrap()["detail"]["letter"].clone();
        assert_eq!(said, "503/0001/REK/DPMPTSP/2026");
        let paper = letter(&counter, &id, "request").await.is(Status::Ok).bytes;
        says(&paper, &["503/0001/REK/DPMPTSP/2026", "Yth. Kepala Dinas Kesehatan", "a.n. Kepala Dinas", HOLDER, "Klinik Sehat"]);
        let found = checked(&counter, paper.clone()).await;
        assert_eq!((found["genuine"].as_bool(), found["letter"].as_str(), found["number"].as_str()),
            (Some(true), Some("request"), Some("503/0001/REK/DPMPTSP/2026")));
        assert_eq!((&found["status"], &found["holder_initials"]), (&Value::Null, &json!("S. R. D.")));
        let mut changed = paper.clone();
        let at = changed.len() / 2;
        changed[at] ^= 1;
        assert_eq!(checked(&counter, changed).await["genuine"], false);
        let key_set = counter.as_visitor().get("/api/v1/.well-known/jwks.json").await.is(Status::Ok).text();
        let said = verified_offline(&key_set, &paper);
        assert_eq!((said["genuine"].as_bool(), said["title"].as_str()),
            (Some(true), Some("Surat permohonan rekomendasi 503/0001/REK/DPMPTSP/2026")));
        let sealed = loket::documents::check_seal(&paper, &counter.app.keys.papers().trusted().keys);
        assert!(sealed.is_ok(), "{sealed:?}");
        assert_eq!(letter(&counter, &id, "request").await.bytes, paper, "the same letter gives the same bytes");
        let list = counter.as_officer("kabid").await.get(&format!("/api/v1/applications/{id}/letters")).await.is(Status::Ok).body;
        assert_eq!((list["items"].as_array().unwrap().len(), list["items"][0]["kind"].as_str()), (1, Some("request")));
        let link = "SELECT COUNT(*) FROM letter_print";
        assert_eq!(scalar(counter.db(), link.to_owned()).await, 1);
    }

    async fn the_code_of_a_letter_opens_which_letter_it_is(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        at_permit(&counter, &permit, "warnings", breach()).await.is(Status::Created);
        letter(&counter, &id, "warning_1").await.is(Status::Ok);
        let letters = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}/letters")).await.body;
        let warning = letters["items"].as_array().unwrap().iter().find(|one| one["kind"] == "warning_1").unwrap();
        let (_, short) = warning["url"].as_str().unwrap().rsplit_once("/surat/").unwrap();
        let page = counter.as_visitor().get(&format!("/surat/{short}")).await.is(Status::Ok).text();
        for part in ["Surat peringatan pertama", "/SP-1/DPMPTSP/2026", "24 November 2026", "S. R. D."] {
            assert!(page.contains(part), "{part} is not in {page}");
        }
        assert!(!page.contains(HOLDER) && !page.contains("Papan nama"), "{page}");
        let none = counter.as_visitor().get("/surat/00000000").await.is(Status::Ok).text();
        assert!(none.contains("tidak ada di register"), "{none}");
    }

    async fn a_rejection_is_numbered_once_and_its_translation_says_so(db: Db) {
        let counter = office(db).await;
        let mut numbers = Vec::new();
        for _ in 0..2 {
            let id = complete_draft(&counter, midwife()).await;
            act(&counter, "petugas", &id, "registration", json!({})).await;
            act(&counter, "verifikator", &id, "verification", json!({})).await;
            let file = act(&counter, "kadis", &id, "rejection", json!({ "reason": "STR sudah tidak berlaku" })).await;
            numbers.push(file["history"].as_array().unwrap().last().unwrap()["detail"]["letter"].clone());
            let own = letter(&counter, &id, "rejection").await.is(Status::Ok).bytes;
            says(&own, &[numbers.last().unwrap().as_str().unwrap(), "STR sudah tidak berlaku", "disegel secara elektronik"]);
            let english = letter(&counter, &id, "rejection?language=en").await.is(Status::Ok).bytes;
            says(&english, &[numbers.last().unwrap().as_str().unwrap(), "the Indonesian text holds"]);
            assert_eq!(checked(&counter, english).await["letter"], "rejection");
        }
        let whole = async || permits::check_register(&mut counter.db().read().await.unwrap()).await.unwrap();
        assert_eq!(whole().await, Vec::<String>::new());
        execute(counter.db(), "UPDATE number_series SET last = 9 WHERE scope = 'letter'".to_owned()).await;
        assert_eq!(whole().await.len(), 1, "a number nobody has would be seen");
        assert_eq!(numbers, ["503/0002/PNL/DPMPTSP/2026", "503/0004/PNL/DPMPTSP/2026"], "one register for every kind of letter");
    }
}

/// What `loket verify` says with the published keys alone, without the office.
fn verified_offline(key_set: &str, pdf: &[u8]) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let [file, keys] = ["surat.pdf", "keys.json"].map(|name| folder.path().join(name));
    std::fs::write(&file, pdf).unwrap();
    std::fs::write(&keys, key_set).unwrap();
    let mut verify = program(Path::new(env!("CARGO_BIN_EXE_loket")));
    let asked = verify.arg("verify").arg(&file).arg("--json").arg("--keys").arg(&keys).current_dir(folder.path());
    serde_json::from_slice(&asked.output().unwrap().stdout).unwrap()
}
