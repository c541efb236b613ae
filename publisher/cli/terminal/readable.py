"""HTML as a person reads it at a terminal: its text, a line a paragraph, list item or definition, links in brackets."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_PARAGRAPHS = frozenset(
    [
        "p",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "dl",
        "table",
        "blockquote",
        "div",
        "section",
        "article",
        "pre",
    ]
)
_LINES = frozenset(["br", "li", "dt", "tr", "hr"])
_UNSEEN = frozenset(["script", "style", "template", "head", "title"])


def readable(html: str) -> str:
    """The text of a fragment, without markup; ``text (address)`` for a link that does not show its address."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    """Collects what is seen. Breaks are kept as marks until all of the text is there."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[str] = []
        self._unseen = 0
        self._links: list[tuple[str, int]] = []
        """Address and beginning of each link that is open."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen += tag in _UNSEEN
        if tag == "a":
            self._links.append((dict(attrs).get("href") or "", len(self._parts)))
        self._break(tag)
        if tag == "li":
            self._parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in _UNSEEN and self._unseen > 0
        if tag == "a" and self._links:
            self._close_link()
        if tag == "dt":
            self._parts.append(": ")
        elif tag in {"td", "th"}:
            self._parts.append("  ")
        else:
            self._break(tag if tag in _PARAGRAPHS else "")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._parts.append(re.sub(r"[ \t\r\n\xa0]+", " ", data))  # a terminal folds where it must

    def text(self) -> str:
        """What has been collected, without white space at the ends of lines and more than one empty line."""
        lines = (" ".join(line.split(" ")).strip() for line in "".join(self._parts).split("\n"))
        written = re.sub(r"\n{3,}", "\n\n", "\n".join(re.sub(" {3,}", "  ", line) for line in lines))
        return re.sub(r": +(?=\n|$)", ":", re.sub(": {2,}", ": ", written)).strip()

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._parts.append("\n\n")
        elif tag in _LINES:
            self._parts.append("\n")

    def _close_link(self) -> None:
        address, begun = self._links.pop()
        shown = "".join(self._parts[begun:]).strip()
        if address and address != shown:
            self._parts.append(f" ({address})")
