//! Slips on their way to paper, against a printer on a real socket: whatever becomes of the paper, the number stays.

use std::time::{Duration, Instant};

use loket::db::Db;
use loket::queue::printing::{Patience, Spooler};
use loket::sites::devices;
use loket::web;
use rocket::http::Status;

use crate::support::{Browser, Mood, TestCounter, TestPrinter, execute, scalar};

/// An office with one paired kiosk that prints on a printer.
pub struct Hall<'a> {
    office: &'a TestCounter,
    staff: Browser<'a>,
    kiosk: Browser<'a>,
}

async fn office(db: Db) -> TestCounter {
    TestCounter::with(db, |config| config.secure_cookies = false).await
}

pub fn spooler(office: &TestCounter) -> Spooler {
    let patience = Patience { answer: Duration::from_millis(400), slip: Duration::from_millis(800) };
    Spooler { patience, ..web::spooler(&office.app) }
}

pub async fn hall<'a>(office: &'a TestCounter, printer: &TestPrinter) -> Hall<'a> {
    let mut staff = Browser::new(office);
    staff.sign_in_to("penyelia", "/perangkat").await;
    let address = printer.address.to_string();
    let typed = [("kind", "printer"), ("name", "Printer"), ("address", address.as_str())];
    assert_eq!(staff.press("/perangkat?site=opi", &typed).await, Status::Ok, "{}", staff.page);
    let code = printer.papers().pop().unwrap().largest().to_owned();
    let printer = find(office, "Printer").await.id;
    assert_eq!(staff.press(&format!("/perangkat/{printer}/pasang"), &[("code", &code)]).await, Status::Ok);
    staff.press("/perangkat?site=opi", &[("kind", "kiosk"), ("name", "Kiosk")]).await;
    let device = find(office, "Kiosk").await;
    let mut kiosk = Browser::new(office);
    kiosk.visit("/pasang").await;
    kiosk.press("/pasang", &[("code", &device.code.unwrap().0)]).await;
    let choice = printer.to_string();
    let path = format!("/perangkat/{}/pencetak", device.id);
    assert_eq!(staff.press(&path, &[("printer", &choice)]).await, Status::Ok);
    Hall { office, staff, kiosk }
}

async fn find(office: &TestCounter, name: &str) -> devices::Device {
    let site = office.app.sites().find("opi").unwrap().id;
    let all = devices::list(&mut office.db().read().await.unwrap(), site).await.unwrap();
    all.into_iter().find(|device| device.name == name).unwrap()
}

impl Hall<'_> {
    /// Takes a number; the kiosk shows it.
    pub async fn take(&mut self) {
        self.kiosk.visit("/antrean/opi?s=SIPB&s=KK-B").await;
        let key = self.kiosk.hidden("key");
        let wish = [("key", key.as_str()), ("s", "SIPB"), ("s", "KK-B"), ("priority", "none")];
        assert_eq!(self.kiosk.press("/antrean/opi", &wish).await, Status::Ok);
    }

    /// The page of the number as it is now.
    pub async fn look(&mut self) -> &str {
        let path = self.path();
        self.kiosk.visit(&path).await
    }

    fn path(&self) -> String {
        self.kiosk.at.clone()
    }

    pub async fn print_again(&mut self) -> Status {
        let path = format!("{}/cetak", self.path());
        self.kiosk.press(&path, &[]).await
    }

    async fn assert_one_valid_number(&self) {
        let db = self.office.db();
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM ticket").await, 1);
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM ticket WHERE state = 'waiting'").await, 1);
        assert_eq!(scalar(db, "SELECT COUNT(*) FROM print_job").await, 1);
        assert_eq!(scalar(db, "SELECT last FROM number_series WHERE scope = 'ticket:opi:A'").await, 1);
    }
}

