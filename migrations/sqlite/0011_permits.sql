CREATE TABLE application (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    service_code TEXT NOT NULL,
    service_version INTEGER NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('new', 'renewal', 'amendment', 'revocation', 'duplicate', 'erratum')),
    state TEXT NOT NULL CHECK (state IN ('draft', 'registered', 'in_verification', 'returned', 'in_recommendation', 'in_inspection', 'awaiting_payment', 'in_drafting', 'awaiting_signature', 'issued', 'ready', 'handed_over', 'rejected', 'withdrawn', 'lapsed')),
    version INTEGER NOT NULL,
    site_id BLOB NOT NULL REFERENCES site (id),
    ticket_id BLOB REFERENCES ticket (id),
    nik_index BLOB NOT NULL,
    nik_sealed BLOB NOT NULL,
    phone_sealed BLOB,
    applicant TEXT NOT NULL,
    applicant_name TEXT NOT NULL,
    fields TEXT NOT NULL,
    external_number TEXT,
    previous_number TEXT,
    previous_permit_id BLOB,
    place_key TEXT NOT NULL DEFAULT '',
    intake_by BLOB NOT NULL REFERENCES officer (id),
    claimed_by BLOB REFERENCES officer (id),
    claimed_at INTEGER,
    claim_note TEXT,
    advice TEXT CHECK (advice IN ('grant', 'refuse')),
    created_at INTEGER NOT NULL,
    registered_at INTEGER,
    due_at INTEGER,
    due_estimate INTEGER NOT NULL DEFAULT 0,
    -- When the stage it is in is due; none while its clock stands.
    stage_due_at INTEGER,
    paused_at INTEGER,
    answered_at INTEGER,
    closed_at INTEGER,
    -- The office the file waits at; nowhere when it is closed.
    waits_at TEXT GENERATED ALWAYS AS (CASE state
        WHEN 'draft' THEN 'intake' WHEN 'returned' THEN 'intake'
        WHEN 'registered' THEN 'verification' WHEN 'in_verification' THEN 'verification'
        WHEN 'in_inspection' THEN 'recommendation' WHEN 'in_recommendation' THEN 'recommendation'
        WHEN 'awaiting_payment' THEN 'payment'
        WHEN 'in_drafting' THEN CASE WHEN advice = 'refuse' THEN 'signature' ELSE 'paraf' END
        WHEN 'awaiting_signature' THEN 'signature' WHEN 'ready' THEN 'handover' END) STORED,
    -- The promise while its clock runs, else the end of time: what is to be done first stands first.
    urgent_at INTEGER NOT NULL GENERATED ALWAYS AS (CASE
        WHEN state IN ('registered', 'in_verification', 'in_recommendation', 'in_inspection', 'awaiting_payment', 'in_drafting', 'awaiting_signature') OR (state = 'returned' AND answered_at IS NOT NULL)
        THEN COALESCE(due_at, 9223372036854775807) ELSE 9223372036854775807 END) STORED,
    CHECK ((claimed_by IS NULL) = (claimed_at IS NULL)),
    FOREIGN KEY (service_code, service_version) REFERENCES service_version (code, version)
) STRICT;
CREATE INDEX application_state ON application (state, due_at, id);
CREATE INDEX application_nik ON application (nik_index, service_code);
-- One request of a person for a service and place at a time.
CREATE UNIQUE INDEX application_alone ON application (nik_index, service_code, place_key) WHERE state IN ('registered', 'in_verification', 'returned', 'in_recommendation', 'in_inspection', 'awaiting_payment', 'in_drafting', 'awaiting_signature');
CREATE INDEX application_created ON application (created_at, id);
CREATE INDEX application_ticket ON application (ticket_id);
CREATE INDEX application_closed ON application (closed_at);
-- The inbox: of an office, of an office of one site, of one person.
CREATE INDEX application_waits ON application (waits_at, urgent_at, id) WHERE waits_at IS NOT NULL;
CREATE INDEX application_site_waits ON application (site_id, waits_at, urgent_at, id) WHERE waits_at IS NOT NULL;
CREATE INDEX application_claimed ON application (claimed_by, urgent_at, id) WHERE claimed_by IS NOT NULL;
CREATE INDEX application_draft ON application (site_id, id) WHERE state = 'draft';
CREATE INDEX application_lapsing ON application (paused_at, id) WHERE state = 'returned' AND answered_at IS NULL;
CREATE INDEX application_site ON application (site_id, id);
-- What became of the files of a service in a year.
CREATE INDEX application_service ON application (service_code, registered_at) WHERE registered_at IS NOT NULL;
CREATE INDEX application_external ON application (external_number) WHERE external_number IS NOT NULL;

