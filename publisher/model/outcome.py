"""What one attempt can come to besides a draft or a receipt, and what to do where it cannot be known.

::

    ChannelError                 never raised itself
    ├── NotSent                  nobody saw it, or it was refused in a way that repeating may cure
    ├── Rejected                 repeating cannot help; ``cure`` says what does
    │   ├── Gone                 the post that is to be edited is not there any more
    │   ├── ChangedByHand        the post that is to be edited does not read as we left it
    │   ├── Mutilated            the platform took it, and kept a text that lacks what it must say
    │   └── BadCredentials       the platform does not accept who we are
    │       └── NoSecret         it was not asked: the secret cannot be had where it is kept
    └── Unknown                  it may have been published: look, never send again on faith
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.model.post import Receipt


class ChannelError(Exception):
    """An attempt that did not end in a receipt. Messages are one line, without secrets or the channel's name."""

    def __init__(self, message: str, *, cure: str | None = None) -> None:
        super().__init__(message)
        self.cure = cure
        """What the engineer can do about it, as an imperative; None where waiting is all there is."""


class NotSent(ChannelError):
    """The platform saw nothing, or refused it in a way that repeating may cure: safe to repeat."""

    def __init__(self, message: str, *, cure: str | None = None, retry_after: float | None = None) -> None:
        super().__init__(message, cure=cure)
        self.retry_after = retry_after
        """Seconds the platform asked us to wait; dispatch clamps it."""


class Rejected(ChannelError):
    """Repeating cannot help (forbidden, too long, wrong address)."""


class Gone(Rejected):
    """The post that is to be edited is not there any more."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} is gone: someone took it down on the platform",
            cure="--force publishes it anew, resolve --abandon leaves it so",
        )


class ChangedByHand(Rejected):
    """The post that is to be edited does not read as we left it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was changed by hand on the platform, and is left as it is",
            cure="--force writes over it, resolve --abandon leaves it so",
        )


class Mutilated(Rejected):
    """The platform took the post, and what it kept of it lacks what it must say. No adapter raises it.

    ``receipt`` is that of the post as it stands there in public; None of one that is hidden.
    """

    def __init__(self, what: str, receipt: Receipt | None = None) -> None:
        self.receipt = receipt
        filtered = "look which plug-in, filter or length limit of the platform changes texts"
        if receipt is None:
            super().__init__(f"{what}; it stays hidden", cure=f"{filtered}, then resume --failed")
        else:
            super().__init__(f"it is public, but {what}", cure=f"mend it there by hand, or {filtered}")


class BadCredentials(Rejected):
    """The platform does not accept who we are: a new token may help, so dispatch keeps it open."""


class NoSecret(BadCredentials):
    """A secret cannot be had where it is kept, so that nobody was asked. The core raises it, no adapter."""


class Unknown(ChannelError):
    """It may have been published: timeout after sending, reset, 5xx, a 2xx nobody can read."""

    def __init__(self, message: str, *, cure: str | None = None, duplicate: bool = False) -> None:
        super().__init__(message, cure=cure)
        self.duplicate = duplicate
        """The platform refused it as a duplicate: evidence that it is there, not proof."""


class OnUnknown(StrEnum):
    """What to do about a lost answer where the platform can neither be asked nor has drafts."""

    ASK = "ask"
    RESEND = "resend"
    """At least once: a second copy is possible."""
    SKIP = "skip"
    """At most once: it may be missing."""


LONGEST_WAIT = 900.0
"""Seconds; a platform that asks for more is believed for a quarter of an hour only."""
