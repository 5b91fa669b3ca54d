//! Reports as the API and the pages show them: rows with labels, in JSON, files and tables alike.

use std::sync::Arc;

use serde::Serialize;

use crate::catalogue::Catalogue;
use crate::clock::Day;
use crate::ids::CounterId;
use crate::messages::{Lang, date, plain, text};
use crate::reports::{
    Accuracy, Backlog, Estimates, Fairness, FairnessKey, Figures, Overruled, PromiseFigures, PromiseKey, Promises,
    RowKey, StageKey, Stages, Throughput, csv,
};
use crate::sites::Sites;
use crate::web::app::App;

/// One row of a report: what it stands for, its words, its figures.
#[derive(Clone, Debug, Serialize)]
pub struct Row<F> {
    /// Hour, ISO date, code of a service or stage, or id; null for what nobody called.
    pub key: Option<String>,
    /// The words.
    pub label: String,
    /// The figures.
    #[serde(flatten)]
    pub figures: F,
}

/// A report: rows, and the figures of all of them.
#[derive(Clone, Debug, Serialize)]
pub struct Report<F> {
    /// Rows.
    pub rows: Vec<Row<F>>,
    /// All rows together.
    pub totals: F,
}

/// Figures that can stand in a table.
pub trait Columns {
    /// Names of the columns, as in JSON.
    const NAMES: &'static [&'static str];

    /// Heads of the columns for people: keys of messages, after `reports.`, two where a group stands above.
    const HEADS: &'static [&'static str];

    /// The cells in the same order; empty where nothing was measured.
    fn cells(&self) -> Vec<String>;
}

impl Columns for Figures {
    const NAMES: &'static [&'static str] = &[
        "arrived",
        "visitors",
        "served",
        "no_show",
        "cancelled",
        "open",
        "no_show_percent",
        "cancelled_percent",
        "recalled_percent",
        "wait_p50_minutes",
        "wait_p90_minutes",
        "wait_max_minutes",
        "call_to_start_p50_minutes",
        "call_to_start_p90_minutes",
        "service_p50_minutes",
        "service_p90_minutes",
        "service_max_minutes",
    ];
    const HEADS: &'static [&'static str] = &[
        "arrived",
        "visitors",
        "done",
        "no_show",
        "cancelled",
        "open",
        "rates_group absent",
        "rates_group gone",
        "rates_group again",
        "wait_group p50",
        "wait_group p90",
        "wait_group max",
        "come_group p50",
        "come_group p90",
        "service_group p50",
        "service_group p90",
        "service_group max",
    ];

    fn cells(&self) -> Vec<String> {
        let counts = [self.arrived, self.visitors, self.served, self.no_show, self.cancelled, self.open];
        let measured = [
            self.no_show_percent,
            self.cancelled_percent,
            self.recalled_percent,
            self.wait_p50_minutes,
            self.wait_p90_minutes,
            self.wait_max_minutes,
            self.call_to_start_p50_minutes,
            self.call_to_start_p90_minutes,
            self.service_p50_minutes,
            self.service_p90_minutes,
            self.service_max_minutes,
        ];
        let measured = measured.map(|m| m.map_or_else(String::new, |m| format!("{m:.1}")));
        counts.map(|n| n.to_string()).into_iter().chain(measured).collect()
    }
}

impl Columns for Backlog {
    const NAMES: &'static [&'static str] = &["total", "on_time", "nearly_late", "late", "stopped"];
    const HEADS: &'static [&'static str] =
        &["files_total", "files_on_time", "files_nearly", "files_late_head", "files_stopped"];

    fn cells(&self) -> Vec<String> {
        [self.total, self.on_time, self.nearly_late, self.late, self.stopped].map(|n| n.to_string()).to_vec()
    }
}

