//! Kiosks, boards and printers: announced by staff, paired with a one-time code, revoked at once.

use loket::db::Db;
use loket::sites::devices;
use rocket::http::{Method, Status};
use serde_json::json;

use crate::support::{Browser, TestCounter, scalar};

async fn office(db: Db) -> TestCounter {
    TestCounter::with(db, |config| config.secure_cookies = false).await
}

async fn staff<'a>(office: &'a TestCounter, username: &str) -> Browser<'a> {
    let mut staff = Browser::new(office);
    staff.sign_in_to(username, "/perangkat").await;
    staff
}

/// Announces a device on the page; answers the code the page shows.
async fn announce(staff: &mut Browser<'_>, kind: &str, name: &str) -> String {
    staff.press("/perangkat?site=opi", &[("kind", kind), ("name", name)]).await;
    let from = staff.page.find("device-code num\">").unwrap_or_else(|| panic!("no code in {}", staff.page)) + 17;
    staff.page[from..].split('<').next().unwrap().to_owned()
}

async fn device_of(office: &TestCounter, name: &str) -> devices::Device {
    let site = office.app.sites().find("opi").unwrap().id;
    let all = devices::list(&mut office.db().read().await.unwrap(), site).await.unwrap();
    all.into_iter().find(|device| device.name == name).unwrap()
}

/// Takes a number at the kiosk; answers the status.
async fn take(kiosk: &mut Browser<'_>) -> Status {
    kiosk.visit("/antrean/opi?s=SIPB").await;
    if !kiosk.page.contains("name=\"key\"") {
        return Status::Forbidden;
    }
    let key = kiosk.hidden("key");
    kiosk.press("/antrean/opi", &[("key", &key), ("s", "SIPB"), ("priority", "none")]).await
}

async fn demand_pairing(staff: &mut Browser<'_>) {
    assert_eq!(staff.press("/perangkat/aturan?site=opi", &[("paired_only", "true")]).await, Status::Ok);
}

