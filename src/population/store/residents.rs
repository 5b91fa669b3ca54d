//! SQL of residents.

use sqlx::FromRow;

use super::corrupt;
use crate::clock::Day;
use crate::db::{StoreError, Tx, execute, fetch_all, fetch_optional, word_column};
use crate::ids::ResidentId;
use crate::keys::Keys;
use crate::population::{Address, Kk, Nik, Resident, ResidentStatus, Sex};

word_column!(Sex);
word_column!(ResidentStatus);

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

pub async fn find_resident(tx: &mut Tx, keys: &Keys, nik: &Nik) -> Result<Option<Resident>, StoreError> {
    const ONE: &str = "SELECT * FROM resident WHERE nik_index = $1";
    let row = fetch_optional!(tx, ResidentRow, ONE, keys.index_of(nik.digits()));
    row.map(|row| row.open(keys)).transpose()
}

pub async fn list_family(tx: &mut Tx, keys: &Keys, kk: &Kk) -> Result<Vec<Resident>, StoreError> {
    const FAMILY: &str = "SELECT * FROM resident WHERE kk_index = $1 ORDER BY birth_date, name";
    let rows = fetch_all!(tx, ResidentRow, FAMILY, keys.index_of(kk.digits()));
    rows.into_iter().map(|row| row.open(keys)).collect()
}

pub async fn list_born_on(tx: &mut Tx, keys: &Keys, day: Day) -> Result<Vec<Resident>, StoreError> {
    const BORN: &str = "SELECT * FROM resident WHERE birth_date = $1 ORDER BY id";
    fetch_all!(tx, ResidentRow, BORN, day).into_iter().map(|row| row.open(keys)).collect()
}

/// Replaces the record of a NIK; answers whether there was one.
pub async fn update(tx: &mut Tx, keys: &Keys, resident: &Resident) -> Result<bool, StoreError> {
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

pub async fn insert(tx: &mut Tx, keys: &Keys, id: ResidentId, resident: &Resident) -> Result<(), StoreError> {
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
