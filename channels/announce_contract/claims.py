"""What an adapter says of itself: its capabilities, verbs and settings agree, and nothing is loaded too early."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from announce_contract.bench import POST, Subject, read_settings
from announce_contract.replies import Call
from announce_contract.table import CALM, Cell, receipt_of
from publisher.adapter.contract import Amending, Finding, Locating, Staging, Withdrawing
from publisher.model.outcome import ChangedByHand, ChannelError
from publisher.model.post import Capabilities, Draft, Reach, Receipt
from publisher.model.wholeness import mutilated
from publisher.settings.channel import ChannelSettings

_OPTIONAL: tuple[tuple[Any, frozenset[str]], ...] = (
    (Staging, frozenset({"stage", "release"})),
    (Finding, frozenset({"find"})),
    (Amending, frozenset({"amend"})),
    (Withdrawing, frozenset({"withdraw"})),
    (Locating, frozenset({"locate"})),
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One thing that must be so on a good day."""

    id: str
    faults: Callable[[], Iterator[str]]
    """What is wrong with it; nothing where all is well."""


def claims_of(subject: Subject) -> list[Claim]:
    """All of them; each situation's good day among them."""
    return [
        Claim(id="claims.settings", faults=lambda: _settings(subject)),
        Claim(id="claims.capabilities", faults=lambda: _capabilities(subject)),
        Claim(id="claims.verbs", faults=lambda: _verbs(subject)),
        Claim(id="claims.imports", faults=lambda: _imports(subject)),
        Claim(id="claims.like-with-like", faults=lambda: _fingerprints(subject)),
        Claim(id="claims.kept-whole", faults=lambda: _kept_whole(subject)),
        Claim(id="claims.changed-by-hand", faults=lambda: _by_hand(subject)),
        *(
            Claim(id=f"{name}.good", faults=partial(_good_day, Cell(subject=subject, call=call, fault=CALM)))
            for name, call in _situations(subject).items()
        ),
    ]


def _situations(subject: Subject) -> dict[str, Call]:
    """One call of each: its replies are those of all."""
    return {call.id.partition(".")[0]: call for call in reversed(subject.calls)}


def _settings(subject: Subject) -> Iterator[str]:
    """They are a model of ours, take what they are given, and refuse what they do not know."""
    model = subject.adapter.Settings
    if not issubclass(model, ChannelSettings):
        yield f"{model.__name__} is no ChannelSettings"
        return
    given = read_settings(subject).model_fields_set
    try:
        model.model_validate({**subject.settings, "type": "contract", "no_such_key": 1})
    except ValueError as error:
        if "no_such_key" not in str(error):
            yield f"an unknown key is refused without its name: {error}"
    else:
        yield "an unknown key is accepted"
    if "type" not in given:
        yield "the settings drop the type"


def _capabilities(subject: Subject) -> Iterator[str]:
    """What is promised can be done."""
    can = subject.adapter.capabilities(read_settings(subject))
    if not isinstance(can, Capabilities):
        yield f"capabilities are {can!r}"
        return
    has = {protocol: issubclass(subject.adapter, protocol) for protocol, _ in _OPTIONAL}
    promised = {
        "lookup": (can.lookup, has[Finding], "find"),
        "staged": (can.staged, has[Staging], "stage and release"),
        "withdraw": (can.withdraw, has[Withdrawing], "withdraw"),
        f"reach {can.reach.value}": (can.reach is not Reach.NEW, has[Amending], "amend"),
    }
    for name, (says, does, verb) in promised.items():
        if says and not does:
            yield f"{name} is promised, but there is no {verb}"
    if can.updates is not can.reach is not Reach.BOTH:
        yield f"updates are {can.updates.value}, which the reach {can.reach.value} does not allow"


