"""Say more about an announcement: how a later update begins. From its plan on it is `tell`, as for the first one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from msgspec.structs import replace

from publisher.model.announcement import Kind, Localized
from publisher.model.languages import TEXTS, determined
from publisher.planning.later import plan_later
from publisher.planning.later_request import LaterRequest, LaterTyped, read_later
from publisher.planning.plan import Means, Plan
from publisher.planning.reading import is_now
from publisher.runbook.opening import looked_into, opened, reference_and_text
from publisher.runbook.tell import Keeping, Rehearsal, rehearse, tell

if TYPE_CHECKING:
    from publisher.model.note import Note
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk

Operands = tuple[str | None, str | None]
"""The reference and the text, or the text alone."""


def follow(
    assembly: Assembly, words: Operands, typed: LaterTyped, desk: Desk, *, keep: Keeping | None = None
) -> int:
    """Say it; returns the exit code. Raises as `tell`."""
    with opened(assembly, desk) as ledger:
        ref, text = reference_and_text(assembly, ledger, words, desk)
        return tell(assembly, ledger, Later(ref, _with(typed, text)), desk, keep=keep)


def rehearse_following(
    assembly: Assembly, words: Operands, typed: LaterTyped, desk: Desk, *, keep: Keeping | None = None
) -> Rehearsal:
    """What would be said; opens no socket and writes no ledger. Raises Refused."""
    with looked_into(assembly, desk) as ledger:
        ref, text = reference_and_text(assembly, ledger, words, desk)
        return rehearse(assembly, ledger, Later(ref, _with(typed, text)), desk, keep=keep)


def to_edit(
    assembly: Assembly, words: Operands, kind: Kind, desk: Desk
) -> tuple[str, str | None, Mapping[str, Localized]]:
    """Reference and text that are meant, and the texts that a correction begins with. Raises Refused."""
    with looked_into(assembly, desk) as ledger:
        ref, text = reference_and_text(assembly, ledger, words, desk)
        newest = determined(ledger.history_of(ref).said[0].update, assembly.config.language).announcement
    facts = {place: getattr(newest, place) for place in TEXTS if getattr(newest, place)}
    return ref, text, facts if kind is Kind.CORRECTED else {}


def _with(typed: LaterTyped, text: str | None) -> LaterTyped:
    """With the text that stood beside the reference, before those of the options."""
    said = () if text is None else (text,)
    return replace(typed, text=(*said, *(typed.text or ())) or None)


class Later:
    """A later update of an announcement, read against the newest one."""

    warnings: tuple[Note, ...] = ()

    def __init__(self, ref: str, typed: LaterTyped) -> None:
        self.ref = ref
        self._typed = typed
        self._read: tuple[int, LaterRequest] | None = None
        """What was typed, as it was understood after the update of that number."""

    def plan(self, means: Means) -> Plan:
        """As things stand now. Raises Refused."""
        now = datetime.now(UTC)
        newest = means.ledger.history_of(self.ref).said[0].update
        if self._read is None or self._read[0] != newest.number or is_now(self._typed.start):
            period = newest.announcement.period
            self._read = newest.number, read_later(self._typed, means.config, period, now=now)
        return plan_later(self.ref, self._read[1], means, now=now)