-- The words of the applicant's name, by which a file is found. A word that was once part of the name may stay.
CREATE TABLE application_word (
    word TEXT NOT NULL,
    application_id BLOB NOT NULL REFERENCES application (id),
    PRIMARY KEY (word, application_id)
) STRICT;

CREATE TABLE application_requirement (
    application_id BLOB NOT NULL REFERENCES application (id),
    code TEXT NOT NULL,
    document_id BLOB REFERENCES document (id),
    sighted INTEGER NOT NULL,
    by_officer BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, code),
    CHECK (sighted OR document_id IS NOT NULL)
) STRICT;

-- What was handed in before: a replaced paper stays.
CREATE TABLE requirement_version (
    application_id BLOB NOT NULL REFERENCES application (id),
    code TEXT NOT NULL,
    seq INTEGER NOT NULL,
    document_id BLOB REFERENCES document (id),
    by_officer BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    replaced_at INTEGER NOT NULL,
    PRIMARY KEY (application_id, code, seq)
) STRICT;

-- One return with one list; the link of the applicant is found by the digest of its token and ends with the return.
CREATE TABLE correction (
    application_id BLOB NOT NULL REFERENCES application (id),
    round INTEGER NOT NULL,
    token_digest BLOB NOT NULL UNIQUE,
    note TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    sent_at INTEGER,
    ended_at INTEGER,
    PRIMARY KEY (application_id, round)
) STRICT;
CREATE UNIQUE INDEX correction_open ON correction (application_id) WHERE ended_at IS NULL;

CREATE TABLE correction_item (
    application_id BLOB NOT NULL,
    round INTEGER NOT NULL,
    place INTEGER NOT NULL CHECK (place >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('paper', 'field', 'question')),
    target TEXT NOT NULL,
    fault TEXT CHECK (fault IN ('blurred', 'expired', 'incomplete', 'wrong_paper', 'contradiction', 'unsigned', 'other')),
    note TEXT NOT NULL,
    before TEXT NOT NULL,
    answer TEXT,
    document_id BLOB REFERENCES document (id),
    answered_at INTEGER,
    PRIMARY KEY (application_id, round, place),
    FOREIGN KEY (application_id, round) REFERENCES correction (application_id, round),
    CHECK ((kind = 'paper') = (fault IS NOT NULL)),
    CHECK ((answered_at IS NULL) = (answer IS NULL AND document_id IS NULL))
) STRICT;

-- Every act on a file: the history the citizen's timeline and the five-people rule are read from.
CREATE TABLE application_act (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL,
    act TEXT NOT NULL,
    office TEXT NOT NULL CHECK (office IN ('intake', 'verification', 'recommendation', 'payment', 'paraf', 'signature', 'handover', 'supervision', 'system')),
    officer_id BLOB REFERENCES officer (id),
    from_state TEXT NOT NULL,
    to_state TEXT NOT NULL,
    at INTEGER NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (application_id, seq)
) STRICT;

-- Photographs of a place that was inspected. One that was put in by mistake goes while the inspection is not recorded.
CREATE TABLE inspection_photo (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    document_id BLOB NOT NULL UNIQUE REFERENCES document (id),
    caption TEXT NOT NULL,
    by_officer BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, seq)
) STRICT;

