//! One person under two numbers: found, looked at side by side, merged, undone.

use loket::ids::DoubleId;
use rocket::http::Status;
use serde_json::{Value, json};

use crate::appointments::worker;
use crate::permit_pages::browser;
use crate::permits::{HOLDER, NIK, act, complete_draft, midwife, office};
use crate::support::{TestCounter, scalar};

const PAGE: &str = "/kependudukan/ganda";
/// [`NIK`] with its last digit mistyped.
const MISTYPED: &str = "1607014112920008";
const DAY: i64 = 24 * 60;

/// A draft of the midwife under a number.
async fn draft(counter: &TestCounter, nik: &str, name: &str) -> String {
    let mut body = midwife();
    body["applicant"]["nik"] = json!(nik);
    body["applicant"]["name"] = json!(name);
    complete_draft(counter, body).await
}

/// The files found under a number.
async fn files_of(counter: &TestCounter, nik: &str) -> Vec<String> {
    let found = counter.as_officer("petugas").await.post("/api/v1/applications/search", json!({ "nik": nik })).await;
    let items = found.is(Status::Ok).body["items"].as_array().unwrap().clone();
    let mut ids: Vec<String> = items.iter().map(|item: &Value| item["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

async fn found_now(counter: &TestCounter) -> usize {
    worker(counter).round().await.unwrap().doubles
}

async fn only_pair(counter: &TestCounter) -> DoubleId {
    let page = browser(counter, "dukcapil").await.get(PAGE).await.is(Status::Ok).text();
    let at =
        page.find("/kependudukan/ganda/").unwrap_or_else(|| panic!("no pair in {page}")) + "/kependudukan/ganda/".len();
    page[at..].split('/').next().unwrap().parse().unwrap()
}

/// Which button keeps the number a file was right with: the side whose digits end like it.
async fn side_of(counter: &TestCounter, nik: &str) -> &'static str {
    let page = browser(counter, "dukcapil").await.get(PAGE).await.text();
    let masked = format!("{}••••••••{}", &nik[..4], &nik[12..]);
    let rows = page.split("<tr><th scope=\"row\">NIK</th>").nth(1).unwrap().split("</tr>").next().unwrap().to_owned();
    let first = rows.split("<td").nth(1).unwrap();
    if first.contains(&masked) { "1" } else { "2" }
}

on_each_database! {
    async fn a_mistyped_number_is_found_merged_by_a_person_and_undone(db: Db) {
        let counter = office(db).await;
        let right = draft(&counter, NIK, HOLDER).await;
        let wrong = draft(&counter, MISTYPED, "SITI RAHMA DATA UJ").await;
        let other = draft(&counter, "1607014112920055", "BUDI DATA UJI").await;
        assert_eq!(found_now(&counter).await, 1);
        assert_eq!(found_now(&counter).await, 0, "once a day, and a pair only once");
        let officer = browser(&counter, "dukcapil").await;
        let page = officer.get(PAGE).await.is(Status::Ok).text();
        assert!(page.contains("NIK berbeda di angka ke-16") && page.contains("SITI RAHMA DATA UJ"), "{page}");
        assert!(!page.contains(NIK) && !page.contains(MISTYPED) && !page.contains("BUDI DATA UJI"), "{page}");
        let (id, keep) = (only_pair(&counter).await, side_of(&counter, NIK).await);
        let act = format!("{PAGE}/{id}/gabung");
        let refused = officer.post(&act, &[("keep", keep), ("reason", "")]).await.is(Status::UnprocessableEntity).text();
        assert!(refused.contains("Wajib diisi"), "{refused}");
        officer.post(&act, &[("keep", keep), ("reason", "Sesuai KTP-el")]).await.is(Status::SeeOther);
        let mut both = vec![right.clone(), wrong.clone()];
        both.sort();
        assert_eq!((files_of(&counter, NIK).await, files_of(&counter, MISTYPED).await), (both, vec![]));
        assert_eq!(files_of(&counter, "1607014112920055").await, [other]);
        officer.post(&act, &[("keep", keep), ("reason", "Lagi")]).await.is(Status::Conflict);
        let page = officer.get(PAGE).await.text();
        assert!(page.contains("digabung") && page.contains("Sesuai KTP-el") && page.contains("dukcapil DATA UJI"), "{page}");
        let back = browser(&counter, "penyelia").await.post(&format!("{PAGE}/{id}/batal"), &[("reason", "Keliru")]).await;
        back.is(Status::SeeOther);
        assert_eq!((files_of(&counter, NIK).await, files_of(&counter, MISTYPED).await), (vec![right], vec![wrong]));
        let acts = counter.acts_about(&id.to_string()).await;
        assert_eq!(acts, ["double.merged", "double.undone"]);
        let kept = "SELECT COUNT(*) FROM person_move WHERE undone_at IS NOT NULL";
        assert!(scalar(counter.db(), kept.to_owned()).await >= 1, "what was moved stays known");
        browser(&counter, "petugas").await.get(PAGE).await.is(Status::Forbidden);
    }

    async fn two_people_who_look_alike_are_not_found_again(db: Db) {
        let counter = office(db).await;
        draft(&counter, NIK, HOLDER).await;
        draft(&counter, MISTYPED, HOLDER).await;
        assert_eq!(found_now(&counter).await, 1);
        let id = only_pair(&counter).await;
        let officer = browser(&counter, "dukcapil").await;
        officer.post(&format!("{PAGE}/{id}/beda"), &[("reason", "Kembar")]).await.is(Status::SeeOther);
        assert_eq!((files_of(&counter, NIK).await.len(), files_of(&counter, MISTYPED).await.len()), (1, 1));
        counter.wait_minutes(DAY);
        assert_eq!(found_now(&counter).await, 0);
        let page = browser(&counter, "dukcapil").await.get(PAGE).await.text();
        assert!(page.contains("Tidak ada yang perlu diperiksa") && page.contains("dua orang berbeda"), "{page}");
    }

    async fn nothing_is_merged_while_both_have_an_open_request_for_the_same_place(db: Db) {
        let counter = office(db).await;
        let mut ids = Vec::new();
        let mut body = midwife();
        for nik in [NIK, MISTYPED] {
            body["applicant"]["nik"] = json!(nik);
            let id = complete_draft(&counter, body.clone()).await;
            act(&counter, "petugas", &id, "registration", json!({})).await;
            ids.push(id);
        }
        assert_eq!(found_now(&counter).await, 1);
        let (id, officer) = (only_pair(&counter).await, browser(&counter, "dukcapil").await);
        let merge = format!("{PAGE}/{id}/gabung");
        let refused = officer.post(&merge, &[("keep", "1"), ("reason", "Sama")]).await.is(Status::Conflict).text();
        assert!(refused.contains("permohonan terbuka untuk layanan dan tempat yang sama"), "{refused}");
        assert_eq!((files_of(&counter, NIK).await.len(), files_of(&counter, MISTYPED).await.len()), (1, 1), "nothing moved");
        act(&counter, "petugas", &ids[1], "withdrawal", json!({ "reason": "Berkas ganda" })).await;
        officer.post(&merge, &[("keep", side_of(&counter, NIK).await), ("reason", "Sama")]).await.is(Status::SeeOther);
        assert_eq!(files_of(&counter, NIK).await.len(), 2);
    }
}
