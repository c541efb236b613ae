-- Times are UTC, ISO 8601 with 'Z', so that they sort as text.

CREATE TABLE announcement (
    ref         TEXT PRIMARY KEY,
    created_at  TEXT NOT NULL,
    fingerprint TEXT NOT NULL,           -- of title, services and reason: finds the same content typed again
    again       TEXT                     -- why it was announced anew although it had been said
) STRICT;

CREATE INDEX announcement_by_fingerprint ON announcement (fingerprint, created_at);

-- One thing said. The facts as they stand after it are kept whole, so that history needs no replaying.
CREATE TABLE announcement_update (
    ref          TEXT NOT NULL REFERENCES announcement (ref),
    number       INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    phase        TEXT NOT NULL,
    published_at TEXT NOT NULL,
    starts_at    TEXT NOT NULL,
    ends_at      TEXT NOT NULL,
    said         TEXT NOT NULL,          -- the Update as JSON
    PRIMARY KEY (ref, number)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX update_by_time ON announcement_update (published_at);

-- The outbox. A row is written before any socket is opened and never deleted.
CREATE TABLE delivery (
    id            INTEGER PRIMARY KEY,
    ref           TEXT NOT NULL,
    update_number INTEGER NOT NULL,
    channel       TEXT NOT NULL,
    operation     TEXT NOT NULL,
    type          TEXT NOT NULL,
    post          TEXT NOT NULL,         -- the Post as JSON, frozen: a retry never renders again
    state         TEXT NOT NULL,
    step          TEXT NOT NULL,         -- the call in flight, or the last one
    fence         INTEGER NOT NULL,      -- rises with every claim; an older result is not recorded
    attempts      INTEGER NOT NULL,
    seconds       REAL NOT NULL,
    remote_id     TEXT,
    url           TEXT,
    fingerprint   TEXT,                  -- of the text as the platform gives it back
    note          TEXT,
    error         TEXT,                  -- masked before it comes here
    cure          TEXT,
    not_before    TEXT,                  -- when the next attempt or look-up makes sense
    absences      INTEGER NOT NULL,      -- look-ups in a row that saw nothing
    duplicate     INTEGER NOT NULL,      -- refused as a duplicate: evidence that it is there
    UNIQUE (ref, update_number, channel, operation),
    FOREIGN KEY (ref, update_number) REFERENCES announcement_update (ref, number)
) STRICT;

-- Nothing here is ever changed but the end of an attempt.
CREATE TABLE attempt (
    delivery_id INTEGER NOT NULL REFERENCES delivery (id),
    number      INTEGER NOT NULL,
    step        TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    ended_at    TEXT,                    -- NULL: the program ended in mid-attempt
    state       TEXT,                    -- what the attempt made of the delivery
    error       TEXT,
    PRIMARY KEY (delivery_id, number)
) STRICT, WITHOUT ROWID;
