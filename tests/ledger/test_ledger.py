"""A ledger, whatever keeps it: what is durable when, what two of one mind may do, and what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from publisher.ledger import Ledger, open_ledger
from publisher.ledger.protocol import Clash, Overtaken
from publisher.model.announcement import Update
from publisher.model.delivery import Decision, Delivery, State, Step, Terms
from publisher.model.errors import AlreadySaid, LedgerFault, Refused
from publisher.model.outcome import Unknown
from publisher.model.post import Receipt
from publisher.model.seen import Glimpse, Visibility, seen_first, unseen
from publisher.model.transitions import claimed, concluded, superseded
from tests.ledger.sayings import NOW, content, later, outgoing, update

if TYPE_CHECKING:
    from tests.ledger.conftest import Address


def test_deliveries_that_the_caller_has_are_not_read_again(ledger: Ledger) -> None:
    first, second, third = ledger.add(update(), outgoing(update(), "a", "b", "c"), content(), again=None)
    assert ledger.all_deliveries(first.ref, beside={second.id: second}) == (first, third)
    assert ledger.all_deliveries(first.ref) == (first, second, third)


def test_what_is_added_is_read_back_as_it_was(ledger: Ledger, address: Address) -> None:
    said = update()
    planned = outgoing(said, "blog", "feed")
    deliveries = ledger.add(said, planned, content(), again=None)

    with open_ledger(address, write=True) as again:
        assert again.deliveries("CMO-7K3M") == deliveries
        (stored,) = again.history_of("CMO-7K3M").said
    assert [one.post for one in deliveries] == [item.post for item in planned]
    assert [one.state for one in deliveries] == [State.PENDING] * 2
    assert stored.update == said
    assert [told.channel for told in stored.told] == ["blog", "feed"]


def test_a_claim_and_its_outcome_are_one_attempt(ledger: Ledger) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    sending = claimed(pending, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    (open_attempt,) = ledger.attempts(pending)
    assert (open_attempt.number, open_attempt.step, open_attempt.ended_at) == (1, "publish", None)
    assert ledger.deliveries("CMO-7K3M") == (sending,)

    done = concluded(
        sending,
        Receipt(remote_id="17", url="https://x.example/"),
        seconds=0.4,
        terms=Terms(lookup=True),
        now=NOW,
    )
    ledger.write([done], at=NOW + timedelta(seconds=1))
    (attempt,) = ledger.attempts(pending)
    assert (attempt.state, attempt.ended_at) == ("delivered", NOW + timedelta(seconds=1))
    assert ledger.deliveries("CMO-7K3M") == (done,)


def test_a_result_under_an_old_fence_is_not_recorded(ledger: Ledger) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    first = claimed(pending, Step.PUBLISH)
    ledger.write([first], at=NOW)
    lost = concluded(first, Unknown("no answer"), seconds=1, terms=Terms(lookup=True), now=NOW)
    ledger.write([lost], at=NOW)
    second = claimed(replace(lost, state=State.PENDING), Step.PUBLISH)
    ledger.write([second], at=NOW)

    late = concluded(first, Receipt(remote_id="1"), seconds=1, terms=Terms(lookup=True), now=NOW)
    with pytest.raises(Overtaken, match="somebody else has claimed"):
        ledger.write([late], at=NOW)
    assert ledger.deliveries("CMO-7K3M") == (second,)


def test_two_claims_of_one_delivery_cannot_both_be_granted(ledger: Ledger, address: Address) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    ledger.write([claimed(pending, Step.PUBLISH)], at=NOW)
    with (
        open_ledger(address, write=True) as second,
        pytest.raises(Overtaken, match="somebody else has claimed"),
    ):
        second.write([claimed(pending, Step.PUBLISH)], at=NOW)


def test_a_group_is_recorded_whole_or_not_at_all(ledger: Ledger) -> None:
    one, two = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    stale = replace(claimed(two, Step.PUBLISH), fence=7)
    with pytest.raises(LedgerFault):
        ledger.write([claimed(one, Step.PUBLISH), stale], at=NOW)
    assert ledger.deliveries("CMO-7K3M") == (one, two)


@pytest.mark.parametrize(
    ("channels", "hours", "start", "digest", "same"),
    [
        (("blog",), 2, NOW + timedelta(hours=1), "d", True),
        (("feed", "blog"), 2, NOW, "d", True),
        (("blog",), 1, NOW + timedelta(hours=1), "d", True),
        (("blog",), 3, NOW + timedelta(hours=1), "d", False),
        (("twitter",), 2, NOW, "d", False),
        (("blog",), 2, NOW, "other", False),
    ],
    ids=[
        "same length",
        "one channel in common",
        "same end",
        "other length and end",
        "other channels",
        "other text",
    ],
)
def test_the_same_content_is_found(
    ledger: Ledger, channels: tuple[str, ...], hours: int, start: datetime, digest: str, same: bool
) -> None:
    ledger.add(update(), outgoing(update(), "blog", "facebook"), content(), again=None)
    typed = update("CMO-0000", published=NOW + timedelta(minutes=1), hours=hours, start=start)
    planned = outgoing(typed, *channels)
    assert ledger.said_already(typed, planned, content(digest)) == ("CMO-7K3M" if same else None)
    if same:
        with pytest.raises(AlreadySaid, match="CMO-7K3M"):
            ledger.add(typed, planned, content(digest), again=None)
    assert ledger.add(typed, planned, content(digest), again="new kernel")


def test_after_a_day_the_same_content_is_new(ledger: Ledger) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    typed = update("CMO-0000", published=NOW + timedelta(days=2))
    assert ledger.said_already(typed, outgoing(typed, "blog"), content(since=NOW + timedelta(days=1))) is None


@pytest.mark.parametrize(
    "clashing",
    [update("CMO-7K3M", published=NOW + timedelta(1)), update("CMO-0000")],
    ids=["reference", "second"],
)
def test_a_taken_reference_or_second_clashes(ledger: Ledger, clashing: Update) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    with pytest.raises(Clash):
        ledger.add(clashing, outgoing(clashing, "blog"), content("other"), again=None)
    assert ledger.refs() == ("CMO-7K3M",)


def test_unfinished_leaves_out_what_is_closed(ledger: Ledger) -> None:
    planned = outgoing(update(), "blog", "feed", "twitter")
    one, two, three = ledger.add(update(), planned, content(), again=None)
    for pending, state in ((one, State.DELIVERED), (two, State.FAILED)):
        sending = claimed(pending, Step.PUBLISH)
        ledger.write([sending], at=NOW)
        ledger.write([replace(sending, state=state)], at=NOW)
    assert [found.channel for found in ledger.unfinished()] == ["twitter"]
    assert [found.channel for found in ledger.unfinished("CMO-7K3M", failed=True)] == ["feed", "twitter"]
    assert ledger.unfinished("CMO-0000") == ()
    assert three.channel == "twitter"


def test_the_overview_counts_who_was_told(ledger: Ledger) -> None:
    one, _ = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    sending = claimed(one, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    ledger.write([replace(sending, state=State.DELIVERED)], at=NOW)
    (row,) = ledger.overview()
    assert (row.ref, row.told, row.channels, row.phase) == ("CMO-7K3M", 1, 2, "scheduled")
    assert row.title == {"de": "Lücke", "en": "Hole"}


def test_the_snapshot_is_newest_first_and_limited(ledger: Ledger) -> None:
    for number in range(4):
        said = update(f"CMO-000{number}", published=NOW + timedelta(seconds=number))
        ledger.add(said, outgoing(said, "feed"), content(str(number)), again=None)
    snapshot = ledger.snapshot(limit=2)
    assert [said.ref for said in snapshot.said] == ["CMO-0003", "CMO-0002"]
    assert [post.ref for post in snapshot.posts_on("feed")] == ["CMO-0003", "CMO-0002"]
    assert snapshot.posts_on("blog") == ()
    assert ledger.newest_publication() == NOW + timedelta(seconds=3)


def test_looking_cannot_write(ledger: Ledger, address: Address) -> None:
    with open_ledger(address, write=False) as look, pytest.raises(LedgerFault):
        look.add(update(), outgoing(update(), "blog"), content(), again=None)
    assert ledger.refs() == ()


def test_a_ledger_says_where_it_is(ledger: Ledger, address: Address) -> None:
    assert ledger.name == str(address)


def test_what_one_process_writes_the_other_sees(ledger: Ledger, address: Address) -> None:
    with open_ledger(address, write=False) as look:
        assert look.count() == 0
        ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
        assert look.count() == 1


@pytest.mark.parametrize("kind", [later(number=1), later(published=NOW)], ids=["number", "second"])
def test_a_later_update_clashes_over_its_number_or_second(ledger: Ledger, kind: Update) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    with pytest.raises(Clash):
        ledger.follow(kind, outgoing(kind, "blog"), [])
    assert ledger.follow(later(), outgoing(later(), "blog"), [])
    assert [said.update.number for said in ledger.history_of("CMO-7K3M").said] == [2, 1]


def test_what_is_planned_for_a_channel_already_is_not_joined(ledger: Ledger) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    with pytest.raises(Clash):
        ledger.join(outgoing(update(), "feed", "blog"))
    assert [one.channel for one in ledger.deliveries("CMO-7K3M")] == ["blog"]
    ledger.join(outgoing(update(), "feed"))
    assert [one.channel for one in ledger.deliveries("CMO-7K3M")] == ["blog", "feed"]


def _follow(ledger: Ledger, overtaken: Delivery) -> None:
    ledger.follow(later(), outgoing(later(), "blog"), [overtaken])


def _join(ledger: Ledger, overtaken: Delivery) -> None:
    ledger.join(outgoing(update(), "feed"), [overtaken])


@pytest.mark.parametrize("record", [_follow, _join])
def test_what_somebody_has_claimed_is_not_overtaken(
    ledger: Ledger, record: Callable[[Ledger, Delivery], None]
) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    ledger.write([claimed(pending, Step.PUBLISH)], at=NOW)
    with pytest.raises(Overtaken, match="somebody else has claimed blog of CMO-7K3M"):
        record(ledger, superseded(pending, 2))
    assert [one.channel for one in ledger.all_deliveries("CMO-7K3M")] == ["blog"]


def test_a_second_owner_is_told_who_holds_the_announcement(ledger: Ledger, address: Address) -> None:
    with open_ledger(address, write=True) as second:
        with ledger.owning("CMO-7K3M"):
            with (
                pytest.raises(Refused, match=f"being sent by process {os.getpid()} on"),
                second.owning("CMO-7K3M"),
            ):
                pytest.fail("two owners")
            with second.owning("CMO-0000"):
                pass
        with second.owning("CMO-7K3M"):
            pass


def test_what_a_dead_process_held_is_free(ledger: Ledger, address: Address) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(address)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(Refused, match=f"process {holder.pid} on"), ledger.owning("CMO-7K3M"):
            pytest.fail("two owners")
        holder.kill()
        holder.wait()
    with ledger.owning("CMO-7K3M"):
        pass


HOLDER = """
import sys
from pathlib import Path
from publisher.ledger import open_ledger
from publisher.settings.database import Database
from publisher.settings.paths import is_database

