"""``announce check``: quiet where nobody has to act, and what it may put right by itself."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from announce_sandbox import Sandbox

LEDGER = 'ledger = "sqlite:///state/ledger.db"'


def test_quiet_is_silent_until_somebody_must_act(announce: Any, sandbox: Sandbox) -> None:
    assert announce.urgent().code == 0
    assert announce("ledger", "backup", str(announce.config.parent / "copy.db")).code == 0
    announce.edit(
        lambda text: text.replace(
            "[publisher]\n",
            '[publisher]\ncontact = "+49 30 1"\nlinks = { Impressum = "https://example.net/" }\n',
            1,
        )
    )
    ran = announce("check", "--quiet", "--no-billed")
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")
    assert announce("check", "--quiet", "--json").json["channels"] == []

    (announce.config.parent / "secrets" / "blog-password").write_text("wrong", encoding="utf-8")
    ran = announce("check", "--quiet")
    assert ran.code == 4
    assert [line for line in ran.stdout.splitlines() if not line.startswith(" ")] == [
        line for line in ran.stdout.splitlines() if line.startswith("blog: ")
    ]
    assert "hint: " in ran.stdout


def test_quiet_says_what_only_warns(announce: Any) -> None:
    """Without contact and imprint the feed's pages warn: nothing is refused, and somebody has to act."""
    announce.edit(lambda text: "\n".join(one for one in text.splitlines() if not one.startswith("contact")))
    ran = announce("check", "--quiet")
    assert ran.code == 0
    assert "feed: " in ran.stdout
    assert "warning: " in ran.stdout
    assert "note: " not in ran.stdout
    assert "blog: " not in ran.stdout


def test_what_is_safe_is_put_right_and_said(announce: Any, tmp_path: Path) -> None:
    folder = announce.config.parent
    secret, linked = folder / "secrets" / "blog-password", folder / "secrets" / "facebook-token"
    secret.chmod(0o644)
    linked.chmod(0o640)
    os.link(linked, folder / "another-name")
    announce.edit(lambda text: text.replace('ledger = "sqlite:///ledger.db"', LEDGER))
    assert announce("check").code == 4
    ran = announce("check", "--fix")
    assert ran.stderr.count("fixed: ") == 2, ran.stderr
    assert "mode 0644 is 0600 now" in ran.stderr
    assert f"{folder / 'state'}: made" in ran.stderr
    assert secret.stat().st_mode & 0o777 == 0o600
    assert (folder / "state").stat().st_mode & 0o777 == 0o700
    assert linked.stat().st_mode & 0o777 == 0o640, "it has another name, which is not ours to change"
    assert ran.code == 4
    assert "facebook: " in ran.stdout
    assert "fixed: " not in announce("check", "--fix").stderr