impl Columns for PromiseFigures {
    const NAMES: &'static [&'static str] = &[
        "ended",
        "kept",
        "near",
        "broken",
        "free",
        "kept_percent",
        "days_p50",
        "days_p90",
        "open",
        "open_near",
        "open_late",
    ];
    const HEADS: &'static [&'static str] = &[
        "promises_ended",
        "promises_kept",
        "promises_near",
        "promises_broken",
        "promises_free",
        "promises_percent",
        "promises_p50",
        "promises_p90",
        "promises_open",
        "promises_open_near",
        "promises_open_late",
    ];

    fn cells(&self) -> Vec<String> {
        let counts = |list: &[i64]| list.iter().map(i64::to_string).collect::<Vec<_>>();
        let days = |days: Option<i64>| days.map_or_else(String::new, |days| days.to_string());
        let percent = self.kept_percent.map_or_else(String::new, |percent| format!("{percent:.1}"));
        [
            counts(&[self.ended, self.kept, self.near, self.broken, self.free]),
            vec![percent, days(self.days_p50), days(self.days_p90)],
            counts(&[self.open, self.open_near, self.open_late]),
        ]
        .concat()
    }
}

impl Columns for Accuracy {
    const NAMES: &'static [&'static str] = &["n", "mae_minutes", "bias_minutes", "coverage"];
    const HEADS: &'static [&'static str] = &["told", "mae", "bias", "coverage"];

    fn cells(&self) -> Vec<String> {
        // Adding nothing takes the sign from a zero: a person reads "-0.0" as a fault.
        let minutes =
            |value: Option<f64>| value.map_or_else(String::new, |m| format!("{:.1}", (m * 10.0).round() / 10.0 + 0.0));
        let share = |value: Option<f64>| value.map_or_else(String::new, |share| format!("{share:.2}"));
        vec![self.n.to_string(), minutes(self.mae_minutes), minutes(self.bias_minutes), share(self.coverage)]
    }
}

impl Columns for Overruled {
    const NAMES: &'static [&'static str] = &["out_of_order", "passed", "priorities", "to_counter"];
    const HEADS: &'static [&'static str] = &["out_of_order", "passed", "priorities", "to_counter"];

    fn cells(&self) -> Vec<String> {
        [self.out_of_order, self.passed, self.priorities, self.to_counter].map(|n| n.to_string()).to_vec()
    }
}

impl<F: Columns + Serialize> Report<F> {
    /// The report as CSV; the last line holds the totals.
    pub fn csv(&self) -> String {
        let header = [&["key", "label"], F::NAMES].concat();
        let rows = self.rows.iter().map(|row| line(row.key.clone().unwrap_or_default(), &row.label, &row.figures));
        csv(&header, rows.chain([line("total".to_owned(), "total", &self.totals)]))
    }
}

fn line<F: Columns>(key: String, label: &str, figures: &F) -> Vec<String> {
    [key, label.to_owned()].into_iter().chain(figures.cells()).collect()
}

/// A cell with the decimals of the language, and a dash where nothing was measured.
pub fn shown(cell: String, lang: Lang) -> String {
    match (cell.is_empty(), lang) {
        (true, _) => "–".to_owned(),
        (false, Lang::Id) => cell.replace('.', ","),
        (false, Lang::En) => cell,
    }
}

/// Where the words of keys come from.
pub struct Labels {
    lang: Lang,
    catalogue: Arc<Catalogue>,
    sites: Arc<Sites>,
}

impl Labels {
    /// The words of an office in a language.
    pub fn new(app: &App, lang: Lang) -> Labels {
        Labels { lang, catalogue: app.catalogue(), sites: app.sites() }
    }

    /// The throughput with words; counters in order of site and number.
    pub fn throughput(&self, report: Throughput) -> Report<Figures> {
        let mut rows = report.rows;
        rows.sort_by_key(|(key, _)| match key {
            RowKey::Counter(id) => self.place(*id),
            RowKey::Hour(_) | RowKey::Day(_) | RowKey::Service(_) | RowKey::Clerk(_) | RowKey::Booking(_) => None,
        });
        let row = |(key, figures): (RowKey, Figures)| {
            let (key, label) = self.row(key);
            Row { key, label, figures }
        };
        Report { rows: rows.into_iter().map(row).collect(), totals: report.totals }
    }