on_each_database! {
    async fn a_number_taken_at_a_kiosk_with_a_printer_becomes_a_slip(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        hall.take().await;
        assert!(hall.kiosk.page.contains("Struk segera dicetak") && hall.kiosk.page.contains("http-equiv=\"refresh\""));
        spooler(&office).round().await.unwrap();
        let paper = printer.papers().pop().unwrap();
        let token = hall.path().rsplit('/').next().unwrap().to_owned();
        assert_eq!(paper.lines[0], ("Gerai opi DATA UJI".to_owned(), 0));
        assert_eq!((paper.largest(), paper.lines[2].1), ("A-001", 0x77), "{paper:?}");
        assert!(paper.says("SIP Bidan") && paper.says("KTP") || paper.says("Kartu Keluarga"), "{paper:?}");
        assert!(paper.says("Anda berikutnya") && paper.says("24 November 2026, 09.00 WIB") && paper.says("DATA UJI"));
        assert_eq!(paper.codes, [format!("http://127.0.0.1:8000/t/{token}")]);
        assert_eq!(paper.cuts, 1);
        assert!(hall.look().await.contains("Struk sudah dicetak"));
        assert!(!hall.kiosk.page.contains("http-equiv=\"refresh\""));
        spooler(&office).round().await.unwrap();
        assert_eq!(printer.papers().len(), 2, "the code and one slip");
        hall.assert_one_valid_number().await;
    }

    async fn a_printer_that_is_off_leaves_the_number_valid_and_prints_the_same_one_later(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let address = printer.address;
        let mut hall = hall(&office, &printer).await;
        printer.off().await;
        hall.take().await;
        spooler(&office).round().await.unwrap();
        let page = hall.look().await;
        assert!(page.contains("Nomor Anda tetap berlaku") && page.contains("Printer mati") && page.contains("A-001"));
        assert!(page.contains("<svg") && page.contains("/cetak"), "the code to scan, and another try");
        let printer = TestPrinter::on_again(address, Mood::Reports).await;
        let shown = hall.kiosk.page.clone();
        assert_eq!(hall.print_again().await, Status::Ok);
        hall.kiosk.page = shown;
        assert_eq!(hall.print_again().await, Status::Ok, "pressed twice");
        spooler(&office).round().await.unwrap();
        let papers = printer.papers();
        assert_eq!((papers.len(), papers[0].largest()), (1, "A-001"));
        assert!(hall.look().await.contains("Struk sudah dicetak"));
        hall.assert_one_valid_number().await;
        let id = loket_ticket(&office).await;
        assert_eq!(office.acts_about(&id).await, ["ticket.issued", "slip.printed_again"]);
    }

    async fn a_printer_that_closes_during_the_slip_is_not_tried_again_by_itself(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        printer.turn(Mood::Breaks);
        hall.take().await;
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("di tengah pencetakan"), "{}", hall.kiosk.page);
        assert_eq!(printer.papers().len(), 2, "the code and one try");
        printer.turn(Mood::Reports);
        hall.print_again().await;
        spooler(&office).round().await.unwrap();
        assert_eq!(printer.papers().pop().unwrap().largest(), "A-001");
        hall.assert_one_valid_number().await;
    }

    async fn a_printer_that_never_answers_is_given_up_in_time(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        printer.turn(Mood::Stuck);
        hall.take().await;
        let begun = Instant::now();
        spooler(&office).round().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
        assert!(hall.look().await.contains("Printer tidak menjawab"), "{}", hall.kiosk.page);
        hall.assert_one_valid_number().await;
    }

    async fn an_empty_roll_is_noticed_before_anything_is_sent(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        printer.turn(Mood::PaperOut);
        hall.take().await;
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("Kertas printer habis"));
        assert_eq!(printer.papers().len(), 1, "nothing comes out by itself when the roll is changed");
        hall.assert_one_valid_number().await;
    }

    async fn a_printer_that_does_not_report_is_known_as_such_and_prints(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Silent).await;
        let mut hall = hall(&office, &printer).await;
        assert!(hall.staff.visit("/perangkat").await.contains("tidak melaporkan"), "{}", hall.staff.page);
        hall.take().await;
        spooler(&office).round().await.unwrap();
        assert_eq!(printer.papers().pop().unwrap().largest(), "A-001");
        assert!(hall.look().await.contains("Struk sudah dicetak"));
    }

    async fn the_slip_of_a_visit_that_is_over_or_that_waited_too_long_is_not_printed(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        hall.take().await;
        let token = hall.path().rsplit('/').next().unwrap().to_owned();
        office.as_visitor().delete(&format!("/api/v1/tickets/{token}")).await.is(Status::Ok);
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("kunjungan sudah berakhir"));
        hall.take().await;
        office.wait_minutes(6);
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("terlalu lama"));
        assert_eq!(printer.papers().len(), 1, "only the code");
    }

    async fn what_a_crash_left_in_the_printer_is_given_up_and_can_be_printed_again(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        hall.take().await;
        execute(office.db(), "UPDATE print_job SET state = 'printing', tries = 1").await;
        spooler(&office).round().await.unwrap();
        assert_eq!(printer.papers().len(), 1, "another instance may be printing it");
        office.wait_minutes(2);
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("terhenti"), "{}", hall.kiosk.page);
        hall.print_again().await;
        spooler(&office).round().await.unwrap();
        assert_eq!(printer.papers().pop().unwrap().largest(), "A-001");
        hall.assert_one_valid_number().await;
    }

    async fn a_slip_is_printed_five_times_at_most_and_on_no_revoked_printer(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        hall.take().await;
        for _ in 0..5 {
            spooler(&office).round().await.unwrap();
            hall.look().await;
            if hall.kiosk.page.contains("/cetak") {
                assert_eq!(hall.print_again().await, Status::Ok);
            }
        }
        assert_eq!(printer.papers().len(), 6, "the code and five slips");
        assert!(!hall.look().await.contains("/cetak"), "{}", hall.kiosk.page);
        hall.take().await;
        let id = find(&office, "Printer").await.id;
        hall.staff.press(&format!("/perangkat/{id}/cabut"), &[]).await;
        spooler(&office).round().await.unwrap();
        assert!(hall.look().await.contains("sudah tidak dipakai"));
        assert_eq!(printer.papers().len(), 6);
    }

    async fn a_number_that_is_not_given_leaves_no_slip(db: Db) {
        let office = office(db).await;
        let printer = TestPrinter::on(Mood::Reports).await;
        let mut hall = hall(&office, &printer).await;
        hall.kiosk.visit("/antrean/opi?s=SIPB").await;
        let key = hall.kiosk.hidden("key");
        let wish = [("key", key.as_str()), ("s", "TIDAK-ADA"), ("priority", "none")];
        assert_eq!(hall.kiosk.press("/antrean/opi", &wish).await, Status::UnprocessableEntity);
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM print_job").await, 0);
        let mut phone = Browser::new(&office);
        phone.visit("/antrean/opi?s=SIPB").await;
        let key = phone.hidden("key");
        phone.press("/antrean/opi", &[("key", &key), ("s", "SIPB"), ("priority", "none")]).await;
        assert_eq!(scalar(office.db(), "SELECT COUNT(*) FROM print_job").await, 0, "a phone has no printer");
        let path = format!("{}/cetak", phone.at);
        phone.visit("/antrean/opi?s=SIPB").await;
        assert_eq!(phone.press(&path, &[]).await, Status::Forbidden);
    }

    async fn a_rung_spooler_prints_at_once_and_a_dead_printer_holds_up_no_other(db: Db) {
        let office = office(db).await;
        let (dead, alive) = (TestPrinter::on(Mood::Reports).await, TestPrinter::on(Mood::Reports).await);
        let mut first = hall(&office, &dead).await;
        execute(office.db(), "UPDATE device SET name = 'Kiosk lama' WHERE kind = 'kiosk'").await;
        execute(office.db(), "UPDATE device SET name = 'Printer lama' WHERE kind = 'printer'").await;
        let mut second = hall(&office, &alive).await;
        dead.turn(Mood::Stuck);
        let working = tokio::spawn(Spooler { patience: Patience::default(), ..spooler(&office) }.work());
        first.take().await;
        second.take().await;
        let begun = Instant::now();
        while !second.look().await.contains("Struk sudah dicetak") {
            assert!(begun.elapsed() < Duration::from_secs(4), "{}", second.kiosk.page);
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(first.look().await.contains("sedang dicetak"), "{}", first.kiosk.page);
        assert_eq!(alive.papers().pop().unwrap().largest(), "A-002");
        working.abort();
    }
}

async fn loket_ticket(office: &TestCounter) -> String {
    let lines = match office.db() {
        Db::Sqlite { writer, .. } => {
            sqlx::query_scalar::<_, loket::ids::TicketId>("SELECT id FROM ticket")
                .fetch_one(writer.lend().await.unwrap().connection().unwrap())
                .await
        }
        Db::Postgres(pool, _) => {
            sqlx::query_scalar::<_, loket::ids::TicketId>("SELECT id FROM ticket").fetch_one(pool).await
        }
    };
    lines.unwrap().to_string()
}
