-- When a withdrawal that had been begun was given up: readers see the post again, and no date may go back to before.
-- A refusal has its time already, as the end of its attempt.

CREATE TABLE given_up (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    at          TEXT NOT NULL,
    PRIMARY KEY (delivery_id, at)
) STRICT, WITHOUT ROWID;
