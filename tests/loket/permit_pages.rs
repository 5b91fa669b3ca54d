//! The pages about files and permits, as a browser without scripts uses them.

use loket::identity::{self, Credentials, SessionKind};
use rocket::http::{ContentType, Header, Method, Status};
use serde_json::json;

use crate::permits::{HOLDER, NIK, PORTRAIT, act, complete_draft, issued, midwife, office, qr_of};
use crate::support::papers::ask;
use crate::support::{Answer, Caller, PASSWORD, TestCounter, scalar};

/// A browser with a session.
pub struct Browser<'a> {
    caller: Caller<'a>,
    cookie: String,
    csrf: String,
}

pub async fn browser<'a>(counter: &'a TestCounter, username: &str) -> Browser<'a> {
    let app = &counter.app;
    let typed = Credentials { username, password: PASSWORD, code: "" };
    let signed = identity::sign_in(&app.db, app.tries(), &app.keys, typed, SessionKind::Page, app.now()).await;
    let token = signed.unwrap().2;
    let csrf = app.keys.form_token(&token);
    Browser { caller: counter.as_visitor(), cookie: token, csrf }
}

impl Browser<'_> {
    pub async fn get(&self, path: &str) -> Answer {
        let request = self.caller.request(Method::Get, path).cookie(("__Host-loket", self.cookie.clone()));
        self.caller.send(request).await
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = ("csrf", self.csrf.as_str());
        let all = fields.iter().chain([&token]);
        let body: Vec<String> = all.map(|(name, text)| format!("{}={}", encoded(name), encoded(text))).collect();
        let request = self.caller.request(Method::Post, path).header(ContentType::Form);
        self.caller.send(request.cookie(("__Host-loket", self.cookie.clone())).body(body.join("&"))).await
    }

    /// What a script of the page sends.
    pub async fn scripted(&self, method: Method, path: &str, body: Vec<u8>) -> Answer {
        let request = self.caller.request(method, path).header(Header::new("X-Form-Token", self.csrf.clone()));
        self.caller
            .send(request.header(ContentType::JSON).cookie(("__Host-loket", self.cookie.clone())).body(body))
            .await
    }

    pub async fn upload(&self, path: &str, media_type: &str, bytes: &[u8]) -> Answer {
        let part = |head: &str| format!("--batas\r\nContent-Disposition: form-data; {head}\r\n");
        let token = format!("{}\r\n{}\r\n", part("name=\"csrf\""), self.csrf);
        let file = format!("{}Content-Type: {media_type}\r\n\r\n", part("name=\"file\"; filename=\"berkas\""));
        let body = [token.as_bytes(), file.as_bytes(), bytes, b"\r\n--batas--\r\n"].concat();
        let kind = Header::new("Content-Type", "multipart/form-data; boundary=batas");
        let request = self.caller.request(Method::Post, path).header(kind);
        self.caller.send(request.cookie(("__Host-loket", self.cookie.clone())).body(body)).await
    }
}

fn encoded(text: &str) -> String {
    rocket::http::RawStr::new(text).percent_encode().to_string()
}

/// What the office answers on the check page; the rest of it is for a place without a network.
fn answer_of(page: &Answer) -> String {
    let text = page.text();
    let answer = text.split("data-office-answer").nth(1).and_then(|rest| rest.split("<form").next());
    answer.unwrap_or_else(|| panic!("no answer in {text}")).to_owned()
}

