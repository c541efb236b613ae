-- Which ledger this is, for ever: what was made from another one is not taken for its own. One row; a copy is the same
-- ledger. It is filled when the ledger is opened to write, so that a look at an earlier one invents no identity.

CREATE TABLE identity (id TEXT NOT NULL) STRICT;
