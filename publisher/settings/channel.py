"""The keys every channel takes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from publisher.model.outcome import OnUnknown
from publisher.model.post import Reach

if TYPE_CHECKING:
    from publisher.model.by_hand import ByHand
    from publisher.model.post import Post

DRILL_SETTLE = 0.5
"""Seconds: a double publishes at once or never, so that a drill need not wait as long as for a platform."""


class ChannelSettings(BaseModel):
    """The keys every channel takes; an adapter's settings model inherits it and adds its own."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, defer_build=True)

    exclusive: ClassVar[tuple[str, ...]] = ()
    """Keys of which no two channels may have the same value: a place that one channel alone writes."""

    of_services: ClassVar[tuple[str, ...]] = ()
    """Keys that hold lists of services, by their keys under ``[services]``: one that is not there is a fault."""

    type: str
    locale: str | tuple[str, ...] | None = None
    """Several: each post is in all of them, one under the other."""
    enabled: bool = True
    internal: bool = False
    """Its host may have an address that is none of the public internet's."""
    link_hosts: tuple[Annotated[str, Field(pattern=r"^[a-z0-9.-]{1,253}$")], ...] = ()
    """Hosts that its posts' links may lead to, beside those of its own addresses."""
    timeout: Annotated[float, Field(gt=0, le=600, strict=True)] = 15.0
    """Seconds a whole request may take."""
    settle: Annotated[float, Field(ge=0, le=3600, strict=True)] | None = None
    """Seconds before a look-up after a lost answer; None: the adapter's own."""
    on_unknown: OnUnknown = OnUnknown.ASK
    """What to do about a lost answer where the platform cannot be asked."""
    updates: Reach | None = None
    """Whether later updates edit the post, make a new one, or both; None: the adapter's own."""

    def for_drill(self, base_url: str, folder: Path) -> Self:
        """The same channel on a double at ``base_url``, for a drill.

        What the double accepts stands in files of ``folder``, by the names of the settings: a secret is read from
        there, so that its real source is never asked, and any other setting has the file's text.
        """
        from publisher.settings.secrets import Secret

        given = {name: getattr(self, name) for name in type(self).model_fields if (folder / name).is_file()}
        doubled = {
            name: type(was)(file=str(folder / name))
            if isinstance(was, Secret)
            else (folder / name).read_text()
            for name, was in given.items()
        }
        return self.model_copy(update={"base_url": base_url, "settle": DRILL_SETTLE, **doubled})

    def by_hand(self, post: Post) -> ByHand | None:
        """How a person makes that post where its platform cannot be reached by us; None: not known."""
        return None

    def listed_in(self, services: Collection[str], later: int) -> tuple[str, ...]:
        """The addresses of feeds and calendars that list what concerns these services, by their keys.

        Since what is looked for, ``later`` updates were said: feeds list the newest ones only.
        """
        return ()

    def asked_for(self, remote_id: str) -> tuple[str, Mapping[int, str]] | None:
        """Where anybody may ask about a post of which nothing is found, and what the statuses mean; None: nowhere."""
        return None

    def locales(self, own: str) -> tuple[str, ...]:
        """Those of its posts, in their order; ``own`` where none is configured."""
        return (self.locale,) if isinstance(self.locale, str) else self.locale or (own,)

    @property
    def tells_seen(self) -> bool:
        """Whether its pages say when strangers saw what was said: then they are made anew once they have looked."""
        return False

    @property
    def several(self) -> bool:
        """Whether a post has room for several languages; where not, each takes a channel of its own."""
        return True
