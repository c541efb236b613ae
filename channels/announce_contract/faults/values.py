"""Good answers with one value spoiled: every place of every answer × values that nobody expects there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from announce_contract.fault import NOTHING_SPOILED, Fault, Setting, answer
from announce_contract.hostile import Behaviour
from announce_contract.replies import URL, Call

VALUES: Mapping[str, Any] = {
    "null": None,
    "true": True,
    "zero": 0,
    "negative": -17,
    "huge": 10**30,
    "4000-digits": 10**4000,
    "fraction": 17.5,
    "empty": "",
    "dots": "../../x",
    "10-kB": "A" * 10_000,
    "escape": "\x1b[31m17\x07",
    "line-end": "17\r\nX-Evil: 1",
    "bidi": "17\u202e71",
    "surrogate": "17\ud800",
    "fullwidth": "１７",
    "list": ["17"],
    "object": {"id": "17"},
}

_COMMON = (
    "null",
    "true",
    "negative",
    "4000-digits",
    "empty",
    "10-kB",
    "escape",
    "surrogate",
    "list",
    "object",
)
"""Tried everywhere; the others only in the place of an id."""

_NO_IDS = frozenset({"null", "true", "empty", "list", "object"})
"""What is an id nowhere."""

Place = tuple[str | int, ...]

_ANYTHING = "good|receipt|draft|identity|Unknown|Rejected"
_IN_A_LOOK_UP = f"{_ANYTHING}|absent"
"""A text, a name or a state that is another one may mean that this is not our post."""


def _places(document: Any, here: Place = ()) -> Iterator[Place]:
    """Every place below the top, containers included."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if isinstance(document, list) and key not in _SAMPLE:
            return  # many rows alike
        yield (*here, key)
        if isinstance(value, dict | list):
            yield from _places(value, (*here, key))


def _spoiled(document: Any, place: Place, value: Any) -> Any:
    changed = copy.deepcopy(document)
    inside = changed
    for key in place[:-1]:
        inside = inside[key]
    inside[place[-1]] = value
    return changed


def _fault(call: Call, place: Place, name: str, value: Any) -> Fault:
    where = ".".join(map(str, place))

    def act(setting: Setting) -> Behaviour:
        text = _written(_spoiled(call.good.document, place, value))
        return answer(replace(call.good, body=text.replace(URL, setting.url).encode()))

    good = _good(call.good.document, place)
    why = "a value that cannot be what it should be is found out, or does no harm"
    return Fault(
        name=f"{where}-{name}",
        expects=_expected(call, good),
        why=why,
        act=act,
        only=call.id,
        spoils=good if name in _NO_IDS else NOTHING_SPOILED,
    )


def _good(document: Any, place: Place) -> Any:
    for key in place:
        document = document[key]
    return document


def _expected(call: Call, good: Any) -> str:
    """A list or an object that is none is no absence."""
    if call.verb in {"find", "locate"} and not isinstance(good, dict | list):
        return _IN_A_LOOK_UP
    if call.verb in {"amend", "withdraw"}:
        return f"{_ANYTHING}|Gone|ChangedByHand|absent"
    return _ANYTHING


def _written(document: Any) -> str:
    """As JSON, numbers of any length included."""
    import sys

    most = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps(document)
    finally:
        sys.set_int_max_str_digits(most)


_SAMPLE = frozenset({0, 1})
"""Which items of a list are spoiled."""


def spoiled_in(calls: Sequence[Call]) -> tuple[Fault, ...]:
    """Every place of every good answer, each with every value that cannot be what it should be."""
    return tuple(
        _fault(call, place, name, value)
        for call in calls
        if not call.alike
        for place in _places(call.good.document)
        for name, value in VALUES.items()
        if name in _COMMON or "id" in str(place[-1])
    )
