//! Examples of the page, for the test that renders every page.

use std::collections::BTreeMap;

use super::{CallingFields, DayLine, HoursPage, LimitLine, ServiceChoice, SpecialLine, weekday_fields};
use crate::calendar::Said;
use crate::clock::Instant;
use crate::ids::CounterId;
use crate::sites::{CallRules, Counter, ServiceGroup};
use crate::web::page::{FieldLine, Page};

impl Page for HoursPage {
    const TEMPLATE: &'static str = "sites/hours.html";

    fn samples() -> Vec<Self> {
        let fault = FieldLine { field: "reason".into(), message: "Wajib diisi.".into() };
        let typed = BTreeMap::from([("on".to_owned(), "2026-12-31".to_owned())]);
        vec![page(false), page(true), page(false).with_faults(vec![fault], typed)]
    }
}

/// Two counters, one of them for quick matters.
fn counters() -> Vec<Counter> {
    let counter = |number, quick_only| Counter {
        id: CounterId::new(number),
        number,
        groups: vec![ServiceGroup::Permits, ServiceGroup::PickUp],
        quick_only,
    };
    vec![counter(1, false), counter(2, true)]
}

fn page(is_full: bool) -> HoursPage {
    let day = |is_closed| DayLine {
        day: "Selasa, 24 November 2026".into(),
        hours: "08.00–11.30, 13.30–15.00".into(),
        is_closed,
        is_special: is_closed,
        is_ramadan: !is_closed,
    };
    let special = SpecialLine {
        on: Instant(0).day(chrono_tz::Tz::Asia__Jakarta),
        day: "Kamis, 1 Januari 1970".into(),
        hours: None,
        reason: "Listrik padam karena perbaikan gardu yang lama sekali".into(),
    };
    let limit = LimitLine {
        service: "Surat Izin Praktik dengan nama yang sangat panjang".into(),
        quota: Some(70),
        cut_off: None,
        is_open: false,
        state: "Kuota hari ini sudah habis (70 nomor)".into(),
    };
    HoursPage {
        site: "opi".into(),
        site_name: "Gerai OPI Mall".into(),
        sites: vec![],
        always_open: is_full,
        is_open: is_full,
        now: Said { title: "Gerai buka".into(), next: "Nomor dapat diambil sampai pukul 15.00 WIB.".into() },
        days: vec![day(false), day(true)],
        specials: if is_full { vec![special] } else { vec![] },
        limits: if is_full { vec![limit] } else { vec![] },
        services: vec![ServiceChoice { value: "SIPB".into(), label: "SIP Bidan".into() }],
        usual: weekday_fields("usual", &[]),
        ramadan: weekday_fields("ramadan", &[]),
        open_on_joint_leave: is_full,
        calling: CallingFields::new(CallRules::USUAL, &counters()),
        errors: vec![],
        values: BTreeMap::new(),
    }
}
