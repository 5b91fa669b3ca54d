//! Who stands at the counter, by a reader of cards or a signed code, also while the population source is silent.

use loket::config::{PopulationKind, PopulationLink};
use loket::db::Db;
use loket::population::simulator::{SimulatedGrant, Simulator, identity_key_set};
use rocket::http::Status;

use crate::permit_pages::browser;
use crate::population_settling::password_file;
use crate::support::{TestCounter, act_at, morning, scalar};

const PEOPLE: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code\n\
    1607065708900001,1607060101200001,SITI UJI AMINAH,PALEMBANG,1990-08-17,P,Jl. Uji No. 1,003,001,16.07.06.1021\n";
const SITI: &str = "1607065708900001";
const START: &str = "/permohonan/baru/penduduk";

/// An office whose source never answers, which believes the key of the simulator, and the simulator that signs.
async fn silent_office(db: Db) -> (TestCounter, Simulator, tempfile::TempDir) {
    let grant = SimulatedGrant { user: "uji".to_owned(), password: "rahasia".to_owned(), ip: "127.0.0.1".to_owned() };
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("identity.jwks.json");
    std::fs::write(&keys, identity_key_set().to_string()).unwrap();
    let link = PopulationLink {
        kind: PopulationKind::DukcapilMatch,
        url: "http://127.0.0.1:9/CALL_VERIFY_BY_ELEMEN".to_owned(),
        user: "uji".to_owned(),
        password_file: password_file(folder.path()),
        ip: "127.0.0.1".to_owned(),
        ..PopulationLink::default()
    };
    let counter = TestCounter::with(db, |config| {
        config.population = link;
        config.identity_keys_file = Some(keys);
    });
    let counter = counter.await;
    let mut tx = counter.db().begin().await.unwrap();
    loket::catalogue::publish_missing(&mut tx, act_at(-30)).await.unwrap();
    tx.commit().await.unwrap();
    counter.app.reload().await.unwrap();
    (counter, Simulator::new(PEOPLE.as_bytes(), grant).unwrap(), folder)
}

fn code(simulator: &Simulator, from: i64, until: i64) -> String {
    let at = |minutes| morning().plus_minutes(minutes);
    simulator.identity_code(SITI, (at(from), at(until))).unwrap()
}

on_each_database! {
    async fn a_signed_code_says_who_stands_there_while_the_source_is_silent(db: Db) {
        let (counter, simulator, _folder) = silent_office(db).await;
        let clerk = browser(&counter, "petugas").await;
        let look = async |typed: &str| clerk.post("/kependudukan", &[("nik", typed), ("purpose", "SIPB")]).await;
        let good = look(&code(&simulator, -1, 5)).await.is(Status::Ok).text();
        assert!(good.contains("SITI UJI AMINAH") && good.contains("DATA UJI (simulator)"), "{good}");
        assert!(good.contains("Verifikasi tertunda") && !good.contains(SITI), "the record is asked later all the same");
        let expired = look(&code(&simulator, -20, -10)).await.is(Status::UnprocessableEntity).text();
        assert!(expired.contains("masa berlakunya sudah lewat"), "{expired}");
        let genuine = code(&simulator, -1, 5);
        let (signed, signature) = genuine.rsplit_once('.').unwrap();
        let turned: String = signature.chars().rev().collect();
        let forged = look(&format!("{signed}.{turned}")).await.is(Status::UnprocessableEntity).text();
        assert!(forged.contains("diubah atau palsu") && !forged.contains("SITI UJI"), "{forged}");
        let header = data_encoding::BASE64URL_NOPAD.encode(br#"{"alg":"EdDSA","kid":"orang-lain"}"#);
        let foreign = format!("{header}.{}", genuine.split_once('.').unwrap().1);
        let foreign = look(&foreign).await.is(Status::UnprocessableEntity).text();
        assert!(foreign.contains("tidak dikenal di sini"), "{foreign}");
        assert_eq!(scalar(counter.db(), "SELECT COUNT(*) FROM lookup".to_owned()).await, 1, "only the genuine one is asked");
    }

    async fn a_new_file_is_filled_from_a_signed_code_when_the_record_cannot_be_had(db: Db) {
        let (counter, simulator, _folder) = silent_office(db).await;
        let clerk = browser(&counter, "petugas").await;
        let typed = code(&simulator, -1, 5);
        let form = clerk.post(START, &[("service", "SIPB"), ("kind", "new"), ("nik", &typed)]).await.is(Status::Ok).text();
        assert!(form.contains("value=\"SITI UJI AMINAH\"") && form.contains("value=\"1990-08-17\""), "{form}");
        assert!(form.contains(SITI), "the number goes into the form and nowhere else");
        assert!(!form.contains(&typed[..60]), "nothing of the code is kept");
    }

    async fn a_reader_types_a_whole_card_and_only_the_nik_is_taken(db: Db) {
        let counter = crate::permits::office(db).await;
        let clerk = browser(&counter, "petugas").await;
        let start = async |typed: &str| clerk.post(START, &[("service", "SIPB"), ("kind", "new"), ("nik", typed)]).await;
        let card = format!("{{\"kk\":\"1607060101200001\",\"nik\":\"{SITI}\",\"nama\":\"RAHASIA KARTU\"}}");
        let form = start(&card).await.is(Status::Ok).text();
        assert!(form.contains(SITI) && !form.contains("RAHASIA KARTU") && !form.contains("1607060101200001"), "{form}");
        let two = start(&format!("1607060101200001|{SITI}|NAMA")).await.is(Status::UnprocessableEntity).text();
        assert!(two.contains("Ada beberapa angka 16 digit") && !two.contains(SITI), "{two}");
        let short = start("160706570890001").await.is(Status::UnprocessableEntity).text();
        assert!(short.contains("NIK terdiri dari 16 angka"), "{short}");
        let sealed = start("q8Zr0Tn5VwYb2LkXc7Hd1Gs9Pf4Jm6RaEuQoIyBtNvCx==").await.is(Status::UnprocessableEntity).text();
        assert!(sealed.contains("misalnya IKD"), "{sealed}");
        let page = clerk.get("/permohonan/baru").await.is(Status::Ok).text();
        assert!(page.contains("maxlength=\"4000\""), "the field has room for what a reader types: {page}");
    }
}
