"""How an announcement's first update is planned: the verdict on the period, the reference, a new post per channel."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.ledger import Ledger
from publisher.model import reference
from publisher.model.announcement import UNDETERMINED, Announcement, Kind, Phase, Update, in_language
from publisher.model.delivery import Operation
from publisher.model.errors import AlreadySaid, NoNoticeDue
from publisher.model.outgoing import Fingerprint
from publisher.model.times import spoken
from publisher.model.windows import Judgement, Verdict, judge
from publisher.planning.initial_request import InitialRequest
from publisher.planning.plan import Means, Plan, published
from publisher.planning.posts import Posts
from publisher.settings.config import Config
from publisher.settings.schema import Publisher

SAME_CONTENT = timedelta(days=1)
"""For how long the same content counts as typed again."""


def drawn_reference(config: Config, ledger: Ledger) -> str:
    """One that no announcement has yet."""
    return reference.draw(config.publisher.reference_prefix, ledger.knows)


def plan_initial(request: InitialRequest, means: Means, *, now: datetime, ref: str) -> Plan:
    """The plan for a new announcement, which will be known by ``ref``.

    Raises NoNoticeDue, AlreadySaid, or Refused where a post cannot be made.
    """
    judgement = _judged(request, means.config)
    update = _update(request, means, now, ref)
    plan = Plan(
        update=update,
        outgoing=Posts(means, update).outgoing(dict.fromkeys(request.channels, (Operation.PUBLISH,))),
        judgement=judgement,
        fingerprint=Fingerprint(_digest(update.announcement), now - SAME_CONTENT),
        again=request.again,
        evened=request.evened,
    )
    _refuse_the_same(plan, means)
    return plan


def _refuse_the_same(plan: Plan, means: Means) -> None:
    if plan.fingerprint and not plan.again:
        said = means.ledger.said_already(plan.update, plan.outgoing, plan.fingerprint)
        if said:
            raise AlreadySaid(said)


def _judged(request: InitialRequest, config: Config) -> Judgement:
    zone = ZoneInfo(config.publisher.timezone)
    period = request.period
    judgement = judge(config.windows, zone, period.starts_at, period.ends_at)
    if judgement.verdict is Verdict.INSIDE and judgement.occurrence and not request.anyway:
        window = judgement.occurrence
        raise NoNoticeDue(
            f"the work lies inside the maintenance window {spoken(window.start, zone)} to"
            f" {spoken(window.end, zone)}: no notice is due",
            hint="--anyway publishes all the same",
        )
    return judgement


def _update(request: InitialRequest, means: Means, now: datetime, ref: str) -> Update:
    begun = request.period.starts_at <= now
    return Update(
        number=1,
        kind=Kind.INITIAL,
        phase=Phase.IN_PROGRESS if begun else Phase.SCHEDULED,
        announcement=_announcement(request, ref, means.config.publisher),
        published_at=published(means.ledger, now),
    )


def _announcement(request: InitialRequest, ref: str, publisher: Publisher) -> Announcement:
    links = _permalinks(publisher, ref)
    return Announcement(
        ref=ref,
        title=request.title,
        services=request.services,
        period=request.period,
        impact=request.impact,
        outage=request.outage,
        unaffected=request.unaffected,
        wording=request.wording,
        reason=request.reason,
        details=request.details,
        action=request.action,
        permalink=in_language(links, publisher.locale) if links else None,
        permalinks=links if len(links) > 1 else None,
    )


def _permalinks(publisher: Publisher, ref: str) -> dict[str, str]:
    """The announcement's address by language; empty where none is configured."""
    configured = publisher.permalink or {}
    by_locale = {UNDETERMINED: configured} if isinstance(configured, str) else configured
    return {locale: link.format(ref=ref, slug=ref.lower()) for locale, link in by_locale.items()}


def _digest(announcement: Announcement) -> str:
    """Of what makes the content the same: not the clock that ``now`` or ``+30m`` stood for."""
    content = [
        sorted(announcement.title.items()),
        sorted(service.key for service in announcement.services),
        sorted((announcement.reason or {}).items()),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
