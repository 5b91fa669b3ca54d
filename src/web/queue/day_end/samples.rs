//! Examples of the page, for the tests of pages.

use super::{DayEndPage, DecidedLine, OpenLine};
use crate::ids::TicketId;
use crate::web::page::Page;

impl Page for DayEndPage {
    const TEMPLATE: &'static str = "queue/day_end.html";

    fn samples() -> Vec<Self> {
        let line = |number: &str, state: (&'static str, &str), can_decide| OpenLine {
            id: TicketId::new(1),
            number: number.into(),
            services: "Surat Izin Praktik Tenaga Kesehatan yang namanya panjang sekali · Cetak KK".into(),
            since: "14.10 WIB".into(),
            state: (state.0, state.1.into()),
            can_decide,
        };
        let decided = |number: &str, words: &str, is_kept| DecidedLine {
            number: number.into(),
            words: words.into(),
            is_kept,
            by: "Penyelia DATA UJI".into(),
        };
        let page = |open: Vec<OpenLine>, decided, fault| DayEndPage {
            site_name: "Gerai OPI Mall".into(),
            next_day: "Rabu, 25 November 2026".into(),
            undecided: open.iter().filter(|line| line.can_decide).count(),
            open,
            decided,
            fault,
        };
        let open = vec![
            line("A-012", ("now", "dilayani"), false),
            line("A-014", ("wait", "menunggu"), true),
            line("P-003", ("violet", "ditahan"), true),
        ];
        let done = vec![
            decided("A-011", "Tempat disimpan untuk Rabu, 25 November 2026", true),
            decided("B-007", "Diakhiri: sudah pulang", false),
        ];
        vec![
            page(vec![], vec![], None),
            page(vec![], done, None),
            page(open, vec![], Some("Isian belum lengkap.".into())),
        ]
    }
}
