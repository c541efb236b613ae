"""What has been said, frozen: what feeds, pages and `announce show` are made from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec.structs import replace

from publisher.model.announcement import Localized, Update
from publisher.model.languages import Untranslated, determined, translated
from publisher.model.lifecycle import is_silent
from publisher.model.post import Post
from publisher.model.record import Record


class Told(Record, frozen=True, kw_only=True):
    """One channel's part in an update: the exact text, and where it stands."""

    channel: str
    type: str
    state: str
    url: str | None
    post: Post
    withdrawn: bool = False
    """Taken down again."""
    withdrawn_at: datetime | None = None
    """When that was begun; None where no attempt of it is on record."""
    silently: bool = False
    """Who subscribes to a feed is not told of it."""
    seen_at: datetime | None = None
    """When a stranger was first seen to read it there; None: no look has found it."""
    given_up: tuple[tuple[datetime, datetime], ...] = ()
    """Earlier times at which it was being taken down and then stood there again: from when to when, oldest first."""


class Said(Record, frozen=True, kw_only=True):
    """One update, with every channel it was planned for."""

    update: Update
    told: tuple[Told, ...]

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.update.announcement.ref

    def on(self, channel: str) -> Post | None:
        """The post that was planned for a channel; None where it was left out, or taken down again."""
        standing = (told.post for told in self.told if told.channel == channel and not told.withdrawn)
        return next(standing, None)

    def is_withdrawn_from(self, channel: str) -> bool:
        """Whether it was planned for a channel and taken down again."""
        return any(told.channel == channel and told.withdrawn for told in self.told)


def as_repaired(updates: Sequence[Update]) -> tuple[Update, ...]:
    """The updates of one announcement, newest first, each with the text that corrections have given it since."""
    texts: dict[int, Localized] = {}
    for update in updates:
        if update.repairs is not None and update.repaired:
            # What is corrected in one language stands as it was in the others.
            texts[update.repairs] = {**update.repaired, **texts.get(update.repairs, {})}
    return tuple(
        replace(one, text={**(one.text or {}), **texts[one.number]}) if one.number in texts else one
        for one in updates
    )


class Item(Record, frozen=True, kw_only=True):
    """An update as one channel lists it: id and date are for ever its own, the text may be a correction's."""

    post: Post
    shown: Post
    """The same post, or that of the newest silent correction."""
    update: Update
    """The one whose text is shown."""


class Origin(Record, frozen=True):
    """The ledger that a history was read from."""

    id: str | None
    """For ever its own; None where there is no ledger, or one that only an earlier version has written."""
    name: str
    """Where it is, as a person is told; empty where only the id is known."""


class Snapshot(Record, frozen=True, eq=False):
    """Updates, newest first by the time they were published. Equal to itself only, so that it can be remembered by."""

    said: tuple[Said, ...] = ()
    origin: Origin = Origin(None, "unknown")
    is_whole: bool = True
    """Whether nothing older was ever said."""

    def read_in(self, locale: str, *, own: str, untranslated: Untranslated) -> Snapshot:
        """The same for readers of one locale: texts are in their language or not there.

        ``own`` is the language of those that say none.
        """
        said = (
            replace(one, update=translated(determined(one.update, own), locale, untranslated))
            for one in self.said
        )
        return Snapshot(tuple(said), self.origin, self.is_whole)

    def posts_on(self, channel: str) -> tuple[Post, ...]:
        """The posts that were planned for one channel, newest first, without what was taken down."""
        return tuple(post for said in self.said if (post := said.on(channel)))

    def about(self, ref: str) -> tuple[Said, ...]:
        """The updates of one announcement, newest first."""
        about = tuple(said for said in self.said if said.ref == ref)
        texts = as_repaired([said.update for said in about])
        return tuple(replace(said, update=update) for said, update in zip(about, texts, strict=True))

    def items_on(self, channel: str) -> tuple[Item, ...]:
        """What one channel lists, newest first: its updates, those that silent corrections are put into aside.

        A correction of what the channel never showed stands for itself, or its readers would miss it.
        """
        items: dict[tuple[str, int], Item] = {}
        newest: dict[str, int] = {}
        for said in sorted(self.said, key=lambda one: (one.update.published_at, one.update.number)):
            number, post = said.update.number, said.on(channel)
            repaired = newest.get(said.ref) if is_silent(said.update) else None
            newest[said.ref] = number if repaired is None else repaired
            if post:
                key = (said.ref, newest[said.ref])
                first = items[key].post if key in items else post
                items[key] = Item(post=first, shown=post, update=said.update)
        return tuple(sorted(items.values(), key=lambda item: item.post.published_at, reverse=True))
