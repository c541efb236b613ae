"""The words of this configuration and of its ledger, for a shell that completes a line: asked for at every Tab.

So nothing is loaded that a command takes its time for, neither typer nor pydantic nor msgspec. What is obeyed is what
commands obey: of a file that somebody else could have written there are no words, and of a broken one neither.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

_PLAIN = r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}"
"""A name that no shell takes for anything else; the configuration allows no other."""


def words(asked: Sequence[str]) -> list[str]:
    """The words of the kinds ``asked`` for (`KINDS`), of the file behind ``--config`` where one is named.

    Nothing raises: where something is missing, broken, a stranger's or in use, there are fewer words or none.
    """
    named = next((Path(path) for option, path in pairwise(asked) if option == _CONFIG), None)
    kinds = [kind for kind in asked if kind in KINDS]
    try:
        path, document = _read(named)
    except Exception:  # noqa: BLE001  a line is being typed: whatever it is, the command itself will say it
        return []
    found = [word for kind in kinds for word in _plain(KINDS[kind], path, document)]
    return list(dict.fromkeys(found))


_CONFIG = "--config"


def _read(named: Path | None) -> tuple[Path, dict[str, Any]]:
    from publisher.settings import paths, toml
    from publisher.settings.trust import Trust

    here = Path.cwd()
    path = Path(os.path.abspath(paths.find(named, os.environ, here)))  # noqa: PTH100  as settings.config
    trust = Trust(path, chosen=paths.is_chosen(path, named, os.environ, here))
    return path, toml.read(path, trust.fault)


def _plain(kind: Callable[[Path, dict[str, Any]], Iterable[str]], path: Path, document: Any) -> list[str]:
    try:
        return [word for word in kind(path, document) if re.fullmatch(_PLAIN, word)]
    except Exception:  # noqa: BLE001  as above
        return []


def _services(_: Path, document: Mapping[str, Any]) -> Iterable[str]:
    return [name for name, _ in document.get("services", {}).items()]


def _presets(_: Path, document: Mapping[str, Any]) -> Iterable[str]:
    return [name for name, _ in document.get("presets", {}).items()]


def _channels(_: Path, document: Mapping[str, Any]) -> Iterable[str]:
    return [name for name, table in document.get("channels", {}).items() if table.get("enabled", True)]


def _refs(path: Path, document: Mapping[str, Any]) -> Iterable[str]:
    from publisher.ledger import open_refs
    from publisher.settings.paths import default_ledger, is_database, ledger_file

    configured = document.get("publisher", {}).get("ledger")
    if is_database(str(configured)):
        return []  # nobody who presses Tab waits for a server
    ledger = default_ledger() if configured is None else ledger_file(configured, path.parent)
    return open_refs(ledger) if ledger else []


KINDS: Mapping[str, Callable[[Path, dict[str, Any]], Iterable[str]]] = {
    "services": _services,
    "presets": _presets,
    "channels": _channels,
    "refs": _refs,
}
"""What can be asked for; ``channels`` are those that are switched on, ``refs`` those that are not settled."""
