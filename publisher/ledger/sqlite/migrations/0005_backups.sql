-- Which copies have been taken with `announce ledger backup`, as far as they could be recorded; newest last.

CREATE TABLE backup (
    taken_at TEXT NOT NULL,
    place    TEXT NOT NULL,
    reached  INTEGER NOT NULL              -- how far the ledger had come, as its mark counts
) STRICT;
