"""The pages tried on updates that were never published: what a run at night would trip over is found by a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from announce_channels.feed.pages.archive import months_in
from announce_channels.feed.pages.render import Pages
from publisher.adapter import Format, Post
from publisher.adapter.said import SPECIMENS, Said, Snapshot, Told, Update, in_language

EMPTY = "1999-12"
"""A month in which there was nothing."""


def page_faults(pages: Pages) -> list[str]:
    """What is wrong with the templates of pages, each fault once, with its cure."""
    faults: dict[str, None] = {}
    for make in _every(pages):
        try:
            make()
        except Exception as fault:  # noqa: BLE001  a user's template can raise anything
            cure = getattr(fault, "cure", None)
            faults[f"{fault}; {cure}" if cure else str(fault)] = None
    return list(faults)


def _every(pages: Pages) -> Iterator[Callable[[], bytes]]:
    for _, _, make in pages.accessories():
        yield make
    yield partial(pages.front, Snapshot())
    yield partial(pages.withdrawn, SPECIMENS[0].announcement.ref)
    yield partial(pages.month, EMPTY, (), (EMPTY,))
    for specimen in SPECIMENS:
        history = Snapshot((_said(specimen, pages),))
        yield partial(pages.front, history)
        yield partial(pages.announcement, history, specimen.announcement.ref)
        yield partial(_archived, pages, history)


def _archived(pages: Pages, history: Snapshot) -> bytes:
    """The month of a history, between two others."""
    months = months_in(history.said, pages.head.zone)
    return pages.month(min(months), pages.summaries(history), (*months, EMPTY, "2099-12"))


def _said(update: Update, pages: Pages) -> Said:
    post = _post(update, pages)
    elsewhere = Told(
        channel="x", type="twitter", state="delivered", url="https://x.com/i/status/1", post=post
    )
    here = Told(channel=pages.head.channel, type="feed", state="delivered", url=None, post=post)
    return Said(update=update, told=(here, elsewhere))


def _post(update: Update, pages: Pages) -> Post:
    ref, locale = update.announcement.ref, pages.head.locale
    return Post(
        ref=ref,
        update=update.number,
        kind=update.kind,
        channel=pages.head.channel,
        locale=locale,
        format=Format.HTML,
        title=in_language(update.announcement.title, locale),
        body="<p>Specimen</p>",
        slug=ref.lower(),
        published_at=update.published_at,
    )
