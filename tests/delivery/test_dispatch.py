"""The dispatcher with scripted adapters on a real ledger: order on disk, isolation, deadline, retries."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.delivery import turns, worker
from publisher.delivery.dispatch import Dispatcher, refresh
from publisher.delivery.worker import Job
from publisher.ledger.sqlite.store import Store
from publisher.model.announcement import Kind
from publisher.model.delivery import Delivery, Operation, State, Terms
from publisher.model.errors import LedgerFault
from publisher.model.outcome import BadCredentials, NotSent, Rejected, Unknown
from publisher.model.outgoing import Outgoing
from publisher.model.post import Draft, Post, Receipt
from publisher.model.transitions import LATEST
from tests.clocks import HANG, PATIENCE
from tests.delivery.scripted import NOW, Scripted, ScriptedStaging, planned, run

RECEIPT = Receipt(remote_id="17", url="https://blog.example.net/x/")


def test_a_channel_does_one_thing_at_a_time_and_first_what_people_notice(ledger: Store) -> None:
    """An adapter, and the library in it, are not made for two threads."""
    done: list[str] = []

    def doing(what: str) -> Receipt:
        done.append(f"{what} begins")
        time.sleep(0.1)
        done.append(f"{what} ends")
        return RECEIPT

    class Editing(Scripted):
        def publish(self, post: Post) -> Any:
            return doing("publish")

        def amend(self, receipt: Receipt, post: Post) -> Any:
            return doing("amend")

    first = run(ledger, {"both": Editing()})["both"]
    posts = [replace(first.post, update=2)] * 2
    said = ledger.history_of("CMO-7K3M").said[0].update
    second = replace(said, number=2, kind=Kind.COMPLETED, published_at=NOW + timedelta(seconds=1))
    outgoing = [
        Outgoing(post, "scripted", operation, RECEIPT if operation is Operation.AMEND else None)
        for post, operation in zip(posts, (Operation.AMEND, Operation.PUBLISH), strict=True)
    ]
    run(ledger, {"both": Editing()}, deliveries=ledger.follow(second, outgoing, ()))
    assert done[2:] == ["publish begins", "publish ends", "amend begins", "amend ends"]
    assert {one.state for one in ledger.all_deliveries("CMO-7K3M")} == {State.DELIVERED}


def test_every_channel_gets_its_outcome_whatever_the_others_do(ledger: Store) -> None:
    def broken() -> Any:
        raise ImportError("no module named tweepy")

    adapters = {
        "good": Scripted(RECEIPT),
        "refused": Scripted(Rejected("403 forbidden", cure="ask for the right")),
        "stranger": Scripted(BadCredentials("401")),
        "lost": Scripted(Unknown("no answer")),
        "broken": broken,
        "raises": Scripted(ZeroDivisionError("oops")),
        "exits": Scripted(SystemExit(0)),
        "silent": Scripted(None),
        "staged": ScriptedStaging(Draft(remote_id="5"), RECEIPT),
        "wrong": ScriptedStaging(Draft(remote_id="5"), Rejected("trashed by hand")),
    }
    states = {name: found.state for name, found in run(ledger, adapters).items()}
    assert states == {
        "good": State.DELIVERED,
        "refused": State.FAILED,
        "stranger": State.BLOCKED_AUTH,
        "lost": State.UNKNOWN,
        "broken": State.FAILED,
        "raises": State.UNKNOWN,
        "exits": State.UNKNOWN,
        "silent": State.UNKNOWN,
        "staged": State.DELIVERED,
        "wrong": State.FAILED,
    }
    assert adapters["staged"].calls == ["stage", "release 5"]  # type: ignore[attr-defined]
    assert adapters["lost"].calls == ["publish"]  # type: ignore[attr-defined]


def test_what_came_before_is_read_once_for_all_channels(
    ledger: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not by each of them: that many times that many rows would take minutes with hundreds of channels."""
    names = [f"page-{number}" for number in range(20)]
    first = planned(ledger, *names)
    run(ledger, {name: Scripted(Receipt(remote_id="1")) for name in names}, deliveries=first)
    (told,) = ledger.history_of("CMO-7K3M").said
    said = replace(told.update, number=2, kind=Kind.PROGRESS, published_at=NOW + timedelta(seconds=1))
    posts = [replace(delivery.post, update=2, kind=Kind.PROGRESS) for delivery in first]
    second = ledger.follow(said, [Outgoing(post, type="scripted") for post in posts], [])
    reading, read = ledger.all_deliveries, []

    def noted(ref: str) -> tuple[Delivery, ...]:
        read.append(ref)
        return reading(ref)

    monkeypatch.setattr(ledger, "all_deliveries", noted)
    done = run(ledger, {name: Scripted(Receipt(remote_id="2")) for name in names}, deliveries=second)
    assert {delivery.state for delivery in done.values()} == {State.DELIVERED}
    assert read == ["CMO-7K3M"]


