"""The night in which the database is down: announced from one machine alone, gone on with there, and brought home."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pexpect
import pytest

from tests.postgres import Server, server
from tests.system.conftest import URGENT
from tests.wire import Line, line_to

__all__ = ["server"]


@pytest.fixture
def line(announce: Any, server: Server) -> Iterator[Line]:
    """The way to the team's database, which is up."""
    with line_to(server.port) as made:
        url = server.fresh().url.replace(str(server.port), str(made.port))
        announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
        yield made


def test_a_night_without_the_database_and_home_again(announce: Any, line: Line, dead: Any) -> None:
    before = announce.urgent("--skip", "feed").json["ref"]
    line.down()
    refused = announce("urgent", "Strom", *URGENT[1:], "--yes")
    assert (refused.code, "announce urgent --offline" in refused.stderr) == (2, True), refused
    unasked = announce("urgent", "Strom", *URGENT[1:], "--offline", "--json")
    assert (unasked.code, "--yes announces offline" in unasked.stdout) == (2, True), unasked

    comes_back = dead("wordpress")
    told = announce("urgent", "Strom", *URGENT[1:], "--offline", "--skip", "feed", "--yes", "--json")
    comes_back()
    ref = told.json["ref"]
    assert (told.code, told.states["blog"], told.states["facebook"]) == (5, "retry_wait", "delivered")
    assert "tells customers twice" in told.stderr
    shown = announce("show", ref)
    assert (shown.code, "offline: of postgresql://" in shown.stderr) == (0, True), shown
    assert announce("show", before).code == 2  # that one is in the database
    again = announce("urgent", "Strom", *URGENT[1:], "--offline", "--skip", "feed", "--yes")
    assert (again.code, f"was announced as {ref}" in again.stderr) == (2, True), again

    line.up()
    lost = announce("urgent", "Anderes", *URGENT[1:], "--yes")
    assert (lost.code, "announce ledger migrate" in lost.stderr) == (2, True), lost
    needless = announce("urgent", "Anderes", *URGENT[1:], "--offline", "--yes")
    assert (needless.code, "answers" in needless.stderr) == (2, True), needless
    home = announce("ledger", "migrate")
    assert (home.code, f"announced offline here: {ref}" in home.stdout) == (0, True), home

    resumed = announce("resume", ref, "--json")
    assert (resumed.code, "offline" in resumed.stderr) == (0, False), resumed
    offline, now = (
        {row["channel"]: (row["attempts"], row["url"]) for row in ran.json["deliveries"]}
        for ran in (told, resumed)
    )
    assert now | {"blog": ()} == offline | {"blog": ()}  # nothing was sent once more
    assert announce("cancel", ref, "--yes", "--json").code == 0
    assert announce("show", before).code == 0


def test_what_it_means_is_asked_before(announce: Any, line: Line) -> None:
    """It fits a terminal of 80×24."""
    line.down()
    program, *arguments = announce.line("urgent", *URGENT, "--offline")
    environ = announce.environ | {"TERM": "xterm"}
    child = pexpect.spawn(program, arguments, env=environ, encoding="utf-8", timeout=60, dimensions=(24, 80))
    child.expect("Announce offline. .y/N.:")
    assert "on this machine alone" in child.before
    assert child.before.count("\n") < 24
    child.sendline("n")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert announce("list").code == 2


def test_a_file_is_never_down(announce: Any) -> None:
    refused = announce("urgent", *URGENT, "--offline", "--yes")
    assert (refused.code, "this one is a file" in refused.stderr) == (2, True), refused


def test_a_rehearsal_begins_nothing(announce: Any, line: Line) -> None:
    line.down()
    assert announce("urgent", *URGENT, "--offline", "--dry-run").code == 0
    assert announce("list").code == 2
