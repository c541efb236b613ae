-- What a person decided about a delivery, and who that was: an auditor asks.

CREATE TABLE decided (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    at          TEXT NOT NULL,
    what        TEXT NOT NULL,           -- as `resolve` was told: delivered, resend, abandon, absent
    decided_by  TEXT,                    -- user@host; NULL: nobody knows
    PRIMARY KEY (delivery_id, at)
) STRICT, WITHOUT ROWID;