    /// The stages with words.
    pub fn stages(&self, report: Stages) -> Report<Backlog> {
        let row = |(key, figures)| match key {
            StageKey::Stage(stage) => {
                let label = plain(self.lang, &format!("state.{stage}"));
                Row { key: Some(stage.to_string()), label, figures }
            }
            StageKey::Service(code) => Row { label: self.service(&code), key: Some(code), figures },
        };
        Report { rows: report.rows.into_iter().map(row).collect(), totals: report.totals }
    }

    /// The promises with words.
    pub fn promises(&self, report: Promises) -> Report<PromiseFigures> {
        let stage = |stage| plain(self.lang, &format!("service-stage.{stage}"));
        let row = |(key, figures)| {
            let (key, label) = match key {
                PromiseKey::Service(code) => (code.clone(), self.service(&code)),
                PromiseKey::Stage(name) => (name.to_string(), stage(name)),
                PromiseKey::Opd(name) => (name.clone(), name),
                PromiseKey::ServiceStage(code, name) => {
                    (format!("{code}/{name}"), format!("{} · {}", self.service(&code), stage(name)))
                }
            };
            Row { key: Some(key), label, figures }
        };
        Report { rows: report.rows.into_iter().map(row).collect(), totals: report.totals }
    }

    /// The accuracy of told waits with words.
    pub fn estimates(&self, report: Estimates) -> Report<Accuracy> {
        let row = |(key, figures)| {
            let (key, label) = self.row(key);
            Row { key, label, figures }
        };
        Report { rows: report.rows.into_iter().map(row).collect(), totals: report.totals }
    }

    /// The times the order was overruled, with words: who and why, or the day.
    pub fn fairness(&self, report: Fairness) -> Report<Overruled> {
        let row = |(key, figures)| match key {
            FairnessKey::Day(day) => Row { key: Some(day.to_string()), label: date(self.lang, day), figures },
            FairnessKey::Typed(who, why) => Row { key: None, label: format!("{who} · {why}"), figures },
            FairnessKey::Priority(who, why) => {
                let why = plain(self.lang, &format!("priority.{why}"));
                Row { key: None, label: format!("{who} · {why}"), figures }
            }
        };
        Report { rows: report.rows.into_iter().map(row).collect(), totals: report.totals }
    }

    /// The name of a service; its code when it is no longer offered.
    pub fn service(&self, code: &str) -> String {
        let found = self.catalogue.find(code);
        found.map_or_else(|| code.to_owned(), |found| found.service.name.of(self.lang).to_owned())
    }

    fn row(&self, key: RowKey) -> (Option<String>, String) {
        let nobody = || (None, plain(self.lang, "reports.nobody"));
        match key {
            RowKey::Hour(hour) => (Some(format!("{hour:02}")), format!("{hour:02}.00–{hour:02}.59")),
            RowKey::Day(Day(day)) => (Some(day.to_string()), date(self.lang, Day(day))),
            RowKey::Service(code) => (Some(code.clone()), self.service(&code)),
            RowKey::Counter(None) | RowKey::Clerk(None) => nobody(),
            RowKey::Counter(Some(id)) => (Some(id.to_string()), self.counter(id)),
            RowKey::Clerk(Some((name, id))) => (Some(id.to_string()), name),
            RowKey::Booking(booked) => {
                let word = if booked { "appointment" } else { "walk_in" };
                (Some(word.to_owned()), plain(self.lang, &format!("reports.{word}")))
            }
        }
    }

    fn place(&self, id: Option<CounterId>) -> Option<(String, i64)> {
        let (site, counter) = self.sites.find_counter(id?)?;
        Some((site.code.clone(), counter.number))
    }

    fn counter(&self, id: CounterId) -> String {
        let Some((site, counter)) = self.sites.find_counter(id) else { return id.to_string() };
        let args = [("n", counter.number.to_string()), ("site", site.name.clone())];
        text(self.lang, "reports.counter", &args)
    }
}
