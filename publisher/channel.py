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

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field

from publisher.announcement import Kind

if TYPE_CHECKING:
    import requests

    from publisher.history import Snapshot
    from publisher.secrets import Secret
    from publisher.windows import Window


# --- what an adapter can do -------------------------------------------------------------------------------


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
    """X's weighted characters: see `publisher.weight`."""


class Reach(StrEnum):
    """How an update reaches people who saw the first post."""

    EDIT = "edit"
    """The one post is edited: whoever opens it reads the newest."""
    NEW = "new"
    """A post of its own."""
    BOTH = "both"
    """The post is edited, and what people must notice gets a post of its own as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
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
    pings: bool = False
    """A hub is to be told of every update."""
    settle: float = 0.0
    """Seconds between the end of a lost request and its first look-up, unless the configuration says."""


# --- what goes in and what comes out ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An update rendered for one channel: the exact text, frozen when planned."""

    ref: str
    update: int
    kind: Kind
    channel: str
    locale: str
    format: Format
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

    @property
    def key(self) -> str:
        """What no other post of this channel carries: ``CMO-7K3M/1``."""
        return f"{self.ref}/{self.update}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A post the platform keeps hidden, by its id there."""

    remote_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The proof that a post is public."""

    remote_id: str | None
    """The platform's id; None where the platform gives none and cannot be asked."""
    url: str | None = None
    """Where a customer reads it."""
    fingerprint: str | None = None
    """A digest of the text as the platform gives it back, so that later look-ups compare like with like."""
    note: str | None = None
    """What the engineer should know about this delivery, such as a second copy that was found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What came of making all output anew."""

    files: int
    written: int
    """Those that were missing or different."""
    faults: tuple[str, ...] = ()


class Standing(StrEnum):
    """The three answers of a check."""

    PROVED = "proved"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who the platform takes us for, and whether that one may publish."""

    account: str
    """As the platform calls it: a user name, a page's name, a folder."""
    may_publish: Standing
    notes: tuple[str, ...] = ()
    """What else was seen, and what this platform cannot be asked."""
    warnings: tuple[str, ...] = ()
    """What will keep us from publishing before long, or on a bad day: a token about to expire, a wrong clock."""
    asked: bool = True
    """False where the platform charges for the question, and it was left out."""


# --- what goes wrong ------------------------------------------------------------------------------------------


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
            cure="--force publishes it anew; announce resolve … --abandon leaves it so",
        )


class ChangedByHand(Rejected):
    """The post that is to be edited does not read as we left it."""

    def __init__(self, what: str) -> None:
        super().__init__(
            f"{what} was changed by hand on the platform, and is left as it is",
            cure="--force writes over it; announce resolve … --abandon leaves it so",
        )


class BadCredentials(Rejected):
    """The platform does not accept who we are: a new token may help, so dispatch keeps it open."""


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


# --- what an adapter is built from ----------------------------------------------------------------------------


class ChannelSettings(BaseModel):
    """The keys every channel takes; an adapter's settings model inherits it and adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    exclusive: ClassVar[tuple[str, ...]] = ()
    """Keys of which no two channels may have the same value: a place that one channel alone writes."""

    type: str
    locale: str | None = None
    enabled: bool = True
    internal: bool = False
    """Its host may have an address that is none of the public internet's."""
    timeout: Annotated[float, Field(gt=0, le=600, strict=True)] = 15.0
    """Seconds a whole request may take."""
    settle: Annotated[float, Field(ge=0, le=3600, strict=True)] | None = None
    """Seconds before a look-up after a lost answer; None: the adapter's own."""
    on_unknown: OnUnknown = OnUnknown.ASK
    """What to do about a lost answer where the platform cannot be asked."""
    updates: Reach | None = None
    """Whether later updates edit the post, make a new one, or both; None: the adapter's own."""


class Renderer(Protocol):
    """Renders a page template such as ``page`` with plain data."""

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        """The page as text. Raises TemplateFault."""
        ...


class SessionFactory(Protocol):
    """Makes the channel's one hardened session; ``rewrite`` maps a library's fixed address to ours."""

    def __call__(self, *, rewrite: tuple[str, str] | None = None) -> requests.Session:
        """The session; it raises NotSent, Unknown or Rejected by itself for everything below HTTP."""
        ...


@dataclass(frozen=True, kw_only=True)
class Context:
    """What the core lends an adapter. Everything is made for this channel alone."""

    name: str
    locale: str
    zone: ZoneInfo
    brand: str
    provider: str | None
    session: SessionFactory
    secret: Callable[[Secret], str]
    """Resolves a secret of the settings and registers it for masking."""
    clock: Callable[[], datetime]
    """The current time, aware, UTC."""
    history: Callable[[], Snapshot]
    """What has been said so far, this run's posts included."""
    render: Renderer
    root: str = field(default=".")
    """The configuration file's folder: relative paths in settings count from it."""
    windows: tuple[Window, ...] = ()
    """The maintenance windows, in the publisher's zone."""
    has_delivered: Callable[[str], bool] = field(default=lambda _: True)
    """Whether this channel has ever had a post at an address that begins so; True where the record cannot tell."""
    billed: bool = True
    """Whether `check` may make calls for which the platform charges."""


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
        """Make the post public: one attempt."""
        ...


@runtime_checkable
class Staging(Protocol):
    """The platform has drafts."""

    def stage(self, post: Post) -> Draft:
        """Create the post hidden: one attempt. A draft of ours with the same slug is reused."""
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
