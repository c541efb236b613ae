"""Which files of the site are ours: written down before they are made, so that nobody else's is ever replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from announce_channels.feed.storage.protocol import Folder, Storage
from publisher.adapter import Rejected

NAME = ".announce-manifest.json"

_MARKS = re.compile(
    rb"<generator>announce</generator>|(?m:^PRODID:-//announce//announce//EN\r?$)"
    rb'|(?s:<meta name="generator" content="announce">\n.*?\n<link rel="stylesheet" href="\.\.?/style\.css">)'
    rb'|<link rel="canonical" href="[^"]*">\n<link rel="alternate" type="application/rss\+xml"'
)
"""What a file of ours says of itself; the last one is the page of the time before there was a manifest."""


def listed(content: bytes | None) -> frozenset[str]:
    """The names in a manifest; none where it cannot be read."""
    try:
        names = json.loads(content or b"{}")["files"]
        return frozenset(name for name in names if isinstance(name, str))
    except (ValueError, LookupError, TypeError):
        return frozenset()


def claim(folder: Folder, contents: Mapping[str, bytes]) -> None:
    """List the files that are about to be written. Raises Rejected, naming those that are somebody else's."""
    ours = listed(folder.read(NAME))
    foreign = [
        name
        for name, content in contents.items()
        if name not in ours and _is_foreign(folder.read(name), content)
    ]
    if foreign:
        raise _refusal(foreign)
    if not ours.issuperset(contents):
        names = sorted(ours.union(contents))
        document = json.dumps({"generator": "announce", "files": names}, indent=0)
        folder.write(NAME, f"{document}\n".encode())


def refuse_foreign(storage: Storage, contents: Mapping[str, bytes | None]) -> None:
    """Raises Rejected where one of these files is there and somebody else's, or is no file at all.

    Each comes with what would be written, where that is known: whatever says just that already is ours.
    """
    ours = listed(storage.look(NAME))
    there = {name: storage.look(name) for name in contents}  # ours too: a folder may have taken its place
    foreign = [
        name for name, content in contents.items() if name not in ours and _is_foreign(there[name], content)
    ]
    if foreign:
        raise _refusal(foreign)


def refuse_strangers(storage: Storage, contents: Callable[[], Mapping[str, bytes | None]]) -> None:
    """As `refuse_foreign`, before anything is made in a place where nothing of ours is yet: not even a lock."""
    if storage.look(NAME) is None:
        refuse_foreign(storage, contents())


def _is_foreign(there: bytes | None, content: bytes | None) -> bool:
    return there is not None and there != content and not _MARKS.search(there)


def _refusal(names: list[str]) -> Rejected:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Rejected(
        f"not written by announce: {shown}",
        cure="move these files away, or set `directory` to another folder",
    )
