//! A service file as text: read, with every fault named by line, field and way out (pure).

use super::condition::NOT_A_CONDITION;
use super::{
    ApplicationKind, FieldKind, PaperStyle, SampleKind, Service, ServiceKind, SlaUnit, StageClock, StageName,
    case_faults, rule_faults,
};
use crate::calendar::Calendar;
use crate::identity::Role;
use crate::messages::{FieldFault, Lang, text};
use crate::sites::ServiceGroup;

/// A service and the text it was read from.
#[derive(Clone, Debug, PartialEq)]
pub struct ServiceFile {
    /// The rules.
    pub service: Service,
    /// The file, with the office's own remarks.
    pub text: String,
}

/// One thing to put right in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFault {
    /// The line, from 1; none when the whole file lacks something.
    pub line: Option<usize>,
    /// The field and the words.
    pub fault: FieldFault,
}

impl FileFault {
    /// `Baris 12, fee: Layanan kependudukan gratis …`.
    pub fn words(&self, lang: Lang) -> String {
        let said = ("said", self.fault.words(lang));
        let (line, field) = (self.line.map(|n| n.to_string()), self.fault.field.clone());
        match line {
            Some(line) => text(lang, "service-file.line", &[("line", line), ("field", field), said]),
            None => text(lang, "service-file.whole", &[("field", field), said]),
        }
    }
}

/// Reads a file: its writing, its keys, the rules of the catalogue and its own examples.
///
/// # Errors
/// Everything that is wrong, by line.
pub fn read_service(text: &str) -> Result<ServiceFile, Vec<FileFault>> {
    let service: Service = toml::from_str(text).map_err(|error| vec![writing_fault(text, &error)])?;
    let mut faults = unknown_keys(text, &service);
    faults.extend(rule_faults(&service));
    if faults.is_empty() {
        faults.extend(case_faults(&service, &Calendar::built_in()));
    }
    if faults.is_empty() {
        return Ok(ServiceFile { service, text: text.to_owned() });
    }
    let mut faults: Vec<FileFault> =
        faults.into_iter().map(|fault| FileFault { line: line_of(text, &fault.field), fault }).collect();
    faults.sort_by_key(|fault| fault.line);
    Err(faults)
}

fn writing_fault(text: &str, error: &toml::de::Error) -> FileFault {
    let line = error.span().map(|span| text.get(..span.start).unwrap_or_default().matches('\n').count() + 1);
    let message = error.message();
    let quoted = message.split('`').nth(1).unwrap_or_default().to_owned();
    let key =
        line.and_then(|n| text.lines().nth(n - 1)).and_then(|line| line.split_once('=')).map(|(key, _)| key.trim());
    let is_key = |key: &&str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let field = key.filter(is_key).unwrap_or("toml").to_owned();
    let code = if message.starts_with("missing field") {
        "file-lacks"
    } else if message.starts_with(NOT_A_CONDITION) {
        "file-condition"
    } else if message.starts_with("invalid type") {
        "file-type"
    } else if message.contains("is no ") || message.starts_with("unknown variant") {
        "file-word"
    } else {
        "file-writing"
    };
    // A field that is missing has no line of its own: the table that lacks it is named.
    let (line, field) = if code == "file-lacks" { (line.filter(|n| *n > 1), quoted) } else { (line, field) };
    let args = vec![("reason", message.trim_end().replace('\n', " ")), ("words", allowed(message))];
    FileFault { line, fault: FieldFault { args, ..FieldFault::new(field, code) } }
}

/// The words of the list a message says a word is not of.
fn allowed(message: &str) -> String {
    let lists: [(&str, Vec<&str>); 10] = [
        ("ServiceKind", words_of(ServiceKind::ALL, ServiceKind::word)),
        ("ServiceGroup", words_of(ServiceGroup::ALL, ServiceGroup::word)),
        ("FieldKind", words_of(FieldKind::ALL, FieldKind::word)),
        ("PaperStyle", words_of(PaperStyle::ALL, PaperStyle::word)),
        ("SlaUnit", words_of(SlaUnit::ALL, SlaUnit::word)),
        ("StageName", words_of(StageName::ALL, StageName::word)),
        ("StageClock", words_of(StageClock::ALL, StageClock::word)),
        ("ApplicationKind", words_of(ApplicationKind::ALL, ApplicationKind::word)),
        ("Role", words_of(Role::ALL, Role::word)),
        ("SampleKind", words_of(SampleKind::ALL, SampleKind::word)),
    ];
    let found = lists.iter().find(|(name, _)| message.trim_end().ends_with(name));
    found.map_or_else(|| "–".to_owned(), |(_, words)| words.join(", "))
}