def test_sending_is_on_disk_before_the_adapter_is_called(ledger: Store) -> None:
    seen: list[State] = []

    def look() -> Receipt:
        with Store.look(ledger.path) as reader:
            seen.extend(found.state for found in reader.deliveries("CMO-7K3M"))
        return RECEIPT

    run(ledger, {"blog": Scripted(look)})
    assert seen == [State.SENDING]


def test_an_outcome_is_on_disk_before_anyone_is_told(ledger: Store) -> None:
    told: list[tuple[State, State]] = []

    def watch(delivery: Delivery) -> None:
        with Store.look(ledger.path) as reader:
            told.append((delivery.state, reader.deliveries("CMO-7K3M")[0].state))

    run(ledger, {"blog": Scripted(RECEIPT)}, watch=watch)
    assert told == [(State.SENDING, State.SENDING), (State.DELIVERED, State.DELIVERED)]


def test_all_channels_are_sent_at_the_same_time(ledger: Store) -> None:
    """Every adapter waits for all the others: one after the other would never end."""
    together = threading.Barrier(40, timeout=5)

    def meet() -> Receipt:
        together.wait()
        return RECEIPT

    found = run(ledger, {f"c{number}": Scripted(meet) for number in range(40)})
    assert {delivery.state for delivery in found.values()} == {State.DELIVERED}


def test_claims_and_outcomes_that_come_together_share_a_commit(ledger: Store) -> None:
    writes: list[int] = []
    together = threading.Barrier(100, timeout=5)

    class Counting(Store):
        def write(self, deliveries: Any, *, at: datetime) -> None:
            writes.append(len(deliveries))
            time.sleep(0.01)
            super().write(deliveries, at=at)

    def meet() -> Receipt:
        together.wait()
        return RECEIPT

    counting = Counting(ledger.path, ledger._connection)
    run(counting, {f"c{number}": Scripted(meet) for number in range(100)})
    assert sum(writes) == 200
    assert len(writes) < 60


def test_what_was_not_sent_is_tried_again(ledger: Store) -> None:
    adapter = Scripted(NotSent("refused"), NotSent("refused"), RECEIPT)
    found = run(ledger, {"blog": adapter})["blog"]
    assert (found.state, found.attempts) == (State.DELIVERED, 3)


def test_after_four_tries_the_rest_is_left_to_resume(ledger: Store) -> None:
    adapter = Scripted(*[NotSent("refused")] * 9)
    found = run(ledger, {"blog": adapter})["blog"]
    assert (found.state, found.attempts) == (State.RETRY_WAIT, turns.MOST_TRIES)


def test_a_wait_that_does_not_fit_the_deadline_is_not_waited_for(ledger: Store) -> None:
    started = time.monotonic()
    found = run(ledger, {"twitter": Scripted(NotSent("429", retry_after=600))}, deadline=5)["twitter"]
    assert time.monotonic() - started < PATIENCE
    assert found.state is State.RETRY_WAIT
    assert found.not_before is not None
    assert 500 < (found.not_before - datetime.now(UTC)).total_seconds() < 700


def test_a_hanging_channel_delays_nobody_and_ends_at_the_deadline(ledger: Store) -> None:
    hang = Scripted(lambda: time.sleep(HANG))
    seen: list[tuple[str, State]] = []
    started = time.monotonic()

    def watch(delivery: Delivery) -> None:
        seen.append((delivery.channel, delivery.state))

    found = run(ledger, {"hang": hang, "good": Scripted(RECEIPT)}, deadline=0.8, watch=watch)
    assert time.monotonic() - started < PATIENCE
    assert seen.index(("good", State.DELIVERED)) < seen.index(("hang", State.UNKNOWN))
    assert (found["good"].state, found["hang"].state) == (State.DELIVERED, State.UNKNOWN)
    assert "end of the run" in (found["hang"].error or "")


