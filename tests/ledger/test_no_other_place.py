"""No text leads to a ledger beside the one that there is: whoever follows it announces everything twice (L3, L1)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import publisher

SOURCES = Path(publisher.__file__).parent
PLACES = ("ledger", "runbook", "delivery", "cli", "settings", "model")
ELSEWHERE = re.compile(
    r"\b(another|own|other|different|new|second) (file|folder|ledger|place|path|database|one)\b"
    r"|\b(yours|elsewhere)\b|ANNOUNCE_LEDGER(?!_PASSWORD)|--ledger\b|\bledger\s*=|\[publisher\] ledger\b",
    re.IGNORECASE,
)
ABOUT = re.compile(r"ledger|\block|account|colleague|database|held", re.IGNORECASE)
"""What a text is about in which such words would be an invitation, where the module is about something else."""

LET = {
    # It is a mend of the name of the one ledger that there is.
    "see whether the server runs, and whether [publisher] ledger names it",
    "the server only lets read: name the one that is written to, or all hosts in [publisher] ledger",
    "name the host as its certificate does, in [publisher] ledger",
    "mend the host's name in [publisher] ledger",
    "mend the name in [publisher] ledger, or have the database made: createdb NAME",
    "name the server itself in [publisher] ledger\n"
    'a pooler that pools whole sessions is admitted by: [publisher] pooler = "session"',
    'name the file itself: [publisher] ledger = "sqlite:///{}"',
    "[publisher] ledger must name a plain file of yours by its only name; a team shares one by a group",
    "{}, which [publisher] ledger of {} names",
    # What is in the database is no ledger; nothing was ever announced from it.
    "name a database of its own in [publisher] ledger",
    # It says what is so, and is no advice.
    "a new ledger at {}: what was announced before, if anything, is not in it",
    "{} is another ledger, with {} announcements of its own",
    "mount its disk, or put its backup back\nwhere it is lost for good, a new one is begun by: ",
    # The old one takes nothing more: it has been moved, with all that is in it.
    'in announce.toml, under [publisher], write: ledger = "{}"',
    'now in {}, and on every machine, under [publisher]: ledger = "{}"',
    'a database is named by: [publisher] ledger = "postgresql://…"',
    # A copy, which nobody announces from.
    "name another file, best on another disk",
    "name another file; --replace writes over it",
    # About a site, which is taken over by the one ledger.
    "Take over a site that was written from another ledger.",
}
"""Texts that name such a place, and why whoever follows them still has one ledger."""


def written(source: str) -> Iterator[str]:
    """Every text of a module that is no documentation, with ``{}`` for what is put in."""
    tree = ast.parse(source)
    inside = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= {id(part) for part in node.values}
            yield "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


def invitations(source: str, *, of_the_ledger: bool = False) -> set[str]:
    return {
        text for text in written(source) if ELSEWHERE.search(text) and (of_the_ledger or ABOUT.search(text))
    }


def test_no_text_names_another_place_for_the_ledger() -> None:
    found = {
        text
        for place in PLACES
        for file in (SOURCES / place).rglob("*.py")
        for text in invitations(
            file.read_text(encoding="utf-8"), of_the_ledger="ledger" in file.relative_to(SOURCES).as_posix()
        )
    }
    assert found - LET == set(), "what does whoever follows it announce from?"
    assert LET - found == set(), "not said any more"


@pytest.mark.parametrize(
    "hint",
    [
        '"write [publisher] ledger = a file of your own"',
        'f"{lock} is held by {colleague}: name another file in the meantime"',
        '"set ANNOUNCE_LEDGER to where your account may write"',
        'hint if found else "use a different ledger"',
    ],
)
def test_control_such_a_hint_is_found_however_it_is_put(hint: str) -> None:
    assert invitations(f'"""A ledger."""\nraise Refused(f"no {{x}}", hint={hint})') != set()
