"""What only a person can know: resolve, bundle, and what each channel promises."""

from __future__ import annotations

import re
import shlex
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import requests

from announce_sandbox import Fault, Sandbox

OWN = """
[channels.own]
type = "http"
base_url = "{url}"
auth = {{ kind = "bearer", token = {{ file = "secrets/facebook-token" }} }}

[channels.own.publish]
path = "/news"
json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}" }}
"""


@pytest.fixture
def blind(announce: Any, sandbox: Sandbox, tmp_path: Any) -> Any:
    """The command with one more channel, of a platform that cannot be asked and loses its answer once."""
    token = tmp_path / "etc" / "secrets" / "facebook-token"
    own = tmp_path / "etc" / "secrets" / "own-token"
    own.write_text(sandbox.credentials["http"]["token"])
    own.chmod(0o600)
    assert token.exists()
    added = OWN.format(url=sandbox.base_url("http")).replace("facebook-token", "own-token")
    announce.edit(lambda text: text + added)
    sandbox.fault("http", Fault("502", times=1))
    return announce


def test_without_a_look_up_it_stops_and_asks(blind: Any, sandbox: Sandbox) -> None:
    ran = blind.urgent()
    assert ran.code == 3, ran.stdout
    assert ran.states["own"] == "needs_decision"
    assert blind("resume", ran.json["ref"], "--json").code == 3
    assert len(sandbox.posts("http")) == 1


def test_the_last_line_names_the_command_that_asks(blind: Any) -> None:
    ran = blind("urgent", "--preset", "kernel", "--start", "+2h", "--yes")
    assert ran.code == 3
    assert ran.stdout.splitlines()[-1].endswith(f" own --config {blind.config}")


@pytest.mark.parametrize(
    ("words", "state", "posts"),
    [
        (("--delivered", "https://own.example.net/news/7?x=1"), "delivered", 1),
        (("--resend",), "delivered", 2),
        (("--abandon", "--for-good", "nobody can look"), "abandoned", 1),
    ],
)
def test_a_decision_closes_the_delivery(
    blind: Any, sandbox: Sandbox, words: tuple[str, ...], state: str, posts: int
) -> None:
    ref = blind.urgent().json["ref"]
    ran = blind("resolve", ref, "own", *words, "--json")
    assert (ran.code, ran.states["own"]) == (0, state), ran.stdout
    assert len(sandbox.posts("http")) == posts
    if state == "delivered" and posts == 1:
        assert ran.json["deliveries"][-1]["url"] == "https://own.example.net/news/7?x=1"
    assert blind("resolve", ref, "own", "--resend", "--json").code == 2


@pytest.mark.parametrize(("choice", "state", "posts"), [("resend", "delivered", 2), ("skip", "abandoned", 1)])
def test_the_configuration_can_decide_beforehand(
    blind: Any, sandbox: Sandbox, choice: str, state: str, posts: int
) -> None:
    blind.edit(
        lambda text: text.replace('type = "http"', f'type = "http"\non_unknown = "{choice}"\nsettle = 0.1')
    )
    ran = blind.urgent()
    assert (ran.code, ran.states["own"]) == (0, state)
    assert len(sandbox.posts("http")) == posts


@pytest.mark.parametrize(
    "words",
    [
        ("own",),
        ("own", "--resend", "--abandon"),
        ("own", "--resend", "--for-good", "it stays so"),
        ("own", "--abandon", "--for-good", ""),
        ("own", "--delivered", "javascript:alert(1)"),
        ("blog", "--abandon"),
        ("nowhere", "--abandon"),
    ],
)
def test_a_decision_that_is_none_is_refused(blind: Any, words: tuple[str, ...]) -> None:
    ref = blind.urgent().json["ref"]
    ran = blind("resolve", ref, *words, "--json")
    assert ran.code == 2
    assert ran.json["hint"]
    assert blind("show", ref, "--json").states["own"] == "needs_decision"


def test_what_is_wrong_with_an_address_names_the_address(blind: Any) -> None:
    ref = blind.urgent().json["ref"]
    refused = blind("resolve", ref, "own", "--delivered", "javascript:alert(1)", "--json").json
    assert refused["error"] == "the address of the post on own is no web address"


def test_where_nobody_can_be_asked_each_decision_has_its_command(blind: Any) -> None:
    ref = blind.urgent().json["ref"]
    hints = blind("resolve", ref, "own").stderr.splitlines()[1:]
    leave = "--abandon --for-good 'left as it is'"
    ways = [f"hint: announce resolve {ref} own {way} --config {blind.config}" for way in ("--resend", leave)]
    assert hints[:2] == ways


