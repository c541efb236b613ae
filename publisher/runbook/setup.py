"""A first configuration from answers, and channels for one that is there: text is added, and never written over."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from publisher.adapter import registry
from publisher.model.errors import Refused
from publisher.model.record import Record
from publisher.runbook.check import Checkup, check
from publisher.settings.config import Config, load
from publisher.settings.explain import faults_of
from publisher.settings.faults import ConfigFault, Fault
from publisher.settings.schema import Publisher
from publisher.settings.secrets import Secret
from publisher.settings.writing import written

SCHEMA = "announce.schema.json"
"""The file beside the configuration that its first line names."""

OFFERED = tuple(name for name in registry.TYPES if name != "http")
"""Types that a few questions set up. An `http` channel is described by hand: docs/channels/http.md."""


class Hoster(Record, frozen=True, kw_only=True):
    """What a new configuration says before any channel; texts as they were typed."""

    publisher: Mapping[str, Any]
    """The keys of ``[publisher]``."""
    windows: Sequence[tuple[str, str]]
    """From and to."""
    services: Mapping[str, str]
    """What customers call each service, by its key."""
    presets: Sequence[str] = ()


class Source(Record, frozen=True, kw_only=True):
    """Where a secret is kept: one of ``env``, ``file`` and ``command``; and what is to be put into the file."""

    kind: str
    place: str | Sequence[str]
    content: str | None = None


class Question(Record, frozen=True):
    """A key that a channel type has no default for."""

    key: str
    is_secret: bool


# --- what is asked --------------------------------------------------------------------------------------------------


def asked(type_name: str) -> list[Question]:
    """What a channel of this type needs, in the order of its settings. Raises Refused for an unknown type."""
    fields = registry.settings_for(type_name).model_fields
    return [
        Question(name, _is_secret(field.annotation))
        for name, field in fields.items()
        if field.is_required() and name != "type"
    ]


def _is_secret(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, Secret)


def guide(type_name: str) -> str | None:
    """Where the credentials come from, step by step, as docs/channels has it; None where the type does not say."""
    package = registry.adapter_for(type_name).__module__.rpartition(".")[0]
    with suppress(OSError, ModuleNotFoundError):
        return (resources.files(package) / "setup.md").read_text(encoding="utf-8")
    return None


def faulty(table: Mapping[str, Any], key: str, type_name: str | None = None) -> Fault | None:
    """What is wrong with one key of ``[publisher]``, or of a channel of that type; other keys may still be missing."""
    model: type[BaseModel] = registry.settings_for(type_name) if type_name else Publisher
    try:
        model.model_validate(dict(table), context={"root": Path.cwd()})
    except ValidationError as error:
        for fault in faults_of(error, (), dict(table), model):
            if re.match(rf"{re.escape(key)}\b", fault.place):
                return fault
    return None


def presets() -> dict[str, str]:
    """The packaged presets as they are written, by name."""
    packaged = (resources.files("publisher.runbook") / "presets.toml").read_text(encoding="utf-8")
    tables = re.split(r"^(?=\[|# .*\n\[)", packaged, flags=re.MULTILINE)
    named = ((re.match(r"(?:# .*\n)?\[presets\.([\w-]+)\]", table), table) for table in tables)
    return {found[1]: table.strip() for found, table in named if found}


# --- what is written ------------------------------------------------------------------------------------------------


def document(house: Hoster) -> str:
    """A new announce.toml, with a comment for what can be changed later."""
    head = _HEAD if house.windows else f"{_HEAD}\nwindows = []  # work inside a window would need no notice"
    parts = [head, _publisher(house.publisher), *_windows(house.windows), *_services(house.services)]
    packaged = presets()
    parts += [_preset(packaged[name], house.services) for name in house.presets]
    return "\n\n".join(part.strip() for part in parts) + "\n"


_HEAD = f"""
#:schema ./{SCHEMA}
# What announce knows about us; docs/configuration.md describes every key. It holds no secrets, and may be checked in.
# Relative paths count from this file's folder. The first line is for editors that speak taplo.
"""

_SAID = {
    "brand": "the name customers know you by",
    "reference_prefix": "references look like CMO-7K3M: short enough for the phone",
    "provider": "who announces, as a domain; leave it as it is once feeds have readers",
    "locale": "of the texts; a channel may have its own",
    "timezone": "of the times that you type and that customers read",
    "permalink": "where an announcement can be read; the feed channel writes it",
    "ledger": "what was sent and what came of it",
    "group": "the Unix group that shares ledger, secrets and the feed's folder",
    "contact": "how customers reach you; printed in every long post",
    "links": "at the foot of every page",
}


def _publisher(table: Mapping[str, Any]) -> str:
    lines = [f"{key} = {written(value)}" for key, value in table.items()]
    room = min(40, max(map(len, lines)))
    notes = [_SAID.get(key) for key in table]
    rows = [f"{line:<{room}}  # {note}" if note else line for line, note in zip(lines, notes, strict=True)]
    return "\n".join(["[publisher]", *rows])


def _windows(windows: Sequence[tuple[str, str]]) -> Iterator[str]:
    for number, (begin, end) in enumerate(windows):
        note = "" if number else "# Work inside a maintenance window needs no notice.\n"
        yield f"{note}[[windows]]\nfrom = {written(begin)}\nto = {written(end)}"


def _services(services: Mapping[str, str]) -> Iterator[str]:
    for number, (key, name) in enumerate(services.items()):
        note = (
            ""
            if number
            else '# What customers buy, under the names they know; by language: { de = "…", en = "…" }\n'
        )
        yield f"{note}[services.{key}]\nname = {written(name)}"


def _preset(text: str, services: Mapping[str, str]) -> str:
    """A packaged preset with those of its services that there are here; the others are asked for."""

    def kept(found: re.Match[str]) -> str:
        names = [name for name in json.loads(found[1]) if name in services]
        return f"services = {written(names)}\n" if names else ""

    return re.sub(r"^services = (\[.*?\])\n", kept, text, flags=re.MULTILINE)


def channel(name: str, table: Mapping[str, Any], sources: Mapping[str, Source]) -> str:
    """``[channels.NAME]`` as it is written; ``sources`` are those of its secrets."""
    secrets = {key: {source.kind: source.place} for key, source in sources.items()}
    lines = [f"{key} = {written(value)}" for key, value in {**table, **secrets}.items()]
    return "\n".join([f"[channels.{name}]", *lines]) + "\n"


# --- tried, and put where it belongs --------------------------------------------------------------------------------


def current(path: Path) -> Config:
    """What the file says that is there. Raises ConfigFault."""
    return load(path, registry.settings_for)


def tried(path: Path, text: str) -> Config:
    """What the file would say with this text. Raises ConfigFault with all that is wrong with it."""
    with _beside(path.parent, text) as trial:
        try:
            return load(trial, registry.settings_for)
        except ConfigFault as fault:
            raise ConfigFault(fault.faults, path=path) from None


def answered(config: Config, name: str) -> Checkup:
    """What the platform of one channel says of these credentials, and of our clock."""
    from publisher.runbook.assembly import Assembly  # with all that a run needs

    return check(Assembly(_alone(config, name)))


def _alone(config: Config, name: str) -> Config:
    from msgspec.structs import replace

    return replace(config, channels={name: config.channels[name]})


@contextmanager
def _beside(folder: Path, text: str) -> Iterator[Path]:
    """The text as a file of our own for a moment, so that what counts from its folder is found."""
    try:
        handle, name = tempfile.mkstemp(prefix=".announce-init-", suffix=".toml", dir=folder)
    except OSError as error:
        raise _unwritable(folder, error) from None
    path = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        yield path
    finally:
        path.unlink(missing_ok=True)


def prepare(folder: Path) -> None:
    """Make the folder of a new configuration. Raises Refused."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(folder, error) from None


