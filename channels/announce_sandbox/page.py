"""The web page: every post as its platform would show it, without a script and without another host.

What was posted is not trusted. Text is escaped; HTML goes into frames that may run nothing (``sandbox``), under
a content policy that allows no script anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from html import escape, unescape
from pathlib import Path
from typing import Any

from announce_sandbox.double import Double, Shown

_LABELS: Mapping[str, tuple[str, str]] = {
    "wordpress": ("WordPress", "the blog"),
    "whmcs": ("WHMCS", "the customer center"),
    "facebook": ("Facebook", "the Page"),
    "twitter": ("X", "the account"),
    "http": ("HTTP", "a customer center of one's own"),
}
_ALWAYS_THERE = ("wordpress", "whmcs", "facebook", "twitter")
_LINE_PIXELS, _CHARACTERS_A_LINE = 22, 40
_LEAST_PIXELS, _MOST_PIXELS = 48, 620


def overview(url: str, doubles: Sequence[Double], folder: Path | None) -> str:
    """The page at ``/``: a column a platform, each one's newest post first."""
    posts = {double.name: double.shown() for double in doubles}
    columns = "".join(
        _column(double, posts[double.name])
        for double in doubles
        if posts[double.name] or double.name in _ALWAYS_THERE
    )
    number = sum(post.visible for shown in posts.values() for post in shown)
    what = "1 visible post" if number == 1 else f"{number} visible posts"
    body = (
        f'<header class="top"><div><h1>announce <span>sandbox</span></h1>'
        f"<p>{what} · loopback doubles at <code>{escape(url)}</code> · nothing here leaves this machine</p></div>"
        f'<nav>{_site_links(folder)}<a href="/troubles">troubles</a> '
        '<a href="/posts.json">posts.json</a></nav></header>'
        f'<main class="columns">{columns}</main>'
    )
    return _whole("announce sandbox", body, "overview")


def posts_as_data(doubles: Sequence[Double]) -> dict[str, Any]:
    """The same as data: ``{"posts": [{"platform": …, "remote_id": …, …}]}``, each platform's oldest first."""
    return {"posts": [_as_data(post) for double in doubles for post in double.shown()]}


def document(title: str, body: str) -> str:
    """A page that stands in for one of a platform's own; ``body`` is HTML, the title is text."""
    return _whole(title, f"<main>{body}</main>", "single")


def switches(troubles: Mapping[str, tuple[str, bool]]) -> str:
    """The page at ``/troubles``: a button for each, with its sentence and whether it is on; none shows a post."""
    rows = "".join(
        f'<form method="post" action="/troubles" class="card"><h3>{escape(name)}</h3><p>{escape(summary)}</p>'
        f'<p><button name="trouble" value="{escape(name)}">Let it begin</button>{" – is on" if on else ""}</p></form>'
        for name, (summary, on) in troubles.items()
    )
    end = '<form method="post" action="/troubles"><button name="trouble" value="">End all troubles</button></form>'
    return document(
        "Troubles", f'<h2>The night\'s troubles</h2><p><a href="/">What was posted</a></p>{end}{rows}'
    )


def linked(text: str) -> str:
    """Text as HTML, its addresses made links."""
    parts = re.split(r"(https?://[^\s<>\"]*[^\s<>\".,;:!?')\]])", text)
    return "".join(_link(part) if at % 2 else escape(part) for at, part in enumerate(parts))


def as_text(title: str) -> str:
    """A title that is HTML, as readers see it."""
    return unescape(re.sub(r"<[^>]*>", "", title))


def _site_links(folder: Path | None) -> str:
    if folder is None:
        return ""
    feed = '<a href="/site/rss.xml">rss.xml</a> ' if (folder / "rss.xml").is_file() else ""
    return f'{feed}<a href="/site/">published files</a> '


