"""What a report says of a ledger that was filled as runs fill it: when, in time or not, kept or not, by whom."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from publisher.cli.terminal import reports
from publisher.cli.terminal.report_page import page
from publisher.ledger import Ledger
from publisher.model.announcement import Announcement, Kind, Period, Phase, Update
from publisher.model.delivery import BY_HAND, FOR_GOOD, GIVEN_UP, Decision, Delivery, State, Step
from publisher.model.errors import Refused
from publisher.model.kept import Informed, Settled, Word
from publisher.model.outgoing import Outgoing
from publisher.model.seen import Glimpse, Visibility
from publisher.runbook import report_rows
from publisher.runbook.report import Report, beginning, report
from tests.runbook.conftest import NOW, REF

HOUR, MINUTE, SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
BERLIN = ZoneInfo("Europe/Berlin")
START = NOW + 2 * HOUR
"""Of the work in every test but those that say otherwise; its end is four hours later."""


@pytest.fixture
def sent(record: Ledger) -> Callable[..., Delivery]:
    """One attempt of a delivery, which ended at this time in this state; as a worker's claim and outcome."""

    def attempt(delivery: Delivery, at: datetime, state: State = State.DELIVERED, **fields: Any) -> Delivery:
        claimed = replace(
            delivery,
            state=State.SENDING,
            step=Step.PUBLISH,
            fence=delivery.fence + 1,
            attempts=delivery.attempts + 1,
        )
        record.write([claimed], at=at - SECOND)
        ended = replace(claimed, state=state, **fields)
        record.write([ended], at=at)
        return ended

    return attempt


@pytest.fixture
def follow(record: Ledger) -> Callable[..., list[Delivery]]:
    """A later update of ``REF``, said at a time; its deliveries on the channels of the first."""

    def said(kind: Kind, phase: Phase, at: datetime, **fields: Any) -> list[Delivery]:
        newest = record.history_of(REF).said[0].update
        facts: Announcement = replace(
            newest.announcement, period=fields.pop("period", newest.announcement.period)
        )
        update = Update(
            number=newest.number + 1, kind=kind, phase=phase, announcement=facts, published_at=at, **fields
        )
        first = record.deliveries(REF, 1)
        outgoing = [
            Outgoing(replace(one.post, update=update.number, published_at=at), type=one.type) for one in first
        ]
        return list(record.follow(update, outgoing, []))

    return said


@pytest.fixture
def reported(assemble: Any, desk: Any) -> Callable[..., Report]:
    def made(since: str | None = None, now: datetime = NOW + 9 * HOUR) -> Report:
        return report(assemble(one="", two=""), since, desk(), now=now)

    return made


def test_a_night_that_went_well(
    announced: Any, sent: Any, follow: Any, record: Ledger, reported: Any
) -> None:
    one, two = announced("one", "two")
    sent(one, NOW + SECOND)
    sent(two, NOW + 90 * SECOND)
    record.begin_work(REF, at=START, told_at=NOW + 90 * SECOND)
    end = Period(START, START + 4 * HOUR + 35 * MINUTE)
    for delivery in follow(Kind.COMPLETED, Phase.COMPLETED, end.ends_at, period=end):
        sent(delivery, end.ends_at + SECOND)
    [found] = reported().announcements
    assert (found.informed, found.lead) == (Informed.IN_TIME, 2 * HOUR - 90 * SECOND)
    assert (found.first_seconds, found.last_seconds) == (1.0, 90.0)
    assert [channel.lead for channel in found.channels] == [2 * HOUR - SECOND, 2 * HOUR - 90 * SECOND]
    assert found.overrun == 35 * MINUTE
    assert found.begun
    assert found.begun.at == START
    assert "@" in (found.by or "")
    total = reported().total
    assert (total.work, total.in_time, total.overruns, total.doubts) == (1, 1, 1, 0)


def test_one_channel_that_was_never_told_or_too_late_spoils_it(
    announced: Any, sent: Any, reported: Any
) -> None:
    one, two = announced("one", "two")
    sent(one, NOW + SECOND)
    [found] = reported().announcements
    assert (found.informed, found.lead, found.last_seconds) == (Informed.LATE, None, None)
    assert found.channels[1].arrival is None
    sent(two, START + 14 * SECOND)
    [found] = reported().announcements
    assert (found.informed, found.lead) == (Informed.LATE, -14 * SECOND)


