"""Whether customers can see what was said: every post is looked at as a stranger, until it is there or time is up."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from publisher.delivery.dispatch import refresh
from publisher.delivery.visiting import visited
from publisher.model.behind import behind
from publisher.model.carried import Carried, carried
from publisher.model.commands import command
from publisher.model.delivery import BY_HAND, Delivery, Operation, State
from publisher.model.errors import LedgerFault, NotInformed
from publisher.model.outcome import ChannelError
from publisher.model.record import Record
from publisher.model.seen import Glimpse, Visibility
from publisher.model.shown import Lacking, in_calendar, in_listing, in_post, on_page, own_words
from publisher.runbook.ledger import existing

if TYPE_CHECKING:
    import requests

    from publisher.ledger import Ledger
    from publisher.model.announcement import Update
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk

_LATELY = 100
"""So many updates are looked through for those that were said since: more than feeds list."""

LOOKS_EVERY = 2.0
"""Seconds between two looks at a channel."""


class Look(Record, frozen=True, kw_only=True):
    """One channel, as a stranger found it last."""

    channel: str
    visibility: Visibility
    url: str | None
    seconds: float
    """From the first look until this one."""
    at: datetime
    """UTC."""
    update: int | None
    """The number of the update whose text was looked for; None: there was none to look for."""
    why: str | None = None
    """Why it was not seen."""
    by_hand: bool = False
    """A person said where it stands, and the platform did not."""


class Visit(Record, frozen=True, kw_only=True):
    """What should be readable of one channel, and where."""

    channel: str
    post: Delivery | None
    """The newest of its texts; None where its readers see nothing, or what is not so any more."""
    places: tuple[tuple[str, Lacking], ...]
    """The post's own address, then where it is listed; each with what a text lacks that came from there."""


def visits(assembly: Assembly, ledger: Ledger, ref: str) -> tuple[Visit, ...]:
    """What strangers should see of an announcement, channel by channel. Raises NotInformed where nothing is public."""
    updates = [said.update for said in ledger.history_of(ref).said]
    deliveries = ledger.all_deliveries(ref)
    stale = behind(updates, deliveries)
    found = carried(deliveries)
    if not any(one.posts for one in found.values()):
        raise NotInformed(
            f"{ref}: nothing of it is public", hint=f"what became of it: {command('show', ref)}"
        )
    since = ledger.snapshot(limit=_LATELY).said
    later = sum(one.update.published_at > updates[0].published_at for one in since)
    nothing = {name for name, one in found.items() if not one.posts or name in stale}
    return tuple(
        Visit(channel=name, post=None, places=())
        if name in nothing
        else _visit(assembly, one, deliveries, updates, later)
        for name, one in found.items()
    )


def _visit(
    assembly: Assembly,
    found: Carried,
    deliveries: Sequence[Delivery],
    updates: Sequence[Update],
    later: int,
) -> Visit:
    told = [
        one
        for one in deliveries
        if (one.channel, one.state) == (found.channel, State.DELIVERED)
        and one.operation in {Operation.PUBLISH, Operation.AMEND}
    ]
    if not told:
        return Visit(channel=found.channel, post=None, places=())
    places = dict(_places(assembly, found, told, updates, later))
    return Visit(channel=found.channel, post=told[-1], places=tuple(places.items()))


def _places(
    assembly: Assembly, found: Carried, told: Sequence[Delivery], updates: Sequence[Update], later: int
) -> Iterator[tuple[str, Lacking]]:
    """Where the newest update stands: an edited post and one of its own may both say it; then where it is listed."""
    newest, is_open = told[-1], assembly.channels.is_open(found.channel)
    has_page = is_open and assembly.channels.capabilities(found.channel).page is not None
    earlier = [one.post for one in told if one.update < newest.update]
    for one in (each for each in told if each.update == newest.update):
        if url := _address(one, found):
            own = own_words(one.post, earlier)
            yield url, on_page(one.post, one.update) if has_page else in_post(one.post, own)
    said = next((one for one in updates if one.number == newest.update), updates[0])
    services = {one.key for one in said.announcement.services}
    for url in assembly.config.channels[found.channel].listed_in(services, later) if is_open else ():
        is_calendar = url.endswith(".ics")
        own = own_words(newest.post, earlier)
        yield url, in_calendar(said) if is_calendar else in_listing(newest.post, own)


def _address(one: Delivery, found: Carried) -> str | None:
    """Where a text stands, as the newest receipt of its post has it."""
    standing = list(found.posts.values())
    own = [each for each in standing if each.id == one.id]
    edited = [each for each in standing if one.target and each.remote_id == one.target]
    return next((each.url for each in (*own, *edited, one, *standing[-1:]) if each.url), None)