at = sys.argv[1]
address = Database(url=at) if is_database(at) else Path(at)
with open_ledger(address, write=True) as ledger, ledger.owning("CMO-7K3M"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_store_offers_what_the_protocol_says_and_no_more(ledger: Ledger) -> None:
    """What is public beside it is how a store is made, and its own address."""
    said = {name for name in vars(Ledger) if not name.startswith("_")} | set(Ledger.__annotations__)
    has = {name for name in [*dir(ledger), *vars(ledger)] if not name.startswith("_")}
    assert has - {"open", "look", "path"} == said


def test_where_the_newest_post_of_a_channel_stands_is_known(ledger: Ledger) -> None:
    said = update()
    page, _ = ledger.add(said, outgoing(said, "page", "other"), content(), again=None)
    sending = claimed(page, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    assert ledger.newest_addresses() == {}
    receipt = Receipt(remote_id="12_3", url="https://example.net/12_3")
    ledger.write([concluded(sending, receipt, seconds=1, terms=Terms(), now=NOW)], at=NOW)
    assert ledger.newest_addresses() == {"page": "https://example.net/12_3"}


def test_it_has_an_identity_for_ever_which_what_is_read_from_it_names(
    ledger: Ledger, address: Address
) -> None:
    with open_ledger(address, write=False) as reader, open_ledger(address, write=True) as second:
        origins = [one.snapshot().origin for one in (ledger, reader, second)]
        assert ledger.history_of("CMO-7K3M").origin == origins[0]
    assert origins[0].id
    assert origins[0].name == ledger.name
    assert len(set(origins)) == 1


def test_who_said_it_is_recorded_and_no_part_of_what_customers_read(ledger: Ledger) -> None:
    from publisher.settings.person import who

    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    ledger.follow(later(), outgoing(later(), "blog"), ())
    assert ledger.said_by("CMO-7K3M") == {1: who(), 2: who()}
    assert [row.by for row in ledger.overview()] == [who()]
    assert who() not in repr(ledger.history_of("CMO-7K3M").said)


def test_what_strangers_found_is_kept_wherever_it_changed(ledger: Ledger, address: Address) -> None:
    ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    ledger.follow(later(), outgoing(later(), "blog"), [])

    def looked(minute: int, what: Visibility, channel: str = "blog", number: int = 1) -> Glimpse:
        at = NOW + timedelta(minutes=minute)
        return Glimpse(update=number, channel=channel, at=at, what=what, url="https://blog.example/1")

    missed, found = looked(1, Visibility.MISSING), looked(2, Visibility.SEEN)
    feed, newer = looked(3, Visibility.SEEN, "feed"), looked(3, Visibility.SEEN, number=2)
    lost = replace(looked(5, Visibility.MISSING), url=None)
    ledger.saw("CMO-7K3M", [missed, feed])
    ledger.saw("CMO-7K3M", [found])
    ledger.saw("CMO-7K3M", [looked(4, Visibility.SEEN), newer])
    ledger.saw("CMO-7K3M", [lost])

    with open_ledger(address, write=False) as again:
        assert again.glimpses("CMO-7K3M") == (missed, found, feed, newer, lost)
        assert again.glimpses("CMO-XXXX") == ()
        with pytest.raises(LedgerFault):
            again.saw("CMO-7K3M", [found])
    assert seen_first(ledger.glimpses("CMO-7K3M"), "blog", 1) == found.at
    assert unseen(ledger.glimpses("CMO-7K3M"), {"blog": 1, "feed": 1}) == {"blog"}
    assert unseen(ledger.glimpses("CMO-7K3M"), {"blog": 2, "feed": 2}) == {"feed"}


def test_who_decided_is_recorded_with_what_became_of_it_or_not_at_all(
    ledger: Ledger, address: Address
) -> None:
    blog, feed = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    left = replace(blog, state=State.ABANDONED, note="given up by hand")
    ledger.decide(left, Decision.ABANDON, at=NOW)
    ledger.write([claimed(feed, Step.PUBLISH)], at=NOW)
    with pytest.raises(Overtaken):
        ledger.decide(replace(feed, state=State.DELIVERED), Decision.DELIVERED, at=NOW)
    with open_ledger(address, write=False) as again:
        assert again.deliveries("CMO-7K3M")[0] == left
        [found] = again.decisions("CMO-7K3M")
        assert (found.delivery, found.what, found.at) == (blog.id, Decision.ABANDON, NOW)
        assert "@" in (found.by or "")
        assert again.decisions("CMO-XXXX") == ()
        with pytest.raises(LedgerFault):
            again.decide(left, Decision.ABANDON, at=NOW)
