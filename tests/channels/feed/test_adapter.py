"""The feed adapter: real files in a folder, read back by feedparser, lxml and an HTML parser."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import feedparser
import pytest
from lxml import etree

from announce_channels.feed.adapter import Feed
from announce_channels.feed.formats.table import FORMATS
from announce_channels.feed.storage import folder, manifest
from publisher.adapter.context import Context
from publisher.adapter.contract import Building, Finding, Refreshing
from publisher.adapter.identity import Permission
from publisher.model.announcement import (
    Announcement,
    Kind,
    Localized,
    Period,
    Phase,
    Service,
    Update,
)
from publisher.model.history import Said, Snapshot, Told
from publisher.model.outcome import NotSent, Rejected
from publisher.model.post import Post
from publisher.rendering.renderer import Renderer

BERLIN = ZoneInfo("Europe/Berlin")
PLANNED = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SITE = "https://status.example.net/"
FEEDS = {"rss.xml", "atom.xml", "feed.json", "calendar.ics", "maintnote.ics"}
ATOM = "{http://www.w3.org/2005/Atom}"
BESIDE = {"style.css", "opensearch.xml", "icon.svg", "favicon.png", manifest.NAME, folder.LOCK}
AWKWARD = "]]> &amp; <script>alert(1)</script> {{ 7*7 }} [gallery] \U0001f6a8 Störung"


class Publisher:
    """Says things and lets the feed adapter write them, with the packaged templates."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / "public"
        self.rss = self.folder / "rss.xml"
        self.said: list[Said] = []
        self.locale = "de"
        self.provider: str | None = "example.net"
        self.renderer = Renderer(brand="CMO", zone=BERLIN)
        self.render: Any = lambda template, values: self.renderer.page(template, self.locale, values)
        self.reads = 0

    def channel(self, **settings: Any) -> Feed:
        known = {"type": "feed", "directory": "public", "url": SITE, **settings}
        return Feed(Feed.Settings.model_validate(known), self._context())

    def say(self, ref: str = "CMO-7K3M", *, number: int = 1, after: float = 0, **fields: Any) -> Post:
        """Plan an update, on the feed and by Facebook; returns the feed's post. ``after``: seconds."""
        at = PLANNED + timedelta(seconds=after)
        elsewhere = fields.pop("elsewhere", {"facebook": None})
        channels = fields.pop("on", ("feed",))
        update = Update(
            number=number,
            kind=Kind.INITIAL,
            phase=Phase.SCHEDULED,
            announcement=announcement(ref, **fields),
            published_at=at,
        )
        post = self.renderer.post(
            update,
            channel="feed",
            type_name="feed",
            locale=self.locale,
            capabilities=Feed.capabilities(Feed.Settings(type="feed", directory="x", url=SITE)),
        )
        told = [Told(channel=name, type="feed", state="delivered", url=SITE, post=post) for name in channels]
        told += [
            Told(channel=name, type=name, state="delivered", url=url, post=post)
            for name, url in elsewhere.items()
        ]
        self.said.append(Said(update=update, told=tuple(told)))
        return post

    def _context(self) -> Context:
        return Context(
            name="feed",
            locale=self.locale,
            zone=BERLIN,
            brand="CMO",
            provider=self.provider,
            session=_unused,
            secret=_unused,
            clock=lambda: PLANNED,
            history=self.history,
            render=self.render,
            root=str(self.root),
        )

    def history(self) -> Snapshot:
        self.reads += 1
        return Snapshot(tuple(sorted(self.said, key=lambda said: said.update.published_at, reverse=True)))


def _unused(*_: Any, **__: Any) -> Any:
    raise AssertionError("a feed needs neither network nor secrets")


def announcement(ref: str, title: str = "Sicherheitslücke", **fields: Any) -> Announcement:
    texts: dict[str, Localized] = {name: {"und": text} for name, text in fields.items()}
    return Announcement(
        ref=ref,
        title={"und": title},
        services=(Service(key="vps", name={"de": "VPS-Hosting", "en": "VPS hosting"}),),
        period=Period(PLANNED + timedelta(hours=2), PLANNED + timedelta(hours=3)),
        permalink=f"{SITE}{ref}/",
        **texts,
    )


