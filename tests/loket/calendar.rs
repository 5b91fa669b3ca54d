//! The calendar in force: built in, then imported.

use loket::calendar;
use loket::clock::Day;
use loket::db::Fault;

use crate::support::act_at;

fn day(text: &str) -> Day {
    Day::parse(text).unwrap()
}

const DECREE_2027: &str = "date,kind,name,basis\n2027-01-01,national,Tahun Baru,official\n2027-03-09,national,Idulfitri,official\n2027-03-12,joint_leave,Cuti Bersama,official\n";

on_each_database! {
    async fn before_the_first_import_the_built_in_calendar_is_in_force(db: Db) {
        let calendar = calendar::load(&mut db.read().await.unwrap()).await.unwrap();
        assert!(!calendar.is_working_day(day("2026-08-17")));
        assert!(calendar.is_working_day(day("2026-08-18")));
    }

    async fn a_decree_takes_the_place_of_the_estimates_of_its_year_only(db: Db) {
        let mut tx = db.begin().await.unwrap();
        assert_eq!(calendar::import(&mut tx, act_at(1), DECREE_2027.as_bytes()).await.unwrap(), 3);
        tx.commit().await.unwrap();
        let calendar = calendar::load(&mut db.read().await.unwrap()).await.unwrap();
        assert!(!calendar.is_working_day(day("2027-03-09")));
        assert!(calendar.is_working_day(day("2027-03-10")), "only an estimate had it");
        assert!(!calendar.is_working_day(day("2026-08-17")), "2026 stays");
        assert!(!calendar.due(day("2027-04-01"), 1).estimate);
        assert!(!calendar.due(day("2026-12-31"), 1).estimate);
    }

    async fn a_local_day_off_leaves_the_national_ones(db: Db) {
        let local = "date,kind,name,basis\n2026-12-09,local,Pemilihan kepala daerah,official\n";
        let mut tx = db.begin().await.unwrap();
        calendar::import(&mut tx, act_at(1), local.as_bytes()).await.unwrap();
        calendar::import(&mut tx, act_at(2), local.as_bytes()).await.unwrap();
        let calendar = calendar::load(&mut tx).await.unwrap();
        assert!(!calendar.is_working_day(day("2026-12-09")));
        assert!(!calendar.is_working_day(day("2026-12-25")));
        assert_eq!(loket::audit::list_about(&mut tx, "calendar").await.unwrap().len(), 2);
    }

    async fn a_file_with_a_bad_line_changes_nothing(db: Db) {
        let mut tx = db.begin().await.unwrap();
        let outcome = calendar::import(&mut tx, act_at(1), "date,kind,name,basis\n17-08-2027,national,X,official\n".as_bytes()).await;
        let Err(Fault::Refused(refusal)) = outcome else { panic!("{outcome:?}") };
        assert_eq!((refusal.code, refusal.args[0].1.as_str()), ("holidays-unreadable", "2"));
        drop(tx);
        assert_eq!(crate::support::scalar(&db, "SELECT COUNT(*) FROM holiday").await, 0);
    }
}
