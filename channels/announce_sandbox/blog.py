"""The public face of the WordPress double: what its filters make of a text, the pages and the feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from xml.sax.saxutils import escape as xml_escape

from announce_sandbox.page import as_text, document
from announce_sandbox.wire import Answer, Request, html_answer

_SHORTCODES = re.compile(r"\[/?(?:gallery|caption|wp_caption|audio|video|playlist|embed)\b[^\]]*\]")
_BLOCK_COMMENT = re.compile(r"<!-- /?wp:[^>]*?-->\n?")
_FEED_ITEMS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A published post as visitors get it."""

    id: int
    slug: str
    title: str
    """HTML."""
    content: str
    """HTML."""
    author: str
    at: datetime
    link: str


def rendered_title(raw: str) -> str:
    """HTML passes through; a bare ampersand and typewriter punctuation do not."""
    text = re.sub(r"&(?!#?\w+;)", "&#038;", raw)
    text = text.replace("---", "&#8212;").replace("--", "&#8211;").replace("...", "&#8230;")
    text = re.sub(r'(^|[\s(\[])"', r"\1&#8220;", text)
    return text.replace('"', "&#8221;").replace("'", "&#8217;")


def rendered_content(raw: str) -> str:
    """Registered shortcodes vanish; line breaks become markup, except in a text made of blocks."""
    text = raw
    if "<!-- wp:" in raw:
        text = _BLOCK_COMMENT.sub("", raw)
    elif text.strip():
        parts = [part.strip() for part in re.split(r"\n\s*\n", raw) if part.strip()]
        text = "\n".join(_paragraph(part) for part in parts) + "\n"
    return _SHORTCODES.sub("", text)


def page(request: Request, base_url: str, entries: list[Entry]) -> Answer:
    """The page or feed at an address of the site; ``entries`` newest first."""
    discovery = (("Link", f'<{base_url}/wp-json/>; rel="https://api.w.org/"'),)
    if request.path == "/feed/":
        return _feed(base_url, entries)
    wanted = dict(request.params).get("p", "")
    if wanted:
        moved = [entry.link for entry in entries if str(entry.id) == wanted]
        if moved:
            return Answer(status=301, headers=(("Location", moved[0]), *discovery))
    elif request.path in ("", "/"):
        return html_answer(document("Blog", "\n".join(map(_article, entries))), headers=discovery)
    found = [entry for entry in entries if not wanted and request.path.strip("/") == entry.slug]
    if not found:
        return html_answer(document("Page not found", "<p>Nothing here.</p>"), 404, discovery)
    return html_answer(document(as_text(found[0].title), _article(found[0])), headers=discovery)


def _paragraph(part: str) -> str:
    if re.match(r"</?(?:p|h[1-6]|ul|ol|li|table|div|dl|blockquote|pre|section|figure|hr)\b", part):
        return part
    return f"<p>{part}</p>".replace("\n", "<br />\n")


def _article(entry: Entry) -> str:
    stamp = entry.at.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f'<article><h2><a href="{escape(entry.link)}">{entry.title}</a></h2>'
        f'<p class="meta">{stamp} · {escape(entry.author)}</p>{entry.content}</article>'
    )


def _feed(base_url: str, entries: list[Entry]) -> Answer:
    items = "".join(map(_item, entries[:_FEED_ITEMS]))
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Blog</title>'
        f"<link>{xml_escape(base_url)}</link><description>announce sandbox</description>{items}</channel></rss>"
    )
    return Answer(
        status=200, body=xml.encode("utf-8", "replace"), media_type="application/rss+xml; charset=UTF-8"
    )


def _item(entry: Entry) -> str:
    content = entry.content.replace("]]>", "]]]]><![CDATA[>")
    return (
        f"<item><title>{xml_escape(as_text(entry.title))}</title><link>{xml_escape(entry.link)}</link>"
        f"<dc:creator>{xml_escape(entry.author)}</dc:creator>"
        f"<pubDate>{format_datetime(entry.at.astimezone(UTC))}</pubDate>"
        f'<guid isPermaLink="false">{xml_escape(entry.link)}</guid>'
        f"<content:encoded><![CDATA[{content}]]></content:encoded></item>"
    )
