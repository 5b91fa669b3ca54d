//! `/layanan` and `/layanan/{code}`: what is asked, how long it takes, what it costs.

use std::collections::BTreeMap;

use rocket::{Route, get, routes};
use serde::Serialize;

use super::requirement::address;
use super::words;
use crate::catalogue::{Service, ServiceKind};
use crate::messages::{Lang, Refusal, plain};
use crate::sites::ServiceGroup;
use crate::web::app::App;
use crate::web::page::{Page, Rendered};
use crate::web::problem::Problem;
use crate::web::visit::Visit;

/// Routes of pages.
pub fn routes() -> Vec<Route> {
    routes![list, one]
}

/// Every service, by group.
#[derive(Serialize)]
pub struct ServicesPage {
    q: String,
    groups: Vec<Group>,
}

#[derive(Serialize)]
struct Group {
    name: String,
    services: Vec<Entry>,
}

#[derive(Serialize)]
struct Entry {
    code: String,
    name: String,
    summary: String,
    time: String,
    fee: String,
}

/// One service in full.
#[derive(Serialize)]
pub struct ServicePage {
    name: String,
    summary: String,
    group: String,
    time: String,
    fee: String,
    fee_basis: String,
    validity: Option<String>,
    opd: Option<String>,
    inspection: Option<String>,
    /// Words about who makes the document, when it is not this agency.
    made_by: Option<String>,
    requirements: Vec<Needed>,
    legal_basis: Vec<String>,
    remark: Option<String>,
    sites: Vec<Place>,
}

#[derive(Serialize)]
struct Needed {
    name: String,
    mandatory: bool,
    /// Where it is explained.
    href: String,
}

#[derive(Serialize)]
struct Place {
    code: String,
    name: String,
    address: String,
}

impl Page for ServicesPage {
    const TEMPLATE: &'static str = "catalogue/services.html";

    fn samples() -> Vec<Self> {
        let entry = |code: &str, name: &str, summary: &str| Entry {
            code: code.into(),
            name: name.into(),
            summary: summary.into(),
            time: "5 hari kerja".into(),
            fee: "Gratis".into(),
        };
        let long = "Izin Penyelenggaraan Satuan Pendidikan Nonformal dan Pendidikan Anak Usia Dini oleh Masyarakat";
        let permits = vec![
            entry("SIPB", "SIP Bidan", "Izin praktik bidan di satu tempat."),
            entry("PAUD", long, "Izin mendirikan dan menyelenggarakan satuan pendidikan, termasuk perubahan tempat."),
        ];
        let population = vec![entry("KK", "Kartu Keluarga", "Kartu keluarga baru atau perubahan data.")];
        let groups = vec![
            Group { name: "Perizinan".into(), services: permits },
            Group { name: "Kependudukan".into(), services: population },
        ];
        vec![
            ServicesPage { q: String::new(), groups },
            ServicesPage { q: "tidak ada".into(), groups: vec![] },
            ServicesPage { q: String::new(), groups: vec![] },
        ]
    }
}

impl Page for ServicePage {
    const TEMPLATE: &'static str = "catalogue/service.html";

    fn samples() -> Vec<Self> {
        let href = || "/layanan/SIPB/syarat/str".to_owned();
        let needed = |name: &str, mandatory| Needed { name: name.into(), mandatory, href: href() };
        let midwife = ServicePage {
            name: "SIP Bidan".into(),
            summary: "Izin praktik bidan di satu tempat praktik.".into(),
            group: "Perizinan".into(),
            time: "5 hari kerja".into(),
            fee: "Gratis".into(),
            fee_basis: "Tidak ada retribusi".into(),
            validity: Some("Mengikuti masa berlaku dokumen: STR berlaku sampai".into()),
            opd: Some("Dinas Kesehatan".into()),
            inspection: Some("Bila Jenis praktik: Praktik mandiri".into()),
            made_by: None,
            requirements: vec![
                needed("STR yang masih berlaku", true),
                needed("Surat keterangan tempat praktik", true),
                needed("Rekomendasi pimpinan fasilitas pelayanan kesehatan tempat bidan berpraktik bila ada", false),
            ],
            legal_basis: vec!["UU 17/2023 tentang Kesehatan".into()],
            remark: Some("Waktu dan biaya ditetapkan dalam standar pelayanan.".into()),
            sites: vec![Place { code: "opi".into(), name: "Gerai OPI Mall".into(), address: "Jakabaring".into() }],
        };
        let bare = ServicePage {
            name: "Kartu Keluarga".into(),
            summary: "Kartu keluarga baru.".into(),
            group: "Kependudukan".into(),
            time: "1 hari kerja".into(),
            fee: "Gratis".into(),
            fee_basis: String::new(),
            validity: None,
            opd: None,
            inspection: None,
            made_by: Some("Dokumen dibuat oleh Disdukcapil di SIAK.".into()),
            requirements: vec![],
            legal_basis: vec![],
            remark: None,
            sites: vec![],
        };
        vec![midwife, bare]
    }
}

