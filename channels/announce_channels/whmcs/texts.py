"""How a post is written for WHMCS, and what tells two texts of an announcement apart."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping, Set
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from publisher.adapter import Post

_LONG = "[\U00010000-\U0010ffff]"
_MOST_ESCAPED = 3


def text_of(post: Post, key: str) -> dict[str, str]:
    """The title and the text, with the mark by which it is found; the client area's templates print both as HTML.

    What is above U+FFFF goes as an entity: a table of MySQL's older ``utf8`` would end the text there.
    """
    return {
        "title": _short(html.escape(post.title, quote=False)),
        "announcement": _short(f'<div data-announce-id="{html.escape(key)}">\n{post.body}\n</div>'),
    }


def fingerprint(text: Mapping[str, Any]) -> str:
    """Of title and text of an announcement, as we write it or as WHMCS gives it back."""
    return _digest(f"{_unescaped(str(text.get('title')))}\n{text.get('announcement')}")


def is_as(text: Mapping[str, Any], known: Set[str]) -> bool:
    """Whether an announcement has one of these fingerprints; those of old receipts are of the text alone."""
    return fingerprint(text) in known or _digest(str(text.get("announcement"))) in known


def key_in(markup: str) -> str | None:
    """The key of the post in an announcement's mark, ``CMO-7K3M/1``; None where there is none."""
    mark = re.search(r"data-announce-id=[\"']([A-Z0-9/-]{1,40})[\"']", markup)
    return mark[1] if mark else None


def _short(markup: str) -> str:
    return re.sub(_LONG, lambda found: f"&#{ord(found[0])};", markup)


def _digest(text: str) -> str:
    """Line ends do not count, which the admin area's editor may have changed."""
    plain = text.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def _unescaped(title: str) -> str:
    """However often it was escaped: nobody documents what WHMCS does to a title on its way in and out."""
    for _ in range(_MOST_ESCAPED):
        title = html.unescape(title)
    return title.strip()