@pytest.fixture
def publisher(tmp_path) -> Publisher:
    return Publisher(tmp_path)


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def items(rss: Path) -> list[Any]:
    return etree.fromstring(rss.read_bytes()).findall("channel/item")


# --- rss.xml ----------------------------------------------------------------------------------------------------


def test_a_reader_finds_every_update_newest_first_with_its_own_id_and_date(publisher):
    publisher.say("CMO-AAAA")
    post = publisher.say("CMO-BBBB", after=3600)
    receipt = publisher.channel().publish(post)

    read = feedparser.parse(publisher.rss.read_bytes())

    assert not read.bozo
    assert [entry.id for entry in read.entries] == [
        "tag:example.net,2026:CMO-BBBB/1",
        "tag:example.net,2026:CMO-AAAA/1",
    ]
    newest = read.entries[0]
    assert newest.published == "Mon, 23 Nov 2026 22:00:00 +0100"
    assert newest.published_parsed[:6] == (2026, 11, 23, 21, 0, 0)
    assert newest.link == receipt.url == f"{SITE}CMO-BBBB/"
    assert receipt.remote_id == newest.id
    assert "VPS-Hosting" in newest.summary


def test_the_traps_of_the_feed_validator_are_avoided(publisher):
    publisher.channel().publish(publisher.say(title="A <b> & B"))

    root = etree.fromstring(publisher.rss.read_bytes())
    [channel] = root
    [own] = channel.findall(f"{ATOM}link")
    [item] = channel.findall("item")

    assert root.get("version") == "2.0"
    assert dict(own.attrib) == {"href": f"{SITE}rss.xml", "rel": "self", "type": "application/rss+xml"}
    assert channel.findtext("link") == SITE
    assert channel.findtext("language") == "de"
    assert channel.findtext("docs").startswith("http")
    assert int(channel.findtext("ttl")) <= 5
    assert channel.findtext("lastBuildDate") == item.findtext("pubDate")
    assert item.find("guid").get("isPermaLink") == "false"
    assert "A <b> & B" in item.findtext("title")
    assert not {child.tag for child in item} & {"author", "source", "enclosure"}
    assert [child.tag for child in item] == ["title", "link", "description", "guid", "pubDate"]


def test_dates_follow_the_offset_of_their_own_day(publisher):
    publisher.say("CMO-JULY", after=-136 * 86400)
    publisher.channel().publish(publisher.say("CMO-NOVE"))

    assert [item.findtext("pubDate")[-5:] for item in items(publisher.rss)] == ["+0100", "+0200"]


def test_no_two_items_share_a_second_and_the_year_in_an_id_is_its_own(publisher):
    for number in range(1, 4):
        publisher.say("CMO-SAME", number=number, after=0.2 * number)
    post = publisher.say("CMO-NEXT", after=40 * 86400)
    publisher.channel().publish(post)

    dates = [item.findtext("pubDate") for item in items(publisher.rss)]
    assert len(set(dates)) == 4
    assert [date[-14:-6] for date in dates] == ["21:00:00", "21:00:02", "21:00:01", "21:00:00"]
    assert items(publisher.rss)[0].findtext("guid") == "tag:example.net,2027:CMO-NEXT/1"


def test_fifty_items_are_kept_and_what_left_the_feed_out_is_not_in_it(publisher):
    for number in range(1, 61):
        publisher.say("CMO-MANY", number=number, after=number)
    publisher.say("CMO-SKIP", after=100, on=())
    publisher.channel().publish(publisher.say("CMO-LAST", after=200))

    ids = [item.findtext("guid") for item in items(publisher.rss)]
    assert len(ids) == 50
    assert ids[:2] == ["tag:example.net,2026:CMO-LAST/1", "tag:example.net,2026:CMO-MANY/60"]


