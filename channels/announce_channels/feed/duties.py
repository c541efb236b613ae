"""What readers of the pages should find there, and a check misses."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.adapter import Context

_IMPRINT = "(?i)impressum|imprint|legal"


def missed(context: Context, links: Mapping[str, str]) -> Iterator[str]:
    """Each with its cure; ``links`` are the channel's own."""
    house = context.house
    if not house.contact:
        yield "pages do not say how customers reach you: add [publisher] contact"
    found = [text for pair in {**house.links, **links}.items() for text in pair]
    if not any(re.search(_IMPRINT, text) for text in found):
        yield "pages lead to no imprint, which is a duty in Germany: add [publisher] links"
