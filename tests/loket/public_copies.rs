//! A copy of a permit for the public: what is personal is not in it any more.

use rocket::http::Status;

use crate::permit_pages::browser;
use crate::permits::{HOLDER, NIK, issued, office, pdf_of};
use crate::support::papers::ask;

on_each_database! {
    async fn a_public_copy_has_nothing_personal_in_it_and_says_when_and_why_it_was_made(db: Db) {
        let counter = office(db).await;
        let (id, permit) = issued(&counter).await;
        let act = format!("/permohonan/{id}/izin/tindakan/public_copy");
        let clerk = browser(&counter, "petugas").await;
        let form = clerk.get(&act).await.is(Status::Ok).text();
        assert!(form.contains("Hari dan jam praktik: Senin sampai Jumat") && !form.contains(NIK), "{form}");
        let asked = [("reason", ""), ("remove", "Hari dan jam praktik")];
        let refused = clerk.post(&act, &asked).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("value=\"Hari dan jam praktik\" id=\"remove\" checked") || refused.contains("\"Hari dan jam praktik\" checked"), "{refused}");
        clerk.post(&act, &[("reason", "x"), ("remove", "Nama ibu")]).await.is(Status::UnprocessableEntity);
        let asked = [("reason", "Permintaan informasi PPID 12/2026."), ("remove", "Hari dan jam praktik")];
        let made = clerk.post(&act, &asked).await.is(Status::SeeOther);
        let copy = clerk.get(&made.headers["location"]).await.is(Status::Ok).bytes;
        let personal = [NIK, "Pangkalan Balai, 1 Desember 1992", "Cendrawasih", "Senin sampai Jumat"];
        if let Some(words) = ask("pdftotext", &copy, &["-layout", "-"]) {
            let one_line = words.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in personal {
                assert!(!one_line.contains(part), "{part}: {words}");
            }
            for part in [HOLDER, permit["number"].as_str().unwrap(), "24 November 2026: Permintaan informasi PPID 12/2026.", "dihapus untuk salinan publik"] {
                assert!(one_line.contains(part), "{part}: {words}");
            }
            let original = ask("pdftotext", &pdf_of(&counter, &permit).await, &["-layout", "-"]).unwrap();
            let original = original.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(personal.iter().all(|part| original.contains(part)), "the control: the permit has them all: {original}");
        }
        let images = |pdf: &[u8]| ask("pdfimages", pdf, &["-list"]).map(|list| list.lines().count());
        assert!(images(&copy) < images(&pdf_of(&counter, &permit).await) || images(&copy).is_none(), "no photograph");
        let acts = counter.acts_about(permit["id"].as_str().unwrap()).await;
        assert!(acts.contains(&"permit.public-copy-made".to_owned()), "{acts:?}");
        let history = clerk.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(history.contains("Salinan publik dibuat") && history.contains("PPID 12/2026"), "{history}");
        browser(&counter, "verifikator").await.get(&act).await.is(Status::Conflict);
    }
}
