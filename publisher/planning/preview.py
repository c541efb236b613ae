"""A plan as plain data to look at, of a first or a later update; terminal, HTML and JSON only print it."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec import structs

from publisher.model.announcement import Phase, Update, in_language
from publisher.model.delivery import Operation
from publisher.model.note import Note
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities, Format
from publisher.model.record import Record
from publisher.model.times import brief_period, distance, in_words, spoken
from publisher.model.windows import Verdict
from publisher.planning.notes import notes
from publisher.planning.plan import Means, Plan
from publisher.settings.config import Config

VERDICTS = {
    Verdict.INSIDE: "inside a maintenance window: no notice is due, published all the same",
    Verdict.OUTSIDE: "outside the maintenance windows: notice is due",
    Verdict.OVERRUNS: "begins inside a maintenance window and runs past its end: notice is due",
}


class ChannelPreview(Record, frozen=True, kw_only=True):
    """One post as it will be sent."""

    channel: str
    type: str
    locale: str
    format: Format
    action: str
    title: str
    body: str
    length: int
    limit: int | None
    unit: str


class Gist(Record, frozen=True, kw_only=True):
    """What it is about, in as few words as go: the last that is read before a yes."""

    ref: str
    title: str
    services: tuple[str, ...]
    when: str
    """The period in short, and how far it is away: ``Sat 28 Nov 02:30–03:30 CET, in 29 min``."""


class Preview(Gist, frozen=True, kw_only=True):
    """Everything the engineer decides on."""

    update: Update
    example: bool
    """A dry run: the real run draws a reference of its own."""
    starts: str
    ends: str
    length: str
    lead: str
    """How long before the work customers are told."""
    verdict: str
    """On the period of a first update; of a later one, what it says about the work."""
    permalink: str | None
    channels: tuple[ChannelPreview, ...]
    left_out: tuple[str, ...]
    """Configured channels that will hear nothing."""
    warnings: tuple[Note, ...]


def preview(plan: Plan, means: Means, *, now: datetime, example: bool = False) -> Preview:
    """What a plan will say; ``example`` where the real run draws a reference of its own."""
    publisher = means.config.publisher
    zone = ZoneInfo(publisher.timezone)
    announcement, period = plan.update.announcement, plan.update.announcement.period
    named = {*plan.channels, *plan.idle}
    return Preview(
        **structs.asdict(gist(plan.update, means.config, now=now)),
        update=plan.update,
        example=example,
        starts=spoken(period.starts_at, zone),
        ends=spoken(period.ends_at, zone),
        length=in_words(period.length),
        lead=_lead(plan, now) + _evened(plan),
        verdict=_verdict(plan, zone),
        permalink=announcement.permalink,
        channels=_channels(plan, means),
        left_out=tuple(name for name in means.config.channels if name not in named),
        warnings=tuple(notes(plan, zone, publisher.untranslated)),
    )


def gist(update: Update, config: Config, *, now: datetime) -> Gist:
    """Of any update."""
    announcement, locale = update.announcement, config.publisher.locale
    zone = ZoneInfo(config.publisher.timezone)
    return Gist(
        ref=announcement.ref,
        title=in_language(announcement.title, locale),
        services=tuple(in_language(service.name, locale) for service in announcement.services),
        when=_when(update, zone, now),
    )


def _when(update: Update, zone: ZoneInfo, now: datetime) -> str:
    period = update.announcement.period
    shown = brief_period(period.starts_at, period.ends_at, zone)
    if update.phase.is_closed:
        return f"{shown}, {update.phase}"
    if period.starts_at <= now < period.ends_at:
        return f"{shown}, {in_words(period.ends_at - now)} left"
    return f"{shown}, {distance(period.starts_at if now < period.starts_at else period.ends_at, now)}"


def _lead(plan: Plan, now: datetime) -> str:
    start = plan.update.announcement.period.starts_at
    if not plan.is_first:
        return f"in {in_words(start - now)}" if start > now else f"{in_words(now - start)} ago"
    if plan.update.phase is Phase.IN_PROGRESS:
        return "the work has begun: customers are told now"
    return f"customers are told {in_words(start - now)} before the work"


def _evened(plan: Plan) -> str:
    return f"; {' and '.join(plan.evened)}: rounded up to five minutes" if plan.evened else ""


def _verdict(plan: Plan, zone: ZoneInfo) -> str:
    if plan.judgement:
        return VERDICTS[plan.judgement.verdict]
    update = plan.update
    said = f"update {update.number}, {update.kind}: the work is {update.phase.replace('_', ' ')}"
    if update.before:
        before = update.before
        said += f"; before: {spoken(before.starts_at, zone)} to {spoken(before.ends_at, zone)}"
    return said


def _channels(plan: Plan, means: Means) -> tuple[ChannelPreview, ...]:
    parts = Counter(item.post.channel for item in plan.outgoing)
    return tuple(
        _channel(item, means.capabilities(item.post.channel), alone=parts[item.post.channel] == 1)
        for item in plan.outgoing
    )


def _channel(item: Outgoing, capabilities: Capabilities, *, alone: bool) -> ChannelPreview:
    """What one channel is going to do, and the text; ``alone`` where it does nothing else for the update."""
    post = item.post
    return ChannelPreview(
        channel=post.channel,
        type=item.type,
        locale=post.locale,
        format=post.format,
        action=_action(item, alone=alone),
        title=post.title,
        body=post.body,
        length=post.length,
        limit=post.limit,
        unit=capabilities.count.value,
    )


def _action(item: Outgoing, *, alone: bool) -> str:
    if item.operation is not Operation.AMEND:
        return "a new post"
    if item.target is None:
        return "edits the post there once it is known" + (", else a new post" if alone else "")
    verb = "writes over" if item.forced else "edits"
    return f"{verb} the post at {item.target.url or item.target.remote_id}"
