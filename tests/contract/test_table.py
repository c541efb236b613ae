"""The table is as wide as it claims: what is missing from it would look like a pass."""

from __future__ import annotations

import importlib
from fnmatch import fnmatchcase

import pytest

from announce_contract import Situation
from announce_contract.faults.below_http import BELOW_HTTP
from announce_contract.faults.documents import DOCUMENTS
from announce_contract.faults.status import STATUSES
from announce_contract.faults.texts import TEXTS
from announce_contract.replies import calls_in
from announce_contract.table import Cell
from publisher.adapter.registry import TYPES

OVER_HTTP = sorted(set(TYPES) - {"feed"})
"""The feed's platform is a folder: tests/channels/feed has its table."""


def _parts(type_name):
    """What the contracts of an adapter try."""
    module = importlib.import_module(f"tests.channels.{type_name}.test_contract")
    tests = [each for name, each in vars(module).items() if name.startswith("test_")]
    assert tests
    return [part for test in tests for mark in test.pytestmark for part in mark.args[1]]


def _cells(type_name):
    return [part for part in _parts(type_name) if isinstance(part, Cell)]


@pytest.mark.parametrize("type_name", OVER_HTTP)
def test_every_adapter_has_its_contract(type_name):
    ids = {part.id for part in _parts(type_name)}
    assert {"claims.verbs", "publish.reset_after", "publish.reset_before"} <= ids


@pytest.mark.parametrize("type_name", OVER_HTTP)
@pytest.mark.parametrize("group", [BELOW_HTTP, STATUSES, DOCUMENTS, TEXTS])
def test_every_kind_of_fault_meets_every_adapter(group, type_name):
    met = {cell.fault.name for cell in _cells(type_name)}
    missing = {fault.name for fault in group} - met
    assert {name for name in missing if not name.startswith("as-")} == set()


@pytest.mark.parametrize("type_name", OVER_HTTP)
def test_every_fault_of_a_platforms_own_meets_a_call(type_name):
    faults = importlib.import_module(f"tests.channels.{type_name}.faults").FAULTS
    met = {id(cell.fault) for cell in _cells(type_name)}
    assert [fault.name for fault in faults if id(fault) not in met] == []


@pytest.mark.parametrize("type_name", OVER_HTTP)
def test_every_expectation_can_come_true(type_name):
    known = {
        *("NotSent", "Unknown", "Rejected", "BadCredentials", "Gone", "ChangedByHand"),
        *("good", "receipt", "draft", "identity", "absent"),
    }
    assert {kind for cell in _cells(type_name) for kind in cell.outcomes} <= known


@pytest.mark.parametrize("type_name", OVER_HTTP)
def test_every_exception_to_the_rules_is_about_a_cell(type_name):
    """One that fits nothing any more would hide the next fault of that name."""
    told = importlib.import_module(f"tests.channels.{type_name}.replies")
    patterns = {
        pattern
        for name, table in vars(told).items()
        if name.endswith("BUT") and isinstance(table, dict)
        for patterns, outcome in table.items()
        if outcome != "skip"
        for pattern in patterns.split("|")
    }
    ids = {cell.id for cell in _cells(type_name)}
    unused = {pattern for pattern in patterns if not any(fnmatchcase(each, pattern) for each in ids)}
    assert unused == set()


def test_a_verb_that_there_is_not_is_refused():
    with pytest.raises(ValueError, match="'publsh' is no verb"):
        calls_in({"publsh": [{}]})


def test_every_request_of_a_situation_is_a_call():
    calls = calls_in({"publish": [{}, {}], "stage-look": Situation(replies=[{}, {}, {}], at=[1, 2])})
    assert [call.id for call in calls] == ["publish", "publish.2", "stage-look.2", "stage-look.3"]
