"""How X counts a text: weighted characters, as the npm package twitter-text 3.1.0 counts them, in linear time.

Letters of Europe, the Middle East and South Asia weigh 1, and so do most dashes and quotation marks; everything
else (CJK, ``€ … • → ™``) weighs 2. An emoji weighs 2 however many code points make it. A link weighs 23, and so
does a bare host under a known top-level domain, such as ``node.py`` or ``README.md``. The text counts after NFC.

The original's expressions take minutes for a few kilobytes of ``a.a.a.``; here every character is looked at a
bounded number of times. Source: docs.x.com, "Counting characters", and github.com/twitter/twitter-text.
"""

from __future__ import annotations

import re
from unicodedata import normalize

from publisher.rendering.weight.emoji import joined
from publisher.rendering.weight.links import links
from publisher.rendering.weight.units import join, split

LINK = 23
"""What any link weighs: X shortens each one to that many characters."""

_LIGHT = "[\0-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]+"
"""What weighs 1; every other character weighs 2."""


def weighted_length(text: str) -> int:
    """The length of a text in X's weighted characters; a post may have 280. Lone surrogates weigh 2 each."""
    units = split(normalize("NFC", text))
    total = seen = 0
    for start, end in links(units):
        total += _plain(units[seen:start]) + LINK
        seen = end
    return total + _plain(units[seen:])


def hosts_in(text: str) -> list[str]:
    """What X makes a link of, in order, with ``https://`` where it is written."""
    units, found = split(normalize("NFC", text)), []
    for start, end in links(units):
        written = re.search(r"https?://$", units[:start], re.IGNORECASE)
        found.append((written[0] if written else "") + join(units[start:end]))
    return found


def _plain(units: str) -> int:
    """The weight of a text without links."""
    if units.isascii():
        return len(units)
    text = joined(join(units))
    return len(text) + len(re.sub(_LIGHT, "", text))
