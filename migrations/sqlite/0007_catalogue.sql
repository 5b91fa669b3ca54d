-- Every published version of a service stays, with the text of its file: an application keeps the rules of its
-- filing day. Who published it and why; nobody for what Loket or a command brought in.
CREATE TABLE service_version (
    code TEXT NOT NULL,
    version INTEGER NOT NULL CHECK (version >= 1),
    definition TEXT NOT NULL,
    file TEXT NOT NULL,
    published_at INTEGER NOT NULL,
    published_by BLOB REFERENCES officer (id),
    reason TEXT,
    PRIMARY KEY (code, version)
) STRICT;