#[get("/layanan?<q>")]
fn list(q: Option<&str>, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let (q, lang) = (q.unwrap_or_default().trim(), visit.lang);
    let wanted = q.to_lowercase();
    let mut groups: BTreeMap<ServiceGroup, Vec<Entry>> = BTreeMap::new();
    for published in visit.app.catalogue().list().filter(|published| is_about(&published.service, &wanted)) {
        groups.entry(published.service.group).or_default().push(entry(&published.service, lang));
    }
    let group = |(group, services)| Group { name: group_name(group, lang), services };
    visit.page(&ServicesPage { q: q.to_owned(), groups: groups.into_iter().map(group).collect() })
}

#[get("/layanan/<code>")]
fn one(code: &str, visit: Visit<'_>) -> Result<Rendered, Problem> {
    let catalogue = visit.app.catalogue();
    let found = catalogue.find(code).ok_or_else(|| Refusal::not_found("service-unknown"))?;
    visit.page(&ServicePage::new(&found.service, visit.app, visit.lang))
}

/// Whether every word sought stands in the code, the names or the summaries, in any language.
fn is_about(service: &Service, wanted: &str) -> bool {
    let texts = [&service.code, &service.name.id, &service.name.en, &service.summary.id, &service.summary.en];
    let all = texts.map(|text| text.to_lowercase()).join(" ");
    wanted.split_whitespace().all(|word| all.contains(word))
}

fn entry(service: &Service, lang: Lang) -> Entry {
    Entry {
        code: service.code.clone(),
        name: service.name.of(lang).to_owned(),
        summary: service.summary.of(lang).to_owned(),
        time: words::time(&service.sla, lang),
        fee: words::fee(&service.fee, lang),
    }
}

fn group_name(group: ServiceGroup, lang: Lang) -> String {
    plain(lang, &format!("catalogue.group.{group}"))
}

impl ServicePage {
    fn new(service: &Service, app: &App, lang: Lang) -> ServicePage {
        let made_by = match service.kind {
            ServiceKind::Population => Some("catalogue.made_in_siak"),
            ServiceKind::Assistance => Some("catalogue.made_elsewhere"),
            ServiceKind::Permit | ServiceKind::Counter => None,
        };
        let serves = |site: &crate::sites::Site| site.counters.iter().any(|c| c.groups.contains(&service.group));
        let sites = app.sites();
        let places = sites.list().iter().filter(|site| serves(site)).map(|site| Place {
            code: site.code.clone(),
            name: site.name.clone(),
            address: site.address.clone(),
        });
        let needed = |asked: &crate::catalogue::Requirement| Needed {
            name: asked.words(service, lang),
            mandatory: asked.mandatory,
            href: address(&service.code, &asked.code),
        };
        ServicePage {
            name: service.name.of(lang).to_owned(),
            summary: service.summary.of(lang).to_owned(),
            group: group_name(service.group, lang),
            time: words::time(&service.sla, lang),
            fee: words::fee(&service.fee, lang),
            fee_basis: service.fee.basis.clone(),
            validity: words::validity(service, lang),
            opd: service.technical_opd.clone(),
            inspection: words::inspection(service, lang),
            made_by: made_by.map(|key| plain(lang, key)),
            requirements: service.requirements.iter().map(needed).collect(),
            legal_basis: service.legal_basis.clone(),
            remark: service.remark.clone(),
            sites: places.collect(),
        }
    }
}
