-- One row: the last link of the chain. Locked last in every transaction.
CREATE TABLE audit_head (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    seq INTEGER NOT NULL,
    hash BLOB NOT NULL
) STRICT;
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, zeroblob(32));

CREATE TABLE audit_line (
    seq INTEGER NOT NULL PRIMARY KEY,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BLOB NOT NULL
) STRICT;
CREATE INDEX audit_line_subject ON audit_line (subject, seq);
CREATE TRIGGER audit_line_links AFTER INSERT ON audit_line
BEGIN UPDATE audit_head SET hash = NEW.hash WHERE id = 1; END;
CREATE TRIGGER audit_line_kept BEFORE UPDATE ON audit_line
BEGIN SELECT RAISE(ABORT, 'audit lines are never changed'); END;
CREATE TRIGGER audit_line_stays BEFORE DELETE ON audit_line
BEGIN SELECT RAISE(ABORT, 'audit lines are never deleted'); END;
