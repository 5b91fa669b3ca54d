//! Two kinds of no: a return with one list that the applicant answers through a link, and what lapses after it.

use rocket::http::{Method, Status};
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{HOLDER, NIK, act, complete_draft, midwife, office};
use crate::support::papers::ask;
use crate::support::{Answer, Browser, TestCounter, scalar};

const PDF: &[u8] = b"%PDF-1.7 DATA UJI\n%%EOF";

/// A registered file that a verifier has taken, its STR handed in as bytes.
async fn claimed(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    let clerk = counter.as_officer("petugas").await;
    let path = format!("/api/v1/applications/{id}/requirements/str");
    clerk.put_file(&path, "lama.pdf", "application/pdf", b"%PDF-1.7 LAMA\n%%EOF").await.is(Status::Ok);
    act(counter, "petugas", &id, "registration", json!({})).await;
    act(counter, "verifikator", &id, "claim", json!({})).await;
    id
}

/// Returned with a rejected paper, a wrong date and a question.
pub async fn returned(counter: &TestCounter) -> String {
    let id = claimed(counter).await;
    let items = json!([
        { "kind": "paper", "target": "str", "reason": "blurred", "note": "Pindai ulang" },
        { "kind": "field", "target": "applicant.birth_date", "note": "Tidak sama dengan KTP" },
        { "kind": "question", "note": "Praktik di lantai berapa?" }
    ]);
    act(counter, "verifikator", &id, "return", json!({ "items": items })).await;
    id
}

async fn try_act(counter: &TestCounter, who: &str, id: &str, act: &str) -> Answer {
    counter.as_officer(who).await.post(&format!("/api/v1/applications/{id}/{act}"), json!({})).await
}

/// The applicant's address as the clerk reads it on the file's page.
pub async fn link_of(counter: &TestCounter, id: &str) -> String {
    let page = browser(counter, "petugas").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
    let at = page.find("/perbaikan/").unwrap_or_else(|| panic!("no link in {page}"));
    page[at..].split('"').next().unwrap().to_owned()
}

async fn answer_everything(visitor: &mut Browser<'_>, link: &str) {
    visitor.visit(link).await;
    assert_eq!(visitor.upload(&format!("{link}/berkas/1"), "application/pdf", PDF).await, Status::Ok);
    let date = [("answer-2", "1992-11-30")];
    assert_eq!(visitor.press(&format!("{link}/jawaban/2"), &date).await, Status::Ok);
    assert_eq!(visitor.press(&format!("{link}/jawaban/3"), &[("answer-3", "Lantai+dua")]).await, Status::Ok);
    assert_eq!(visitor.press(&format!("{link}/kirim"), &[]).await, Status::Ok);
}

fn requirement<'a>(file: &'a Value, code: &str) -> &'a Value {
    file["requirements"].as_array().unwrap().iter().find(|asked| asked["code"] == code).unwrap()
}

