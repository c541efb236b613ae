"""What is pasted by hand."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.model.errors import Refused
from publisher.runbook.bundle import bundle
from publisher.runbook.resume import resume

REF, OTHER = "CMO-7K3M", "CMO-8K3M"


def test_every_channel_that_lacks_its_post_is_there(assemble: Any, announced: Any, desk: Any) -> None:
    announced("own", "other")
    ref, chosen = bundle(assemble(own="", other=""), None, None, desk())
    assert (ref, [one.channel for one in chosen]) == (REF, ["own", "other"])


def test_what_has_its_post_is_there_where_it_is_named(assemble: Any, announced: Any, desk: Any) -> None:
    announced("own")
    assembly = assemble(own="")
    resume(assembly, REF, failed=False, forced=False, desk=desk())
    assert bundle(assembly, REF, None, desk()) == (REF, [])
    assert [one.channel for one in bundle(assembly, REF, "own", desk())[1]] == ["own"]
    with pytest.raises(Refused, match="nothing was planned for channel 'nowhere'"):
        bundle(assembly, REF, "nowhere", desk())


def test_without_a_reference_the_unfinished_one_is_meant_else_the_newest(
    assemble: Any, announced: Any, desk: Any
) -> None:
    announced("own")
    announced("own", ref=OTHER)
    assembly = assemble(own="")
    with pytest.raises(Refused, match="several announcements are unfinished"):
        bundle(assembly, None, None, desk())
    resume(assembly, OTHER, failed=False, forced=False, desk=desk())
    assert bundle(assembly, None, None, desk())[0] == REF
    resume(assembly, REF, failed=False, forced=False, desk=desk())
    assert bundle(assembly, None, None, desk())[0] == OTHER


def test_where_nothing_was_announced_that_is_said(assemble: Any, record: Any, desk: Any) -> None:
    with pytest.raises(Refused, match="nothing has been announced yet"):
        bundle(assemble(own=""), None, None, desk())
