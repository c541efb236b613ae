"""A later update as plain data to look at: what each channel is going to do, and what nobody will read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.model.announcement import Kind, Update, in_language
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.post import Capabilities, Format
from publisher.model.times import in_words, spoken
from publisher.model.verdict import way_on
from publisher.planning.later import FollowUp
from publisher.planning.preview import Preview, channel_preview, deceptions, laggards, mentions


def follow_up_preview(
    plan: FollowUp,
    capabilities: Callable[[str], Capabilities],
    *,
    now: datetime,
    zone: ZoneInfo,
    locale: str,
    configured: Sequence[str],
) -> Preview:
    """What a plan will say; the verdict is what it says about the work. ``configured`` are all channel names."""
    update = plan.update
    announcement, period = update.announcement, update.announcement.period
    parts = Counter(item.post.channel for item in plan.outgoing)
    named = parts.keys() | plan.idle.keys()
    return Preview(
        ref=announcement.ref,
        example=False,
        title=in_language(announcement.title, locale),
        services=tuple(in_language(service.name, locale) for service in announcement.services),
        starts=spoken(period.starts_at, zone),
        ends=spoken(period.ends_at, zone),
        length=in_words(period.length),
        lead=_distance(period.starts_at, now),
        verdict=_verdict(update, zone),
        permalink=announcement.permalink,
        channels=tuple(
            channel_preview(item, capabilities, alone=parts[item.post.channel] == 1) for item in plan.outgoing
        ),
        left_out=tuple(name for name in configured if name not in named),
        warnings=(
            *(f"{name} does nothing: {why}" for name, why in plan.idle.items()),
            *(
                f"{one.channel}: update {one.update} was never sent there, and is given up for this one"
                for one in plan.overtaken
            ),
            *_open_before(plan),
            *_catching_up(plan, zone),
            *_uncorrected(plan),
            *_unsaid(plan),
            *deceptions(announcement if update.kind is Kind.CORRECTED else None, update.text),
            *mentions(plan.outgoing),
            *laggards(plan.outgoing),
        ),
    )


def _catching_up(plan: FollowUp, zone: ZoneInfo) -> list[str]:
    """Where customers have missed a new time."""
    return [
        f"{name}: customers there last heard {spoken(period.starts_at, zone)} to {spoken(period.ends_at, zone)};"
        " the post says the change"
        for name, period in plan.unheard.items()
    ]


def _uncorrected(plan: FollowUp) -> list[str]:
    """Which posts a silent correction leaves as they are."""
    return [
        f"{post.channel}: update {post.update} at {post.url or post.remote_id or 'an unknown address'}"
        " keeps the mistake"
        for post in plan.uncorrected
    ]


def _open_before(plan: FollowUp) -> list[str]:
    """What is not settled yet of what was said before, and what that means for this one."""
    served = {item.post.channel for item in plan.outgoing}
    return [f"{one.channel}: {_open(one, served=one.channel in served)}" for one in plan.open_before]


def _open(delivery: Delivery, *, served: bool) -> str:
    taken_down = "the withdrawal of " if delivery.operation is Operation.WITHDRAW else ""
    what = f"{taken_down}update {delivery.update}"
    if delivery.state is State.NEEDS_DECISION:
        held = ", and this waits for it" if served else ""
        return f"{what} still needs a decision{held}: {way_on(delivery)}"
    comes = "this goes after it" if served else f"{way_on(delivery)} goes on with it"
    return f"{what} is still {delivery.state.replace('_', ' ')}; {comes}"


def _unsaid(plan: FollowUp) -> list[str]:
    """Where there was no room for what the update says in words."""
    said = plan.update.text or {}
    return [
        f"{item.post.channel}: there is no room for the text, and it is left out"
        for item in plan.outgoing
        if said
        and item.post.format is Format.SHORT
        and in_language(said, item.post.locale).split("\n")[0] not in item.post.body
    ]


def _verdict(update: Update, zone: ZoneInfo) -> str:
    said = f"update {update.number}, {update.kind}: the work is {update.phase.replace('_', ' ')}"
    if update.before:
        before = update.before
        said += f"; before: {spoken(before.starts_at, zone)} to {spoken(before.ends_at, zone)}"
    return said


def _distance(start: datetime, now: datetime) -> str:
    return f"in {in_words(start - now)}" if start > now else f"{in_words(now - start)} ago"
