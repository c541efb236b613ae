"""What every feed, calendar and page says of itself, and how it names what it lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from announce_channels.feed.formats.table import FORMATS, of_service
from announce_channels.feed.settings import FeedSettings
from announce_channels.feed.words import FeedWords, words_of
from publisher.adapter import Context, Post
from publisher.adapter.said import Window


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Who speaks, in which language, and where the files lie."""

    title: str
    description: str
    words: FeedWords
    brand: str
    locale: str
    channel: str
    """The channel's name: only updates that were planned for it are listed."""
    site: str
    """The public address of the folder, with its slash."""
    authority: str
    """The domain in all ids, for ever."""
    zone: ZoneInfo
    """Dates are written in it, with its offset."""
    windows: tuple[Window, ...] = ()
    service: str | None = None
    """The key of the one that is told of; None: all."""
    brief: Callable[[datetime | timedelta], str] = str
    """Writes a time for readers, in short, or a length in words."""
    hub: str | None = None
    """The WebSub hub that is told of every change; readers stop polling where one is named."""

    @property
    def language(self) -> str:
        """As in BCP 47: ``de``, ``de-AT``."""
        return self.locale.replace("_", "-")

    def item_id(self, post: Post) -> str:
        """An item's id for ever, an RFC 4151 tag; readers take an item with another one for a new item."""
        return f"tag:{self.authority},{post.published_at.astimezone(UTC).year}:{self._own}{post.key}"

    def uid(self, name: str) -> str:
        """An event's id for ever."""
        return f"{self._own}{name}@{self.authority}".lower().replace("/", ".")

    @property
    def _own(self) -> str:
        """What tells this channel's ids from another feed channel's, such as that in English; "" for ``feed``."""
        channel = "" if self.channel == "feed" else f"{self.channel}/"
        return f"{channel}service.{self.service}/" if self.service else channel

    def ref_of(self, item_id: str) -> str:
        """The announcement that an id speaks of."""
        return item_id.rpartition(":")[2].removeprefix(self._own).partition("/")[0]

    def file(self, name: str) -> str:
        """The file of a format."""
        return of_service(FORMATS[name].file, self.service)

    def page_url(self, ref: str) -> str:
        """Where an announcement's page is."""
        return f"{self.site}{ref}/"


def head_of(settings: FeedSettings, context: Context) -> Head:
    """What a channel with these settings says of itself. Raises Rejected where its language's words are no texts."""
    words = words_of(context.words(context.locale), context.locale)
    called = context.house.wording
    return Head(
        title=settings.title or words.title_of(called, context.brand),
        description=words.description_of(called, has_windows=bool(context.windows)),
        words=words,
        brand=context.brand,
        locale=context.locale,
        channel=context.name,
        site=f"{settings.url}/",
        authority=context.provider or urlsplit(settings.url).hostname or "localhost",
        zone=context.zone,
        windows=context.windows,
        brief=context.brief,
        hub=settings.hub,
    )
