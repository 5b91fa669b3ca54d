//! The desks of the permit workflow: what waits for whom, who has a file in hand, who acts for whom, what was mistyped,
//! and everything that happened in one list.

use loket::permits::{Advice, ApplicationState};
use rocket::http::Status;
use serde_json::{Value, json};

use crate::permit_pages::browser;
use crate::permits::{act, awaiting_signature, complete_draft, issued, midwife, office, pdf_of};
use crate::support::papers::ask;
use crate::support::{Answer, TestCounter, execute, scalar};

/// The most statements one page or answer may ask of the store, signing in included.
const MOST_STATEMENTS: u64 = 6;

async fn registered(counter: &TestCounter) -> String {
    let id = complete_draft(counter, midwife()).await;
    act(counter, "petugas", &id, "registration", json!({})).await;
    id
}

async fn try_act(counter: &TestCounter, who: &str, id: &str, act: &str, body: Value) -> Answer {
    counter.as_officer(who).await.post(&format!("/api/v1/applications/{id}/{act}"), body).await
}

async fn ids_in(counter: &TestCounter, who: &str, view: &str) -> Vec<String> {
    let list = counter.as_officer(who).await.get(&format!("/api/v1/inbox?view={view}")).await.is(Status::Ok).body;
    let mut ids: Vec<String> =
        list["items"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect();
    ids.sort_unstable();
    ids
}

async fn count(counter: &TestCounter, who: &str, view: &str) -> i64 {
    let list = counter.as_officer(who).await.get("/api/v1/inbox").await.is(Status::Ok).body;
    list["counts"][view].as_i64().unwrap()
}

/// A second verifier, technical officer … of the same office.
async fn colleague(counter: &TestCounter, name: &str, like: &str) {
    let add = format!(
        "INSERT INTO officer (id, username, name, nip, position, rank, site_id, password_hash, active, created_at) \
         SELECT {}, '{name}', '{name} DATA UJI', nip, position, rank, site_id, password_hash, active, created_at \
         FROM officer WHERE username = '{like}'",
        if counter.db().is_sqlite() { "randomblob(16)" } else { "gen_random_uuid()" }
    );
    execute(counter.db(), add).await;
    execute(
        counter.db(),
        format!(
            "INSERT INTO officer_role (officer_id, role) SELECT n.id, r.role FROM officer n, \
        officer o JOIN officer_role r ON r.officer_id = o.id WHERE n.username = '{name}' AND o.username = '{like}'"
        ),
    )
    .await;
}

fn head_delegation(kind: &str, officer: &str, from: &str, to: &str) -> Value {
    json!({ "role": "head", "kind": kind, "officer": officer, "letter_number": "800/12/UJI/2026", "from": from, "to": to })
}

on_each_database! {
    async fn the_inbox_shows_mine_my_offices_nearly_late_and_late_files_with_counts(db: Db) {
        let counter = office(db).await;
        let mut both = [registered(&counter).await, registered(&counter).await];
        both.sort_unstable();
        let [first, second] = both;
        act(&counter, "verifikator", &first, "claim", json!({})).await;
        assert_eq!(ids_in(&counter, "verifikator", "mine").await, std::slice::from_ref(&first));
        assert_eq!(ids_in(&counter, "verifikator", "role").await, [first.clone(), second.clone()]);
        assert_eq!(count(&counter, "verifikator", "nearly_late").await, 0);
        // Promised for Tuesday, 1 December: on Monday one working day is left, on Wednesday it is late.
        counter.wait_minutes(6 * 24 * 60);
        assert_eq!(ids_in(&counter, "verifikator", "nearly_late").await, [first.clone(), second.clone()]);
        assert_eq!(count(&counter, "verifikator", "late").await, 0);
        counter.wait_minutes(2 * 24 * 60);
        assert_eq!(ids_in(&counter, "verifikator", "late").await, [first.clone(), second.clone()]);
        assert_eq!((count(&counter, "verifikator", "nearly_late").await, count(&counter, "verifikator", "mine").await), (0, 1));
        assert_eq!(count(&counter, "teknis", "role").await, 0);
        let page = browser(&counter, "verifikator").await.get("/permohonan").await.is(Status::Ok).text();
        assert!(page.contains("Lewat <span class=\"num\">2</span>") && page.contains("Saya pegang"), "{page}");
        let late = browser(&counter, "verifikator").await.get("/permohonan?view=late").await.is(Status::Ok).text();
        assert!(late.contains("lewat 1 hari kerja"), "{late}");
    }

    async fn a_page_of_the_inbox_goes_on_where_the_last_one_ended(db: Db) {
        let counter = office(db).await;
        let mut all = [registered(&counter).await, registered(&counter).await, registered(&counter).await];
        all.sort_unstable();
        let verifier = counter.as_officer("verifikator").await;
        let first = verifier.get("/api/v1/inbox?limit=2").await.is(Status::Ok).body;
        let cursor = first["next_cursor"].as_str().unwrap();
        let second = verifier.get(&format!("/api/v1/inbox?limit=2&cursor={cursor}")).await.is(Status::Ok).body;
        let ids: Vec<&str> = [&first, &second].iter().flat_map(|page| page["items"].as_array().unwrap())
            .map(|row| row["id"].as_str().unwrap()).collect();
        assert_eq!((ids, second["next_cursor"].is_null()), (all.iter().map(String::as_str).collect(), true));
        verifier.get("/api/v1/inbox?cursor=x").await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("cursor", "choice");
    }

    async fn inbox_and_search_ask_the_store_at_most_six_times(db: Db) {
        let counter = office(db).await;
        registered(&counter).await;
        let asked = async |who: &str, path: &str, body: Option<Value>| {
            let caller = counter.as_officer(who).await;
            let before = counter.db().hub().statements();
            match body {
                None => caller.get(path).await.is(Status::Ok),
                Some(body) => caller.post(path, body).await.is(Status::Ok),
            };
            counter.db().hub().statements() - before
        };
        for who in ["petugas", "verifikator", "penyelia", "admin", "kadis"] {
            for view in ["mine", "role", "nearly_late", "late", "lapsing", "drafts"] {
                let count = asked(who, &format!("/api/v1/inbox?view={view}"), None).await;
                assert!((2..=MOST_STATEMENTS).contains(&count), "{who} {view}: {count} statements");
            }
            let name = asked(who, "/api/v1/applications/search", Some(json!({ "q": "siti rah" }))).await;
            assert!((2..=MOST_STATEMENTS).contains(&name), "{who}: {name} statements");
        }
        let nik = asked("petugas", "/api/v1/applications/search", Some(json!({ "nik": crate::permits::NIK }))).await;
        assert!((2..=MOST_STATEMENTS).contains(&nik), "a search by NIK: {nik} statements");
    }

    async fn a_file_is_found_by_the_beginning_of_any_word_of_the_name(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let clerk = counter.as_officer("petugas").await;
        let find = async |typed: &str| {
            let found = clerk.post("/api/v1/applications/search", json!({ "q": typed })).await.is(Status::Ok).body;
            found["items"].as_array().unwrap().len()
        };
        for typed in ["siti", "rah", "Data Siti", "sit rahma u"] {
            assert_eq!(find(typed).await, 1, "{typed}");
        }
        for typed in ["rahmat", "siti budi", "%", "!", "___"] {
            assert_eq!(find(typed).await, 0, "{typed}");
        }
        // The store keeps the words of the new name, and shows no file under an old one.
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        act(&counter, "verifikator", &id, "return", json!({ "items": [], "note": "Nama salah" })).await;
        clerk.patch(&format!("/api/v1/applications/{id}"), json!({ "applicant": { "name": "DEWI DATA UJI" } })).await.is(Status::Ok);
        assert_eq!((find("dewi").await, find("siti").await), (1, 0));
    }

    async fn the_office_a_file_waits_at_is_the_one_of_its_state(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        for state in ApplicationState::ALL {
            for advice in [None, Some(Advice::Grant), Some(Advice::Refuse)] {
                let words = advice.map_or("NULL".to_owned(), |advice: Advice| format!("'{advice}'"));
                execute(counter.db(), format!("UPDATE application SET state = '{state}', advice = {words}")).await;
                let file = counter.as_officer("petugas").await.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok);
                let told = file.body["waits_at"].as_str().unwrap_or_default().to_owned();
                let kept = format!("SELECT COUNT(*) FROM application WHERE COALESCE(waits_at, '') = '{told}'");
                assert_eq!(scalar(counter.db(), kept).await, 1, "{state} {advice:?}: {told}");
            }
        }
    }

    async fn a_file_in_somebodys_hand_is_worked_on_by_nobody_else_until_it_is_laid_back(db: Db) {
        let counter = office(db).await;
        colleague(&counter, "verifikator2", "verifikator").await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        for step in ["claim", "verification", "release"] {
            let refused = try_act(&counter, "verifikator2", &id, step, json!({})).await;
            let refused = refused.refused_with(Status::Conflict, "claimed-by-another");
            let words = refused.word("detail");
            assert!(words.contains("verifikator DATA UJI") && words.contains("24 November 2026"), "{words}");
        }
        try_act(&counter, "kadis", &id, "rejection", json!({ "reason": "x" })).await
            .refused_with(Status::Conflict, "claimed-by-another");
        act(&counter, "verifikator", &id, "release", json!({})).await;
        try_act(&counter, "verifikator", &id, "release", json!({})).await.refused_with(Status::Conflict, "file-not-claimed");
        act(&counter, "verifikator2", &id, "claim", json!({})).await;
        let next = act(&counter, "verifikator2", &id, "verification", json!({})).await;
        assert_eq!((next["waits_at"].as_str(), next["claimed_by"].is_null()), (Some("recommendation"), true));
        // Every office takes files in hand, and the applicant may withdraw all the same.
        let held = act(&counter, "teknis", &id, "claim", json!({})).await;
        assert_eq!((held["state"].as_str(), held["claimed_by"].as_str()), (Some("in_recommendation"), Some("teknis DATA UJI")));
        act(&counter, "petugas", &id, "withdrawal", json!({ "reason": "Pindah kota" })).await;
        try_act(&counter, "teknis", &id, "claim", json!({})).await.refused_with(Status::Conflict, "file-in-other-state");
    }

    async fn a_returned_file_comes_back_to_the_verifier_who_returned_it(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        let back = act(&counter, "verifikator", &id, "return", json!({ "note": "Lantai berapa?" })).await;
        assert!(back["claimed_by"].is_null());
        let again = act(&counter, "petugas", &id, "resubmission", json!({})).await;
        assert_eq!(again["claimed_by"], "verifikator DATA UJI");
    }

    async fn a_supervisor_gives_a_file_to_another_person_and_decides_nothing_on_it(db: Db) {
        let counter = office(db).await;
        colleague(&counter, "verifikator2", "verifikator").await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        let give = |officer: &str, reason: &str| json!({ "officer": officer, "reason": reason });
        try_act(&counter, "verifikator2", &id, "reassignment", give("verifikator2", "x")).await
            .refused_with(Status::Forbidden, "wrong-role");
        try_act(&counter, "penyelia", &id, "reassignment", give("kabid", " ")).await
            .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("reason", "required");
        for wrong in ["kabid", "petugas", "nobody", "verifikator"] {
            try_act(&counter, "penyelia", &id, "reassignment", give(wrong, "Cuti")).await
                .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field("officer", "officer-not-fitting");
        }
        let given = act(&counter, "penyelia", &id, "reassignment", give("verifikator2", "Rekan cuti sakit")).await;
        assert_eq!((given["claimed_by"].as_str(), given["state"].as_str()), (Some("verifikator2 DATA UJI"), Some("in_verification")));
        assert_eq!(ids_in(&counter, "verifikator2", "mine").await, std::slice::from_ref(&id));
        assert!(ids_in(&counter, "verifikator", "mine").await.is_empty());
        let page = browser(&counter, "verifikator2").await.get("/permohonan").await.is(Status::Ok).text();
        assert!(page.contains("dialihkan ke Anda: Rekan cuti sakit"), "{page}");
        try_act(&counter, "verifikator", &id, "verification", json!({})).await.refused_with(Status::Conflict, "claimed-by-another");
        let last = given["history"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((last["act"].as_str(), last["office"].as_str(), last["detail"]["reason"].as_str()),
            (Some("reassignment"), Some("supervision"), Some("Rekan cuti sakit")));
        // With every role, who gave the file away still decides nothing.
        execute(counter.db(), "INSERT INTO officer_role (officer_id, role) SELECT o.id, r.role FROM officer o, \
            (SELECT DISTINCT role FROM officer_role WHERE role <> 'supervisor') r WHERE o.username = 'penyelia'").await;
        act(&counter, "verifikator2", &id, "verification", json!({})).await;
        try_act(&counter, "penyelia", &id, "claim", json!({})).await.refused_with(Status::Forbidden, "same-person");
    }

    async fn a_supervisor_gives_a_file_away_on_its_page_without_scripts(db: Db) {
        let counter = office(db).await;
        colleague(&counter, "verifikator2", "verifikator").await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "claim", json!({})).await;
        let supervisor = browser(&counter, "penyelia").await;
        let page = supervisor.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(page.contains("<option value=\"verifikator2\"") && !page.contains("<option value=\"verifikator\""), "{page}");
        assert!(page.contains("dipegang verifikator DATA UJI sejak"), "{page}");
        let path = format!("/permohonan/{id}/tindakan/reassignment");
        let empty = supervisor.post(&path, &[("reassignment.reason", "Cuti")]).await.is(Status::UnprocessableEntity).text();
        assert!(empty.contains("#reassignment.officer") && empty.contains("Cuti"), "{empty}");
        let full = [("reassignment.officer", "verifikator2"), ("reassignment.reason", "Cuti")];
        supervisor.post(&path, &full).await.is(Status::SeeOther);
    }

    async fn a_plh_of_the_head_signs_under_the_own_name_while_it_runs_and_no_longer(db: Db) {
        let counter = office(db).await;
        colleague(&counter, "sekretaris", "teknis").await;
        execute(counter.db(), "DELETE FROM officer_role WHERE officer_id = (SELECT id FROM officer WHERE username = 'sekretaris')").await;
        execute(counter.db(), "INSERT INTO officer_role (officer_id, role) SELECT id, 'section_head' FROM officer WHERE username = 'sekretaris'").await;
        execute(counter.db(), "UPDATE officer SET nip = '199001012015012002' WHERE username = 'sekretaris'").await;
        let (id, late) = (awaiting_signature(&counter).await, awaiting_signature(&counter).await);
        try_act(&counter, "sekretaris", &id, "signature", json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        let head = counter.as_officer("kadis").await;
        let named = head.post("/api/v1/delegations", head_delegation("plh", "sekretaris", "2026-11-24", "2026-11-25")).await.is(Status::Created);
        assert_eq!(named.word("position"), "Jabatan Contoh");
        let signed = act(&counter, "sekretaris", &id, "signature", json!({})).await;
        assert_eq!(signed["state"], "ready");
        let pdf = pdf_of(&counter, &signed["permit"]).await;
        if let Some(text) = ask("pdftotext", &pdf, &["-"]) {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in ["Plh.", "Jabatan Contoh", "sekretaris DATA UJI", "19900101 201501 2 002"] {
                assert!(text.contains(part), "{part} is not in {text}");
            }
            assert!(!text.contains("kadis DATA UJI"), "{text}");
        }
        let signature = signed["history"].as_array().unwrap().iter().find(|one| one["act"] == "signature").unwrap().clone();
        assert_eq!(signature["detail"]["acting"], "Plh. Jabatan Contoh");
        assert_eq!(signature["detail"]["acting_letter"], "800/12/UJI/2026");
        // Nobody ends it; the day after its last day it is over.
        counter.wait_minutes(2 * 24 * 60);
        try_act(&counter, "sekretaris", &late, "signature", json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        assert_eq!(act(&counter, "kadis", &late, "signature", json!({})).await["state"], "ready");
    }

    async fn who_gave_the_paraf_does_not_sign_as_plh_of_the_head(db: Db) {
        let counter = office(db).await;
        let id = awaiting_signature(&counter).await;
        let head = counter.as_officer("kadis").await;
        head.post("/api/v1/delegations", head_delegation("plh", "kabid", "2026-11-24", "2026-11-24")).await.is(Status::Created);
        try_act(&counter, "kabid", &id, "signature", json!({})).await.refused_with(Status::Forbidden, "same-person");
        let path = "/api/v1/delegations";
        counter.as_officer("kabid").await.post(path, head_delegation("plh", "teknis", "2026-12-01", "2026-12-02")).await
            .refused_with(Status::Forbidden, "wrong-role");
    }

    async fn an_office_has_one_delegate_a_day(db: Db) {
        let counter = office(db).await;
        let admin = counter.as_officer("admin").await;
        let path = "/api/v1/delegations";
        let named = admin.post(path, head_delegation("plh", "kabid", "2026-11-25", "2026-11-27")).await.is(Status::Created);
        admin.post(path, head_delegation("plt", "teknis", "2026-11-27", "2026-12-31")).await
            .refused_with(Status::Conflict, "delegation-overlaps").names_field("from", "delegation-overlaps");
        admin.post(path, head_delegation("plt", "teknis", "2026-11-28", "2026-12-31")).await.is(Status::Created);
        let wrong = json!({ "role": "clerk", "kind": "x", "officer": "kadis", "letter_number": "", "from": "2026-02-30", "to": "2026-11-01" });
        admin.post(path, wrong).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("role", "choice").names_field("kind", "choice").names_field("letter_number", "required")
            .names_field("from", "date").names_field("to", "day-over");
        admin.post(path, head_delegation("plh", "kadis", "2027-01-02", "2027-01-02")).await.names_field("officer", "officer-not-fitting");
        // Ended at once, its days are free again.
        admin.delete(&format!("{path}/{}", named.word("id"))).await.is(Status::NoContent);
        admin.delete(&format!("{path}/{}", named.word("id"))).await.refused_with(Status::Conflict, "delegation-over");
        admin.post(path, head_delegation("plh", "teknis", "2026-11-26", "2026-11-26")).await.is(Status::Created);
        let list = admin.get(path).await.is(Status::Ok).body;
        assert_eq!(list["items"].as_array().unwrap().len(), 3);
        counter.as_officer("petugas").await.get(path).await.refused_with(Status::Forbidden, "wrong-role");
    }

    async fn a_delegate_is_named_on_a_page_that_keeps_what_was_typed(db: Db) {
        let counter = office(db).await;
        let head = browser(&counter, "kadis").await;
        let typed = [("role", "section_head"), ("kind", "plt"), ("officer", "teknis"), ("letter_number", "800/77/UJI"),
            ("from", "2026-11-24"), ("to", "2026-11-01")];
        let again = head.post("/pejabat-sementara", &typed).await.is(Status::UnprocessableEntity).text();
        assert!(again.contains("value=\"800/77/UJI\"") && again.contains("href=\"#to\""), "{again}");
        let right: Vec<_> = typed.iter().map(|(n, v)| if *n == "to" { (*n, "2026-11-30") } else { (*n, *v) }).collect();
        head.post("/pejabat-sementara", &right).await.is(Status::SeeOther);
        let page = head.get("/pejabat-sementara").await.is(Status::Ok).text();
        assert!(page.contains("Plt. Jabatan Contoh") && page.contains("berjalan"), "{page}");
        assert!(counter.as_officer("teknis").await.get("/api/v1/inbox").await.is(Status::Ok).body["counts"]["role"].is_number());
    }

    async fn a_typing_error_is_put_right_by_two_people_and_before_and_after_are_kept(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let change = |changes: Value| json!({ "reason": "Huruf tertukar", "changes": changes });
        for (wrong, field, code) in [
            (json!({ "applicant.nik": "1607014112920004" }), "applicant.nik", "not-rectified"),
            (json!({ "service": "SIPD" }), "service", "not-rectified"),
            (json!({ "applicant.birth_date": "1992-02-30" }), "applicant.birth_date", "date"),
            (json!({ "applicant.name": "" }), "applicant.name", "required"),
            (json!({ "fields.str_number": "UJI-0001" }), "reason", "rectification-empty"),
        ] {
            try_act(&counter, "petugas2", &id, "rectification", change(wrong)).await
                .refused_with(Status::UnprocessableEntity, "invalid-fields").names_field(field, code);
        }
        let right = json!({ "applicant.name": "SITI RAHMAH DATA UJI", "fields.str_number": "UJI-0010" });
        let proposed = try_act(&counter, "petugas2", &id, "rectification", change(right.clone())).await.is(Status::Ok).body;
        assert_eq!(proposed["applicant"]["name"], "SITI RAHMA DATA UJI", "nothing changes before a verifier confirms");
        try_act(&counter, "petugas2", &id, "rectification", change(right)).await.refused_with(Status::Conflict, "rectification-open");
        try_act(&counter, "petugas2", &id, "confirmation", json!({})).await.refused_with(Status::Forbidden, "wrong-role");
        let page = browser(&counter, "verifikator").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        assert!(page.contains("<del>UJI-0001</del>") && page.contains("menunggu verifikator"), "{page}");
        let done = act(&counter, "verifikator", &id, "confirmation", json!({})).await;
        assert_eq!((done["applicant"]["name"].as_str(), done["fields"]["str_number"].as_str(), done["state"].as_str()),
            (Some("SITI RAHMAH DATA UJI"), Some("UJI-0010"), Some("in_recommendation")));
        let kept = &done["rectifications"][0];
        assert_eq!((kept["state"].as_str(), kept["items"][0]["before"].as_str(), kept["decided_by"].as_str()),
            (Some("confirmed"), Some("SITI RAHMA DATA UJI"), Some("verifikator DATA UJI")));
        try_act(&counter, "verifikator", &id, "confirmation", json!({})).await.refused_with(Status::Conflict, "rectification-none");
        let audit = "SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%RAHMAH%'";
        assert_eq!(scalar(counter.db(), audit).await, 0, "the audit names no person");
        let acts: Vec<&str> = done["history"].as_array().unwrap().iter().map(|one| one["act"].as_str().unwrap()).collect();
        assert_eq!(acts[acts.len() - 2..], ["rectification", "confirmation"]);
    }

    async fn who_pointed_out_an_error_does_not_confirm_it_and_a_signed_permit_is_not_changed_so(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        execute(counter.db(), "INSERT INTO officer_role (officer_id, role) SELECT id, 'verifier' FROM officer WHERE username = 'petugas2'").await;
        let change = json!({ "reason": "Salah ketik", "changes": { "applicant.birth_place": "Palembang" } });
        act(&counter, "petugas2", &id, "rectification", change.clone()).await;
        try_act(&counter, "petugas2", &id, "confirmation", json!({})).await.refused_with(Status::Forbidden, "same-person");
        let turned = act(&counter, "verifikator", &id, "dismissal", json!({ "note": "Sesuai KTP-el" })).await;
        assert_eq!((turned["rectifications"][0]["state"].as_str(), turned["applicant"]["birth_place"].as_str()),
            (Some("dismissed"), Some("Pangkalan Balai")));
        let (done, _) = issued(&counter).await;
        try_act(&counter, "petugas2", &done, "rectification", change).await.refused_with(Status::Conflict, "file-in-other-state");
    }

    async fn a_clerk_puts_a_typing_error_on_a_form_that_shows_what_stands_there(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        let clerk = browser(&counter, "petugas").await;
        let path = format!("/permohonan/{id}/ralat");
        let form = clerk.get(&path).await.is(Status::Ok).text();
        assert!(form.contains("name=\"applicant.name\"") && !form.contains("applicant.nik"), "{form}");
        let wrong = [("applicant.birth_place", "Sekayu"), ("reason", "")];
        let again = clerk.post(&path, &wrong).await.is(Status::UnprocessableEntity).text();
        assert!(again.contains("value=\"Sekayu\"") && again.contains("#reason"), "{again}");
        clerk.post(&path, &[("applicant.birth_place", "Sekayu"), ("reason", "Salah kota")]).await.is(Status::SeeOther);
        clerk.get(&path).await.is(Status::Conflict);
    }

    async fn number_visit_look_ups_acts_and_permit_stand_in_one_list(db: Db) {
        let counter = office(db).await;
        let visitor = counter.as_visitor();
        let ticket = visitor.post("/api/v1/sites/opi/tickets", json!({ "services": ["SIPB"] })).await.is(Status::Created);
        let mut body = midwife();
        body["ticket_id"] = ticket.body["id"].clone();
        let clerk = counter.as_officer("petugas").await;
        let look = json!({ "nik": crate::permits::NIK, "purpose": "Permohonan SIPB", "ticket_id": ticket.body["id"] });
        clerk.post("/api/v1/residents/lookup", look).await.is(Status::Ok);
        let id = complete_draft(&counter, body).await;
        act(&counter, "petugas", &id, "registration", json!({})).await;
        act(&counter, "verifikator", &id, "verification", json!({})).await;
        let file = clerk.get(&format!("/api/v1/applications/{id}")).await.is(Status::Ok).body;
        let events: Vec<(&str, &str)> = file["visit"].as_array().unwrap().iter()
            .map(|event| (event["event"].as_str().unwrap(), event["about"].as_str().unwrap())).collect();
        assert_eq!(events, [("ticket", "A-001"), ("lookup", "Permohonan SIPB")]);
        let last = file["history"].as_array().unwrap().last().unwrap().clone();
        assert_eq!((last["role"].as_str(), last["from"].as_str(), last["to"].as_str(), last["officer"].as_str()),
            (Some("verifier"), Some("registered"), Some("in_recommendation"), Some("verifikator DATA UJI")));
        let page = browser(&counter, "petugas").await.get(&format!("/permohonan/{id}")).await.is(Status::Ok).text();
        let list = page.split("history-h").nth(2).unwrap();
        let place = |part: &str| list.find(part).unwrap_or_else(|| panic!("{part} is not in {list}"));
        assert!(place("Dinyatakan benar") < place("Didaftarkan") && place("Didaftarkan") < place("Nomor antrean A-001"));
        assert!(list.contains("Tujuan:</span> Permohonan SIPB") && list.contains("Terdaftar → Menunggu rekomendasi"), "{list}");
    }

    async fn a_draft_of_one_clerk_is_taken_up_by_another_at_another_machine(db: Db) {
        let counter = office(db).await;
        let id = complete_draft(&counter, midwife()).await;
        assert_eq!(ids_in(&counter, "petugas2", "drafts").await, std::slice::from_ref(&id));
        assert!(ids_in(&counter, "petugas-lain", "drafts").await.is_empty());
        let page = browser(&counter, "petugas2").await.get("/permohonan?view=drafts").await.is(Status::Ok).text();
        assert!(page.contains(&id), "{page}");
        let other = counter.as_officer("petugas2").await;
        other.patch(&format!("/api/v1/applications/{id}"), json!({ "applicant": { "birth_place": "Sekayu" } })).await.is(Status::Ok);
        act(&counter, "petugas2", &id, "claim", json!({})).await;
        let held = counter.as_officer("petugas").await.patch(&format!("/api/v1/applications/{id}"), json!({})).await;
        held.refused_with(Status::Conflict, "claimed-by-another");
        let done = act(&counter, "petugas2", &id, "registration", json!({})).await;
        assert_eq!((done["state"].as_str(), done["applicant"]["birth_place"].as_str()), (Some("registered"), Some("Sekayu")));
        assert!(ids_in(&counter, "petugas", "drafts").await.is_empty());
    }

    async fn a_lost_code_is_found_with_the_nik_and_one_more_fact_and_the_search_is_recorded(db: Db) {
        let counter = office(db).await;
        let id = registered(&counter).await;
        complete_draft(&counter, midwife()).await;
        let clerk = counter.as_officer("petugas2").await;
        let path = "/api/v1/applications/code-recovery";
        let code = clerk.get(&format!("/api/v1/applications/{id}")).await.word("code");
        for fact in [json!({ "birth_date": "1992-12-01" }), json!({ "phone": "0812-3456-7890" })] {
            let mut body = fact;
            body["nik"] = json!(crate::permits::NIK);
            let found = clerk.post(path, body).await.is(Status::Ok).body;
            assert_eq!((found["items"].as_array().unwrap().len(), found["items"][0]["code"].as_str()), (1, Some(code.as_str())));
            let receipt = clerk.get(found["items"][0]["receipt"].as_str().unwrap()).await.is(Status::Ok).bytes;
            assert!(receipt.starts_with(b"%PDF"));
        }
        for wrong in [json!({ "nik": crate::permits::NIK, "birth_date": "1992-12-02" }),
            json!({ "nik": "1607014112920004", "birth_date": "1992-12-01" })] {
            clerk.post(path, wrong).await.refused_with(Status::NotFound, "recovery-unknown");
        }
        clerk.post(path, json!({ "nik": "12" })).await.refused_with(Status::UnprocessableEntity, "invalid-fields")
            .names_field("nik", "not-a-nik").names_field("birth_date", "required");
        let elsewhere = json!({ "nik": crate::permits::NIK, "birth_date": "1992-12-01" });
        counter.as_officer("petugas-lain").await.post(path, elsewhere).await.refused_with(Status::NotFound, "recovery-unknown");
        let sought = "SELECT COUNT(*) FROM audit_line WHERE act = 'application.code-sought'";
        assert_eq!(scalar(counter.db(), sought).await, 5, "what was not found is recorded, too");
        assert_eq!(counter.acts_about(&id).await.iter().filter(|act| *act == "application.code-recovered").count(), 2);
        let page = browser(&counter, "petugas").await;
        let typed = [("nik", crate::permits::NIK), ("birth_date", "1992-12-01")];
        let found = page.post("/permohonan/kode-hilang", &typed).await.is(Status::Ok).text();
        assert!(found.contains(&code) && found.contains("tanda-terima") && !found.contains(crate::permits::NIK), "{found}");
        let none = page.post("/permohonan/kode-hilang", &[("nik", crate::permits::NIK), ("birth_date", "1990-01-01")]).await;
        assert!(none.is(Status::Ok).text().contains("value=\"1990-01-01\""), "what was typed stays");
    }
}
