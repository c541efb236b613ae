"""Whether what a platform kept of a post still tells its readers what they must know: start, end and reference.

A plug-in empties a text, a table cuts it at its first emoji, a filter takes a line out: all answer with success.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter

from publisher.model.outcome import Mutilated
from publisher.model.post import Draft, Post, Receipt, Telling

PARTS = ("start", "end", "reference")
"""In the order in which they are named."""

_BEGINNING = r"(?i)<!--|<(?:script|style)\b|<"
_ENDS = {"<!--": "-->", "<script": r"(?i)</script\s*>", "<style": r"(?i)</style\s*>", "<": ">"}
"""Of comments, of what is no text, and of all other tags."""


def readable(text: str) -> str:
    """A text or markup as a reader sees it: no tags, no entities, blanks of every kind as one."""
    plain = html.unescape(_without_markup(text))
    return " ".join(unicodedata.normalize("NFC", plain).split())


def _without_markup(text: str) -> str:
    """Blanks in the place of tags and comments. An end that is missing is looked for once, not from each beginning."""
    pieces: list[str] = []
    kept, at, missing = 0, 0, set[str]()
    beginning = re.compile(_BEGINNING)  # kept by `re`; a dry run reads no page and must not pay for it
    while begin := beginning.search(text, at):
        at = begin.end()
        for kind in (begin[0].lower(), "<"):  # a comment that is left open may still be a tag
            end = None if kind in missing else re.compile(_ENDS[kind]).search(text, at)
            if end:
                pieces += text[kept : begin.start()], " "
                kept = at = end.end()
                break
            missing.add(kind)
    return "".join([*pieces, text[kept:]])


def as_a_word(form: str) -> str:
    """A pattern that finds ``3 Nov`` but not in ``23 Nov`` or ``3 November``."""
    # nor 05:30 in UTC+05:30
    return rf"(?<!\w)(?<!UTC[+-]){re.escape(form)}" + (r"(?!\w)" if form[-1].isalnum() else "")


def unreadable(post: Post, *kept: str) -> tuple[str, ...]:
    """Which of start, end and reference cannot be read in what was kept; what both have in common, once for each."""
    text, wanted = readable("\n".join(kept)), Counter[tuple[str, ...]]()
    lacking = set()
    for told in post.tells or _reference(post):
        wanted[told.forms] += 1
        if _times(told.forms, text) < wanted[told.forms]:
            lacking.add(told.part)
    return tuple(part for part in PARTS if part in lacking)


def mutilated(post: Post, made: Draft | Receipt) -> Mutilated | None:
    """What to say of a post whose text is not whole any more; None where it is, or where nobody has seen it."""
    lost = unreadable(post, *made.kept) if made.kept else ()
    if not lost:
        return None
    *others, last = lost
    named = f"{', '.join(others)} and {last}" if others else last
    counted = f"the platform kept {len(readable(made.kept[-1]))} of {len(readable(post.body))} characters"
    return Mutilated(f"{counted}: {named} cannot be read there", made if isinstance(made, Receipt) else None)


def _reference(post: Post) -> tuple[Telling, ...]:
    """All that is known of a post that does not say what it tells."""
    told = Telling("reference", (post.ref,))
    return (told,) if _times(told.forms, readable(post.body)) else ()


def _times(forms: tuple[str, ...], text: str) -> int:
    return sum(len(re.findall(as_a_word(readable(form)), text)) for form in forms)
