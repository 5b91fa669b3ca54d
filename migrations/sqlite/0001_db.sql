-- Counter rows: the only source of ticket and permit numbers; updated in the transaction that uses the number.
CREATE TABLE number_series (
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    last INTEGER NOT NULL CHECK (last >= 1),
    PRIMARY KEY (scope, period)
) STRICT;

-- Replies already given to a POST that carried an Idempotency-Key.
CREATE TABLE idempotency_key (
    scope TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BLOB NOT NULL,
    status INTEGER NOT NULL,
    reply TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (scope, route, key)
) STRICT;
CREATE INDEX idempotency_key_created ON idempotency_key (created_at);
