"""The use case of every later update: what is said next, what each channel does for it, every post frozen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.ledger.protocol import Clash
from publisher.model.announcement import Period, Update
from publisher.model.carried import Carried, carried
from publisher.model.delivery import Delivery, Operation, for_readers, is_overtaken
from publisher.model.errors import Refused
from publisher.model.lifecycle import CLOSED_PHASES, Change, followed, is_silent
from publisher.model.outgoing import Outgoing
from publisher.model.post import Capabilities, Post, Reach
from publisher.model.record import Record
from publisher.model.transitions import superseded
from publisher.planning.initial import published
from publisher.planning.operations import operations, uncorrected, why_not
from publisher.planning.pings import with_pings
from publisher.rendering.renderer import DoesNotFit, Renderer, TemplateFault
from publisher.settings.config import Config

_TRIES = 5


class FollowUp(Record, frozen=True, kw_only=True):
    """What will be said next, where and how, word by word. Nothing has been recorded or sent."""

    update: Update
    outgoing: tuple[Outgoing, ...]
    overtaken: tuple[Delivery, ...]
    """Deliveries of earlier updates that nobody has seen: this one takes their place."""
    idle: Mapping[str, str]
    """Channels that do nothing for it, and why."""
    unheard: Mapping[str, Period]
    """Channels whose customers last heard another period than the others did, and which."""
    open_before: tuple[Delivery, ...] = ()
    """Deliveries of earlier updates that are not settled yet; on the same channel this one goes after them."""
    uncorrected: tuple[Delivery, ...] = ()
    """The posts that keep the mistake which a silent correction repairs elsewhere."""
    joins: bool = False
    """The update has been recorded already; only channels that lack it are served."""

    @property
    def ref(self) -> str:
        """The announcement's reference."""
        return self.update.announcement.ref


