//! The appointment as a calendar file (RFC 5545, pure): CRLF, lines of at most 75 octets, moments in UTC.

use crate::clock::Instant;

/// Octets of a line without its ending (RFC 5545, 3.1).
const LINE_OCTETS: usize = 75;

/// What stands in a calendar.
#[derive(Clone, Debug)]
pub struct CalendarEntry {
    /// The same for every edition of one appointment.
    pub uid: String,
    /// Grows with each edition, so that a calendar replaces the older one.
    pub sequence: i64,
    /// When this edition was made.
    pub stamped_at: Instant,
    /// Begin.
    pub starts_at: Instant,
    /// End.
    pub ends_at: Instant,
    /// Whether it was called off or given up.
    pub is_cancelled: bool,
    /// What a calendar shows.
    pub summary: String,
    /// Where.
    pub location: String,
    /// What to bring and where to change it.
    pub description: String,
    /// The visitor's own page.
    pub url: String,
    /// Words of the reminder two hours before.
    pub reminder: String,
}

/// The whole file.
pub fn calendar_file(entry: &CalendarEntry) -> String {
    let (method, status) = if entry.is_cancelled { ("CANCEL", "CANCELLED") } else { ("PUBLISH", "CONFIRMED") };
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Loket//Janji temu//ID".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("METHOD:{method}"),
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{}", entry.uid),
        format!("SEQUENCE:{}", entry.sequence),
        format!("DTSTAMP:{}", moment(entry.stamped_at)),
        format!("DTSTART:{}", moment(entry.starts_at)),
        format!("DTEND:{}", moment(entry.ends_at)),
        format!("STATUS:{status}"),
        format!("SUMMARY:{}", escaped(&entry.summary)),
        format!("LOCATION:{}", escaped(&entry.location)),
        format!("DESCRIPTION:{}", escaped(&entry.description)),
        format!("URL:{}", entry.url),
    ];
    if !entry.is_cancelled {
        lines.extend(alarm(&entry.reminder));
    }
    lines.extend(["END:VEVENT".to_owned(), "END:VCALENDAR".to_owned()]);
    lines.iter().map(|line| folded(line)).collect()
}

fn alarm(words: &str) -> [String; 5] {
    [
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        format!("DESCRIPTION:{}", escaped(words)),
        "TRIGGER:-PT2H".to_owned(),
        "END:VALARM".to_owned(),
    ]
}

fn moment(at: Instant) -> String {
    at.utc().format("%Y%m%dT%H%M%SZ").to_string()
}

/// TEXT (RFC 5545, 3.3.11).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Breaks a line between characters; each further piece begins with a blank.
fn folded(line: &str) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut octets = 0;
    for c in line.chars() {
        if octets + c.len_utf8() > LINE_OCTETS {
            out.push_str("\r\n ");
            octets = 1;
        }
        octets += c.len_utf8();
        out.push(c);
    }
    out.push_str("\r\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Day;

    fn entry() -> CalendarEntry {
        let starts_at = Day::parse("2026-11-24").unwrap().start(chrono_tz::Tz::Asia__Jakarta).plus_minutes(630);
        CalendarEntry {
            uid: "01936f2a@loket".to_owned(),
            sequence: 2,
            stamped_at: starts_at.plus_minutes(-90),
            starts_at,
            ends_at: starts_at.plus_minutes(30),
            is_cancelled: false,
            summary: "Janji temu; SIP Bidan, KK".to_owned(),
            location: "Gerai OPI Mall".to_owned(),
            description: "Bawa: STR yang masih berlaku\nKTP-el é ".repeat(6),
            url: "https://izin.example.go.id/janji/t/x".to_owned(),
            reminder: "Janji temu dua jam lagi".to_owned(),
        }
    }

    /// Unfolds as RFC 5545, 3.1 says, and answers name and value of each line.
    fn read(file: &str) -> Vec<(String, String)> {
        let whole = file.replace("\r\n ", "");
        let lines = whole.strip_suffix("\r\n").unwrap().split("\r\n");
        lines.map(|line| line.split_once(':').unwrap()).map(|(n, v)| (n.to_owned(), v.to_owned())).collect()
    }

    #[test]
    fn no_line_is_longer_than_75_octets_and_every_one_ends_with_crlf() {
        let file = calendar_file(&entry());
        for line in file.strip_suffix("\r\n").unwrap().split("\r\n") {
            assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line}");
        }
        assert!(file.contains("\r\n "), "a long line was folded");
    }

    #[test]
    fn a_calendar_reads_back_what_was_written() {
        let lines = read(&calendar_file(&entry()));
        let value = |name: &str| lines.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
        assert_eq!(value("DTSTART"), Some("20261124T033000Z"));
        assert_eq!(value("DTEND"), Some("20261124T040000Z"));
        assert_eq!(value("DTSTAMP"), Some("20261124T020000Z"));
        assert_eq!((value("UID"), value("SEQUENCE")), (Some("01936f2a@loket"), Some("2")));
        assert_eq!(value("SUMMARY"), Some("Janji temu\\; SIP Bidan\\, KK"));
        let description = value("DESCRIPTION").unwrap().replace("\\n", "\n");
        assert_eq!(description, entry().description);
        let opened = lines.iter().filter(|(name, _)| name == "BEGIN").count();
        assert_eq!(opened, lines.iter().filter(|(name, _)| name == "END").count());
    }

    #[test]
    fn what_was_given_up_is_taken_out_of_the_calendar() {
        let file = calendar_file(&CalendarEntry { is_cancelled: true, ..entry() });
        assert!(file.contains("METHOD:CANCEL\r\n") && file.contains("STATUS:CANCELLED\r\n"));
        assert!(!file.contains("VALARM"));
    }
}
