"""What a configuration comes to: every value that a run obeys, defaults included, and no secret among them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from publisher.adapter import registry
from publisher.model.announcement import UNDETERMINED
from publisher.model.lint import Level, Lint
from publisher.model.record import Record
from publisher.settings.channel import ChannelSettings
from publisher.settings.config import Config
from publisher.settings.masking import MASK
from publisher.settings.secrets import Secret
from publisher.settings.writing import key_of, written


class Effective(Record, frozen=True, kw_only=True):
    """The sections of announce.toml as they are obeyed, in plain data."""

    values: Mapping[str, Any]
    """By section. A secret is its source: of a command the program alone, for its arguments may be confidential."""
    defaults: tuple[str, ...]
    """The keys that nobody has written, as in ``publisher.locale``."""


def effective(config: Config) -> Effective:
    """Every value of it. No secret is looked for."""
    reader = _Reader()
    values = {
        "publisher": {**reader.table(config.publisher, "publisher"), "ledger": _ledger(config)},
        "windows": [dict(zip(("from", "to"), str(one).split(" – "), strict=True)) for one in config.windows],
        "services": {key: {"name": _named(one.name)} for key, one in config.services.items()},
        "presets": {key: reader.table(one, f"presets.{key}") for key, one in config.presets.items()},
        "lint": _lint(config.lint),
        "gate": reader.table(config.gate, "gate"),
        "channels": {name: reader.channel(one, name) for name, one in config.channels.items()},
    }
    if config.publisher.ledger is None:
        reader.defaults.append("publisher.ledger")
    return Effective(values=values, defaults=tuple(reader.defaults))


class _Reader:
    """Makes plain data of models, and remembers what nobody has written."""

    def __init__(self) -> None:
        self.defaults: list[str] = []

    def channel(self, settings: ChannelSettings, name: str) -> dict[str, Any]:
        """With what its adapter takes where the file does not say."""
        table = self.table(settings, f"channels.{name}")
        can = registry.adapter_for(settings.type).capabilities(settings)
        for key, value in (("settle", can.settle), ("updates", can.updates)):
            if key not in table:
                table[key] = _plain(value)
                self.defaults.append(f"channels.{name}.{key}")
        return table

    def table(self, model: BaseModel, place: str) -> dict[str, Any]:
        """The keys that have a value, by their names in the file."""
        found = {}
        for name, field in type(model).model_fields.items():
            key, value = field.alias or name, _plain(getattr(model, name))
            is_default = name not in model.model_fields_set
            if value is None or (is_default and value in ([], {})):
                continue
            found[key] = value
            if is_default:
                self.defaults.append(f"{place}.{key}")
        return found


def _plain(value: Any) -> Any:
    match value:
        case Secret():
            return _source(value)
        case BaseModel():
            return _Reader().table(value, "")
        case Mapping():
            return _named({str(key): _plain(one) for key, one in value.items()})
        case list() | tuple() | set() | frozenset():
            return [_plain(one) for one in value]
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)  # pydantic's own secrets show stars


def _named(texts: Mapping[str, Any]) -> Any:
    """A text that is the same in every language stands alone, as it was written."""
    return texts[UNDETERMINED] if set(texts) == {UNDETERMINED} else dict(texts)


def _source(secret: Secret) -> dict[str, Any]:
    if secret.command is not None:
        program, *confidential = secret.command
        return {"command": [program, *([MASK] if confidential else [])]}
    return {"env": secret.env} if secret.env is not None else {"file": secret.file}


def _ledger(config: Config) -> str | None:
    """The file, with the folder that it counts from; of a database its address as it was written."""
    return f"sqlite:///{config.ledger}" if isinstance(config.ledger, Path) else config.publisher.ledger


def _lint(lint: Lint) -> dict[str, Any]:
    keys = {Level.OFF: "off", Level.WARNING: "warnings", Level.ERROR: "errors"}
    levels = {key: [code for code, one in lint.levels.items() if one is level] for level, key in keys.items()}
    own = {"patterns": list(lint.patterns), "names": list(lint.names), "hosts": list(lint.hosts)}
    return {key: found for key, found in {**levels, **own}.items() if found}


def lines(found: Effective) -> Iterator[str]:
    """As TOML that announce reads again; behind what nobody has written stands that it is a default."""
    defaults = frozenset(found.defaults)
    if not found.values["windows"]:
        yield from ("", "windows = []")
    for section, value in found.values.items():
        if isinstance(value, list):
            tables = [(f"[[{section}]]", "", one) for one in value]
        elif all(isinstance(one, dict) for one in value.values()):
            tables = [(f"[{section}.{key_of(key)}]", f"{section}.{key}", one) for key, one in value.items()]
        else:
            tables = [(f"[{section}]", section, value)]
        for head, place, table in tables:
            yield from ("", head)
            for key, one in table.items():
                note = "  # default" if f"{place}.{key}" in defaults else ""
                yield f"{key_of(key)} = {written(one)}{note}"
