"""The page that a phone is handed when an API is dead: judged, and its buttons pressed."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from judging.programs import looks_at, page_faults, pressed

from announce_channels.facebook.settings import FacebookSettings
from announce_channels.twitter.settings import TwitterSettings
from announce_channels.whmcs.adapter import WhmcsSettings
from announce_channels.wordpress.settings import WordPressSettings
from publisher.adapter import ChannelSettings
from publisher.cli.terminal.bundle_page import page
from publisher.model.announcement import Kind
from publisher.model.delivery import Delivery, Operation, State
from publisher.model.post import Format, Post

SECRET = {"file": "/dev/null"}
CHANNELS: dict[str, ChannelSettings] = {
    "wordpress": WordPressSettings(
        type="wordpress", base_url="https://blog.example.net", username="x", password=SECRET, categories=(1,)
    ),
    "whmcs": WhmcsSettings(
        type="whmcs", base_url="https://customer.example.net", identifier=SECRET, secret=SECRET
    ),
    "facebook": FacebookSettings(type="facebook", page_id="1234567890", access_token=SECRET),
    "twitter": TwitterSettings(
        type="twitter",
        consumer_key=SECRET,
        consumer_secret=SECRET,
        access_token=SECRET,
        access_token_secret=SECRET,
    ),
}
ODD = '</textarea><script>alert("x")</script> & „Größe“ 100 % #3 ' + "lang" * 40


def delivery(number: int, kind: str, **fields: Any) -> Delivery:
    format_ = {"facebook": Format.TEXT, "twitter": Format.SHORT}.get(kind, Format.HTML)
    post = Post(
        ref="CMO-7K3M",
        update=1,
        kind=Kind.INITIAL,
        channel=kind,
        locale="de",
        format=format_,
        title=f"Kernel {ODD}",
        body=f"<p>{ODD}</p>\n<p>CMO-7K3M</p>" if format_ is Format.HTML else f"{ODD}\nCMO-7K3M",
        slug="cmo-7k3m",
        published_at=datetime(2026, 11, 29, tzinfo=UTC),
    )
    known = {"state": State.FAILED, "operation": Operation.PUBLISH} | fields
    return Delivery(id=number, ref="CMO-7K3M", update=1, channel=kind, type=kind, post=post, **known)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    chosen = [delivery(number, kind) for number, kind in enumerate(CHANNELS, 1)]
    chosen[1] = delivery(2, "whmcs", operation=Operation.AMEND, url="https://customer.example.net/a/17")
    chosen.append(delivery(9, "http", state=State.UNKNOWN, lost=True))
    file = tmp_path / "by-hand.html"
    ways = {name: one.by_hand(chosen[0].post) for name, one in CHANNELS.items()}
    file.write_text(page("CMO-7K3M", "CMO", chosen, {**ways, "http": None}), encoding="utf-8")
    return file


def test_the_page_is_valid_and_fits_a_phone_in_light_and_dark(
    judge: Callable[[str], None], written: Path
) -> None:
    judge("vnu")
    judge("axe")
    assert page_faults(written) == ""
    answer = looks_at(written.as_uri())
    assert [look["violations"] for look in answer["found"]] == [[]] * 4
    assert {look["width"] for look in answer["found"]} == {1280, 320}
    assert all(look["wide"] <= look["width"] for look in answer["found"])
    assert (answer["complaints"], answer["foreign"]) == ([], [])


def test_a_button_copies_and_the_address_goes_into_the_command(
    judge: Callable[[str], None], written: Path
) -> None:
    judge("axe")
    found = pressed(written.as_uri())
    assert found["copied"] == "Copied"
    assert found["selected"] == f"Kernel {ODD}", "what is copied is what a person sees selected"
    command = "announce resolve CMO-7K3M wordpress --update 1 --delivered "
    assert shlex.split(found["command"]) == [*command.split(), "https://blog.example.net/?p='1"]


def test_every_text_is_there_as_it_is_and_every_place_is_named(written: Path) -> None:
    html = written.read_text(encoding="utf-8")
    texts = [unescape(text) for text in re.findall(r"<textarea[^>]*>(.*?)</textarea>", html, re.DOTALL)]
    for number, kind in enumerate(CHANNELS, 1):
        one = delivery(number, kind)
        assert one.post.body in texts
    assert texts.count(one.post.title) == 3, "a title is asked for where posts are HTML"
    assert html.count("<script") == 1, "nothing of a text runs"
    places = re.findall(r'class="go" href="([^"]*)"', html)
    assert "https://blog.example.net/wp-admin/post-new.php" in places
    assert "https://customer.example.net/a/17" in places, "what stands there is edited, not made anew"
    assert not any("supportannouncements" in place for place in places)
    [x] = [place for place in places if place.startswith("https://x.com/intent/post?text=")]
    assert unquote(x.partition("text=")[2]) == delivery(1, "wordpress").post.body, "X fills it in"
    assert not re.search(r"\bsrc=|url\(|@import|<link", html), "nothing is fetched"
    assert html.count("look first. Posted again it stands there twice") == 1
