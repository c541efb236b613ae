"""The benchmarks measure what they say they measure. How much that is, no test asks."""

from __future__ import annotations

import dataclasses
import os
import ssl
import sys
from collections.abc import Iterator
from http.client import HTTPSConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks import __main__ as program
from benchmarks import feeds, programs, rendering
from benchmarks.authority import Authority
from benchmarks.cases import CASES, Results
from benchmarks.delivery import CHANNELS, Unrecorded, run_seconds, table
from benchmarks.imports import share_of
from benchmarks.ledger import commit_seconds
from benchmarks.process import Command, RunFailed, Sample, measured
from benchmarks.programs import (
    FIVE_CHANNELS,
    Announce,
    Bare,
    BareRequests,
    hook_channels,
    in_two_languages,
)
from benchmarks.server import Server
from benchmarks.tables import TAILS, TARGETS, all_runs, targets
from publisher.ledger.sqlite.store import Store

ROOT = Path(__file__).parents[2]
CERTIFICATES = ROOT / "channels/announce_contract/hostile/certificates"


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        yield running


@pytest.fixture(autouse=True)
def nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment for the program takes half a minute to make, and what runs here is the checkout."""
    monkeypatch.setattr(programs, "announce", lambda: "announce")


def _from_the_checkout(command: Command) -> Command:
    """The same without the installed script."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "channels")])
    return dataclasses.replace(
        command,
        words=[sys.executable, "-m", "publisher", *command.words[1:]],
        environ={**command.environ, "PYTHONPATH": path},
    )


def test_the_real_adapters_deliver_to_the_doubles(server: Server, tmp_path: Path) -> None:
    server.begin({"facebook": 0.05}, 0.0)
    command = Announce(FIVE_CHANNELS, posts=4, feed=True).prepared(tmp_path, server.url)
    sample = measured(_from_the_checkout(command), server, tmp_path / "log")
    assert sorted((call.platform, call.visible) for call in server.calls) == [
        ("facebook", False),
        ("facebook", True),
        ("twitter", True),
        ("whmcs", False),
        ("whmcs", False),
        ("whmcs", False),
        ("whmcs", True),
        ("wordpress", False),
        ("wordpress", True),
    ]
    slow = next(call for call in server.calls if call.platform == "facebook")
    assert slow.answered - slow.received >= 0.05
    assert sample.told is not None
    assert sample.tail is not None
    assert 0 < sample.told <= sample.wall
    assert 0 < sample.tail < sample.wall
    assert commit_seconds(tmp_path / "ledger.db") > 0


def test_over_tls_every_post_is_checked_against_the_authority(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path / "authority", world=CERTIFICATES / "ca.pem")
    monkeypatch.setattr(programs, "AUTHORITY", tmp_path / "authority")
    state = tmp_path / "state"
    state.mkdir()
    with Server(authority.serving()) as server:
        server.begin({}, 0.0)
        command = Announce(FIVE_CHANNELS, posts=4, feed=True).prepared(state, server.tls_url)
        sample = measured(_from_the_checkout(command), server, tmp_path / "log")
        assert sample.told is not None
        strange = {**command.environ, "REQUESTS_CA_BUNDLE": str(CERTIFICATES / "ca.pem")}
        stranger = _from_the_checkout(dataclasses.replace(command, environ=strange))
        server.begin({}, 0.0)
        with pytest.raises(RunFailed, match="0 of 4 posts"):
            measured(stranger, server, tmp_path / "log")


@pytest.mark.parametrize("hashed", [True, False])
def test_the_authority_is_found_in_a_file_and_in_a_folder_of_hashed_names(
    tmp_path: Path, *, hashed: bool
) -> None:
    system = tmp_path / "system"
    system.mkdir()
    if hashed:
        (system / "0123abcd.0").write_bytes((CERTIFICATES / "ca.pem").read_bytes())
    authority = Authority(tmp_path / "authority", world=CERTIFICATES / "ca.pem", system=system)
    assert (authority.store == authority.bundle) is not hashed
    for place in (authority.bundle, authority.store):
        context = ssl.create_default_context(
            **{"capath" if place.is_dir() else "cafile": place}  # type: ignore[arg-type]
        )
        with Server(authority.serving()) as server:
            address = urlsplit(server.tls_url)
            connection = HTTPSConnection(address.netloc, context=context)
            connection.request("POST", "/hook/1", body=b"{}")
            assert connection.getresponse().status == 200
            connection.close()


