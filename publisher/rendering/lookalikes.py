"""What a reader does not see in a text, or takes for something else: told to the engineer, never removed.

Sources: Unicode UTS 39 (security mechanisms) for scripts that are mixed in one word, UTS 46 for host names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from publisher.settings.urls import UrlFault, punycode

MOST = 5
"""So many are told of one text."""


def lookalikes(text: str) -> list[str]:
    """One line for each: characters that nobody sees, letters of another script in a word, hosts not in ASCII."""
    if text.isascii():
        return []
    found = list(dict.fromkeys((*_unseen(text), *_mixed(text), *_hosts(text))))
    more = len(found) - MOST
    return [*found[:MOST], f"and {more} more like these"] if more > 0 else found


# --- what nobody sees -------------------------------------------------------------------------------------------

_UNSEEN = (
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_JOINERS = "\u200c\u200d"
_TURNING = "\u2066\u2067\u2068\u2069"
_LETTERS_WITHOUT_JOINERS = frozenset({"Lu", "Ll", "Lt", "Nd", "Zs", "Po"})
"""Categories after which a joiner joins nothing: those of Latin, Greek and Cyrillic, not of emoji and Indic."""


def _unseen(text: str) -> Iterator[str]:
    for found in re.finditer(_UNSEEN, text):
        character, before = found[0], text[: found.start()][-1:]
        if not _belongs(character, before):
            name = unicodedata.name(character, "unnamed").lower()
            effect = "turns the direction of writing" if character in _TURNING else "nobody sees it"
            yield f"U+{ord(character):04X} ({name}) at character {found.start() + 1}: {effect}"


def _belongs(character: str, before: str) -> bool:
    """Whether it is part of an emoji, or of a word in a script that needs it."""
    if "\ufe00" <= character <= "\ufe0f":
        return bool(before) and not before.isspace() and not before.isalpha()
    kind = unicodedata.category(before) if before else "Zs"
    return character in _JOINERS and kind not in _LETTERS_WITHOUT_JOINERS


# --- what looks like something else -------------------------------------------------------------------------------

_WORD = r"[^\W\d_]+"
_ALIKE = ("LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE")
"""Scripts with letters that look like those of another one."""


def _mixed(text: str) -> Iterator[str]:
    for word in re.findall(_WORD, text):
        scripts = {} if word.isascii() else _scripts(word)
        if len(scripts) > 1:
            names = " and ".join(name.capitalize() for name in scripts)
            points = ", ".join(f"U+{ord(one):04X}" for one in min(scripts.values(), key=len))
            yield f"{word!r} mixes {names} letters: {points}"


def _scripts(word: str) -> dict[str, list[str]]:
    """The letters of a word by their script, as far as it is one of those that look alike."""
    found: dict[str, list[str]] = {}
    for letter in word:
        script = unicodedata.name(letter, "").partition(" ")[0]
        if script in _ALIKE:
            found.setdefault(script, []).append(letter)
    return found


_HOST = r"(?i)(?P<scheme>https?://)?(?P<host>(?:[\w-]{1,63}\.){1,20}(?P<last>[\w-]{2,63}))"


def _hosts(text: str) -> Iterator[str]:
    for found in re.finditer(_HOST, text):
        host = found["host"]
        if not host.isascii() and (found["scheme"] or _is_domain(found["last"])):
            try:
                yield f"{host} is the host {punycode(host)}"
            except UrlFault:
                yield f"{host} is no valid host"


def _is_domain(last: str) -> bool:
    from publisher.rendering.weight.domains import TLDS  # few texts need it

    return last.lower() in TLDS.split()
