"""How a post is written so that WordPress shows it to the letter, whatever its tables, filters and typography."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publisher.adapter import Post

_TYPESET = r"<[^>]*>|-(?=-)|\.(?=\.\.)|(?<=[0-9])x(?=[0-9])"
_LONG = "[\U00010000-\U0010ffff]"


def text_of(post: Post) -> dict[str, str]:
    """The title and the text, as WordPress is sent them."""
    return {
        "title": _to_the_letter(html.escape(post.title)),
        # As a block of its own it is shown as it is: elsewhere WordPress makes paragraphs of line ends.
        "content": f"<!-- wp:html -->\n{_to_the_letter(post.body)}\n<!-- /wp:html -->",
    }


def _to_the_letter(markup: str) -> str:
    """WordPress would run ``[gallery]``, and typeset ``--``, ``...`` and ``2x4``; it lets entities be.

    So does every table: one of MySQL's older ``utf8`` takes no character above U+FFFF, or ends the text there.
    """
    plain = markup.replace("[", "&#91;").replace("]", "&#93;")
    plain = re.sub(_TYPESET, lambda found: found[0] if found[0][0] == "<" else _entity(found), plain)
    return re.sub(_LONG, _entity, plain)


def _entity(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};"
