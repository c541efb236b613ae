"""The settings of a feed channel."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field

from announce_channels.feed.formats.table import FORMATS, MOST_ITEMS, Formats, files
from announce_channels.feed.websub import HubUrl
from publisher.adapter import BaseUrl, ChannelSettings, SiteUrl, UrlFault, checked_link

Link = Annotated[str, AfterValidator(checked_link)]
"""An address of the hoster's own."""


def _checked_directory(text: str) -> str:
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[^/?#]+)*/?", text):
        raise UrlFault("is neither a folder nor a bucket", cure="write it as in s3://bucket/prefix")
    return text


class FeedSettings(ChannelSettings):
    """A folder, and where a web server shows it."""

    exclusive: ClassVar[tuple[str, ...]] = ("directory",)
    of_services: ClassVar[tuple[str, ...]] = ("services",)

    directory: Annotated[str, Field(min_length=1), AfterValidator(_checked_directory)]
    """A folder, or ``s3://bucket/prefix``."""
    endpoint_url: BaseUrl | None = None
    """Of an S3 that is not Amazon's."""
    url: SiteUrl
    """The public address of the folder."""
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Of the feed; None: made from the brand."""
    formats: Formats = tuple(FORMATS)
    """Which feeds and calendars are written."""
    services: tuple[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")], ...] = ()
    """Those that have feeds and a calendar of their own, by their keys."""
    hub: HubUrl | None = None
    """A WebSub hub; named in the feeds, whose readers then stop polling."""
    show_seen: Annotated[bool, Field(strict=True)] = False
    """Whether an announcement's page says when ``announce verify`` could read it from outside."""
    links: Mapping[Annotated[str, Field(min_length=1, max_length=60)], Link] = {}
    """At the foot of every page, such as the imprint: addresses by name."""

    def for_drill(self, base_url: str, folder: Path) -> Self:
        """A site of its own, written into ``folder``; no bucket and no hub is asked. Its address stays."""
        place = {"directory": str(folder / "public"), "endpoint_url": None, "hub": None}
        return self.model_copy(update=place)

    def listed_in(self, services: Collection[str], later: int) -> tuple[str, ...]:
        """Every feed and calendar, and those of these services; of what is older than their items, calendars alone."""
        own = [key for key in self.services if key in services]
        return tuple(
            f"{self.url}/{file}"
            for file, name in files(self.formats, own).items()
            if later < MOST_ITEMS or not FORMATS[name].lists
        )

    @property
    def tells_seen(self) -> bool:
        """As configured."""
        return self.show_seen

    @property
    def several(self) -> bool:
        """Each language is a site of its own, which leads to the others."""
        return False

    @property
    def lists(self) -> list[str]:
        """The formats with an item an update."""
        return [name for name in self.formats if FORMATS[name].lists]

    @property
    def files(self) -> list[str]:
        """The feeds and calendars, by name."""
        return list(files(self.formats, self.services))

    @property
    def topics(self) -> list[str]:
        """The feeds, of which a hub is told."""
        return [file for file, name in files(self.formats, self.services).items() if FORMATS[name].lists]
