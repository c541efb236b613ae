"""A team's ledger in PostgreSQL, as it is typed: made, told from, taken up by a colleague, looked at."""

from __future__ import annotations

from typing import Any

from tests.postgres import Server, server

__all__ = ["server"]


def test_a_team_announces_from_one_database(announce: Any, dead: Any, server: Server) -> None:
    url = server.fresh("template1").url
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
    for words in (("list",), ("ledger", "check"), announce_words()):
        ran = announce(*words)
        assert ran.code == 2, ran
        assert "ledger migrate" in ran.stdout + ran.stderr
    assert announce("ledger", "migrate").stdout == f"the ledger {url}: made, schema 1\n"

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
    assert (checked.code, "1 announcements, schema 1 on PostgreSQL" in checked.stdout) == (0, True), checked
    refused = announce("ledger", "backup", "/tmp/copy.db")
    assert (refused.code, "pg_dump" in refused.stderr) == (2, True)
    assert announce("ledger", "path").stdout == f"{url}\n"


def announce_words() -> tuple[str, ...]:
    return ("urgent", "Kernel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes")