class FollowUps:
    """Makes plans for later updates and records them."""

    def __init__(
        self,
        config: Config,
        ledger: Ledger,
        renderer: Renderer,
        capabilities: Callable[[str], Capabilities],
        reaches: Callable[[str], Reach],
    ) -> None:
        """``capabilities`` gives a channel's by its name, ``reaches`` what is wanted of it for later updates."""
        self._config = config
        self._ledger = ledger
        self._renderer = renderer
        self._capabilities = capabilities
        self._reaches = reaches
        self._zone = ZoneInfo(config.publisher.timezone)

    def plan(
        self, ref: str, change: Change, channels: Sequence[str], *, now: datetime, forced: bool = False
    ) -> FollowUp:
        """The plan for what is said next on these channels; ``forced`` writes over edits made by hand.

        Closing work that is closed already serves the channels that lack the last word. Raises Refused.
        """
        history = tuple(said.update for said in self._ledger.history_of(ref).said)
        found = carried(self._ledger.all_deliveries(ref))
        newest = history[0]
        last = next(one for one in history if not is_silent(one))
        if newest.phase in CLOSED_PHASES and last.kind is change.kind:
            _refuse_other_words(ref, newest, change)
            word = replace(last, announcement=newest.announcement)
            before = tuple(one for one in history if one.number < last.number)
            return self._joining(word, before, channels, found, forced=forced)
        update = followed(newest, change, now=now, published_at=published(self._ledger, now), zone=self._zone)
        plan = self._follow_up(update, history, channels, found, forced=forced)
        if not plan.outgoing:
            raise Refused(
                "; ".join(f"{name}: {why}" for name, why in plan.idle.items()) or "no channel is left",
                hint="nothing was sent",
            )
        return plan

    def commit(
        self, plan: FollowUp, change: Change, channels: Sequence[str], *, forced: bool = False
    ) -> tuple[FollowUp, tuple[Delivery, ...]]:
        """Record the plan; dated anew where another announcement has taken its second. Call it as the one owner.

        Returns the plan as recorded and its pending deliveries. Raises LedgerFault and Refused.
        """
        for _ in range(_TRIES):
            try:
                outgoing = with_pings(plan.outgoing, self._capabilities)
                if plan.joins:
                    return plan, self._ledger.join(outgoing, plan.overtaken)
                return plan, self._ledger.follow(plan.update, outgoing, plan.overtaken)
            except Clash:
                plan = self.plan(plan.ref, change, channels, now=datetime.now(UTC), forced=forced)
        raise Refused("the ledger is busy with other announcements", hint="run the command again")

    # --- inside ---------------------------------------------------------------------------------------------

    def _joining(
        self,
        update: Update,
        earlier: tuple[Update, ...],
        channels: Sequence[str],
        found: Mapping[str, Carried],
        *,
        forced: bool,
    ) -> FollowUp:
        """The last word once more, on the channels for which it was not planned."""
        planned = {one.channel for one in self._ledger.deliveries(update.announcement.ref, update.number)}
        missing = [name for name in channels if name not in planned and name in found and found[name].carries]
        if not missing:
            ref = update.announcement.ref
            raise Refused(
                f"{ref} is {update.phase} already", hint=f"announce resume {ref}, or announce show {ref}"
            )
        return replace(self._follow_up(update, earlier, missing, found, forced=forced), joins=True)

    def _follow_up(
        self,
        update: Update,
        history: Sequence[Update],
        channels: Sequence[str],
        found: Mapping[str, Carried],
        *,
        forced: bool,
    ) -> FollowUp:
        outgoing, idle = self._rendered(update, history, channels, found, forced=forced)
        overtaken = self._overtaken(update, outgoing)
        return FollowUp(
            update=update,
            outgoing=outgoing,
            overtaken=overtaken,
            idle=idle,
            unheard=_unheard(update, history, outgoing, found),
            open_before=self._open_before(update, overtaken),
            uncorrected=tuple(
                post
                for name in channels
                for post in self._uncorrected(name, update, history, found.get(name))
            ),
        )

    def _uncorrected(
        self, name: str, update: Update, history: Sequence[Update], standing: Carried | None
    ) -> Iterator[Delivery]:
        """The posts that are not edited and would read otherwise with the corrected facts."""
        can = self._capabilities(name)
        own = {one.number: one for one in history}
        for post in uncorrected(update, reach=can.reach, repeatable=can.repeatable, standing=standing):
            said = own[post.update]
            facts = replace(update.announcement, period=said.announcement.period)
            if self._text(name, said) != self._text(name, replace(said, announcement=facts)):
                yield post

    def _text(self, name: str, update: Update) -> tuple[str, str] | None:
        """Title and body of an update on a channel; None where it cannot be made."""
        try:
            post = self._rendering(name, update)
        except (TemplateFault, DoesNotFit):
            return None
        return post.title, post.body

    def _open_before(self, update: Update, overtaken: Sequence[Delivery]) -> tuple[Delivery, ...]:
        given_up = {delivery.id for delivery in overtaken}
        return tuple(
            delivery
            for delivery in for_readers(self._ledger.unfinished(update.announcement.ref))
            if delivery.update < update.number and delivery.id not in given_up
        )

    def _overtaken(self, update: Update, outgoing: Sequence[Outgoing]) -> tuple[Delivery, ...]:
        """What was never sent on the channels that are served now, as far as this says it too."""
        return tuple(
            superseded(delivery, update.number)
            for delivery in for_readers(self._ledger.unfinished(update.announcement.ref, failed=True))
            if any(
                item.post.channel == delivery.channel and is_overtaken(delivery, item.operation)
                for item in outgoing
            )
        )

    def _rendered(
        self,
        update: Update,
        history: Sequence[Update],
        channels: Sequence[str],
        found: Mapping[str, Carried],
        *,
        forced: bool,
    ) -> tuple[tuple[Outgoing, ...], Mapping[str, str]]:
        outgoing: list[Outgoing] = []
        idle: dict[str, str] = {}
        faults: list[TemplateFault | DoesNotFit] = []
        for name in channels:
            standing, reach = found.get(name), self._capabilities(name).reach
            todo = operations(update, reach=reach, updates=self._reaches(name), standing=standing)
            if not todo:
                idle[name] = why_not(update, reach=reach, standing=standing)
            try:
                outgoing += [self._outgoing(name, update, history, one, standing) for one in todo]
            except (TemplateFault, DoesNotFit) as fault:
                fault.args = (f"{name}: {fault}",)
                faults.append(fault)
        if faults:
            raise Refused("; ".join(map(str, faults)), hint=faults[0].cure)
        return tuple(replace(item, forced=forced) for item in outgoing), idle

    def _outgoing(
        self,
        name: str,
        update: Update,
        history: Sequence[Update],
        operation: Operation,
        standing: Carried | None,
    ) -> Outgoing:
        edits = operation is Operation.AMEND
        post = self._post(name, update, history, standing, edited=edits)
        target = standing.target if standing and edits else None
        return Outgoing(post, self._config.channels[name].type, operation, target)

    def _post(
        self,
        name: str,
        update: Update,
        history: Sequence[Update],
        standing: Carried | None,
        *,
        edited: bool,
    ) -> Post:
        shown, earlier = _as_shown(update, history)
        shown = _as_a_change(shown, _heard(update, history, standing))
        # What a silent correction repairs reads as before: only a post that had been edited says so.
        says_so = edited and not (is_silent(update) and not earlier)
        return replace(self._rendering(name, shown, earlier, edited=says_so), kind=update.kind)

    def _rendering(
        self, name: str, update: Update, earlier: Sequence[Update] = (), *, edited: bool = False
    ) -> Post:
        settings = self._config.channels[name]
        return self._renderer.post(
            update,
            channel=name,
            type_name=settings.type,
            locale=settings.locale or self._config.publisher.locale,
            capabilities=self._capabilities(name),
            earlier=earlier,
            edited=edited,
        )


