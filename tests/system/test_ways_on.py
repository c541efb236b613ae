"""Where a command is refused for want of an open announcement, the one that it names shows something."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox

VERBS = (
    ("update", "Halb fertig", "--yes"),
    ("extend", "--by", "1h", "--yes"),
    ("complete", "--yes"),
    ("cancel", "--yes"),
    ("correct", "--title", "Neu", "--yes"),
    ("withdraw", "--yes"),
    ("show",),
    ("resolve", "blog"),
    ("gate", "--", "true"),
    ("verify",),
    ("bundle",),
    ("show", "CMO-2222"),
)
NOTHING = {"no announcements", "no announcement is open", "nothing is due", ""}


def empty(_: Any, __: Sandbox) -> None:
    """Nothing was ever announced from this ledger."""


def all_over(announce: Any, _: Sandbox) -> None:
    announce.urgent("--only", "blog")
    announce("cancel", "--yes")


def one_waits(announce: Any, sandbox: Sandbox) -> None:
    """It is over, and the blog does not know that yet."""
    announce.urgent("--only", "blog")
    sandbox.fault("wordpress", Fault("403"))
    announce("cancel", "--yes")
    sandbox.heal()


def taken_down(announce: Any, _: Sandbox) -> None:
    announce.urgent("--only", "blog")
    announce("withdraw", "--yes")


@pytest.mark.parametrize("before", [empty, all_over, one_waits, taken_down])
def test_a_hint_leads_to_no_empty_list(
    announce: Any, sandbox: Sandbox, before: Callable[[Any, Sandbox], None]
) -> None:
    before(announce, sandbox)
    led: dict[str, str] = {}
    for words in VERBS:
        ran = announce(*words)
        for line in ran.stderr.splitlines():
            hint, found, printed = line.partition("announce ")
            if "hint: " in hint and found and printed.split()[0] in {"list", "due", "show"}:
                shown = announce(*shlex.split(printed))
                led[f"{' '.join(words)}: announce {printed}"] = shown.stdout.strip().splitlines()[0]
    assert {way: said for way, said in led.items() if said in NOTHING} == {}
    if before is not empty:
        assert led, "nothing was tried"
