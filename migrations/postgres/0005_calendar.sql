CREATE TABLE holiday (
    on_date TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('national', 'joint_leave', 'local')),
    name TEXT NOT NULL,
    basis TEXT NOT NULL CHECK (basis IN ('official', 'estimate')),
    PRIMARY KEY (on_date, kind)
);
