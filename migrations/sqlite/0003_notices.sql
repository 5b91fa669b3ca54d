-- Work to do after the commit that caused it: mail, printing, finishing a reserved permit.
CREATE TABLE notice (
    id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    last_fault TEXT,
    given_up INTEGER NOT NULL DEFAULT 0,
    done_at INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX notice_due ON notice (due_at) WHERE done_at IS NULL;
CREATE INDEX notice_done ON notice (done_at);
