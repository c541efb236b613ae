"""What has been said, frozen: what feeds, pages and `announce show` are made from."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.announcement import Update
from publisher.channel import Post


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One channel's part in an update: the exact text, and where it stands."""

    channel: str
    type: str
    state: str
    url: str | None
    post: Post
    withdrawn: bool = False
    """Taken down again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One update, with every channel it was planned for."""

    update: Update
    told: tuple[Told, ...]

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.update.announcement.ref


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Updates, newest first by the time they were published."""

    said: tuple[Said, ...] = ()

    def posts_on(self, channel: str) -> tuple[Post, ...]:
        """The posts that were planned for one channel, newest first, without what was taken down."""
        return tuple(
            told.post
            for said in self.said
            for told in said.told
            if told.channel == channel and not told.withdrawn
        )

    def about(self, ref: str) -> tuple[Said, ...]:
        """The updates of one announcement, newest first."""
        return tuple(said for said in self.said if said.ref == ref)
