"""What strangers found, as text; and ``--verify``: looked at right after something was said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from publisher.cli.signals import Stopped
from publisher.cli.terminal import output

if TYPE_CHECKING:
    from publisher.cli.terminal.desk import TerminalDesk
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.verify import Look

NOT_VISIBLE = 7

_BROKEN_OFF = frozenset({1, 130})
"""Exit codes after which nobody goes on."""

PATIENCE = timedelta(seconds=10)
"""How long ``--verify`` looks again: a platform shows a post a moment after it took it."""


def lines(found: Sequence[Look]) -> list[str]:
    """A channel a line, with where it was looked for."""
    from publisher.runbook.verify import said

    width = max((len(one.channel) for one in found), default=0)
    return [
        output.beside(
            output.folded(
                f"  {one.channel:<{width}}  {said(one) or f'visible after {one.seconds:.0f} s'}", width + 4
            ),
            one.url or "",
            width + 4,
        )
        for one in found
    ]


def seen_after(assembly: Assembly, desk: TerminalDesk, speak: Callable[[], int]) -> int:
    """Speak, then look as strangers do; the exit code, 7 where all is well but what they see.

    Nothing that goes wrong with a look takes anything back, nor eats the receipts.
    """
    with desk.holding() as held:
        code = speak()
        if held.run is None or code in _BROKEN_OFF:
            return code
        ref = held.run.update.announcement.ref
        try:
            found, problem = _looked(assembly, ref, desk), None
        except Stopped:
            found, problem = (), "looking as strangers do was broken off; what was sent stands"
            code = code or 130
        if problem:
            desk.note(problem)
        return _said(ref, found, code, held.add)


def _looked(assembly: Assembly, ref: str, desk: TerminalDesk) -> tuple[Look, ...]:
    from publisher.model.errors import NotInformed
    from publisher.runbook.opening import looked_into
    from publisher.runbook.verify import keep, looks, visits

    try:
        with looked_into(assembly, desk) as ledger:
            wanted = visits(assembly, ledger, ref)
    except NotInformed as nothing:
        desk.note(str(nothing))
        return ()
    found = looks(assembly, wanted, wait=PATIENCE)
    keep(assembly, ref, wanted, found, desk)
    return found


def _said(ref: str, found: Sequence[Look], code: int, add: Callable[[dict[str, Any]], None] | None) -> int:
    from publisher.model.commands import command
    from publisher.model.seen import Visibility
    from publisher.runbook.verify import row, verdict

    is_visible = verdict(found)
    code = code or (0 if is_visible else NOT_VISIBLE)
    if add:
        add({"exit_code": code, "verified": {"visible": is_visible, "channels": [row(one) for one in found]}})
        return code
    seen = sum(one.visibility is Visibility.SEEN for one in found)
    way = f" · next: {command('verify', ref, '--wait', '2m')}" if code == NOT_VISIBLE else ""
    count = f"seen by a stranger: {seen} of {len(found)} channels"
    output.data("\n".join(["as a stranger:", *lines(found), output.folded(count + way, 2)]))
    return code
