"""docs/team.md, as it is typed: the roles suffice, the dump comes back, a restore that is told of is doubted."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

from tests.postgres import Server, program, server

__all__ = ["server"]

PAGE = (Path(__file__).parents[2] / "docs" / "team.md").read_text(encoding="utf-8")
MADE, GRANTED, RESTORED = re.findall(r"```sql\n(.*?)```", PAGE, re.DOTALL)


def statements(block: str) -> list[str]:
    return [one for one in block.replace("\n", " ").split(";") if one.strip()]


def test_the_page_is_followed(announce: Any, server: Server, tmp_path: Path) -> None:
    ref = announce.urgent("--skip", "feed").json["ref"]
    server.admin("postgres", *statements(MADE))
    owner = server.url("announce").replace("postgres@", "announce_owner@")
    assert announce("ledger", "migrate", "--to", owner).code == 0
    server.admin("announce", "SET ROLE announce_owner", *statements(GRANTED))

    every_day = owner.replace("announce_owner@", "announce@")
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", every_day))
    assert announce("update", ref, "Halb fertig", "--begun", "--yes").code == 0
    assert announce("resolve", ref, "blog", "--abandon").code == 2  # there is nothing to decide
    assert announce("complete", ref, "--yes").code == 0
    assert announce("check", "--no-billed").code in {0, 2}
    refused = announce("ledger", "migrate", "--to", f"sqlite:///{tmp_path}/back.db")
    assert (refused.code, "permission denied" in refused.stderr) == (2, True), refused
    assert announce("show", ref).code == 0  # it has not been moved

    dump = tmp_path / "announce.dump"
    run("pg_dump", "--schema=announce", "--format=custom", f"--file={dump}", owner)
    server.admin("postgres", "CREATE DATABASE again OWNER announce_owner")
    again = owner.removesuffix("announce") + "again"
    run("pg_restore", "--no-owner", f"--dbname={again}", str(dump))
    announce.edit(lambda text: text.replace(every_day, again))
    assert ref in announce("list", "--all").stdout
    server.admin("again", *statements(RESTORED))
    typed = announce.urgent("--skip", "feed")
    assert (typed.code, "put back" in typed.stdout + typed.stderr) == (2, True), typed


def run(name: str, *words: str) -> None:
    done = subprocess.run([program(name) or name, *words], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
