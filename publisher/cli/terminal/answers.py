"""Answers of ``announce init`` as they are typed, and what they mean. Each raises Refused for what it cannot read."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Sequence

from publisher.model.errors import Refused
from publisher.model.windows import Window
from publisher.runbook import setup
from publisher.settings.nearest import nearest

STANDING = "Tue 22:30 - Wed 06:00, Wed 22:30 - Thu 06:00"
"""The windows that hold where none are named, as they are typed."""

KEPT = ("file", "env", "command")
"""Where a secret may be."""


def letters(brand: str) -> str:
    """What references may begin with: the capital letters of the name."""
    return re.sub(r"[^A-Z]", "", brand.upper())[:4]


def permalink(site: str) -> str:
    """The permalink of a site that a feed channel writes."""
    return f"{site.rstrip('/')}/{{ref}}/"


def fault_in(read: Callable[[str], object], text: str) -> str | None:
    """Why an answer cannot be read; None where it can."""
    try:
        read(text)
    except ValueError as error:
        return str(error)
    except Refused as refused:
        return f"{refused}; {refused.hint}"
    return None


def spans(text: str) -> list[tuple[str, str]]:
    """``Tue 22:30 - Wed 06:00, …``; raises ValueError."""
    if text.strip() == "none":
        return []
    spans = []
    for one in text.split(","):
        begin, dash, end = one.partition(" - ")
        if not dash:
            raise Refused(
                f"{one.strip()!r} is no window", hint=f"write it as in {STANDING.partition(',')[0]}"
            )
        Window.parse(begin.strip(), end.strip())
        spans.append((begin.strip(), end.strip()))
    return spans


def named(text: str) -> dict[str, str]:
    """``vps=VPS-Hosting, mail=E-Mail``; a key alone is called by itself."""
    parts = (one.strip().partition("=") for one in text.split(",") if one.strip())
    found = {key.strip(): (name or key).strip() for key, _, name in parts}
    for key in found:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", key):
            raise Refused(f"{key!r} is no key for a service", hint="write it as in vps=VPS-Hosting")
    return found


def chosen_of(known: Sequence[str]) -> Callable[[str], list[str]]:
    """Reads ``all``, ``none`` or names of these."""

    def chosen(text: str) -> list[str]:
        names = [one.strip() for one in text.split(",") if one.strip()]
        if names == ["all"]:
            return list(known)
        names = [name for name in names if name != "none"]
        for name in names:
            if name not in known:
                near = nearest(name, known)
                hint = f"did you mean {near}?" if near else f"known: {', '.join(known)}"
                raise Refused(f"there is no packaged preset {name!r}", hint=hint)
        return names

    return chosen


def pairs(typed: Sequence[str], option: str, example: str) -> dict[str, str]:
    """``KEY=VALUE`` each; raises Refused."""
    found = {}
    for one in typed:
        key, equals, value = one.partition("=")
        if not equals or not key or not value:
            raise Refused(f"{option} {one}: this is no KEY=VALUE", hint=f"write it as in {option} {example}")
        found[key] = value
    return found


def source_of(typed: str) -> setup.Source:
    """``env:NAME``, ``file:PATH`` or ``command:PROGRAM ARGUMENT``."""
    kind, colon, place = typed.partition(":")
    if not colon or kind not in KEPT or not place:
        hint = "write env:NAME, file:PATH or command:'PROGRAM ARGUMENT'"
        raise Refused("a --secret says where it is kept, never what it is", hint=hint)
    return setup.Source(kind=kind, place=shlex.split(place) if kind == "command" else place)


def plain(markdown: str) -> str:
    """The steps as they read in a terminal: a line each, without stars and the addresses of links."""
    words = re.sub(r"\*+|\[([^]]+)\]\([^)]+\)", lambda found: found[1] or "", markdown).rstrip()
    return re.sub(r"(?<!\n)\n(?!\n|\d+\. |- ) *", " ", words)
