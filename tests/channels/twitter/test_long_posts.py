"""An account with Premium: longer posts arrive whole, and are found again though X tells their beginning only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from announce_sandbox import Fault
from publisher.model.outcome import Rejected

TEXT = "Dringend: VPS – Neustart\nhttps://status.example.net/CMO-7K3M/\n" + "Satz & Wort. " * 150 + "Ende"


def test_a_long_post_arrives_whole_and_is_found_again(bench, sandbox):
    secrets = {name: bench.secret(value) for name, value in sandbox.credentials["twitter"].items()}
    account = bench.open("twitter", base_url=sandbox.base_url("twitter"), timeout=2, limit=4000, **secrets)
    bench.now = datetime.now(UTC)
    post = bench.post(published_at=bench.now, body=TEXT, length=1_980)
    with pytest.raises(Rejected, match="too long"):
        account.publish(post)
    sandbox.premium(4_000)
    receipt = account.publish(post)
    assert sandbox.posts("twitter")[-1].body == TEXT
    assert receipt.kept == (TEXT.replace("&", "&amp;"),)
    assert account.find(post).remote_id == receipt.remote_id
    assert account.locate(receipt.url).fingerprint == receipt.fingerprint


@pytest.mark.parametrize(
    "fault", [Fault("says", reason="not-permitted", verb="get"), Fault("502", verb="get")]
)
def test_of_a_long_post_that_cannot_be_read_back_nobody_says_that_it_is_whole(bench, sandbox, fault):
    """X's answer to a new long post holds its beginning alone."""
    secrets = {name: bench.secret(value) for name, value in sandbox.credentials["twitter"].items()}
    account = bench.open("twitter", base_url=sandbox.base_url("twitter"), timeout=2, limit=4000, **secrets)
    sandbox.premium(4_000)
    sandbox.fault("twitter", fault)
    receipt = account.publish(bench.post(published_at=datetime.now(UTC), body=TEXT, length=1_980))
    assert receipt.kept == ()
    assert "could not be read, so look at it" in receipt.note
    assert len(sandbox.posts("twitter")) == 1
