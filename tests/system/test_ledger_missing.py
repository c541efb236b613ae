"""L6: a ledger that is not there is no all-clear: it is named, and none is made in its place without a word."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Sandbox
from publisher.ledger import open_ledger

ASKING = {
    "due": ("due",),
    "list": ("list",),
    "list --open": ("list", "--open"),
    "show": ("show", "CMO-7K3M"),
    "resume": ("resume",),
    "resume REF": ("resume", "CMO-7K3M"),
    "resolve": ("resolve", "CMO-7K3M", "blog", "--abandon"),
    "bundle": ("bundle",),
    "update": ("update", "Halb fertig", "--yes"),
    "extend": ("extend", "--by", "30m", "--yes"),
    "complete": ("complete", "--yes"),
    "cancel": ("cancel", "--yes"),
    "correct": ("correct", "--reason", "Anders", "--yes"),
    "withdraw": ("withdraw", "CMO-7K3M", "--yes"),
    "feed build": ("feed", "build"),
}
"""Every verb that begins with what has been said."""

FRIENDLY = {
    "due": "nothing is due",
    "list": "no announcements",
    "list --open": "no announcement is open",
    "resume": "nothing to resume",
}


@pytest.fixture
def place(announce: Any) -> Path:
    """Where the configuration says that the ledger is."""
    return Path(announce.config).parent / "ledger.db"


def not_configured(announce: Any) -> Path:
    """Leave the ledger to the platform; returns where it is then."""
    announce.edit(lambda text: text.replace('ledger = "sqlite:///ledger.db"', ""))
    return Path(announce.environ["HOME"]) / ".local" / "state" / "announce" / "ledger.db"


def lost(place: Path) -> None:
    """The disk is not mounted, or somebody has tidied up; the mark is left."""
    place.unlink()


@pytest.mark.parametrize("verb", ASKING)
def test_one_that_is_configured_and_not_there_is_no_all_clear(
    announce: Any, place: Path, sandbox: Sandbox, verb: str
) -> None:
    ran = announce(*ASKING[verb], "--json")
    assert ran.code == 2, ran
    assert ran.json["error"] == f"no ledger at {place}, which [publisher] ledger of {announce.config} names"
    assert "mount its disk or mend the path" in ran.json["hint"]
    assert not list(place.parent.glob("ledger.db*"))
    assert not (place.parent / "public").exists()
    assert sandbox.posts() == []


@pytest.mark.parametrize("verb", ASKING)
def test_one_that_was_written_and_is_gone_is_no_all_clear(announce: Any, verb: str) -> None:
    place = not_configured(announce)
    assert announce.urgent("--only", "blog").code == 0
    lost(place)
    ran = announce(*ASKING[verb], "--json")
    assert ran.code == 2, ran
    assert ran.json["error"] == f"no ledger at {place}, though one was written there"
    assert not place.exists()


@pytest.mark.parametrize("verb", FRIENDLY)
def test_where_nothing_was_ever_configured_or_written_that_is_said_and_no_fault(
    announce: Any, verb: str
) -> None:
    place = not_configured(announce)
    ran = announce(*ASKING[verb])
    assert (ran.code, ran.stdout.strip()) == (0, FRIENDLY[verb])
    assert f"note: no ledger at {place}" in ran.stderr
    assert not place.parent.exists()


def test_a_new_one_is_named_before_anything_is_said(announce: Any, place: Path) -> None:
    new = f"a new ledger at {place}"
    assert new in announce("urgent", "--preset", "kernel", "--start", "+2h", "--dry-run").stdout
    assert any(new in str(warning) for warning in announce.urgent("--dry-run").json["warnings"])
    assert not place.exists()
    assert new in announce.urgent().stderr
    again = ("Anderes", "--service", "vps", "--start", "+2h", "--duration", "1h", "--only", "blog")
    assert "new ledger" not in announce("urgent", *again, "--dry-run").stdout
    assert "new ledger" not in announce("urgent", *again, "--yes").stderr


def test_nothing_is_announced_once_more_from_a_new_one_in_the_place_of_one_that_is_gone(
    announce: Any, place: Path, sandbox: Sandbox
) -> None:
    assert announce.urgent("--only", "blog").code == 0
    lost(place)
    ran = announce.urgent("--only", "blog")
    assert ran.code == 2
    assert f"no ledger at {place}" in ran.json["error"]
    assert not place.exists()
    assert len(sandbox.posts()) == 1
    assert announce.urgent("--only", "blog", "--again", "the ledger is lost").code == 0
    assert len(sandbox.posts()) == 2


def test_a_folder_that_cannot_be_looked_into_is_no_missing_ledger(announce: Any, place: Path) -> None:
    """Root may look into every folder; a name that is too long stops it, too."""
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", f"sqlite:///{'x' * 300}/ledger.db"))
    ran = announce("due", "--json")
    assert ran.code == 2
    assert "cannot be used: " in ran.json["error"]


def test_one_in_which_nothing_is_is_said_to_be_empty(announce: Any, place: Path) -> None:
    """Left by an announcement that was declined at the question: it may be the wrong one."""
    open_ledger(place, write=True).close()
    ran = announce("due")
    assert (ran.code, ran.stdout) == (0, "nothing is due\n")
    assert ran.stderr == f"note: nothing has been announced from the ledger {place} yet\n"
