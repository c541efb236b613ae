"""feed.json: JSON Feed 1.1 (jsonfeed.org/version/1.1), with the facts of each update for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.items import Item, newest
from announce_channels.feed.formats.table import FORMATS
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot

_FILE = FORMATS["json"].file

ABOUT = "https://pypi.org/project/announce-publisher/"
"""Who defines the `_announce` objects."""


def build(head: Head, history: Snapshot) -> bytes:
    """The feed with the newest items, newest first."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": on_one_line(head.title),
        "home_page_url": head.site,
        "feed_url": f"{head.site}{_FILE}",
        "description": on_one_line(head.description),
        "language": head.language,
        "authors": [{"name": on_one_line(head.brand), "url": head.site}],
        **({"hubs": [{"type": "WebSub", "url": head.hub}]} if head.hub else {}),
        "items": [_item(item) for item in newest(head, history)],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the items in a feed; none where it is no JSON Feed."""
    try:
        items = json.loads(document)["items"]
        return frozenset(item["id"] for item in items if isinstance(item["id"], str))
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset()


def _item(item: Item) -> Mapping[str, Any]:
    modified = {"date_modified": item.updated.isoformat()} if item.updated > item.published else {}
    return {
        "id": item.id,
        "url": item.address,
        "title": item.title,
        "content_html": item.html,
        "date_published": item.published.isoformat(),
        **modified,
        "_announce": _facts(item),
    }


def _facts(item: Item) -> Mapping[str, Any]:
    update = item.update
    said = update.announcement
    return {
        "about": ABOUT,
        "ref": said.ref,
        "kind": update.kind,
        "phase": update.phase,
        "impact": said.impact,
        "starts_at": _utc(said.period.starts_at),
        "ends_at": _utc(said.period.ends_at),
        "services": [on_one_line(service.key) for service in said.services],
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
