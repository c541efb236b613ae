"""Announce something: how a first update begins. From its plan on it is `tell`, as for every later one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from publisher.ledger import Ledger, open_ledger
from publisher.model.note import Note
from publisher.planning.initial import drawn_reference, plan_initial
from publisher.planning.initial_request import InitialRequest, InitialTyped, read_initial
from publisher.planning.plan import Means, Plan
from publisher.planning.reading import is_now
from publisher.runbook.ledger import novelty
from publisher.runbook.opening import begun_or_opened
from publisher.runbook.tell import Keeping, Rehearsal, rehearse, tell

if TYPE_CHECKING:
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk


def announce(
    assembly: Assembly,
    typed: InitialTyped,
    file: Mapping[str, Any],
    desk: Desk,
    *,
    keep: Keeping | None = None,
) -> int:
    """Announce what was typed, and what a file has beside it; returns the exit code. Raises as `tell`."""
    with begun_or_opened(assembly, desk, again=typed.again) as ledger:
        saying = First(assembly, ledger, typed, file)
        for warning in saying.warnings if desk.said_yes else ():
            desk.note(str(warning))
        return tell(assembly, ledger, saying, desk, keep=keep)


def rehearse_announcing(
    assembly: Assembly,
    typed: InitialTyped,
    file: Mapping[str, Any],
    desk: Desk,
    *,
    keep: Keeping | None = None,
) -> Rehearsal:
    """What would be announced; opens no socket, writes no ledger, and needs none. Raises Refused."""
    with open_ledger(assembly.ledger_path, write=False) as ledger:
        return rehearse(assembly, ledger, First(assembly, ledger, typed, file), desk, keep=keep)


class First:
    """The first update of an announcement, under a reference that is drawn now."""

    def __init__(
        self, assembly: Assembly, ledger: Ledger, typed: InitialTyped, file: Mapping[str, Any]
    ) -> None:
        self.ref = drawn_reference(assembly.config, ledger)
        new = novelty(assembly.config, ledger)
        self.warnings = (Note("new-ledger", new),) if new else ()
        self._typed = typed
        self._file = file
        self._request: InitialRequest | None = None

    def plan(self, means: Means) -> Plan:
        """As things stand now. Raises NoNoticeDue, AlreadySaid, Refused."""
        now = datetime.now(UTC)
        if self._request is None or is_now(self._typed.start or self._file.get("start")):
            self._request = read_initial(self._typed, self._file, means.config, now=now)
        return plan_initial(self._request, means, now=now, ref=self.ref)
