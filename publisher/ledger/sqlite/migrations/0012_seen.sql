-- What strangers found of an update on a channel, and where: a row for each look that found something else than the one
-- before it.

CREATE TABLE seen (
    ref           TEXT NOT NULL,
    update_number INTEGER NOT NULL,
    channel       TEXT NOT NULL,
    at            TEXT NOT NULL,
    what          TEXT NOT NULL,         -- seen, missing, walled
    url           TEXT,
    PRIMARY KEY (ref, update_number, channel, at),
    FOREIGN KEY (ref, update_number) REFERENCES announcement_update (ref, number)
) STRICT, WITHOUT ROWID;
