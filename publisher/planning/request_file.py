"""An announcement's facts from a file or standard input: TOML, or JSON where it begins with a brace."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any

from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.model.languages import TEXTS
from publisher.settings import toml
from publisher.settings.faults import Fault, InputFault
from publisher.settings.nearest import nearest
from publisher.settings.schema import checked_locale

LARGEST = 1_000_000
"""Bytes."""

WORDS = ("start", "duration", "until", "preset", "impact", "outage", "wording", "by", "at", "next_update")
"""What is one word or time in every language."""

KEYS = (*TEXTS, *WORDS[:7], "services")
"""Of a new announcement."""

LATER_KEYS: Mapping[Kind, tuple[str, ...]] = {
    Kind.PROGRESS: ("text", "next_update", "impact"),
    Kind.RESCHEDULED: ("text", "start", "until", "by", "reason", "impact", "next_update"),
    Kind.COMPLETED: ("text", "at"),
    Kind.CANCELLED: ("text",),
    Kind.CORRECTED: ("text", *TEXTS, "impact", "outage", "services", "start", "until"),
}
"""Of a later update, by its kind."""


def read_file(source: str, keys: Sequence[str] = KEYS) -> dict[str, Any]:
    """The facts in a file, or on standard input where ``source`` is ``-``. Raises Refused."""
    try:
        found = _parsed(_bytes(source))
    except toml.Unreadable as unreadable:
        fault = unreadable.fault
        said = fault._replace(cure=None)
        raise Refused(f"--from-file {source}: {said}", hint=fault.cure) from None
    return _checked(found, source, keys)


def _bytes(source: str) -> bytes:
    try:
        if source == "-":
            data = sys.stdin.buffer.read(LARGEST + 1)
        else:
            with Path(source).open("rb") as file:
                data = file.read(LARGEST + 1)
    except OSError as error:
        raise Refused(f"--from-file {source}: {error.strerror or error}") from None
    if len(data) > LARGEST:
        raise Refused(f"--from-file {source}: larger than {LARGEST} bytes")
    return data


def _parsed(data: bytes) -> dict[str, Any]:
    """JSON where it begins with a brace, else TOML, read as announce.toml is. Raises toml.Unreadable."""
    text = toml.decoded(data)
    if not text.lstrip().startswith("{"):
        return toml.parsed(text)
    try:
        parsed: dict[str, Any] = json.loads(text, object_pairs_hook=_without_repeats)
    except json.JSONDecodeError as error:
        from publisher.settings import syntax

        fault = syntax.of_json(error.msg, text, error.lineno, error.colno)
    except (ValueError, RecursionError) as error:
        fault = Fault("", str(error))
    else:
        return parsed
    raise toml.Unreadable(fault)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _checked(found: dict[str, Any], source: str, keys: Sequence[str]) -> dict[str, Any]:
    faults = [_fault(key, value, keys) for key, value in found.items()]
    named = [f"{key}: {fault}" for key, fault in zip(found, faults, strict=True) if fault]
    if named:
        raise Refused(f"--from-file {source}: " + "; ".join(named))
    read = {key: _as_text(value) for key, value in found.items()}
    return {key: value for key, value in read.items() if value != {}}


def _as_text(value: Any) -> Any:
    """TOML has times of its own: ``start = 2026-11-24T22:30:00``, ``start = 22:30:00``.

    A language that is left empty in a table of texts is not said.
    """
    if isinstance(value, dict):
        return {language: text for language, text in value.items() if text.strip()}
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return value.isoformat(timespec="minutes") if isinstance(value, time) else value


def _fault(key: str, value: Any, keys: Sequence[str]) -> str | None:
    if key not in keys:
        close = nearest(key, keys)
        return "unknown key" + (f"; did you mean {close}?" if close else "")
    if key == "services":
        return None if _are_texts(value) else "a list of service names is expected"
    if isinstance(value, str) or (key in WORDS and isinstance(value, datetime | time)):
        return None
    if key not in WORDS:
        return _table_fault(value)
    return "a text is expected"


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _table_fault(value: Any) -> str | None:
    if not (isinstance(value, dict) and value and _are_texts(list(value.values()))):
        return "a text, or a table of texts by language, is expected"
    try:
        for language in value:
            checked_locale(language)
    except InputFault as fault:
        return str(fault)
    return None
