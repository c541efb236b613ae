"""The plan of one update, an announcement's first or a later one: what will be said where, and how it is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

import msgspec

from publisher.ledger import Ledger
from publisher.ledger.protocol import Clash
from publisher.model.announcement import Kind, Period, Update
from publisher.model.delivery import Delivery
from publisher.model.errors import Refused
from publisher.model.lint import Lint
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Capabilities, Reach
from publisher.model.record import Record
from publisher.model.windows import Judgement
from publisher.planning.pings import with_pings
from publisher.rendering.renderer import Renderer
from publisher.settings.config import Config

_TRIES = 5


class Means(Record, frozen=True, kw_only=True):
    """What plans are made with."""

    config: Config
    ledger: Ledger
    renderer: Renderer
    capabilities: Callable[[str], Capabilities]
    """A channel's, by its name."""
    updates: Callable[[str], Reach]
    """What is wanted of a channel for later updates, by its name."""


class Plan(Record, frozen=True, kw_only=True):
    """What will be said, where and how, word by word. Nothing has been recorded or sent."""

    update: Update
    outgoing: tuple[Outgoing, ...]

    judgement: Judgement | None = None
    """Of an announcement's first update: whether a notice is due for the period."""
    fingerprint: Fingerprint | None = None
    """Of an announcement's first update: what would be the same announcement typed again."""
    again: str | None = None
    """Why the same content is announced once more."""

    overtaken: tuple[Delivery, ...] = ()
    """Deliveries of earlier updates that nobody has seen: this one takes their place."""
    idle: Mapping[str, str] = msgspec.field(default_factory=dict)
    """Channels that do nothing for it, and why."""
    unheard: Mapping[str, Period] = msgspec.field(default_factory=dict)
    """Channels whose customers last heard another period than the others did, and which."""
    open_before: tuple[Delivery, ...] = ()
    """Deliveries of earlier updates that are not settled yet; on the same channel this one goes after them."""
    doubtful: tuple[Delivery, ...] = ()
    """Deliveries of earlier updates that were given up on these channels and may stand there all the same."""
    uncorrected: tuple[Delivery, ...] = ()
    """The posts that keep the mistake which a silent correction repairs elsewhere."""
    kept: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    """By each text that is corrected: the languages in which it stays as it was."""
    taken_up: tuple[Delivery, ...] = ()
    """Deliveries of this update that were given up, and are gone on with: ``outgoing`` has them as well, to look at."""
    evened: tuple[str, ...] = ()
    """The options whose time was rounded up to five minutes."""
    lint: Lint = Lint()
    """How its texts are looked at."""
    joins: bool = False
    """The update has been recorded already; only channels that lack it are served."""

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.update.announcement.ref

    @property
    def is_first(self) -> bool:
        """Whether it announces something; else it says more about what was announced."""
        return self.update.kind is Kind.INITIAL

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that do something for it, each once."""
        return tuple(dict.fromkeys(item.post.channel for item in self.outgoing))


def commit(plan: Plan, means: Means, anew: Callable[[Plan], Plan]) -> tuple[Plan, tuple[Delivery, ...]]:
    """Record the plan in one transaction; made ``anew`` where another announcement has taken its second.

    Returns the plan as recorded and its pending deliveries. Call it as the one owner. Raises AlreadySaid, LedgerFault,
    and Refused where the reference of a first update was taken in the meantime, or no second is to be had.
    """
    for _ in range(_TRIES):
        try:
            return plan, _recorded(plan, means)
        except Clash:
            if plan.is_first and means.ledger.knows(plan.ref):
                break
            plan = anew(plan)
    raise Refused("the ledger is busy with other announcements", hint="run the command again")


def _recorded(plan: Plan, means: Means) -> tuple[Delivery, ...]:
    recorded = {(one.channel, one.operation) for one in plan.taken_up}
    fresh = [item for item in plan.outgoing if (item.post.channel, item.operation) not in recorded]
    outgoing = with_pings(fresh, means.capabilities)
    if plan.fingerprint:
        return means.ledger.add(plan.update, outgoing, plan.fingerprint, again=plan.again)
    if plan.joins:
        return means.ledger.join(outgoing, (*plan.overtaken, *plan.taken_up))
    return means.ledger.follow(plan.update, outgoing, plan.overtaken)


def published(ledger: Ledger, now: datetime) -> datetime:
    """Whole seconds, and never the second of another update: feed readers refuse two items of one second."""
    second = now.replace(microsecond=0)
    newest = ledger.newest_publication()
    return max(second, newest + timedelta(seconds=1)) if newest else second
