//! The file of residents (pure): `nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code[,status]`.

use std::io::Read;

use serde::{Deserialize, Serialize};

use super::is_village_code;
use super::resident::three_digits;
use super::{Address, Kk, Nik, Resident, ResidentStatus};
use crate::clock::Day;
use crate::messages::Refusal;

/// The columns a file must have.
const COLUMNS: [&str; 10] =
    ["nik", "kk", "name", "birth_place", "birth_date", "sex", "street", "rt", "rw", "village_code"];

crate::ids::words! {
    /// Why a line was passed over.
    pub enum BadLine {
        /// Not as many values as columns, or not UTF-8.
        Unreadable = "unreadable",
        /// The NIK has no 16 digits.
        Nik = "nik",
        /// The Nomor KK has no 16 digits.
        Kk = "kk",
        /// There is no name.
        Name = "name",
        /// The date is not written 1990-08-17.
        BirthDate = "birth_date",
        /// Neither L nor P.
        Sex = "sex",
        /// RT is no number of up to three digits.
        Rt = "rt",
        /// RW is no number of up to three digits.
        Rw = "rw",
        /// Not written 16.07.06.1021.
        VillageCode = "village_code",
        /// Neither active, deceased nor inactive.
        Status = "status",
    }
}

impl BadLine {
    /// The column to put right; none when the line cannot be taken apart.
    pub fn column(self) -> Option<&'static str> {
        match self {
            BadLine::Unreadable => None,
            BadLine::Nik => Some("nik"),
            BadLine::Kk => Some("kk"),
            BadLine::Name => Some("name"),
            BadLine::BirthDate => Some("birth_date"),
            BadLine::Sex => Some("sex"),
            BadLine::Rt => Some("rt"),
            BadLine::Rw => Some("rw"),
            BadLine::VillageCode => Some("village_code"),
            BadLine::Status => Some("status"),
        }
    }
}

/// What an import did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportReport {
    /// People who are new.
    pub added: usize,
    /// People whose record was replaced.
    pub updated: usize,
    /// Lines passed over; the header is line 1.
    pub bad_lines: Vec<(u64, BadLine)>,
}

#[derive(Deserialize)]
struct RawLine {
    nik: String,
    kk: String,
    name: String,
    birth_place: String,
    birth_date: String,
    sex: String,
    street: String,
    rt: String,
    rw: String,
    village_code: String,
    #[serde(default)]
    status: Option<String>,
}

/// The number of a line with the resident on it, or why there is none.
type ReadLine = (u64, Result<Resident, BadLine>);

/// Every line as a resident or as the reason why not. Refuses a file without the columns (`residents-columns`).
pub(super) fn read(reader: impl Read) -> Result<Vec<ReadLine>, Refusal> {
    let mut rows = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(reader);
    let header = rows.headers().map(|h| h.iter().map(str::to_owned).collect::<Vec<_>>()).unwrap_or_default();
    let missing: Vec<&str> = COLUMNS.into_iter().filter(|c| !header.iter().any(|h| h == c)).collect();
    if !missing.is_empty() {
        return Err(Refusal::invalid("residents-columns").with("columns", missing.join(", ")));
    }
    let lines = rows.deserialize::<RawLine>().zip(2..);
    Ok(lines.map(|(row, line)| (line, row.map_err(|_| BadLine::Unreadable).and_then(resident_of))).collect())
}

fn resident_of(raw: RawLine) -> Result<Resident, BadLine> {
    let status = raw.status.filter(|word| !word.is_empty());
    let some_text = |text: String| if text.is_empty() { Err(BadLine::Name) } else { Ok(text) };
    Ok(Resident {
        nik: Nik::parse(&raw.nik).map_err(|_| BadLine::Nik)?,
        kk: Kk::parse(&raw.kk).map_err(|_| BadLine::Kk)?,
        name: some_text(raw.name)?,
        birth_place: raw.birth_place,
        birth_date: Day::parse(&raw.birth_date).ok_or(BadLine::BirthDate)?,
        sex: raw.sex.parse().map_err(|_| BadLine::Sex)?,
        address: Address {
            street: raw.street,
            rt: three_digits(&raw.rt).ok_or(BadLine::Rt)?,
            rw: three_digits(&raw.rw).ok_or(BadLine::Rw)?,
            village_code: Some(raw.village_code).filter(|c| is_village_code(c)).ok_or(BadLine::VillageCode)?,
        },
        status: status.map_or(Ok(ResidentStatus::Active), |word| word.parse()).map_err(|_| BadLine::Status)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "nik,kk,name,birth_place,birth_date,sex,street,rt,rw,village_code";
    const GOOD: &str =
        "1607065708900001,1607060101200001,SITI AMINAH,PALEMBANG,1990-08-17,P,Jalan Uji,3,001,16.07.06.1021";

    fn read_lines(lines: &[&str]) -> Vec<ReadLine> {
        read(format!("{HEADER}\n{}\n", lines.join("\n")).as_bytes()).unwrap()
    }

    #[test]
    fn a_good_line_is_a_resident_with_rt_of_three_digits() {
        let lines = read_lines(&[GOOD]);
        let resident = lines[0].1.as_ref().unwrap();
        assert_eq!((lines[0].0, resident.address.rt.as_str()), (2, "003"));
        assert_eq!(resident.status, ResidentStatus::Active);
    }

    #[test]
    fn every_bad_line_is_passed_over_with_its_number_and_reason() {
        let changed = |from: &str, to: &str| GOOD.replacen(from, to, 1);
        for (line, reason) in [
            (changed("1607065708900001", "160706"), BadLine::Nik),
            (changed("1607060101200001", "1607"), BadLine::Kk),
            (changed("SITI AMINAH", ""), BadLine::Name),
            (changed("1990-08-17", "17-08-1990"), BadLine::BirthDate),
            (changed(",P,", ",F,"), BadLine::Sex),
            (changed(",3,001", ",x,001"), BadLine::Rt),
            (changed(",3,001", ",3,12345"), BadLine::Rw),
            (changed("16.07.06.1021", "1607061021"), BadLine::VillageCode),
            ("1607065708900001".to_owned(), BadLine::Unreadable),
        ] {
            let lines = read_lines(&[GOOD, &line, GOOD]);
            assert!(lines[0].1.is_ok() && lines[2].1.is_ok());
            assert_eq!((lines[1].0, lines[1].1.as_ref().unwrap_err()), (3, &reason), "{line}");
            assert!(reason.column().is_none_or(|column| HEADER.split(',').any(|known| known == column)));
        }
    }

    #[test]
    fn a_file_may_say_who_is_deceased() {
        let file = format!("{HEADER},status\n{GOOD},deceased\n{GOOD},gone\n{GOOD},\n");
        let read: Vec<_> = read(file.as_bytes()).unwrap().into_iter().map(|(_, line)| line.map(|r| r.status)).collect();
        assert_eq!(read, [Ok(ResidentStatus::Deceased), Err(BadLine::Status), Ok(ResidentStatus::Active)]);
    }

    #[test]
    fn a_file_without_a_column_is_refused_by_name() {
        let refusal = read("nik,kk,name\n1,2,3\n".as_bytes()).unwrap_err();
        assert_eq!(refusal.code, "residents-columns");
        assert!(refusal.args[0].1.starts_with("birth_place, birth_date"));
    }
}
