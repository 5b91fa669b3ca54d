-- Every published version of a service stays: an application keeps the rules of its filing day.
CREATE TABLE service_version (
    code TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    definition TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    PRIMARY KEY (code, version)
) STRICT;
