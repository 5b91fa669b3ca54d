CREATE TABLE ticket (
    id BLOB NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    letter TEXT NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal >= 1),
    priority TEXT NOT NULL CHECK (priority IN ('none', 'elderly', 'disability', 'pregnant', 'toddler')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'on_hold', 'done', 'no_show', 'cancelled')),
    channel TEXT NOT NULL CHECK (channel IN ('kiosk', 'greeter', 'api')),
    phone_sealed BLOB,
    estimate_low INTEGER,
    estimate_likely INTEGER,
    estimate_high INTEGER,
    version INTEGER NOT NULL,
    issued_at INTEGER NOT NULL,
    closed_at INTEGER,
    UNIQUE (site_id, local_day, letter, ordinal)
) STRICT;
CREATE INDEX ticket_open ON ticket (site_id, local_day) WHERE closed_at IS NULL;

-- One row per matter of the visit. line_at is the place in line: the arrival at the hall, kept through transfers.
-- Site, day, number and priority are those of the ticket and never change: the lines are read from here alone.
-- after_stop_id: a matter that must be over first; nobody is called early past it.
CREATE TABLE stop (
    id BLOB NOT NULL PRIMARY KEY,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    letter TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    has_priority INTEGER NOT NULL CHECK (has_priority IN (0, 1)),
    position INTEGER NOT NULL,
    service_code TEXT NOT NULL,
    service_group TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'called', 'serving', 'on_hold', 'done', 'no_show', 'cancelled')),
    counter_id BLOB REFERENCES counter (id),
    wanted_counter_id BLOB REFERENCES counter (id),
    officer_id BLOB REFERENCES officer (id),
    line_at INTEGER NOT NULL,
    calls INTEGER NOT NULL DEFAULT 0,
    called_at INTEGER,
    received_at INTEGER,
    started_at INTEGER,
    ended_at INTEGER,
    reason TEXT,
    after_stop_id BLOB REFERENCES stop (id),
    UNIQUE (ticket_id, position)
) STRICT;
CREATE INDEX stop_ended ON stop (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX stop_line ON stop (site_id, local_day, service_group, has_priority, line_at, ordinal, letter) WHERE state = 'waiting';
CREATE INDEX stop_early ON stop (site_id, local_day, service_group, line_at) WHERE state = 'pending';
CREATE INDEX stop_sent ON stop (wanted_counter_id) WHERE state = 'waiting' AND wanted_counter_id IS NOT NULL;
-- A counter holds at most one visitor: two clerks cannot both have one.
CREATE UNIQUE INDEX stop_in_hand ON stop (counter_id) WHERE state IN ('called', 'serving');
-- A visit is in one place at a time.
CREATE UNIQUE INDEX stop_current ON stop (ticket_id) WHERE state IN ('waiting', 'called', 'serving', 'on_hold');

-- What the desk did last with a stop, so that a wrong finish or no-show can be taken back.
CREATE TABLE stop_undo (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    stop_id BLOB NOT NULL REFERENCES stop (id),
    counter_id BLOB NOT NULL REFERENCES counter (id),
    was_state TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE counter_desk (
    counter_id BLOB NOT NULL PRIMARY KEY REFERENCES counter (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
    officer_id BLOB REFERENCES officer (id),
    reason TEXT,
    since INTEGER NOT NULL,
    help_at INTEGER,
    CHECK ((state = 'closed') = (officer_id IS NULL))
) STRICT;

-- The calls the board shows and speaks; the number is the SSE event id; calls = 1 is a first call, more a recall.
CREATE TABLE hall_call (
    site_id BLOB NOT NULL REFERENCES site (id),
    seq INTEGER NOT NULL,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    counter_id BLOB NOT NULL REFERENCES counter (id),
    calls INTEGER NOT NULL CHECK (calls >= 1),
    at INTEGER NOT NULL,
    PRIMARY KEY (site_id, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX hall_call_counter ON hall_call (counter_id, seq);

-- Every time the order of the line was overruled: who did it, why, and how many people were passed over.
CREATE TABLE overrule (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    ticket_id BLOB NOT NULL REFERENCES ticket (id),
    kind TEXT NOT NULL CHECK (kind IN ('out_of_order', 'priority', 'to_counter')),
    officer_id BLOB NOT NULL REFERENCES officer (id),
    reason TEXT NOT NULL,
    passed INTEGER NOT NULL CHECK (passed >= 0),
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX overrule_day ON overrule (site_id, local_day);

-- What became of a visit that was still in the hall when the day ended: a place kept for another day, or a reason why
-- not. Without an officer nobody decided, and the place was kept at midnight.
CREATE TABLE left_over (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    for_day TEXT,
    reason TEXT,
    officer_id BLOB REFERENCES officer (id),
    at INTEGER NOT NULL,
    return_ticket_id BLOB UNIQUE REFERENCES ticket (id),
    CHECK ((for_day IS NULL) = (reason IS NOT NULL))
) STRICT;
CREATE INDEX left_over_kept ON left_over (site_id, for_day);
CREATE INDEX left_over_day ON left_over (site_id, local_day);

-- How a site takes appointments; a site without a row keeps the built-in rule.
CREATE TABLE appointment_rule (
    site_id BLOB NOT NULL PRIMARY KEY REFERENCES site (id),
    online_percent INTEGER NOT NULL CHECK (online_percent BETWEEN 0 AND 100),
    days_ahead INTEGER NOT NULL CHECK (days_ahead BETWEEN 1 AND 90),
    per_person INTEGER NOT NULL CHECK (per_person BETWEEN 1 AND 20)
) STRICT;

-- A promise of a place at a time. person_index is the keyed digest of the telephone number or the NIK.
CREATE TABLE appointment (
    id BLOB NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    services TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'expired', 'booked', 'arrived', 'missed', 'cancelled', 'called_off')),
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL CHECK (minutes >= 1),
    hold_until INTEGER NOT NULL,
    chosen_at INTEGER NOT NULL,
    missing INTEGER NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('id', 'en')),
    asked_by BLOB,
    person_index BLOB,
    person_place INTEGER,
    phone_sealed BLOB,
    email_sealed BLOB,
    ticket_id BLOB REFERENCES ticket (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX appointment_day ON appointment (site_id, local_day, starts_at);
CREATE INDEX appointment_held ON appointment (hold_until) WHERE state = 'held';
CREATE INDEX appointment_asked ON appointment (asked_by, created_at);
CREATE INDEX appointment_ticket ON appointment (ticket_id);
-- A person has at most as many open appointments as there are places.
CREATE UNIQUE INDEX appointment_person ON appointment (person_index, person_place) WHERE state = 'booked';

-- A quarter of an hour of a lane belongs to one appointment: two people never win the same last place.
CREATE TABLE appointment_lane (
    site_id BLOB NOT NULL REFERENCES site (id),
    slot_start INTEGER NOT NULL,
    lane INTEGER NOT NULL,
    appointment_id BLOB NOT NULL REFERENCES appointment (id),
    PRIMARY KEY (site_id, slot_start, lane)
) STRICT;
CREATE INDEX appointment_lane_of ON appointment_lane (appointment_id);

-- A day on which a site takes nobody with an appointment.
CREATE TABLE appointment_closing (
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    reason TEXT NOT NULL,
    officer_id BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (site_id, local_day)
) STRICT;

-- Visits that ended without a result because papers were missing.
CREATE TABLE visit_incomplete (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    officer_id BLOB NOT NULL REFERENCES officer (id),
    at INTEGER NOT NULL
) STRICT;

-- Visitors who were told by message that their turn is near: once each.
CREATE TABLE ticket_near (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    at INTEGER NOT NULL
) STRICT;

-- What was told with a number, and when the person was called: the estimate is measured against it.
CREATE TABLE estimate (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    site_id BLOB NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    service_code TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    low INTEGER NOT NULL,
    likely INTEGER NOT NULL,
    high INTEGER NOT NULL,
    people_ahead INTEGER NOT NULL,
    counters INTEGER NOT NULL,
    called_at INTEGER,
    CHECK (low <= likely AND likely <= high)
) STRICT;
CREATE INDEX estimate_day ON estimate (site_id, local_day);

-- The slip of a number on its way to paper: one row per number, so that printing again is never another number.
CREATE TABLE print_job (
    ticket_id BLOB NOT NULL PRIMARY KEY REFERENCES ticket (id),
    printer_id BLOB NOT NULL REFERENCES device (id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'failed', 'cancelled')),
    slip TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    last_fault TEXT,
    queued_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT;
CREATE INDEX print_job_open ON print_job (printer_id, queued_at) WHERE state IN ('queued', 'printing');
