"""A whole life in two languages before real subscribers: what each notices, event by event, is what docs/feeds.md says.

One test, so that one life is told for all. ``--regold`` writes the page's table anew; then read the diff.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from judging.programs import ROOT, missing
from judging.subscribers import CLIENTS, row
from judging.told import EVENTS, told

PAGE = ROOT / "docs" / "feeds.md"
TABLE = re.compile(r"(?<=<!-- made by tests/judges/test_walk.py -->\n\n)(\|.*\n)*")
HEAD = [["client", *(f"`{event}`" for event in EVENTS)], ["---"] * (len(EVENTS) + 1)]


def on_page() -> list[list[str]]:
    """The cells of the page's table, a row a line."""
    found = TABLE.search(PAGE.read_text(encoding="utf-8"))
    assert found, "the page has lost its table"
    return [line.strip("| ").split(" | ") for line in found[0].splitlines()]


def write(rows: Mapping[str, Sequence[str]]) -> None:
    """Put them into the page."""
    lines = [*HEAD, *([name, *cells] for name, cells in rows.items())]
    text = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    PAGE.write_text(TABLE.sub(text, PAGE.read_text(encoding="utf-8"), count=1), encoding="utf-8")


def test_the_page_has_every_client_and_every_event() -> None:
    assert on_page()[:2] == HEAD
    assert [cells[0] for cells in on_page()[2:]] == [client.name for client in CLIENTS]


def test_every_subscriber_notices_what_the_page_says(
    judge: Callable[[str], None], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    judge("Flask-WebSub")  # the life is told with it
    stages = told(tmp_path)
    asked = [client for client in CLIENTS if not any(map(missing, client.needs))]
    made = {
        client.name: row(client, stages, tmp_path / f"home-{number}") for number, client in enumerate(asked)
    }
    if request.config.getoption("--regold"):
        write(made)
    said = {cells[0]: dict(zip(EVENTS, cells[1:], strict=True)) for cells in on_page()[2:]}
    for name, cells in made.items():
        assert dict(zip(EVENTS, cells, strict=True)) == said[name], name
    for client in CLIENTS:
        for name in client.needs:
            judge(name)