def test_the_same_posts_make_the_same_bytes_and_nothing_is_written(publisher):
    post = publisher.say()
    publisher.channel().publish(post)
    before = {
        path: (path.read_bytes(), path.stat()) for path in publisher.folder.rglob("*") if path.is_file()
    }

    publisher.channel().publish(post)
    publisher.channel().refresh(post)

    after = {path: (path.read_bytes(), path.stat()) for path in publisher.folder.rglob("*") if path.is_file()}
    assert after == before
    assert {path.name for path in after} == {*FEEDS, "index.html", *BESIDE}


def test_an_item_that_is_out_never_changes_when_another_follows(publisher):
    publisher.channel().publish(publisher.say("CMO-AAAA"))
    [before] = items(publisher.rss)
    publisher.channel().publish(publisher.say("CMO-BBBB", after=60))

    assert etree.tostring(items(publisher.rss)[1], method="c14n") == etree.tostring(before, method="c14n")


def test_awkward_texts_arrive_to_the_letter(publisher):
    post = publisher.say(title=AWKWARD, details=AWKWARD)
    publisher.channel().publish(post)

    [entry] = feedparser.parse(publisher.rss.read_bytes(), sanitize_html=False).entries
    [item] = items(publisher.rss)
    assert AWKWARD in item.findtext("title")
    assert item.findtext("description") == post.body
    assert AWKWARD in visible(entry.summary)
    assert AWKWARD in visible((publisher.folder / "CMO-7K3M/index.html").read_text())


def test_what_xml_cannot_carry_does_not_cost_the_whole_feed(publisher):
    post = replace(publisher.say(), title="a\x0bb\x00c\ufffe\ud800d", body="<p>\x1b[31m</p>")
    [said] = publisher.said
    publisher.said = [replace(said, told=(replace(said.told[0], post=post),))]
    publisher.channel().publish(post)

    [item] = items(publisher.rss)
    assert (item.findtext("title"), item.findtext("description")) == ("abcd", "<p>[31m</p>")


def test_without_a_provider_the_ids_carry_the_host_and_a_title_may_be_chosen(publisher):
    publisher.provider = None
    channel = publisher.channel(url="https://Status.Example.net/maintenance", title="Wartung & mehr")
    channel.publish(publisher.say())

    read = feedparser.parse(publisher.rss.read_bytes())
    assert read.entries[0].id == "tag:status.example.net,2026:CMO-7K3M/1"
    assert read.feed.title == "Wartung & mehr"
    assert read.feed.link == "https://status.example.net/maintenance/"


@pytest.mark.parametrize("link", [None, "https://elsewhere.example.net/CMO-7K3M"])
def test_an_item_links_to_its_page_here_which_is_in_the_readers_language(publisher, link):
    post = replace(publisher.say(), link=link)
    publisher.said = [replace(said, told=(replace(said.told[0], post=post),)) for said in publisher.said]
    publisher.channel().publish(post)

    assert items(publisher.rss)[0].findtext("link") == f"{SITE}CMO-7K3M/"


@pytest.mark.parametrize(
    ("locale", "title"), [("de", "CMO: dringende Wartungen"), ("en", "CMO: urgent maintenance")]
)
def test_the_feed_speaks_the_channels_language(publisher, locale, title):
    publisher.locale = locale
    publisher.channel().publish(publisher.say())

    feed = feedparser.parse(publisher.rss.read_bytes()).feed
    assert (feed.title, feed.language) == (title, locale)


# --- the page ---------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._hidden = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("style", "script")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.text.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def read_page(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def visible(html: str) -> str:
    return "".join(read_page(html).text)


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
        "Eins\n\nZwei",
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
    assert page.all("script") == [{"type": "application/ld+json"}]
    loaded = [link["href"] for link in page.all("link") if link["rel"] in ("stylesheet", "icon")]
    loaded += [image["src"] for image in page.all("img")]
    assert loaded
    assert {address.rpartition("/")[0] for address in loaded} == {".."}
    assert not [attributes for _, attributes in page.tags if {"style", "onclick"} & set(attributes)]
    [policy] = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert policy.startswith("default-src 'none'")


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
    assert found == ["../", urls["twitter"], urls["wordpress"], *around]
    assert "X · \nBlog" in "".join(page.text)
    assert publisher.rss.read_bytes() == rss