def keep(folder: Path, source: Source, group: int | None = None, *, replace: bool = False) -> bool:
    """Put a typed secret into its file, for its owner alone or the group; False where a file is there already.

    ``replace``: the file is what a moment ago was typed, and refused. Raises Refused.
    """
    if source.content is None:
        return True
    path = folder / str(source.place)
    try:
        path.parent.mkdir(mode=0o700 if group is None else 0o750, parents=True, exist_ok=True)
        if replace:
            path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    except OSError as error:
        raise _unwritable(path, error) from None
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{source.content}\n")
        if group is not None:
            with suppress(OSError):  # whoever is not in the group cannot give it; check says so
                os.chown(path.parent, -1, group)
                os.fchown(handle, -1, group)
                os.fchmod(handle, 0o640)
    return True


def create(path: Path, text: str) -> None:
    """Write a new configuration, and the schema for editors beside it. Raises Refused, also where a file is there."""
    _new(path, text)
    from publisher.runbook.schema import schema  # of every type

    with suppress(Refused):  # an editor can do without, and one of an earlier time is good enough
        _new(path.with_name(SCHEMA), json.dumps(schema(), ensure_ascii=False, indent=2) + "\n")


def _new(path: Path, text: str) -> None:
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise Refused(
            f"{path} is there already, and nothing is written over", hint="name another file"
        ) from None
    except OSError as error:
        raise _unwritable(path, error) from None


def append(path: Path, text: str) -> None:
    """Add to a configuration in one write; what stands there stays as it is. Raises Refused."""
    try:
        with path.open("ab") as file:
            file.write(text.encode())
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> Refused:
    return Refused(
        f"{path} cannot be written: {error.strerror}",
        hint="name a file in a folder of yours with --config FILE",
    )
