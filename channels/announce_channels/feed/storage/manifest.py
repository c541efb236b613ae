"""Which files of the site are ours, and of which ledger: written down before they are made.

So nobody else's file is ever replaced, and no other ledger empties the site of what this one has never heard of.
Visitors may read it, so it names the ledger by its id alone: where that lies on a machine is nobody's business.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping

from announce_channels.feed.storage.protocol import Folder, Storage
from publisher.adapter import Rejected
from publisher.adapter.said import Origin

NAME = ".announce-manifest.json"

_MARKS = (
    rb"<generator>announce</generator>|(?m:^PRODID:-//announce//announce//EN\r?$)"
    rb'|(?s:<meta name="generator" content="announce">\n.*?\n<link rel="stylesheet" href="\.\.?/style\.css">)'
    rb'|<link rel="canonical" href="[^"]*">\n<link rel="alternate" type="application/rss\+xml"'
)
"""What a file of ours says of itself; the last one is the page of the time before there was a manifest."""


_HEAD = 16 * 1024
"""Bytes at the beginning of a file, where a mark of ours stands: to search a whole foreign page may take minutes."""


def listed(content: bytes | None) -> frozenset[str]:
    """The names in a manifest; none where it cannot be read."""
    try:
        names = json.loads(content or b"{}")["files"]
        return frozenset(name for name in names if isinstance(name, str))
    except (ValueError, LookupError, TypeError, RecursionError):
        return frozenset()


def origin_in(content: bytes | None) -> Origin | None:
    """The ledger that a manifest names; None where it names none, as those of earlier versions do.

    Its name is empty but in a manifest of a version that published the ledger's path.
    """
    try:
        written = json.loads(content or b"{}")["ledger"]
        identity = written["id"]
        return Origin(identity, str(written.get("name", ""))) if isinstance(identity, str) else None
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return None


def refuse_other(content: bytes | None, origin: Origin, place: str) -> None:
    """Raises Rejected where this manifest names another ledger than the one that a history comes from."""
    written = origin_in(content)
    if written and written.id != origin.id:
        raise Rejected(
            f"the site is of another ledger, {_named(written)}; this one is {_named(origin)}; the site: {place}",
            cure="correct `directory` or [publisher] ledger; `announce feed build --adopt` takes the site over,"
            " and what only the other ledger knows leaves its feeds",
        )


def adopt(folder: Folder, origin: Origin) -> Origin | None:
    """Let the site belong to this ledger from now on; returns the one it was written from, where that is another."""
    content = folder.read(NAME)
    before = origin_in(content)
    if before and before.id != origin.id:
        _write(folder, listed(content), origin)
        return before
    return None


def claim(folder: Folder, contents: Mapping[str, bytes], origin: Origin) -> None:
    """List the files that are about to be written. Raises Rejected, naming those that are somebody else's."""
    there = folder.read(NAME)
    ours = listed(there)
    foreign = [
        name
        for name, content in contents.items()
        if name not in ours and is_foreign(folder.read(name), content)
    ]
    if foreign:
        raise _refusal(foreign)
    if not ours.issuperset(contents) or (origin.id and Origin(origin.id, "") != origin_in(there)):
        _write(folder, ours.union(contents), origin)


def refuse_foreign(storage: Storage, contents: Mapping[str, bytes | None]) -> None:
    """Raises Rejected where one of these files is there and somebody else's, or is no file at all.

    Each comes with what would be written, where that is known: whatever says just that already is ours.
    """
    ours = listed(storage.look(NAME))
    there = {name: storage.look(name) for name in contents}  # ours too: a folder may have taken its place
    foreign = [
        name for name, content in contents.items() if name not in ours and is_foreign(there[name], content)
    ]
    if foreign:
        raise _refusal(foreign)


def refuse_strangers(storage: Storage, contents: Callable[[], Mapping[str, bytes | None]]) -> None:
    """As `refuse_foreign`, before anything is made in a place where nothing of ours is yet: not even a lock."""
    if storage.look(NAME) is None:
        refuse_foreign(storage, contents())


def _write(folder: Folder, names: Iterable[str], origin: Origin) -> None:
    ledger = {"ledger": {"id": origin.id}} if origin.id else {}
    document = json.dumps({"generator": "announce", **ledger, "files": sorted(names)}, indent=0)
    folder.write(NAME, f"{document}\n".encode())


def _named(origin: Origin) -> str:
    if origin.id is None:
        return f"{origin.name} (none that can be told apart)"
    return f"{origin.name} (id {origin.id[:8]})" if origin.name else f"id {origin.id[:8]}"


def is_foreign(there: bytes | None, content: bytes | None) -> bool:
    """Whether what is there was not written by us, as far as it shows; ``content`` is what we would write."""
    return there is not None and there != content and not re.search(_MARKS, there[:_HEAD])


def _refusal(names: list[str]) -> Rejected:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return Rejected(
        f"not written by announce: {shown}",
        cure="move these files away, or set `directory` to another folder",
    )