def looks(
    assembly: Assembly,
    wanted: Sequence[Visit],
    *,
    wait: timedelta,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Look, ...]:
    """Every channel looked at again and again, all at once, until it is seen or ``wait`` is over."""
    begun, stopping = clock(), Event()

    def look_until(visit: Visit) -> Look:
        while True:
            found = _look(assembly, visit, since=begun, clock=clock)
            is_over = clock() + LOOKS_EVERY > begun + wait.total_seconds()
            if found.visibility is not Visibility.MISSING or visit.post is None or is_over:
                return found
            if stopping.wait(LOOKS_EVERY):
                return found

    with ThreadPoolExecutor(max_workers=len(wanted)) as threads:
        try:
            return tuple(threads.map(look_until, wanted))
        except BaseException:  # a signal: nobody waits for the rest
            stopping.set()
            raise


def _look(assembly: Assembly, visit: Visit, *, since: float, clock: Callable[[], float]) -> Look:
    """The first of its addresses at which it is not seen, or that it is seen at all of them."""

    def made(visibility: Visibility, url: str | None, why: str | None = None) -> Look:
        return Look(
            channel=visit.channel,
            visibility=visibility,
            url=url,
            seconds=clock() - since,
            at=datetime.now(UTC),
            update=visit.post.update if visit.post else None,
            why=why,
            by_hand=visit.post is not None and visit.post.is_unverified,
        )

    if visit.post is None:
        return made(Visibility.MISSING, None, "its readers have not been told what is so now")
    if not visit.places:
        return made(Visibility.MISSING, None, "nobody knows its address")
    first, _ = visit.places[0]
    if visit.channel not in assembly.config.channels:
        return made(Visibility.MISSING, first, "it is not configured any more: look yourself")
    channels = assembly.channels
    session, hosts = channels.stranger(visit.channel), channels.hosts(visit.channel)
    for url, lacking in visit.places:
        if unseen := visited(session, url, lacking, hosts=hosts):
            is_walled = unseen.may_be_walled and channels.capabilities(visit.channel).social
            post_is_gone = unseen.is_gone and url == first
            more = _told_to_anybody(assembly, visit.post, session) if post_is_gone else ""
            return made(Visibility.WALLED if is_walled else Visibility.MISSING, url, unseen.text + more)
    return made(Visibility.SEEN, first)


def _told_to_anybody(assembly: Assembly, post: Delivery, session: requests.Session) -> str:
    """What a platform says of a post of which nothing is found, as the rest of a sentence."""
    asked = assembly.config.channels[post.channel].asked_for(post.remote_id) if post.remote_id else None
    if asked is None:
        return ""
    url, meanings = asked
    with suppress(ChannelError):
        if meaning := meanings.get(session.get(url).status_code):
            return f"; {meaning}"
    return ""


def keep(assembly: Assembly, ref: str, wanted: Sequence[Visit], found: Sequence[Look], desk: Desk) -> None:
    """Put on record what strangers found, and let pages say it that are configured to.

    Where it cannot be recorded, that is said, and what they found holds all the same.
    """
    glimpses = [
        Glimpse(update=one.update, channel=one.channel, at=one.at, what=one.visibility, url=one.url)
        for one in found
        if one.update is not None
    ]
    try:
        with existing(assembly.config, write=True) as ledger:
            if not ledger.is_behind:
                ledger.saw(ref, glimpses)
    except LedgerFault as fault:
        desk.note(f"what strangers found is not on record: {fault}", hint=fault.hint)
        return
    config = assembly.config.channels
    telling = [
        one.post for one in wanted if one.post and one.channel in config and config[one.channel].tells_seen
    ]
    refresh(assembly.channels.page_jobs(telling))


def verdict(found: Sequence[Look]) -> bool:
    """Whether customers can see it: on every channel that shows anything to strangers, and there is one."""
    shown = [one for one in found if one.visibility is not Visibility.WALLED]
    return bool(shown) and all(one.visibility is Visibility.SEEN for one in shown)


def row(one: Look) -> dict[str, Any]:
    """A channel in JSON."""
    return {
        "channel": one.channel,
        "visible": one.visibility is Visibility.SEEN,
        "seconds": round(one.seconds, 1),
        "url": one.url,
        "why": said(one),
    }


def said(one: Look) -> str | None:
    """Why it was not seen, for a person; None where it was."""
    hand = f"{BY_HAND}: " if one.by_hand and one.why else ""
    if one.visibility is Visibility.WALLED:
        return f"not counted: {hand}it shows nothing to strangers ({one.why}); log in and look"
    return f"{hand}{one.why}" if one.why else None