-- A typing error put right after the registration: proposed by a clerk, decided by a verifier.
CREATE TABLE rectification (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'confirmed', 'dismissed', 'overtaken')),
    reason TEXT NOT NULL,
    proposed_by BLOB NOT NULL REFERENCES officer (id),
    proposed_at INTEGER NOT NULL,
    decided_by BLOB REFERENCES officer (id),
    decided_at INTEGER,
    PRIMARY KEY (application_id, seq),
    CHECK ((state = 'proposed') = (decided_at IS NULL)),
    CHECK (decided_by <> proposed_by)
) STRICT;
CREATE UNIQUE INDEX rectification_open ON rectification (application_id) WHERE state = 'proposed';

CREATE TABLE rectification_item (
    application_id BLOB NOT NULL,
    seq INTEGER NOT NULL,
    target TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    PRIMARY KEY (application_id, seq, target),
    FOREIGN KEY (application_id, seq) REFERENCES rectification (application_id, seq),
    CHECK (before <> after)
) STRICT;

-- A promise that moved because the calendar changed.
CREATE TABLE promise_change (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    before INTEGER NOT NULL,
    after INTEGER NOT NULL,
    PRIMARY KEY (application_id, seq)
) STRICT;

-- Warnings before a promise is broken: each once for a file.
CREATE TABLE application_warning (
    application_id BLOB NOT NULL REFERENCES application (id),
    warning TEXT NOT NULL CHECK (warning IN ('half', 'eighty', 'ninety_five', 'two_days', 'one_day', 'late')),
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, warning)
) STRICT;

-- What was foretold of an open file on a local day, once. How it came out stands with the file. Days are working days.
CREATE TABLE forecast (
    application_id BLOB NOT NULL REFERENCES application (id),
    local_day TEXT NOT NULL,
    site_id BLOB NOT NULL REFERENCES site (id),
    stage TEXT NOT NULL,
    -- The chance to be late, in thousandths.
    chance INTEGER NOT NULL CHECK (chance BETWEEN 0 AND 1000),
    days_left INTEGER NOT NULL,
    promised_days INTEGER NOT NULL,
    spent_days INTEGER NOT NULL,
    usual_days INTEGER NOT NULL,
    stages_ahead INTEGER NOT NULL,
    days_ahead INTEGER NOT NULL,
    likely_on TEXT NOT NULL,
    late_on TEXT NOT NULL,
    PRIMARY KEY (application_id, local_day)
) STRICT;
CREATE INDEX forecast_day ON forecast (local_day, chance);

