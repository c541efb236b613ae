-- Where the ledger goes on, once it has been moved: from then on nothing is written or read here. At most one row.

CREATE TABLE moved (
    place    TEXT NOT NULL,              -- as [publisher] ledger names it
    at       TEXT NOT NULL,
    is_whole INTEGER NOT NULL            -- 0: whether it has arrived there is not known
) STRICT;
