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
CREATE INDEX resident_birth ON resident (birth_date);

-- Every view of population data: who, whom, why, for which visit or file. Of the answer only verdict, score and time.
CREATE TABLE lookup (
    id BLOB NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    asked_on TEXT NOT NULL,
    officer_id BLOB NOT NULL REFERENCES officer (id),
    nik_index BLOB NOT NULL,
    nik_masked TEXT NOT NULL,
    claim_index BLOB NOT NULL,
    purpose TEXT NOT NULL,
    ticket_id BLOB,
    application_id BLOB,
    source TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('match', 'mismatch', 'not_found', 'deceased', 'inactive', 'pending')),
    cause TEXT,
    elements TEXT NOT NULL,
    checked_at INTEGER NOT NULL,
    settled_at INTEGER
) STRICT;
CREATE INDEX lookup_nik ON lookup (nik_index, at);
CREATE INDEX lookup_ticket ON lookup (ticket_id, at);
CREATE INDEX lookup_application ON lookup (application_id, at) WHERE application_id IS NOT NULL;
CREATE INDEX lookup_day ON lookup (asked_on, id);

-- A question the source could not be asked. The row goes when it is answered, and with it what was stated.
CREATE TABLE pending_lookup (
    lookup_id BLOB NOT NULL PRIMARY KEY REFERENCES lookup (id),
    nik_sealed BLOB NOT NULL,
    claimed_sealed BLOB NOT NULL,
    tries INTEGER NOT NULL,
    cause TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    tried_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL
) STRICT;
CREATE INDEX pending_lookup_due ON pending_lookup (due_at, lookup_id);

-- Questions a source answered on a local day, against its quota.
CREATE TABLE source_use (
    source TEXT NOT NULL,
    day TEXT NOT NULL,
    questions INTEGER NOT NULL,
    PRIMARY KEY (source, day)
) STRICT;

-- The supervisor's look at a sample: in order, or to be asked about.
CREATE TABLE lookup_review (
    lookup_id BLOB NOT NULL PRIMARY KEY REFERENCES lookup (id),
    officer_id BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    mark TEXT NOT NULL CHECK (mark IN ('in_order', 'ask')),
    note TEXT NOT NULL
) STRICT;