def _verbs(subject: Subject) -> Iterator[str]:
    """Every verb is in the table, and no other: what is missing from it would look like a pass."""
    can = subject.adapter.capabilities(read_settings(subject))
    edits = can.reach is not Reach.NEW
    used = {Finding: can.lookup, Staging: can.staged, Withdrawing: can.withdraw, Amending: edits}
    verbs = {"check", "publish"}
    for protocol, names in _OPTIONAL:
        verbs |= names if issubclass(subject.adapter, protocol) and used.get(protocol, True) else set()
    yield from (f"no good answers are told for {verb}" for verb in sorted(verbs - subject.verbs))
    yield from (f"the adapter has no {verb}" for verb in sorted(subject.verbs - verbs))


def _good_day(cell: Cell) -> Iterator[str]:
    """With nothing wrong the verb comes to what it is for, and asks for every answer in the table."""
    run = cell.run()
    if isinstance(run.outcome, Exception) and not isinstance(run.outcome, ChannelError):
        yield f"{run.outcome!r}"
    if isinstance(run.outcome, ChannelError) and cell.call.id == cell.call.verb:
        yield f"{run.shown} on a good day"
    if len(run.received) != len(cell.call.replies):
        yield f"{len(run.received)} requests, and {len(cell.call.replies)} good answers: {run.shown}"


def _fingerprints(subject: Subject) -> Iterator[str]:
    """Receipts of one text have one fingerprint, whichever verb they come from: else an edit accuses a colleague."""
    prints: dict[str, set[str]] = {}
    for call in subject.calls:
        if call.verb in {"publish", "release", "find"} and not call.at:
            outcome = Cell(subject=subject, call=call, fault=CALM).run().outcome
            if isinstance(outcome, Receipt) and outcome.fingerprint:
                prints.setdefault(outcome.fingerprint, set()).add(call.id)
    if len(prints) > 1:
        told = " and ".join("/".join(sorted(names)) for names in prints.values())
        yield f"the receipts of {told} differ in their fingerprints"


def _kept_whole(subject: Subject) -> Iterator[str]:
    """What is said to have been kept is what a reader finds there: else a good day is called a bad one."""
    for name, call in _situations(subject).items():
        outcome = Cell(subject=subject, call=call, fault=CALM).run().outcome
        lost = mutilated(subject.post, outcome) if isinstance(outcome, Draft | Receipt) else None
        if lost and call.verb != "locate":
            yield f"{name}: {lost}"


def _by_hand(subject: Subject) -> Iterator[str]:
    """A post that reads neither as its receipt says nor as it shall read is left alone."""
    before = replace(receipt_of(subject), fingerprint="0" * 64)
    other = replace(POST, title="Etwas anderes", body="<p>Etwas anderes. Ref. CMO-7K3M</p>")
    for call in subject.calls:
        if call.verb != "amend" or call.at:
            continue
        outcome = (
            Cell(subject=replace(subject, receipt=before, post=other), call=call, fault=CALM).run().outcome
        )
        if isinstance(outcome, Receipt):
            yield f"{call.id}: what a person wrote was overwritten"
        elif not isinstance(outcome, ChangedByHand):
            yield f"{call.id}: {outcome!r} instead of ChangedByHand"


_LATE = ("requests", "urllib3", "http.client", "asyncio")
"""What a preview does not need: a channel's libraries are loaded in its own thread, when it sends."""

_PROGRAM = """
import importlib.util, sys
sys.path[:0] = {path!r}
if {file!r}:
    spec = importlib.util.spec_from_file_location({name!r}, {file!r})
    sys.modules[{name!r}] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
else:
    import {name}
print(*sorted(set({late!r}) & set(sys.modules)))
"""


def _imports(subject: Subject) -> Iterator[str]:
    """The adapter's module, which every preview loads, loads nothing that only sending needs."""
    name, file = subject.adapter.__module__, Path(inspect.getfile(subject.adapter))
    packaged = "." in name and (file.parent / "__init__.py").exists()
    program = _PROGRAM.format(
        path=[each for each in sys.path if each], file="" if packaged else str(file), name=name, late=_LATE
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    if done.returncode:
        yield f"the module cannot be loaded by itself: {done.stderr.strip().splitlines()[-1]}"
    elif done.stdout.strip():
        yield f"loaded before anything is sent: {done.stdout.strip()}"
