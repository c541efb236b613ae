"""A team's ledger in PostgreSQL, as it is typed: made, told from, taken up by a colleague, looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.ledger.postgres.schema import _migrations
from tests.postgres import Server, server

__all__ = ["server"]

NEWEST = len(_migrations())


def test_a_team_announces_from_one_database(announce: Any, dead: Any, server: Server) -> None:
    url = server.fresh("template1").url
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
    for words in (("list",), ("ledger", "check"), announce_words()):
        ran = announce(*words)
        assert ran.code == 2, ran
        assert "ledger migrate" in ran.stdout + ran.stderr
    assert announce("ledger", "migrate").stdout == f"the ledger {url}: made, schema {NEWEST}\n"

    comes_back = dead("wordpress")
    first = announce.urgent()
    assert (first.code, first.states["blog"]) == (5, "retry_wait")
    assert announce.urgent().code == 2  # the same once more
    comes_back()
    ref = first.json["ref"]
    assert announce("resume", ref, "--json").states == dict.fromkeys(first.states, "delivered")
    assert announce("update", ref, "Halb fertig", "--begun", "--yes", "--json").code == 0
    assert announce("complete", ref, "--yes", "--json").code == 0
    (row,) = announce("list", "--all", "--json").json["announcements"]
    assert (row["ref"], row["phase"]) == (ref, "completed")

    checked = announce("ledger", "check")
    assert (checked.code, f"1 announcements, schema {NEWEST} on PostgreSQL" in checked.stdout) == (0, True), (
        checked
    )
    refused = announce("ledger", "backup", "/tmp/copy.db")
    assert (refused.code, "pg_dump" in refused.stderr) == (2, True)
    assert announce("ledger", "path").stdout == f"{url}\n"


def test_a_laptops_ledger_is_moved_into_a_database_and_back_with_what_is_open(
    announce: Any, dead: Any, server: Server, tmp_path: Path
) -> None:
    url = server.fresh("template1").url
    comes_back = dead("wordpress")
    ref = announce.urgent().json["ref"]
    comes_back()

    gone = announce("ledger", "migrate", "--to", url)
    assert (gone.code, gone.stdout) == (0, f"the ledger goes on at {url}: announcements moved: 1\n"), gone
    assert f'ledger = "{url}"' in gone.stderr
    for words in (("resume", ref), ("list",), ("show", ref), ("due",), ("ledger", "check"), announce_words()):
        refused = announce(*words)
        assert (refused.code, url in refused.stdout + refused.stderr) == (2, True), refused

    announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
    assert set(announce("resume", ref, "--json").states.values()) == {"delivered"}
    back = tmp_path / "etc" / "ledger.db"
    assert "already" in announce("ledger", "migrate", "--to", url).stdout
    assert announce("ledger", "migrate", "--to", f"sqlite:///{back}", "--json").json["moved"] == 1
    announce.edit(lambda text: text.replace(url, "sqlite:///ledger.db"))
    assert announce("cancel", ref, "--yes", "--json").code == 0


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("postgresql://a:secret@localhost/x", "has a password in it"),
        ("postgresql://a@db.example.net/x", "does not make sure"),
        ("mysql://x", "is no sqlite:/// URL"),
        ("postgresql://127.0.0.1:1/x", "cannot be reached"),
    ],
)
def test_where_it_cannot_go_it_stays(announce: Any, to: str, said: str) -> None:
    ref = announce.urgent().json["ref"]
    refused = announce("ledger", "migrate", "--to", to)
    assert (refused.code, said in refused.stderr, "secret" in refused.stderr) == (2, True, False), refused
    assert "hint:" in refused.stderr
    assert announce("cancel", ref, "--yes").code == 0


def announce_words() -> tuple[str, ...]:
    return ("urgent", "Kernel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes")


def test_what_strangers_saw_and_who_decided_is_the_teams(
    announce: Any, sandbox: Sandbox, server: Server
) -> None:
    """What is on record opens the gate for whoever asks the same ledger, until somebody has looked and missed it."""
    url = server.fresh("template1").url
    public = announce.config.parent / "public"
    sandbox.serve(public)
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", url) + "\n[gate]\nverified = true\n")
    announce("ledger", "migrate")
    sandbox.fault("facebook", Fault("403", times=9))
    ref = announce.urgent("--start", "now", "--verify").json["ref"]
    needed = ("gate", ref, "--need", "blog,feed", "--", "true")
    (public / ref).rename(public / "away")
    assert announce(*needed).code == 0, "it was seen, and that is on record"
    assert announce("verify", ref).code == 7
    refused = announce(*needed)
    assert (refused.code, "no stranger has seen it on feed" in refused.stderr) == (7, True)

    assert announce("resolve", ref, "facebook", "--delivered", "https://www.facebook.com/1_2").code == 0
    (found,) = announce("report", "--json").json["announcements"]
    told = {one["channel"]: one for one in found["channels"]}
    assert told["facebook"]["by_hand"] is True
    assert told["blog"]["verified_at"]
    [decided] = found["unknowns"]
    assert (decided["channel"], decided["unknown"], "@" in decided["decided_by"]) == ("facebook", False, True)