def test_a_broken_template_costs_the_page_and_not_the_item(publisher):
    def broken(template: str, values: Any) -> str:
        raise RuntimeError("no\nsuch thing")

    publisher.render = broken
    receipt = publisher.channel().publish(publisher.say())

    assert "the page of CMO-7K3M was not written: no such thing" in receipt.note
    assert len(items(publisher.rss)) == 1


# --- files ------------------------------------------------------------------------------------------------------


def test_a_web_server_may_read_everything_whatever_the_umask(publisher):
    with umask(0o077):
        publisher.channel(directory="a/public").publish(publisher.say())

    modes = {path.name: path.stat().st_mode & 0o777 for path in (publisher.root / "a").rglob("*")}
    assert (publisher.root / "a").stat().st_mode & 0o777 == 0o755
    assert modes == {
        "public": 0o755,
        "CMO-7K3M": 0o755,
        "index.html": 0o644,
        **dict.fromkeys(FEEDS, 0o644),
        **dict.fromkeys(BESIDE, 0o644),
    }


def test_a_reader_never_sees_half_a_file(publisher):
    publisher.channel().publish(publisher.say())
    seen: list[int] = []
    done = threading.Event()

    def poll() -> None:
        while not done.is_set():
            seen.append(len(items(publisher.rss)))

    reader = threading.Thread(target=poll)
    reader.start()
    try:
        for number in range(2, 30):
            publisher.channel().publish(publisher.say(number=number, after=number, details="x" * 20_000))
    finally:
        done.set()
        reader.join()

    assert seen == sorted(seen)
    assert len(set(seen)) > 1


def test_one_writer_at_a_time_and_the_last_one_has_read_the_history_last(publisher):
    post = publisher.say("CMO-AAAA")
    publisher.channel().publish(post)
    reads = publisher.reads
    with (publisher.folder / folder.LOCK).open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        waiting = threading.Thread(target=publisher.channel().publish, args=[post])
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert publisher.reads == reads
        publisher.say("CMO-BBBB", after=60)
    waiting.join(5)

    assert len(items(publisher.rss)) == 2


@pytest.mark.parametrize("name", ["rss.xml", "CMO-7K3M", "CMO-7K3M/index.html", folder.LOCK])
def test_no_symbolic_link_leads_out_of_the_folder(publisher, name):
    outside = publisher.root / "outside"
    outside.mkdir()
    target = outside / "precious"
    target.write_text("precious")
    place = publisher.folder / name
    place.parent.mkdir(parents=True)
    place.symlink_to(outside if name == "CMO-7K3M" else target)

    with pytest.raises(Rejected) as caught:
        publisher.channel().publish(publisher.say())

    assert "no links" in caught.value.cure
    assert [path.name for path in outside.iterdir()] == ["precious"]
    assert target.read_text() == "precious"


@pytest.mark.parametrize("left", ["file", "link"])
def test_what_a_dead_writer_left_is_cleared_away(publisher, left):
    publisher.folder.mkdir()
    target = publisher.root / "precious"
    target.write_text("precious")
    new = publisher.folder / ".rss.xml.new"
    new.symlink_to(target) if left == "link" else new.write_text("half a fe")

    publisher.channel().publish(publisher.say())

    assert len(items(publisher.rss)) == 1
    assert not new.is_symlink()
    assert not new.exists()
    assert target.read_text() == "precious"


@pytest.mark.parametrize("kind", ["pipe", "folder"])
def test_what_is_no_plain_file_is_refused_at_once(publisher, kind):
    publisher.folder.mkdir()
    os.mkfifo(publisher.rss) if kind == "pipe" else publisher.rss.mkdir()

    with pytest.raises(Rejected, match=r"rss\.xml"):
        publisher.channel().publish(publisher.say())


def test_a_folder_that_is_a_file_is_refused_with_the_cure(publisher):
    publisher.folder.write_text("a file")

    with pytest.raises(Rejected, match="public") as caught:
        publisher.channel().publish(publisher.say())

    assert "`directory` must be a folder" in caught.value.cure


