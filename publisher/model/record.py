"""The base of our records: frozen data, made cheaply. A dataclass of six fields costs a run 50 times as much.

`dataclasses.replace`, `fields` and `asdict` work on them as on dataclasses: adapters of other people use them. What
makes that so is built when it is first asked for; our own code takes `msgspec.structs.replace`.
"""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

import msgspec


class _AsDataclass:
    """An attribute by which `dataclasses` knows its classes, taken from a dataclass of the same fields."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type[Record]) -> Any:
        return getattr(_twin(owner), self._name)


class Record(msgspec.Struct, frozen=True):
    """Data with names: equal and hashed by its fields. A type checker wants ``frozen=True`` said again by each."""

    __dataclass_fields__: ClassVar[Any] = _AsDataclass("__dataclass_fields__")
    __dataclass_params__: ClassVar[Any] = _AsDataclass("__dataclass_params__")


@cache
def _twin(record: type[Record]) -> type:
    from dataclasses import make_dataclass

    return make_dataclass(record.__name__, [(name, Any) for name in record.__struct_fields__], frozen=True)
