"""Rules on texts that a person typed: what may stand in a post, and what never may.

Texts reach terminals, HTML, XML, JSON and other people's platforms. What would change the meaning of its
surroundings there is refused at the door, with its place and code point; nothing is removed silently.
"""

from __future__ import annotations

import re
import unicodedata

from publisher.model.record import Record
from publisher.settings.faults import InputFault


class TextFault(InputFault):
    """A text that cannot be announced. ``place`` names the text (``title``), ``problem`` what is wrong with it."""


class TextRule(Record, frozen=True):
    """How long a text may be, in characters (code points after NFC), and whether it may have several lines."""

    most: int
    lines: bool


RULES = {
    "title": TextRule(200, lines=False),
    "reason": TextRule(500, lines=False),
    "details": TextRule(5_000, lines=True),
    "action": TextRule(500, lines=False),
    "unaffected": TextRule(500, lines=False),
    "text": TextRule(2_000, lines=True),
}
"""The texts of an announcement; ``text`` is what a later update adds."""


def checked(text: str, place: str, *, most: int, lines: bool) -> str:
    """The text in NFC, without white space around it and with ``\\n`` as its only line break.

    Raises TextFault for a text that is empty or longer than ``most`` characters, for a line break unless
    ``lines``, for control characters, lone surrogates, noncharacters, direction overrides and marks, isolates
    that do not balance within their line, and links that are not plain http or https ones.
    """
    # NFC shortens a text four times at most, so a longer one need not be normalized to be refused.
    _check_length(text, place, most, slack=4)
    text = text.replace("\r\n", "\n").strip(" \t\n")
    _check_characters(text, place, lines=lines)
    _check_marks(text, place)
    text = unicodedata.normalize("NFC", text).strip()
    if not _VISIBLE.intersection(unicodedata.category(character)[0] for character in text):
        raise TextFault("is empty", place=place, cure="write something a reader can see")
    _check_length(text, place, most)
    _check_isolates(text, place)
    _check_links(text, place)
    return text


_VISIBLE = frozenset("LNPS")
"""Letters, numbers, punctuation, symbols: the first letters of their Unicode categories."""

_NOT_UTF_8 = "byte that is not UTF-8"
_REFUSED = (
    ("control character", r"\x00-\x09\x0b-\x1f\x7f-\x9f"),
    ("line separator", r"\u2028\u2029"),
    ("direction override", r"\u202a-\u202e"),
    ("direction mark", r"\u200e\u200f\u061c"),
    (_NOT_UTF_8, r"\udc80-\udcff"),  # Python's surrogateescape, from a terminal or an argument
    ("half of a surrogate pair", r"\ud800-\udc7f\udd00-\udfff"),
    (
        "noncharacter",
        r"\ufdd0-\ufdef" + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(17)),
    ),
)
_REFUSED_PATTERN = "|".join(f"([{characters}])" for _, characters in _REFUSED)

_BARE_LINKS = (
    r"javascript:(?=\S)",
    r"vbscript:(?=\S)",
    r"data:(?=[^\s,]{0,100},)",
    "file:(?=/)",
    r"mailto:(?=\S)",
)
"""Links that work without ``//``. Each asks for what follows in a link: "JavaScript: Node.js" is prose."""

_LINK = (
    rf"(?ai)(?P<scheme>[a-z][a-z0-9+.-]{{0,30}})://(?P<user>[^\s/?#]*@)?|\b(?P<bare>{'|'.join(_BARE_LINKS)})"
)

_MOST_MARKS = 30
"""Combining marks in a row, as in Unicode's stream-safe text (UAX #15): sorting more takes quadratic time."""

_OPEN_ISOLATES = "\u2066\u2067\u2068"
_CLOSE_ISOLATE = "\u2069"


def _check_length(text: str, place: str, most: int, *, slack: int = 1) -> None:
    if len(text) > most * slack:
        problem = f"is {len(text)} characters long; at most {most} are allowed"
        raise TextFault(problem, place=place, cure="shorten it")


def _check_characters(text: str, place: str, *, lines: bool) -> None:
    if found := re.search(_REFUSED_PATTERN, text):
        raise _at(text, found.start(), place, _REFUSED[(found.lastindex or 1) - 1][0])
    if not lines and "\n" in text:
        raise _at(text, text.index("\n"), place, "line break")


def _check_marks(text: str, place: str) -> None:
    in_a_row = 0
    for position, character in enumerate(text):
        in_a_row = in_a_row + 1 if unicodedata.combining(character) else 0
        if in_a_row > _MOST_MARKS:
            raise _at(text, position, place, f"combining mark after {_MOST_MARKS} others")


def _check_isolates(text: str, place: str) -> None:
    opened: list[int] = []
    for position, character in enumerate(f"{text}\n"):
        if character in _OPEN_ISOLATES:
            opened.append(position)
        elif character == _CLOSE_ISOLATE and not opened:
            raise _at(text, position, place, "end of a direction isolate that was never begun")
        elif character == _CLOSE_ISOLATE:
            opened.pop()
        elif character == "\n" and opened:
            raise _at(text, opened[-1], place, "direction isolate that is not ended in its line")


def _check_links(text: str, place: str) -> None:
    for link in re.finditer(_LINK, text):
        scheme = (link["scheme"] or link["bare"].rstrip(":")).lower()
        if scheme not in ("http", "https"):
            problem = f"has a {scheme}: link at character {link.start() + 1}"
            raise TextFault(problem, place=place, cure="only http:// and https:// links are published")
        if link["user"]:
            problem = f"has a link with a user name in it at character {link.start() + 1}"
            raise TextFault(
                problem, place=place, cure="remove everything up to the @: it hides the true host"
            )


def _at(text: str, position: int, place: str, what: str) -> TextFault:
    code_point = f"U+{ord(text[position]):04X}"
    if what == _NOT_UTF_8:
        byte = f"0x{ord(text[position]) - 0xDC00:02X}"
        problem = f"has a {what} ({byte}) at character {position + 1}: the terminal does not send UTF-8"
        return TextFault(problem, place=place, cure="set the terminal to UTF-8")
    problem = f"has {code_point} ({what}) at character {position + 1}"
    return TextFault(problem, place=place, cure="remove it")
