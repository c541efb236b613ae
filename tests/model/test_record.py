"""Records are cheap, and to other people's code they are dataclasses: adapters were written for those."""

from __future__ import annotations

import copy
import dataclasses
import io
import pprint
from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from publisher.adapter.identity import Identity, Permission
from publisher.model.announcement import Period
from publisher.model.history import Snapshot
from publisher.model.post import Receipt

RECEIPT = Receipt(remote_id="17", url="https://blog.example.net/17")


def test_dataclasses_replace_works_as_an_adapter_has_it() -> None:
    assert dataclasses.replace(RECEIPT, note="twice") == replace(RECEIPT, note="twice")
    identity = Identity(account="blog", may_publish=Permission.PROVED)
    assert dataclasses.replace(identity, notes=("a",)).notes == ("a",)
    with pytest.raises(TypeError):
        dataclasses.replace(RECEIPT, unknown="field")


def test_dataclasses_knows_the_fields_of_a_record() -> None:
    assert dataclasses.is_dataclass(Receipt)
    assert [field.name for field in dataclasses.fields(Receipt)] == [
        "remote_id",
        "url",
        "fingerprint",
        "note",
        "kept",
        "ref",
    ]
    period = Period(datetime(2026, 11, 23, 21, tzinfo=UTC), datetime(2026, 11, 23, 22, tzinfo=UTC))
    assert dataclasses.asdict(period) == {"starts_at": period.starts_at, "ends_at": period.ends_at}


def test_a_record_is_frozen_equal_and_hashed_by_what_it_holds() -> None:
    assert copy.copy(RECEIPT) == RECEIPT
    assert hash(RECEIPT) == hash(copy.deepcopy(RECEIPT))
    assert Receipt(remote_id="18") != RECEIPT
    with pytest.raises(AttributeError):
        RECEIPT.note = "changed"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Receipt("17")  # type: ignore[call-arg, misc]  # its fields have names


def test_a_history_is_equal_to_itself_only() -> None:
    assert Snapshot() != Snapshot()
    assert len({Snapshot(), Snapshot()}) == 2


def test_a_record_prints_its_fields() -> None:
    written = io.StringIO()
    pprint.pprint(Receipt(remote_id="17", note="x" * 100), stream=written)
    assert "remote_id='17'" in written.getvalue()
