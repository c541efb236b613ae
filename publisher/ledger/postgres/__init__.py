"""The ledger in PostgreSQL: a schema of its own, sessions with guard rails, an owner by lock and token."""
