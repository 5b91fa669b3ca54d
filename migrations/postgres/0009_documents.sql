-- Bytes that are kept as they are: uploads and issued permits. Rows are never changed.
CREATE TABLE document (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('upload', 'permit')),
    media_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BYTEA NOT NULL,
    bytes BYTEA NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX document_sha256 ON document (sha256);
