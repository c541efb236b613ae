"""Which files of the site are ours: written down before they are made, so that nobody else's is ever replaced."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from announce_channels.feed.storage import Folder
from publisher.channel import Rejected

NAME = ".announce-manifest.json"

_MARKS = re.compile(
    rb'<generator[^>]*>announce</generator>|name="generator" content="announce"|PRODID:[^\r\n]*announce'
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


def foreign_file(there: bytes | None, name: str, manifest: bytes | None) -> Rejected | None:
    """The refusal of one file that is there, or None where it is ours."""
    if name in listed(manifest) or not _is_foreign(there, None):
        return None
    return _refusal([name])


def _is_foreign(there: bytes | None, content: bytes | None) -> bool:
    return there is not None and there != content and not _MARKS.search(there)


def _refusal(names: list[str]) -> Rejected:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Rejected(
        f"not written by announce: {shown}",
        cure="move these files away, or set `directory` to another folder",
    )
