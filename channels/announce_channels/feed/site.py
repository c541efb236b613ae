"""Every file of the site, from the history, in the order of writing: nothing links to what is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from announce_channels.feed.formats import FORMATS, builder
from announce_channels.feed.head import Head
from announce_channels.feed.pages import Pages
from announce_channels.feed.story import heard_on
from publisher.history import Snapshot
from publisher.masking import one_line

FRONT = "index.html"


@dataclass(slots=True)
class Made:
    """Files by name, and what could not be made: a template of the user's own can raise anything."""

    contents: dict[str, bytes] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, name: str, what: str, make: Callable[[], bytes]) -> None:
        """Make a file; where that fails it is left as it is, and all others are written."""
        try:
            self.contents[name] = make()
        except Exception as fault:  # noqa: BLE001
            self.faults.append(one_line(f"{what} was not written: {fault}"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """What is written for a channel."""

    head: Head
    formats: Sequence[str]
    pages: Pages

    def everything(self, history: Snapshot, announcements: Mapping[str, Snapshot]) -> Made:
        """All files but the pages of announcements that are not given, each by its reference with its history."""
        made = Made()
        for name, what, make in self.pages.accessories():
            made.add(name, what, make)
        self._add_pages(made, announcements)
        for name in self.formats:
            made.contents[FORMATS[name].file] = builder(name).build(self.head, history)
        made.add(FRONT, "the front page", partial(self.pages.front, history))
        return made

    def announcements(self, announcements: Mapping[str, Snapshot]) -> Made:
        """The pages of these announcements, as far as the channel told of them."""
        made = Made()
        self._add_pages(made, announcements)
        return made

    def _add_pages(self, made: Made, announcements: Mapping[str, Snapshot]) -> None:
        for ref, history in announcements.items():
            said, channel = history.about(ref), self.head.channel
            if heard_on(said, channel):
                page = partial(self.pages.announcement, history, ref)
            elif any(one.is_withdrawn_from(channel) for one in said):
                page = partial(self.pages.withdrawn, ref)
            else:
                continue
            made.add(f"{ref}/{FRONT}", f"the page of {ref}", page)
