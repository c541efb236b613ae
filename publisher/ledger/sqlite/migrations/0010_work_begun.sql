-- When a gate let work begin, and since when customers had known of it. Several commands may go through one gate.

CREATE TABLE work_begun (
    ref      TEXT NOT NULL REFERENCES announcement (ref),
    at       TEXT NOT NULL,
    told_at  TEXT NOT NULL,
    begun_by TEXT,                       -- user@host; NULL: nobody knows
    PRIMARY KEY (ref, at)
) STRICT, WITHOUT ROWID;
