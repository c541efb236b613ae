"""What the pages and the calendar of a life show at an hour, and whether that is true then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from announce_channels.feed.adapter import Feed
from announce_channels.feed.formats.events import Life as Event
from announce_channels.feed.formats.events import event
from announce_channels.feed.head import head_of
from announce_channels.feed.pages.render import Pages
from publisher.adapter.context import Context
from publisher.model.house import House
from publisher.model.windows import DEFAULT_WINDOWS
from publisher.rendering.renderer import Renderer
from tests.lives import catalog
from tests.lives.reader.facts import STANDS
from tests.lives.reader.pages import Page, each_is_without, read_event, read_page
from tests.lives.reader.times import BERLIN
from tests.lives.rules import claimed
from tests.lives.telling import CHANNELS, REF, SITES, Life, languages, means
from tests.lives.truth import AHEAD, OFF, OVER, RUNNING, STOPPED, Truth

FEEDS = tuple(name for name, (kind, _, _) in CHANNELS.items() if kind == "feed")


class Clock:
    """What time the pages are made at."""

    now: datetime


@cache
def pages(name: str, renderer: Renderer | None = None) -> tuple[Pages, Clock]:
    """The site of one feed channel, which is made anew whenever the clock says another time."""
    clock, locale = Clock(), languages(name)[0]
    ours = renderer or means().renderer
    settings = means().config.channels[name]
    assert isinstance(settings, Feed.Settings)
    context = Context(
        name=name,
        locale=locale,
        zone=BERLIN,
        brand="CMO",
        provider="example.net",
        session=_unused,
        secret=_unused,
        clock=lambda: clock.now,
        history=_unused,
        render=lambda template, values: ours.page(template, locale, values),
        words=ours.words,
        windows=DEFAULT_WINDOWS,
        brief=lambda at: ours.brief(at, locale),
        house=House(contact=catalog.CONTACT),
    )
    head, formats = head_of(settings, context), settings.formats
    made = Pages(context=context, head=head, formats=formats, links={}, shows_seen=True)
    return made, clock


def _unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("a page needs neither network nor secrets")


def faults(
    life: Life, told: dict[str, Truth], now: datetime, renderer: Renderer | None = None
) -> Iterator[str]:
    """What is wrong with every page and calendar at ``now``; ``told`` is what each channel has been told."""
    for name in FEEDS:
        truth = told.get(name)
        if truth is None:
            continue
        site, clock = pages(name, renderer)
        clock.now = now
        history = life.history(name)
        locale = languages(name)[0]
        document = site.announcement(history, REF)
        read = read_page(locale, document, now)
        found = [*read.faults, *_page(read, truth, now)]
        here = [one for one in history.said if one.on(name)]
        one = Event(first=here[-1].update, newest=here[0].update, changed=here[0].update.published_at)
        found += _event(locale, event(site.head, one).to_ical(), truth, now)
        yield from (f"{name} at {now:%d %b %H:%M}: {fault}\n{read.text}" for fault in found)


def _page(read: Page, truth: Truth, now: datetime) -> Iterator[str]:
    yield from _standing(read, truth)
    yield from _times(read, truth)
    yield from _overdue(read, truth, now)
    yield from _facts(read, truth)


def _standing(read: Page, truth: Truth) -> Iterator[str]:
    for claims in (read.claims, *read.services.values()):
        if claims & STANDS != {claimed(truth)}:
            yield f"claims {sorted(claims & STANDS)}, but it is {claimed(truth)}"
    if set(read.services) != set(truth.services):
        yield f"services {sorted(read.services)}, but it is {sorted(truth.services)}"
    status = {OFF: "EventCancelled", STOPPED: "EventCancelled"}.get(truth.stands)
    if status and not read.machine["eventStatus"].endswith(status):
        yield f"machines read {read.machine['eventStatus']}"


def _times(read: Page, truth: Truth) -> Iterator[str]:
    if tuple(read.times) != truth.period:
        yield f"from {read.times[0]} to {read.times[1]}, but it is {truth.period}"
    machine = tuple(datetime.fromisoformat(read.machine[name]) for name in ("startDate", "endDate"))
    if machine != truth.period:
        yield f"machines read {machine}"
    if read.is_struck != (truth.stands == OFF):
        yield "times crossed out"
    yield from _old(read, truth)


def _old(read: Page, truth: Truth) -> Iterator[str]:
    if truth.stands == OVER:
        if read.old and read.old != truth.promise:
            yield f"promised first: {read.old}, but it was {truth.promise}"
        if truth.late and not read.old:
            yield "does not say what was promised first"
    elif read.old and not {*read.old} <= truth.past:
        yield f"an old period that nobody was told: {read.old}"
    if read.old == truth.period:
        yield "the old period is the new one"


def _overdue(read: Page, truth: Truth, now: datetime) -> Iterator[str]:
    """What nobody has said although its time has come."""
    wanted: dict[str, datetime] = {}
    if truth.stands == AHEAD and truth.end <= now:
        wanted["both"] = truth.end
    elif truth.stands == AHEAD and truth.start <= now:
        wanted["start"] = truth.start
    elif truth.stands == RUNNING and truth.end <= now:
        wanted["end"] = truth.end
    promised = truth.next_update if truth.is_open else None
    if promised and promised <= now:
        wanted["promise"] = promised
    if dict(read.overdue) != wanted:
        yield f"overdue: {read.overdue}, but it is {wanted}"
    if read.next_update != promised:
        yield f"next update {read.next_update}, but it is {promised}"


def _facts(read: Page, truth: Truth) -> Iterator[str]:
    over, locale = not truth.is_open, read.locale
    texts = {
        "reason": None if truth.stands in (OFF, STOPPED) else truth.reason,
        "action": None if over else truth.action,
        "unaffected": None if over else truth.unaffected,
        "details": None if over else truth.details,
        "contact": None,
    }
    for name, text in texts.items():
        if name != "contact" and read.facts.get(name) != (text or {}).get(locale):
            yield f"{name}: {read.facts.get(name)}, but it is {text}"
    if catalog.CONTACT[locale] not in read.facts.get("contact", ""):
        yield "no way to reach us"
    minutes = each_is_without(read.facts.get("outage", ""))
    if minutes != (truth.outage or 0 if truth.is_open else 0):
        yield f"each is without for {minutes} minutes, but it is {truth.outage}"
    if ("impact" in read.facts) != bool(truth.impact and not truth.outage and truth.is_open):
        yield f"impact: {read.facts.get('impact')}, but it is {truth.impact}"
    own = (truth.news or {}).get(locale)
    if own and not any(own in text for _, text in read.news):
        yield f"not said: {own}"


def _event(locale: str, made: bytes, truth: Truth, now: datetime) -> Iterator[str]:
    read = read_event(locale, made, now)
    yield from read.faults
    wanted = claimed(truth)
    if (read.claims & STANDS) - {wanted}:
        yield f"the event claims {sorted(read.claims)}, but it is {wanted}"
    if wanted not in (AHEAD, RUNNING) and wanted not in read.claims:
        yield f"the event does not say that it is {wanted}: {read.summary}"
    if (read.starts, read.ends) != truth.period:
        yield f"the event is from {read.starts} to {read.ends}, but it is {truth.period}"
    if read.services != set(truth.services):
        yield f"the event has the services {sorted(read.services)}"
    expected = str(truth.outage) if truth.outage else truth.impact
    if read.impact != (expected if truth.is_open else None):
        yield f"the event's impact is {read.impact}, but it is {expected}"
    if read.next_update != (truth.next_update if truth.is_open else None):
        yield f"the event's next update is {read.next_update}, but it is {truth.next_update}"
    if REF not in read.description:
        yield "the event has no reference"


def hours(truth: Truth) -> list[datetime]:
    """When the clock makes a difference though nobody speaks."""
    marks = {truth.start, truth.end, *([truth.next_update] if truth.next_update else [])}
    return sorted(mark + timedelta(minutes=by) for mark in marks for by in (-1, 0, 30))


def site_of(locale: str) -> str:
    """Where the pages of a language are."""
    return SITES[locale]
