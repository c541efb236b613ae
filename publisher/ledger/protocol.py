"""What every ledger raises."""

from __future__ import annotations


class Clash(Exception):
    """The reference, the update's number or the second of publication was taken in the meantime."""
