-- paired_only: kiosks and boards work only on devices that were paired. most_calls: calls of one visitor to a counter;
-- regular_per_priority: visitors called between two with a priority; quick_minutes: longest typical time of a quick matter.
CREATE TABLE site (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    zone TEXT NOT NULL,
    always_open BOOLEAN NOT NULL DEFAULT FALSE,
    cut_off TEXT NOT NULL DEFAULT '15:00',
    open_on_joint_leave BOOLEAN NOT NULL DEFAULT FALSE,
    paired_only BOOLEAN NOT NULL DEFAULT FALSE,
    most_calls BIGINT NOT NULL DEFAULT 3 CHECK (most_calls BETWEEN 1 AND 9),
    regular_per_priority BIGINT NOT NULL DEFAULT 2 CHECK (regular_per_priority BETWEEN 1 AND 5),
    quick_minutes BIGINT NOT NULL DEFAULT 10 CHECK (quick_minutes BETWEEN 1 AND 60)
);

-- weekday: 1 = Monday … 7 = Sunday; times are local HH:MM; several rows a day describe a break. In Ramadan a site that has
-- hours of season 'ramadan' keeps those.
CREATE TABLE opening (
    site_id UUID NOT NULL REFERENCES site (id),
    season TEXT NOT NULL DEFAULT 'usual' CHECK (season IN ('usual', 'ramadan')),
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    PRIMARY KEY (site_id, season, weekday, opens),
    CHECK (opens < closes)
);

-- quick_only: for quick matters of its groups only.
CREATE TABLE counter (
    id UUID NOT NULL PRIMARY KEY,
    site_id UUID NOT NULL REFERENCES site (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    quick_only BOOLEAN NOT NULL DEFAULT FALSE,
    UNIQUE (site_id, number)
);

-- service_group: the letter of the groups a counter takes (A permits, B population, C pick-up, D consultation, E complaint).
CREATE TABLE counter_group (
    counter_id UUID NOT NULL REFERENCES counter (id),
    service_group TEXT NOT NULL CHECK (service_group IN ('A', 'B', 'C', 'D', 'E')),
    PRIMARY KEY (counter_id, service_group)
);

-- A kiosk, board or printer of the hall. A code is given out once and lives ten minutes; of the token only the digest is
-- kept. printer_id: where a kiosk prints its slips. answers: whether a printer reports that it has printed.
CREATE TABLE device (
    id UUID NOT NULL PRIMARY KEY,
    site_id UUID NOT NULL REFERENCES site (id),
    kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'board', 'printer')),
    name TEXT NOT NULL,
    address TEXT,
    printer_id UUID REFERENCES device (id),
    answers BOOLEAN NOT NULL DEFAULT FALSE,
    code TEXT UNIQUE,
    code_until BIGINT,
    token_hash BYTEA UNIQUE,
    paired_at BIGINT,
    seen_at BIGINT,
    revoked_at BIGINT,
    created_at BIGINT NOT NULL,
    CHECK ((kind = 'printer') = (address IS NOT NULL)),
    CHECK ((code IS NULL) = (code_until IS NULL))
);
CREATE INDEX device_site ON device (site_id);
