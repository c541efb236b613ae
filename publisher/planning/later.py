"""How a later update is planned: what follows what was said, and what each channel does about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.model.announcement import Update
from publisher.model.behind import behind
from publisher.model.carried import Carried, carried
from publisher.model.change import Change
from publisher.model.commands import command
from publisher.model.delivery import Delivery, Operation, State, for_readers, is_cut, is_overtaken
from publisher.model.dues import Withdrawn, withdrawn
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS, determined
from publisher.model.lifecycle import REOPENING, followed, is_silent
from publisher.model.outgoing import Outgoing
from publisher.model.post import Receipt
from publisher.model.transitions import superseded, taken_up
from publisher.planning.later_request import LaterRequest
from publisher.planning.operations import operations, uncorrected, why_not
from publisher.planning.plan import Means, Plan, published
from publisher.planning.posts import Posts


def plan_later(ref: str, request: LaterRequest, means: Means, *, now: datetime) -> Plan:
    """The plan for what is said next of an announcement.

    Closing work that is closed already, or saying nothing new, serves the channels that lack the newest word. Raises
    Refused.
    """
    own = means.config.language
    history = tuple(determined(said.update, own) for said in means.ledger.history_of(ref).said)
    newest = history[0]
    last = next(one for one in history if not is_silent(one))
    _refuse_unsaid(ref, request.change, newest)
    _refuse_withdrawn(ref, request.change, means.ledger)
    is_closed = newest.phase.is_closed
    if last.kind is request.change.kind if is_closed else request.change.is_empty:
        return _once_more(last, history, request, means)
    zone = ZoneInfo(means.config.publisher.timezone)
    at = published(means.ledger, now)
    update = followed(newest, request.change, now=now, published_at=at, zone=zone)
    found = carried(means.ledger.all_deliveries(ref))
    plan = _Planning(update, history, found, request, means).plan(request.channels)
    if not plan.outgoing:
        raise Refused(
            "; ".join(f"{name}: {why}" for name, why in plan.idle.items()) or "no channel is left",
            hint="nothing was sent",
        )
    return replace(plan, evened=request.evened)


def _refuse_unsaid(ref: str, change: Change, newest: Update) -> None:
    """A text can only be corrected of what was said."""
    if change.repairs is not None and not 1 <= change.repairs <= newest.number:
        raise Refused(f"{ref} has no update {change.repairs}", hint=command("show", ref))


def _refuse_withdrawn(ref: str, change: Change, ledger: Ledger) -> None:
    """What was taken down everywhere is closed: nobody says it anew by mistake."""
    if change.reopen or withdrawn(ledger.all_deliveries(ref)) is not Withdrawn.EVERYWHERE:
        return
    anew = "--reopen 'reason' says it anew" if change.kind in REOPENING else command("show", ref)
    raise Refused(f"{ref} is withdrawn: nothing of it is public any more", hint=anew)


def _once_more(last: Update, history: Sequence[Update], request: LaterRequest, means: Means) -> Plan:
    """The newest word once more, on the channels for which it was not planned, or given up; no other one."""
    newest, ref = history[0], last.announcement.ref
    _refuse_other_words(ref, newest, request.change)
    word = replace(last, announcement=newest.announcement)
    before = tuple(one for one in history if one.number < last.number)
    deliveries = means.ledger.all_deliveries(ref)
    found, lacking = carried(deliveries), behind(history, deliveries)
    again = tuple(
        taken_up(one, forced=request.forced)
        for one in deliveries
        if one.channel in request.channels and one.channel in lacking and _is_given_up(one, word)
    )
    planned = {one.channel for one in deliveries if one.update == word.number}
    wanted = (
        {name for name, one in found.items() if one.carries or one.doubtful}
        if newest.phase.is_closed
        else set(lacking)
    )
    missing = [name for name in request.channels if name in wanted - planned]
    if not (missing or again):
        raise _nothing_to_say(ref, newest)
    plan = _Planning(word, before, found, request, means).plan(missing)
    shown = tuple(Outgoing(one.post, one.type, one.operation, _aim(one), one.forced) for one in again)
    return replace(plan, outgoing=(*plan.outgoing, *shown), taken_up=again, joins=True)


def _is_given_up(delivery: Delivery, word: Update) -> bool:
    is_word = delivery.update == word.number and delivery.operation in {Operation.PUBLISH, Operation.AMEND}
    return is_word and delivery.state is State.ABANDONED and not is_cut(delivery)


def _aim(delivery: Delivery) -> Receipt | None:
    return delivery.receipt if delivery.target else None


def _nothing_to_say(ref: str, newest: Update) -> Refused:
    if newest.phase.is_closed:
        ways = f"{command('resume', ref)}\n{command('show', ref)}"
        return Refused(f"{ref} is {newest.phase} already", hint=ways)
    return Refused("nothing to say: a text, --next-update or --begun is needed", hint="nothing was sent")


def _refuse_other_words(ref: str, newest: Update, change: Change) -> None:
    """Who has not heard the last word yet hears what the others heard."""
    if change.text or change.ends_at:
        raise Refused(
            f"{ref} is {newest.phase} already, and that was said in other words",
            hint="leave the text and --at out to tell the channels that lack it; correct changes the facts",
        )


class _Planning:
    """One update, what was said before it, and what each channel carries of that."""

    def __init__(
        self,
        update: Update,
        history: Sequence[Update],
        found: Mapping[str, Carried],
        request: LaterRequest,
        means: Means,
    ) -> None:
        self._update = update
        self._history = history
        self._found = found
        self._means = means
        self._change = request.change
        self._posts = Posts(means, update, history, found, forced=request.forced)

    def plan(self, channels: Sequence[str]) -> Plan:
        todo = {name: self._operations(name) for name in channels}
        outgoing = self._posts.outgoing(todo)
        overtaken = _overtaken(self._means.ledger, self._update, outgoing)
        plan = Plan(
            update=self._update,
            outgoing=outgoing,
            overtaken=overtaken,
            idle={name: self._why_not(name) for name, does in todo.items() if not does},
            open_before=_open_before(self._means.ledger, self._update, overtaken),
            uncorrected=tuple(post for name in channels for post in self._uncorrected(name)),
            kept=_kept(self._history[0], self._change),
        )
        doubtful = tuple(
            one
            for name in plan.channels
            if name in self._found
            for one in self._found[name].doubtful.values()
        )
        return replace(plan, doubtful=doubtful, unheard=self._posts.unheard(plan.channels))

    def _operations(self, name: str) -> tuple[Operation, ...]:
        reach, updates = self._means.capabilities(name).reach, self._means.updates(name)
        return operations(self._update, reach=reach, updates=updates, standing=self._found.get(name))

    def _why_not(self, name: str) -> str:
        reach = self._means.capabilities(name).reach
        return why_not(self._update, reach=reach, standing=self._found.get(name))

    def _uncorrected(self, name: str) -> Iterator[Delivery]:
        """The posts that are not edited and would read otherwise with the corrected facts."""
        can, standing = self._means.capabilities(name), self._found.get(name)
        own = {one.number: one for one in self._history}
        kept = uncorrected(self._update, reach=can.reach, repeatable=can.repeatable, standing=standing)
        for post in kept:
            said = own[post.update]
            facts = replace(self._update.announcement, period=said.announcement.period)
            if self._posts.reads(name, said) != self._posts.reads(name, replace(said, announcement=facts)):
                yield post


def _kept(newest: Update, change: Change) -> Mapping[str, tuple[str, ...]]:
    """By each text that is corrected: the languages it had before and is not corrected in."""
    texts = {name: new for name, new in change.facts.items() if name in TEXTS}
    before = {name: getattr(newest.announcement, name) or {} for name in texts}
    return {name: tuple(set(before[name]) - set(new)) for name, new in texts.items()}


def _open_before(ledger: Ledger, update: Update, overtaken: Sequence[Delivery]) -> tuple[Delivery, ...]:
    given_up = {delivery.id for delivery in overtaken}
    return tuple(
        delivery
        for delivery in for_readers(ledger.unfinished(update.announcement.ref))
        if delivery.update < update.number and delivery.id not in given_up
    )


def _overtaken(ledger: Ledger, update: Update, outgoing: Sequence[Outgoing]) -> tuple[Delivery, ...]:
    """What was never sent on the channels that are served now, as far as this says it too."""
    return tuple(
        superseded(delivery, update.number)
        for delivery in for_readers(ledger.unfinished(update.announcement.ref, failed=True))
        if any(
            item.post.channel == delivery.channel and is_overtaken(delivery, item.operation)
            for item in outgoing
        )
    )
