-- Population documents that are followed here and made in SIAK.
CREATE TABLE civil_request (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    service_code TEXT NOT NULL,
    service_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'waiting_for_blank', 'ready', 'handed_over', 'cancelled')),
    version INTEGER NOT NULL,
    site_id BLOB NOT NULL REFERENCES site (id),
    ticket_id BLOB REFERENCES ticket (id),
    nik_index BLOB NOT NULL,
    nik_sealed BLOB NOT NULL,
    phone_sealed BLOB,
    name TEXT NOT NULL,
    fields TEXT NOT NULL,
    blank TEXT CHECK (blank IN ('ktp_el', 'kia')),
    is_first INTEGER NOT NULL,
    urgent_reason TEXT,
    siak_number TEXT,
    due_at INTEGER,
    due_estimate INTEGER NOT NULL,
    opened_by BLOB NOT NULL REFERENCES officer (id),
    created_at INTEGER NOT NULL,
    submitted_at INTEGER,
    ready_at INTEGER,
    closed_at INTEGER,
    FOREIGN KEY (service_code, service_version) REFERENCES service_version (code, version),
    CHECK (state IN ('draft', 'cancelled') OR (submitted_at IS NOT NULL AND due_at IS NOT NULL)),
    CHECK (state NOT IN ('ready', 'handed_over') OR ready_at IS NOT NULL),
    CHECK ((state IN ('handed_over', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (state <> 'waiting_for_blank' OR blank IS NOT NULL)
) STRICT;
CREATE INDEX civil_request_site ON civil_request (site_id, state, created_at);
CREATE INDEX civil_request_nik ON civil_request (nik_index, created_at);
CREATE INDEX civil_request_ticket ON civil_request (ticket_id);

-- Papers whose original was seen.
CREATE TABLE civil_paper (
    request_id BLOB NOT NULL REFERENCES civil_request (id),
    code TEXT NOT NULL,
    by_officer BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (request_id, code)
) STRICT;

-- Every act on a request; without an officer Loket did it itself, because blanks ran out or came.
CREATE TABLE civil_act (
    request_id BLOB NOT NULL REFERENCES civil_request (id),
    seq INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('opening', 'submission', 'blanks_out', 'blank_arrived', 'ready', 'handover', 'cancellation')),
    officer_id BLOB REFERENCES officer (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (request_id, seq)
) STRICT;

-- Blanks (blangko) in the safe of a site. There are never fewer than none.
CREATE TABLE blank_stock (
    site_id BLOB NOT NULL REFERENCES site (id),
    kind TEXT NOT NULL CHECK (kind IN ('ktp_el', 'kia')),
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    PRIMARY KEY (site_id, kind)
) STRICT;

-- The book of blanks: what came, what was used for whom, what was spoiled or counted and why.
CREATE TABLE blank_move (
    site_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    seq INTEGER NOT NULL,
    move TEXT NOT NULL CHECK (move IN ('received', 'used', 'spoiled', 'counted')),
    quantity INTEGER NOT NULL,
    on_hand INTEGER NOT NULL CHECK (on_hand >= 0),
    request_id BLOB REFERENCES civil_request (id),
    reason TEXT,
    officer_id BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (site_id, kind, seq),
    FOREIGN KEY (site_id, kind) REFERENCES blank_stock (site_id, kind),
    CHECK ((move = 'used') = (request_id IS NOT NULL)),
    CHECK (move NOT IN ('spoiled', 'counted') OR reason IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX blank_move_used ON blank_move (request_id) WHERE request_id IS NOT NULL;

-- A permit application that waits for a correction at the population desk: the stop of the visit it waits for.
CREATE TABLE correction_stop (
    application_id BLOB NOT NULL REFERENCES application (id),
    stop_id BLOB NOT NULL UNIQUE REFERENCES stop (id),
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    verdict TEXT NOT NULL,
    opened_by BLOB NOT NULL REFERENCES officer (id),
    opened_at INTEGER NOT NULL,
    PRIMARY KEY (application_id, stop_id)
) STRICT;
CREATE INDEX correction_stop_ticket ON correction_stop (ticket_id);

-- What the population desk recorded of a person's life, as far as permits are concerned by it.
CREATE TABLE life_event (
    id BLOB NOT NULL PRIMARY KEY,
    nik_index BLOB NOT NULL,
    nik_masked TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('death', 'move_out', 'correction')),
    happened_on TEXT NOT NULL,
    note TEXT NOT NULL,
    request_id BLOB UNIQUE REFERENCES civil_request (id),
    site_id BLOB NOT NULL REFERENCES site (id),
    recorded_by BLOB NOT NULL REFERENCES officer (id),
    recorded_at INTEGER NOT NULL
) STRICT;
CREATE INDEX life_event_nik ON life_event (nik_index, recorded_at);

-- Permits to be looked at because of a life event. The permit itself is not touched.
CREATE TABLE permit_flag (
    event_id BLOB NOT NULL REFERENCES life_event (id),
    permit_id BLOB NOT NULL REFERENCES permit (id),
    decision TEXT CHECK (decision IN ('keep', 'revoke')),
    reason TEXT,
    decided_by BLOB REFERENCES officer (id),
    decided_at INTEGER,
    PRIMARY KEY (event_id, permit_id),
    CHECK ((decision IS NULL) = (decided_at IS NULL AND decided_by IS NULL AND reason IS NULL))
) STRICT;
CREATE INDEX permit_flag_permit ON permit_flag (permit_id);

-- Two numbers that may be one person, by what was known of both when they were found. A pair is found once.
CREATE TABLE person_double (
    id BLOB NOT NULL PRIMARY KEY,
    low_index BLOB NOT NULL,
    high_index BLOB NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('nik_slip', 'same_person')),
    state TEXT NOT NULL CHECK (state IN ('found', 'merged', 'dismissed')),
    found_at INTEGER NOT NULL,
    kept_index BLOB,
    decided_by BLOB REFERENCES officer (id),
    decided_at INTEGER,
    note TEXT,
    UNIQUE (low_index, high_index),
    CHECK (low_index < high_index),
    CHECK ((state = 'merged') = (kept_index IS NOT NULL)),
    CHECK ((state = 'found') = (decided_at IS NULL AND decided_by IS NULL AND note IS NULL))
) STRICT;
CREATE INDEX person_double_state ON person_double (state, found_at);

CREATE TABLE person_double_side (
    double_id BLOB NOT NULL REFERENCES person_double (id),
    nik_index BLOB NOT NULL,
    nik_sealed BLOB NOT NULL,
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    birth_place TEXT NOT NULL,
    sex TEXT NOT NULL,
    in_register INTEGER NOT NULL,
    PRIMARY KEY (double_id, nik_index)
) STRICT;

-- What a merge put under the number that was kept, and where it was before; undone = it is back there.
CREATE TABLE person_move (
    double_id BLOB NOT NULL REFERENCES person_double (id),
    kind TEXT NOT NULL CHECK (kind IN ('application', 'civil_request', 'lookup')),
    subject_id BLOB NOT NULL,
    moved_at INTEGER NOT NULL,
    before_index BLOB NOT NULL,
    undone_at INTEGER,
    PRIMARY KEY (double_id, kind, subject_id, moved_at)
) STRICT;

-- Days on which everybody was looked through.
CREATE TABLE double_search (
    day TEXT NOT NULL PRIMARY KEY
) STRICT;
