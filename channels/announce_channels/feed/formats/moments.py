"""When what was said on a channel was said, and when it was taken down: what every date in a feed or calendar is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from publisher.adapter import Post
from publisher.adapter.said import Snapshot, Told

UNSAID = datetime(2026, 1, 1, tzinfo=UTC)
"""What dates a file that lists nothing: the time of building would make other bytes of the same history."""

_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=4)  # the formats of one run ask for the same
def moments(channel: str, history: Snapshot) -> Mapping[str, datetime]:
    """In whole seconds, UTC: of each post by its key, of its withdrawal by `taken_down`, of its return by `restored`.

    No two are the same, as the ledger keeps it, too: readers drop or mix up items of one second. A date stays when
    something is taken down or said later.
    """
    dates: dict[str, datetime] = {}
    last = datetime.min.replace(tzinfo=UTC)
    for at, _, _, key in sorted(_events(channel, history)):
        last = max(at.replace(microsecond=0), last + _SECOND)
        dates[key] = last
    for told in planned(channel, history):
        if told.withdrawn and told.withdrawn_at is None:  # nobody knows when: at once, and in nobody's way
            dates[taken_down(told)] = _free_after(dates[told.post.key], dates)
    return dates


def _free_after(moment: datetime, dates: Mapping[str, datetime]) -> datetime:
    taken = set(dates.values())
    while moment in taken:
        moment += _SECOND
    return moment


def taken_down(told: Told) -> str:
    """The key of its withdrawal, which is not the first where earlier ones were given up."""
    return _nth(told.post, "withdrawn", len(told.given_up))


def restored(told: Told) -> list[str]:
    """The keys of the times at which it stood there again, for its withdrawal was given up."""
    return [_nth(told.post, "restored", number) for number in range(len(told.given_up))]


def _nth(post: Post, what: str, number: int) -> str:
    return f"{post.key}/{what}-{number + 1}" if number else f"{post.key}/{what}"


def changed(channel: str, history: Snapshot) -> datetime:
    """When what a channel shows last changed, UTC: also by a withdrawal that leaves nothing to be seen."""
    return max(moments(channel, history).values(), default=UNSAID)


def planned(channel: str, history: Snapshot) -> Iterator[Told]:
    """The channel's part in every update, with what was taken down."""
    return (told for said in history.said for told in said.told if told.channel == channel)


def _events(channel: str, history: Snapshot) -> Iterator[tuple[datetime, str, int, str]]:
    for told in planned(channel, history):
        post = told.post
        yield post.published_at, post.ref, post.update, post.key
        for number, (down, again) in enumerate(told.given_up):
            yield max(down, post.published_at), post.ref, post.update, _nth(post, "withdrawn", number)
            yield max(again, post.published_at), post.ref, post.update, _nth(post, "restored", number)
        if told.withdrawn_at:
            at = max(told.withdrawn_at, post.published_at)
            yield at, post.ref, post.update, taken_down(told)