def test_our_own_share_is_counted_by_the_first_part_of_a_name() -> None:
    report = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       100 |        100 |   publisher.model\n"
        "import time:       200 |        300 | publisher\n"
        "import time:       100 |        100 | announce_channels.feed\n"
        "import time:       400 |        400 | publishers_of_others\n"
    )
    assert share_of(report) == pytest.approx(0.5)


def test_many_channels_are_as_many_requests(server: Server, tmp_path: Path) -> None:
    server.begin({}, 0.0)
    measured(BareRequests(7).prepared(tmp_path, server.url), server, tmp_path / "log")
    assert len(server.calls) == 7
    assert hook_channels(7).count('type = "http"') == 7


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"posts": 1}, "0 of 1 posts"),
        ({"words": [sys.executable, "-c", "raise SystemExit(5)"]}, "exit code 5"),
        ({"written": Path(__file__)}, "was not written"),
    ],
)
def test_a_run_that_does_less_is_no_measurement(
    server: Server, tmp_path: Path, change: dict[str, object], why: str
) -> None:
    command = dataclasses.replace(Bare("").prepared(tmp_path, server.url), **change)
    with pytest.raises(RunFailed, match=why):
        measured(command, server, tmp_path / "log")


def _results(*, ours: float) -> Results:
    """Every program takes a second and 100 MiB, announce ``ours`` times as much."""

    def sample(factor: float) -> Sample:
        times = {"wall": factor, "cpu": factor, "told": factor, "tail": factor / 100}
        return Sample(**times, rss=100 * factor)

    factors = {name: ours if name.startswith("announce") else 1.0 for name in CASES}
    factors["announce list, 10"] = ours**0.5  # it is compared with, too
    samples = {name: [sample(factor)] for name, factor in factors.items()}
    return Results(samples=samples, commits=[0.001], shares=[ours / 10])


@pytest.mark.parametrize(("ours", "met"), [(0.01, "yes"), (30.0, "**no**")])
def test_each_demand_is_judged_by_its_ratio(ours: float, met: str) -> None:
    rows = targets(_results(ours=ours)).splitlines()[2:]
    demands = sum(target.most is not None or target.least_times is not None for target in TARGETS)
    assert len(rows) == len(TARGETS) + 1 + len(TAILS)
    assert sum(row.endswith(f"| {met} |") for row in rows) == demands + 1 + len(TAILS)


def test_every_program_has_a_row() -> None:
    table = all_runs(_results(ours=2.0))
    assert "| apprise, 50, 200 ms | 1,000 (1,000) |" in table
    assert all(f"| {name} |" in table for name in CASES)


def test_writing_replaces_what_stands_between_the_marks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = tmp_path / "benchmarks.md"
    begin, end = program.MARKS
    document.write_text(f"before\n{begin}\nold\n{end}\nafter\n", encoding="utf-8")
    monkeypatch.setattr(program, "DOCUMENT", document)
    program.write("new")
    assert document.read_text(encoding="utf-8") == f"before\n{begin}\nnew\n{end}\nafter\n"


def test_the_document_has_a_place_for_the_tables() -> None:
    text = program.DOCUMENT.read_text(encoding="utf-8")
    assert all(text.count(mark) == 1 for mark in program.MARKS)


@pytest.mark.parametrize("kind", [Store, Unrecorded])
def test_a_run_with_and_without_the_ledger_delivers_everything(kind: type[Store], tmp_path: Path) -> None:
    assert run_seconds(kind, 3, tmp_path) > 0
    assert list(tmp_path.iterdir()) == []


def test_the_ledgers_cost_is_told_for_every_number_of_channels(tmp_path: Path) -> None:
    rows = table(tmp_path, rounds=1).splitlines()[2:]
    assert [row.split(" | ")[0].strip("| ") for row in rows] == [str(number) for number in CHANNELS]
    assert all(row.endswith(" ms |") for row in rows)


def test_the_words_are_timed_for_every_number_of_channels() -> None:
    rows = rendering.table(rounds=1).splitlines()[2:]
    assert [row.split()[1] for row in rows] == [str(number) for number in rendering.CHANNELS]


def test_two_languages_are_those_of_every_channel_but_x() -> None:
    both = in_two_languages(FIVE_CHANNELS)
    assert (both.count('locale = ["de", "en"]'), both.count('locale = "en"')) == (3, 1)


def test_the_feeds_are_built_as_long_as_they_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert feeds.main(["60"]) == 0
    row = [cell.strip() for cell in capsys.readouterr().out.split("|")]
    announcements, seconds, busy, peak, written = map(float, row[1:6])
    assert announcements == 60
    assert seconds > 0
    assert busy > 0
    assert peak > 10
    assert written > 60
