"""What reaches the terminal cannot steer it and carries no secret."""

from __future__ import annotations

import sys

import pytest

from publisher.cli import app
from publisher.cli.terminal import output
from publisher.settings.masking import Masker


def test_a_trace_of_an_unexpected_fault_hides_secrets(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    masker = Masker()
    masker.add("hunter2-hunter2")
    monkeypatch.setattr(output, "_masks", [masker.mask])

    def broken(*_: object) -> None:
        raise ValueError("token hunter2-hunter2 broke it")

    monkeypatch.setattr(app, "app", broken)
    assert app.run(["list", "--json"]) == 1
    printed = capsys.readouterr()
    assert "hunter2" not in printed.out + printed.err
    assert "Traceback" in printed.err
    assert '"exit_code": 1' in printed.out


@pytest.mark.parametrize(
    "text", ["a\x1b[31mred", "a\x1b]52;c;x\x07", "a\rb", "a\x9bb", "a\u202eb", "a\ud800b"]
)
def test_nothing_steers_the_terminal(capsys: pytest.CaptureFixture[str], text: str) -> None:
    output.prepare()
    output.data(text)
    printed = capsys.readouterr().out
    assert printed.startswith("a\\")
    assert printed.rstrip("\n").isprintable()


def test_lines_umlauts_and_emoji_stay(capsys: pytest.CaptureFixture[str]) -> None:
    output.data("Größe\n🙂 „x“")
    assert capsys.readouterr().out == "Größe\n🙂 „x“\n"


def test_a_command_is_whole_where_the_words_before_it_are_folded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    command = "announce resolve CMO-7K3M own --abandon --for-good 'left as it is' --config /etc/announce/announce.toml"
    note = f"note: own: update 1 was given up and may stand there; this is a new post beside it: {command}"
    *words, last = output.folded(note, 6).split("\n")
    assert last == f"      {command}"
    assert all(len(line) <= output.COLUMNS for line in words)
    assert words[-1].endswith("it:")


def test_a_cure_is_folded_and_what_is_pasted_of_it_stays_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    command = "announce resume CMO-7K3M --failed --config /etc/announce/of-the-whole-team/announce.toml"
    prose = (
        "let this machine's address pass: something in front of the platform refused it, and says so itself"
    )
    output.refuse(2, "no", f"{prose}\n{command}\nto go on with what it left: {command}", as_json=False)
    lines = capsys.readouterr().err.splitlines()
    assert lines[:2] == [
        "error: no",
        "hint: let this machine's address pass: something in front of the platform",
    ]
    assert lines[-3:] == [f"hint: {command}", "hint: to go on with what it left:", f"      {command}"]
