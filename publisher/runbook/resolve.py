"""What only a person can know about a delivery: that it is public, that it is not, or that it is left."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.delivery.probes import located, unlocated
from publisher.delivery.recovery import ready
from publisher.model.carried import carried
from publisher.model.commands import command
from publisher.model.delivery import (
    FOR_GOOD,
    Decision,
    Delivery,
    Operation,
    State,
    for_readers,
    is_cut,
    may_stand,
)
from publisher.model.errors import Refused
from publisher.model.lifecycle import Staleness, staleness
from publisher.model.post import Receipt
from publisher.model.record import Record
from publisher.model.transitions import resolved
from publisher.model.verdict import LEFT, decisions, for_good
from publisher.runbook.deliver import deliver
from publisher.runbook.opening import meant, opened
from publisher.settings.text_rules import checked
from publisher.settings.urls import UrlFault, checked_link

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


class DecisionTyped(Record, frozen=True, kw_only=True):
    """What a person says, as it was typed."""

    decision: Decision | None
    """None: whoever is there is asked."""
    url: str | None = None
    """Where it stands, with `Decision.DELIVERED`."""
    for_good: str | None = None
    """Why its readers are left with what they see, with `Decision.ABANDON`: then nothing is due about it any more."""


def resolve(
    assembly: Assembly,
    typed: str | None,
    channel: str,
    answer: DecisionTyped,
    *,
    update: int | None,
    desk: Desk,
) -> int:
    """Record a decision about the channel's oldest open delivery, or that of one ``update``; the exit code.

    ``typed`` is the reference, None: the only open one. Where no delivery is open, it is about one that was given up
    and may stand there; else what its readers see can still be left so for good. Raises Refused, UrlFault, LedgerFault.
    """
    _checked_reason(answer)
    with opened(assembly, desk) as ledger:
        ref = meant(assembly, ledger, typed, desk)
        if answer.decision is None:
            undecided = _open_one(ledger, ref, channel, update)
            answer = _asked(undecided, desk, is_over=_is_over(ledger, undecided))
        why = _checked_reason(answer)
        with ledger.owning(ref):
            channels = assembly.channels
            ready(ledger, ref, is_open=channels.is_open, terms=channels.terms, failed=False)
            settled = (
                ()
                if why and not _found(ledger, ref, channel, update)
                else (_decided(assembly, ledger, _open_one(ledger, ref, channel, update), answer, why),)
            )
            for one in settled:
                if answer.decision:
                    ledger.decide(one, answer.decision, at=datetime.now(UTC))
            if why:
                _leave(ledger, ref, channel, why)
            again = answer.decision is Decision.RESEND
            return _ended(assembly, ledger, ref, settled, again=again, desk=desk)


def _ended(
    assembly: Assembly,
    ledger: Ledger,
    ref: str,
    settled: tuple[Delivery, ...],
    *,
    again: bool,
    desk: Desk,
) -> int:
    """Receipts of the update that was decided about, and what was asked for sent again."""
    history = [said.update for said in ledger.history_of(ref).said]
    numbers = {one.update for one in settled}
    said = next((one for one in history if one.number in numbers), history[0])
    with desk.stops() as stops:
        return deliver(assembly, ledger, said, settled if again else (), desk=desk, stops=stops)


# --- what is decided about --------------------------------------------------------------------------------------------


def _found(ledger: Ledger, ref: str, channel: str, update: int | None) -> Delivery | None:
    waiting = for_readers(ledger.unfinished(ref, failed=True))
    doubtful = filter(may_stand, ledger.all_deliveries(ref))
    every = (*waiting, *doubtful)
    return next((one for one in every if one.channel == channel and update in {None, one.update}), None)


def _open_one(ledger: Ledger, ref: str, channel: str, update: int | None) -> Delivery:
    found = _found(ledger, ref, channel, update)
    if found is None:
        raise Refused(f"nothing is open for {channel} of {ref}", hint=command("show", ref))
    return found


def _leave(ledger: Ledger, ref: str, channel: str, why: str) -> None:
    """From now on nothing is due about what readers of the channel see, until something else is said."""
    if channel not in carried(ledger.all_deliveries(ref)):
        raise Refused(f"nothing of {ref} was planned for {channel}", hint=command("show", ref))
    newest = ledger.history_of(ref).said[0].update
    ledger.leave(ref, newest.number, channel, why=why, at=datetime.now(UTC))


# --- what is decided --------------------------------------------------------------------------------------------------


def _checked_reason(answer: DecisionTyped) -> str | None:
    if answer.for_good is None:
        return None
    if answer.decision is not Decision.ABANDON:
        raise Refused("--for-good says why it is left: it goes with --abandon", hint="nothing was decided")
    try:
        return checked(answer.for_good, "--for-good", most=500, lines=False)
    except ValueError as fault:
        raise Refused(str(fault), hint="--for-good 'the customer center is being replaced'") from None


def _asked(undecided: Delivery, desk: Desk, *, is_over: bool) -> DecisionTyped:
    """What whoever is there knows about it. Raises Refused where nobody is there."""
    if not desk.is_attended:
        raise _nobody_there(undecided, is_over=is_over)
    options = _options(undecided, is_over=is_over)
    asked = f"Update {undecided.update} on {undecided.channel}"
    answer = list(options.values())[desk.choose(asked, list(options))]
    if answer.decision is not Decision.DELIVERED:
        return answer
    return replace(answer, url=undecided.url if is_cut(undecided) else desk.ask("Its address"))


def _options(undecided: Delivery, *, is_over: bool) -> dict[str, DecisionTyped]:
    """What can be answered, as it is read, likeliest first. What is over, or was given up, is not sent any more."""
    leave = {"leave it as it is": DecisionTyped(decision=Decision.ABANDON)}
    if is_cut(undecided):
        return {"what is public there will do": DecisionTyped(decision=Decision.DELIVERED), **leave}
    public = {"it is public: I know its address": DecisionTyped(decision=Decision.DELIVERED)}
    absent = {"it is not public: leave it so": DecisionTyped(decision=Decision.ABSENT)}
    if undecided.state is State.ABANDONED:
        for_good = DecisionTyped(decision=Decision.ABANDON, for_good=LEFT)
        return {**public, **absent, "nobody can know: leave it for good": for_good}
    again = {"it is not public: send it again": DecisionTyped(decision=Decision.RESEND)}
    return {**public, **({} if is_over else again), **leave, **absent}


def _nobody_there(undecided: Delivery, *, is_over: bool) -> Refused:
    is_sent = not (is_over or is_cut(undecided) or undecided.state is State.ABANDONED)
    _, again, leave = decisions(undecided)
    ways = (*((again,) if is_sent else ()), leave, "where it is public, --delivered and its address say so")
    return Refused("one decision is needed, and nobody is there to be asked", hint="\n".join(ways))


def _decided(
    assembly: Assembly, ledger: Ledger, delivery: Delivery, answer: DecisionTyped, why: str | None
) -> Delivery:
    decision = answer.decision
    if decision is None:  # asked about above
        raise ValueError("nothing was decided")
    if decision is Decision.RESEND:
        _insist_on_sending(assembly, ledger, delivery)
    receipt = _receipt(assembly, delivery, answer.url)
    settled = resolved(delivery, decision, receipt=receipt)
    return replace(settled, note=f"{FOR_GOOD}: {why}") if why else settled


def _insist_on_sending(assembly: Assembly, ledger: Ledger, delivery: Delivery) -> None:
    """Nothing is sent twice, after its time, or to a channel that is off. Raises Refused."""
    channel, what = delivery.channel, f"update {delivery.update} on {delivery.channel}"
    if not assembly.channels.is_open(channel):
        give_up = command("resolve", delivery.ref, channel, "--abandon")
        raise Refused(f"{channel} is not configured, or switched off", hint=f"switch it on, or: {give_up}")
    if is_cut(delivery):
        raise _public_already(delivery)
    if delivery.state is State.ABANDONED:
        raise Refused(f"{what} was given up, and is not sent any more", hint=decisions(delivery)[0])
    if _is_over(ledger, delivery):
        ways = (decisions(delivery)[0], for_good(delivery.ref, channel))
        raise Refused(f"{what} speaks of work that is over, and is not sent any more", hint="\n".join(ways))


def _is_over(ledger: Ledger, delivery: Delivery) -> bool:
    """Whether it speaks of work that is over by now."""
    updates = [said.update for said in ledger.history_of(delivery.ref).said]
    own = next(one for one in updates if one.number == delivery.update)
    return (
        delivery.operation is not Operation.WITHDRAW
        and staleness(own, updates[0], datetime.now(UTC)) is Staleness.OVER
    )


def _public_already(delivery: Delivery) -> Refused:
    ref, channel = delivery.ref, delivery.channel
    ways = (
        command("withdraw", ref, channel),
        command("resolve", ref, channel, "--delivered", delivery.url or ""),
        command("resolve", ref, channel, "--abandon"),
    )
    what = f"update {delivery.update} is public on {channel}; sent again it would stand there twice"
    return Refused(what, hint="\n".join(ways))


def _receipt(assembly: Assembly, delivery: Delivery, url: str | None) -> Receipt | None:
    """What is known to stand at the address is not looked for: its id must not get lost."""
    if url is None:
        return None
    if is_cut(delivery) and url == delivery.url:
        return Receipt(remote_id=delivery.remote_id, url=url, fingerprint=delivery.fingerprint)
    return _entered(assembly, delivery.channel, url)


def _entered(assembly: Assembly, channel: str, url: str) -> Receipt:
    """What was made by hand, found by its address where the platform can be asked."""
    try:
        link = checked_link(url)
    except UrlFault as fault:
        raise Refused(f"the address of the post on {channel} {fault}", hint=fault.hint) from None
    if not assembly.channels.is_open(channel):
        return unlocated(link, "the channel is not configured, or switched off", assembly.masker.mask)
    return located(
        partial(assembly.channels.adapter, channel),
        link,
        deadline=assembly.config.publisher.deadline,
        mask=assembly.masker.mask,
        hosts=assembly.channels.hosts(channel),
    )
