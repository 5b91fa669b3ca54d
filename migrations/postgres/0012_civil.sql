-- Population documents that are followed here and made in SIAK.
CREATE TABLE civil_request (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    service_code TEXT NOT NULL,
    service_version BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'submitted', 'waiting_for_blank', 'ready', 'handed_over', 'cancelled')),
    version BIGINT NOT NULL,
    site_id UUID NOT NULL REFERENCES site (id),
    ticket_id UUID REFERENCES ticket (id),
    nik_index BYTEA NOT NULL,
    nik_sealed BYTEA NOT NULL,
    phone_sealed BYTEA,
    name TEXT NOT NULL,
    fields TEXT NOT NULL,
    blank TEXT CHECK (blank IN ('ktp_el', 'kia')),
    is_first BOOLEAN NOT NULL,
    urgent_reason TEXT,
    siak_number TEXT,
    due_at BIGINT,
    due_estimate BOOLEAN NOT NULL,
    opened_by UUID NOT NULL REFERENCES officer (id),
    created_at BIGINT NOT NULL,
    submitted_at BIGINT,
    ready_at BIGINT,
    closed_at BIGINT,
    FOREIGN KEY (service_code, service_version) REFERENCES service_version (code, version),
    CHECK (state IN ('draft', 'cancelled') OR (submitted_at IS NOT NULL AND due_at IS NOT NULL)),
    CHECK (state NOT IN ('ready', 'handed_over') OR ready_at IS NOT NULL),
    CHECK ((state IN ('handed_over', 'cancelled')) = (closed_at IS NOT NULL)),
    CHECK (state <> 'waiting_for_blank' OR blank IS NOT NULL)
);
CREATE INDEX civil_request_site ON civil_request (site_id, state, created_at);
CREATE INDEX civil_request_nik ON civil_request (nik_index, created_at);
CREATE INDEX civil_request_ticket ON civil_request (ticket_id);