-- The register: per type and year, gap-free; a cancelled number stays as void (BATAL).
CREATE TABLE permit (
    id BLOB NOT NULL PRIMARY KEY,
    short_id TEXT NOT NULL UNIQUE,
    register TEXT NOT NULL,
    year INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    number TEXT NOT NULL,
    application_id BLOB NOT NULL REFERENCES application (id),
    application_version INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('reserved', 'issued', 'suspended', 'void', 'revoked')),
    sheet TEXT NOT NULL,
    holder_name TEXT NOT NULL,
    issued_on TEXT NOT NULL,
    valid_until TEXT,
    signed_by BLOB NOT NULL REFERENCES officer (id),
    signed_acting TEXT,
    reserved_at INTEGER NOT NULL,
    issued_at INTEGER,
    document_id BLOB REFERENCES document (id),
    reason TEXT,
    signed_despite TEXT,
    reason_class TEXT,
    replaced_by TEXT,
    state_since INTEGER,
    UNIQUE (register, year, ordinal),
    UNIQUE (number),
    CHECK (state IN ('reserved', 'void') OR document_id IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX permit_open ON permit (application_id) WHERE state IN ('reserved', 'issued', 'suspended');

-- The life of a permit after it was issued: who did what to it, when and why.
CREATE TABLE permit_act (
    permit_id BLOB NOT NULL REFERENCES permit (id),
    seq INTEGER NOT NULL,
    act TEXT NOT NULL CHECK (act IN ('suspension', 'lifting', 'revocation', 'reprint', 'warning', 'compliance', 'public_copy')),
    officer_id BLOB REFERENCES officer (id),
    at INTEGER NOT NULL,
    reason TEXT,
    legal_ground TEXT,
    removed TEXT,
    PRIMARY KEY (permit_id, seq),
    CHECK ((act = 'public_copy') = (removed IS NOT NULL))
) STRICT;

-- A mistake of an issued permit, put right by a file of its own: whose mistake it was, and what is wrong.
CREATE TABLE erratum (
    application_id BLOB NOT NULL PRIMARY KEY REFERENCES application (id),
    permit_id BLOB NOT NULL REFERENCES permit (id),
    cause TEXT NOT NULL CHECK (cause IN ('office', 'holder')),
    reason TEXT NOT NULL
) STRICT;

-- Warning letters (Surat Peringatan 1 to 3) about a permit. One series is open at a time, and each step is taken once.
CREATE TABLE reprimand (
    permit_id BLOB NOT NULL REFERENCES permit (id),
    series INTEGER NOT NULL CHECK (series >= 1),
    step INTEGER NOT NULL CHECK (step BETWEEN 1 AND 3),
    breach TEXT NOT NULL,
    remedy TEXT NOT NULL,
    working_days INTEGER NOT NULL CHECK (working_days BETWEEN 1 AND 60),
    issued_at INTEGER NOT NULL,
    due_on TEXT NOT NULL,
    signed_by BLOB NOT NULL REFERENCES officer (id),
    ended_at INTEGER,
    ended_by BLOB REFERENCES officer (id),
    end_note TEXT,
    PRIMARY KEY (permit_id, series, step),
    CHECK ((ended_at IS NULL) = (end_note IS NULL))
) STRICT;
CREATE UNIQUE INDEX reprimand_open ON reprimand (permit_id, step) WHERE ended_at IS NULL;

-- The register of letters (surat keluar): one for the agency and year, gap-free. A letter tells of what was done on a
-- file or a permit at a moment.
CREATE TABLE letter (
    year INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    number TEXT NOT NULL UNIQUE,
    short_id TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('return', 'rejection', 'request', 'order', 'report', 'assessment', 'payment', 'warning_1', 'warning_2', 'warning_3', 'revocation')),
    application_id BLOB NOT NULL REFERENCES application (id),
    about_at INTEGER NOT NULL,
    signed_by BLOB NOT NULL REFERENCES officer (id),
    signed_acting TEXT,
    dated TEXT NOT NULL,
    PRIMARY KEY (year, ordinal),
    UNIQUE (application_id, kind, about_at)
) STRICT;

-- Every sealed file that was made of a letter, by its digest: what was printed is known again.
CREATE TABLE letter_print (
    sha256 BLOB NOT NULL PRIMARY KEY,
    year INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (year, ordinal) REFERENCES letter (year, ordinal)
) STRICT;

-- Where the paper folder of a file lies, or who took it: every move stays.
CREATE TABLE folder_move (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL CHECK (seq >= 1),
    kind TEXT NOT NULL CHECK (kind IN ('shelved', 'taken')),
    place TEXT NOT NULL CHECK (place <> ''),
    note TEXT NOT NULL,
    by_officer BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, seq)
) STRICT;
-- Whether the folder is out is asked of its latest move.
CREATE INDEX folder_move_taken ON folder_move (at) WHERE kind = 'taken';

-- Holders who asked for their own permit at home, by code and birth date.
CREATE TABLE permit_own (
    application_id BLOB NOT NULL REFERENCES application (id),
    seq INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('given', 'refused')),
    at INTEGER NOT NULL,
    PRIMARY KEY (application_id, seq)
) STRICT;

-- Holders who were told that their permit ends: each term once.
CREATE TABLE permit_reminder (
    permit_id BLOB NOT NULL REFERENCES permit (id),
    days INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (permit_id, days)
) STRICT;

