"""Rules that hold over any life: whatever is said, corrected and taken down, in two languages.

Dates and SEQUENCE never go back and rise with every change; ids never change; what was taken down is nowhere but in
its tombstone; the languages never mix; every link leads to a page of its own site.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some
from msgspec.structs import replace

from announce_channels.feed.formats.events import Life, events
from announce_channels.feed.formats.items import FeedItem, newest
from announce_channels.feed.formats.moments import changed
from announce_channels.feed.formats.table import FORMATS, builder
from announce_channels.feed.head import Head
from announce_channels.feed.words import words_of
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.history import Said, Snapshot, Told
from publisher.model.post import Format, Post
from publisher.model.windows import DEFAULT_WINDOWS
from publisher.rendering.renderer import Renderer
from tests.channels.feed.saying import BERLIN, PLANNED

SITES = {"de": "https://status.example.net/", "en": "https://status.example.net/en/"}
CHANNELS = {"de": "feed", "en": "feed-en"}
WORDS = Renderer(brand="CMO", zone=BERLIN).words
HEADS = {
    locale: Head(
        title="CMO",
        description="CMO",
        words=words_of(WORDS(locale), locale),
        brand="CMO",
        locale=locale,
        channel=CHANNELS[locale],
        site=site,
        authority="example.net",
        zone=BERLIN,
        windows=DEFAULT_WINDOWS,
    )
    for locale, site in SITES.items()
}
STATES: Mapping[str, tuple[Kind, Phase]] = {
    "progress": (Kind.PROGRESS, Phase.IN_PROGRESS),
    "rescheduled": (Kind.RESCHEDULED, Phase.SCHEDULED),
    "completed": (Kind.COMPLETED, Phase.COMPLETED),
    "cancelled": (Kind.CANCELLED, Phase.CANCELLED),
    "corrected": (Kind.CORRECTED, Phase.SCHEDULED),
}
REFS = ("CMO-AAAA", "CMO-BBBB")

STORIES = int(os.environ.get("LIVES", "1200")) // 4
"""A story is four lives, two announcements in two languages: 1,600 lives a run, ``LIVES=12000`` for more."""

step = some.tuples(
    some.sampled_from(REFS),
    some.sampled_from([*STATES, "withdrawn", "withdrawn silently", "given up"]),
    some.sampled_from([0.2, 1.0, 90.0, 50 * 86400.0]),
    some.sampled_from([("de", "en"), ("de",), ("en",)]),
)
"""What is said of what, taken down or left after all, how many seconds later, and on which languages' channels."""


class Story:
    """Two announcements, told on both channels as the ledger would give it."""

    def __init__(self) -> None:
        self.said: list[Said] = []
        self.at = PLANNED

    def snapshot(self) -> Snapshot:
        return Snapshot(tuple(sorted(self.said, key=lambda one: one.update.published_at, reverse=True)))

    def take(self, ref: str, what: str, after: float, locales: tuple[str, ...]) -> bool:
        """Whether anything came of it, for any reader."""
        self.at += timedelta(seconds=after)
        if what.startswith("withdrawn"):
            return self._turn(ref, locales, partial(self._down, silently="silently" in what))
        if what == "given up":
            return self._turn(ref, locales, self._up)
        self._say(ref, what, locales)
        return True

    def _say(self, ref: str, what: str, locales: tuple[str, ...]) -> None:
        number = 1 + sum(one.ref == ref for one in self.said)
        kind, phase = STATES[what] if number > 1 else (Kind.INITIAL, Phase.SCHEDULED)
        texts = {locale: f"{locale}-{ref[-4:]}-{number}-text" for locale in SITES}
        facts = Announcement(
            ref=ref,
            title=texts,
            services=(Service(key="vps", name={locale: f"{locale}-service" for locale in SITES}),),
            period=Period(self.at + timedelta(hours=1), self.at + timedelta(hours=2)),
        )
        update = Update(number=number, kind=kind, phase=phase, announcement=facts, published_at=self.at)
        told = tuple(_told(update, locale, texts[locale]) for locale in locales)
        self.said.append(Said(update=update, told=told))

    def _down(self, one: Told, *, silently: bool) -> Told:
        return one if one.withdrawn else replace(one, withdrawn=True, withdrawn_at=self.at, silently=silently)

    def _up(self, one: Told) -> Told:
        if one.withdrawn_at is None:
            return one
        again = (*one.given_up, (one.withdrawn_at, self.at))
        return replace(one, withdrawn=False, withdrawn_at=None, silently=False, given_up=again)

    def _turn(self, ref: str, locales: tuple[str, ...], turned: Callable[[Told], Told]) -> bool:
        channels, done = {CHANNELS[locale] for locale in locales}, False
        for number, said in enumerate(self.said):
            if said.ref == ref:
                told = tuple(turned(one) if one.channel in channels else one for one in said.told)
                done, self.said[number] = done or told != said.told, replace(said, told=told)
        return done


