-- paired_only: kiosks and boards work only on devices that were paired. most_calls: calls of one visitor to a counter;
-- regular_per_priority: visitors called between two with a priority; quick_minutes: longest typical time of a quick matter.
CREATE TABLE site (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    zone TEXT NOT NULL,
    always_open INTEGER NOT NULL DEFAULT 0,
    cut_off TEXT NOT NULL DEFAULT '15:00',
    open_on_joint_leave INTEGER NOT NULL DEFAULT 0,
    paired_only INTEGER NOT NULL DEFAULT 0,
    most_calls INTEGER NOT NULL DEFAULT 3 CHECK (most_calls BETWEEN 1 AND 9),
    regular_per_priority INTEGER NOT NULL DEFAULT 2 CHECK (regular_per_priority BETWEEN 1 AND 5),
    quick_minutes INTEGER NOT NULL DEFAULT 10 CHECK (quick_minutes BETWEEN 1 AND 60)
) STRICT;

-- weekday: 1 = Monday … 7 = Sunday; times are local HH:MM; several rows a day describe a break. In Ramadan a site that has
-- hours of season 'ramadan' keeps those.
CREATE TABLE opening (
    site_id BLOB NOT NULL REFERENCES site (id),
    season TEXT NOT NULL DEFAULT 'usual' CHECK (season IN ('usual', 'ramadan')),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    PRIMARY KEY (site_id, season, weekday, opens),
    CHECK (opens < closes)
) STRICT;

-- quick_only: for quick matters of its groups only.
CREATE TABLE counter (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES site (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    quick_only INTEGER NOT NULL DEFAULT 0,
    UNIQUE (site_id, number)
) STRICT;

-- service_group: the letter of the groups a counter takes (A permits, B population, C pick-up, D consultation, E complaint).
CREATE TABLE counter_group (
    counter_id BLOB NOT NULL REFERENCES counter (id),
    service_group TEXT NOT NULL CHECK (service_group IN ('A', 'B', 'C', 'D', 'E')),
    PRIMARY KEY (counter_id, service_group)
) STRICT;

-- A kiosk, board or printer of the hall. A code is given out once and lives ten minutes; of the token only the digest is
-- kept. printer_id: where a kiosk prints its slips. answers: whether a printer reports that it has printed.
CREATE TABLE device (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES site (id),
    kind TEXT NOT NULL CHECK (kind IN ('kiosk', 'board', 'printer')),
    name TEXT NOT NULL,
    address TEXT,
    printer_id BLOB REFERENCES device (id),
    answers INTEGER NOT NULL DEFAULT 0,
    code TEXT UNIQUE,
    code_until INTEGER,
    token_hash BLOB UNIQUE,
    paired_at INTEGER,
    seen_at INTEGER,
    revoked_at INTEGER,
    created_at INTEGER NOT NULL,
    CHECK ((kind = 'printer') = (address IS NOT NULL)),
    CHECK ((code IS NULL) = (code_until IS NULL))
) STRICT;
CREATE INDEX device_site ON device (site_id);
