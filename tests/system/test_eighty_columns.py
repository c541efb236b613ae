"""A terminal of 80 columns, verb after verb of a whole night: what is wider is taken whole, and is no prose."""

from __future__ import annotations

import sys
from typing import Any

import pexpect

from tests.terminals import too_wide

NIGHT = (
    "check --no-billed",
    "urgent --preset kernel --start +30m --anyway --yes",
    "due",
    "verify",
    "gate --lead 10m -- /bin/true",
    "update --begun --yes",
    "gate -- /bin/true",
    "show",
    "show --audit",
    "extend --by 30m --yes",
    "list",
    "report",
    "feed build",
    "complete --yes",
    "bundle",
    "drill --trouble list",
    "ledger check",
    "templates list",
    "windows",
    "channels",
)


def test_no_prose_is_wider(announce: Any) -> None:
    wide = []
    for typed in NIGHT:
        arguments = ["-m", "publisher", "--config", str(announce.config), *typed.split()]
        environ = announce.environ | {"TERM": "dumb"}
        shown, code = pexpect.runu(
            sys.executable,
            args=arguments,
            env=environ,
            timeout=60,
            withexitstatus=True,
            dimensions=(24, 80),
        )
        assert code in {0, 7}, shown
        wide += [f"{typed}: {line}" for line in too_wide(shown)]
    assert "\n".join(wide) == ""
