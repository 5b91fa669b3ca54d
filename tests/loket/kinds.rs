//! Every kind of application: what it rests on, when it may begin, and what becomes of the old permit.

use rocket::http::Status;
use serde_json::{Value, json};

use crate::appointments::worker;
use crate::outbox::{MailServer, free_port, readable};
use crate::permit_pages::browser;
use crate::permits::{HOLDER, NIK, act, complete_draft, issued, midwife, office, pdf_of};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, execute, scalar};

async fn create(counter: &TestCounter, body: Value) -> Answer {
    counter.as_officer("petugas").await.post("/api/v1/applications", body).await
}

/// A request of a kind that rests on a permit; what it does not state is taken from there.
fn resting_on(kind: &str, number: &str) -> Value {
    let mut body = midwife();
    body["kind"] = json!(kind);
    body["previous_number"] = json!(number);
    body["fields"] = json!({});
    body
}

/// From the registration to the head of agency.
async fn up_to_signature(counter: &TestCounter, id: &str) {
    act(counter, "petugas", id, "registration", json!({})).await;
    let state = act(counter, "verifikator", id, "verification", json!({})).await["state"].clone();
    if state == "in_recommendation" {
        let letter = json!({ "outcome": "grant", "letter_number": "440/1", "letter_date": "2026-11-23" });
        act(counter, "teknis", id, "recommendation", letter).await;
    }
    act(counter, "kabid", id, "paraf", json!({})).await;
}

async fn ends(counter: &TestCounter, permit: &Value, day: &str) {
    let sql =
        format!("UPDATE permit SET valid_until = '{day}' WHERE number = '{}'", permit["number"].as_str().unwrap());
    execute(counter.db(), sql).await;
}

async fn check(counter: &TestCounter, number: &str) -> Value {
    let asked = json!({ "number": number, "name": HOLDER });
    counter.as_visitor().post("/api/v1/verification", asked).await.is(Status::Ok).body
}

