"""What the core lends an adapter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol
from zoneinfo import ZoneInfo

import msgspec

from publisher.model.house import House
from publisher.model.record import Record

if TYPE_CHECKING:
    import requests

    from publisher.model.history import Snapshot
    from publisher.model.windows import Window
    from publisher.settings.secrets import Secret


class PageRenderer(Protocol):
    """Renders a page template such as ``page`` with plain data."""

    def __call__(self, template: str, values: Mapping[str, Any]) -> str:
        """The page as text. Raises TemplateFault."""
        ...


class SessionFactory(Protocol):
    """Makes the channel's one hardened session; ``rewrite`` maps a library's fixed address to ours."""

    def __call__(self, *, rewrite: tuple[str, str] | None = None) -> requests.Session:
        """The session; it raises NotSent, Unknown or Rejected by itself for everything below HTTP."""
        ...


class Context(Record, frozen=True, kw_only=True):
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
    render: PageRenderer
    words: Callable[[str], Mapping[str, Any]] = msgspec.field(default=lambda _: {})
    """The sentences of a language by its locale, as in ``templates/de/words.toml``; complete."""
    root: str = "."
    """The configuration file's folder: relative paths in settings count from it."""
    state: str = ""
    """The ledger's folder, which nobody else may write: for what must lie beside it; empty where there is none."""
    conceal: Callable[[str], None] = msgspec.field(default=lambda _: None)
    """Registers for masking what a platform's own library has found by itself, such as a machine's credentials."""
    ca_bundle: str | None = None
    """Certificates that are trusted beside the system's, for a library that opens its own connections: a path."""
    windows: tuple[Window, ...] = ()
    """The maintenance windows, in the publisher's zone."""
    has_delivered: Callable[[str], bool] = msgspec.field(default=lambda _: True)
    """Whether the channel's newest post, as the run began, stands where this begins; True where nobody knows."""
    group: int | None = None
    """The number of the Unix group that shares what is written on this machine; None where nobody shares it."""
    brief: Callable[[datetime | timedelta], str] = str
    """Writes a time for readers of the channel's language, in short, or a length in words."""
    house: House = House()
    """What readers are told of the hoster beside the brand."""
    billed: bool = True
    """Whether `check` may make calls for which the platform charges."""
    history_of: Callable[[str], Snapshot] | None = None
    """What has been said of one announcement, by its reference; `about` asks it."""

    alone: Callable[[str], AbstractContextManager[None]] | None = None
    """Makes this the only writer of a place, by its address, of all machines that share the ledger. Raises NotSent.

    Also at the end of the block, where others may have written meanwhile. None: they are all on this machine.
    """

    def about(self, ref: str) -> Snapshot:
        """What has been said of one announcement, as it was when a channel of this run first asked.

        Whoever needs no more reads no more: with years in the ledger, `history` takes a second a channel.
        """
        return self.history() if self.history_of is None else self.history_of(ref)
