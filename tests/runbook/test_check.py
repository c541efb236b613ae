"""Templates, platforms and the ledger, tried."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.ledger import Ledger
from publisher.runbook.check import check


@pytest.mark.parametrize(
    ("faults", "code"),
    [({}, 0), ({"facebook": "401"}, 4), ({"facebook": "502"}, 5)],
    ids=["well", "refused", "not to be asked"],
)
def test_the_most_urgent_answer_is_the_exit_code(
    assemble: Any, record: Ledger, sandbox: Sandbox, faults: dict[str, str], code: int
) -> None:
    for platform, kind in faults.items():
        sandbox.fault(platform, Fault(kind))
    found = check(assemble(page=""))
    assert found.exit_code == code
    assert [answer.channel for answer in found.answers] == ["page"]


def test_a_broken_template_comes_before_any_platform(
    assemble: Any, record: Ledger, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fault("facebook", Fault("401"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "text.txt").write_text("{{ nothing }}", encoding="utf-8")
    found = check(assemble(page=""))
    assert "nothing" in found.templates["page"][0]
    assert found.exit_code == 2


def test_a_channel_that_is_switched_off_is_not_asked(assemble: Any, record: Ledger, sandbox: Sandbox) -> None:
    assert check(assemble(page="enabled = false")).answers == ()


def test_a_ledger_that_is_gone_is_said(assemble: Any, announced: Any, record: Ledger, tmp_path: Path) -> None:
    announced("page")
    record.close()
    (tmp_path / "ledger.db").unlink()
    found = check(assemble(page=""))
    assert found.ledger.exit_code == found.exit_code == 2
