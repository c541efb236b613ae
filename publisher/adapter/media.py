"""The media types of a status site's files, for whoever serves them or puts them into a bucket."""

from __future__ import annotations

from pathlib import PurePath

MEDIA_TYPES = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "opensearch.xml": "application/opensearchdescription+xml; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ics": "text/calendar; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml; charset=utf-8",
}
"""By file name, then by suffix."""


def media_type(name: str) -> str:
    """The media type of a file by its name, with or without folders."""
    file = PurePath(name)
    return MEDIA_TYPES.get(file.name) or MEDIA_TYPES.get(file.suffix.lower(), "application/octet-stream")