def test_what_was_posted_by_hand_is_entered(announce: Any, sandbox: Sandbox) -> None:
    """The API is dead: the text is pasted by hand, and its address entered."""
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ref = announce.urgent().json["ref"]

    bundle = announce("bundle", "--json").json
    assert bundle["ref"] == ref
    assert [post["channel"] for post in bundle["posts"]] == ["facebook"]
    assert ref in bundle["posts"][0]["body"]
    shown = announce("bundle").stdout.splitlines()
    assert shown[0] == ref
    assert (
        shown[1]
        == f"=== facebook (facebook); then: announce resolve {ref} facebook --config {announce.config}"
    )
    assert announce("bundle", ref, "blog", "--json").json["posts"][0]["title"]
    assert announce("bundle", ref, "fax", "--json").code == 2

    assert announce("resolve", ref, "facebook", "--delivered", "https://www.facebook.com/1").code == 0
    assert announce("bundle", ref, "--json").json["posts"] == []
    assert sandbox.posts("facebook") == []
    shown = announce("show", ref).stdout
    facebook = shown[shown.index("  facebook ") :].splitlines()[:2]
    assert facebook[0].endswith("https://www.facebook.com/1")
    assert facebook[1].strip().startswith("note: entered by hand and not verified: ")
    assert "told: 5 of 5 channels · entered by hand and not verified: facebook" in shown


def test_nothing_to_bundle_is_said(announce: Any) -> None:
    assert announce("bundle", "--json").code == 2


def test_every_channel_says_what_it_promises(blind: Any) -> None:
    rows = {row["channel"]: row["guarantee"] for row in blind("channels", "--json").json["channels"]}
    assert rows["feed"].startswith("exactly once")
    assert rows["blog"].startswith("one visible post")
    assert rows["twitter"].startswith("one post, as long as")
    assert rows["own"].startswith("at most one post")
    assert "own (http, de, html)" in blind("channels").stdout


def test_what_was_posted_by_hand_is_found_by_its_address(announce: Any, sandbox: Sandbox) -> None:
    """The API was dead; once it answers again, the post's own id is on record, so that edits find it."""
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ref = announce.urgent("--only", "facebook").json["ref"]
    announce.edit(lambda text: text.replace(sandbox.closed_url, sandbox.base_url("facebook")))
    by_hand = pasted(sandbox, announce("bundle", ref, "--json").json["posts"][0]["body"])

    (row,) = announce("resolve", ref, "facebook", "--delivered", by_hand.url, "--json").json["deliveries"]
    assert (row["state"], row["remote_id"]) == ("delivered", by_hand.remote_id)
    assert "note" not in row
    assert len(sandbox.posts("facebook")) == 1


@pytest.mark.parametrize(
    ("channel", "url", "why"),
    [
        ("blog", "https://blog.example.net/somewhere-else/", "shows no post of this account there"),
        ("own", "https://own.example.net/news/7", "cannot be asked what is there"),
    ],
)
def test_what_is_not_found_at_its_address_is_said(
    blind: Any, sandbox: Sandbox, channel: str, url: str, why: str
) -> None:
    blind.edit(lambda text: text.replace(sandbox.base_url("wordpress"), sandbox.closed_url))
    blind.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 2"))
    ref = blind.urgent("--only", channel).json["ref"]
    blind.edit(lambda text: text.replace(sandbox.closed_url, sandbox.base_url("wordpress")))
    ran = blind("resolve", ref, channel, "--delivered", url, "--json")
    (row,) = ran.json["deliveries"]
    assert (ran.code, row["state"], row["remote_id"], row["url"]) == (0, "delivered", None, url)
    assert why in row["note"]
    assert f"note: {row['note']}" in blind("show", ref, "--full").stdout


def pasted(sandbox: Sandbox, text: str) -> Any:
    """What a person makes on the Page itself."""
    known = sandbox.credentials["facebook"]
    where = f"{sandbox.base_url('facebook')}/v26.0/{known['page_id']}/feed"
    requests.post(
        where, data={"message": text, "access_token": known["access_token"]}, timeout=5
    ).raise_for_status()
    return sandbox.posts("facebook")[-1]


def test_what_is_posted_by_hand_is_a_page_for_a_phone(
    announce: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    sandbox.fault("facebook", Fault("403", times=9))
    announce.urgent()
    page = tmp_path / "by-hand.html"
    assert announce("bundle", "--html", str(page)).code == 0
    html = page.read_text(encoding="utf-8")
    assert page.stat().st_mode & 0o777 == 0o600
    assert "https://www.facebook.com/" in html
    assert html.count("<section>") == 1, "only what lacks its post"
    resolve = re.search(r">announce (resolve [^<]*)<", html)
    assert resolve
    typed = unescape(resolve[1]).replace("URL", "https://www.facebook.com/1234567890_77")
    assert announce(*shlex.split(typed)).code == 0
    found = announce("report", "--json")
    [told] = [one for one in found.json["announcements"][0]["channels"] if one["channel"] == "facebook"]
    assert told["by_hand"] is True
    assert told["lead_seconds"] > 0
    assert announce("bundle", "--html", str(page), "--json").code == 2