def test_a_write_that_fails_leaves_the_old_feed_and_may_be_repeated(publisher):
    publisher.channel().publish(publisher.say("CMO-AAAA"))
    before = publisher.rss.read_bytes()
    post = publisher.say("CMO-AAAA", number=2, after=60, details="x" * 100_000)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))  # as a full disk: the kernel takes no more
    try:
        with pytest.raises(NotSent):
            publisher.channel().publish(post)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert publisher.rss.read_bytes() == before
    assert not list(publisher.folder.rglob("*.new"))
    publisher.channel().publish(post)
    assert len(items(publisher.rss)) == 2


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (errno.ENOSPC, NotSent),
        (errno.EDQUOT, NotSent),
        (errno.EIO, NotSent),
        (errno.EMFILE, NotSent),
        (errno.ESTALE, NotSent),
        (errno.EACCES, Rejected),
        (errno.EPERM, Rejected),
        (errno.EROFS, Rejected),
        (errno.ENOTDIR, Rejected),
        (errno.ELOOP, Rejected),
        (None, NotSent),
    ],
)
def test_what_waiting_may_cure_is_repeated_and_the_rest_has_a_cure(number, outcome):
    error = OSError(number, os.strerror(number), "rss.xml") if number else OSError("something else")

    with pytest.raises(outcome) as caught, folder.telling(Path("/srv/public")):
        raise error

    assert type(caught.value) is outcome
    assert str(caught.value).startswith("/srv/public: ")
    assert bool(caught.value.cure) == (outcome is Rejected)


# --- finding and checking ---------------------------------------------------------------------------------------


def test_an_item_is_found_where_it_is_and_only_there(publisher):
    channel = publisher.channel()
    assert isinstance(channel, Finding)
    post = publisher.say()
    assert channel.find(post) is None
    receipt = channel.publish(post)

    assert channel.find(post) == receipt
    assert channel.find(replace(post, update=2)) is None


LAUGHS = '<!DOCTYPE l [<!ENTITY a "x">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 50}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "document",
    [
        "",
        "no xml",
        "<rss><channel><item/></channel></rss>",
        "<rss><channel><item><guid/></item></channel></rss>",
        LAUGHS + "]><rss><channel><item><guid>&i;</guid></item></channel></rss>",
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel><item><guid>&f;</guid></item></channel></rss>',
    ],
)
def test_a_file_that_is_not_ours_holds_no_item_and_is_never_replaced(publisher, document):
    publisher.folder.mkdir()
    publisher.rss.write_text(document)
    post = publisher.say()

    assert publisher.channel().find(post) is None
    assert publisher.channel().check().may_publish is Permission.REFUSED
    with pytest.raises(Rejected, match=r"not written by announce: rss\.xml") as caught:
        publisher.channel().publish(post)
    assert "move these files away" in caught.value.cure
    assert publisher.rss.read_text() == document
    assert not (publisher.folder / "CMO-7K3M").exists()


@pytest.mark.parametrize("name", ["style.css", "favicon.png", "icon.svg", "opensearch.xml", "index.html"])
def test_a_check_refuses_what_publishing_would(publisher, name):
    post = publisher.say()
    publisher.folder.mkdir()
    (publisher.folder / name).write_text("theirs")

    assert publisher.channel().check().may_publish is Permission.REFUSED
    with pytest.raises(Rejected, match="not written by announce"):
        publisher.channel().publish(post)
    assert [path.name for path in publisher.folder.iterdir()] == [name]


@pytest.mark.parametrize("name", ["index.html", "style.css", "rss.xml"])
def test_a_check_refuses_a_folder_in_the_place_of_a_file_of_ours(publisher, name):
    publisher.channel().publish(publisher.say())
    (publisher.folder / name).unlink()
    (publisher.folder / name).mkdir()

    assert publisher.channel().check().may_publish is Permission.REFUSED


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("index.html", '<meta name="generator" content="announce">\n<title>ours by accident</title>'),
        ("index.html", '<pre>name="generator" content="announce"</pre>'),
        ("calendar.ics", "BEGIN:VCALENDAR\r\nPRODID:-//Foo//announcer//EN\r\nEND:VCALENDAR\r\n"),
        ("rss.xml", '<generator uri="x">announce</generator>'),
    ],
)
def test_what_only_resembles_ours_is_somebody_elses(publisher, name, content):
    publisher.folder.mkdir()
    (publisher.folder / name).write_text(content)

    with pytest.raises(Rejected, match=f"not written by announce: {name}"):
        publisher.channel().publish(publisher.say())
    assert [path.name for path in publisher.folder.iterdir()] == [name]


