"""The adapter contract: what an adapter is given, what it returns, and what it may raise.

An adapter is a small class built from its own settings model and a `Context`. It makes exactly one attempt
a call; it never retries, sleeps, reads the environment, logs a secret or touches the ledger. Its messages do
not name the channel: dispatch puts the name in front once.

What an adapter's verbs raise::

    ChannelError                 never raised itself
    ├── NotSent                  nobody saw it, or it was refused in a way that repeating may cure
    ├── Rejected                 repeating cannot help; ``cure`` says what does
    │   └── BadCredentials       the platform does not accept who we are
    └── Unknown                  it may have been published: look, never send again on faith
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from publisher.adapter.context import Context
from publisher.adapter.identity import Identity
from publisher.model.post import Capabilities, Draft, Post, Receipt
from publisher.model.record import Record
from publisher.settings.channel import ChannelSettings

if TYPE_CHECKING:
    from publisher.model.history import Origin, Snapshot


# --- what goes in and what comes out ------------------------------------------------------------------------


class Built(Record, frozen=True, kw_only=True):
    """What came of making all output anew."""

    files: int
    written: int
    """Those that were missing or different."""
    faults: tuple[str, ...] = ()


class Served(Record, frozen=True, kw_only=True):
    """What a channel lets a web server show."""

    directory: str
    """A folder, counted from the configuration's, or the address of a bucket."""
    url: str
    """Where it is public, with its slash."""
    files: tuple[str, ...]
    """Those whose media type a server would not guess, by name."""
    links: Mapping[str, str] = {}
    """The ``Link`` header of some of them: ``<https://hub.example.net/>; rel="hub", <…>; rel="self"``."""


# --- what an adapter is built from ----------------------------------------------------------------------------


class Channel(Protocol):
    """What every adapter is: settings model, capabilities, `check` and `publish`."""

    Settings: ClassVar[type[ChannelSettings]]

    @classmethod
    def capabilities(cls, settings: Any) -> Capabilities:
        """What the platform can do with these settings; loads no library, opens nothing."""
        ...

    def __init__(self, settings: Any, context: Context) -> None: ...

    def check(self) -> Identity:
        """Prove the credentials and, where it can be asked, the right to publish; publish nothing."""
        ...

    def publish(self, post: Post) -> Receipt:
        """Make the post public: one attempt.

        What the platform kept is compared where the receipt tells; one that lacks start, end or reference is not
        delivered, whatever the platform said.
        """
        ...


@runtime_checkable
class Staging(Protocol):
    """The platform has drafts."""

    def stage(self, post: Post) -> Draft:
        """Create the post hidden: one attempt. Where it may be a repeat, a draft of ours is looked for and reused.

        What the platform kept of the text is compared before the release, where the draft tells.
        """
        ...

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Make that draft public; may be repeated with the same draft."""
        ...


@runtime_checkable
class Finding(Protocol):
    """The platform can be asked for a post of ours."""

    def find(self, post: Post) -> Receipt | None:
        """The public post that carries this text, or None where a complete look-up saw none."""
        ...


@runtime_checkable
class Amending(Protocol):
    """A public post can be edited in place."""

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Let the post of that receipt say this one's text; may be repeated.

        Raises Gone where it is not there any more, and ChangedByHand where it reads neither as the receipt's
        fingerprint says nor as this post already; a receipt without a fingerprint is not compared.
        """
        ...


@runtime_checkable
class Withdrawing(Protocol):
    """A public post can be taken down."""

    def withdraw(self, receipt: Receipt) -> None:
        """Take it down; one that is not there any more is withdrawn. May be repeated."""
        ...


@runtime_checkable
class Locating(Protocol):
    """The platform can be asked what is public at an address: a post that a person made by hand."""

    def locate(self, url: str) -> Receipt | None:
        """Our account's public post at ``url``, with its id and fingerprint; None where there is none."""
        ...


@runtime_checkable
class Pinging(Protocol):
    """Something stands between the channel and its readers that has to be told of every change: a hub."""

    def ping(self) -> None:
        """Tell it once; may be repeated."""
        ...


@runtime_checkable
class Templated(Protocol):
    """Output from templates of its own, beside the posts."""

    def template_faults(self) -> list[str]:
        """What is wrong with them, each fault with its cure."""
        ...


@runtime_checkable
class Refreshing(Protocol):
    """Output that shows other channels' posts and is written once more when all outcomes are known."""

    def refresh(self, post: Post) -> None:
        """Rewrite it from the history as it is now; best effort."""
        ...


@runtime_checkable
class Building(Protocol):
    """Output that can be made anew from everything that was ever said."""

    def build(self, announcements: Iterable[tuple[str, Snapshot]]) -> Built:
        """Make it from the whole history of each reference; repeating it changes nothing."""
        ...


@runtime_checkable
class Adopting(Protocol):
    """Output that belongs to one ledger, and refuses to be made from another."""

    def adopt(self) -> Origin | None:
        """Let it belong to this ledger; returns the one it belonged to, where that is another. May be repeated."""
        ...


@runtime_checkable
class Shown(Protocol):
    """Output that a web server shows."""

    @classmethod
    def site(cls, settings: Any) -> Served:
        """What a server has to know of it; opens nothing."""
        ...
