//! Gap-free numbers: one counter row, updated in the transaction that uses the number.

use super::{Answers, Asked, StoreError, Tx, ask, fetch_all, fetch_one, later};

const NEXT: &str = "INSERT INTO number_series (scope, period, last) VALUES ($1, $2, 1) \
    ON CONFLICT (scope, period) DO UPDATE SET last = number_series.last + 1 RETURNING last";

/// Takes the next number of a series, starting at 1. It is used up only when the transaction commits.
pub async fn next_number(tx: &mut Tx, scope: &str, period: &str) -> Result<i64, StoreError> {
    Ok(fetch_one!(tx, (i64,), NEXT, scope, period).0)
}

/// The number that [`ask_next`] would take, asked for before it is sure that one is needed.
pub(crate) struct Foreseen(Option<Asked<(i64,)>>);

/// Looks at the next number of a series together with other questions. On the file nobody else takes it before this
/// transaction ends; on the server nothing is known before it is taken.
pub(crate) fn foresee(tx: &mut Tx, scope: &str, period: &str) -> Foreseen {
    const AHEAD: &str = "SELECT COALESCE((SELECT last FROM number_series WHERE scope = $1 AND period = $2), 0) + 1";
    Foreseen(tx.is_sqlite().then(|| ask!(tx, (i64,), AHEAD, scope, period)))
}

impl Foreseen {
    /// The number, where it is known.
    pub fn of(&self, answers: &Answers) -> Result<Option<i64>, StoreError> {
        let Some(asked) = &self.0 else { return Ok(None) };
        Ok(answers.first_of(asked)?.map(|(number,)| number))
    }
}

/// As [`next_number`], together with other questions; a number that was foreseen is taken without asking.
pub(crate) fn ask_next(tx: &mut Tx, scope: &str, period: &str, foreseen: Option<i64>) -> AskedNumber {
    match foreseen {
        Some(number) => {
            later!(tx, NEXT, scope, period);
            AskedNumber::Known(number)
        }
        None => AskedNumber::Asked(ask!(tx, (i64,), NEXT, scope, period)),
    }
}

/// A number that was asked for.
pub(crate) enum AskedNumber {
    /// It was foreseen.
    Known(i64),
    /// It comes with the answers.
    Asked(Asked<(i64,)>),
}

impl AskedNumber {
    /// The number.
    pub fn of(&self, answers: &Answers) -> Result<i64, StoreError> {
        let row = match self {
            AskedNumber::Known(number) => return Ok(*number),
            AskedNumber::Asked(asked) => answers.first_of(asked)?,
        };
        row.map(|(number,)| number).ok_or_else(|| StoreError::Corrupt("a series gave no number".to_owned()))
    }
}

/// A series as its numbers stand in a noun's own table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Used {
    /// Scope of the series.
    pub scope: String,
    /// Period of the series.
    pub period: String,
    /// How many different numbers are used.
    pub count: i64,
    /// The smallest.
    pub lowest: i64,
    /// The largest.
    pub highest: i64,
}

/// What is wrong with the series of a noun: a gap, a missing first number, a counter row that does not agree.
pub async fn faults_of(tx: &mut Tx, prefix: &str, used: &[Used]) -> Result<Vec<String>, StoreError> {
    const SERIES: &str =
        "SELECT scope, period, last FROM number_series WHERE scope LIKE $1 || '%' ORDER BY scope, period";
    let series = fetch_all!(tx, (String, String, i64), SERIES, prefix);
    let in_use = |scope: &str, period: &str| used.iter().find(|u| u.scope == scope && u.period == period);
    let mut faults: Vec<String> = used.iter().filter_map(gap).collect();
    for (scope, period, last) in &series {
        if in_use(scope, period).is_none_or(|u| u.highest != *last) {
            faults.push(format!("{scope} {period}: the counter says {last}, the numbers in use do not end there"));
        }
    }
    let known = |u: &Used| series.iter().any(|(scope, period, _)| *scope == u.scope && *period == u.period);
    faults.extend(used.iter().filter(|u| !known(u)).map(|u| format!("{} {}: no counter row", u.scope, u.period)));
    Ok(faults)
}

fn gap(used: &Used) -> Option<String> {
    let whole = used.lowest == 1 && used.highest == used.count;
    (!whole).then(|| {
        format!(
            "{} {}: {} numbers from {} to {}: a gap",
            used.scope, used.period, used.count, used.lowest, used.highest
        )
    })
}
