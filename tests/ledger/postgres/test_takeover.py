"""Whoever takes over from an owner that is gone, or has only lost its hold: at once, and without a second post."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from publisher.delivery.recovery import ready
from publisher.ledger import open_ledger
from publisher.ledger.postgres.store import Tables
from publisher.ledger.protocol import Overtaken
from publisher.model.delivery import Delivery, State, Step, Terms
from publisher.model.errors import LedgerFault, Refused
from publisher.model.post import Receipt
from publisher.model.transitions import LATEST, claimed, concluded
from publisher.settings.database import Database
from tests.ledger.postgres.test_postgres import cut, name_of
from tests.ledger.sayings import content, outgoing, update
from tests.postgres import Server

REF = "CMO-7K3M"
TERMS = Terms(lookup=True, timeout=15, settle=20)
NOW = datetime.now(UTC)

SENDER = """
import sys
from publisher.ledger.postgres.store import Tables
from publisher.model.transitions import claimed
from publisher.model.delivery import Step
from publisher.settings.database import Database
from tests.ledger.sayings import NOW, content, outgoing, update

with Tables.open(Database(url=sys.argv[1])) as ledger, ledger.owning("CMO-7K3M"):
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    ledger.write([claimed(pending, Step(sys.argv[2]))], at=NOW)
    print("sending", flush=True)
    sys.stdin.read()
"""


def taken_up(ledger: Tables) -> Delivery:
    (found,) = ready(ledger, REF, is_open=lambda name: True, terms=lambda name: TERMS, failed=False)
    return found


def seconds_until(delivery: Delivery) -> float:
    assert delivery.not_before
    return (delivery.not_before - datetime.now(UTC)).total_seconds()


@pytest.mark.parametrize("step", [Step.PUBLISH, Step.AMEND])
def test_an_owner_that_is_killed_is_taken_over_from_once_its_request_has_ended(
    server: Server, step: Step
) -> None:
    """Nobody here can see whether it is dead or only cut off: so even what may be repeated waits."""
    database = server.fresh()
    with subprocess.Popen(
        [sys.executable, "-c", SENDER, database.url, str(step)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as sender:
        assert sender.stdout
        assert sender.stdout.readline() == b"sending\n"
        with Tables.open(database) as second:
            with pytest.raises(Refused, match=f"by process {sender.pid} on"), second.owning(REF):
                pytest.fail("two owners")
            os.kill(sender.pid, signal.SIGKILL)
            sender.wait()
            with second.owning(REF):
                found = taken_up(second)
    assert found.state is (State.UNKNOWN if step is Step.PUBLISH else State.RETRY_WAIT)
    assert 30 < seconds_until(found) < TERMS.timeout + LATEST + TERMS.settle


def test_an_owner_whose_session_is_ended_lives_and_records_nothing_more(server: Server) -> None:
    database = server.fresh()
    with Tables.open(database) as first, Tables.open(database) as second, first.owning(REF):
        (blog, feed) = first.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
        sending = claimed(blog, Step.PUBLISH)
        first.write([sending], at=NOW)
        cut(server, first)
        with second.owning(REF):
            found = ready(second, REF, is_open=lambda name: True, terms=lambda name: TERMS, failed=False)
            assert [one.state for one in found] == [State.UNKNOWN, State.PENDING]
            assert seconds_until(found[0]) > 30
            done = concluded(sending, Receipt(remote_id="17"), terms=TERMS, now=NOW)
            for one in (done, claimed(feed, Step.PUBLISH)):
                with pytest.raises(LedgerFault, match=r"taken over|broke|claimed"):
                    first.write([one], at=NOW)
        assert [one.state for one in second.deliveries(REF)] == [State.UNKNOWN, State.PENDING]


def test_who_comes_back_before_anybody_took_over_holds_it_again(server: Server) -> None:
    database = server.fresh()
    with Tables.open(database) as first, Tables.open(database) as second, first.owning(REF):
        cut(server, first)
        assert first.refs() == ()  # a question alone: it opens the connection anew
        with pytest.raises(Refused, match="is being sent by"), second.owning(REF):
            pytest.fail("two owners")


def test_the_wait_counts_by_the_servers_clock_from_the_claim(server: Server) -> None:
    """Not by the machines' own: what the first one wrote as the time of its claim is hours off."""
    database = server.fresh()
    with Tables.open(database) as first:
        (pending,) = first.add(update(), outgoing(update(), "blog"), content(), again=None)
        first.write([claimed(pending, Step.PUBLISH)], at=NOW + timedelta(hours=9))
    server.admin(
        name_of(database), "UPDATE announce.attempt SET claimed_at = clock_timestamp() - interval '30 s'"
    )
    with Tables.open(database) as second, second.owning(REF):
        found = taken_up(second)
        assert found.state is State.UNKNOWN
        assert 19 < seconds_until(found) <= 20.5  # a look-up settles in any case


def test_a_claim_under_a_token_that_has_risen_is_overtaken(server: Server) -> None:
    database = server.fresh()
    with Tables.open(database) as first, first.owning(REF):
        (pending,) = first.add(update(), outgoing(update(), "blog"), content(), again=None)
        server.admin(name_of(database), "UPDATE announce.owner SET token = token + 1")
        with pytest.raises(Overtaken):
            first.write([claimed(pending, Step.PUBLISH)], at=NOW)
    with open_ledger(Database(url=database.url), write=False) as look:
        assert look.deliveries(REF) == (pending,)
