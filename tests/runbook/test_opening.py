"""The ledger opened, the announcement understood, and a yes where one is needed."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from publisher.ledger import Ledger
from publisher.model.errors import LedgerFault, Refused
from publisher.runbook.desk import agree
from publisher.runbook.opening import (
    begun_or_opened,
    looked_into,
    only_open,
    opened,
    reference,
    reference_and_text,
)

REF, OTHER = "CMO-7K3M", "CMO-8K3M"


@pytest.mark.parametrize("typed", ["CMO-7K3M", "cmo-7k3m", "7k3m", "cmo 7k3m"])
def test_a_reference_is_understood_as_people_type_it(
    assemble: Any, announced: Any, record: Ledger, typed: str
) -> None:
    announced("own")
    assert reference(record, assemble(own="").config, typed) == REF


def test_an_unknown_one_is_refused_with_the_nearest(assemble: Any, announced: Any, record: Ledger) -> None:
    announced("own")
    with pytest.raises(Refused) as refused:
        reference(record, assemble(own="").config, "CMO-7K3N")
    assert refused.value.hint == f"did you mean {REF}?"


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ((REF, "Text"), (REF, "Text")),
        ((REF, None), (REF, None)),
        (("Text", None), (REF, "Text")),
        ((None, None), (REF, None)),
    ],
)
def test_a_first_word_that_looks_like_a_reference_is_one(
    assemble: Any, announced: Any, record: Ledger, desk: Any, words: Any, meant: Any
) -> None:
    announced("own")
    assert reference_and_text(assemble(own=""), record, words, desk()) == meant


def test_two_texts_are_refused(assemble: Any, announced: Any, record: Ledger, desk: Any) -> None:
    announced("own")
    with pytest.raises(Refused, match="a text is one argument"):
        reference_and_text(assemble(own=""), record, ("Text", "mehr"), desk())


def test_of_several_open_ones_somebody_chooses(
    assemble: Any, announced: Any, record: Ledger, desk: Any
) -> None:
    announced("own")
    announced("own", ref=OTHER)
    at = desk(1)
    assert only_open(assemble(own=""), record, at) == REF
    assert at.asked == [f"Announcement: {OTHER}  Wartung {OTHER}, {REF}  Wartung {REF}"]
    with pytest.raises(Refused, match=f"several announcements are open: {OTHER} Wartung {OTHER}; {REF}"):
        only_open(assemble(own=""), record, desk())


def test_where_none_is_open_that_is_refused(assemble: Any, record: Ledger, desk: Any) -> None:
    with pytest.raises(Refused, match="no announcement is open") as refused:
        only_open(assemble(own=""), record, desk())
    assert refused.value.hint == "nothing has been announced yet; the first one: announce urgent"
    with pytest.raises(Refused, match="unknown reference") as refused:
        reference(record, assemble(own="").config, "CMO-2222")
    assert refused.value.hint == "nothing has been announced yet; the first one: announce urgent"


@pytest.mark.parametrize("opening", [looked_into, opened])
def test_a_ledger_that_is_configured_and_not_there_is_no_all_clear(
    assemble: Any, desk: Any, opening: Any
) -> None:
    with pytest.raises(LedgerFault, match="no ledger at"), opening(assemble(own=""), desk()):
        pass


def test_what_begins_makes_one(assemble: Any, desk: Any) -> None:
    with begun_or_opened(assemble(own=""), desk(), again=None) as ledger:
        assert ledger.count() == 0


@pytest.mark.parametrize(
    ("answers", "yes", "raised"),
    [
        ((True,), False, None),
        ((), True, None),
        ((False,), False, 130),
        ((), False, 2),
    ],
)
def test_a_yes_is_said_now_or_beforehand(desk: Any, answers: Any, yes: bool, raised: int | None) -> None:
    at = desk(*answers, yes=yes)
    code = None
    try:
        agree(at, "Now?", alone=Refused("nobody is there"))
    except Refused as refused:
        code = refused.exit_code
    assert code == raised
    assert at.asked == ["Now?"] * len(answers)


def test_an_old_copy_asks_for_a_word_before_anything_is_announced_again(
    assemble: Any, announced: Any, record: Ledger, desk: Any, tmp_path: Any
) -> None:
    announced("own", starts=timedelta(hours=1))
    copy = (tmp_path / "ledger.db").read_bytes()
    announced("own", ref=OTHER)
    record.close()
    (tmp_path / "ledger.db").write_bytes(copy)
    at, assembly = desk(), assemble(own="")
    for _ in range(2):  # a look settles nothing
        looked_into(assembly, at).close()
    said = [note.partition(" is an ")[2] for note in at.notes]
    assert said == ["old copy that was put back: what was announced since is not in it"] * 2
    at = desk()
    with (
        pytest.raises(Refused, match="may have been announced before"),
        begun_or_opened(assembly, at, again=None),
    ):
        pass
    assert "an old copy has been put back" in at.notes[0]
    with begun_or_opened(assemble(own=""), desk(), again="not announced yet") as again:
        assert again.refs() == (REF,)
    at = desk()
    looked_into(assembly, at).close()
    assert re.search(r"less than 1 min ago: .* may not be in it", at.notes[0])
