"""What a run obeys and writes on this machine, and whose each is: the places of trust, named."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

from publisher.adapter import registry
from publisher.model.record import Record
from publisher.rendering import renderer
from publisher.rendering.cache import refusal
from publisher.settings.config import Config
from publisher.settings.paths import cache_folder
from publisher.settings.trust import user_name, who_else


class Place(Record, frozen=True, kw_only=True):
    """A file or folder, and who may change it."""

    what: str
    path: str | None
    """None where there is none."""
    owner: str | None = None
    mode: str | None = None
    """``0640``."""
    note: str | None = None
    """Who else may write it, or why there is none."""


def places(config: Config) -> tuple[Place, ...]:
    """Configuration, ledger, templates, cache, and every adapter that another package brought."""
    return tuple(_places(config))


def _places(config: Config) -> Iterator[Place]:
    group = config.group
    yield _seen("configuration", config.path, group)
    if isinstance(config.ledger, Path):
        yield _seen("ledger", config.ledger, group, missing="not there yet: the first announcement makes it")
    else:
        yield Place(what="ledger", path=str(config.ledger), note="whoever has the right in that database")
    own = config.publisher.templates
    if own:
        yield _seen("templates", config.root / own, group)
    yield _seen("packaged templates", renderer.packaged(), group)
    yield _cached(cache_folder(), group)
    types = {settings.type for settings in config.channels.values()}
    for name in sorted(types - set(registry.TYPES)):
        package, file = registry.origin(name)
        yield _seen(f"adapter {name} of {package}", file, group)


def _cached(folder: Path | None, group: int | None) -> Place:
    """Where compiled templates are kept, or why none are: a run is as good without, only slower."""
    if folder is None:
        return Place(what="cache", path=None, note="none: there is no home folder, or it is another user's")
    seen = _seen("cache", folder, group, missing="not there yet")
    problem = refusal(folder)
    return replace(seen, note=problem) if problem else seen


def _seen(what: str, path: Path, group: int | None, missing: str = "cannot be seen") -> Place:
    try:
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            status = path.stat()
    except OSError:
        return Place(what=what, path=str(path), note=missing)
    return Place(
        what=what,
        path=str(path),
        owner=user_name(status.st_uid),
        mode=f"{stat.S_IMODE(status.st_mode):04o}",
        note=who_else(status, group),
    )
