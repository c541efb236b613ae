"""A whole life in two languages before real subscribers: what each notices, event by event, is what docs/feeds.md says.

One test, so that one life is told for all. ``--regold`` writes the page's table anew; then read the diff.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from judging.programs import ROOT, missing
from judging.subscribers import CLIENTS, row
from judging.told import EVENTS, Stage, told
from judging.websub import PATIENCE, Subscriber, running_hub, until

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
    assert [found for stage in stages for found in foreign_words(stage)] == []
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


def foreign_words(stage: Stage) -> Iterator[tuple[Path, str]]:
    """What stands in a file of one language that belongs to the other."""
    words = {
        "en": ("Wir spielen", "Sicherheitsl", "Wartung", "Betroffen"),
        "de": ("vulnerability", "Affected", "Maint"),
    }
    for locale, others in words.items():
        for file in (stage.folder / locale).rglob("*"):
            if file.suffix in (".xml", ".json", ".ics", ".html"):
                text = file.read_text(encoding="utf-8").replace("\r\n ", "")
                yield from ((file, word) for word in others if word in text)


def test_control_the_hub_delivers_nothing_of_a_site_without_its_header(
    judge: Callable[[str], None], tmp_path: Path
) -> None:
    judge("Flask-WebSub")
    (tmp_path / "rss.xml").write_text("<rss/>")
    with plain(tmp_path) as site, running_hub(tmp_path) as hub, Subscriber.listening() as subscriber:
        topic = f"{site}rss.xml"
        subscriber.subscribe(hub, [topic])
        requests.post(hub, {"hub.mode": "publish", "hub.topic": topic}, timeout=PATIENCE).raise_for_status()
        until(lambda: "The Link header should contain" in (tmp_path / "hub.log").read_text())
        assert subscriber.bodies == {}


@contextmanager
def plain(folder: Path) -> Iterator[str]:
    """A server that knows nothing of hubs; its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.02])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
