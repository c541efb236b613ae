"""What is handed to the ledger to be recorded for delivery."""

from __future__ import annotations

from datetime import datetime

from publisher.model.delivery import Operation
from publisher.model.post import Post, Receipt
from publisher.model.record import Record


class Outgoing(Record, frozen=True):
    """A post to be recorded for delivery."""

    post: Post
    type: str
    operation: Operation = Operation.PUBLISH
    target: Receipt | None = None
    """The post that is edited or taken down."""
    forced: bool = False
    """Edits made by hand on the platform are written over."""
    silent: bool = False
    """Who subscribes to a feed is not told that this is taken down."""


class Fingerprint(Record, frozen=True):
    """What makes two announcements the same content, and since when an earlier one counts."""

    digest: str
    since: datetime