def test_without_a_manifest_every_page_feed_and_calendar_of_ours_is_known(publisher):
    post = publisher.say()
    publisher.channel().publish(post)
    for name in (manifest.NAME, folder.LOCK, "feed.json"):
        (publisher.folder / name).unlink()
    publisher.channel().publish(publisher.say(number=2, after=60))

    assert len(items(publisher.rss)) == 2


def test_what_was_ours_before_there_was_a_manifest_is_adopted(publisher):
    post = publisher.say()
    publisher.channel().publish(post)
    for path in publisher.folder.iterdir():
        if path.name not in ("rss.xml", "CMO-7K3M"):
            path.unlink()
    (publisher.folder / "CMO-7K3M/index.html").write_text(OLD_PAGE)

    publisher.channel().publish(post)

    assert len(items(publisher.rss)) == 1
    assert 'name="generator"' in (publisher.folder / "CMO-7K3M/index.html").read_text()


OLD_PAGE = f"""<title>x</title>
<link rel="canonical" href="{SITE}CMO-7K3M/">
<link rel="alternate" type="application/rss+xml" title="x" href="{SITE}rss.xml">
"""


def test_what_was_deleted_or_edited_by_hand_is_rebuilt_and_the_rest_left_alone(publisher):
    publisher.say("CMO-AAAA")
    publisher.say("CMO-BBBB", after=60)
    channel = publisher.channel()
    assert isinstance(channel, Building)
    everything = {ref: Snapshot(publisher.history().about(ref)) for ref in ("CMO-AAAA", "CMO-BBBB")}
    first = channel.build(everything.items())
    before = {path: path.read_bytes() for path in publisher.folder.rglob("*") if path.is_file()}
    publisher.rss.write_text("edited")
    (publisher.folder / "CMO-AAAA/index.html").unlink()

    second = channel.build(everything.items())

    assert {path: path.read_bytes() for path in publisher.folder.rglob("*") if path.is_file()} == before
    assert (first.written, first.faults) == (first.files, ())
    assert (second.files, second.written, second.faults) == (first.files, 2, ())
    assert channel.build(everything.items()).written == 0


def test_no_other_file_is_read_through_the_feed(publisher):
    post = publisher.say()
    secret = publisher.root / "secret"
    secret.write_text("tag:example.net,2026:CMO-7K3M/1")
    publisher.folder.mkdir()
    publisher.rss.write_text(
        f'<!DOCTYPE r [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'
        "<rss><channel><item><guid>&f;</guid></item></channel></rss>"
    )

    assert publisher.channel().find(post) is None


def test_a_check_leaves_nothing_behind(publisher):
    identity = publisher.channel().check()

    assert (identity.account, identity.may_publish) == (str(publisher.folder), Permission.PROVED)
    assert identity.notes == ("the first post makes the folder",)
    assert not publisher.folder.exists()
    publisher.folder.mkdir()
    assert publisher.channel().check().notes == (
        "items in rss.xml: 0, items in atom.xml: 0, items in feed.json: 0",
    )
    assert not list(publisher.folder.iterdir())
    publisher.channel().publish(publisher.say())
    assert publisher.channel().check().notes == (
        "items in rss.xml: 1, items in atom.xml: 1, items in feed.json: 1",
    )


def test_a_folder_that_cannot_be_written_is_refused_with_the_cure(publisher):
    publisher.folder.write_text("a file")

    identity = publisher.channel().check()

    assert identity.may_publish is Permission.REFUSED
    assert "`directory` must be a folder" in identity.notes[-1]


