CREATE TABLE holiday (
    on_date TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('national', 'joint_leave', 'local')),
    name TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('official', 'estimate')),
    PRIMARY KEY (on_date, kind)
) STRICT;

-- A day on which a site is closed (no hours) or open at other hours, whatever its week and the holidays say.
CREATE TABLE exceptional_day (
    site_id BLOB NOT NULL REFERENCES site (id),
    on_date TEXT NOT NULL,
    opens TEXT,
    closes TEXT,
    reason TEXT NOT NULL,
    PRIMARY KEY (site_id, on_date),
    CHECK ((opens IS NULL) = (closes IS NULL)),
    CHECK (opens < closes)
) STRICT;

-- Numbers of a service a site gives on a local day, and the local time from which it gives no more.
CREATE TABLE service_limit (
    site_id BLOB NOT NULL REFERENCES site (id),
    service_code TEXT NOT NULL,
    daily_quota INTEGER CHECK (daily_quota >= 0),
    cut_off TEXT,
    PRIMARY KEY (site_id, service_code)
) STRICT;