def _refuse_other_words(ref: str, newest: Update, change: Change) -> None:
    """Who has not heard the last word yet hears what the others heard."""
    if change.text or change.ends_at:
        raise Refused(
            f"{ref} is {newest.phase} already, and that was said in other words",
            hint=f"leave the text and --at out to tell the channels that lack it, or: announce correct {ref}",
        )


def _as_shown(update: Update, history: Sequence[Update]) -> tuple[Update, tuple[Update, ...]]:
    """The update as readers see it, and what they were told before, newest first.

    A silent correction shows what it corrects, with the corrected facts; those that went before are no news.
    """
    told = [one for one in history if not is_silent(one)]
    if not is_silent(update):
        return update, tuple(told)
    last, *before = told
    shown = replace(
        update, kind=last.kind, text=last.text, before=last.before, next_update_at=last.next_update_at
    )
    return shown, tuple(before)


def _heard(update: Update, history: Sequence[Update], standing: Carried | None) -> Update | None:
    """What customers of a channel heard last before the update, or before the one that it silently corrects."""
    known = standing.heard if standing else {}
    corrected = [one.number for one in history if not is_silent(one)][:1] if is_silent(update) else []
    before = min([update.number, *corrected])
    return next((one for one in history if one.number < before and known.get(one.number)), None)


def _as_a_change(shown: Update, heard: Update | None) -> Update:
    """The update with the period that customers heard last, where that is another one: they read it as a change.

    Where nothing was heard, or work that is over is taken up again, it says what it says everywhere.
    """
    if heard is None or heard.phase in CLOSED_PHASES:
        return shown
    period = heard.announcement.period
    before = period if period != shown.announcement.period else None
    return shown if before == shown.before else replace(shown, before=before)


def _unheard(
    update: Update, history: Sequence[Update], outgoing: Sequence[Outgoing], found: Mapping[str, Carried]
) -> Mapping[str, Period]:
    """Channels whose post has to say another change of the period than the update itself does."""
    shown, _ = _as_shown(update, history)
    names = dict.fromkeys(item.post.channel for item in outgoing)
    said = {name: _as_a_change(shown, _heard(update, history, found.get(name))).before for name in names}
    return {name: before for name, before in said.items() if before and before != shown.before}
