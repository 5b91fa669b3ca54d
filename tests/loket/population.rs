//! The register and the questions asked of it. Every person here is synthetic (DATA UJI).

use loket::audit::Act;
use loket::db::{Db, Fault};
use loket::identity::{self, Officer, Role};
use loket::ids::OfficerId;
use loket::keys::Keys;
use loket::population::{self, BadLine, Claimed, Kk, LookupRequest, Nik, NikWarning, Regions, ResidentStatus, Verdict};

use crate::support::{act_at, execute, scalar};

const HEADER: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code,status";
const SITI: &str = "1607065708900001,1607060101200001,SITI UJI AMINAH,PALEMBANG,1990-08-17,P,Jl. Uji No. 1,003,001,16.07.06.1021,active";
const BUDI: &str = "1607060101850002,1607060101200001,BUDI UJI SANTOSO,PALEMBANG,1985-01-01,L,Jl. Uji No. 1,003,001,16.07.06.1021,active";

fn keys() -> Keys {
    let folder = tempfile::tempdir().unwrap();
    Keys::load_or_make(folder.path()).unwrap()
}

fn nik(line: &str) -> Nik {
    Nik::parse(&line[..16]).unwrap()
}

async fn import(db: &Db, keys: &Keys, lines: &[&str]) -> population::ImportReport {
    let mut tx = db.begin().await.unwrap();
    let file = format!("{HEADER}\n{}\n", lines.join("\n"));
    let report = population::import(&mut tx, keys, act_at(1), file.as_bytes()).await.unwrap();
    tx.commit().await.unwrap();
    report
}

async fn officer(db: &Db) -> OfficerId {
    let id = OfficerId::new(1);
    let officer = Officer {
        id,
        username: "petugas".to_owned(),
        name: "Petugas DATA UJI".to_owned(),
        nip: None,
        position: None,
        rank: None,
        site: None,
        roles: vec![Role::Clerk],
        acting: vec![],
    };
    let mut tx = db.begin().await.unwrap();
    identity::add(&mut tx, act_at(0), &officer, "-").await.unwrap();
    tx.commit().await.unwrap();
    id
}

fn question(nik: Nik, purpose: &str, claimed: Option<Claimed>) -> LookupRequest {
    LookupRequest { nik, purpose: purpose.to_owned(), ticket_id: None, application_id: None, claimed }
}

