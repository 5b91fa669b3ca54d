-- Work to do after the commit that caused it: mail, printing, finishing a reserved permit.
CREATE TABLE notice (
    id UUID NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL DEFAULT 0,
    last_fault TEXT,
    given_up BOOLEAN NOT NULL DEFAULT FALSE,
    done_at BIGINT,
    created_at BIGINT NOT NULL
);
CREATE INDEX notice_due ON notice (due_at) WHERE done_at IS NULL;
CREATE INDEX notice_done ON notice (done_at);