fn words_of<T: Copy>(all: &[T], word: fn(T) -> &'static str) -> Vec<&'static str> {
    all.iter().copied().map(word).collect()
}

/// Keys of the file that no rule reads: mostly typing errors, which must not pass for a rule.
fn unknown_keys(text: &str, service: &Service) -> Vec<FieldFault> {
    let (Ok(written), Ok(read)) = (text.parse::<toml::Table>(), toml::Table::try_from(service)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    compare(&written, &read, "", &mut found);
    found.into_iter().map(|key| FieldFault::new(key, "file-key")).collect()
}

fn compare(written: &toml::Table, read: &toml::Table, under: &str, found: &mut Vec<String>) {
    for (key, value) in written {
        let path = if under.is_empty() { key.clone() } else { format!("{under}.{key}") };
        match (value, read.get(key)) {
            (_, None) => found.push(path),
            (toml::Value::Table(inner), Some(toml::Value::Table(kept))) => compare(inner, kept, &path, found),
            (toml::Value::Array(list), Some(toml::Value::Array(kept))) => {
                for (n, (one, other)) in (1..).zip(list.iter().zip(kept)) {
                    if let (toml::Value::Table(one), toml::Value::Table(other)) = (one, other) {
                        let name = one.get("code").and_then(|code| code.as_str());
                        let name = name.map_or_else(|| n.to_string(), str::to_owned);
                        compare(one, other, &format!("{path}.{name}"), found);
                    }
                }
            }
            (_, Some(_)) => {}
        }
    }
}

/// The line of `fee`, `fields.practice_place`, `requirements.ktp.nmae`, `stages.payment` or `case.2.due_on`; the
/// table when the key itself does not stand there.
fn line_of(text: &str, path: &str) -> Option<usize> {
    let mut parts = path.split('.');
    let head = parts.next()?;
    let (item, key) = (parts.next(), parts.next());
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let from = match (head, item) {
        ("case", Some(n)) => nth_table(&lines, "[[case]]", n.parse().ok()?),
        ("stages", Some(stage)) => lines.iter().position(|line| line.contains(&format!("stage = \"{stage}\""))),
        (_, Some(code)) => item_line(&lines, head, code).or_else(|| key_line(&lines, 0, code)),
        (_, None) => {
            key_line(&lines, 0, head).or_else(|| lines.iter().position(|l| l.starts_with(&format!("[{head}"))))
        }
    }?;
    let exact = key.and_then(|key| key_line(&lines, from, key));
    Some(exact.unwrap_or(from) + 1)
}

fn nth_table(lines: &[&str], header: &str, n: usize) -> Option<usize> {
    let tables = lines.iter().enumerate().filter(|(_, line)| **line == header);
    tables.map(|(at, _)| at).nth(n.checked_sub(1)?)
}

/// The `code = "…"` of an item of `[[fields]]` or `[[requirements]]`.
fn item_line(lines: &[&str], table: &str, code: &str) -> Option<usize> {
    let (header, wanted) = (format!("[[{table}]]"), format!("code = \"{code}\""));
    let is_within = |at: usize| lines[..at].iter().rev().find(|l| l.starts_with('[')).is_some_and(|l| **l == header);
    (0..lines.len()).find(|at| lines[*at].starts_with(&wanted) && is_within(*at))
}

/// The first line from one on that sets a key, within the same table.
fn key_line(lines: &[&str], from: usize, key: &str) -> Option<usize> {
    let sets = |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    let after = lines.iter().enumerate().skip(from);
    let within = after.take_while(|(at, line)| *at <= from || !line.starts_with("[["));
    within.into_iter().find(|(_, line)| sets(line)).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::built_in_texts;

    fn sipb() -> String {
        built_in_texts().into_iter().find(|text| text.starts_with("code = \"SIPB\"")).unwrap()
    }

    /// Line, field and code of every fault after a change of the text.
    fn faults(from: &str, to: &str) -> Vec<(Option<usize>, String, &'static str)> {
        let text = sipb();
        assert!(text.contains(from), "{from}");
        let faults = read_service(&text.replacen(from, to, 1)).unwrap_err();
        faults.into_iter().map(|at| (at.line, at.fault.field, at.fault.code)).collect()
    }

    fn line(text: &str) -> Option<usize> {
        sipb().lines().position(|line| line == text).map(|at| at + 1)
    }

    #[test]
    fn a_typing_error_is_named_by_line_and_field() {
        let sla = line("sla = { unit = \"working_days\", value = 5 }");
        let of = |from: &str, to: &str| faults(from, to).remove(0);
        assert_eq!(of("value = 5 }", "value = lima }"), (sla, "sla".to_owned(), "file-writing"));
        assert_eq!(of("value = 5 }", "value = \"lima\" }"), (sla, "sla".to_owned(), "file-type"));
        assert_eq!(of("working_days", "hari"), (sla, "sla".to_owned(), "file-word"));
        assert_eq!(of("counter_minutes", "counter_minute").2, "file-lacks");
        let when = line("when = \"kind = renewal\"");
        assert_eq!(
            of("when = \"kind = renewal\"", "when = \"perpanjangan\""),
            (when, "when".to_owned(), "file-condition")
        );
    }

    #[test]
    fn a_key_no_rule_reads_does_not_pass() {
        let place = line("code = \"practice_place\"").unwrap();
        let from = "code = \"practice_place\"";
        let wrong = faults(from, &format!("{from}\nwajib = true"));
        assert_eq!(wrong, [(Some(place + 1), "fields.practice_place.wajib".to_owned(), "file-key")]);
    }

    #[test]
    fn a_broken_rule_and_a_failing_example_are_named_by_line() {
        let class = "counter_minutes = 15";
        let wrong = faults(class, "counter_minutes = 0");
        assert_eq!(wrong, [(line(class), "counter_minutes".to_owned(), "at-least-one")]);
        let wrong = faults("valid_until = \"2031-11-09\"", "valid_until = \"2030-11-09\"");
        assert_eq!(wrong.len(), 1, "{wrong:?}");
        assert_eq!(wrong[0].2, "case-differs");
        assert_eq!(wrong[0].0, line("valid_until = \"2031-11-09\""));
    }

    #[test]
    fn the_words_of_a_fault_say_line_field_and_way_out() {
        let text = sipb().replacen("value = 5 }", "value = 0 }", 1);
        let said = read_service(&text).unwrap_err().remove(0).words(Lang::Id);
        assert!(said.starts_with("Baris 7, sla: Paling sedikit 1."), "{said}");
    }
}
