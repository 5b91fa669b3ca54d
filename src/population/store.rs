//! SQL of residents, look-ups and regions.

use std::collections::BTreeMap;

use sqlx::FromRow;

use super::lookup::LookupRow;
use super::{
    Address, ElementVerdict, KeptLookup, Kk, Nik, Region, RegionLevel, Resident, ResidentStatus, Sex, Source, Verdict,
};
use crate::clock::{Day, Instant};
use crate::db::{JsonText, StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::{ResidentId, TicketId};
use crate::keys::{Keys, SealError};

word_column!(Sex);
word_column!(ResidentStatus);
word_column!(Verdict);
word_column!(Source);
word_column!(RegionLevel);

/// The names the sealed values are bound to.
const NIK_COLUMN: &str = "resident.nik";
const KK_COLUMN: &str = "resident.kk";

#[derive(FromRow)]
struct ResidentRow {
    nik_sealed: Vec<u8>,
    kk_sealed: Vec<u8>,
    name: String,
    birth_place: String,
    birth_date: Day,
    sex: Sex,
    street: String,
    rt: String,
    rw: String,
    village_code: String,
    status: ResidentStatus,
}

impl ResidentRow {
    fn open(self, keys: &Keys) -> Result<Resident, StoreError> {
        let nik = keys.sealer.open(NIK_COLUMN, &self.nik_sealed).map_err(corrupt)?;
        let kk = keys.sealer.open(KK_COLUMN, &self.kk_sealed).map_err(corrupt)?;
        Ok(Resident {
            nik: Nik::parse(&nik).map_err(|e| StoreError::Corrupt(e.to_string()))?,
            kk: Kk::parse(&kk).map_err(|e| StoreError::Corrupt(e.to_string()))?,
            name: self.name,
            birth_place: self.birth_place,
            birth_date: self.birth_date,
            sex: self.sex,
            address: Address { street: self.street, rt: self.rt, rw: self.rw, village_code: self.village_code },
            status: self.status,
        })
    }
}

fn corrupt(error: SealError) -> StoreError {
    StoreError::Corrupt(error.to_string())
}

pub(super) async fn find_resident(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<Resident>, StoreError> {
    const ONE: &str = "SELECT * FROM resident WHERE nik_index = $1";
    let row = fetch_optional!(tx, ResidentRow, ONE, keys.index_of(nik.digits()));
    row.map(|row| row.open(keys)).transpose()
}

pub(super) async fn list_family(tx: &mut Tx, keys: &Keys, kk: &Kk) -> Result<Vec<Resident>, StoreError> {
    const FAMILY: &str = "SELECT * FROM resident WHERE kk_index = $1 ORDER BY birth_date, name";
    let rows = fetch_all!(tx, ResidentRow, FAMILY, keys.index_of(kk.digits()));
    rows.into_iter().map(|row| row.open(keys)).collect()
}

/// Replaces the record of a NIK; answers whether there was one.
pub(super) async fn update(tx: &mut Tx, keys: &Keys, resident: &Resident) -> Result<bool, StoreError> {
    const ONE: &str = "UPDATE resident SET kk_index = $2, kk_sealed = $3, name = $4, birth_place = $5, \
        birth_date = $6, sex = $7, street = $8, rt = $9, rw = $10, village_code = $11, status = $12 \
        WHERE nik_index = $1";
    let touched = execute!(
        tx,
        ONE,
        keys.index_of(resident.nik.digits()),
        keys.index_of(resident.kk.digits()),
        keys.sealer.seal(KK_COLUMN, resident.kk.digits()).map_err(corrupt)?,
        &resident.name,
        &resident.birth_place,
        resident.birth_date,
        resident.sex,
        &resident.address.street,
        &resident.address.rt,
        &resident.address.rw,
        &resident.address.village_code,
        resident.status
    );
    Ok(touched > 0)
}

pub(super) async fn insert(tx: &mut Tx, keys: &Keys, id: ResidentId, resident: &Resident) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO resident (id, nik_index, nik_sealed, kk_index, kk_sealed, name, birth_place, \
        birth_date, sex, street, rt, rw, village_code, status) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)";
    execute!(
        tx,
        ONE,
        id,
        keys.index_of(resident.nik.digits()),
        keys.sealer.seal(NIK_COLUMN, resident.nik.digits()).map_err(corrupt)?,
        keys.index_of(resident.kk.digits()),
        keys.sealer.seal(KK_COLUMN, resident.kk.digits()).map_err(corrupt)?,
        &resident.name,
        &resident.birth_place,
        resident.birth_date,
        resident.sex,
        &resident.address.street,
        &resident.address.rt,
        &resident.address.rw,
        &resident.address.village_code,
        resident.status
    );
    Ok(())
}

