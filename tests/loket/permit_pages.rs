//! The pages about files and permits, as a browser without scripts uses them.

use loket::identity::{self, Credentials, SessionKind};
use rocket::http::{ContentType, Header, Method, Status};
use serde_json::json;

use crate::permits::{HOLDER, NIK, PORTRAIT, act, complete_draft, issued, midwife, office, qr_of};
use crate::support::{Answer, Caller, PASSWORD, TestCounter};

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

    async fn upload(&self, path: &str, media_type: &str, bytes: &[u8]) -> Answer {
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
        let list = head.get("/permohonan").await.is(Status::Ok).text();
        assert!(list.contains(&format!("value=\"{}\"", ids[0])), "{list}");
        let fields: Vec<(&str, &str)> = ids.iter().map(|id| ("id", id.as_str())).collect();
        let signed = head.post("/permohonan/tanda-tangan", &fields).await.is(Status::Ok).text();
        assert_eq!(signed.matches("siap diambil").count(), 2, "{signed}");
        let foreign = Browser { csrf: "x".to_owned(), ..browser(&counter, "petugas").await };
        foreign.post(&format!("/permohonan/{}/tindakan/handover", ids[0]), &[]).await.is(Status::Forbidden);
        foreign.upload(&format!("/permohonan/{}/berkas/str", ids[0]), "application/pdf", b"%PDF-1.7").await.is(Status::Forbidden);
    }

    async fn anybody_checks_a_permit_by_file_or_by_number_and_name(db: Db) {
        let counter = office(db).await;
        let (_, permit) = issued(&counter).await;
        let citizen = browser(&counter, "dukcapil").await;
        let number = permit["number"].as_str().unwrap();
        let found = citizen.post("/verifikasi", &[("number", number), ("name", HOLDER)]).await.is(Status::Ok).text();
        assert!(found.contains("asli dan berlaku"), "{found}");
        let other = citizen.post("/verifikasi", &[("number", number), ("name", "Budi")]).await.is(Status::Ok).text();
        assert!(other.contains("Tidak dapat dipastikan") && !other.contains("Berlaku sampai"));
        citizen.post("/verifikasi", &[("number", number)]).await.is(Status::UnprocessableEntity);
        let pdf = counter.as_officer("petugas").await.get(permit["pdf"].as_str().unwrap()).await.bytes;
        assert!(citizen.upload("/verifikasi/berkas", "application/pdf", &pdf).await.is(Status::Ok).text().contains("asli dan berlaku"));
        let cut = &pdf[..pdf.len() - 1];
        assert!(citizen.upload("/verifikasi/berkas", "application/pdf", cut).await.is(Status::Ok).text().contains("Tidak dapat dipastikan"));
    }
}
