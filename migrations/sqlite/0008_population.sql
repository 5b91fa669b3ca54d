CREATE TABLE region (
    code TEXT NOT NULL PRIMARY KEY,
    level TEXT NOT NULL CHECK (level IN ('province', 'regency', 'district', 'village')),
    parent_code TEXT REFERENCES region (code),
    name TEXT NOT NULL
) STRICT;

-- NIK and KK are sealed; the index is a keyed digest, so that only this office can look one up.
CREATE TABLE resident (
    id BLOB NOT NULL PRIMARY KEY,
    nik_index BLOB NOT NULL UNIQUE,
    nik_sealed BLOB NOT NULL,
    kk_index BLOB NOT NULL,
    kk_sealed BLOB NOT NULL,
    name TEXT NOT NULL,
    birth_place TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    sex TEXT NOT NULL CHECK (sex IN ('L', 'P')),
    street TEXT NOT NULL,
    rt TEXT NOT NULL,
    rw TEXT NOT NULL,
    village_code TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'deceased', 'inactive'))
) STRICT;
CREATE INDEX resident_kk ON resident (kk_index);

-- Every view of population data: who, whom, why, for which visit or file.
CREATE TABLE lookup (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    officer_id BLOB NOT NULL REFERENCES officer (id),
    nik_index BLOB NOT NULL,
    nik_masked TEXT NOT NULL,
    purpose TEXT NOT NULL,
    ticket_id BLOB,
    application_id BLOB,
    source TEXT NOT NULL,
    verdict TEXT NOT NULL,
    elements TEXT NOT NULL
) STRICT;
CREATE INDEX lookup_nik ON lookup (nik_index, at);
CREATE INDEX lookup_ticket ON lookup (ticket_id, at);