on_each_database! {
    async fn an_applicant_answers_each_item_by_link_and_only_the_rejected_paper_is_replaced(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        let mut visitor = Browser::new(&counter);
        let page = visitor.visit(&link).await.to_owned();
        assert!(page.contains("Tidak terbaca. Pindai ulang") && page.contains("Praktik di lantai berapa?"), "{page}");
        assert!(page.contains("8 Desember 2026"), "the first term of fourteen days");
        assert!(!page.contains(HOLDER) && !page.contains(NIK) && !page.contains("Cendrawasih"), "{page}");
        assert_eq!(visitor.press(&format!("{link}/kirim"), &[]).await, Status::UnprocessableEntity);
        visitor.visit(&link).await;
        let wrong = [("answer-2", "1992-02-30")];
        assert_eq!(visitor.press(&format!("{link}/jawaban/2"), &wrong).await, Status::UnprocessableEntity);
        assert!(visitor.page.contains("value=\"1992-02-30\"") && visitor.page.contains("#answer-2"), "what was typed stays");
        let gif = visitor.upload(&format!("{link}/berkas/1"), "application/pdf", b"GIF89a").await;
        assert_eq!(gif, Status::UnprocessableEntity);
        visitor.visit(&link).await;
        let token = visitor.hidden("csrf");
        answer_everything(&mut visitor, &link).await;
        assert!(visitor.page.contains("sudah dikirim"), "{}", visitor.page);
        let again = format!("csrf={token}&answer-3=Lantai+tiga");
        assert_eq!(visitor.send(Method::Post, &format!("{link}/jawaban/3"), &again).await, Status::Conflict);
        let clerk = browser(&counter, "petugas").await;
        assert!(clerk.get("/permohonan").await.text().contains("Perbaikan masuk"));
        let file = clerk.get(&format!("/permohonan/{id}")).await.text();
        assert!(file.contains("<del>1992-12-01</del>") && file.contains("Lantai dua"), "{file}");
        let before = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.body;
        assert_eq!(before["applicant"]["birth_date"], "1992-12-01", "nothing changes before a clerk takes it over");
        let after = act(&counter, "petugas", &id, "resubmission", json!({})).await;
        assert_eq!(after["applicant"]["birth_date"], "1992-11-30");
        assert_eq!(requirement(&after, "str")["state"], "uploaded");
        let kept = "SELECT COUNT(*) FROM requirement_version WHERE document_id IS NOT NULL";
        assert_eq!(scalar(counter.db(), kept.to_owned()).await, 1, "the old paper stays");
        let new = clerk.get(&format!("/permohonan/{id}/berkas/str")).await.is(Status::Ok).bytes;
        assert_eq!(new, PDF);
        visitor.visit(&link).await;
        assert!(visitor.page.contains("sudah berakhir"), "the link ends with the return: {}", visitor.page);
    }

    async fn the_time_an_answer_lies_with_the_office_counts(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        counter.wait_minutes(2 * 24 * 60);
        answer_everything(&mut Browser::new(&counter), &link).await;
        let path = format!("/api/v1/applications/{id}");
        let sent = counter.as_officer("petugas").await.get(&path).await.body;
        assert_eq!((sent["state"].as_str(), sent["due_date"].as_str()), (Some("returned"), Some("2026-12-03")));
        counter.wait_minutes(24 * 60);
        let after = act(&counter, "petugas", &id, "resubmission", json!({})).await;
        assert_eq!(after["due_date"], "2026-12-03");
        let acts = counter.acts_about(&id).await;
        assert!(acts.contains(&"application.answered".to_owned()), "{acts:?}");
    }

    async fn an_answered_file_does_not_lapse_and_an_unanswered_one_stands_in_the_list(db: Db) {
        let counter = office(db).await;
        let (answered, silent) = (returned(&counter).await, returned(&counter).await);
        let link = link_of(&counter, &answered).await;
        answer_everything(&mut Browser::new(&counter), &link).await;
        let lapsing = async |who: &str| {
            let list = counter.as_officer(who).await.get("/api/v1/inbox?view=lapsing").await.is(Status::Ok).body;
            list["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        counter.wait_minutes(14 * 24 * 60 - 1);
        assert!(lapsing("petugas").await.is_empty());
        counter.wait_minutes(1);
        assert_eq!((lapsing("petugas").await, lapsing("penyelia").await), (vec![silent.clone()], vec![silent.clone()]));
        counter.wait_minutes(14 * 24 * 60);
        try_act(&counter, "petugas", &answered, "lapse").await.refused_with(Status::Conflict, "file-answered");
        let page = browser(&counter, "penyelia").await.get("/permohonan?view=lapsing").await.is(Status::Ok).text();
        assert!(page.contains("Dapat dinyatakan gugur"), "{page}");
        let link = link_of(&counter, &silent).await;
        try_act(&counter, "petugas", &silent, "lapse").await.is(Status::Ok);
        let mut visitor = Browser::new(&counter);
        assert!(visitor.visit(&link).await.contains("sudah berakhir"));
    }

    async fn a_rejected_paper_has_to_be_replaced_before_the_file_goes_on(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        try_act(&counter, "petugas", &id, "resubmission").await
            .refused_with(Status::UnprocessableEntity, "incomplete").names_field("requirements.str", "requirement-rejected");
        let clerk = counter.as_officer("petugas").await;
        clerk.put(&format!("/api/v1/applications/{id}/requirements/str"), json!({ "sighted": true })).await.is(Status::Ok);
        counter.wait_minutes(1);
        let path = format!("/api/v1/applications/{id}/requirements/str");
        clerk.put_file(&path, "baru.pdf", "application/pdf", PDF).await.is(Status::Ok);
        try_act(&counter, "petugas", &id, "resubmission").await.is(Status::Ok);
    }

    async fn a_verifier_judges_each_paper_and_a_list_that_names_nothing_is_refused(db: Db) {
        let counter = office(db).await;
        let id = claimed(&counter).await;
        let verifier = browser(&counter, "verifikator").await;
        let path = format!("/permohonan/{id}/pengembalian");
        let form = verifier.get(&path).await.is(Status::Ok).text();
        assert!(form.contains("name=\"paper.str\"") && form.contains("name=\"wrong.fields.str_number\""), "{form}");
        let nothing = verifier.post(&path, &[]).await.is(Status::UnprocessableEntity).text();
        assert!(nothing.contains("#note"), "{nothing}");
        let other = [("paper.str", "rejected"), ("fault.str", "other"), ("paper.ktp", "valid")];
        let unclear = verifier.post(&path, &other).await.is(Status::UnprocessableEntity).text();
        assert!(unclear.contains("#why.str"), "another reason is told in words: {unclear}");
        let list = [("paper.str", "rejected"), ("fault.str", "expired"), ("wrong.fields.str_number", "1"),
            ("why.fields.str_number", "Berbeda dengan STR")];
        verifier.post(&path, &list).await.is(Status::SeeOther);
        let page = verifier.get(&format!("/permohonan/{id}")).await.text();
        assert!(page.contains("Sudah tidak berlaku") && page.contains("Berbeda dengan STR"), "{page}");
        let unknown = json!({ "items": [{ "kind": "paper", "target": "moon", "reason": "blurred" },
            { "kind": "field", "target": "applicant.nik" }, { "kind": "question" }] });
        let other = claimed(&counter).await;
        counter.as_officer("verifikator").await.post(&format!("/api/v1/applications/{other}/return"), unknown).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("items.1.target", "requirement-unknown").names_field("items.2.target", "field-unknown")
            .names_field("items.3.note", "required");
    }

    async fn both_letters_of_a_no_name_every_reason_and_the_way_on(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        clerk.get(&format!("/permohonan/{id}/surat-penolakan")).await.is(Status::Conflict);
        let letter = clerk.get(&format!("/permohonan/{id}/surat-pengembalian")).await.is(Status::Ok).bytes;
        let says = |pdf: &[u8], parts: &[&str]| {
            let Some(text) = ask("pdftotext", pdf, &["-"]) else { return };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in parts {
                assert!(text.contains(part), "{part} is not in {text}");
            }
        };
        says(&letter, &["Tidak terbaca. Pindai ulang", "Praktik di lantai berapa?", "8 Desember 2026", "22 Desember 2026",
            "bukan penolakan", "verifikator DATA UJI", HOLDER]);
        let why = json!({ "reason": "Tempat praktik tidak memenuhi syarat\nIzin tempat sudah berakhir" });
        act(&counter, "kadis", &id, "rejection", why).await;
        let letter = clerk.get(&format!("/permohonan/{id}/surat-penolakan")).await.is(Status::Ok).bytes;
        says(&letter, &["1. Tempat praktik tidak memenuhi syarat", "2. Izin tempat sudah berakhir", "Pasal 75",
            "21 (dua puluh satu) hari kerja", "Banding", "Pengadilan Tata Usaha Negara", "kadis DATA UJI"]);
    }

    async fn a_guessed_link_opens_nothing(db: Db) {
        let counter = office(db).await;
        let id = returned(&counter).await;
        let link = link_of(&counter, &id).await;
        assert_eq!(link.len(), "/perbaikan/".len() + 32);
        let mut guessed = link.clone();
        guessed.replace_range(link.len() - 1.., if link.ends_with('0') { "1" } else { "0" });
        for path in [guessed.as_str(), "/perbaikan/x"] {
            counter.as_visitor().get(path).await.is(Status::NotFound);
        }
    }
}
