"""The ledger on a real file: what is durable when, and what it refuses."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from publisher.ledger import records
from publisher.ledger.protocol import Clash
from publisher.ledger.sqlite.owner import owning
from publisher.ledger.sqlite.store import Store
from publisher.model.announcement import (
    Announcement,
    Impact,
    Kind,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.delivery import State, Step, Terms
from publisher.model.errors import AlreadySaid, LedgerFault
from publisher.model.outcome import Unknown
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Format, Post, Receipt
from publisher.model.specimen import SPECIMENS
from publisher.model.transitions import claimed, concluded

NOW = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
PERIOD = Period(NOW, NOW + timedelta(microseconds=1))


def update(
    ref: str = "CMO-7K3M", *, published: datetime = NOW, hours: int = 2, start: datetime = NOW
) -> Update:
    announcement = Announcement(
        ref=ref,
        title={"de": "Lücke", "en": "Hole"},
        services=(Service(key="vps", name={"de": "VPS-Hosting"}),),
        period=Period(start, start + timedelta(hours=hours)),
        impact=Impact.DEGRADED,
        reason={"und": "„kann nicht warten“ ' \" \\ %"},
    )
    return Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=published
    )


def outgoing(said: Update, *channels: str) -> list[Outgoing]:
    return [
        Outgoing(
            Post(
                ref=said.announcement.ref,
                update=said.number,
                kind=said.kind,
                channel=channel,
                locale="de",
                format=Format.HTML,
                title="Titel ' OR 1=1 --",
                body="<p>Größe 🙂</p>",
                slug=said.announcement.ref.lower(),
                published_at=said.published_at,
            ),
            type="wordpress",
        )
        for channel in channels
    ]


def content(digest: str = "d", since: datetime = NOW - timedelta(days=1)) -> Fingerprint:
    return Fingerprint(digest, since)


@pytest.fixture
def ledger(tmp_path: Path) -> Store:
    return Store.open(tmp_path / "state" / "ledger.db")


@pytest.mark.parametrize(
    "said", [*SPECIMENS, replace(SPECIMENS[0], text={"de": '"„ß🙂\n\u2028'}, before=PERIOD)]
)
def test_what_is_written_down_is_what_pydantic_reads(said: Update) -> None:
    assert records.update_json(said) == TypeAdapter(Update).dump_json(said).decode()
    assert records.update_of(records.update_json(said)) == said
    (post,) = (item.post for item in outgoing(said, "blog"))
    assert records.post_json(post) == TypeAdapter(Post).dump_json(post).decode()
    assert records.post_of(records.post_json(post)) == post


def test_deliveries_that_the_caller_has_are_not_read_again(ledger: Store) -> None:
    first, second, third = ledger.add(update(), outgoing(update(), "a", "b", "c"), content(), again=None)
    assert ledger.all_deliveries(first.ref, beside={second.id: second}) == (first, third)
    assert ledger.all_deliveries(first.ref) == (first, second, third)


def test_what_is_added_is_read_back_as_it_was(ledger: Store) -> None:
    said = update()
    planned = outgoing(said, "blog", "feed")
    deliveries = ledger.add(said, planned, content(), again=None)

    again = Store.open(ledger.path)
    assert again.deliveries("CMO-7K3M") == deliveries
    assert [one.post for one in deliveries] == [item.post for item in planned]
    assert [one.state for one in deliveries] == [State.PENDING] * 2
    (stored,) = again.history_of("CMO-7K3M").said
    assert stored.update == said
    assert [told.channel for told in stored.told] == ["blog", "feed"]


def test_a_file_keeps_its_promises_across_a_power_cut(ledger: Store) -> None:
    """SQLite's own words for it: rollback journal, EXTRA, fullfsync; never WAL."""
    connection = ledger._connection
    settings = {
        name: connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "fullfsync", "foreign_keys")
    }
    assert settings == {"journal_mode": "delete", "synchronous": 3, "fullfsync": 1, "foreign_keys": 1}


def test_nobody_else_reads_the_file(ledger: Store) -> None:
    assert ledger.path.stat().st_mode & 0o777 == 0o600
    assert ledger.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_claim_and_its_outcome_are_one_attempt(ledger: Store) -> None:
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


def test_a_result_under_an_old_fence_is_not_recorded(ledger: Store) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    first = claimed(pending, Step.PUBLISH)
    ledger.write([first], at=NOW)
    lost = concluded(first, Unknown("no answer"), seconds=1, terms=Terms(lookup=True), now=NOW)
    ledger.write([lost], at=NOW)
    second = claimed(replace(lost, state=State.PENDING), Step.PUBLISH)
    ledger.write([second], at=NOW)

    late = concluded(first, Receipt(remote_id="1"), seconds=1, terms=Terms(lookup=True), now=NOW)
    with pytest.raises(LedgerFault, match="somebody else has claimed"):
        ledger.write([late], at=NOW)
    assert ledger.deliveries("CMO-7K3M") == (second,)


def test_two_claims_of_one_delivery_cannot_both_be_granted(ledger: Store) -> None:
    (pending,) = ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    ledger.write([claimed(pending, Step.PUBLISH)], at=NOW)
    with pytest.raises(LedgerFault, match="somebody else has claimed"):
        Store.open(ledger.path).write([claimed(pending, Step.PUBLISH)], at=NOW)