pub(super) async fn insert_lookup(tx: &mut Tx, keys: &Keys, row: &LookupRow<'_>) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO lookup (id, at, officer_id, nik_index, nik_masked, purpose, ticket_id, \
        application_id, source, verdict, elements) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    execute!(
        tx,
        ONE,
        row.id,
        row.at,
        row.officer,
        keys.index_of(row.request.nik.digits()),
        row.request.nik.masked(),
        row.purpose,
        row.request.ticket_id,
        row.request.application_id,
        row.answer.source,
        row.answer.verdict,
        JsonText(&row.answer.elements)
    );
    Ok(())
}

#[derive(FromRow)]
struct RegionRow {
    code: String,
    level: RegionLevel,
    parent_code: Option<String>,
    name: String,
}

pub(super) async fn list_regions(tx: &mut Tx) -> Result<Vec<Region>, StoreError> {
    let rows = fetch_all!(tx, RegionRow, "SELECT code, level, parent_code, name FROM region ORDER BY code");
    let region = |r: RegionRow| Region { level: r.level, code: r.code, parent_code: r.parent_code, name: r.name };
    Ok(rows.into_iter().map(region).collect())
}

pub(super) async fn save_region(tx: &mut Tx, region: &Region) -> Result<(), StoreError> {
    const ONE: &str = "INSERT INTO region (code, level, parent_code, name) VALUES ($1, $2, $3, $4) \
        ON CONFLICT (code) DO UPDATE SET level = excluded.level, parent_code = excluded.parent_code, \
        name = excluded.name";
    execute!(tx, ONE, &region.code, region.level, region.parent_code.as_deref(), &region.name);
    Ok(())
}

#[derive(FromRow)]
struct KeptRow {
    nik_masked: String,
    verdict: Verdict,
    elements: JsonText<BTreeMap<String, ElementVerdict>>,
    source: Source,
    at: Instant,
}

pub(super) async fn find_latest_of_ticket(tx: &mut Tx, ticket: TicketId) -> Result<Option<KeptLookup>, StoreError> {
    const LATEST: &str = "SELECT nik_masked, verdict, elements, source, at FROM lookup WHERE ticket_id = $1 \
        ORDER BY at DESC, id DESC LIMIT 1";
    let row = fetch_optional!(tx, KeptRow, LATEST, ticket);
    Ok(row.map(|row| KeptLookup {
        nik_masked: row.nik_masked,
        verdict: row.verdict,
        elements: row.elements.0,
        source: row.source,
        at: row.at,
    }))
}

pub(super) async fn list_tickets_of(
    tx: &mut Tx,
    keys: &Keys,
    nik: &Nik,
    since: Instant,
) -> Result<Vec<TicketId>, StoreError> {
    const TICKETS: &str = "SELECT ticket_id FROM lookup WHERE nik_index = $1 AND at >= $2 AND ticket_id IS NOT NULL \
        ORDER BY at DESC";
    let rows = fetch_all!(tx, (TicketId,), TICKETS, keys.index_of(nik.digits()), since);
    Ok(rows.into_iter().map(|(id,)| id).collect())
}
