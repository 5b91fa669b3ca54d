//! Services in force and their versions.

use loket::catalogue::{self, built_in};
use loket::db::Fault;

use crate::support::act_at;

/// The midwife's licence with a promise of three days, its examples left out.
fn quicker() -> catalogue::Service {
    let mut service = built_in().into_iter().find(|s| s.code == "SIPB").unwrap();
    service.sla.value = 3;
    service.stages.iter_mut().for_each(|rule| rule.time = None);
    service.cases.clear();
    service
}

on_each_database! {
    async fn the_first_start_publishes_the_whole_catalogue_and_the_next_changes_nothing(db: Db) {
        for start in 1..=2 {
            let mut tx = db.begin().await.unwrap();
            catalogue::publish_missing(&mut tx, act_at(start)).await.unwrap();
            tx.commit().await.unwrap();
            let catalogue = catalogue::load(&mut db.read().await.unwrap()).await.unwrap();
            assert_eq!(catalogue.list().count(), 40);
            assert!(catalogue.list().all(|published| published.version == 1));
        }
    }

    async fn a_changed_service_becomes_a_new_version_and_the_old_one_stays(db: Db) {
        let mut tx = db.begin().await.unwrap();
        let service = built_in().into_iter().find(|s| s.code == "SIPB").unwrap();
        assert_eq!(catalogue::publish(&mut tx, act_at(1), &service).await.unwrap(), 1);
        assert_eq!(catalogue::publish(&mut tx, act_at(2), &service).await.unwrap(), 1);
        assert_eq!(catalogue::publish(&mut tx, act_at(3), &quicker()).await.unwrap(), 2);
        let old = catalogue::find_version(&mut tx, "SIPB", 1).await.unwrap().unwrap();
        assert_eq!(old.sla.value, 5);
        let catalogue = catalogue::load(&mut tx).await.unwrap();
        assert_eq!(catalogue.find("SIPB").unwrap().service.sla.value, 3);
        assert_eq!(loket::audit::list_about(&mut tx, "SIPB").await.unwrap().len(), 2);
    }

    async fn what_the_office_changed_survives_the_next_start(db: Db) {
        let mut tx = db.begin().await.unwrap();
        let service = quicker();
        catalogue::publish(&mut tx, act_at(1), &service).await.unwrap();
        catalogue::publish_missing(&mut tx, act_at(2)).await.unwrap();
        let catalogue = catalogue::load(&mut tx).await.unwrap();
        assert_eq!(catalogue.find("SIPB").unwrap().service, service);
    }

    async fn a_fee_on_a_population_service_is_refused(db: Db) {
        let mut tx = db.begin().await.unwrap();
        let mut service = built_in().into_iter().find(|s| s.code == "KK-B").unwrap();
        service.fee.amount_rupiah = 10_000;
        let outcome = catalogue::publish(&mut tx, act_at(1), &service).await;
        let Err(Fault::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.fields[0].field.as_str(), refusal.fields[0].code), ("fee", "population-free"));
    }
}
