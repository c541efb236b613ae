"""What reaches the terminal: data on stdout, everything else on stderr, nothing that could steer the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    import textwrap

_masks: list[Callable[[str], str]] = []


def mask_with(mask: Callable[[str], str]) -> None:
    """From now on hide secrets in everything that goes to stderr, tracebacks included."""
    _masks.append(mask)


def masked(text: str) -> str:
    """The text without the secrets that this run has used."""
    for mask in _masks:
        text = mask(text)
    return text


def prepare() -> None:
    """Make the streams survive any character, whatever the locale says, and be there even where a job has none."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w" if number else "r", encoding="utf-8"))  # noqa: SIM115  for good
    # What is typed in another encoding is refused where it is read as a text, with its character.
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors=errors)


def data(text: str = "") -> None:
    """Print for the person or program that asked."""
    _write(sys.stdout, text)


def log(text: str = "") -> None:
    """Print beside it: progress, warnings, errors."""
    _write(sys.stderr, masked(text))


COLUMNS = 80
"""What a line of a terminal surely has room for."""


def folded(text: str, hang: int = 0) -> str:
    """Prose for a person: at a terminal no line is broken within a word; what follows it hangs by so many blanks.

    What is broken cannot be pasted: a command at the end of a line that is too long stands below, whole; one that has
    nothing but a label in front of it stays there.
    """
    if not sys.stdout.isatty() or all(len(line) <= COLUMNS for line in text.split("\n")):
        return text
    import textwrap

    fold = textwrap.TextWrapper(
        width=COLUMNS, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(_fold(line, fold) if len(line) > COLUMNS else line for line in text.split("\n"))


def _fold(line: str, fold: textwrap.TextWrapper) -> str:
    prose, stop, command = line.partition(": announce ")
    if not stop:
        return fold.fill(line)
    if " " not in prose.strip():
        return line
    return f"{fold.fill(f'{prose}:')}\n{fold.subsequent_indent}{stop[2:]}{command}"


def beside(row: str, address: str, indent: int) -> str:
    """A row with an address behind it; one that has no room there stands below, whole, so that it can be taken."""
    if not address or len(f"{row}  {address}") <= COLUMNS:
        return f"{row}  {address}".rstrip()
    return f"{row.rstrip()}\n{' ' * min(indent, max(2, COLUMNS - len(address)))}{address}"


def hints(text: str | None, indent: int = 0) -> list[str]:
    """A cure, each of its lines with its label, folded as prose is."""
    label = f"{' ' * indent}hint: "
    return [folded(label + line, len(label)) for line in (text or "").splitlines()]


def data_json(value: dict[str, Any]) -> None:
    """Print the one object."""
    import json

    written = json.dumps(value, ensure_ascii=False, indent=2)
    _write(sys.stdout, visible(written, lambda character: json.dumps(character)[1:-1]))


def refuse(code: int, message: str, hint: str | None, *, as_json: bool) -> int:
    """Say why nothing was done, and how to cure it; returns the exit code."""
    if as_json:
        from publisher.runbook.results import refusal

        data_json(refusal(code, message, hint))
    log(folded(f"error: {message}", 7))
    for line in hints(hint):
        log(line)
    return code


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def visible(text: str, escaped: Callable[[str], str] = _escaped) -> str:
    """The text with everything escaped that a terminal would obey or that would turn its direction."""
    return "\n".join(
        line if line.isprintable() else _made_visible(line, escaped) for line in text.split("\n")
    )


def _made_visible(line: str, escaped: Callable[[str], str]) -> str:
    return "".join(c if c.isprintable() or c == "\t" else escaped(c) for c in line)


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(visible(text) + "\n")
        stream.flush()
    except (OSError, ValueError) as error:  # what matters is in the ledger
        _lose(stream, error)


_lost: list[OSError] = []
"""Why something that was asked for could not be printed."""


def _lose(stream: TextIO, error: Exception) -> None:
    """Nobody reads any more: nothing is missed. A full disk behind ``> file`` is another matter."""
    if stream is sys.stdout and isinstance(error, OSError) and not isinstance(error, BrokenPipeError):
        _lost.append(error)


def flush() -> OSError | None:
    """Let everything out that is still held back; returns why not all of the answer could be printed, or None."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError) as error:
            _lose(stream, error)
    return _lost[0] if _lost else None
