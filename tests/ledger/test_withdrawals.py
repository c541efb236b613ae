"""What a history says of posts that are taken down: since when, and whether readers are to know."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger
from publisher.model.delivery import Decision, Delivery, Operation, State, Step
from publisher.model.history import Told
from publisher.model.outgoing import Outgoing
from publisher.model.transitions import claimed, reopened, resolved, taken_up
from tests.ledger.sayings import NOW, content, outgoing, update

LATER = NOW + timedelta(hours=1)


def told(ledger: Ledger) -> Told:
    (said,) = ledger.history_of("CMO-7K3M").said
    (one,) = said.told
    return one


@pytest.fixture(params=[False, True])
def withdrawal(request: pytest.FixtureRequest, ledger: Ledger) -> Delivery:
    """Planned, not begun; silent or not."""
    (post,) = ledger.add(update(), outgoing(update(), "feed"), content(), again=None)
    ledger.write([claimed(post, Step.PUBLISH)], at=NOW)
    ledger.write([replace(claimed(post, Step.PUBLISH), state=State.DELIVERED)], at=NOW)
    planned = Outgoing(post.post, post.type, Operation.WITHDRAW, silent=request.param)
    (down,) = ledger.join([planned])
    assert down.silent is request.param
    return down


def test_what_is_only_planned_takes_nothing_down(ledger: Ledger, withdrawal: Delivery) -> None:
    assert not told(ledger).withdrawn


def test_it_is_down_since_the_first_attempt_and_stays_so(ledger: Ledger, withdrawal: Delivery) -> None:
    sending = claimed(withdrawal, Step.WITHDRAW)
    ledger.write([sending], at=LATER)
    first = told(ledger)
    waiting = replace(sending, state=State.RETRY_WAIT)
    ledger.write([waiting], at=LATER)
    ledger.write([claimed(waiting, Step.WITHDRAW)], at=LATER + timedelta(minutes=5))

    assert (first.withdrawn, first.withdrawn_at, first.silently) == (True, LATER, withdrawal.silent)
    assert told(ledger) == first


def test_one_that_was_refused_counts_from_the_next_attempt(ledger: Ledger, withdrawal: Delivery) -> None:
    refused = replace(claimed(withdrawal, Step.WITHDRAW), state=State.FAILED)
    ledger.write([claimed(withdrawal, Step.WITHDRAW)], at=LATER)
    ledger.write([refused], at=LATER)
    assert not told(ledger).withdrawn

    again = claimed(reopened(refused), Step.WITHDRAW)
    ledger.write([reopened(refused)], at=LATER)
    ledger.write([again], at=LATER + timedelta(hours=1))

    assert told(ledger).withdrawn_at == LATER + timedelta(hours=1)


def test_when_it_was_given_up_stays_known_whatever_comes_after(ledger: Ledger, withdrawal: Delivery) -> None:
    hours = [LATER + timedelta(hours=count) for count in range(6)]
    sending = claimed(withdrawal, Step.WITHDRAW)
    ledger.write([sending], at=hours[0])
    waiting = replace(sending, state=State.RETRY_WAIT)
    ledger.write([waiting], at=hours[1])
    left = resolved(waiting, Decision.ABANDON)
    ledger.write([left], at=hours[2])
    assert (told(ledger).withdrawn, told(ledger).given_up) == (False, ((hours[0], hours[2]),))

    again = claimed(taken_up(left), Step.WITHDRAW)
    ledger.write([taken_up(left)], at=hours[3])
    assert not told(ledger).withdrawn  # planned once more, not begun
    ledger.write([again], at=hours[3])
    assert (told(ledger).withdrawn_at, told(ledger).given_up) == (hours[3], ((hours[0], hours[2]),))

    ledger.write([replace(again, state=State.FAILED)], at=hours[4])
    assert told(ledger).given_up == ((hours[0], hours[2]), (hours[3], hours[4]))