def test_before_the_start_and_when_it_was_called_off_nothing_is_counted(
    announced: Any, sent: Any, follow: Any, reported: Any
) -> None:
    [one] = announced("one")
    sent(one, NOW + SECOND)
    assert reported(now=NOW + HOUR).announcements[0].informed is Informed.NO_WORK
    follow(Kind.CANCELLED, Phase.CANCELLED, NOW + HOUR)
    found = reported()
    assert found.announcements[0].informed is Informed.NO_WORK
    assert (found.total.announced, found.total.work, found.total.lead) == (1, 0, None)


def test_work_that_is_called_off_after_it_began_counts(
    announced: Any, sent: Any, follow: Any, reported: Any
) -> None:
    [one] = announced("one")
    sent(one, NOW + SECOND)
    follow(Kind.CANCELLED, Phase.CANCELLED, START + HOUR, aborted=True)
    assert reported().announcements[0].informed is Informed.IN_TIME


def test_a_new_start_is_known_by_who_was_told_of_it(
    announced: Any, sent: Any, follow: Any, reported: Any
) -> None:
    one, two = announced("one", "two")
    sent(one, NOW + SECOND)
    sent(two, NOW + SECOND)
    sooner = Period(NOW + HOUR, START)
    again, _ = follow(Kind.RESCHEDULED, Phase.SCHEDULED, NOW + HOUR / 2, period=sooner)
    sent(again, NOW + HOUR / 2 + SECOND)
    [found] = reported().announcements
    first, second = found.channels
    assert first.lead == HOUR / 2 - SECOND
    assert (second.arrival, second.seconds) == (None, 1.0)
    assert found.informed is Informed.LATE


def test_promises_to_say_more(announced: Any, sent: Any, follow: Any, reported: Any) -> None:
    announced("one")
    begun = follow(Kind.PROGRESS, Phase.IN_PROGRESS, START, next_update_at=START + HOUR)
    follow(Kind.CORRECTED, Phase.IN_PROGRESS, START + MINUTE, next_update_at=START + HOUR)
    unheard = follow(Kind.PROGRESS, Phase.IN_PROGRESS, START + HOUR / 2, next_update_at=START + 2 * HOUR)
    late = follow(Kind.PROGRESS, Phase.IN_PROGRESS, START + 3 * HOUR, next_update_at=START + 4 * HOUR)
    for delivery in (*begun, *late):
        sent(delivery, START)
    words = reported(now=START + 3 * HOUR).announcements[0].words
    assert [(word.update, word.word) for word in words] == [
        (2, Word.BROKEN),
        (4, Word.BROKEN),
        (5, Word.OPEN),
    ]
    assert words[1].said_at == START + 3 * HOUR
    sent(unheard[0], START + HOUR / 2)
    found = reported(now=START + 5 * HOUR)
    assert [word.word for word in found.announcements[0].words] == [Word.KEPT, Word.BROKEN, Word.BROKEN]
    assert (found.total.words, found.total.words_kept) == (3, 1)


@pytest.mark.parametrize(
    ("attempts", "state", "note", "settled", "is_timed"),
    [
        ([State.UNKNOWN], State.UNKNOWN, None, Settled.OPEN, False),
        ([State.UNKNOWN], State.DELIVERED, None, Settled.FOUND, True),
        ([State.UNKNOWN], State.DELIVERED, f"{BY_HAND}: why", Settled.PERSON, False),
        ([State.NEEDS_DECISION], State.DELIVERED, None, Settled.PERSON, False),
        ([State.UNKNOWN, State.DELIVERED], State.DELIVERED, None, Settled.AGAIN, True),
        ([State.UNKNOWN, State.FAILED], State.FAILED, None, Settled.AGAIN, False),
        ([State.NEEDS_DECISION], State.ABANDONED, GIVEN_UP, Settled.PERSON, False),
        ([State.UNKNOWN], State.ABANDONED, None, Settled.CONFIGURED, False),
    ],
)
def test_how_what_nobody_knew_was_settled(
    announced: Any,
    sent: Any,
    record: Ledger,
    reported: Any,
    attempts: list[State],
    state: State,
    note: str | None,
    settled: Settled,
    is_timed: bool,
) -> None:
    [one] = announced("one")
    for number, became in enumerate(attempts):
        one = sent(one, NOW + SECOND + number * MINUTE, became)
    record.write([replace(one, state=state, note=note)], at=NOW + HOUR)
    [found] = reported().announcements
    [doubt] = found.doubts
    assert (doubt.settled, doubt.channel, doubt.update) == (settled, "one", 1)
    assert (doubt.was_unknown, doubt.decided_by, doubt.decided_at) == (True, None, None)
    assert (found.channels[0].lead is not None) is is_timed


