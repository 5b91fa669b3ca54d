//! Examples of the page, for the test that renders every page.

use std::collections::BTreeMap;

use super::{Choice, DeviceLine, DevicesPage, SiteLink};
use crate::sites::devices::{DeviceKind, DeviceState};
use crate::web::page::{FieldLine, Page};

impl Page for DevicesPage {
    const TEMPLATE: &'static str = "sites/devices.html";

    fn samples() -> Vec<Self> {
        let states = DeviceState::ALL.iter().flat_map(|state| DeviceKind::ALL.iter().map(|kind| line(*kind, *state)));
        let fault = FieldLine { field: "name".into(), message: "Wajib diisi.".into() };
        let typed = BTreeMap::from([("kind".to_owned(), "printer".to_owned())]);
        let link = |code: &str| SiteLink { code: code.into(), name: format!("Gerai {code}") };
        let full = DevicesPage { sites: vec![link("opi"), link("pangkalan-balai")], ..page(states.collect()) };
        vec![page(vec![]), full, page(vec![]).with_faults(vec![fault], typed)]
    }
}

fn page(devices: Vec<DeviceLine>) -> DevicesPage {
    DevicesPage {
        site: "opi".into(),
        site_name: "Gerai OPI Mall".into(),
        sites: vec![],
        paired_only: devices.is_empty(),
        pair_url: "https://izin.contoh.example/pasang".into(),
        devices,
        errors: vec![],
        values: BTreeMap::new(),
    }
}

fn line(kind: DeviceKind, state: DeviceState) -> DeviceLine {
    let is_printer = kind == DeviceKind::Printer;
    let waits = state == DeviceState::Waiting;
    let printer = Choice { value: "p".into(), label: "Printer pintu utara dengan nama yang panjang sekali".into() };
    DeviceLine {
        id: format!("{kind}-{state}"),
        name: format!("Perangkat {kind} di pintu utara gerai"),
        kind,
        address: is_printer.then(|| "192.0.2.10:9100".into()),
        state,
        pill: ("ok", "Terpasang".into()),
        detail: (state == DeviceState::Paired).then(|| "Terlihat pukul 09.00 WIB".into()),
        code: (waits && !is_printer).then(|| "0A1B-2C3D".into()),
        code_until: waits.then(|| "09.10 WIB".into()),
        printers: if kind == DeviceKind::Kiosk { vec![printer] } else { vec![] },
        printer: "p".into(),
    }
}