def test_a_group_is_recorded_whole_or_not_at_all(ledger: Store) -> None:
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
    ledger: Store, channels: tuple[str, ...], hours: int, start: datetime, digest: str, same: bool
) -> None:
    ledger.add(update(), outgoing(update(), "blog", "facebook"), content(), again=None)
    typed = update("CMO-0000", published=NOW + timedelta(minutes=1), hours=hours, start=start)
    planned = outgoing(typed, *channels)
    assert ledger.said_already(typed, planned, content(digest)) == ("CMO-7K3M" if same else None)
    if same:
        with pytest.raises(AlreadySaid, match="CMO-7K3M"):
            ledger.add(typed, planned, content(digest), again=None)
    assert ledger.add(typed, planned, content(digest), again="new kernel")


def test_after_a_day_the_same_content_is_new(ledger: Store) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    typed = update("CMO-0000", published=NOW + timedelta(days=2))
    assert ledger.said_already(typed, outgoing(typed, "blog"), content(since=NOW + timedelta(days=1))) is None


@pytest.mark.parametrize(
    "clashing",
    [update("CMO-7K3M", published=NOW + timedelta(1)), update("CMO-0000")],
    ids=["reference", "second"],
)
def test_a_taken_reference_or_second_clashes(ledger: Store, clashing: Update) -> None:
    ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    with pytest.raises(Clash):
        ledger.add(clashing, outgoing(clashing, "blog"), content("other"), again=None)
    assert ledger.refs() == ("CMO-7K3M",)


def test_unfinished_leaves_out_what_is_closed(ledger: Store) -> None:
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


def test_the_overview_counts_who_was_told(ledger: Store) -> None:
    one, _ = ledger.add(update(), outgoing(update(), "blog", "feed"), content(), again=None)
    sending = claimed(one, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    ledger.write([replace(sending, state=State.DELIVERED)], at=NOW)
    (row,) = ledger.overview()
    assert (row.ref, row.told, row.channels, row.phase) == ("CMO-7K3M", 1, 2, "scheduled")
    assert row.title == {"de": "Lücke", "en": "Hole"}


def test_the_snapshot_is_newest_first_and_limited(ledger: Store) -> None:
    for number in range(4):
        said = update(f"CMO-000{number}", published=NOW + timedelta(seconds=number))
        ledger.add(said, outgoing(said, "feed"), content(str(number)), again=None)
    snapshot = ledger.snapshot(limit=2)
    assert [said.ref for said in snapshot.said] == ["CMO-0003", "CMO-0002"]
    assert [post.ref for post in snapshot.posts_on("feed")] == ["CMO-0003", "CMO-0002"]
    assert snapshot.posts_on("blog") == ()
    assert ledger.newest_publication() == NOW + timedelta(seconds=3)


def test_looking_makes_no_file(tmp_path: Path) -> None:
    path = tmp_path / "none" / "ledger.db"
    with Store.look(path) as ledger:
        assert ledger.refs() == ()
        assert not ledger.knows("CMO-7K3M")
    assert list(tmp_path.iterdir()) == []


def test_looking_cannot_write(ledger: Store) -> None:
    with pytest.raises(LedgerFault, match="readonly"):
        Store.look(ledger.path).add(update(), outgoing(update(), "blog"), content(), again=None)


def test_a_newer_ledger_is_refused_and_left_alone(ledger: Store) -> None:
    ledger._connection.execute("PRAGMA user_version = 999")
    ledger.close()
    before = ledger.path.read_bytes()
    for opening in (Store.open, Store.look):
        with pytest.raises(LedgerFault, match="newer announce"):
            opening(ledger.path)
    assert ledger.path.read_bytes() == before


def test_what_is_no_ledger_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("not a database, but somebody's notes " * 100)
    with pytest.raises(LedgerFault, match="not a database"):
        Store.open(path)
    assert path.read_text().startswith("not a database, but somebody's notes")


def test_a_ledger_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file where the folder should be")
    with pytest.raises(LedgerFault, match="cannot be used"):
        Store.open(tmp_path / "state" / "ledger.db")


def test_a_locked_ledger_is_waited_for_and_then_refused(ledger: Store) -> None:
    ledger._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(ledger.path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerFault, match="locked"):
        ledger.add(update(), outgoing(update(), "blog"), content(), again=None)
    other.execute("ROLLBACK")
    assert ledger.add(update(), outgoing(update(), "blog"), content(), again=None)


def test_a_second_owner_is_told_who_holds_the_announcement(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    with owning(path, "CMO-7K3M"):
        with (
            pytest.raises(Exception, match=f"being sent by process {os.getpid()} on"),
            owning(path, "CMO-7K3M"),
        ):
            pass
        with owning(path, "CMO-0000"):
            pass
    with owning(path, "CMO-7K3M"):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("channel", "beginning", "known"),
    [
        ("page", "https://example.net/12_", True),
        ("page", "https://example.net/1_", False),
        ("page", "https://example.net/12%", False),
        ("other", "https://example.net/12_", False),
    ],
)
def test_whether_a_channel_ever_had_a_post_there_is_known(
    ledger: Store, channel: str, beginning: str, known: bool
) -> None:
    said = update()
    page, _ = ledger.add(said, outgoing(said, "page", "other"), content(), again=None)
    sending = claimed(page, Step.PUBLISH)
    ledger.write([sending], at=NOW)
    assert not ledger.has_delivered("page", "https://example.net/12_")
    receipt = Receipt(remote_id="12_3", url="https://example.net/12_3")
    ledger.write([concluded(sending, receipt, seconds=1, terms=Terms(), now=NOW)], at=NOW)
    assert ledger.has_delivered(channel, beginning) is known