def _column(double: Double, posts: list[Shown]) -> str:
    name, role = _LABELS[double.name]
    cards = "".join(_CARDS.get(double.name, _article)(post) for post in reversed(posts))
    empty = f'<p class="empty">Nothing was posted here yet.<br><code>{escape(double.base_url)}</code></p>'
    return (
        f'<section class="platform {double.name}"><header><span class="badge" aria-hidden="true"></span>'
        f"<h2>{name}</h2><p>{role}</p></header>{cards or empty}</section>"
    )


def _article(post: Shown) -> str:
    """A card with a title and, mostly, HTML."""
    body = _frame(post) if post.html else f'<p class="text">{linked(post.body)}</p>'
    return (
        f'<article class="card {post.state}"><h3>{escape(post.title)}</h3>'
        f'<p class="meta">{_time(post)} · {escape(post.account)}</p>{body}{_foot(post)}</article>'
    )


def _social(post: Shown) -> str:
    """A card as a social network shows a text."""
    return (
        f'<article class="card {post.state}"><div class="who"><span class="avatar" aria-hidden="true">'
        f"{escape(post.account.lstrip('@')[:1].upper())}</span><div><strong>{escape(post.account)}</strong>"
        f'<p class="meta">{_time(post)}</p></div></div>'
        f'<p class="text">{linked(post.body)}</p>{_length(post)}{_foot(post)}</article>'
    )


_CARDS: Mapping[str, Callable[[Shown], str]] = {"facebook": _social, "twitter": _social}


def _frame(post: Shown) -> str:
    """The post's HTML in a frame of its own that runs no script; links open outside of it."""
    content = (
        '<!doctype html><html><head><meta charset="utf-8"><meta name="color-scheme" content="light dark">'
        f'<base target="_blank"><style>{_style()}</style></head><body class="framed">{post.body}</body></html>'
    )
    return (
        f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" loading="lazy" '
        f'title="{escape(post.title)}" style="height:{_height(post.body)}px" '
        f'srcdoc="{escape(content)}"></iframe>'
    )


def _height(html: str) -> int:
    """About how high a frame must be to show the text without scrolling; nothing here can measure it."""
    html = re.sub(r"(?is)<(script|style)\b.*?</\1\s*>", "", html)
    blocks = re.split(r"</?(?:p|h[1-6]|li|tr|dt|dd|div|br|table|ul|ol|dl)\b[^>]*>", html)
    texts = [text for block in blocks if (text := re.sub(r"<[^>]*>", "", block).strip())]
    lines = sum(-(-len(text) // _CHARACTERS_A_LINE) for text in texts)
    return min(max(lines * _LINE_PIXELS + len(texts) * 12 + 16, _LEAST_PIXELS), _MOST_PIXELS)


def _length(post: Shown) -> str:
    if post.weighted is None or post.limit is None:
        return ""
    percent = min(round(100 * post.weighted / post.limit), 100)
    return (
        f'<p class="length"><span class="bar" aria-hidden="true"><span style="width:{percent}%"></span></span>'
        f"{post.weighted}/{post.limit} weighted characters</p>"
    )


def _foot(post: Shown) -> str:
    number = escape(post.remote_id)
    return (
        f'<footer><span class="chip">{post.state}</span><a href="{escape(post.url)}">open</a>'
        f'<code title="{number}">{number}</code></footer>'
    )


def _time(post: Shown) -> str:
    return f'<time datetime="{post.at.isoformat(timespec="seconds")}">{post.at:%Y-%m-%d %H:%M} UTC</time>'


def _link(address: str) -> str:
    return f'<a href="{escape(address)}" rel="noreferrer">{escape(address)}</a>'


def _as_data(post: Shown) -> dict[str, Any]:
    return {
        "platform": post.platform,
        "account": post.account,
        "remote_id": post.remote_id,
        "title": post.title,
        "body": post.body,
        "html": post.html,
        "state": post.state,
        "visible": post.visible,
        "at": post.at.isoformat(),
        "url": post.url,
        "weighted": post.weighted,
        "limit": post.limit,
    }


def _whole(title: str, body: str, kind: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f'<title>{escape(title)}</title><style>{_style()}</style></head><body class="{kind}">{body}</body></html>'
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")