on_each_database! {
    async fn a_kiosk_is_paired_with_the_code_of_the_page_and_only_once(db: Db) {
        let office = office(db).await;
        let mut staff = staff(&office, "penyelia").await;
        let code = announce(&mut staff, "kiosk", "Kiosk+1").await;
        assert_eq!(code.len(), 9, "{code}");
        let mut kiosk = Browser::new(&office);
        kiosk.visit("/pasang").await;
        assert_eq!(kiosk.press("/pasang", &[("code", "0000-0000")]).await, Status::UnprocessableEntity);
        assert!(kiosk.page.contains("sudah dipakai"));
        assert_eq!(kiosk.press("/pasang", &[("code", &code.to_lowercase())]).await, Status::Ok);
        assert!(kiosk.visit("/pasang").await.contains("Kiosk 1"));
        let mut other = Browser::new(&office);
        other.visit("/pasang").await;
        assert_eq!(other.press("/pasang", &[("code", &code)]).await, Status::UnprocessableEntity);
        assert!(staff.visit("/perangkat").await.contains("Terpasang"));
        let device = device_of(&office, "Kiosk 1").await;
        assert_eq!(office.acts_about(&device.id.to_string()).await, ["device.announced", "device.paired"]);
    }

    async fn a_code_lives_ten_minutes_and_is_not_kept_after_it_was_used(db: Db) {
        let office = office(db).await;
        let mut staff = staff(&office, "admin").await;
        let code = announce(&mut staff, "board", "Papan+1").await;
        office.wait_minutes(10);
        let mut board = Browser::new(&office);
        board.visit("/pasang").await;
        assert_eq!(board.press("/pasang", &[("code", &code)]).await, Status::UnprocessableEntity);
        let id = device_of(&office, "Papan 1").await.id;
        staff.press(&format!("/perangkat/{id}/kode"), &[]).await;
        let (fresh, _) = device_of(&office, "Papan 1").await.code.unwrap();
        assert_eq!(board.press("/pasang", &[("code", &fresh)]).await, Status::Ok);
        assert!(board.page.contains("board-now"));
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM device WHERE code IS NOT NULL").await, 0);
    }

    async fn of_thirty_two_browsers_with_one_code_one_is_paired(db: Db) {
        let office = std::sync::Arc::new(office(db).await);
        let mut staff = staff(&office, "penyelia").await;
        let code = announce(&mut staff, "kiosk", "Kiosk+1").await;
        let mut browsers = tokio::task::JoinSet::new();
        for _ in 0..32 {
            let (office, code) = (std::sync::Arc::clone(&office), code.clone());
            browsers.spawn_local(async move {
                let mut tx = office.db().begin().await.unwrap();
                let outcome = devices::pair(&mut tx, office.app.now(), &code).await.is_ok();
                tx.commit().await.unwrap();
                outcome
            });
        }
        assert_eq!(browsers.join_all().await.into_iter().filter(|paired| *paired).count(), 1);
    }

    async fn where_it_is_demanded_only_a_paired_kiosk_takes_numbers_and_a_revoked_one_none(db: Db) {
        let office = office(db).await;
        let mut anybody = Browser::new(&office);
        assert_eq!(take(&mut anybody).await, Status::Ok);
        let mut staff = staff(&office, "penyelia").await;
        let code = announce(&mut staff, "kiosk", "Kiosk+1").await;
        let mut kiosk = Browser::new(&office);
        kiosk.visit("/pasang").await;
        kiosk.press("/pasang", &[("code", &code)]).await;
        anybody.visit("/antrean/opi?s=SIPB").await;
        let key = anybody.hidden("key");
        demand_pairing(&mut staff).await;
        let form = [("key", key.as_str()), ("s", "SIPB"), ("priority", "none")];
        assert_eq!(anybody.press("/antrean/opi", &form).await, Status::Forbidden, "a form kept open helps nobody");
        assert_eq!(anybody.send(Method::Get, "/antrean/opi", "").await, Status::Forbidden);
        assert!(anybody.page.contains("belum dipasang"));
        assert_eq!(anybody.send(Method::Get, "/antrean/opi/papan", "").await, Status::Forbidden);
        assert_eq!(take(&mut kiosk).await, Status::Ok);
        assert_eq!(kiosk.send(Method::Get, "/antrean/opi/papan", "").await, Status::Forbidden, "a kiosk is no board");
        assert_eq!(kiosk.send(Method::Get, "/antrean/pangkalan-balai", "").await, Status::Ok, "not demanded there");
        let id = device_of(&office, "Kiosk 1").await.id;
        kiosk.visit("/antrean/opi?s=SIPB").await;
        let key = kiosk.hidden("key");
        staff.press(&format!("/perangkat/{id}/cabut"), &[]).await;
        let form = [("key", key.as_str()), ("s", "SIPB"), ("priority", "none")];
        assert_eq!(kiosk.press("/antrean/opi", &form).await, Status::Forbidden);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM ticket WHERE channel = 'kiosk'").await, 2);
    }

    async fn phones_and_staff_take_numbers_where_only_paired_kiosks_do(db: Db) {
        let office = office(db).await;
        demand_pairing(&mut staff(&office, "penyelia").await).await;
        let wish = json!({ "services": ["SIPB"] });
        office.as_visitor().post("/api/v1/sites/opi/tickets", wish).await.is(Status::Created);
        let mut desk = Browser::new(&office);
        desk.sign_in("petugas").await;
        desk.visit("/loket?form=ambil").await;
        let key = desk.hidden("key");
        desk.press("/loket/ambil", &[("key", &key), ("s", "SIPB"), ("priority", "none")]).await;
        assert!(desk.page.contains("A-002"), "{}", desk.page);
    }

    async fn a_device_says_that_it_is_there_and_hears_that_it_was_revoked(db: Db) {
        let office = office(db).await;
        let mut staff = staff(&office, "penyelia").await;
        let code = announce(&mut staff, "board", "Papan+1").await;
        let mut board = Browser::new(&office);
        board.visit("/pasang").await;
        board.press("/pasang", &[("code", &code)]).await;
        office.wait_minutes(30);
        assert!(staff.visit("/perangkat").await.contains("Tidak terlihat"));
        assert_eq!(board.send(Method::Get, "/pasang/hadir", "").await, Status::NoContent);
        assert_eq!(device_of(&office, "Papan 1").await.seen_at, Some(office.app.now()));
        assert!(!staff.visit("/perangkat").await.contains("Tidak terlihat"));
        let id = device_of(&office, "Papan 1").await.id;
        staff.press(&format!("/perangkat/{id}/cabut"), &[]).await;
        assert_eq!(board.send(Method::Get, "/pasang/hadir", "").await, Status::Ok);
        assert_eq!(office.acts_about(&id.to_string()).await.last().unwrap(), "device.revoked");
    }

    async fn a_supervisor_sees_the_devices_of_the_own_site_only(db: Db) {
        let office = office(db).await;
        let mut admin = staff(&office, "admin").await;
        admin.press("/perangkat?site=pangkalan-balai", &[("kind", "kiosk"), ("name", "Kiosk+jauh")]).await;
        assert!(admin.page.contains("Kiosk jauh"));
        let mut supervisor = staff(&office, "penyelia").await;
        assert_eq!(supervisor.send(Method::Get, "/perangkat?site=pangkalan-balai", "").await, Status::NotFound);
        let there = office.app.sites().find("pangkalan-balai").unwrap().id;
        let far = devices::list(&mut office.db().read().await.unwrap(), there).await.unwrap()[0].id;
        supervisor.visit("/perangkat").await;
        assert_eq!(supervisor.press(&format!("/perangkat/{far}/cabut"), &[]).await, Status::NotFound);
        let unchanged = devices::find(&mut office.db().read().await.unwrap(), far).await.unwrap().unwrap();
        assert_eq!(unchanged.revoked_at, None);
    }

    async fn a_device_without_a_name_is_shown_again_with_what_was_typed(db: Db) {
        let office = office(db).await;
        let mut staff = staff(&office, "penyelia").await;
        let typed = [("kind", "printer"), ("name", ""), ("address", "http://x")];
        assert_eq!(staff.press("/perangkat?site=opi", &typed).await, Status::UnprocessableEntity);
        assert!(staff.page.contains("Wajib diisi.") && staff.page.contains("Isi alamat printer"), "{}", staff.page);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM device").await, 0);
    }
}