-- Papers whose original was seen.
CREATE TABLE civil_paper (
    request_id UUID NOT NULL REFERENCES civil_request (id),
    code TEXT NOT NULL,
    by_officer UUID NOT NULL REFERENCES officer (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (request_id, code)
);

-- Every act on a request; without an officer Loket did it itself, because blanks ran out or came.
CREATE TABLE civil_act (
    request_id UUID NOT NULL REFERENCES civil_request (id),
    seq BIGINT NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('opening', 'submission', 'blanks_out', 'blank_arrived', 'ready', 'handover', 'cancellation')),
    officer_id UUID REFERENCES officer (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    at BIGINT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (request_id, seq)
);

-- Blanks (blangko) in the safe of a site. There are never fewer than none.
CREATE TABLE blank_stock (
    site_id UUID NOT NULL REFERENCES site (id),
    kind TEXT NOT NULL CHECK (kind IN ('ktp_el', 'kia')),
    on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
    PRIMARY KEY (site_id, kind)
);

-- The book of blanks: what came, what was used for whom, what was spoiled or counted and why.
CREATE TABLE blank_move (
    site_id UUID NOT NULL,
    kind TEXT NOT NULL,
    seq BIGINT NOT NULL,
    move TEXT NOT NULL CHECK (move IN ('received', 'used', 'spoiled', 'counted')),
    quantity BIGINT NOT NULL,
    on_hand BIGINT NOT NULL CHECK (on_hand >= 0),
    request_id UUID REFERENCES civil_request (id),
    reason TEXT,
    officer_id UUID NOT NULL REFERENCES officer (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (site_id, kind, seq),
    FOREIGN KEY (site_id, kind) REFERENCES blank_stock (site_id, kind),
    CHECK ((move = 'used') = (request_id IS NOT NULL)),
    CHECK (move NOT IN ('spoiled', 'counted') OR reason IS NOT NULL)
);
CREATE UNIQUE INDEX blank_move_used ON blank_move (request_id) WHERE request_id IS NOT NULL;

-- A permit application that waits for a correction at the population desk: the stop of the visit it waits for.
CREATE TABLE correction_stop (
    application_id UUID NOT NULL REFERENCES application (id),
    stop_id UUID NOT NULL UNIQUE REFERENCES stop (id),
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    verdict TEXT NOT NULL,
    opened_by UUID NOT NULL REFERENCES officer (id),
    opened_at BIGINT NOT NULL,
    PRIMARY KEY (application_id, stop_id)
);
CREATE INDEX correction_stop_ticket ON correction_stop (ticket_id);

-- What the population desk recorded of a person's life, as far as permits are concerned by it.
CREATE TABLE life_event (
    id UUID NOT NULL PRIMARY KEY,
    nik_index BYTEA NOT NULL,
    nik_masked TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('death', 'move_out', 'correction')),
    happened_on TEXT NOT NULL,
    note TEXT NOT NULL,
    request_id UUID UNIQUE REFERENCES civil_request (id),
    site_id UUID NOT NULL REFERENCES site (id),
    recorded_by UUID NOT NULL REFERENCES officer (id),
    recorded_at BIGINT NOT NULL
);
CREATE INDEX life_event_nik ON life_event (nik_index, recorded_at);

-- Permits to be looked at because of a life event. The permit itself is not touched.
CREATE TABLE permit_flag (
    event_id UUID NOT NULL REFERENCES life_event (id),
    permit_id UUID NOT NULL REFERENCES permit (id),
    decision TEXT CHECK (decision IN ('keep', 'revoke')),
    reason TEXT,
    decided_by UUID REFERENCES officer (id),
    decided_at BIGINT,
    PRIMARY KEY (event_id, permit_id),
    CHECK ((decision IS NULL) = (decided_at IS NULL AND decided_by IS NULL AND reason IS NULL))
);
CREATE INDEX permit_flag_permit ON permit_flag (permit_id);

-- Two numbers that may be one person, by what was known of both when they were found. A pair is found once.
CREATE TABLE person_double (
    id UUID NOT NULL PRIMARY KEY,
    low_index BYTEA NOT NULL,
    high_index BYTEA NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('nik_slip', 'same_person')),
    state TEXT NOT NULL CHECK (state IN ('found', 'merged', 'dismissed')),
    found_at BIGINT NOT NULL,
    kept_index BYTEA,
    decided_by UUID REFERENCES officer (id),
    decided_at BIGINT,
    note TEXT,
    UNIQUE (low_index, high_index),
    CHECK (low_index < high_index),
    CHECK ((state = 'merged') = (kept_index IS NOT NULL)),
    CHECK ((state = 'found') = (decided_at IS NULL AND decided_by IS NULL AND note IS NULL))
);
CREATE INDEX person_double_state ON person_double (state, found_at);

CREATE TABLE person_double_side (
    double_id UUID NOT NULL REFERENCES person_double (id),
    nik_index BYTEA NOT NULL,
    nik_sealed BYTEA NOT NULL,
    name TEXT NOT NULL,
    birth_date TEXT NOT NULL,
    birth_place TEXT NOT NULL,
    sex TEXT NOT NULL,
    in_register BOOLEAN NOT NULL,
    PRIMARY KEY (double_id, nik_index)
);

-- What a merge put under the number that was kept, and where it was before; undone = it is back there.
CREATE TABLE person_move (
    double_id UUID NOT NULL REFERENCES person_double (id),
    kind TEXT NOT NULL CHECK (kind IN ('application', 'civil_request', 'lookup')),
    subject_id UUID NOT NULL,
    moved_at BIGINT NOT NULL,
    before_index BYTEA NOT NULL,
    undone_at BIGINT,
    PRIMARY KEY (double_id, kind, subject_id, moved_at)
);

-- Days on which everybody was looked through.
CREATE TABLE double_search (
    day TEXT NOT NULL PRIMARY KEY
);
