"""L4: nobody is kept out while a person sits at a question, and nothing of the lock stays behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import Sandbox

URGENT = ("urgent", "--preset", "kernel", "--yes", "--json", "--start")


@pytest.fixture
def typing(announce: Any) -> Iterator[Callable[..., pexpect.spawn]]:
    """Start the command at a terminal of 80 × 24."""
    started: list[pexpect.spawn] = []

    def start(*words: str) -> pexpect.spawn:
        program, *arguments = announce.line(*words)
        environ = announce.environ | {"TERM": "xterm"}
        started.append(
            pexpect.spawn(program, arguments, env=environ, encoding="utf-8", timeout=30, dimensions=(24, 80))
        )
        return started[-1]

    yield start
    for child in started:
        child.close(force=True)


@pytest.fixture
def ref(announce: Any, request: pytest.FixtureRequest) -> str:
    """An announcement in the phase in which the test's verb may be said."""
    ends = getattr(request.node, "callspec", None) and request.node.callspec.params.get("verb") == "complete"
    return str(announce(*URGENT, "now" if ends else "+2h").json["ref"])


def locks(announce: Any) -> list[Path]:
    return list(Path(announce.environ["HOME"]).parent.rglob("*.lock"))


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


ASKING = {
    "update": ("update", "Halb fertig"),
    "extend": ("extend", "--by", "30m"),
    "complete": ("complete",),
    "cancel": ("cancel",),
    "correct": ("correct", "--reason", "Anders"),
}


@pytest.mark.parametrize("verb", ASKING)
def test_a_colleague_goes_on_while_somebody_sits_at_the_question(
    announce: Any, typing: Any, sandbox: Sandbox, ref: str, verb: str
) -> None:
    child = typing(*ASKING[verb])
    child.expect("Send to . channels? now")
    assert announce("resume", ref, "--json").code == 0
    said = announce("update", ref, "Wir sind früher fertig", "--yes", "--json")
    assert (said.code, said.json["update"]) == (0, 2)
    child.sendline("y")
    child.expect(r"update 2 was recorded by somebody else while this was read; nothing\s+was\s+sent")
    child.expect("Send to . channels? now")
    child.sendline("y")
    assert ended(child) == 0
    assert announce("show", ref, "--json").json["update"] == 3


@pytest.mark.parametrize("answer", ["n", "\x03"])
@pytest.mark.parametrize("verb", [*ASKING, "withdraw"])
def test_whatever_ends_the_command_leaves_no_lock(
    announce: Any, typing: Any, ref: str, verb: str, answer: str
) -> None:
    child = typing(*ASKING.get(verb, (verb, ref)))
    child.expect(r"now\?")
    assert not [path for path in locks(announce) if ref in path.name]
    child.send(answer if answer == "\x03" else f"{answer}\n")
    assert ended(child) in {2, 130}
    assert not [path for path in locks(announce) if ref in path.name]


def test_a_withdrawal_is_asked_for_again_where_the_posts_have_changed(
    announce: Any, typing: Any, sandbox: Sandbox, ref: str
) -> None:
    child = typing("withdraw", ref)
    child.expect(r"Take down . posts now\?")
    assert announce("withdraw", ref, "blog", "--yes", "--json").code == 0
    child.sendline("y")
    child.expect(r"has changed while this was read; nothing\s+was\s+sent")
    child.expect(r"Take down . posts now\?")
    child.sendline("y")
    assert ended(child) == 0


def test_the_one_who_sends_is_named(tmp_path: Path) -> None:
    from publisher.ledger import open_ledger
    from publisher.model.errors import Refused

    with open_ledger(tmp_path / "ledger.db", write=True) as ledger, ledger.owning("CMO-7K3M"):
        lock = next(tmp_path.glob("*.lock"))
        assert lock.stat().st_mode & 0o777 == (tmp_path / "ledger.db").stat().st_mode & 0o777
        with (
            pytest.raises(Refused, match=r"being sent by process \d+ on .* \(.+\)"),
            ledger.owning("CMO-7K3M"),
        ):
            pass
    with (
        pytest.raises(ZeroDivisionError),
        open_ledger(tmp_path / "ledger.db", write=True) as ledger,
        ledger.owning("CMO-7K3M"),
    ):
        raise ZeroDivisionError
    assert not list(tmp_path.glob("*.lock"))
