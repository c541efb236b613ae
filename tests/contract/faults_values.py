"""Good answers with one value spoiled: every place of every answer × values that nobody expects there."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any

from contract_cells import Fault, Setting, answer
from contract_platforms import CALLS, URL, Call
from hostile_server import Behaviour

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

Place = tuple[str | int, ...]

_ANYTHING = "good|receipt|draft|identity|Unknown|Rejected"

_EXPECTED = {
    # An id that is none proves nothing.
    "wordpress.stage*:id": "Unknown",
    "wordpress.release*:id": "Unknown",
    "wordpress.publish*:id": "Unknown",
    "wordpress.find:0.id": "Unknown",
    "whmcs.stage*:announcementid": "Unknown",
    "whmcs.publish-stage:announcementid": "Unknown",
    "whmcs.find*:announcements.announcement.0.id": "Unknown",
    "facebook*.publish:id": "Unknown",
    "facebook*.find*:data.0.id": "good|Unknown",
    "facebook*.find*:data.1.id": "Unknown",
    "twitter.publish:data.id": "Unknown",
    "twitter.find*:data.0.id": "Unknown",
    # A platform described in the settings may have ids of any kind, as long as they can be kept and shown.
    "http*.publish:id": "receipt|Unknown",
    "http*.find:items.0.id": "receipt|Unknown",
    # A text, a name or a state that is another one may mean that this is not our post.
    "wordpress.find:0.slug": "absent|Unknown",
    "wordpress.find:0.status": "absent|Unknown",
    "whmcs.find*:announcements.announcement.0.announcement": "absent|Unknown",
    "whmcs.find*:announcements.announcement.0.published": "absent|good|Unknown",
    "facebook*.find*:data.1.message": "absent|Unknown",
    "twitter.find*:data.0.text": "absent|Unknown",
    "wordpress.locate:0.slug": "absent|Unknown",
    "wordpress.locate:0.status": "absent|Unknown",
    "whmcs.locate:announcements.announcement.0.published": "absent|good|Unknown",
    "facebook*.locate-list:data.0.permalink_url": "absent|Unknown",
    "http*.find:items.0.external_id": "absent|Unknown",
    "http*.find:items": "absent|Unknown",
    "http*.find:items.0": "absent|Unknown",
    # The blog has refused us already; this was to tell why.
    "wordpress.check-passwords:*": "BadCredentials|Unknown",
    # What was seen before the release is not what counts.
    "wordpress.release-look:status": "good|Unknown|Rejected",
    # Whether it is public is the whole point.
    "wordpress.release*:status": "Unknown|Rejected",
    "wordpress.publish-release:status": "Unknown|Rejected",
}
"""What each place may come to, by patterns of call and place; elsewhere anything but "absent" will do."""


def _places(document: Any, here: Place = ()) -> Iterator[Place]:
    """Every place below the top, containers included."""
    items = document.items() if isinstance(document, dict) else enumerate(document)
    for key, value in items:
        if here[-1:] == ("announcement",) and key != 0:
            return  # fifty rows alike
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

    expects = next(
        (text for key, text in _EXPECTED.items() if fnmatchcase(f"{call.id}:{where}", key)), _ANYTHING
    )
    why = "a value that cannot be what it should be is found out, or does no harm"
    return Fault(name=f"{where}-{name}", expects=expects, why=why, act=act, only=call.id)


def _written(document: Any) -> str:
    """As JSON, numbers of any length included."""
    import sys

    most = sys.get_int_max_str_digits()
    sys.set_int_max_str_digits(0)
    try:
        return json.dumps(document)
    finally:
        sys.set_int_max_str_digits(most)


SPOILED = tuple(
    _fault(call, place, name, value)
    for call in CALLS
    if not call.alike
    for place in _places(call.good.document)
    for name, value in VALUES.items()
    if name in _COMMON or "id" in str(place[-1])
)
