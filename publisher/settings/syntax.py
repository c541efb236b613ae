"""Why a TOML or JSON text cannot be parsed, in plain words: the place, the character that is at fault, the cure.

Word processors, chats and web pages put typographic quotes and no-break spaces where a program wants plain ones;
on a screen they look alike. Nothing else of the text is quoted: it may be a secret.
"""

from __future__ import annotations

import re
import unicodedata

from publisher.settings.faults import Fault
from publisher.settings.masking import one_line

_QUOTES = "“”„‟‘’‚‛«»‹›″′´`"
_CURE = "see https://toml.io"

_WORDS = (
    (re.compile(r"Cannot overwrite a value|Duplicate inline table key"), "this key or table is given twice"),
    (re.compile(r"Cannot declare .* twice|Cannot redefine"), "this table is given twice"),
    (
        re.compile(r"Cannot mutate immutable namespace"),
        "this table was closed before: it cannot get more keys",
    ),
    (re.compile(r"Expected '=' after a key"), "a = is missing after the key"),
    (re.compile(r"Expected newline or end of document"), "the line goes on after its value"),
    (
        re.compile(r"Illegal character|Found invalid"),
        "a quote is not closed, or a control character stands here",
    ),
    (re.compile(r"Invalid value"), "this is no value: texts stand in quotes"),
    (
        re.compile(r"Unterminated|Unclosed|Expected", re.IGNORECASE),
        "something is not closed: a quote, ] or }",
    ),
)
"""What the parser says, and the same in plain words."""

_ESCAPES = r"(?i)backslash|'\\'|hex value|scalar value"


def of_toml(said: str, text: str) -> Fault:
    """The fault behind a message of ``tomllib``."""
    place = re.search(r"at line (\d+), column (\d+)", said)
    if place is None:
        line = text.rstrip().count("\n") + 1
        return _unclosed(text, line, None) or Fault(f"line {line}", _plain(said), _CURE)
    line, column = int(place[1]), int(place[2])
    if re.search(_ESCAPES, said):
        return _escape(text, line, column)
    return _slip(text, line, column) or Fault(f"line {line}, column {column}", _plain(said), _CURE)


def of_json(said: str, text: str, line: int, column: int) -> Fault:
    """The fault behind a message of ``json``, with the line and column that it names (both from 1)."""
    return _slip(text, line, column) or Fault(f"line {line}, column {column}", said)


def _plain(said: str) -> str:
    return next((words for pattern, words in _WORDS if pattern.search(said)), "this is not TOML")


def _slip(text: str, line: int, column: int) -> Fault | None:
    """A character that only looks right, at the place or, where a quote is not closed there, before it."""
    written = _line(text, line)
    character = written[column - 1 : column]
    if character and character in _QUOTES:
        return Fault(f"line {line}, column {column}", f"{_named(character)} is no quote here", 'write "')
    if character and unicodedata.category(character) in ("Zs", "Cf", "Zl", "Zp") and character != " ":
        return Fault(
            f"line {line}, column {column}", f"{_named(character)} is no space here", "write a plain one"
        )
    return _unclosed(text, line, column) if column > len(written) else None


def _unclosed(text: str, line: int, column: int | None) -> Fault | None:
    """A text that was begun with a plain quote and ended with another."""
    written = _line(text, line)[:column]
    at = max(written.rfind(quote) for quote in _QUOTES)
    if at < 0 or written.count('"') % 2 == 0:
        return None
    return Fault(f"line {line}, column {at + 1}", f'{_named(written[at])} does not close a "', 'write "')


def _escape(text: str, line: int, column: int) -> Fault:
    """A backslash between double quotes: paths of Windows have them."""
    written = _line(text, line)
    at = max(written.rfind("\\", 0, column), 0)
    problem = f"a backslash that escapes nothing: {written[at : at + 2]}"
    cure = r"""write it twice, "C:\\Users", or use single quotes, 'C:\Users'"""
    return Fault(f"line {line}, column {at + 1}", one_line(problem), cure)


def _named(character: str) -> str:
    """``“ (U+201C, left double quotation mark)``, ``U+00A0 (no-break space)``."""
    code, name = f"U+{ord(character):04X}", unicodedata.name(character, "no name").lower()
    return f"{character} ({code}, {name})" if character.isprintable() else f"{code} ({name})"


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1] if number <= len(lines) else ""
