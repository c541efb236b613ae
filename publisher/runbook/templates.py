"""The texts that customers read, as files: which are taken, what they say, and a copy of one to change."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.record import Record
from publisher.rendering.renderer import packaged
from publisher.settings.config import Config
from publisher.settings.nearest import nearest


class Template(Record, frozen=True, kw_only=True):
    """A file by its name in a template folder: ``short.txt``, ``de/words.toml``."""

    name: str
    path: str
    """The one that is taken; words of the user's own are laid over ours."""
    own: bool
    """It is the user's."""


def templates(config: Config) -> tuple[Template, ...]:
    """Every file, the user's own among them, by name."""
    ours, own = _files(packaged()), _files(folder) if (folder := _own(config)) else {}
    return tuple(
        Template(name=name, path=str(own.get(name) or ours[name]), own=name in own)
        for name in sorted({*ours, *own})
    )


def text_of(config: Config, name: str) -> str:
    """What the file says that is taken under a name. Raises Refused, naming the nearest known one."""
    found = {one.name: one for one in templates(config)}
    if name not in found:
        near = nearest(name, found)
        hint = f"did you mean {near}?" if near else command("templates", "list")
        raise Refused(f"there is no template {name}", hint=hint)
    return Path(found[name].path).read_text(encoding="utf-8")


def eject(config: Config, name: str) -> Path:
    """Copy ours into the user's folder, to be changed there; ``de/short.txt`` is `short.txt` for German alone.

    Raises Refused where there is no folder of the user's, no such template, or a file by that name already.
    """
    folder, ours = _own(config), _files(packaged())
    if folder is None:
        raise Refused("there is no folder for templates of your own", hint=_NO_FOLDER)
    source = ours.get(name) or ours.get(name.partition("/")[2] if _is_language(name) else "")
    if source is None:
        near = nearest(name, ours)
        hint = f"did you mean {near}?" if near else command("templates", "list")
        raise Refused(f"there is no packaged template {name}", hint=hint)
    target = folder / name
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    except FileExistsError:
        raise Refused(f"{target} is there already", hint="change that one, or remove it first") from None
    except OSError as error:
        raise Refused(
            f"{target} cannot be written: {error.strerror}", hint=f"let yourself write {folder}"
        ) from None
    with os.fdopen(handle, "wb") as file:
        file.write(source.read_bytes())
    return target


_NO_FOLDER = 'make one, and name it under [publisher] in announce.toml: templates = "my-templates"'


def _own(config: Config) -> Path | None:
    own = config.publisher.templates
    return config.root / own if own else None


def _files(folder: Path) -> dict[str, Path]:
    return {path.relative_to(folder).as_posix(): path for path in _walk(folder)}


def _walk(folder: Path) -> Iterator[Path]:
    return (
        path
        for path in folder.rglob("*")
        if path.is_file()
        and path.suffix in _SUFFIXES
        and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


_SUFFIXES = frozenset({".html", ".txt", ".xml", ".css", ".toml"})


def _is_language(name: str) -> bool:
    return name.partition("/")[0] in {path.name for path in packaged().iterdir() if path.is_dir()} - {
        "preview"
    }
