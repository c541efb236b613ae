"""A plan as plain data to look at; terminal, HTML and JSON only print it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.model.announcement import UNDETERMINED, Announcement, Localized, Phase, in_language
from publisher.model.delivery import Operation
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities, Format
from publisher.model.record import Record
from publisher.model.times import in_words, spoken
from publisher.model.windows import Verdict
from publisher.planning.initial import Plan
from publisher.rendering.lookalikes import lookalikes

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


class Preview(Record, frozen=True, kw_only=True):
    """Everything the engineer decides on."""

    ref: str
    example: bool
    """A dry run: the real run draws a reference of its own."""
    title: str
    services: tuple[str, ...]
    starts: str
    ends: str
    length: str
    lead: str
    """How long before the work customers are told."""
    verdict: str
    permalink: str | None
    channels: tuple[ChannelPreview, ...]
    left_out: tuple[str, ...]
    """Configured channels that will hear nothing."""
    warnings: tuple[str, ...]


def preview(
    plan: Plan,
    capabilities: Callable[[str], Capabilities],
    *,
    now: datetime,
    zone: ZoneInfo,
    locale: str,
    configured: Sequence[str],
    example: bool,
) -> Preview:
    """What a plan will say; ``configured`` are all channel names, ``capabilities`` gives one's."""
    announcement = plan.update.announcement
    period = announcement.period
    planned = {item.post.channel for item in plan.outgoing}
    return Preview(
        ref=announcement.ref,
        example=example,
        title=in_language(announcement.title, locale),
        services=tuple(in_language(service.name, locale) for service in announcement.services),
        starts=spoken(period.starts_at, zone),
        ends=spoken(period.ends_at, zone),
        length=in_words(period.length),
        lead=_lead(plan, now),
        verdict=VERDICTS[plan.judgement.verdict],
        permalink=announcement.permalink,
        channels=tuple(channel_preview(item, capabilities) for item in plan.outgoing),
        left_out=tuple(name for name in configured if name not in planned),
        warnings=(
            *deceptions(announcement),
            *mentions(plan.outgoing),
            *_untranslated(plan),
            *laggards(plan.outgoing),
        ),
    )


def _lead(plan: Plan, now: datetime) -> str:
    if plan.update.phase is Phase.IN_PROGRESS:
        return "the work has begun: customers are told now"
    return f"customers are told {in_words(plan.update.announcement.period.starts_at - now)} before the work"


def _action(item: Outgoing, *, alone: bool) -> str:
    if item.operation is not Operation.AMEND:
        return "a new post"
    if item.target is None:
        return "edits the post there once it is known" + (", else a new post" if alone else "")
    verb = "writes over" if item.forced else "edits"
    return f"{verb} the post at {item.target.url or item.target.remote_id}"


def channel_preview(
    item: Outgoing, capabilities: Callable[[str], Capabilities], *, alone: bool = True
) -> ChannelPreview:
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
        unit=capabilities(post.channel).count.value,
    )


def deceptions(announcement: Announcement | None, text: Localized | None = None) -> list[str]:
    """What readers do not see in the texts, or take for something else; ``text`` is a later update's."""
    texts = {"text": text}
    if announcement:
        texts |= {name: getattr(announcement, name) for name in ("title", "reason", "details", "action")}
        texts |= {f"service {one.key}": one.name for one in announcement.services}
    return [
        f"{place}{'' if language == UNDETERMINED else f' ({language})'}: {what}"
        for place, said in texts.items()
        for language, words in (said or {}).items()
        for what in lookalikes(words)
    ]


def mentions(outgoing: Sequence[Outgoing]) -> list[str]:
    """Whom X will notify, and what it reads as its own signs."""
    return [
        f"{item.post.channel}: {what}"
        for item in outgoing
        if item.post.format is Format.SHORT
        for what in _signs(item.post.body)
    ]


def _signs(body: str) -> Iterator[str]:
    names = list(dict.fromkeys(re.findall(r"(?<!\w)[@＠]\w+", body)))
    if names:
        yield f"{', '.join(names)} will be notified as mentioned; from most apps X refuses a post that mentions others"
    if len(symbols := re.findall(r"(?<![\w$])[$＄][A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?!\w)", body)) > 1:
        yield f"{', '.join(symbols)}: X reads stock symbols, and from most apps refuses more than one in a post"
    if tags := re.findall(r"(?<![\w&/])[#＃]\w*[^\W\d_]\w*", body):
        yield f"{', '.join(tags)}: a hashtag, under which strangers find it"
    if body.startswith(("@", "＠")):
        yield "it begins with a name: only those who follow both see it"
    if re.match(r"RT\b", body):
        yield "it begins with RT: it reads as somebody else's post"


def _untranslated(plan: Plan) -> list[str]:
    """A text that exists in some languages, but not in a channel's."""
    announcement = plan.update.announcement
    texts = {"title": announcement.title, "reason": announcement.reason, "details": announcement.details}
    return [
        f"{item.post.channel}: the {place} is not there in {item.post.locale}; another language's is used"
        for item in plan.outgoing
        for place, text in texts.items()
        if text and not _speaks(text, item.post.locale)
    ]


def _speaks(text: Localized, locale: str) -> bool:
    return bool({UNDETERMINED, locale, locale.replace("-", "_").split("_")[0]} & set(text))


def laggards(outgoing: Sequence[Outgoing]) -> list[str]:
    """Who hears of it late."""
    if any(item.type == "feed" for item in outgoing):
        return ["feed readers ask every 10 to 60 minutes: subscribers may hear of it that much later"]
    return []
