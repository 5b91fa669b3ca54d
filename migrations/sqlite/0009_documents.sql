-- Bytes that are kept as they are: uploads and issued permits. Rows are never changed.
CREATE TABLE document (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('upload', 'permit')),
    media_type TEXT NOT NULL,
    file_name TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes BLOB NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX document_sha256 ON document (sha256);
