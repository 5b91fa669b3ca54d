//! The second factor: setting up, signing in with it, losing the telephone.

use loket::identity::{self, Factor, Officer};
use rocket::http::Status;
use serde_json::json;

use crate::support::{Answer, Browser, PASSWORD, TestCounter};

/// Where it is set up.
const PAGE: &str = "/akun/faktor-kedua";

on_each_database! {
    async fn a_member_of_staff_sets_up_a_second_factor_and_signs_in_with_its_code(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, codes) = set_up(&counter, "kadis").await;
        assert_eq!(codes.len(), 10);
        sign_in(&counter, "kadis", "").await.refused_with(Status::Unauthorized, "totp-required");
        sign_in(&counter, "kadis", "000000").await.refused_with(Status::Unauthorized, "totp-wrong");
        counter.wait_minutes(1);
        sign_in(&counter, "kadis", &code(&counter, &key)).await.is(Status::Ok);
    }

    async fn a_code_opens_only_once(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, _) = set_up(&counter, "kadis").await;
        let used = code(&counter, &key);
        sign_in(&counter, "kadis", &used).await.refused_with(Status::Unauthorized, "totp-wrong");
        counter.wait_minutes(1);
        let fresh = code(&counter, &key);
        sign_in(&counter, "kadis", &fresh).await.is(Status::Ok);
        sign_in(&counter, "kadis", &fresh).await.refused_with(Status::Unauthorized, "totp-wrong");
    }

    async fn a_recovery_code_opens_once_without_the_telephone(db: Db) {
        let counter = TestCounter::new(db).await;
        let (_, codes) = set_up(&counter, "kadis").await;
        let typed = codes[3].to_lowercase().replace('-', " ");
        sign_in(&counter, "kadis", &typed).await.is(Status::Ok);
        sign_in(&counter, "kadis", &codes[3]).await.refused_with(Status::Unauthorized, "totp-wrong");
        let officer = officer(&counter, "kadis").await;
        let factor = identity::find_factor(&mut counter.db().read().await.unwrap(), &counter.app.keys, &officer).await;
        assert!(matches!(factor.unwrap(), Factor::On { codes_left: 9, .. }));
        assert!(counter.acts_about(&officer.id.to_string()).await.contains(&"second_factor.recovery_used".to_owned()));
    }

    async fn wrong_codes_make_an_account_wait_like_wrong_passwords(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, _) = set_up(&counter, "kadis").await;
        counter.wait_minutes(1);
        for _ in 1..counter.app.config.sign_in_failures {
            sign_in(&counter, "kadis", "000000").await.refused_with(Status::Unauthorized, "totp-wrong");
        }
        let right = code(&counter, &key);
        sign_in(&counter, "kadis", &right).await.refused_with(Status::TooManyRequests, "sign-in-wait");
    }

    async fn the_sign_in_page_asks_for_the_code_after_the_password(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, _) = set_up(&counter, "kadis").await;
        counter.wait_minutes(1);
        let mut browser = Browser::new(&counter);
        browser.visit("/masuk").await;
        let password = PASSWORD.replace(' ', "+");
        let fields = [("username", "kadis"), ("password", password.as_str()), ("back", PAGE)];
        assert_eq!(browser.press("/masuk", &fields).await, Status::Ok);
        assert!(browser.page.contains("Tinggal satu langkah"), "{}", browser.page);
        let passed = browser.hidden("passed");
        let typed = code(&counter, &key);
        let forged = [("username", "admin"), ("passed", passed.as_str()), ("code", typed.as_str())];
        assert_eq!(browser.press("/masuk/kode", &forged).await, Status::Forbidden);
        browser.visit("/masuk").await;
        let wrong = [("username", "kadis"), ("passed", passed.as_str()), ("code", "000000")];
        assert_eq!(browser.press("/masuk/kode", &wrong).await, Status::UnprocessableEntity);
        assert_eq!(browser.hidden("username"), "kadis");
        let right = [("username", "kadis"), ("passed", passed.as_str()), ("code", typed.as_str()), ("back", PAGE)];
        assert_eq!(browser.press("/masuk/kode", &right).await, Status::Ok);
        assert!(browser.page.contains("Aktif sejak"), "{}", browser.page);
    }

    async fn a_demanded_factor_is_set_up_before_anything_else(db: Db) {
        let counter = TestCounter::with(db, |config| config.second_factor_roles = vec!["supervisor".to_owned()]).await;
        let supervisor = counter.as_officer("penyelia").await;
        supervisor.get("/api/v1/sites/opi/hall").await.refused_with(Status::Forbidden, "second-factor-needed");
        let mut browser = Browser::new(&counter);
        browser.sign_in_to("penyelia", PAGE).await;
        assert!(browser.page.contains("Peran Anda memerlukan faktor kedua"));
        assert_eq!(browser.press(PAGE, &[]).await, Status::Ok);
        let typed = code(&counter, &key_on(&browser.page));
        assert_eq!(browser.press(&format!("{PAGE}/kode"), &[("code", &typed)]).await, Status::Ok);
        browser.visit("/penyelia").await;
        assert!(!browser.page.contains("faktor-kedua, lalu lanjutkan"));
    }

    async fn a_new_password_from_the_administrator_takes_the_factor_away(db: Db) {
        let counter = TestCounter::new(db).await;
        set_up(&counter, "kadis").await;
        let hash = identity::password::hash(PASSWORD.to_owned()).await.unwrap();
        let mut tx = counter.db().begin().await.unwrap();
        let act = loket::audit::Act::system(counter.app.now());
        identity::reset_password(&mut tx, act, "kadis", &hash).await.unwrap();
        tx.commit().await.unwrap();
        sign_in(&counter, "kadis", "").await.is(Status::Ok);
    }

    async fn a_factor_is_turned_off_only_by_a_right_code(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, _) = set_up(&counter, "kadis").await;
        let officer = officer(&counter, "kadis").await;
        counter.wait_minutes(1);
        let right = code(&counter, &key);
        for (typed, ends) in [("000000", false), (right.as_str(), true)] {
            let mut tx = counter.db().begin().await.unwrap();
            let act = counter.app.act(&officer);
            let ended = identity::end_factor(&mut tx, act, &counter.app.keys, officer.id, typed).await;
            assert_eq!(ended.is_ok(), ends);
            tx.commit().await.unwrap();
            assert_eq!(identity::has_factor(&mut counter.db().read().await.unwrap(), officer.id).await.unwrap(), !ends);
        }
    }

    async fn the_secret_is_sealed_and_recovery_codes_are_digests(db: Db) {
        let counter = TestCounter::new(db).await;
        let (key, _) = set_up(&counter, "kadis").await;
        let (nonce, tag) = (12, 16);
        let sealed = crate::support::scalar(counter.db(), "SELECT CAST(length(secret) AS BIGINT) FROM second_factor").await;
        assert_eq!(usize::try_from(sealed).unwrap(), nonce + key.len() + tag);
        let digests = "SELECT COUNT(*) FROM recovery_code WHERE length(code_hash) = 32";
        assert_eq!(crate::support::scalar(counter.db(), digests).await, 10);
    }
}