-- Further editions of an issued permit, from 2 on: the same pages with a further signature or a time stamp. The first
-- stays where it is.
CREATE TABLE permit_edition (
    permit_id BLOB NOT NULL REFERENCES permit (id),
    edition INTEGER NOT NULL CHECK (edition >= 2),
    document_id BLOB NOT NULL UNIQUE REFERENCES document (id),
    kind TEXT NOT NULL CHECK (kind IN ('stamped', 'national')),
    signer TEXT,
    certificate BLOB,
    made_at INTEGER NOT NULL,
    PRIMARY KEY (permit_id, edition),
    CHECK (kind = 'stamped' OR certificate IS NOT NULL)
) STRICT;

-- Issued permits that wait for the national signature, and those that have it.
CREATE TABLE permit_signing (
    permit_id BLOB NOT NULL PRIMARY KEY REFERENCES permit (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'signed')),
    officer_id BLOB NOT NULL REFERENCES officer (id),
    queued_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    fault TEXT,
    next_at INTEGER,
    taken_until INTEGER,
    done_at INTEGER
) STRICT;
CREATE INDEX permit_signing_waiting ON permit_signing (state, queued_at);

-- Issued permits whose seal has no time stamp yet: the server did not answer.
CREATE TABLE permit_stamping (
    permit_id BLOB NOT NULL PRIMARY KEY REFERENCES permit (id),
    attempts INTEGER NOT NULL,
    next_at INTEGER NOT NULL
) STRICT;

-- Who an official is at the national authority; sealed.
CREATE TABLE permit_signer (
    officer_id BLOB NOT NULL PRIMARY KEY REFERENCES officer (id),
    nik_sealed BLOB NOT NULL
) STRICT;

-- People who agreed that their verified papers are used again; withdrawn = gone, with their papers here.
CREATE TABLE wallet_consent (
    nik_index BLOB NOT NULL PRIMARY KEY,
    given_at INTEGER NOT NULL,
    officer_id BLOB NOT NULL REFERENCES officer (id)
) STRICT;

-- Verified papers that may be used again for the same person, one of each kind.
CREATE TABLE wallet_paper (
    nik_index BLOB NOT NULL REFERENCES wallet_consent (nik_index),
    code TEXT NOT NULL,
    document_id BLOB NOT NULL REFERENCES document (id),
    application_id BLOB NOT NULL REFERENCES application (id),
    expires_on TEXT NOT NULL,
    PRIMARY KEY (nik_index, code)
) STRICT;

-- How long a class of papers is kept after the file and the permit have ended, where the office changed it; no years =
-- for good.
CREATE TABLE retention_term (
    class TEXT NOT NULL PRIMARY KEY CHECK (class IN ('paper', 'sensitive', 'replaced', 'site_photo', 'permit')),
    years INTEGER CHECK (years >= 1),
    changed_at INTEGER NOT NULL,
    changed_by BLOB NOT NULL REFERENCES officer (id)
) STRICT;

-- Papers that are not erased though their time is over: somebody said why, until it is lifted.
CREATE TABLE retention_hold (
    document_id BLOB NOT NULL REFERENCES document (id),
    placed_at INTEGER NOT NULL,
    placed_by BLOB NOT NULL REFERENCES officer (id),
    reason TEXT NOT NULL,
    lifted_at INTEGER,
    lifted_by BLOB REFERENCES officer (id),
    PRIMARY KEY (document_id, placed_at),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) STRICT;
CREATE UNIQUE INDEX retention_hold_open ON retention_hold (document_id) WHERE lifted_at IS NULL;

-- Days on which everything that was due has been erased.
CREATE TABLE retention_run (
    day TEXT NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    erased INTEGER NOT NULL
) STRICT;

-- Where bytes are used.
CREATE INDEX application_requirement_document ON application_requirement (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX requirement_version_document ON requirement_version (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX correction_item_document ON correction_item (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX permit_document ON permit (document_id) WHERE document_id IS NOT NULL;
CREATE INDEX wallet_paper_document ON wallet_paper (document_id);
