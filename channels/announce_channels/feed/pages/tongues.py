"""The same page in other languages: what the other feed channels show, as the history knows their addresses."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import msgspec

from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot, Told


class Tongue(msgspec.Struct, frozen=True):
    """A page in one language."""

    language: str
    """As HTML writes it."""
    name: str
    """As its readers call it."""
    url: str


def of_announcement(
    head: Head, history: Snapshot, ref: str, words: Callable[[str], Mapping[str, Any]]
) -> tuple[Tongue, ...]:
    """The pages of one announcement, this one first; none where it stands in one language only."""
    others = {told.post.locale: told.url for told in _elsewhere(head, history) if told.post.ref == ref}
    return _with_own(head, head.page_url(ref), others, words)


def of_site(head: Head, history: Snapshot, words: Callable[[str], Mapping[str, Any]]) -> tuple[Tongue, ...]:
    """The front pages, this one first: each is where the pages of its announcements are."""
    others = {
        told.post.locale: told.url.removesuffix(f"{told.post.ref}/")
        for told in _elsewhere(head, history)
        if told.url and told.url.endswith(f"/{told.post.ref}/")
    }
    return _with_own(head, head.site, others, words)


def _elsewhere(head: Head, history: Snapshot) -> Iterator[Told]:
    """What stands on feed channels in other languages, oldest first."""
    for said in reversed(history.said):
        for told in said.told:
            if told.type == "feed" and told.url and told.post.locale != head.locale:
                yield told


def _with_own(
    head: Head, url: str, others: Mapping[str, str | None], words: Callable[[str], Mapping[str, Any]]
) -> tuple[Tongue, ...]:
    found = {head.locale: url, **{locale: other for locale, other in sorted(others.items()) if other}}
    if len(found) == 1:
        return ()
    return tuple(
        Tongue(locale.replace("_", "-"), str(words(locale)["page"]["own_name"]), address)
        for locale, address in found.items()
    )
