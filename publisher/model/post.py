"""What goes out and what comes back: a channel's capabilities, a post, a draft, a receipt."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from publisher.model.announcement import Kind
from publisher.model.record import Record


class Format(StrEnum):
    """The three formats a text is written in."""

    HTML = "html"
    TEXT = "text"
    SHORT = "short"


class Count(StrEnum):
    """How a platform counts the length of a text."""

    CHARACTERS = "characters"
    """Unicode code points after NFC."""
    WEIGHTED = "weighted"
    """X's weighted characters: see `publisher.rendering.weight`."""


class Reach(StrEnum):
    """How an update reaches people who saw the first post."""

    EDIT = "edit"
    """The one post is edited: whoever opens it reads the newest."""
    NEW = "new"
    """A post of its own."""
    BOTH = "both"
    """The post is edited, and what people must notice gets a post of its own as well."""


class Capabilities(Record, frozen=True, kw_only=True):
    """What a channel's platform can do, known without asking it and without its library."""

    format: Format
    max_length: int | None = None
    """The longest body the platform takes, counted as ``count`` says; None: no limit worth checking."""
    count: Count = Count.CHARACTERS
    lookup: bool = False
    """`find` is complete once the settle time is over."""
    staged: bool = False
    """The platform has drafts: `stage`, then `release` by id."""
    repeatable: bool = False
    """Publishing the same post twice shows it once (a file rewritten whole, a server-side key)."""
    reach: Reach = Reach.NEW
    """What the platform can do for an update; `BOTH` where it can do either."""
    updates: Reach = Reach.NEW
    """Which of these is done unless the configuration says."""
    withdraw: bool = False
    """A post can be taken down."""
    feed: str | None = None
    """Where customers subscribe to what the channel says: posts of the other channels offer it."""
    page: str | None = None
    """Where the channel itself shows an announcement, with ``{ref}``: what it says leads there."""
    pings: bool = False
    """A hub is to be told of every update."""
    social: bool = False
    """A social network, where customers see it without looking for it."""
    hosts: tuple[str, ...] = ()
    """Where the platform shows its posts, beside the hosts in the settings; a link to any other is not kept."""
    settle: float = 0.0
    """Seconds between the end of a lost request and its first look-up, unless the configuration says."""


class Telling(Record, frozen=True):
    """One thing that a reader must find in a post."""

    part: str
    """``start``, ``end`` or ``reference``."""
    forms: tuple[str, ...]
    """How it may be written; one of them is in the post."""


class Post(Record, frozen=True, kw_only=True):
    """An update rendered for one channel: the exact text, frozen when planned."""

    ref: str
    update: int
    kind: Kind
    channel: str
    locale: str
    format: Format
    beside: tuple[str, ...] = ()
    """The other languages it is in, below the first one."""
    title: str
    """Plain text, one line, whatever the format; an adapter whose platform takes HTML escapes it."""
    body: str
    """In the channel's format. `short` and `text` bodies are complete in themselves, title included."""
    slug: str
    """The deterministic name of the post, unique per announcement and update: ``cmo-7k3m``, ``cmo-7k3m-u2``."""
    published_at: datetime
    link: str | None = None
    length: int = 0
    """Of the body, counted as the channel's platform counts."""
    limit: int | None = None
    tells: tuple[Telling, ...] = ()
    """What must be readable in whatever the platform keeps of it; posts of old ledgers say nothing."""
    shortened: tuple[str, ...] = ()
    """What of a text that somebody typed stands in it cut, for want of room: ``matter``, ``text``."""
    left_out: tuple[str, ...] = ()
    """What there was no room for, the most important first: ``reason``, ``next``."""
    template_fault: str = ""
    """What is wrong with the user's own template or words, so that ours stood in for them."""
    repeat: bool = False
    """An attempt that came before may have left something behind: look before writing. Said anew at each attempt."""

    @property
    def key(self) -> str:
        """What no other post of this channel carries: ``CMO-7K3M/1``."""
        return f"{self.ref}/{self.update}"


class Draft(Record, frozen=True, kw_only=True):
    """A post the platform keeps hidden, by its id there."""

    remote_id: str
    kept: tuple[str, ...] = ()
    """The texts as the platform gives them back, markup and all, the body last; empty where it does not.

    They are compared with the post, and not recorded.
    """


class Receipt(Record, frozen=True, kw_only=True):
    """The proof that a post is public."""

    remote_id: str | None
    """The platform's id; None where the platform gives none and cannot be asked."""
    url: str | None = None
    """Where a customer reads it."""
    fingerprint: str | None = None
    """A digest of the text as the platform gives it back, so that later look-ups compare like with like."""
    note: str | None = None
    """What the engineer should know about this delivery, such as a second copy that was found."""
    kept: tuple[str, ...] = ()
    """The texts as the platform gives them back, markup and all, the body last; empty where it does not.

    They are compared with the post, and not recorded.
    """
    ref: str | None = None
    """The announcement that it is about, for whoever must see that a post is ours before changing it; not recorded."""


def slug_of(ref: str, number: int) -> str:
    """The name of a post: ``cmo-7k3m`` for the first update, ``cmo-7k3m-u2`` for the second."""
    return ref.lower() if number == 1 else f"{ref.lower()}-u{number}"
