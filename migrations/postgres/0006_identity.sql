CREATE TABLE officer (
    id UUID NOT NULL PRIMARY KEY,
    username TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    nip TEXT,
    position TEXT,
    rank TEXT,
    site_id UUID REFERENCES site (id),
    password_hash TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE officer_role (
    officer_id UUID NOT NULL REFERENCES officer (id),
    role TEXT NOT NULL,
    PRIMARY KEY (officer_id, role)
);

-- Only the digest of a session token is kept: a stolen database opens no session.
CREATE TABLE session (
    id UUID NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL UNIQUE,
    officer_id UUID NOT NULL REFERENCES officer (id),
    kind TEXT NOT NULL CHECK (kind IN ('page', 'api')),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX session_officer ON session (officer_id);

CREATE TABLE setup_link (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);

-- The secret is sealed. `last_step` is the last 30 seconds whose code was used: no code opens twice.
CREATE TABLE second_factor (
    officer_id UUID NOT NULL PRIMARY KEY REFERENCES officer (id),
    secret BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL
);

CREATE TABLE recovery_code (
    officer_id UUID NOT NULL REFERENCES officer (id),
    code_hash BYTEA NOT NULL,
    used_at BIGINT,
    PRIMARY KEY (officer_id, code_hash)
);

-- Who does the work of an office for its absent (plh) or missing (plt) holder, by local dates, both included.
CREATE TABLE delegation (
    id UUID NOT NULL PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('verifier', 'technical_officer', 'section_head', 'head', 'treasurer')),
    kind TEXT NOT NULL CHECK (kind IN ('plh', 'plt')),
    officer_id UUID NOT NULL REFERENCES officer (id),
    position TEXT NOT NULL,
    letter_number TEXT NOT NULL,
    from_day TEXT NOT NULL,
    to_day TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    named_by UUID NOT NULL REFERENCES officer (id),
    named_at BIGINT NOT NULL,
    ended_by UUID REFERENCES officer (id),
    CHECK (starts_at < ends_at OR ended_by IS NOT NULL),
    CHECK (officer_id <> named_by)
);
CREATE INDEX delegation_officer ON delegation (officer_id, ends_at);

-- One delegate a day for an office: two that overlap cannot both stand here.
CREATE TABLE delegation_day (
    role TEXT NOT NULL,
    day TEXT NOT NULL,
    delegation_id UUID NOT NULL REFERENCES delegation (id),
    PRIMARY KEY (role, day)
);
CREATE INDEX delegation_day_of ON delegation_day (delegation_id, day);
