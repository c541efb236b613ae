"""feed.json: JSON Feed 1.1 (jsonfeed.org/version/1.1), with the facts of each update for machines."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from announce_channels.feed.formats.cleaning import on_one_line
from announce_channels.feed.formats.items import FeedItem, newest
from announce_channels.feed.head import Head
from publisher.adapter.said import Snapshot

ABOUT = "https://pypi.org/project/announce-publisher/"
"""Who defines the `_announce` objects."""


def build(head: Head, history: Snapshot) -> bytes:
    """The feed with the newest items, newest first."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": on_one_line(head.title),
        "home_page_url": head.site,
        "feed_url": f"{head.site}{head.file('json')}",
        "description": on_one_line(head.description),
        "language": head.language,
        "authors": [{"name": on_one_line(head.brand), "url": head.site}],
        **({"hubs": [{"type": "WebSub", "url": head.hub}]} if head.hub else {}),
        "items": [_item(item, head) for item in newest(head, history)],
    }
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def ids_in(document: bytes) -> frozenset[str]:
    """The ids of the items in a feed; none where it is no JSON Feed."""
    try:
        items = json.loads(document)["items"]
        return frozenset(item["id"] for item in items if isinstance(item["id"], str))
    except (ValueError, TypeError, KeyError, RecursionError):
        return frozenset()


def _item(item: FeedItem, head: Head) -> Mapping[str, Any]:
    modified = {"date_modified": item.updated.isoformat()} if item.updated > item.published else {}
    tags = [name for _, name in item.categories(head.locale)]
    return {
        "id": item.id,
        "url": item.address,
        "title": item.title,
        "content_html": item.html,
        "date_published": item.published.isoformat(),
        **modified,
        **({"tags": tags} if tags else {}),
        "_announce": _facts(item),
    }


def _facts(item: FeedItem) -> Mapping[str, Any]:
    """As docs/announce-item.schema.json has them: nothing but this of what was taken down."""
    about = {"about": ABOUT, "ref": item.ref, "withdrawn": item.facts is None}
    if item.facts is None:
        return about
    update, corrected = item.facts.update, item.facts.corrected
    said, before, promise = update.announcement, update.before, update.next_update_at
    return about | {
        "kind": item.facts.kind,
        "corrected_at": _utc(corrected) if corrected else None,
        "phase": update.phase,
        "impact": said.impact,
        "starts_at": _utc(said.period.starts_at),
        "ends_at": _utc(said.period.ends_at),
        "replaced": before and {"starts_at": _utc(before.starts_at), "ends_at": _utc(before.ends_at)},
        "next_update_at": promise and _utc(promise),
        "services": [on_one_line(service.key) for service in said.services],
    }


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
