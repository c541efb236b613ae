"""A post made by hand is found by its address, through every adapter and against the sandbox's platforms."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import requests

from announce_sandbox import Fault
from publisher.adapter.contract import Locating
from publisher.adapter.registry import TYPES, adapter_for
from publisher.model.outcome import ChannelError, NotSent, Unknown

BY_HAND = "Von Hand: Wartung um 22:30 Uhr. Ref. CMO-7K3M"
PLATFORMS = ("wordpress", "whmcs", "facebook", "twitter")


class Desk:
    """A person at a platform's own pages, and the adapter that is told of it afterwards."""

    def __init__(self, bench: Any, sandbox: Any, name: str) -> None:
        known = sandbox.credentials[name]
        plain = {"username", "page_id"}
        settings = {key: value if key in plain else bench.secret(value) for key, value in known.items()}
        self.name = name
        self.sandbox = sandbox
        self.site = sandbox.base_url(name)
        self.channel = bench.open(name, base_url=self.site, timeout=2, **settings)
        self._bench = bench

    def posts_by_hand(self, *, public: bool = True) -> Any:
        """What the sandbox shows of a post that was not made by us."""
        getattr(self, f"_{self.name}")(public=public)
        (shown,) = self.sandbox.posts(self.name)
        return shown

    def _wordpress(self, *, public: bool) -> None:
        known = self.sandbox.credentials["wordpress"]
        told = {"title": "Wartung", "content": BY_HAND, "status": "publish" if public else "draft"}
        requests.post(
            f"{self.site}/?rest_route=/wp/v2/posts",
            json=told | {"slug": "wartung-heute"},
            auth=(known["username"], known["password"]),
            timeout=5,
        ).raise_for_status()

    def _whmcs(self, *, public: bool) -> None:
        told = {"date": "2026-11-23 21:00:00", "title": "Wartung", "announcement": BY_HAND}
        form = {"action": "AddAnnouncement", "responsetype": "json", "published": str(int(public)), **told}
        form |= self.sandbox.credentials["whmcs"]
        requests.post(f"{self.site}/includes/api.php", data=form, timeout=5).raise_for_status()

    def _facebook(self, *, public: bool) -> None:
        known = self.sandbox.credentials["facebook"]
        form = {"message": BY_HAND, "published": str(public).lower(), "access_token": known["access_token"]}
        where = f"{self.site}/v26.0/{known['page_id']}/feed"
        requests.post(where, data=form, timeout=5).raise_for_status()

    def _twitter(self, *, public: bool) -> None:
        assert public, "X has no drafts"
        self.channel.publish(self._bench.post(body=BY_HAND))


@pytest.fixture(params=PLATFORMS)
def desk(request: pytest.FixtureRequest, bench: Any, sandbox: Any) -> Desk:
    return Desk(bench, sandbox, request.param)


@pytest.fixture
def at(bench: Any, sandbox: Any) -> Any:
    return lambda name: Desk(bench, sandbox, name)


def test_every_platform_of_ours_can_be_asked() -> None:
    assert {name for name in TYPES if issubclass(adapter_for(name), Locating)} == {*PLATFORMS, "feed"}


def test_the_address_that_a_visitor_sees_leads_to_the_post(desk: Desk) -> None:
    shown = desk.posts_by_hand()
    found = desk.channel.locate(shown.url)
    assert found is not None
    assert found.remote_id == shown.remote_id
    assert len(found.fingerprint or "") == 64


def test_the_address_of_a_receipt_leads_to_the_same_post(desk: Desk, bench: Any) -> None:
    """What we published and what we are told of are one: id, address and fingerprint."""
    made = desk.channel.publish(bench.post(body=BY_HAND))
    found = desk.channel.locate(made.url)
    assert found is not None
    assert (found.remote_id, found.url) == (made.remote_id, made.url)
    assert found.fingerprint == (made.fingerprint or desk.channel.find(bench.post(body=BY_HAND)).fingerprint)


