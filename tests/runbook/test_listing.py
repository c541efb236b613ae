"""What has been announced, and what remains to be done for it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from publisher.runbook.listing import NEWEST, listed, still_open

REF, OTHER = "CMO-7K3M", "CMO-8K3M"


def test_the_newest_come_first_and_the_others_are_counted(assemble: Any, announced: Any, desk: Any) -> None:
    symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    for number in range(NEWEST + 2):
        announced("own", ref=f"CMO-AA{symbols[number // 32]}{symbols[number % 32]}")
    assembly = assemble(own="")
    rows, more = listed(assembly, desk(), everything=False)
    assert (len(rows), more) == (NEWEST, 2)
    assert rows[0].ref > rows[-1].ref
    rows, more = listed(assembly, desk(), everything=True)
    assert (len(rows), more) == (NEWEST + 2, 0)


def test_what_is_open_comes_with_what_is_due(assemble: Any, announced: Any, desk: Any) -> None:
    announced("own", starts=timedelta(hours=-5))
    announced("own", ref=OTHER)
    found = {one.row.ref: one.due for one in still_open(assemble(own=""), desk())}
    assert found.keys() == {REF, OTHER}
    assert all(item.ref == REF for item in found[REF])
    assert any("end" in item.what for item in found[REF])
    assert all("end" not in item.what for item in found[OTHER])
