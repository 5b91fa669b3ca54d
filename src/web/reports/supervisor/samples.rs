//! The supervisor's screen as examples: a busy morning, and a hall before opening.

use super::{Bars, CounterLine, FileLine, SiteLink, SupervisorPage, WaitLine};
use crate::web::page::Page;
use crate::web::reports::hall::Warning;

impl Page for SupervisorPage {
    const TEMPLATE: &'static str = "reports/supervisor.html";

    fn samples() -> Vec<Self> {
        vec![busy(), quiet()]
    }
}

fn busy() -> SupervisorPage {
    let arrived = [17, 20, 16, 11, 6, 13, 8];
    let served = [14, 16, 15, 14, 7, 12, 0];
    let hours = (8..).zip(arrived.into_iter().zip(served));
    SupervisorPage {
        waiting: 17,
        longest: Some("terlama 22 menit (A)".into()),
        wait: Some("14 · 27".into()),
        served: 83,
        missed: "tidak hadir 4 · batal 2".into(),
        late: 1,
        nearly_late: 6,
        warnings: vec![Warning::sample()],
        hours: hours.map(|(hour, (a, s))| Bars { label: format!("{hour:02}"), values: [a, s] }).collect(),
        hour_max: 20,
        hour_ticks: vec![5, 10, 15, 20],
        counters: counters(),
        waits: waits(),
        wait_max: 34,
        files: files(),
        more_files: 4,
        sites: ["opi", "pangkalan-balai"].map(|code| SiteLink { code: code.into(), name: code.into() }).into(),
        ..quiet()
    }
}

fn quiet() -> SupervisorPage {
    SupervisorPage {
        site: "opi".into(),
        site_name: "Gerai OPI Mall".into(),
        sites: vec![],
        at: "10.41 WIB".into(),
        waiting: 0,
        longest: None,
        wait: None,
        wait_is_long: false,
        aim: 30,
        served: 0,
        missed: "tidak hadir 0 · batal 0".into(),
        late: 0,
        nearly_late: 0,
        warnings: vec![],
        hours: vec![],
        hour_max: 0,
        hour_ticks: vec![],
        counters: vec![closed(1), closed(2)],
        waits: vec![],
        wait_max: 0,
        files: vec![],
        more_files: 0,
    }
}

fn closed(number: i64) -> CounterLine {
    CounterLine {
        number,
        officer: None,
        state: Some(("", "tutup".into())),
        ticket: None,
        service: None,
        minutes: None,
        is_long: false,
        is_idle: false,
        served: 0,
    }
}

fn counters() -> Vec<CounterLine> {
    let busy = |number, ticket: &str, service: &str, minutes, served| CounterLine {
        officer: Some("Rahmawati Kusumaningtyas DATA UJI".into()),
        state: None,
        ticket: Some(ticket.into()),
        service: Some(service.into()),
        minutes: Some(minutes),
        served,
        ..closed(number)
    };
    let idle = CounterLine {
        officer: Some("Budi DATA UJI".into()),
        state: Some(("late", "16 menit tanpa panggilan".into())),
        is_idle: true,
        served: 7,
        ..closed(5)
    };
    vec![
        busy(1, "P-003", "Pengambilan", 2, 31),
        CounterLine { state: Some(("now", "dipanggil".into())), ..busy(2, "C-009", "Pengambilan", 4, 19) },
        busy(3, "A-012", "SIP Bidan", 8, 12),
        CounterLine { is_long: true, ..busy(4, "A-1011", "Izin Penyelenggaraan Reklame Insidentil", 24, 9) },
        idle,
        closed(6),
    ]
}

fn waits() -> Vec<WaitLine> {
    let line = |label: &str, value, waiting| WaitLine {
        label: label.into(),
        value,
        text: format!("{value} mnt · {waiting}"),
        late: value > 30,
    };
    vec![line("Izin Penyelenggaraan Reklame Insidentil", 34, 5), line("SIP Bidan", 21, 2), line("Pengambilan", 9, 0)]
}

fn files() -> Vec<FileLine> {
    let line = |code: &str, promise: &str, is_late| FileLine {
        id: "0199".into(),
        code: code.into(),
        service: "SIP Bidan".into(),
        stage: "Menunggu rekomendasi".into(),
        promise: promise.into(),
        is_late,
    };
    vec![
        line("7K2M-94QX-PD3", "lewat 2 hari kerja, berpotensi fiktif positif", true),
        line("9PQ4-11AB-Z7K", "jatuh tempo hari ini", false),
    ]
}
