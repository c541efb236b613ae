"""What only a person can know about a delivery."""

from __future__ import annotations

from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from publisher.model.delivery import Decision
from publisher.model.errors import Refused
from publisher.runbook.resolve import DecisionTyped, resolve
from publisher.runbook.resume import resume

REF = "CMO-7K3M"
URL = "https://own.example.net/news/7?x=1"


@pytest.fixture
def undecided(assemble: Any, announced: Any, desk: Any, sandbox: Sandbox) -> Any:
    """The parts of a run whose only post may be public, on a platform that cannot be asked."""
    announced("own")
    sandbox.fault("http", Fault("502", times=1))
    assembly = assemble(own="")
    assert resume(assembly, REF, failed=False, forced=False, desk=desk()) == 3
    return assembly


@pytest.mark.parametrize(
    ("decision", "url", "state", "posts"),
    [
        (Decision.DELIVERED, URL, "delivered", 1),
        (Decision.RESEND, None, "delivered", 2),
        (Decision.ABSENT, None, "abandoned", 1),
    ],
)
def test_a_decision_closes_the_delivery(
    undecided: Any, desk: Any, sandbox: Sandbox, decision: Decision, url: Any, state: str, posts: int
) -> None:
    at = desk()
    assert (
        resolve(undecided, REF, "own", DecisionTyped(decision=decision, url=url), update=None, desk=at) == 0
    )
    assert at.states == {"own": state}
    assert len(sandbox.posts("http")) == posts
    assert not at.asked
    with pytest.raises(Refused, match=r"no announcement is open|nothing is open for own"):
        resolve(undecided, None, "own", DecisionTyped(decision=decision, url=url), update=None, desk=desk())
    with pytest.raises(Refused, match="nothing is open for own"):
        resolve(undecided, REF, "own", DecisionTyped(decision=decision, url=url), update=None, desk=desk())


def test_what_is_entered_and_not_found_says_so(undecided: Any, desk: Any) -> None:
    at = desk()
    resolve(undecided, REF, "own", DecisionTyped(decision=Decision.DELIVERED, url=URL), update=None, desk=at)
    [delivery] = at.results[-1].deliveries
    assert delivery.url == URL
    assert delivery.note.startswith("entered by hand")


@pytest.mark.parametrize(("channel", "update"), [("other", None), ("own", 2)])
def test_what_is_not_open_is_refused(undecided: Any, desk: Any, channel: str, update: int | None) -> None:
    with pytest.raises(Refused, match=f"nothing is open for {channel}"):
        resolve(
            undecided,
            REF,
            channel,
            DecisionTyped(decision=Decision.ABANDON, url=None),
            update=update,
            desk=desk(),
        )


def test_a_channel_that_is_switched_off_sends_nothing_again(undecided: Any, assemble: Any, desk: Any) -> None:
    off = assemble(other="")
    with pytest.raises(Refused, match="own is not configured, or switched off"):
        resolve(off, REF, "own", DecisionTyped(decision=Decision.RESEND, url=None), update=None, desk=desk())
    at = desk()
    assert (
        resolve(off, REF, "own", DecisionTyped(decision=Decision.DELIVERED, url=URL), update=None, desk=at)
        == 0
    )
    assert at.results[-1].deliveries[0].note.endswith("the channel is not configured, or switched off")


@pytest.mark.parametrize("channel", ["own", "other"])
def test_a_typed_address_that_holds_a_secret_is_not_kept(
    undecided: Any, assemble: Any, desk: Any, channel: str
) -> None:
    """Copied out of a browser together with a token; also where the channel is switched off by now."""
    assembly, at = undecided if channel == "own" else assemble(other=""), desk()
    assembly.masker.add("hunter2hunter2")
    typed = DecisionTyped(decision=Decision.DELIVERED, url=f"{URL}&token=hunter2hunter2")

    assert resolve(assembly, REF, "own", typed, update=None, desk=at) == 0

    [delivery] = at.results[-1].deliveries
    assert delivery.url is None
    assert "held a secret" in delivery.note
    assert "hunter2" not in str(delivery)