def _told(update: Update, locale: str, text: str) -> Told:
    ref = update.announcement.ref
    post = Post(
        ref=ref,
        update=update.number,
        kind=update.kind,
        channel=CHANNELS[locale],
        locale=locale,
        format=Format.HTML,
        title=text,
        body=f'<p>{text} <a href="{SITES[locale]}{ref}/">{ref}</a></p>',
        slug=ref.lower(),
        published_at=update.published_at,
    )
    return Told(
        channel=CHANNELS[locale], type="feed", state="delivered", url=f"{SITES[locale]}{ref}/", post=post
    )


Seen = tuple[datetime, dict[str, FeedItem], dict[str, Life]]


def _seen(head: Head, history: Snapshot) -> Seen:
    return (
        changed(head.channel, history),
        {item.id: item for item in newest(head, history)},
        {life.facts.ref: life for life, _ in events(head, history)},
    )


def _moves_on(before: Seen, after: Seen) -> None:
    assert after[0] >= before[0]
    for id_ in before[1].keys() & after[1].keys():
        was, now = before[1][id_], after[1][id_]
        assert (now.published, now.address) == (was.published, was.address)
        assert now.updated >= was.updated
        assert now.updated > was.updated or (now.title, now.html) == (was.title, was.html)
    for ref in before[2].keys() & after[2].keys():
        old, new = before[2][ref], after[2][ref]
        assert (new.revision, new.changed) >= (old.revision, old.changed)
        assert new.changed >= old.changed
        if new != old:
            assert new.revision > old.revision
            assert new.changed > old.changed
    if before[1:] != after[1:]:
        assert after[0] > before[0]


@given(some.lists(step, min_size=1, max_size=7))
@settings(max_examples=STORIES, deadline=None)
def test_dates_and_sequence_only_rise_and_ids_stay(steps: list[Any]) -> None:
    life = Story()
    before = {locale: _seen(head, life.snapshot()) for locale, head in HEADS.items()}
    ever: dict[str, dict[str, FeedItem]] = {locale: {} for locale in HEADS}
    for one in steps:
        life.take(*one)
        history = life.snapshot()
        for locale, head in HEADS.items():
            after = _seen(head, history)
            _moves_on(before[locale], after)
            for id_ in after[1].keys() - before[locale][1].keys() & ever[locale].keys():
                assert after[1][id_].published == ever[locale][id_].published
                assert after[1][id_].updated > ever[locale][id_].updated  # it was gone, and is there again
            before[locale] = after
            ever[locale] |= after[1]


@given(some.lists(step, min_size=1, max_size=5))
@settings(max_examples=STORIES // 3, deadline=None)
def test_what_is_down_is_gone_languages_do_not_mix_and_links_stay_inside(steps: list[Any]) -> None:
    life = Story()
    for one in steps:
        life.take(*one)
    history = life.snapshot()
    for locale, head in HEADS.items():
        files = {name: _unfolded(builder(name).build(head, history).decode()) for name in FORMATS}
        other = "en" if locale == "de" else "de"
        standing = {told.post.title for said in history.said for told in said.told if _stands(told, head)}
        for name, text in files.items():
            assert not re.search(rf"\b{other}-(service|\w+-\d+-text)", text), name
            for shown in re.findall(rf"\b{locale}-\w+-\d+-text", text):
                assert shown in standing, (name, shown)
            for ref in re.findall(r"https://status\.example\.net/(?:en/)?(?=CMO-)", text):
                assert ref == SITES[locale], name


def _stands(told: Told, head: Head) -> bool:
    return told.channel == head.channel and not told.withdrawn


def _unfolded(text: str) -> str:
    return text.replace("\r\n ", "")


def test_the_rules_would_notice_what_they_forbid() -> None:
    life = Story()
    life.take(REFS[0], "progress", 1, ("de",))
    head = HEADS["de"]
    first = _seen(head, life.snapshot())
    life.take(REFS[0], "progress", 1, ("de",))
    second = _seen(head, life.snapshot())
    _moves_on(first, second)
    for wrong in (
        (first[0], second[1], second[2]),
        (second[0], second[1], first[2] | _still(second[2], first[2])),
    ):
        try:
            _moves_on(first, wrong)
        except AssertionError:
            continue
        raise AssertionError("nothing was noticed")


def _still(lives: dict[str, Life], before: dict[str, Life]) -> dict[str, Life]:
    """As they are, with the revision they had before."""
    return {ref: replace(life, revision=before[ref].revision) for ref, life in lives.items()}
