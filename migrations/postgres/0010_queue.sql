CREATE TABLE ticket (
    id UUID NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    letter TEXT NOT NULL,
    ordinal BIGINT NOT NULL CHECK (ordinal >= 1),
    priority TEXT NOT NULL CHECK (priority IN ('none', 'elderly', 'disability', 'pregnant', 'toddler')),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'on_hold', 'done', 'no_show', 'cancelled')),
    channel TEXT NOT NULL CHECK (channel IN ('kiosk', 'greeter', 'api')),
    phone_sealed BYTEA,
    estimate_low BIGINT,
    estimate_likely BIGINT,
    estimate_high BIGINT,
    version BIGINT NOT NULL,
    issued_at BIGINT NOT NULL,
    closed_at BIGINT,
    UNIQUE (site_id, local_day, letter, ordinal)
);
CREATE INDEX ticket_open ON ticket (site_id, local_day) WHERE closed_at IS NULL;

-- One row per matter of the visit. line_at is the place in line: the arrival at the hall, kept through transfers.
-- Site, day, number and priority are those of the ticket and never change: the lines are read from here alone.
-- after_stop_id: a matter that must be over first; nobody is called early past it.
CREATE TABLE stop (
    id UUID NOT NULL PRIMARY KEY,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    letter TEXT NOT NULL,
    ordinal BIGINT NOT NULL,
    has_priority BOOLEAN NOT NULL,
    position BIGINT NOT NULL,
    service_code TEXT NOT NULL,
    service_group TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'waiting', 'called', 'serving', 'on_hold', 'done', 'no_show', 'cancelled')),
    counter_id UUID REFERENCES counter (id),
    wanted_counter_id UUID REFERENCES counter (id),
    officer_id UUID REFERENCES officer (id),
    line_at BIGINT NOT NULL,
    calls BIGINT NOT NULL DEFAULT 0,
    called_at BIGINT,
    received_at BIGINT,
    started_at BIGINT,
    ended_at BIGINT,
    reason TEXT,
    after_stop_id UUID REFERENCES stop (id),
    UNIQUE (ticket_id, position)
);
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
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    stop_id UUID NOT NULL REFERENCES stop (id),
    counter_id UUID NOT NULL REFERENCES counter (id),
    was_state TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE counter_desk (
    counter_id UUID NOT NULL PRIMARY KEY REFERENCES counter (id),
    state TEXT NOT NULL CHECK (state IN ('open', 'paused', 'closed')),
    officer_id UUID REFERENCES officer (id),
    reason TEXT,
    since BIGINT NOT NULL,
    help_at BIGINT,
    CHECK ((state = 'closed') = (officer_id IS NULL))
);

-- The calls the board shows and speaks; the number is the SSE event id; calls = 1 is a first call, more a recall.
CREATE TABLE hall_call (
    site_id UUID NOT NULL REFERENCES site (id),
    seq BIGINT NOT NULL,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    counter_id UUID NOT NULL REFERENCES counter (id),
    calls BIGINT NOT NULL CHECK (calls >= 1),
    at BIGINT NOT NULL,
    PRIMARY KEY (site_id, seq)
);
CREATE INDEX hall_call_counter ON hall_call (counter_id, seq);

-- Every time the order of the line was overruled: who did it, why, and how many people were passed over.
CREATE TABLE overrule (
    id UUID NOT NULL PRIMARY KEY,
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    ticket_id UUID NOT NULL REFERENCES ticket (id),
    kind TEXT NOT NULL CHECK (kind IN ('out_of_order', 'priority', 'to_counter')),
    officer_id UUID NOT NULL REFERENCES officer (id),
    reason TEXT NOT NULL,
    passed BIGINT NOT NULL CHECK (passed >= 0),
    at BIGINT NOT NULL
);
CREATE INDEX overrule_day ON overrule (site_id, local_day);

-- What became of a visit that was still in the hall when the day ended: a place kept for another day, or a reason why
-- not. Without an officer nobody decided, and the place was kept at midnight.
CREATE TABLE left_over (
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    for_day TEXT,
    reason TEXT,
    officer_id UUID REFERENCES officer (id),
    at BIGINT NOT NULL,
    return_ticket_id UUID UNIQUE REFERENCES ticket (id),
    CHECK ((for_day IS NULL) = (reason IS NOT NULL))
);
CREATE INDEX left_over_kept ON left_over (site_id, for_day);
CREATE INDEX left_over_day ON left_over (site_id, local_day);

