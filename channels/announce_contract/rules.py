"""What must hold of every cell, whatever the fault: the rules of the contract, each on its own."""

from __future__ import annotations

import contextlib
import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from announce_contract.canaries import NETRC_BASIC
from announce_contract.table import Cell, Run
from publisher.adapter.identity import Identity
from publisher.model.outcome import (
    BadCredentials,
    ChangedByHand,
    ChannelError,
    Gone,
    NotSent,
    Rejected,
    Unknown,
)
from publisher.model.post import Draft, Receipt

SLACK = 1.0
"""Seconds by which a verb may outlast its time limit."""

MOST_MESSAGE = 400
"""Characters."""

_ERRORS = (NotSent, Unknown, Rejected, BadCredentials, Gone, ChangedByHand)
_RESULTS: Mapping[str, tuple[type, ...]] = {
    "check": (Identity,),
    "stage": (Draft,),
    "release": (Receipt,),
    "publish": (Receipt,),
    "find": (Receipt, type(None)),
    "amend": (Receipt,),
    "withdraw": (type(None),),
    "locate": (Receipt, type(None)),
}


def violations(cell: Cell, run: Run, calm: Run) -> list[str]:
    """What is wrong with a run, each with the name of the rule in front; ``calm`` is the run without a fault."""
    return [f"{rule.__name__.strip('_')}: {fault}" for rule in RULES for fault in rule(cell, run, calm)]


def _verdict(cell: Cell, run: Run, calm: Run) -> Iterator[str]:
    """It comes to what the table says."""
    wanted = cell.outcomes
    if run.kind not in wanted and not ("good" in wanted and run.shown == calm.shown):
        yield f"{run.shown[:300]} instead of {' or '.join(sorted(wanted))}: {cell.fault.why}"