on_each_database! {
    async fn every_page_about_files_opens_for_the_people_it_is_for(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        let code = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.word("code");
        let clerk = browser(&counter, "petugas").await;
        for path in ["/permohonan", "/permohonan?view=late", "/permohonan/baru", &format!("/permohonan/{id}")] {
            let page = clerk.get(path).await.is(Status::Ok).text();
            assert!(!page.contains('⟦'), "{path}: {page}");
            assert!(!page.contains(NIK), "{path} shows the NIK");
        }
        assert!(clerk.get(&format!("/permohonan/{id}/izin")).await.is(Status::Ok).bytes.starts_with(b"%PDF"));
        assert!(clerk.get(&format!("/permohonan/{id}/tanda-terima")).await.is(Status::Ok).bytes.starts_with(b"%PDF"));
        assert!(clerk.get(&format!("/permohonan/{id}/berkas/photo")).await.is(Status::Ok).bytes.starts_with(&[0xFF, 0xD8]));
        let visitor = counter.as_visitor();
        let status = visitor.get(&format!("/status?kode={code}")).await.is(Status::Ok).text();
        assert!(status.contains("Izin siap diambil") && !status.contains("SITI"), "{status}");
        visitor.get("/status?kode=XXXX").await.is(Status::NotFound);
        let path = qr_of(&counter).await.replace("HTTP://127.0.0.1:8000", "");
        let checked = visitor.get(&path).await.is(Status::Ok).text();
        assert!(checked.contains(permit["number"].as_str().unwrap()) && !checked.contains("SITI"), "{checked}");
        visitor.get(&format!("/permohonan/{id}")).await.is(Status::SeeOther);
    }
    async fn a_clerk_takes_a_file_in_and_registers_it_without_scripts(db: Db) {
        let counter = office(db).await;
        let clerk = browser(&counter, "petugas").await;
        let unknown = clerk.post("/permohonan/baru/penduduk", &[("service", "SIPB"), ("nik", "123")]).await;
        assert!(unknown.is(Status::UnprocessableEntity).text().contains("error-summary"));
        let form = clerk.post("/permohonan/baru/penduduk", &[("service", "SIPB"), ("nik", NIK)]).await.is(Status::Ok);
        assert!(form.text().contains("name=\"fields.str_number\""));
        let mut fields = vec![("service", "SIPB"), ("kind", "new"), ("applicant.nik", NIK), ("applicant.name", HOLDER),
            ("applicant.birth_place", "Palembang"), ("applicant.birth_date", "1992-13-01"), ("applicant.sex", "P"),
            ("applicant.street", "Jalan Contoh"), ("applicant.village_code", "16.07.06.2001"),
            ("fields.practice_place", "Klinik DATA UJI"), ("fields.practice_address", "Jalan Contoh"),
            ("fields.practice_kind", "Fasilitas pelayanan kesehatan"), ("fields.practice_order", "Tempat praktik ke-1"),
            ("fields.str_number", "UJI-1"), ("fields.practice_days", "Senin")];
        let wrong = clerk.post("/permohonan", &fields).await.is(Status::UnprocessableEntity).text();
        assert!(wrong.contains("Klinik DATA UJI") && wrong.contains("#applicant.birth_date"), "what was typed stays");
        fields[5].1 = "1992-12-01";
        let place = clerk.post("/permohonan", &fields).await.is(Status::SeeOther).headers["location"].clone();
        let early = clerk.post(&format!("{place}/tindakan/registration"), &[]).await.is(Status::UnprocessableEntity).text();
        assert!(early.contains("#berkas-str"), "{early}");
        for code in ["application_letter", "ktp", "practice_statement", "health_letter"] {
            clerk.post(&format!("{place}/berkas/{code}/dilihat"), &[]).await.is(Status::SeeOther);
        }
        clerk.upload(&format!("{place}/berkas/str"), "application/pdf", b"GIF89a").await.is(Status::UnprocessableEntity);
        clerk.upload(&format!("{place}/berkas/str"), "application/pdf", b"%PDF-1.7\n%%EOF").await.is(Status::SeeOther);
        clerk.upload(&format!("{place}/berkas/photo"), "image/jpeg", PORTRAIT).await.is(Status::SeeOther);
        clerk.post(&format!("{place}/tindakan/registration"), &[]).await.is(Status::SeeOther);
        assert!(clerk.get(&place).await.is(Status::Ok).text().contains("Terdaftar"));
        let late = [("fields.practice_place", "Klinik Lain DATA UJI")];
        let late = clerk.post(&format!("{place}/ubah"), &late).await.is(Status::UnprocessableEntity).text();
        assert!(late.contains("error-summary") && late.contains("Klinik Lain DATA UJI"), "what was typed stays");
        let verifier = browser(&counter, "verifikator").await;
        verifier.post(&format!("{place}/tindakan/claim"), &[]).await.is(Status::SeeOther);
        let returned = verifier.post(&format!("{place}/tindakan/return"), &[]).await.is(Status::UnprocessableEntity).text();
        assert!(returned.contains("href=\"#return.note\""), "{returned}");
        verifier.post(&format!("{place}/tindakan/return"), &[("return.note", "STR buram")]).await.is(Status::SeeOther);
        let edit = clerk.get(&format!("{place}/ubah")).await.is(Status::Ok).text();
        assert!(edit.contains("Klinik DATA UJI") && !edit.contains(NIK));
        clerk.post(&format!("{place}/ubah"), &[("applicant.nik", ""), ("fields.str_number", "UJI-2")]).await.is(Status::SeeOther);
        clerk.post(&format!("{place}/tindakan/resubmission"), &[]).await.is(Status::UnprocessableEntity);
    }

    async fn the_head_signs_a_batch_and_a_foreign_form_is_refused(db: Db) {
        let counter = office(db).await;
        let mut ids = Vec::new();
        for _ in 0..2 {
            let id = complete_draft(&counter, midwife()).await;
            act(&counter, "petugas", &id, "registration", json!({})).await;
            act(&counter, "verifikator", &id, "verification", json!({})).await;
            let letter = json!({ "outcome": "grant", "letter_number": "1", "letter_date": "2026-11-23" });
            act(&counter, "teknis", &id, "recommendation", letter).await;
            act(&counter, "kabid", &id, "paraf", json!({})).await;
            ids.push(id);
        }
        let head = browser(&counter, "kadis").await;
        let list = head.get("/permohonan/tanda-tangan").await.is(Status::Ok).text();
        assert!(list.contains(&format!("value=\"{}\"", ids[0])), "{list}");
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        let signed = head.post("/permohonan/tanda-tangan", &fields).await.is(Status::Ok).text();
        assert_eq!(signed.matches("siap diambil").count(), 2, "{signed}");
        let foreign = Browser { csrf: "x".to_owned(), ..browser(&counter, "petugas").await };
        foreign.post(&format!("/permohonan/{}/tindakan/handover", ids[0]), &[]).await.is(Status::Forbidden);
        foreign.upload(&format!("/permohonan/{}/berkas/str", ids[0]), "application/pdf", b"%PDF-1.7").await.is(Status::Forbidden);
    }

    async fn a_printed_copy_says_which_copy_it_is_and_the_sealed_file_stays(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        let form = format!("/permohonan/{id}/izin/tindakan/reprint");
        clerk.get(&form).await.is(Status::Ok);
        let refused = clerk.post(&form, &[("reason", " ")]).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("field-error"), "{refused}");
        for copy in 1..=2 {
            let sent = clerk.post(&form, &[("reason", "Rusak")]).await;
            sent.is(Status::SeeOther);
            let printed = clerk.get(&format!("/permohonan/{id}/izin/salinan/{copy}")).await.is(Status::Ok).bytes;
            let Some(words) = ask("pdftotext", &printed, &["-"]) else { continue };
            let line = format!("Salinan cetak ke-{copy}, dikeluarkan");
            assert!(words.contains(&line), "{words}");
        }
        clerk.get(&format!("/permohonan/{id}/izin/salinan/3")).await.is(Status::NotFound);
        let pdf = counter.as_officer("petugas").await.get(permit["pdf"].as_str().unwrap()).await.bytes;
        let sealed = clerk.upload("/verifikasi/berkas", "application/pdf", &pdf).await.is(Status::Ok);
        assert!(answer_of(&sealed).contains("asli dan berlaku"));
        assert!(clerk.get(&format!("/permohonan/{id}")).await.text().contains("Izin dicetak ulang"));
    }

    async fn the_head_suspends_a_permit_with_a_reason_and_lifts_it_again(db: Db) {
        let counter = office(db).await;
        let (id, _) = issued(&counter).await;
        let (head, clerk) = (browser(&counter, "kadis").await, browser(&counter, "petugas").await);
        let form = |act: &str| format!("/permohonan/{id}/izin/tindakan/{act}");
        clerk.post(&form("suspension"), &[("reason", "x")]).await.is(Status::Forbidden);
        head.post(&form("suspension"), &[("reason", "")]).await.is(Status::UnprocessableEntity);
        head.post(&form("suspension"), &[("reason", "Rahasia berkas"), ("class", "ruling")]).await.is(Status::SeeOther);
        head.get(&form("suspension")).await.is(Status::Conflict);
        let code = qr_of(&counter).await;
        let told = answer_of(&clerk.post("/verifikasi/kode", &[("code", &code)]).await.is(Status::Ok));
        assert!(told.contains("sedang dibekukan") && !told.contains("Rahasia berkas"), "{told}");
        head.post(&form("lifting"), &[("reason", "Putusan dicabut")]).await.is(Status::SeeOther);
        assert!(answer_of(&clerk.post("/verifikasi/kode", &[("code", &code)]).await).contains("asli dan berlaku"));
        let file = head.get(&format!("/permohonan/{id}")).await.text();
        assert!(file.contains("Izin dibekukan") && file.contains("Pembekuan dicabut"), "{file}");
    }

    async fn the_register_book_is_read_and_printed_by_those_it_is_for(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let number = permit["number"].as_str().unwrap();
        let reader = browser(&counter, "kabid").await;
        let page = reader.get("/buku-register?jenis=SIPB&tahun=2026").await.is(Status::Ok).text();
        assert!(page.contains(number) && page.contains(HOLDER), "{page}");
        let other = reader.get("/buku-register?jenis=SIPB&tahun=2025").await.is(Status::Ok).text();
        assert!(!other.contains(number));
        let printed = reader.get("/buku-register/SIPB/2026/pdf").await.is(Status::Ok).bytes;
        if let Some(words) = ask("pdftotext", &printed, &["-layout", "-"]) {
            assert!(words.contains(number) && words.contains("BUKU REGISTER"), "{words}");
        }
        browser(&counter, "petugas").await.get("/buku-register").await.is(Status::Forbidden);
    }

    async fn a_permit_is_not_given_to_somebody_without_a_name(db: Db) {
        let counter = office(db).await;
        let (id, _) = issued(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        let hand_over = format!("/permohonan/{id}/tindakan/handover");
        let refused = clerk.post(&hand_over, &[("handover.relation", "proxy")]).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("handover.name"), "{refused}");
        clerk.post(&hand_over, &[("handover.name", "ANI DATA UJI"), ("handover.relation", "family")]).await.is(Status::SeeOther);
    }

    async fn a_proxy_shows_identity_and_power_of_attorney_and_the_history_names_both(db: Db) {
        let counter = office(db).await;
        let (id, _) = issued(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        let hand_over = format!("/permohonan/{id}/tindakan/handover");
        let mut form = vec![("handover.name", "ANI DATA UJI"), ("handover.relation", "proxy")];
        let refused = clerk.post(&hand_over, &form).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("handover.authority") && refused.contains("handover.identity"), "{refused}");
        form.push(("handover.identity", "sim"));
        let refused = clerk.post(&hand_over, &form).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("handover.authority") && refused.contains("handover.identity_number"), "{refused}");
        form.extend([("handover.identity_number", "940112345678"), ("handover.authority", "01/SK/XI/2026, 23 November 2026")]);
        clerk.post(&hand_over, &form).await.is(Status::SeeOther);
        let file = clerk.get(&format!("/permohonan/{id}")).await.text();
        for words in ["ANI DATA UJI", "Kuasa", "SIM", "••••5678", "01/SK/XI/2026"] {
            assert!(file.contains(words), "{words} in {file}");
        }
        let kept = "SELECT COUNT(*) FROM application_act WHERE CAST(detail AS TEXT) LIKE '%940112345678%'";
        assert_eq!(scalar(counter.db(), kept).await, 0);
    }

    async fn anybody_checks_a_permit_by_file_or_by_number_and_name(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let citizen = browser(&counter, "dukcapil").await;
        let number = permit["number"].as_str().unwrap();
        let found = answer_of(&citizen.post("/verifikasi", &[("number", number), ("name", HOLDER)]).await.is(Status::Ok));
        assert!(found.contains("asli dan berlaku"), "{found}");
        let other = answer_of(&citizen.post("/verifikasi", &[("number", number), ("name", "Budi")]).await.is(Status::Ok));
        assert!(other.contains("Tidak dapat dipastikan") && !other.contains("Berlaku sampai"));
        citizen.post("/verifikasi", &[("number", number)]).await.is(Status::UnprocessableEntity);
        let pdf = counter.as_officer("petugas").await.get(permit["pdf"].as_str().unwrap()).await.bytes;
        let whole = citizen.upload("/verifikasi/berkas", "application/pdf", &pdf).await.is(Status::Ok);
        assert!(answer_of(&whole).contains("asli dan berlaku"));
        let cut = citizen.upload("/verifikasi/berkas", "application/pdf", &pdf[..pdf.len() - 1]).await.is(Status::Ok);
        assert!(answer_of(&cut).contains("Tidak dapat dipastikan"));
    }
}
