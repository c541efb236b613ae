"""The table is as wide as it claims: what is missing from it would look like a pass."""

from __future__ import annotations

import pytest
from contract_platforms import CALLS

from publisher.adapter.contract import Amending, Finding, Locating, Staging, Withdrawing
from publisher.adapter.registry import TYPES, adapter_for

OVER_HTTP = sorted(set(TYPES) - {"feed"})
"""The feed's platform is a folder: test_files.py is its table."""


@pytest.mark.parametrize("type_name", OVER_HTTP)
def test_every_verb_of_every_adapter_is_in_it(type_name):
    adapter = adapter_for(type_name)
    verbs = {"check", "publish"}
    for protocol, names in (
        (Staging, {"stage", "release"}),
        (Finding, {"find"}),
        (Amending, {"amend"}),
        (Withdrawing, {"withdraw"}),
        (Locating, {"locate"}),
    ):
        verbs |= names if issubclass(adapter, protocol) else set()
    assert {call.verb for call in CALLS if call.type == type_name} == verbs


def test_every_request_of_every_verb_is_spoiled():
    """A verb of two requests is two calls, one for each."""
    spoiled = {(call.type, call.verb, call.at) for call in CALLS}
    made = {(call.type, call.verb, at) for call in CALLS for at in range(len(call.replies))}
    assert made == spoiled


@pytest.mark.parametrize("group", ["below-http", "status", "document", "value", "text"])
def test_every_kind_of_fault_meets_every_adapter(group, cells, groups):
    names = {fault.name for fault in groups[group]}
    met = {cell.call.type for cell in cells.values() if cell.fault.name in names}
    assert met == set(OVER_HTTP)


def test_every_fault_meets_a_call(cells, groups):
    met = {id(cell.fault) for cell in cells.values()}
    assert [fault.name for faults in groups.values() for fault in faults if id(fault) not in met] == []


def test_every_expectation_can_come_true(cells):
    known = {
        *("NotSent", "Unknown", "Rejected", "BadCredentials", "Gone"),
        *("good", "receipt", "draft", "identity", "absent"),
    }
    assert {kind for cell in cells.values() for kind in cell.fault.outcomes(cell.call)} <= known