@pytest.mark.parametrize(
    "note", [GIVEN_UP, f"{FOR_GOOD}: it is being replaced", f"{BY_HAND}: why", "superseded"]
)
@pytest.mark.parametrize("attempts", [[State.FAILED], [State.RETRY_WAIT, State.BLOCKED_AUTH], []])
def test_what_was_plainly_refused_or_never_sent_was_never_unknown(
    announced: Any, sent: Any, record: Ledger, reported: Any, attempts: list[State], note: str
) -> None:
    """Whatever a person did about it then: a refusal says that nothing is there."""
    [one] = announced("one")
    for number, became in enumerate(attempts):
        one = sent(one, NOW + SECOND + number * MINUTE, became)
    state = State.DELIVERED if note.startswith(BY_HAND) else State.ABANDONED
    record.write([replace(one, state=state, note=note)], at=NOW + HOUR)
    assert not any(doubt.was_unknown for doubt in reported().announcements[0].doubts)
    record.write([replace(one, state=State.ABANDONED, note=note, lost=True)], at=NOW + HOUR)
    assert [doubt.was_unknown for doubt in reported().announcements[0].doubts] == [True], (
        "a ledger that was put back doubts it without an attempt"
    )


def test_a_post_entered_by_hand_is_told_and_nobody_guesses_when(
    announced: Any, record: Ledger, reported: Any
) -> None:
    [one] = announced("one")
    record.write([replace(one, state=State.DELIVERED, note=BY_HAND)], at=NOW + HOUR)
    found = reported()
    assert found.announcements[0].informed is Informed.NOT_RECORDED
    assert (found.total.in_time, found.total.not_recorded) == (0, 1)
    assert "told; when is not recorded" in text(found)


def test_a_post_entered_by_hand_counts_from_when_that_was_said(
    announced: Any, sent: Any, record: Ledger, reported: Any
) -> None:
    [one] = announced("one")
    refused = sent(one, NOW + SECOND, State.FAILED)
    entered = replace(refused, state=State.DELIVERED, note=f"{BY_HAND}: why", url="https://one.example/1")
    record.decide(entered, Decision.DELIVERED, at=NOW + HOUR)
    found = reported()
    [told], [doubt] = found.announcements[0].channels, found.announcements[0].doubts
    assert (found.announcements[0].informed, told.lead) == (Informed.IN_TIME, HOUR)
    assert (doubt.was_unknown, doubt.settled, doubt.decided_at) == (False, Settled.PERSON, NOW + HOUR)
    assert (found.total.doubts, found.total.not_recorded) == (0, 0), "a refusal was never unknown"
    assert "about 1 h before the start; entered by hand, not verified" in joined(found)
    who = record.decisions(REF)[0].by
    assert f"decided: update 1 on one; {who} decided " in joined(found)

    at = NOW + HOUR + 90 * SECOND
    record.saw(REF, [Glimpse(update=1, channel="one", at=at, what=Visibility.SEEN, url=None)])
    assert "the start; entered by hand; seen 90 s later" in joined(reported())
    [row] = csv.DictReader(io.StringIO(report_rows.as_csv(reported(), "de")))
    assert (row["by_hand"], row["decided_by"], row["unknowns"]) == ("True", who, "0")
    [unknown] = report_rows.as_object(reported())["announcements"][0]["unknowns"]
    assert (unknown["unknown"], unknown["decided_by"]) == (False, who)


def test_what_strangers_saw_of_the_start_that_counts(
    announced: Any, sent: Any, follow: Any, record: Ledger, reported: Any
) -> None:
    for one in announced("one", "two"):
        sent(one, NOW + SECOND)

    def saw(channel: str, update: int, minutes: int, what: Visibility = Visibility.SEEN) -> datetime:
        at = NOW + minutes * MINUTE
        record.saw(REF, [Glimpse(update=update, channel=channel, at=at, what=what, url=None)])
        return at

    saw("one", 1, 1)
    saw("two", 1, 1, Visibility.MISSING)
    assert [one.verified_at for one in reported().announcements[0].channels] == [NOW + MINUTE, None]
    assert reported().total.verified == 0
    at = saw("two", 1, 2)
    assert reported().announcements[0].channels[1].verified_at == at
    assert (reported().total.verified, reported().total.work) == (1, 1)
    assert "seen by a stranger before the work on every channel: 1 of 1" in joined(reported())

    for one in follow(
        Kind.RESCHEDULED, Phase.SCHEDULED, NOW + HOUR, period=Period(START + HOUR, START + 2 * HOUR)
    ):
        sent(one, NOW + HOUR + SECOND)
    assert [one.verified_at for one in reported().announcements[0].channels] == [None, None]
    late = saw("one", 2, 240)
    saw("two", 2, 90)
    assert reported().announcements[0].channels[0].verified_at == late
    assert reported().total.verified == 0, "what is seen after the start proves nothing"


