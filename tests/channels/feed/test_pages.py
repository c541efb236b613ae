"""The page of an announcement, read back by an HTML parser."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from announce_channels.feed.formats.table import FORMATS
from publisher.adapter.contract import Refreshing
from publisher.model.announcement import (
    Period,
    Phase,
    Update,
)
from publisher.model.house import House
from publisher.web.headers import HEADERS
from tests.channels.feed.saying import (
    AWKWARD,
    SITE,
    items,
    read_page,
)


@pytest.mark.parametrize(("locale", "start"), [("de", "22:30 Uhr MEZ"), ("en", "22:30 CET")])
def test_the_page_tells_the_facts_in_its_language_and_for_machines(publisher, locale, start):
    publisher.locale = locale
    post = publisher.say(reason="Ein Grund", action="Nichts", details="Eins\n\nZwei")
    publisher.said[0] = replace(publisher.said[0], update=moved(publisher.said[0].update))
    publisher.channel().publish(post)

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())

    text = "".join(page.text)
    services = {"de": "VPS-Hosting", "en": "VPS hosting"}[locale]
    for fact in (
        "Sicherheitslücke",
        "CMO-7K3M",
        start,
        services,
        "Ein Grund",
        "Nichts",
        "Eins\nZwei",
    ):
        assert fact in text
    assert page.all("html") == [{"lang": locale}]
    assert len(page.all("h1")) == 1
    assert [time["datetime"] for time in page.all("time")] == [
        "2026-11-23T22:30:00+01:00",
        "2026-11-23T23:30:00+01:00",
        "2026-11-23T21:00:00+01:00",
    ]
    offered = {link["href"]: link["type"] for link in page.all("link") if link["rel"] == "alternate"}
    assert offered == {f"{SITE}{one.file}": one.media_type for one in FORMATS.values()}


def moved(update: Update) -> Update:
    """To half past ten."""
    half = timedelta(minutes=30)
    period = Period(update.announcement.period.starts_at - half, update.announcement.period.ends_at - half)
    return replace(update, announcement=replace(update.announcement, period=period))


def test_the_page_asks_nothing_of_other_hosts_and_runs_nothing(publisher):
    publisher.channel().publish(publisher.say(title=AWKWARD))

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())

    tags = {tag for tag, _ in page.tags}
    assert not tags & {"iframe", "object", "form", "base", "b"}
    scripts = page.all("script")
    assert [script.get("src") or script["type"] for script in scripts] == [
        "../clock.js",
        "application/ld+json",
    ]
    loaded = [link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon")]
    loaded += [image["src"] for image in page.all("img")]
    assert loaded
    assert {address.rpartition("/")[0] for address in loaded} == {".."}
    assert not [attributes for _, attributes in page.tags if {"style", "onclick"} & set(attributes)]
    [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy.startswith("default-src 'none'")
    source = (publisher.folder / "clock.js").read_bytes()
    digest = f"sha256-{base64.b64encode(hashlib.sha256(source).digest()).decode()}"
    assert f"script-src '{digest}';" in policy
    assert f"script-src '{digest}';" in HEADERS["Content-Security-Policy"]
    assert scripts[0]["integrity"] == digest


def test_the_timeline_has_every_update_of_its_announcement_newest_first(publisher):
    publisher.say("CMO-ELSE", after=5)
    publisher.say(number=1)
    publisher.say(number=3, after=20, on=())
    publisher.channel().publish(publisher.say(number=2, after=10))

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())

    assert [entry["id"] for entry in page.all("li") if "id" in entry] == ["u2", "u1"]


def test_once_outcomes_are_known_the_page_leads_to_the_other_channels_posts(publisher):
    channel = publisher.channel()
    assert isinstance(channel, Refreshing)
    channel.publish(publisher.say())
    rss = publisher.rss.read_bytes()
    urls = {
        "twitter": "https://x.com/i/status/1?a=1&b=2",
        "wordpress": "HTTP://blog.example.net/",
        "evil": "javascript:alert(1)",
        "tel": "tel:110",
        "whmcs": None,
    }
    publisher.said.clear()
    post = publisher.say(elsewhere=urls)

    channel.refresh(post)

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())
    around = ["../", *(f"{SITE}{one.file}" for one in FORMATS.values())]
    found = [link["href"] for link in page.all("a")]
    assert found == ["../", "event.ics", urls["twitter"], urls["wordpress"], *around]
    assert "X · Blog" in " ".join("".join(page.text).split())
    assert publisher.rss.read_bytes() == rss


def test_no_dot_hangs_at_the_end_of_a_line_on_a_phone(publisher):
    publisher.house = House(contact={"und": "+49 30 1234567"})
    publisher.channel().publish(
        publisher.say(elsewhere={"x": "https://x.com/1", "blog": "https://b.example/1"})
    )
    for name in ("index.html", "CMO-7K3M/index.html"):
        text = (publisher.folder / name).read_text()
        assert text.count("·") == text.count('<span class="dot">·</span>') > 0
    narrow = (publisher.folder / "style.css").read_text().split("@media (max-width: 34rem)")[1]
    assert ".dot { visibility: hidden; }" in narrow.split("@media")[0]


def test_a_broken_template_costs_the_page_and_not_the_item(publisher):
    def broken(template: str, values: Any) -> str:
        raise RuntimeError("no\nsuch thing")

    publisher.render = broken
    receipt = publisher.channel().publish(publisher.say())

    assert "the page of CMO-7K3M was not written: no such thing" in receipt.note
    assert len(items(publisher.rss)) == 1


def test_the_timeline_says_what_an_announcement_was_called_before(publisher):
    publisher.channel().publish(publisher.say(title="Ein alter Titel"))
    publisher.channel().publish(publisher.say(number=2, after=60, title="Der neue Titel"))

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())
    text = "".join(page.text)
    assert text.index("Der neue Titel") < text.index("Ein alter Titel")
    assert text.count("Ein alter Titel") == 1


@pytest.mark.parametrize(
    ("phase", "says", "not_this"),
    [
        (Phase.SCHEDULED, "Voraussichtliches Ende", "Geplant"),
        (Phase.COMPLETED, "Ende", "nicht erreichbar"),
        (Phase.CANCELLED, "Geplanter Beginn", "nicht erreichbar"),
    ],
)
def test_the_page_does_not_expect_what_is_over(publisher, phase, says, not_this):
    post = publisher.say()
    publisher.said[0] = replace(publisher.said[0], update=replace(publisher.said[0].update, phase=phase))
    publisher.channel().publish(post)

    html = (publisher.folder / "CMO-7K3M/index.html").read_text()
    assert says in html
    assert not_this not in html
    assert ("<s><time" in html) is (phase is Phase.CANCELLED)
