-- One row: the last link of the chain. Locked last in every transaction.
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq BIGINT NOT NULL,
    hash BYTEA NOT NULL
);
INSERT INTO audit_head (id, seq, hash) VALUES (1, 0, decode(repeat('00', 32), 'hex'));

CREATE TABLE audit_line (
    seq BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash BYTEA NOT NULL
);
CREATE INDEX audit_line_subject ON audit_line (subject, seq);
CREATE FUNCTION audit_line_link() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN UPDATE audit_head SET hash = NEW.hash WHERE id = 1; RETURN NULL; END $$;
CREATE TRIGGER audit_line_links AFTER INSERT ON audit_line
FOR EACH ROW EXECUTE FUNCTION audit_line_link();
CREATE FUNCTION audit_line_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'audit lines are never changed or deleted'; END $$;
CREATE TRIGGER audit_line_kept BEFORE UPDATE OR DELETE ON audit_line
FOR EACH ROW EXECUTE FUNCTION audit_line_refuse();
