-- Channels whose readers are left with what they see: somebody decided so, of this update, and said why.

CREATE TABLE left_for_good (
    ref           TEXT NOT NULL,
    update_number INTEGER NOT NULL,
    channel       TEXT NOT NULL,
    why           TEXT NOT NULL,
    at            TEXT NOT NULL,
    PRIMARY KEY (ref, update_number, channel),
    FOREIGN KEY (ref, update_number) REFERENCES announcement_update (ref, number)
) STRICT, WITHOUT ROWID;
