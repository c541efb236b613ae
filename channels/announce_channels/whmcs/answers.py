"""The rows of announcements in WHMCS's answers, in every shape that they come in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from publisher.adapter import Unknown

Row = Mapping[str, Any]
"""An announcement as WHMCS lists it."""


def rows_in(answer: Mapping[str, Any]) -> list[Row]:
    """The announcements of a page that can be read: nested, as they come; or flat, as the documentation has them."""
    nested = answer.get("announcements")
    if isinstance(nested, dict):
        nested = nested.get("announcement")
    rows = nested if isinstance(nested, list) else _unflattened(answer)
    return [row for row in rows if isinstance(row, dict) and isinstance(row.get("announcement"), str)]


def is_translation(row: Row) -> bool:
    """Whether it is another language's text of an announcement: a row of its own, which may carry our mark."""
    return str(row.get("parentid") or "0") != "0"


def is_published(row: Row) -> bool:
    """Whether customers see it."""
    return str(row.get("published")).lower() in {"1", "true", "on"}


def number_in(url: str) -> str | None:
    """The id in the address of an announcement: ``…/announcements/7/Title.html``, ``…/announcements.php?id=7``."""
    found = re.search(r"/announcements(?:/|\.php\?(?:.*&)?id=)0*([1-9][0-9]{0,11})(?![0-9])", unquote(url))
    return found[1] if found else None


def id_in(answer: Mapping[str, Any], key: str = "id") -> str:
    """An announcement's id. Raises Unknown where there is none: what has no id was not proved to be made."""
    return str(_number(answer.get(key), "the id of an announcement", least=1))


def total_in(answer: Mapping[str, Any]) -> int:
    """How many announcements there are on all pages. Raises Unknown where WHMCS does not say."""
    return _number(answer.get("totalresults"), "their number", least=0)


def _unflattened(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    for key, value in answer.items():
        if parts := re.fullmatch(r"announcements\[announcement\]\[(\d{1,5})\]\[(\w+)\]", key):
            rows.setdefault(int(parts[1]), {})[parts[2]] = value
    return list(rows.values())


def _number(value: Any, what: str, *, least: int) -> int:
    """WHMCS writes numbers as numbers or as strings."""
    if not re.fullmatch(r"[0-9]{1,12}", str(value)) or int(value) < least:
        raise Unknown(f"WHMCS answered without {what}")
    return int(value)
