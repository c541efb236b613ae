"""Details as they are typed, a small Markdown: as HTML for readers, and flattened where only text can stand.

CommonMark by markdown-it-py, with what suits a notice: paragraphs whose line breaks are kept, emphasis, lists, quotes,
inline code, and links to http and https. No HTML of the writer's own, no images, no headings of any rank (they become
bold lines: a post has its own), nothing that runs. Source: https://spec.commonmark.org/0.31.2/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_OFF = ("code", "entity", "fence", "hr", "html_block", "html_inline", "image", "lheading", "reference")
"""What a person who types a text means to the letter: indented lines, ``&amp;``, ``---`` and the like."""

_MARKED = r"(?m)[*_`\[<>#\\]|^\s*([-+]|\d+[.)])\s"
"""Where none of it stands, a text is the same flattened."""

_BRACKETS = str.maketrans({"[": "&#91;", "]": "&#93;", "{": "&#123;", "}": "&#125;"})
"""WordPress would run ``[gallery]``, WHMCS ``{$x}``."""


def as_html(text: str) -> str:
    """Safe HTML, one block a line."""
    made = str(_reader().render(text)).replace("<br>\n", "<br>").strip()
    return made.translate(_BRACKETS)


def flattened(text: str) -> str:
    """The same as plain text: ``text (address)`` for links, a dash or number before what is listed."""
    if not re.search(_MARKED, text):
        return text
    return "\n".join(_blocks(_reader().parse(text))).strip()


@cache
def _reader() -> MarkdownIt:
    from markdown_it import MarkdownIt  # only details need it, and not every notice has them

    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "xhtmlOut": False}).disable(_OFF)
    reader.validateLink = _is_web_address  # type: ignore[method-assign, assignment]
    for name, tag in {"heading_open": "<p><strong>", "heading_close": "</strong></p>\n"}.items():
        reader.add_render_rule(name, _always(tag))
    return reader


def _is_web_address(address: str) -> bool:
    return re.match(r"https?://[^\s/]", address, re.IGNORECASE) is not None


def _always(tag: str) -> Any:
    return lambda _self, _tokens, _index, _options, _env: tag


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """Lines; an empty one after each paragraph that stands by itself."""
    lists: list[int | None] = []
    mark = ""
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            if not lists:
                yield ""
        elif token.type == "list_item_open":
            mark, lists[-1] = _mark(lists[-1])
        elif token.type == "inline":
            indent = "  " * max(len(lists) - 1, 0)
            yield f"{indent}{mark if lists else ''}{_inline(token.children or [])}"
            mark = "  "
        elif token.type in ("paragraph_close", "heading_close") and not lists:
            yield ""


def _mark(number: int | None) -> tuple[str, int | None]:
    """What stands before an item, and the number of the next one."""
    return ("– ", None) if number is None else (f"{number}. ", number + 1)


def _inline(tokens: Sequence[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            parts.append("\n")
        elif token.type == "link_open":
            links.append((str(token.attrs["href"]), len(parts)))
        elif token.type == "link_close":
            address, begun = links.pop()
            shown = "".join(parts[begun:])
            parts.append("" if shown.strip() in (address, "") and shown.strip() else f" ({address})")
        else:
            parts.append(token.content)
    return "".join(parts)
