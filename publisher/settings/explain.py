"""What pydantic finds wrong with a table of settings, as faults with key paths and in plain words.

Values are never quoted: a secret may have been written where none belongs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, get_args

from pydantic import BaseModel

from publisher.settings.faults import Fault, fault_at, key_path, unknown_key
from publisher.settings.masking import one_line

if TYPE_CHECKING:
    from pydantic import ValidationError
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
"""Keys and list positions, from the top of the file."""


def faults_of(error: ValidationError, place: Path, table: Any, model: type[BaseModel]) -> list[Fault]:
    """One fault for each place in ``table``, which stands at ``place`` and was to become a ``model``."""
    found: dict[Path, Fault] = {}
    for detail in error.errors(include_url=False, include_input=False):
        where = _in_table(detail, table)
        found.setdefault(where, _fault(detail, place, where, model))
    # Where one of two forms was wanted, both complain: the one that was understood better says more.
    return [fault for where, fault in found.items() if not any(_inside(other, where) for other in found)]


_LIST = 'must be a list: ["…", "…"]'
_TABLE = "must be a table: {{ … = … }}"
_NUMBER = "must be a number"
_WHOLE_NUMBER = "must be a whole number"
_TRUTH = "must be true or false"
_TEXT = 'must be a text in quotes: "…"'

_WORDS: Mapping[str, str] = {
    "string_type": _TEXT,
    "string_sub_type": _TEXT,
    "string_pattern_mismatch": "does not have the expected form {pattern}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "bool_type": _TRUTH,
    "bool_parsing": _TRUTH,
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_parsing_size": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "must be a finite number",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": _TABLE,
    "mapping_type": _TABLE,
    "model_type": _TABLE,
    "model_attributes_type": _TABLE,
    "dataclass_type": _TABLE,
    "too_short": "must have at least {min_length} of them",
    "too_long": "must have at most {max_length} of them",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "zoneinfo_str": "is no time zone; write it as in Europe/Berlin",
    "union_tag_invalid": "must be one of {expected_tags} in its {discriminator}",
    "union_tag_not_found": "needs {discriminator}",
}
"""Pydantic's error types (docs.pydantic.dev/latest/errors/validation_errors), and what they mean in the file."""


def _fault(detail: ErrorDetails, place: Path, where: Path, model: type[BaseModel]) -> Fault:
    context = detail.get("ctx", {})
    path = (*place, *where)
    match detail["type"]:
        case "extra_forbidden":
            return unknown_key(path, _keys_at(model, where[:-1]))
        case "missing":
            return Fault(key_path(path), "is missing", f"add {path[-1]} = … to [{key_path(path[:-1])}]")
        case "value_error" | "assertion_error":
            return fault_at(path, context["error"])
        case kind if kind in _WORDS:
            return Fault(key_path(path), _WORDS[kind].format_map(context))
    # An adapter's own type brings its own words. Pydantic's, for those not in the table, may quote the value.
    builtin = detail["type"] in _builtin_types()
    return Fault(key_path(path), "is not valid here" if builtin else one_line(detail["msg"]))


def _in_table(detail: ErrorDetails, table: Any) -> Path:
    """The location as it is in the file: pydantic adds the names of alternatives that it tried."""
    where: list[str | int] = []
    missing = detail["type"] == "missing"
    rest = list(detail["loc"])
    while rest:
        part = rest.pop(0)
        inside = _entry(table, part)
        if inside is _NOTHING:
            where += [part] if missing and not rest else []
        elif isinstance(inside, dict | list) or not _is_alternative(rest, table, missing=missing):
            where.append(part)
            table = inside
    return tuple(where)


def _is_alternative(rest: Sequence[str | int], table: Any, *, missing: bool) -> bool:
    """Whether a key was met as the name of an alternative: what comes after it belongs beside it, not into it."""
    return bool(rest) and (missing or any(_entry(table, part) is not _NOTHING for part in rest))


_NOTHING = object()


def _entry(table: Any, part: str | int) -> Any:
    match table, part:
        case dict(), _ if part in table:
            return table[part]
        case list(), int() if part < len(table):
            return table[part]
    return _NOTHING


def _inside(other: Path, where: Path) -> bool:
    return len(other) > len(where) and other[: len(where)] == where


def _keys_at(model: type[BaseModel], where: Sequence[str | int]) -> set[str]:
    """The keys that are known at a place within a model's table."""
    models = [model]
    for part in where:
        fields = [field for each in models for key, field in _fields(each).items() if key == part]
        models = [found for field in fields for found in _models_in(field.annotation)] or models
    return {key for each in models for key in _fields(each)}


def _fields(model: type[BaseModel]) -> dict[str, FieldInfo]:
    """A model's fields by their keys in the file."""
    return {field.alias or name: field for name, field in model.model_fields.items()}


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)


def _builtin_types() -> frozenset[str]:
    from pydantic_core.core_schema import ErrorType  # needed on the way to an error only

    return frozenset(get_args(ErrorType))