def test_a_channel_that_never_connected_is_known_not_to_have_been_sent(ledger: Store) -> None:
    found = run(ledger, {"dns": Scripted(lambda: time.sleep(HANG))}, deadline=0.4, departed=False)["dns"]
    assert found.state is State.RETRY_WAIT


def test_secrets_are_masked_before_they_are_recorded(ledger: Store) -> None:
    found = run(ledger, {"blog": Scripted(Rejected("password hunter2 is wrong"))})["blog"]
    assert found.error == "password *** is wrong"
    assert b"hunter2" not in ledger.path.read_bytes()


def test_nothing_is_sent_that_cannot_be_recorded(ledger: Store) -> None:
    adapter = Scripted(RECEIPT)
    deliveries = planned(ledger, "blog")
    ledger._connection.execute("PRAGMA query_only = ON")
    with pytest.raises(LedgerFault):
        run(ledger, {"blog": adapter}, deliveries=deliveries)
    assert adapter.calls == []


def test_a_signal_lets_what_is_in_flight_end_and_starts_nothing_new(ledger: Store) -> None:
    sending = threading.Event()

    def slow() -> Receipt:
        sending.set()
        time.sleep(0.4)
        return RECEIPT

    adapters = {
        "slow": Scripted(slow),
        "staged": ScriptedStaging(lambda: (time.sleep(0.3), Draft(remote_id="5"))[1]),
    }

    def interrupt(dispatcher: Dispatcher) -> None:
        sending.wait()
        time.sleep(0.1)
        dispatcher.stop()

    found = run(ledger, adapters, during=interrupt)
    assert (found["slow"].state, found["staged"].state) == (State.DELIVERED, State.STAGED)


def test_a_second_signal_leaves_at_once(ledger: Store) -> None:
    sending = threading.Event()

    def hang() -> Receipt:
        sending.set()
        time.sleep(HANG)
        return RECEIPT

    def interrupt(dispatcher: Dispatcher) -> None:
        sending.wait()
        dispatcher.stop()
        dispatcher.stop()

    started = time.monotonic()
    found = run(ledger, {"hang": Scripted(hang)}, during=interrupt)
    assert time.monotonic() - started < PATIENCE
    assert found["hang"].state is State.UNKNOWN


@pytest.mark.parametrize("state", [State.RETRY_WAIT, State.BLOCKED_AUTH, State.STAGED])
def test_a_later_run_goes_on_where_the_first_one_stopped(ledger: Store, state: State) -> None:
    (pending,) = planned(ledger, "blog")
    left = replace(pending, state=state, remote_id="5" if state is State.STAGED else None)
    ledger.write([left], at=NOW)
    adapter = ScriptedStaging(RECEIPT) if state is State.STAGED else Scripted(RECEIPT)
    found = run(ledger, {"blog": adapter}, deliveries=(left,))["blog"]
    assert found.state is State.DELIVERED
    assert adapter.calls == ["release 5" if state is State.STAGED else "publish"]


class Looking(Scripted):
    """An adapter that can be asked; its look-ups play a script of their own."""

    def __init__(self, *script: Any, sightings: list[Any]) -> None:
        super().__init__(*script)
        self.sightings = sightings

    def find(self, post: Post) -> Any:
        self.calls.append("find")
        sighting = self.sightings.pop(0)
        if isinstance(sighting, BaseException):
            raise sighting
        return sighting


@pytest.mark.parametrize(
    ("script", "sightings", "state", "calls"),
    [
        ([Unknown("lost")], [RECEIPT], State.DELIVERED, "publish find"),
        ([Unknown("lost")], [None, RECEIPT], State.DELIVERED, "publish find find"),
        ([Unknown("lost"), RECEIPT], [None, None], State.DELIVERED, "publish find find publish"),
        ([Unknown("lost")], [Rejected("403")], State.NEEDS_DECISION, "publish find"),
        ([Unknown("lost")], [NotSent("refused"), RECEIPT], State.DELIVERED, "publish find find"),
        (
            [Unknown("lost")],
            [ZeroDivisionError("oops")] * 9,
            State.UNKNOWN,
            "publish" + " find" * turns.MOST_TRIES,
        ),
        ([Unknown("506", duplicate=True)], [None, None], State.NEEDS_DECISION, "publish find find"),
        ([Unknown("lost")] * 9, [None] * 20, State.PENDING, None),
    ],
)
def test_a_lost_answer_is_looked_for_before_anything_is_sent_again(
    ledger: Store, script: list[Any], sightings: list[Any], state: State, calls: str | None
) -> None:
    adapter = Looking(*script, sightings=list(sightings))
    found = run(ledger, {"facebook": adapter}, terms=Terms(lookup=True, settle=0.01))["facebook"]
    assert found.state is state
    if calls is not None:
        assert " ".join(adapter.calls) == calls
    else:
        assert adapter.calls.count("publish") == turns.MOST_TRIES