/// Sets the factor up on the page; answers the key and the recovery codes.
async fn set_up(counter: &TestCounter, username: &str) -> (String, Vec<String>) {
    let mut browser = Browser::new(counter);
    browser.sign_in_to(username, PAGE).await;
    assert_eq!(browser.press(PAGE, &[]).await, Status::Ok);
    let key = key_on(&browser.page);
    assert_eq!(browser.press(&format!("{PAGE}/kode"), &[("code", "000000")]).await, Status::UnprocessableEntity);
    let typed = code(counter, &key);
    assert_eq!(browser.press(&format!("{PAGE}/kode"), &[("code", &typed)]).await, Status::Ok);
    let items = browser.page.split("<li class=\"code\">").skip(1);
    let codes = items.map(|item| item.split('<').next().unwrap().to_owned()).collect();
    browser.visit(PAGE).await;
    assert!(!browser.page.contains("<li class=\"code\">"), "recovery codes are shown once");
    (key, codes)
}

/// The key as it stands on the page.
fn key_on(page: &str) -> String {
    let after = page.split("<span class=\"code\">").nth(1).unwrap_or_else(|| panic!("no key in {page}"));
    after.split('<').next().unwrap().replace(' ', "")
}

fn code(counter: &TestCounter, key: &str) -> String {
    identity::code_at(key, counter.app.now()).unwrap()
}

async fn officer(counter: &TestCounter, username: &str) -> Officer {
    let all = identity::list(&mut counter.db().read().await.unwrap()).await.unwrap();
    all.into_iter().find(|officer| officer.username == username).unwrap()
}

async fn sign_in(counter: &TestCounter, username: &str, totp: &str) -> Answer {
    let body = json!({ "username": username, "password": PASSWORD, "totp": totp });
    counter.as_visitor().post("/api/v1/session", body).await
}
