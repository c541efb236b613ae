"""A page's transcripts, walked: what is typed comes from the page alone, and what comes back is what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pexpect

LEFT_OUT = "…"
"""A line of the page for any number of lines."""

IDLE_SECONDS = 0.1
"""A line that does not go on for so long is a question."""


def transcripts(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Each command of a page's console blocks with the lines that are shown below it."""
    for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
        for part in re.split(r"(?m)^\$ (?!announce \()", block)[1:]:
            command, *shown = part.splitlines()
            yield command, shown


def walked(
    command: str, shown: list[str], *, environ: Mapping[str, str], folder: Path
) -> tuple[int, list[str]]:
    """Run a command at a terminal and answer as the page does; returns its exit code and what was on the screen."""
    child = pexpect.spawn(
        "/bin/sh",
        ["-c", command],
        env=dict(environ),
        cwd=str(folder),
        encoding="utf-8",
        timeout=60,
        dimensions=(24, 80),
    )
    child.delaybeforesend = None
    said, rest = "", list(shown)
    while child.expect([pexpect.EOF, r"[^\r\n]*: $"]):
        said += child.before + child.after
        if _goes_on(child):
            continue
        said_last = re.split(r"[\r\n]", said)[-1]
        child.sendline(_answer(said_last, rest))
    child.close()
    return int(child.exitstatus), _lines(said + child.before)


def _goes_on(child: pexpect.spawn) -> bool:
    """Whether the line only paused."""
    return bool(child.expect([pexpect.TIMEOUT, r"(?s)(?=.)", pexpect.EOF], timeout=IDLE_SECONDS))


def _answer(question: str, rest: list[str]) -> str:
    """What the page has behind a question; what stands before it is behind us."""
    while rest:
        line = rest.pop(0)
        if masked(line).startswith(masked(question)):
            return line[len(question.rstrip()) :].strip()
    raise AssertionError(f"the page has no answer to {question!r}")


def _lines(screen: str) -> list[str]:
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", screen).replace("\r", "")
    return [masked(line) for line in text.splitlines()]


def masked(line: str) -> str:
    """A line without what is another every time: references, numbers, the width of columns."""
    line = re.sub(r"\b([A-Z]{2,8})-[0-9A-Z]{4}\b", r"\1-****", line)
    return re.sub(r"\s+", " ", re.sub(r"\d+(?:\.\d+)?", "#", line)).strip()


def missing(shown: list[str], screen: list[str]) -> str | None:
    """The first line of the page that did not come where it stands; None where all came."""
    at, anywhere = 0, False
    for line in shown:
        if line.strip() == LEFT_OUT:
            anywhere = True
            continue
        wanted = masked(line)
        try:
            found = screen.index(wanted, at) if anywhere else at
        except ValueError:
            return line
        if screen[found : found + 1] != [wanted]:
            return f"{line} (there stands: {screen[found : found + 1]})"
        at, anywhere = found + 1, False
    return None if anywhere or not any(screen[at:]) else f"the end (there stands: {screen[at]})"
