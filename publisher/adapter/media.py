"""The media types of a status site's files, for whoever serves them or puts them into a bucket."""

from __future__ import annotations

from pathlib import PurePath

MEDIA_TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "feed": "application/feed+json; charset=utf-8",
    "opensearch": "application/opensearchdescription+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
}
"""By the first word of a file's name, ``rss`` of ``rss-vps.xml``, of XML and JSON; then by suffix."""


def media_type(name: str) -> str:
    """The media type of a file by its name, with or without folders."""
    file = PurePath(name)
    word = file.stem.partition("-")[0] if file.suffix in (".xml", ".json") else ""
    return MEDIA_TYPES.get(word) or MEDIA_TYPES.get(file.suffix.lower(), "application/octet-stream")
