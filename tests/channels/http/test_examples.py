"""The examples in docs/channels/http.md do what the page says; tests/real runs the second one for real."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from publisher.model.outcome import Rejected

DOCUMENT = Path(__file__).parents[3] / "docs/channels/http.md"


def example(name: str) -> dict[str, Any]:
    """The channel's table of an example in the documentation, without its type."""
    block = re.search(rf"<!-- tested: {name} -->\n```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL)
    assert block
    channel = tomllib.loads(block[1])["channels"]["customer-center"]
    assert channel.pop("type") == "http"
    return channel


def test_the_redmine_example_publishes_learns_the_id_and_finds(bench, wire):
    bench.environ["ANNOUNCE_REDMINE_KEY"] = "a-key"
    channel = bench.open("http", **example("redmine"))
    news = "https://redmine.example.net/projects/center/news.json"
    listed = {
        "news": [{"id": 12, "summary": "CMO-7K3M/2"}, {"id": 11, "summary": "CMO-7K3M/1"}],
        "total_count": 2,
    }
    wire.post(news, status=204)
    wire.get(news, json=listed)
    shown = {"id": 11, "title": "x", "description": bench.post().body}
    wire.get("https://redmine.example.net/news/11.json", json={"news": shown})

    receipt = channel.publish(bench.post(title="x" * 200))

    sent = json.loads(wire.calls[0].request.body)["news"]
    assert (sent["summary"], sent["description"], len(sent["title"])) == ("CMO-7K3M/1", bench.post().body, 60)
    assert {call.request.headers["X-Redmine-API-Key"] for call in wire.calls} == {"a-key"}
    assert (receipt.remote_id, receipt.url) == ("11", "https://redmine.example.net/news/11")


def test_the_redmine_example_tells_what_redmine_objects_to(bench, wire):
    bench.environ["ANNOUNCE_REDMINE_KEY"] = "a-key"
    wire.post(
        "https://redmine.example.net/projects/center/news.json",
        json={"errors": ["Title cannot be blank"]},
        status=422,
    )
    with pytest.raises(Rejected, match="Title cannot be blank"):
        bench.open("http", **example("redmine")).publish(bench.post())


@pytest.mark.parametrize("block", re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text(), re.DOTALL))
def test_every_snippet_of_the_documentation_is_toml(block):
    assert tomllib.loads(block)["channels"]["customer-center"]
