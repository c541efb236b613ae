"""Names picked from those that are configured; what is unknown names its neighbour."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.adapter import registry
from publisher.planning.selection import names_in, select, unknown
from publisher.settings.config import Config, load
from tests.planning.conftest import CONFIG

OFF = """
[channels.old]
type = "twitter"
enabled = false
consumer_key = { env = "A" }
consumer_secret = { env = "A" }
access_token = { env = "A" }
access_token_secret = { env = "A" }
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG + OFF)
    return load(path, registry.settings_for)


@pytest.mark.parametrize(
    ("only", "skip", "chosen"),
    [
        ((), (), ("blog", "twitter")),
        (("twitter", "blog"), (), ("blog", "twitter")),
        (("twitter, blog",), (), ("blog", "twitter")),
        (("blog",), (), ("blog",)),
        ((), ("blog",), ("twitter",)),
        (("blog", "twitter"), ("twitter",), ("blog",)),
        ((), ("old",), ("blog", "twitter")),
    ],
)
def test_channels_are_chosen_in_the_order_of_the_file(
    config: Config, only: tuple[str, ...], skip: tuple[str, ...], chosen: tuple[str, ...]
) -> None:
    assert select(config, only=only, skip=skip) == (chosen, [])


@pytest.mark.parametrize(
    ("only", "skip", "fault"),
    [
        (("blgo",), (), "unknown channel 'blgo'; did you mean blog?"),
        ((), ("fax",), "unknown channel 'fax'; known: blog, twitter, old"),
        (("old",), (), "channel old is switched off (channels.old.enabled = false)"),
        ((), ("blog", "twitter"), "no channel is left to announce on"),
        ((" , ",), (), "--only names no channel"),
    ],
)
def test_what_cannot_be_chosen_is_said(
    config: Config, only: tuple[str, ...], skip: tuple[str, ...], fault: str
) -> None:
    assert select(config, only=only, skip=skip)[1] == [fault]


def test_options_repeat_and_take_lists() -> None:
    assert names_in(["a, b", "b", "", " c "]) == ("a", "b", "c")


def test_where_nothing_is_known_that_is_said() -> None:
    assert unknown("service", "vps", []) == "unknown service 'vps'; known: none"