-- How a site takes appointments; a site without a row keeps the built-in rule.
CREATE TABLE appointment_rule (
    site_id UUID NOT NULL PRIMARY KEY REFERENCES site (id),
    online_percent BIGINT NOT NULL CHECK (online_percent BETWEEN 0 AND 100),
    days_ahead BIGINT NOT NULL CHECK (days_ahead BETWEEN 1 AND 90),
    per_person BIGINT NOT NULL CHECK (per_person BETWEEN 1 AND 20)
);

-- A promise of a place at a time. person_index is the keyed digest of the telephone number or the NIK.
CREATE TABLE appointment (
    id UUID NOT NULL PRIMARY KEY,
    token TEXT NOT NULL UNIQUE,
    code TEXT NOT NULL UNIQUE,
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    services TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('held', 'expired', 'booked', 'arrived', 'missed', 'cancelled', 'called_off')),
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL CHECK (minutes >= 1),
    hold_until BIGINT NOT NULL,
    chosen_at BIGINT NOT NULL,
    missing BIGINT NOT NULL,
    lang TEXT NOT NULL CHECK (lang IN ('id', 'en')),
    asked_by BYTEA,
    person_index BYTEA,
    person_place BIGINT,
    phone_sealed BYTEA,
    email_sealed BYTEA,
    ticket_id UUID REFERENCES ticket (id),
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX appointment_day ON appointment (site_id, local_day, starts_at);
CREATE INDEX appointment_held ON appointment (hold_until) WHERE state = 'held';
CREATE INDEX appointment_asked ON appointment (asked_by, created_at);
CREATE INDEX appointment_ticket ON appointment (ticket_id);
-- A person has at most as many open appointments as there are places.
CREATE UNIQUE INDEX appointment_person ON appointment (person_index, person_place) WHERE state = 'booked';

-- A quarter of an hour of a lane belongs to one appointment: two people never win the same last place.
CREATE TABLE appointment_lane (
    site_id UUID NOT NULL REFERENCES site (id),
    slot_start BIGINT NOT NULL,
    lane BIGINT NOT NULL,
    appointment_id UUID NOT NULL REFERENCES appointment (id),
    PRIMARY KEY (site_id, slot_start, lane)
);
CREATE INDEX appointment_lane_of ON appointment_lane (appointment_id);

-- A day on which a site takes nobody with an appointment.
CREATE TABLE appointment_closing (
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    reason TEXT NOT NULL,
    officer_id UUID NOT NULL REFERENCES officer (id),
    at BIGINT NOT NULL,
    PRIMARY KEY (site_id, local_day)
);

-- Visits that ended without a result because papers were missing.
CREATE TABLE visit_incomplete (
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    officer_id UUID NOT NULL REFERENCES officer (id),
    at BIGINT NOT NULL
);

-- Visitors who were told by message that their turn is near: once each.
CREATE TABLE ticket_near (
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    at BIGINT NOT NULL
);

-- What was told with a number, and when the person was called: the estimate is measured against it.
CREATE TABLE estimate (
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    site_id UUID NOT NULL REFERENCES site (id),
    local_day TEXT NOT NULL,
    service_code TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    low BIGINT NOT NULL,
    likely BIGINT NOT NULL,
    high BIGINT NOT NULL,
    people_ahead BIGINT NOT NULL,
    counters BIGINT NOT NULL,
    called_at BIGINT,
    CHECK (low <= likely AND likely <= high)
);
CREATE INDEX estimate_day ON estimate (site_id, local_day);

-- The slip of a number on its way to paper: one row per number, so that printing again is never another number.
CREATE TABLE print_job (
    ticket_id UUID NOT NULL PRIMARY KEY REFERENCES ticket (id),
    printer_id UUID NOT NULL REFERENCES device (id),
    state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'failed', 'cancelled')),
    slip TEXT NOT NULL,
    tries BIGINT NOT NULL DEFAULT 0,
    last_fault TEXT,
    queued_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE INDEX print_job_open ON print_job (printer_id, queued_at) WHERE state IN ('queued', 'printing');
