-- Bytes that are kept as they are: uploads and issued permits. Of a row only two things ever change: what the virus
-- scanner says of it, and that its bytes were erased when their time was over; the digest stays.
CREATE TABLE document (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('upload', 'permit')),
    media_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA,
    scan TEXT NOT NULL CHECK (scan IN ('off', 'waiting', 'clean', 'infected')),
    created_at BIGINT NOT NULL,
    erased_at BIGINT,
    CHECK ((bytes IS NULL) = (erased_at IS NOT NULL))
);
CREATE INDEX document_sha256 ON document (sha256);
CREATE INDEX document_waiting ON document (created_at) WHERE scan = 'waiting';

-- Files that come in pieces over a line that breaks. The scope says what the file is for; the same file for the same
-- purpose is one transfer, however often it is begun.
CREATE TABLE transfer (
    id UUID NOT NULL PRIMARY KEY,
    scope TEXT NOT NULL,
    file_name TEXT NOT NULL,
    size BIGINT NOT NULL CHECK (size >= 1),
    sha256 BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    done_at BIGINT
);
CREATE UNIQUE INDEX transfer_open ON transfer (scope, sha256) WHERE done_at IS NULL;

CREATE TABLE transfer_piece (
    transfer_id UUID NOT NULL REFERENCES transfer (id),
    start BIGINT NOT NULL CHECK (start >= 0),
    size BIGINT NOT NULL CHECK (size >= 1),
    bytes BYTEA NOT NULL,
    PRIMARY KEY (transfer_id, start)
);
