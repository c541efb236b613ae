"""The use case: a request becomes a plan — verdict, reference, and every post rendered, checked and frozen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.ledger import Ledger
from publisher.ledger.protocol import Clash
from publisher.model import reference
from publisher.model.announcement import Announcement, Kind, Phase, Update
from publisher.model.delivery import Delivery
from publisher.model.errors import AlreadySaid, NoNoticeDue, Refused
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Capabilities
from publisher.model.record import Record
from publisher.model.times import spoken
from publisher.model.windows import Judgement, Verdict, judge
from publisher.planning.initial_request import Request
from publisher.planning.pings import with_pings
from publisher.rendering.renderer import DoesNotFit, Renderer, TemplateFault
from publisher.settings.config import Config

SAME_CONTENT = timedelta(days=1)
"""For how long the same content counts as typed again."""

_TRIES = 5


class Plan(Record, frozen=True, kw_only=True):
    """What will be said, where, word by word. Nothing has been recorded or sent."""

    update: Update
    outgoing: tuple[Outgoing, ...]
    judgement: Judgement
    fingerprint: Fingerprint
    again: str | None

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.update.announcement.ref


class Planner:
    """Makes plans and records them. Holds what every plan needs."""

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        renderer: Renderer,
        capabilities: Callable[[str], Capabilities],
    ) -> None:
        """``capabilities`` gives a channel's, by its name."""
        self._config = config
        self._ledger = ledger
        self._renderer = renderer
        self._capabilities = capabilities

    def plan(self, request: Request, *, now: datetime, ref: str | None = None) -> Plan:
        """The plan for a request; ``ref`` keeps the reference of an earlier preview.

        Raises NoNoticeDue, AlreadySaid, or Refused where a post cannot be made.
        """
        judgement = self._judge(request)
        update = self._update(request, now, ref or self._draw())
        plan = Plan(
            update=update,
            outgoing=self._render(request.channels, update),
            judgement=judgement,
            fingerprint=Fingerprint(_digest(update.announcement), now - SAME_CONTENT),
            again=request.again,
        )
        said = self._ledger.said_already(plan.update, plan.outgoing, plan.fingerprint)
        if said and not plan.again:
            raise AlreadySaid(said)
        return plan

    def commit(self, plan: Plan, request: Request) -> tuple[Plan, tuple[Delivery, ...]]:
        """Record the plan in one transaction; dated anew where another update has taken its second.

        Returns the plan as recorded, under the same reference, and its pending deliveries. Raises AlreadySaid,
        LedgerFault, and Refused where the reference was taken in the meantime.
        """
        for _ in range(_TRIES):
            try:
                deliveries = self._ledger.add(
                    plan.update,
                    with_pings(plan.outgoing, self._capabilities),
                    plan.fingerprint,
                    again=plan.again,
                )
            except Clash:
                if self._ledger.knows(plan.ref):
                    break
                plan = self.plan(request, now=datetime.now(UTC), ref=plan.ref)
            else:
                return plan, deliveries
        raise Refused("the ledger is busy with other announcements", hint="run the command again")

    # --- inside ---------------------------------------------------------------------------------------------

    def _judge(self, request: Request) -> Judgement:
        zone = ZoneInfo(self._config.publisher.timezone)
        period = request.period
        judgement = judge(self._config.windows, zone, period.starts_at, period.ends_at)
        if judgement.verdict is Verdict.INSIDE and judgement.occurrence and not request.anyway:
            window = judgement.occurrence
            raise NoNoticeDue(
                f"the work lies inside the maintenance window {spoken(window.start, zone)} to"
                f" {spoken(window.end, zone)}: no notice is due",
                hint="--anyway publishes all the same",
            )
        return judgement

    def _draw(self) -> str:
        return reference.draw(self._config.publisher.reference_prefix, self._ledger.knows)

    def _update(self, request: Request, now: datetime, ref: str) -> Update:
        begun = request.period.starts_at <= now
        return Update(
            number=1,
            kind=Kind.INITIAL,
            phase=Phase.IN_PROGRESS if begun else Phase.SCHEDULED,
            announcement=self._announcement(request, ref),
            published_at=published(self._ledger, now),
        )

    def _announcement(self, request: Request, ref: str) -> Announcement:
        permalink = self._config.publisher.permalink
        return Announcement(
            ref=ref,
            title=request.title,
            services=request.services,
            period=request.period,
            impact=request.impact,
            reason=request.reason,
            details=request.details,
            action=request.action,
            permalink=permalink.format(ref=ref, slug=ref.lower()) if permalink else None,
        )

    def _render(self, channels: tuple[str, ...], update: Update) -> tuple[Outgoing, ...]:
        outgoing, faults = [], []
        for name in channels:
            try:
                outgoing.append(self._rendered(name, update))
            except (TemplateFault, DoesNotFit) as fault:
                faults.append((f"{name}: {fault}", fault.cure))
        if faults:
            messages, cures = zip(*faults, strict=True)
            raise Refused("; ".join(dict.fromkeys(messages)), hint=next(filter(None, cures), None))
        return tuple(outgoing)

    def _rendered(self, name: str, update: Update) -> Outgoing:
        settings = self._config.channels[name]
        capabilities = self._capabilities(name)
        post = self._renderer.post(
            update,
            channel=name,
            type_name=settings.type,
            locale=settings.locale or self._config.publisher.locale,
            capabilities=capabilities,
        )
        return Outgoing(post, type=settings.type)


def _digest(announcement: Announcement) -> str:
    """Of what makes the content the same: not the clock that ``now`` or ``+30m`` stood for."""
    content = [
        sorted(announcement.title.items()),
        sorted(service.key for service in announcement.services),
        sorted((announcement.reason or {}).items()),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def published(ledger: Ledger, now: datetime) -> datetime:
    """Whole seconds, and never the second of another update: feed readers refuse two items of one second."""
    second = now.replace(microsecond=0)
    newest = ledger.newest_publication()
    return max(second, newest + timedelta(seconds=1)) if newest else second
