-- Which announce brought the ledger up to a version of its schema: an older one that meets it names what to install.

CREATE TABLE made_by (
    schema   INTEGER PRIMARY KEY,
    announce TEXT NOT NULL,
    at       TEXT NOT NULL
) STRICT;
