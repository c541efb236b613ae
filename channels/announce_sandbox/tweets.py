"""What X makes of a text: its weighted length, its links, the form in which it is given back.

An approximation of twitter-text's third configuration, made for this double alone: a link with a known
top-level domain counts 23, an emoji 2, and every other character 1 or 2 by its range.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from typing import Any

LIMIT = 280
_LINK_WEIGHT = 23
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))
# Every two-letter domain is taken for a country's; of the others, those that a hoster's text may hold.
_DOMAINS = (
    "com|org|net|info|biz|edu|gov|mil|int|dev|app|cloud|hosting|online|page|shop|site|blog|email|berlin"
)
_LINK = re.compile(
    r"(?<![\w@#$./-])(?:https?://)?"
    rf"(?:[a-z0-9](?:[a-z0-9-]{{0,61}}[a-z0-9])?\.)+(?:{_DOMAINS}|[a-z]{{2}})(?![\w@-]|\.[a-z0-9])"
    r"(?::[0-9]{1,5})?(?:[/?#](?:[^\s<>\"]*[^\s<>\".,;:!?')\]])?)?",
    re.IGNORECASE,
)
_PICTURE = (
    "[\u2139\u2194-\u21aa\u231a-\u23ff\u25aa-\u27bf\u2934\u2935\u2b05-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff]"
)
_TONED = f"{_PICTURE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = re.compile(f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f\u20e3|{_TONED}(?:\u200d{_TONED})*")

_CASHTAG = re.compile(r"(?<!\S)(\$[a-z]{1,6}(?:[._][a-z]{1,2})?)(?=$|\s|[^\w$])", re.IGNORECASE)
_MENTION = re.compile(r"(?<![\w!#$%&*@])(@\w{1,15})(?![\w@]|://)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Link:
    """A part of a text that X turns into a link."""

    start: int
    end: int
    text: str

    @property
    def address(self) -> str:
        """Where it leads; X puts a scheme before a bare domain."""
        return self.text if "://" in self.text else f"http://{self.text}"

    @property
    def short(self) -> str:
        """The address by which X replaces it, 23 characters."""
        digest = hashlib.sha256(self.address.encode("utf-8", "replace")).hexdigest()
        return f"https://t.co/{digest[:10]}"

    @property
    def display(self) -> str:
        """What X shows in its place."""
        bare = re.sub(r"^https?://(?:www\.)?", "", self.text, flags=re.IGNORECASE)
        return bare if len(bare) <= 27 else f"{bare[:26]}…"


def links(text: str) -> list[Link]:
    """The links in a text, in order."""
    return [Link(match.start(), match.end(), match[0]) for match in _LINK.finditer(text)]


def weighted_length(text: str) -> int:
    """How much of the 280 the text takes."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    found = links(text)
    rest = _LINK.sub("", text)
    emoji = _EMOJI.findall(rest)
    plain = _EMOJI.sub("", rest)
    return _LINK_WEIGHT * len(found) + 2 * len(emoji) + sum(map(_weight, plain))


def given_back(text: str) -> tuple[str, dict[str, Any]]:
    """The text as the API returns it, and its entities: links shortened, ``&``, ``<`` and ``>`` escaped."""
    parts: list[str] = []
    urls: list[dict[str, Any]] = []
    at = length = 0
    for link in links(text):
        before = _escaped(text[at : link.start])
        start = length + len(before)
        parts += [before, link.short]
        at, length = link.end, start + len(link.short)
        urls.append(
            {
                "start": start,
                "end": length,
                "url": link.short,
                "expanded_url": link.address,
                "display_url": link.display,
            }
        )
    return "".join([*parts, _escaped(text[at:])]), {"urls": urls} if urls else {}


def cashtags(text: str) -> list[str]:
    """The ``$SYMBOL`` of a text, as X links them: one to six letters between blanks or signs."""
    return _CASHTAG.findall(text)


def mentions(text: str) -> list[str]:
    """The ``@name`` of a text, as X links them; an address of mail holds none."""
    return _MENTION.findall(text)


def _weight(character: str) -> int:
    return 1 if any(first <= ord(character) <= last for first, last in _LIGHT) else 2


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
