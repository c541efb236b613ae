"""The ledger in SQLite: a file, its mark, its owner's lock."""
