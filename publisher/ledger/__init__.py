"""The durable table of announcements, updates, deliveries and attempts (a transactional outbox)."""

from publisher.ledger.sqlite.store import Ledger

__all__ = ["Ledger"]
