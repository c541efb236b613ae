"""L1: another ledger does not empty the public site; it is named, and may take the site over when asked to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from announce_sandbox import Sandbox

LOCK = ".announce.lock"
"""It holds the name of its last holder."""

URGENT = ("urgent", "--service", "vps", "--start", "+2h", "--duration", "1h", "--only", "feed", "--yes")


def test_another_ledger_takes_a_site_over_only_when_it_is_told_to(announce: Any, sandbox: Sandbox) -> None:
    folder = Path(announce.config).parent
    assert announce(*URGENT, "Kernel-Lücke").code == 0
    identity = announce("ledger", "check").stdout.splitlines()[0].rpartition("id ")[2]
    assert len(identity) == 8
    before = {
        path: path.read_bytes()
        for path in (folder / "public").rglob("*")
        if path.is_file() and path.name != LOCK
    }
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", "sqlite:///other.db"))

    said = announce(*URGENT, "Tippfehler", "--json")

    assert said.code != 0
    assert f"of another ledger, id {identity};" in said.stdout
    assert not any(str(folder).encode() in content for content in before.values())
    assert f"{folder}/other.db" in said.stdout
    built = announce("feed", "build")
    assert built.code == 2
    assert "announce feed build --adopt" in built.stderr
    assert {
        path: path.read_bytes()
        for path in (folder / "public").rglob("*")
        if path.is_file() and path.name != LOCK
    } == before

    adopted = announce("feed", "build", "--adopt")
    assert adopted.code == 0, adopted
    assert (
        f"was written from the ledger with the id {identity} and belongs to {folder}/other.db now"
        in adopted.stderr
    )
    assert "Tippfehler" in (folder / "public/rss.xml").read_text()
    assert "Kernel-Lücke" not in (folder / "public/rss.xml").read_text()