@contextmanager
def as_nobody() -> Iterator[None]:
    """Root may write everywhere, so that somebody else has to try."""
    before = os.geteuid()
    os.seteuid(65534 if before == 0 else before)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_folder_of_somebody_else_is_refused(publisher):
    post = publisher.say()
    with TemporaryDirectory(dir="/tmp") as place:
        theirs = Path(place, "public")
        theirs.mkdir()
        theirs.chmod(0o555)
        Path(place).chmod(0o555)
        with as_nobody():
            there, inside = (publisher.channel(directory=str(folder)) for folder in (theirs, theirs / "new"))
            assert [channel.check().may_publish for channel in (there, inside)] == [Permission.REFUSED] * 2
            for channel in (there, inside):
                with pytest.raises(Rejected, match="permission denied") as caught:
                    channel.publish(post)
                assert "let this user write there" in caught.value.cure
        Path(place).chmod(0o755)
        assert not list(theirs.iterdir())


def test_colleagues_take_turns_in_a_folder_that_both_may_write(publisher):
    with TemporaryDirectory(dir="/tmp") as place:
        Path(place).chmod(0o777)
        channel = publisher.channel(directory=place)
        with umask(0o077):
            channel.publish(publisher.say("CMO-AAAA"))
            with as_nobody():
                channel.publish(publisher.say("CMO-BBBB", after=60))
        assert len(items(Path(place, "rss.xml"))) == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"directory": ""},
        {"url": "http://me@status.example.net"},
        {"url": "http://x.net/?q"},
        {"url": "x"},
        {"title": ""},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(publisher, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        publisher.channel(**wrong)


def test_a_public_address_without_tls_is_taken_for_it_carries_no_secret(publisher):
    receipt = publisher.channel(url="http://status.example.net/").publish(publisher.say())

    assert receipt.url == "http://status.example.net/CMO-7K3M/"


def test_capabilities_are_known_without_the_library():
    code = (
        "import sys; from announce_channels.feed.adapter import Feed;"
        f"c = Feed.capabilities(Feed.Settings(type='feed', directory='x', url='{SITE}'));"
        "print(c.format, c.max_length, c.lookup, c.repeatable, c.reach, c.settle, c.withdraw, c.pings, c.feed);"
        "sys.exit(bool({'boto3', 'feedgen', 'icalendar', 'lxml', 'requests'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": ":".join(sys.path)}
    )

    assert (run.returncode, run.stderr) == (0, "")
    assert run.stdout.strip() == f"html None True True both 0.0 True False {SITE}rss.xml"


def test_the_page_at_an_address_leads_to_its_newest_item(publisher):
    publisher.say("CMO-AAAA")
    post = publisher.say("CMO-BBBB", after=3600)
    made = publisher.channel().publish(post)
    channel = publisher.channel()
    assert channel.locate(f"{SITE}CMO-BBBB/") == channel.locate(f"{SITE}CMO-BBBB") == made
    assert channel.locate(f"{SITE}CMO-AAAA/").remote_id == "tag:example.net,2026:CMO-AAAA/1"
    assert channel.locate(f"{SITE}CMO-CCCC/") is None
    publisher.rss.unlink()
    assert channel.locate(f"{SITE}CMO-BBBB/") is None


def test_the_timeline_says_what_an_announcement_was_called_before(publisher):
    publisher.channel().publish(publisher.say(title="Ein alter Titel"))
    publisher.channel().publish(publisher.say(number=2, after=60, title="Der neue Titel"))

    page = read_page((publisher.folder / "CMO-7K3M/index.html").read_text())
    text = "".join(page.text)
    assert text.index("Der neue Titel") < text.index("Ein alter Titel")
    assert text.count("Ein alter Titel") == 1


def test_a_folder_that_is_a_link_to_elsewhere_is_refused_and_one_beside_it_is_not(
    publisher, tmp_path_factory
):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (publisher.root / "linked").symlink_to(elsewhere)
    (publisher.root / "releases/7").mkdir(parents=True)
    (publisher.root / "public").symlink_to("releases/7")
    post = publisher.say()

    refused = publisher.channel(directory="linked")
    with pytest.raises(Rejected, match=r"linked is a link to .*elsewhere") as caught:
        refused.publish(post)
    assert caught.value.cure == "set `directory` to that folder itself"
    assert refused.check().may_publish is Permission.REFUSED
    assert list(elsewhere.iterdir()) == []

    publisher.channel().publish(post)
    assert (publisher.root / "releases/7/rss.xml").exists()


