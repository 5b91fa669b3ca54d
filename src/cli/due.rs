//! `loket due`: a due date by the built-in calendar.

use std::process::ExitCode;

use super::args::DueArgs;
use super::open::CliError;
use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::db::StoreError;
use crate::sites;

/// Prints the date on which a file complete on a date, before the cut-off, is due.
pub fn due(asked: &DueArgs) -> Result<ExitCode, CliError> {
    let known = sites::built_in(Clock::System.now()).map_err(|e| StoreError::Corrupt(e.to_string()))?;
    let Some(site) = known.iter().find(|site| site.code == asked.site) else {
        return Err(CliError::Refused(format!("there is no built-in site `{}`", asked.site)));
    };
    let calendar = Calendar::built_in();
    let day_zero = calendar.day_zero(asked.date.start(site.zone), site);
    let due = calendar.due(day_zero, asked.days);
    println!("{}", due.day);
    if due.estimate {
        eprintln!("The date rests on holidays that are not decreed yet.");
    }
    Ok(ExitCode::SUCCESS)
}