on_each_database! {
    async fn an_import_adds_updates_and_reports_bad_lines(db: Db) {
        let keys = keys();
        let first = import(&db, &keys, &[SITI, "nonsense", BUDI]).await;
        assert_eq!((first.added, first.updated, first.bad_lines), (2, 0, vec![(3, BadLine::Unreadable)]));
        let moved = BUDI.replace("003,001", "7,2");
        let second = import(&db, &keys, &[&moved]).await;
        assert_eq!((second.added, second.updated), (0, 1));
        let mut tx = db.read().await.unwrap();
        let budi = population::find_resident(&mut tx, &keys, &nik(BUDI)).await.unwrap().unwrap();
        assert_eq!((budi.address.rt.as_str(), budi.address.rw.as_str()), ("007", "002"));
        let family = population::list_family(&mut tx, &keys, &Kk::parse("1607060101200001").unwrap()).await.unwrap();
        assert_eq!(family.iter().map(|r| r.name.as_str()).collect::<Vec<_>>(), ["BUDI UJI SANTOSO", "SITI UJI AMINAH"]);
    }

    async fn a_look_up_is_kept_with_its_purpose_and_without_the_nik(db: Db) {
        let (keys, id) = (keys(), officer(&db).await);
        import(&db, &keys, &[SITI]).await;
        let claimed = Claimed { name: Some("Siti Uji Amina".to_owned()), ..Claimed::default() };
        let mut tx = db.begin().await.unwrap();
        let act = Act::of(id, act_at(2).now);
        let answer = population::lookup(&mut tx, &keys, act, id, question(nik(SITI), " Permohonan SIPB ", Some(claimed))).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(answer.verdict, Verdict::Mismatch);
        assert_eq!(answer.elements["name"].score, 93);
        assert_eq!(answer.prefill.unwrap().name, "SITI UJI AMINAH");
        assert_eq!(answer.warnings, []);
        let kept = "SELECT COUNT(*) FROM lookup WHERE purpose = 'Permohonan SIPB' AND verdict = 'mismatch' AND nik_masked = '1607••••••••0001'";
        assert_eq!(scalar(&db, kept).await, 1);
        assert_eq!(scalar(&db, "SELECT COUNT(*) FROM audit_line WHERE act = 'resident.viewed'").await, 1);
        let leaks = "SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%5708900001%' OR detail LIKE '%SITI%' OR subject LIKE '%5708900001%'";
        assert_eq!(scalar(&db, leaks).await, 0);
    }

    async fn a_look_up_without_purpose_is_refused_and_nothing_is_kept(db: Db) {
        let (keys, id) = (keys(), officer(&db).await);
        let mut tx = db.begin().await.unwrap();
        let outcome = population::lookup(&mut tx, &keys, Act::of(id, act_at(1).now), id, question(nik(SITI), "  ", None)).await;
        let Err(Fault::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.fields[0].field.as_str(), refusal.fields[0].code), ("purpose", "required"));
        tx.commit().await.unwrap();
        assert_eq!(scalar(&db, "SELECT COUNT(*) FROM lookup").await, 0);
    }

    async fn the_deceased_and_the_unknown_have_no_record_to_fill_a_form_with(db: Db) {
        let (keys, id) = (keys(), officer(&db).await);
        import(&db, &keys, &[&BUDI.replace("active", "deceased")]).await;
        let mut tx = db.begin().await.unwrap();
        let act = Act::of(id, act_at(1).now);
        let deceased = population::lookup(&mut tx, &keys, act, id, question(nik(BUDI), "Uji", None)).await.unwrap();
        assert_eq!((deceased.verdict, deceased.prefill.is_none()), (Verdict::Deceased, true));
        let foreign = Nik::parse("1671061708900001").unwrap();
        let unknown = population::lookup(&mut tx, &keys, act, id, question(foreign, "Uji", None)).await.unwrap();
        assert_eq!((unknown.verdict, unknown.warnings), (Verdict::NotFound, vec![NikWarning::ForeignRegion]));
    }

    async fn nik_and_kk_are_not_readable_in_the_store(db: Db) {
        let keys = keys();
        import(&db, &keys, &[SITI]).await;
        let other_keys = self::keys();
        let mut tx = db.read().await.unwrap();
        assert_eq!(population::find_resident(&mut tx, &other_keys, &nik(SITI)).await.unwrap(), None);
        drop(tx);
        execute(&db, "UPDATE resident SET nik_sealed = kk_sealed").await;
        let mut tx = db.read().await.unwrap();
        let outcome = population::find_resident(&mut tx, &keys, &nik(SITI)).await;
        assert!(outcome.is_err(), "a KK does not open as a NIK");
    }

    async fn regions_are_imported_over_the_built_in_ones(db: Db) {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(population::load_regions(&mut tx).await.unwrap().find_name("16.07.06"), Some("Rambutan"));
        let file = "level,code,parent_code,name\nvillage,16.07.06.2099,16.07.06,Desa Uji\ndistrict,16.07.06,16.07,Rambutan Uji\n";
        assert_eq!(population::import_regions(&mut tx, act_at(1), file.as_bytes()).await.unwrap(), 2);
        let regions = population::load_regions(&mut tx).await.unwrap();
        assert_eq!((regions.find_name("16.07.06.2099"), regions.find_name("16.07.06")), (Some("Desa Uji"), Some("Rambutan Uji")));
        assert_eq!(regions.list_villages("16.07.01").len(), Regions::built_in().list_villages("16.07.01").len());
        let lost = "level,code,parent_code,name\nvillage,99.99.99.2001,99.99.99,Desa Uji\n";
        assert!(matches!(population::import_regions(&mut tx, act_at(2), lost.as_bytes()).await, Err(Fault::Refused(_))));
    }

    async fn a_status_of_the_file_is_kept(db: Db) {
        let keys = keys();
        import(&db, &keys, &[&SITI.replace(",active", ",inactive")]).await;
        let resident = population::find_resident(&mut db.read().await.unwrap(), &keys, &nik(SITI)).await.unwrap();
        assert_eq!(resident.unwrap().status, ResidentStatus::Inactive);
    }
}