@pytest.mark.parametrize(
    ("typed", "ago"),
    [("90d", timedelta(days=90)), ("2h", 2 * HOUR), ("2026-10-01", None), ("2026-10-01 12:00", None)],
)
def test_since_is_a_day_a_time_or_so_long_ago(typed: str, ago: timedelta | None) -> None:
    now = datetime(2026, 11, 28, 12, tzinfo=BERLIN)
    hour = 12 if ":" in typed else 0
    wanted = now - ago if ago else datetime(2026, 10, 1, hour, tzinfo=BERLIN)
    assert beginning(typed, now=now, zone=BERLIN) == wanted


@pytest.mark.parametrize("typed", ["2027-01-01", "+2h", "soon", ""])
def test_since_lies_behind_us(typed: str) -> None:
    with pytest.raises(Refused, match="--since"):
        beginning(typed, now=datetime(2026, 11, 28, 12, tzinfo=BERLIN), zone=BERLIN)


def test_what_was_announced_before_is_left_out(announced: Any, reported: Any) -> None:
    announced("one")
    assert len(reported("30d").announcements) == 1
    later = NOW + timedelta(days=3)
    assert reported("2d", now=later).announcements == ()
    assert "nothing was announced since" in text(reported("2d", now=later))


# --- how it is printed ----------------------------------------------------------------------------------------------

ODD = '=1+1<script>alert("x")</script> & ' + "lang " * 30


def text(found: Report) -> str:
    return "\n".join(reports.lines(found, BERLIN, "de"))


def joined(found: Report) -> str:
    """Without its line breaks."""
    return " ".join(text(found).split())


@pytest.fixture
def busy(announced: Any, sent: Any, follow: Any, record: Ledger, reported: Any) -> Report:
    """A night with everything, under a title that would be markup or a formula, and one before it in time."""
    one, two = announced("one", "two")
    sent(one, NOW + SECOND)
    sent(two, NOW + SECOND, State.UNKNOWN)
    sent(*announced("one", ref="CMO-8K3M"), NOW + SECOND)
    record.begin_work(REF, at=START, told_at=NOW + SECOND)
    follow(Kind.PROGRESS, Phase.IN_PROGRESS, START, next_update_at=START + HOUR)
    end = Period(START, START + HOUR)
    follow(Kind.COMPLETED, Phase.COMPLETED, end.ends_at + MINUTE, period=end)
    found = reported()
    changed = tuple(replace(each, title={"de": ODD}) for each in found.announcements)
    return replace(found, announcements=changed)


def test_the_table_fits_a_terminal_and_says_all_of_it(busy: Report) -> None:
    said = text(busy)
    assert max(map(len, said.splitlines())) <= 80
    for sentence in (
        "one  told after 1 s, 1 h 59 min before the start",
        "two  not told",
        "ended 3 h earlier than first promised",
        "update 2 promised more by",
        "unknown for a while: update 1 on two; nobody has decided",
        "seen by a stranger before the work on every channel: 0 of 2",
        "let through by a gate: customers had known for 1 h 59 min",
    ):
        assert sentence in said
    assert re.search(r"^all +2 +1 of 2 ", said, re.MULTILINE)


def test_the_object_and_the_spreadsheet_agree(busy: Report) -> None:
    told = report_rows.as_object(busy)
    rows = list(csv.DictReader(io.StringIO(report_rows.as_csv(busy, "de"))))
    assert len(rows) == sum(len(one["channels"]) for one in told["announcements"]) == 3
    row = next(row for row in rows if (row["ref"], row["channel"]) == (REF, "one"))
    assert row["title"] == "'" + ODD, "no formula"
    found = next(one for one in told["announcements"] if one["ref"] == REF)
    assert row["told_at"] == found["channels"][0]["told_at"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["told_at"])
    assert (row["overrun_seconds"], row["verified_at"]) == ("-10800", "")
    assert found["channels"][0]["verified_at"] is None
    assert found["work_began"]["at"] == row["work_began_at"]


def test_the_page_stands_alone_and_escapes(busy: Report, assemble: Any) -> None:
    publisher = assemble(one="").config.publisher
    html = page(busy, publisher, BERLIN)
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert not re.search(r"https?://|//[a-z]|\bsrc=|url\(|@import", html), "nothing is fetched"
    assert "prefers-color-scheme: dark" in html
    assert html.count("<svg") == 1 + 1
    assert "late" in html