on_each_database! {
    async fn a_renewal_waits_for_its_day_takes_the_old_answers_and_takes_the_place_of_the_old_permit(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let number = old["number"].as_str().unwrap();
        let early = create(&counter, resting_on("renewal", number)).await;
        let early = early.refused_with(Status::Conflict, "renewal-early");
        assert!(early.body["detail"].as_str().unwrap().contains("26 Agustus 2031"), "{}", early.body);
        ends(&counter, &old, "2027-02-22").await;
        let id = complete_draft(&counter, resting_on("renewal", number)).await;
        let draft = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.body;
        assert!(draft["fields"]["practice_place"].as_str().unwrap().starts_with("Klinik Sehat"), "{draft}");
        up_to_signature(&counter, &id).await;
        let signed = act(&counter, "kadis", &id, "signature", json!({})).await;
        let new = signed["permit"]["number"].as_str().unwrap();
        assert_eq!(new, "503/0002/SIPB/DPMPTSP/2026");
        let paper = pdf_of(&counter, &signed["permit"]).await;
        if let Some(words) = ask("pdftotext", &paper, &["-"]) {
            assert!(words.split_whitespace().collect::<Vec<_>>().join(" ").contains(&format!("Izin Nomor {number}")), "{words}");
        }
        let (before, after) = (check(&counter, number).await, check(&counter, new).await);
        assert_eq!((before["status"].as_str(), after["status"].as_str()), (Some("superseded"), Some("valid")), "{before}");
        let list = counter.as_visitor().get("/api/v1/revocations").await.is(Status::Ok).body;
        assert_eq!((list["permits"][0]["number"].as_str(), list["permits"][0]["status"].as_str()), (Some(number), Some("revoked")));
        create(&counter, resting_on("renewal", number)).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("previous_number", "permit-over");
    }

    async fn a_kind_names_a_permit_that_is_there_and_is_the_applicants_own(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let number = old["number"].as_str().unwrap();
        let mut stranger = resting_on("amendment", number);
        stranger["applicant"]["nik"] = json!("1607060101900001");
        create(&counter, stranger).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("previous_number", "permit-of-another");
        let unknown = "503/7/SIPB/KPPT/2019";
        for kind in ["revocation", "duplicate"] {
            create(&counter, resting_on(kind, unknown)).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
                .names_field("previous_number", "permit-not-here");
        }
        let mut paper = resting_on("amendment", unknown);
        paper["fields"] = midwife()["fields"].clone();
        let id = complete_draft(&counter, paper).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        let mut nameless = midwife();
        nameless["kind"] = json!("renewal");
        let id = complete_draft(&counter, nameless).await;
        counter.as_officer("petugas").await.post(&format!("/api/v1/applications/{id}/registration"), json!({})).await
            .refused_with(Status::UnprocessableEntity, "incomplete").names_field("previous_number", "required");
    }

    async fn a_permit_given_up_is_revoked_by_the_head_and_nothing_is_issued(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let number = old["number"].as_str().unwrap();
        let id = complete_draft(&counter, resting_on("revocation", number)).await;
        up_to_signature(&counter, &id).await;
        let ended = act(&counter, "kadis", &id, "signature", json!({})).await;
        assert_eq!((ended["state"].as_str(), ended["permit"].is_null()), (Some("ready"), true));
        assert_eq!(check(&counter, number).await["status"], "revoked");
        let list = counter.as_visitor().get("/api/v1/revocations").await.is(Status::Ok).body;
        assert_eq!(list["permits"][0]["class"], "own_request");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit".to_owned()).await, 1);
    }

    async fn a_duplicate_is_a_counted_copy_of_the_same_permit(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let id = complete_draft(&counter, resting_on("duplicate", old["number"].as_str().unwrap())).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        let done = act(&counter, "verifikator", &id, "verification", json!({})).await;
        assert_eq!(done["state"], "ready");
        let acts = counter.acts_about(old["id"].as_str().unwrap()).await;
        assert_eq!(acts.last().unwrap(), "permit.reprinted");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM permit".to_owned()).await, 1);
        assert_eq!(act(&counter, "petugas", &id, "handover", crate::permits::collector()).await["state"], "handed_over");
    }

    async fn one_person_has_one_open_request_for_a_service_and_place(db: Db) {
        let counter = office(db).await;
        let first = midwife();
        let id = complete_draft(&counter, first.clone()).await;
        let file = act(&counter, "petugas", &id, "registration", json!({})).await;
        let mut again = first.clone();
        again["fields"]["practice_place"] = json!(first["fields"]["practice_place"].as_str().unwrap().to_lowercase().replace(' ', "  "));
        let second = complete_draft(&counter, again.clone()).await;
        let clerk = counter.as_officer("petugas").await;
        let path = format!("/api/v1/applications/{second}/registration");
        let refused = clerk.post(&path, json!({})).await;
        let refused = refused.refused_with(Status::Conflict, "request-active");
        assert!(refused.body["detail"].as_str().unwrap().contains(file["code"].as_str().unwrap()));
        let elsewhere = complete_draft(&counter, midwife()).await;
        act(&counter, "petugas", &elsewhere, "registration", json!({})).await;
        act(&counter, "petugas", &id, "withdrawal", json!({ "reason": "Salah tempat" })).await;
        let third = complete_draft(&counter, again).await;
        let paths = [path.clone(), format!("/api/v1/applications/{third}/registration")];
        let (one, other) = tokio::join!(clerk.post(&paths[0], json!({})), clerk.post(&paths[1], json!({})));
        let mut statuses = [one.status.code, other.status.code];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409], "of two at once one is registered");
        let index = "SELECT COUNT(*) FROM application WHERE state = 'registered'";
        assert_eq!(scalar(counter.db(), index.to_owned()).await, 2);
    }

    async fn what_a_person_already_has_is_shown_before_work_starts_and_fills_the_form(db: Db) {
        let counter = office(db).await;
        let (_, old) = issued(&counter).await;
        let number = old["number"].as_str().unwrap();
        let open = complete_draft(&counter, midwife()).await;
        let clerk = browser(&counter, "petugas").await;
        let asked = [("service", "SIPB"), ("nik", NIK)];
        let form = clerk.post("/permohonan/baru/penduduk", &asked).await.is(Status::Ok).text();
        assert!(form.contains(number) && form.contains(&format!("/permohonan/{open}")), "{form}");
        assert!(form.contains("dapat diperpanjang mulai 26 Agustus 2031") && !form.contains("value=\"renewal\" class"), "{form}");
        let start = [("service", "SIPB"), ("nik", NIK), ("kind", "amendment"), ("previous_number", number)];
        let form = clerk.post("/permohonan/baru/penduduk", &start).await.is(Status::Ok).text();
        assert!(form.contains("Isian diambil dari izin") && form.contains("value=\"Klinik Sehat"), "{form}");
        assert!(form.contains("<option value=\"amendment\" selected>"), "{form}");
    }

    async fn a_holder_is_reminded_ninety_thirty_and_seven_days_before_the_end(db: Db) {
        let port = free_port();
        let server = MailServer::start(port, None).await;
        let (counter, postman) =
            crate::outbox::office(db, |config| config.smtp_url = format!("smtp://127.0.0.1:{port}")).await;
        let mut body = midwife();
        body["applicant"]["email"] = json!("siti.rahma@contoh.id");
        let id = complete_draft(&counter, body).await;
        up_to_signature(&counter, &id).await;
        let permit = act(&counter, "kadis", &id, "signature", json!({})).await["permit"].clone();
        let worker = worker(&counter);
        let reminded = async || worker.round().await.unwrap().reminded;
        assert_eq!(reminded().await, 0);
        ends(&counter, &permit, "2027-02-22").await;
        assert_eq!((reminded().await, reminded().await), (1, 0), "ninety days before, once");
        counter.wait_minutes(60 * 24 * 60);
        assert_eq!((reminded().await, reminded().await), (1, 0), "thirty days before");
        assert_eq!(postman.round().await.unwrap().sent, 2);
        let letter = readable(&server.letters().await[0]);
        assert!(letter.contains("22 Februari 2027") && letter.contains(permit["number"].as_str().unwrap()), "{letter}");
    }

    async fn a_proxy_needs_a_power_of_attorney_and_a_company_is_printed_with_its_numbers(db: Db) {
        let counter = office(db).await;
        let mut body = midwife();
        body["applicant"]["npwp"] = json!("1607014112920003");
        create(&counter, body.clone()).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("applicant.npwp", "npwp");
        body["applicant"]["npwp"] = json!("00.123.456.7-890.1000");
        body["applicant"]["nib"] = json!("9120001234567");
        body["applicant"]["company_name"] = json!("KLINIK CONTOH DATA UJI");
        body["applicant"]["proxy_name"] = json!("BUDI DATA UJI");
        let draft = create(&counter, body.clone()).await.is(Status::Created).body;
        let power = draft["requirements"].as_array().unwrap().iter().find(|asked| asked["code"] == "power_of_attorney");
        assert_eq!(power.unwrap()["mandatory"], true, "somebody else came");
        let path = format!("/api/v1/applications/{}/registration", draft["id"].as_str().unwrap());
        counter.as_officer("petugas").await.post(&path, json!({})).await
            .refused_with(Status::UnprocessableEntity, "incomplete")
            .names_field("requirements.power_of_attorney", "requirement-missing");
        let id = complete_draft(&counter, body).await;
        up_to_signature(&counter, &id).await;
        let signed = act(&counter, "kadis", &id, "signature", json!({})).await;
        assert_eq!(signed["applicant"]["npwp"], "0012345678901000");
        let paper = pdf_of(&counter, &signed["permit"]).await;
        if let Some(words) = ask("pdftotext", &paper, &["-"]) {
            assert!(words.contains("KLINIK CONTOH DATA UJI") && words.contains("9120001234567"), "{words}");
        }
    }
}
