"""<ref>/index.html: what customers see behind the link in every post, as values for the template `page`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from announce_channels.feed.pages.righted import Right, added, corrected
from announce_channels.feed.pages.story import (
    heard_on,
    moved,
    news,
    promised,
    replaced_period,
    standing,
)
from announce_channels.feed.pages.unsaid import unsaid
from publisher.adapter.said import (
    Kind,
    Period,
    Phase,
    Said,
    Snapshot,
    Update,
    case_of,
    in_language,
    is_first_of_many,
    overrun,
    with_promise,
)


class Link(msgspec.Struct, frozen=True, kw_only=True):
    """Another channel's post on the same update."""

    channel: str
    type: str
    url: str


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One update in the timeline."""

    number: int
    kind: str
    phase: str
    title: str | None
    """As it was then, where it is another one now."""
    text: str | None
    period: Period
    replaced: Period | None
    """The period as the update before had it, where this one changes it."""
    move: str | None
    """How, as the key of its words."""
    off: str | None
    """How it calls the work off, as the key of its words."""
    news: str
    """What it changed, as the key of its words."""
    added: tuple[str, ...]
    """The services that are affected as well from now on."""
    corrected: tuple[Right, ...]
    """What a correction puts right."""
    begun: bool
    """The first that says so."""
    published_at: datetime
    links: tuple[Link, ...]
    seen_at: datetime | None = None
    """When strangers had seen it here and on every other channel that shows them anything; None: not said."""


def values(
    history: Snapshot, *, ref: str, channel: str, locale: str, now: datetime, shows_seen: bool = False
) -> Mapping[str, Any]:
    """What the template may use: the facts as the newest update has them, and the timeline, newest first.

    Only updates that stand on this channel appear. What held before the end is not said after it. Raises ValueError
    where there are none.
    """
    about = history.about(ref)
    said = heard_on(about, channel)
    if not said:
        raise ValueError(f"nothing was said about {ref} on {channel}")
    newest = said[0].update
    facts = newest.announcement
    title = in_language(facts.title, locale)
    return {
        "ref": ref,
        "title": title,
        "phase": str(newest.phase),
        "wording": str(facts.wording),
        "impact": str(facts.impact) if facts.impact else None,
        "period": facts.period,
        "replaced": _replaced(said, about),
        **_punctuality(newest, about),
        "standing": standing(said),
        "outage": None if newest.phase.is_closed else facts.outage,
        "next_update_at": promised(newest),
        "unsaid": unsaid(newest, now),
        "services": tuple(in_language(service.name, locale) for service in facts.services),
        "updates": tuple(
            msgspec.structs.replace(
                _entry(each, before, locale, title), seen_at=_seen_at(each, channel) if shows_seen else None
            )
            for each, before in zip(said, [*said[1:], None], strict=True)
        ),
        **_texts(newest, locale),
    }


def _texts(newest: Update, locale: str) -> Mapping[str, str | None]:
    """The engineer's words, as far as they still hold; why work was due reads as why it was called off."""
    facts, over = newest.announcement, newest.phase.is_closed
    texts = {
        "reason": facts.reason if newest.phase is not Phase.CANCELLED else None,
        "details": None if over else facts.details,
        "action": None if over else facts.action,
        "unaffected": None if over else facts.unaffected,
    }
    return {name: in_language(text, locale) if text else None for name, text in texts.items()}


def _replaced(said: Sequence[Said], about: Sequence[Said]) -> Period | None:
    """The period to compare with: when it is over the first promise, as in posts, else the one before."""
    newest = said[0].update
    if newest.phase is Phase.CANCELLED:
        return None
    if newest.phase is not Phase.COMPLETED:
        return replaced_period(said)
    first = _held_against_its_promise(newest, about).first
    return first if first != newest.announcement.period else None


def _punctuality(newest: Update, about: Sequence[Said]) -> Mapping[str, timedelta | bool]:
    """By how much the work ended later or earlier than first promised, as posts say it; nothing while it is open."""
    ended = _held_against_its_promise(newest, about)
    off = overrun(ended)
    return {
        "late": max(off, timedelta()),
        "early": max(-off, timedelta()),
        "first_of_many": is_first_of_many(ended),
    }


def _held_against_its_promise(newest: Update, about: Sequence[Said]) -> Update:
    return with_promise(newest, [one.update for one in about if one.update.number < newest.number])


def _entry(said: Said, before: Said | None, locale: str, title: str) -> Entry:
    update, period = said.update, said.update.announcement.period
    then = in_language(update.announcement.title, locale)
    earlier = before.update.announcement.period if before else period
    return Entry(
        number=update.number,
        kind=str(update.kind),
        phase=str(update.phase),
        period=period,
        replaced=earlier if earlier != period else None,
        move=moved(earlier, period) if earlier != period else None,
        news=news(update, before.update if before else None),
        added=added(update, locale),
        corrected=corrected(update, locale),
        begun=update.phase is Phase.IN_PROGRESS and bool(before and before.update.phase is Phase.SCHEDULED),
        off=str(case_of(update)) if update.kind is Kind.CANCELLED else None,
        title=then if then != title else None,
        text=in_language(update.text, locale) if update.text else None,
        published_at=update.published_at,
        links=tuple(_links(said, locale)),
    )


def _seen_at(said: Said, channel: str) -> datetime | None:
    """Of this page at least; where others were seen, too, the last of these times."""
    seen = {told.channel: told.seen_at for told in said.told if told.seen_at and not told.withdrawn}
    return max(seen.values()) if channel in seen else None


def _links(said: Said, locale: str) -> list[Link]:
    """The posts on platforms in the page's language; a feed channel is no place to read one."""
    return [
        Link(channel=told.channel, type=told.type, url=told.url)
        for told in said.told
        if told.type != "feed"
        and _language(told.post.locale) == _language(locale)
        and told.url
        and told.url.lower().startswith(("https://", "http://"))
    ]


def _language(locale: str) -> str:
    return locale.replace("-", "_").split("_")[0]