# --- what is linked to is there ---------------------------------------------------------------------------------


def linked_pages(publisher) -> set[str]:
    pages = {item.findtext("link").removeprefix(SITE) for item in items(publisher.rss)}
    front = read_page((publisher.folder / "index.html").read_text())
    return pages | {link["href"] for link in front.all("a") if link["href"].startswith("CMO-")}


def test_a_page_that_a_dead_run_never_wrote_is_written_by_the_next_one(publisher):
    publisher.say("CMO-DEAD")
    publisher.channel().publish(publisher.say("CMO-LIVE", after=60))

    assert linked_pages(publisher) == {"CMO-DEAD/", "CMO-LIVE/"}
    assert all((publisher.folder / page / "index.html").exists() for page in linked_pages(publisher))


def test_a_folder_that_was_deleted_gets_every_page_that_is_linked_to(publisher):
    for number in range(3):
        publisher.channel().publish(publisher.say(f"CMO-000{number}", after=number))
    shutil.rmtree(publisher.folder)
    publisher.channel().publish(publisher.say("CMO-LAST", after=60))

    assert len(linked_pages(publisher)) == 4
    assert all((publisher.folder / page / "index.html").exists() for page in linked_pages(publisher))


def test_a_page_that_is_there_is_not_made_again_for_another_announcement(publisher):
    publisher.channel().publish(publisher.say("CMO-OLD0"))
    before = (publisher.folder / "CMO-OLD0/index.html").stat()
    (publisher.folder / "CMO-OLD0/index.html").write_text("by hand")
    publisher.channel().publish(publisher.say("CMO-NEW0", after=60))

    assert (publisher.folder / "CMO-OLD0/index.html").read_text() == "by hand"
    assert before.st_size > 10


def test_the_date_of_an_item_stays_when_one_of_its_second_is_taken_down(publisher):
    publisher.say("CMO-AAAA")
    publisher.channel().publish(publisher.say("CMO-BBBB"))
    before = items(publisher.rss)[0].findtext("pubDate")
    first = publisher.said[0]
    publisher.said[0] = replace(first, told=tuple(replace(told, withdrawn=True) for told in first.told))
    publisher.channel().build([])

    [item] = items(publisher.rss)
    assert (item.findtext("guid")[-6:], item.findtext("pubDate")) == ("BBBB/1", before)


def test_channels_in_two_languages_share_no_id(publisher):
    post = publisher.say(elsewhere={"feed": f"{SITE}CMO-7K3M/"})
    said = publisher.said[0]
    english = replace(said.told[0], channel="feed-en", post=replace(post, channel="feed-en"))
    publisher.said[0] = replace(said, told=(*said.told, english))
    publisher.channel().publish(post)
    context = replace(publisher._context(), name="feed-en", locale="en")
    settings = Feed.Settings(type="feed", directory="en", url="https://status.example.net/en/")
    Feed(settings, context).publish(english.post)

    [german], [other] = (items(publisher.root / name / "rss.xml") for name in ("public", "en"))
    assert german.findtext("guid") == "tag:example.net,2026:CMO-7K3M/1"
    assert other.findtext("guid") == "tag:example.net,2026:feed-en/CMO-7K3M/1"
    assert other.findtext("link") == "https://status.example.net/en/CMO-7K3M/"
    events = [(publisher.root / name / "calendar.ics").read_text() for name in ("public", "en")]
    assert "UID:cmo-7k3m@example.net" in events[0]
    assert "UID:feed-en.cmo-7k3m@example.net" in events[1]
    page = read_page((publisher.root / "en/CMO-7K3M/index.html").read_text())
    assert "Also here" not in "".join(page.text)


@pytest.mark.parametrize(
    ("phase", "says", "not_this"),
    [
        (Phase.SCHEDULED, "Voraussichtliches Ende", "Geplant"),
        (Phase.COMPLETED, "Ende", "Ausfall zu erwarten"),
        (Phase.CANCELLED, "Geplanter Beginn", "Ausfall zu erwarten"),
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
