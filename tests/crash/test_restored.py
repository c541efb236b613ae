"""Somebody puts yesterday's ledger back: what it takes for unsent may be public, and is not sent on faith."""

from __future__ import annotations

import shutil
from pathlib import Path

from crashlab.lab import URGENT, Lab
from crashlab.trials import recovered


def mark(own: Lab) -> Path:
    return own.ledger.with_name(f"{own.ledger.name}.mark")


def backed_up_before_it_was_sent(own: Lab) -> Path:
    """Every platform is away for a moment; then the ledger is copied, and the announcement goes out."""
    good = own.config.read_text(encoding="utf-8")
    platforms = {begins.partition("/")[0] for begins in own.stage.platforms.values()}
    for platform in platforms:
        own.edit(own.sandbox.base_url(platform), own.sandbox.closed_url)
    own.edit("deadline = 40", "deadline = 1")
    assert own.urgent().code == 5
    backup = own.folder / "yesterday.db"
    shutil.copy2(own.ledger, backup)
    own.config.write_text(good, encoding="utf-8")
    assert recovered(own)[-1].code == 0
    assert set(own.visible().values()) == {1}
    return backup


def test_every_channel_that_can_be_asked_is_asked_first(five: Lab) -> None:
    shutil.copy2(backed_up_before_it_was_sent(five), five.ledger)
    runs = recovered(five)
    assert "an old copy has been put back" in runs[0].stderr
    assert runs[-1].code == 0
    assert five.recorded() == [dict.fromkeys(five.stage.channels, "delivered")]
    assert five.visible() == dict.fromkeys(five.visible(), 1)
    assert five.sent() == dict.fromkeys(five.sent(), 1)


def test_a_channel_that_cannot_be_asked_is_left_to_a_person(bare: Lab) -> None:
    shutil.copy2(backed_up_before_it_was_sent(bare), bare.ledger)
    assert recovered(bare)[-1].code == 3
    assert bare.recorded() == [{"center": "delivered", "board": "needs_decision"}]
    assert bare.visible() == {"center": 1, "board": 1}


def test_without_the_mark_the_same_play_finds_the_second_copies(bare: Lab) -> None:
    """The control: a ledger that is put back together with its mark, or without one, cannot be told from a new one."""
    shutil.copy2(backed_up_before_it_was_sent(bare), bare.ledger)
    mark(bare).unlink()
    assert recovered(bare)[-1].code == 0
    assert bare.visible() == {"center": 2, "board": 2}


def test_what_was_announced_since_the_copy_is_not_announced_again_unseen(bare: Lab) -> None:
    assert bare.urgent().code == 0
    backup = bare.folder / "yesterday.db"
    shutil.copy2(bare.ledger, backup)
    other = ("urgent", "Netzwerk", *URGENT[2:])
    assert bare.run(*other).code == 0
    shutil.copy2(backup, bare.ledger)

    for _ in range(2):  # the first command that notices must not be the only one that knows
        ran = bare.run(*other)
        assert ran.code == 2
        assert "may have been announced before" in ran.json["error"]
        assert "--again" in ran.json["hint"]
    assert bare.visible() == {"center": 2, "board": 2}
    assert bare.run(*other, "--again", "looked, and it was not there").code == 0


def test_a_mark_that_makes_no_sense_stops_nobody(bare: Lab) -> None:
    assert bare.urgent().code == 0
    mark(bare).write_bytes(b"\xff" * 49)
    ran = bare.run("urgent", "Netzwerk", *URGENT[2:])
    assert ran.code == 0
    assert "old copy" not in ran.stderr


def test_a_mark_that_is_no_file_is_named_with_its_cure(bare: Lab) -> None:
    assert bare.urgent().code == 0
    mark(bare).unlink()
    mark(bare).mkdir()
    ran = bare.run("urgent", "Netzwerk", *URGENT[2:])
    assert (ran.code, bare.visible()) == (2, {"center": 1, "board": 1})
    assert f"{mark(bare)}, beside the ledger, is a folder, not a plain file" in ran.json["error"]


def test_it_is_as_private_as_the_ledger(bare: Lab) -> None:
    assert bare.urgent().code == 0
    assert mark(bare).stat().st_mode & 0o777 == 0o600
    bare.ledger.chmod(0o660)
    mark(bare).unlink()
    assert bare.run("urgent", "Netzwerk", *URGENT[2:]).code == 0
    assert mark(bare).stat().st_mode & 0o777 == 0o660
