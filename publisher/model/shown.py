"""What of a post strangers can read where they look: in the post itself, on its page, in a feed, in a calendar.

Pure data: texts as they came in, and what they lack.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from publisher.model.announcement import Kind, Update
from publisher.model.post import Post
from publisher.model.wholeness import as_a_word, readable, unreadable

NEWEST = "newest words"
"""What is lacking where an earlier text stands, whose start, end and reference may be the same."""

Lacking = Callable[[str], tuple[str, ...]]
"""What of start, end, reference and `NEWEST` a text that came in lacks."""

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
_FEW, _MANY = 3, 15
"""Words that are enough to tell a sentence by, and so many of them are looked for."""


def own_words(post: Post, earlier: Iterable[Post]) -> str | None:
    """The longest sentence that this text has and no earlier one had; None where there is none to tell it by.

    As words alone: platforms change quotes, dashes, blanks and entities. One with a link does not count.
    """
    before = " ".join(f" {_words(one.body)} " for one in earlier)
    pieces = re.split(r"<[^>]*>|\n|(?<=[.!?])\s+", post.body)
    found = (_words(piece).split()[:_MANY] for piece in pieces if "://" not in piece)
    own = [one for one in found if len(one) >= _FEW and f" {' '.join(one)} " not in before]
    longest: list[str] = max(own, key=len, default=[])
    return " ".join(longest) or None if before else None


def in_post(post: Post, own: str | None) -> Lacking:
    """At the address of the post itself."""
    return lambda text: _lacking(readable(text), post, own)


def on_page(post: Post, number: int) -> Lacking:
    """On the status page, which has a place of its own for each update, unless it is somebody's own page."""

    def lacking(text: str) -> tuple[str, ...]:
        places = re.findall(r"\bid=\"u(\d+)\"", text)
        is_behind = post.kind is not Kind.CORRECTED and bool(places) and str(number) not in places
        return (*unreadable(post, readable(text)), *([NEWEST] if is_behind else []))

    return lacking


def in_listing(post: Post, own: str | None) -> Lacking:
    """In a feed or a calendar: in one item or event of it."""

    def lacking(text: str) -> tuple[str, ...]:
        about = [one for one in _items(text) if re.search(as_a_word(post.ref), one)]
        return min((_lacking(one, post, own) for one in about), key=len, default=("reference",))

    return lacking


def in_calendar(update: Update) -> Lacking:
    """In a calendar, whose events have times for machines and count their changes."""
    period, ref = update.announcement.period, update.announcement.ref
    ends = max(period.ends_at, period.starts_at + timedelta(minutes=1))

    def lacking(text: str) -> tuple[str, ...]:
        whole = re.sub(r"\r?\n[ \t]", "", text)
        events = [one for one in whole.split("BEGIN:VEVENT")[1:] if ref.casefold() in one.casefold()]
        if not events:
            return ("reference",)
        return min((_lost(one, period.starts_at, ends, update.number) for one in events), key=len)

    return lacking


def _lost(event: str, starts: datetime, ends: datetime, number: int) -> tuple[str, ...]:
    said = re.search(r"^SEQUENCE:(\d{1,9})\s*$", event, re.MULTILINE)
    is_old = said is not None and int(said[1]) < number - 1
    times = {"start": f"DTSTART:{_stamp(starts)}", "end": f"DTEND:{_stamp(ends)}"}
    return (*(part for part, line in times.items() if line not in event), *([NEWEST] if is_old else []))


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _lacking(text: str, post: Post, own: str | None) -> tuple[str, ...]:
    is_old = own is not None and f" {own} " not in f" {_words(text)} "
    return (*unreadable(post, text), *([NEWEST] if is_old else []))


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", readable(text).translate(_INVISIBLE).casefold()))


def _items(text: str) -> Iterator[str]:
    """The items of a feed as their readers see them: markup inside markup, or inside JSON."""
    if text.lstrip().startswith("{"):
        yield from (readable(" ".join(_texts(one))) for one in _listed(text))
    else:
        yield from (readable(readable(f"<item{one}")) for one in re.split(r"<(?:item|entry)\b", text)[1:])


def _listed(text: str) -> Sequence[object]:
    try:
        document = json.loads(text)
    except ValueError:
        return ()
    items = document.get("items") if isinstance(document, dict) else None
    return items if isinstance(items, list) else ()


def _texts(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        for value in item.values():
            yield from _texts(value)