def test_no_look_up_comes_before_the_settle_time_is_over(ledger: Store) -> None:
    """A platform that commits late: looked for at once, the post would be sent twice."""
    times: list[float] = []

    class Late(Looking):
        def find(self, post: Post) -> Any:
            times.append(time.monotonic())
            return super().find(post)

    started = time.monotonic()
    adapter = Late(Unknown("lost"), sightings=[None, RECEIPT])
    run(ledger, {"facebook": adapter}, terms=Terms(lookup=True, settle=0.3))
    assert times[0] - started >= 0.3
    assert times[1] - times[0] >= 0.3


def test_a_settle_time_beyond_the_deadline_is_left_to_resume(ledger: Store) -> None:
    adapter = Looking(Unknown("lost"), sightings=[])
    found = run(ledger, {"facebook": adapter}, terms=Terms(lookup=True, settle=30.0), deadline=1.0)[
        "facebook"
    ]
    assert (found.state, adapter.calls) == (State.UNKNOWN, ["publish"])


def test_an_answer_that_came_in_time_counts_at_the_deadline(ledger: Store) -> None:
    """The result lies in the inbox while the loop is busy with a slow commit that ends after the deadline."""

    class Slow(Store):
        def write(self, deliveries: Any, *, at: datetime) -> None:
            super().write(deliveries, at=at)
            if any(found.channel == "other" and found.state is State.DELIVERED for found in deliveries):
                time.sleep(0.8)

    def later() -> Receipt:
        time.sleep(0.3)
        return RECEIPT

    slow = Slow(ledger.path, ledger._connection)
    adapters = {"other": Scripted(RECEIPT), "blog": Scripted(later)}
    assert run(slow, adapters, deadline=0.6)["blog"].state is State.DELIVERED


def test_refused_credentials_are_tried_once_a_run(ledger: Store) -> None:
    adapter = Scripted(BadCredentials("401"), RECEIPT)
    assert run(ledger, {"blog": adapter})["blog"].state is State.BLOCKED_AUTH
    assert adapter.calls == ["publish"]


def test_refreshing_is_best_effort(ledger: Store) -> None:
    class Page(Scripted):
        def refresh(self, post: Post) -> None:
            self.calls.append(f"refresh {post.ref}")
            raise OSError("disk full")

    page, plain = Page(), Scripted()
    deliveries = planned(ledger, "page", "plain")

    def job(delivery: Delivery, adapter: Any) -> Job:
        return Job(
            delivery=delivery,
            terms=Terms(),
            open=lambda: adapter,
            departures=lambda: 0,
            fence=lambda _: False,
        )

    refresh([job(deliveries[0], page), job(deliveries[1], plain)])
    assert (page.calls, plain.calls) == (["refresh CMO-7K3M"], [])


def test_threads_of_a_run_do_not_keep_the_process_alive(ledger: Store) -> None:
    run(ledger, {"hang": Scripted(lambda: time.sleep(HANG))}, deadline=0.2)
    alive = [thread for thread in threading.enumerate() if thread.name == "channel hang"]
    assert alive
    assert all(thread.daemon for thread in alive)


def test_a_machine_that_slept_after_its_claim_gives_it_back_and_sends_then(
    ledger: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody may have taken over meanwhile: what was claimed long ago is claimed anew."""
    clock = iter([0.0, LATEST + 1, 100.0, 100.0 + LATEST - 1])
    monkeypatch.setattr(worker, "_awake_or_not", lambda: next(clock))
    monkeypatch.setattr(turns, "backoff", lambda tries: 0.0)
    calls: list[str] = []

    class Counting(Scripted):
        def publish(self, post: Post) -> Any:
            calls.append(post.ref)
            return RECEIPT

    done = run(ledger, {"blog": Counting()})["blog"]
    assert (done.state, done.attempts, len(calls)) == (State.DELIVERED, 2, 1)
    first, second = ledger.attempts(done)
    assert (first.state, "slept" in (first.error or ""), second.state) == ("retry_wait", True, "delivered")
