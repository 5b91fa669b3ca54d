CREATE TABLE site (
    id UUID NOT NULL PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    zone TEXT NOT NULL,
    always_open BOOLEAN NOT NULL DEFAULT FALSE,
    cut_off TEXT NOT NULL DEFAULT '15:00'
);

-- weekday: 1 = Monday … 7 = Sunday; times are local HH:MM; several rows a day describe a break.
CREATE TABLE opening (
    site_id UUID NOT NULL REFERENCES site (id),
    weekday BIGINT NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    opens TEXT NOT NULL,
    closes TEXT NOT NULL,
    PRIMARY KEY (site_id, weekday, opens),
    CHECK (opens < closes)
);

CREATE TABLE counter (
    id UUID NOT NULL PRIMARY KEY,
    site_id UUID NOT NULL REFERENCES site (id),
    number BIGINT NOT NULL CHECK (number >= 1),
    UNIQUE (site_id, number)
);

-- service_group: the letter of the groups a counter takes (A permits, B population, C pick-up, D consultation, E complaint).
CREATE TABLE counter_group (
    counter_id UUID NOT NULL REFERENCES counter (id),
    service_group TEXT NOT NULL CHECK (service_group IN ('A', 'B', 'C', 'D', 'E')),
    PRIMARY KEY (counter_id, service_group)
);