def _contract(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """It raises one of the known outcomes, or returns what its verb returns."""
    if type(run.outcome) not in (*_ERRORS, *_RESULTS[cell.call.verb]):
        yield "".join(traceback.format_exception(run.outcome))[-1500:]


def _message(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """What a person reads is one line of reasonable length, without control characters."""
    if not isinstance(run.outcome, ChannelError):
        return
    for name, text in (("message", str(run.outcome)), ("cure", run.outcome.cure or "-")):
        if not text or len(text) > MOST_MESSAGE or not _printable(text):
            yield f"{name} of {len(text)} characters: {text[:500]!r}"


def _names(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """The message names what the table says."""
    wanted = cell.fault.names
    if wanted and isinstance(run.outcome, ChannelError) and wanted not in str(run.outcome):
        yield f"{wanted!r} is not in {run.outcome}"


def _leak(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """No piece of a secret is anywhere."""
    error = run.outcome if isinstance(run.outcome, BaseException) else None
    places = {
        "repr": repr(run.outcome),
        "cure": str(getattr(run.outcome, "cure", "")),
        "traceback": "".join(traceback.format_exception(error)) if error else "",
        "log": run.log,
    }
    leaks = cell.subject.canaries.leaks
    if not leaks("\0".join(places.values())):
        return
    for place, text in places.items():
        if pieces := leaks(text):
            yield f"{pieces[0]} in the {place}: {text[:500]!r}"


def _unsent(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """NotSent is true: the platform saw nothing of the request, or said itself that it did nothing."""
    if isinstance(run.outcome, NotSent) and not cell.fault.said and len(run.received) > cell.call.at:
        yield f"the platform saw {run.received[-1].method} {run.received[-1].path[:200]}"


def _once(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """Nothing is sent twice, and not more than the verb needs."""
    most = len(cell.call.replies) + cell.call.more + cell.fault.more
    if len(run.received) > most:
        yield f"{len(run.received)} requests instead of {most}"
    reads = cell.subject.reads
    writes = [
        (each.path, each.body)
        for each in run.received
        if each.method != "GET" and not (reads and re.search(reads, each.body.decode("latin-1")))
    ]
    if len(set(writes)) < len(writes):
        yield f"the same request twice: {writes}"


def _stranger(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """Nobody else is spoken to, and nothing is carried that is somebody else's."""
    if run.strangers:
        yield f"{run.strangers} connections to another host"
    for each in run.received:
        if "cookie" in each.headers:
            yield "a cookie was sent"
        if NETRC_BASIC in each.headers.get("authorization", ""):
            yield "the password of ~/.netrc was sent"


def _asking(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """No secret is in an address, where servers and proxies log it; and the answer is asked for plain."""
    spared = cell.subject.in_addresses
    for each in run.received:
        path = re.sub(spared, "", each.path) if spared else each.path
        if cell.subject.canaries.leaks(path):
            yield f"a secret in {each.path[:300]}"
        if each.headers.get("accept-encoding") != "identity":
            yield f"a packed answer is asked for: {each.headers.get('accept-encoding')}"


def _time(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """It ends when its time is over; of what hangs it counts who ended it: a stop-watch would judge the machine."""
    if run.ended or (not cell.fault.slow and run.seconds > run.limit + SLACK):
        yield f"{run.seconds:.1f} s instead of {run.limit} s"


def _wait(cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """The wait that the platform asks for is understood, and bounded."""
    asked = getattr(run.outcome, "retry_after", None)
    low, high = cell.fault.wait or (0, 900)
    if asked is not None and not low <= asked <= high:
        yield f"retry_after is {asked}, not within {low} and {high}"
    if asked is None and cell.fault.wait and isinstance(run.outcome, NotSent):
        yield "retry_after is not told"


def _proof(cell: Cell, run: Run, calm: Run) -> Iterator[str]:
    """What is no id proves nothing: without the id that the platform gives, nobody knows what was made."""
    id_of_good = getattr(calm.outcome, "remote_id", None)
    spoiled = id_of_good is not None and not cell.call.shrugs and str(cell.fault.spoils) == id_of_good
    if spoiled and isinstance(run.outcome, Receipt | Draft) and cell.call.verb in {"publish", "stage"}:
        yield f"{run.shown[:300]} for an answer whose id is none"


def _result(_cell: Cell, run: Run, _calm: Run) -> Iterator[str]:
    """What is recorded of a platform's answer is bounded and fit to be shown."""
    match run.outcome:
        case Receipt(remote_id=remote_id, url=url, fingerprint=fingerprint, note=note, kept=kept):
            yield from _insane_kept(kept)
            yield from _insane_id(remote_id)
            if url is not None and not _is_link(url):
                yield f"url {url[:300]!r}"
            if fingerprint is not None and not re.fullmatch(r"[0-9a-f]{64}", fingerprint):
                yield f"fingerprint {fingerprint!r}"
            yield from _insane_texts(note)
        case Draft(remote_id=remote_id, kept=kept):
            yield from _insane_kept(kept)
            yield from _insane_id(remote_id)
        case Identity(account=account, notes=notes, warnings=warnings):
            yield from _insane_texts(account, *notes, *warnings)


def _insane_id(remote_id: Any) -> Iterator[str]:
    if remote_id is not None and not (
        isinstance(remote_id, str) and 0 < len(remote_id) <= 200 and remote_id.isprintable()
    ):
        yield f"remote_id {str(remote_id)[:300]!r}"


def _insane_kept(kept: Any) -> Iterator[str]:
    if not isinstance(kept, tuple) or not all(isinstance(text, str) for text in kept):
        yield f"kept {str(kept)[:300]!r} is no tuple of texts"


def _insane_texts(*texts: str | None) -> Iterator[str]:
    for text in texts:
        if text is not None and (len(text) > MOST_MESSAGE or not _printable(text)):
            yield f"a text of {len(text)} characters: {text[:300]!r}"


def _is_link(url: str) -> bool:
    with contextlib.suppress(ValueError):
        fits = len(url) <= 2000 and url.isprintable() and " " not in url
        return fits and url.startswith(("http://", "https://")) and bool(urlsplit(url).hostname)
    return False


def _printable(text: str) -> bool:
    return all(character.isprintable() or character in "\u200c\u200d" for character in text)


Rule = Callable[[Cell, Run, Run], Iterator[str]]
RULES: tuple[Rule, ...] = (
    _verdict,
    _contract,
    _message,
    _names,
    _leak,
    _unsent,
    _once,
    _stranger,
    _asking,
    _time,
    _wait,
    _proof,
    _result,
)