def test_what_is_elsewhere_is_not_found(desk: Desk) -> None:
    shown = desk.posts_by_hand()
    path = shown.url.removeprefix(desk.site)
    for url in (f"https://elsewhere.example.net{path}", f"{desk.site}/about-us", desk.site):
        assert desk.channel.locate(url) is None, url


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    shown = desk.posts_by_hand()
    gone = shown.url.replace(shown.remote_id.rpartition("_")[2], "999999999999999999")
    assert desk.channel.locate(gone.replace("wartung-heute", "wartung-morgen")) is None


@pytest.mark.parametrize("name", ["wordpress", "whmcs", "facebook"])
def test_what_customers_do_not_see_is_not_found(at: Any, name: str) -> None:
    desk = at(name)
    assert desk.channel.locate(desk.posts_by_hand(public=False).url) is None


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("wordpress", "{site}/?p={id}"),
        ("wordpress", "{site}/archives/{id}"),
        ("wordpress", "{site}/2026/11/23/wartung-heute/"),
        ("wordpress", "{site}/wartung-heute.html"),
        ("whmcs", "{site}/index.php?rp=/announcements/{id}"),
        ("whmcs", "{site}/index.php?rp=%2Fannouncements%2F{id}"),
        ("whmcs", "{site}/index.php/announcements/{id}/Wartung-heute.html"),
        ("whmcs", "{site}/announcements.php?id={id}"),
        ("facebook", "https://www.facebook.com/{page}/posts/{number}"),
        ("facebook", "https://m.facebook.com/Example/posts/wartung-heute/{number}/"),
        ("facebook", "https://www.facebook.com/permalink.php?story_fbid={number}&id={page}"),
        ("facebook", "https://facebook.com/{page}_{number}"),
        ("twitter", "https://x.com/example/status/{id}"),
        ("twitter", "https://twitter.com/i/status/{id}?s=20"),
        ("twitter", "https://mobile.twitter.com/example/status/{id}/photo/1"),
    ],
)
def test_every_way_to_write_the_address_is_understood(at: Any, name: str, form: str) -> None:
    desk = at(name)
    shown = desk.posts_by_hand()
    page, _, number = shown.remote_id.partition("_")
    url = form.format(site=desk.site, id=shown.remote_id, page=page, number=number)
    found = desk.channel.locate(url)
    assert found is not None, url
    assert found.remote_id == shown.remote_id


def test_a_text_of_wordpress_is_digested_as_it_is_stored(at: Any) -> None:
    desk = at("wordpress")
    found = desk.channel.locate(desk.posts_by_hand().url)
    assert found.fingerprint == hashlib.sha256(f"Wartung\n{BY_HAND}".encode()).hexdigest()


def test_a_post_of_another_account_is_not_ours(bench: Any, wire: Any) -> None:
    keys = {
        name: bench.secret(f"4711-{name}") for name in ("consumer_key", "consumer_secret", "access_token")
    }
    account = bench.open("twitter", access_token_secret=bench.secret("4711-s"), **keys)
    told = {"data": {"id": "17", "text": BY_HAND, "author_id": "815"}}
    wire.get("https://api.x.com/2/tweets/17", json=told)
    assert account.locate("https://x.com/somebody/status/17") is None


def test_facebooks_hidden_numbers_are_looked_for_among_the_posts(bench: Any, wire: Any) -> None:
    """Facebook shows visitors ``pfbid…``, which stands for a number that only it knows."""
    page = bench.open("facebook", page_id="1234", access_token=bench.secret("EAAtoken"))
    hidden = "https://www.facebook.com/Example/posts/pfbid02abc"
    listed = [{"id": "1234_16", "permalink_url": f"{hidden}X"}, {"id": "1234_17", "permalink_url": hidden}]
    wire.get("https://graph.facebook.com/v26.0/1234/published_posts", json={"data": listed})
    told = {"id": "1234_17", "message": BY_HAND, "is_published": True}
    wire.get("https://graph.facebook.com/v26.0/1234_17", json=told)
    assert page.locate(f"{hidden}?locale=de_DE").remote_id == "1234_17"


def test_a_look_that_fails_is_no_absence(desk: Desk) -> None:
    shown = desk.posts_by_hand()
    for fault, expected in (("502", Unknown), ("429", NotSent), ("401", ChannelError)):
        desk.sandbox.fault(desk.name, Fault(fault, times=1))
        with pytest.raises(expected):
            desk.channel.locate(shown.url)
