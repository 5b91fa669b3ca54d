CREATE TABLE site (
    id BLOB NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    zone TEXT NOT NULL,
    always_open INTEGER NOT NULL DEFAULT 0,
    cut_off TEXT NOT NULL DEFAULT '15:00'
) STRICT;

-- weekday: 1 = Monday … 7 = Sunday; times are local HH:MM; several rows a day describe a break.
CREATE TABLE opening (
    site_id BLOB NOT NULL REFERENCES site (id),
    weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    PRIMARY KEY (site_id, weekday, opens),
    CHECK (opens < closes)
) STRICT;

CREATE TABLE counter (
    id BLOB NOT NULL PRIMARY KEY,
    site_id BLOB NOT NULL REFERENCES site (id),
    number INTEGER NOT NULL CHECK (number >= 1),
    UNIQUE (site_id, number)
) STRICT;

-- service_group: the letter of the groups a counter takes (A permits, B population, C pick-up, D consultation, E complaint).
CREATE TABLE counter_group (
    counter_id BLOB NOT NULL REFERENCES counter (id),
    service_group TEXT NOT NULL CHECK (service_group IN ('A', 'B', 'C', 'D', 'E')),
    PRIMARY KEY (counter_id, service_group)
) STRICT;
