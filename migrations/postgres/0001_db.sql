-- Counter rows: the only source of ticket and permit numbers; updated in the transaction that uses the number.
CREATE TABLE number_series (
    scope TEXT NOT NULL,
    period TEXT NOT NULL,
    last BIGINT NOT NULL CHECK (last >= 1),
    PRIMARY KEY (scope, period)
);

-- Replies already given to a POST that carried an Idempotency-Key.
CREATE TABLE idempotency_key (
    scope TEXT NOT NULL,
    route TEXT NOT NULL,
    key TEXT NOT NULL,
    body_hash BYTEA NOT NULL,
    status BIGINT NOT NULL,
    reply TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (scope, route, key)
);
CREATE INDEX idempotency_key_created ON idempotency_key (created_at);
