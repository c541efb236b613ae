"""What stands in rss.xml: items, their ids and dates, read back by feedparser and lxml."""

from __future__ import annotations

from dataclasses import replace

import feedparser
import pytest
from lxml import etree

from announce_channels.feed.adapter import Feed
from announce_channels.feed.storage.folder import LOCK
from tests.channels.feed.saying import (
    ATOM,
    AWKWARD,
    BESIDE,
    FEEDS,
    SITE,
    items,
    read_page,
    visible,
)


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
    assert [child.tag for child in item] == [
        *("title", "link", "description", "guid", "category", "pubDate"),
        "{http://purl.org/dc/elements/1.1/}creator",
    ]
    assert (item.findtext("category"), item[-1].text) == ("VPS-Hosting", "CMO")


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
    before = written(publisher.folder)

    publisher.channel().publish(post)
    publisher.channel().refresh(post)

    after = written(publisher.folder)
    assert after == before
    assert {path.name for path in after} | {LOCK} == {*FEEDS, "index.html", *BESIDE}


def written(folder):
    """What each file holds, and when it was written; the lock is taken each time."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != LOCK]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


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


def test_the_date_of_an_item_stays_when_one_of_its_second_is_taken_down(publisher):
    publisher.say("CMO-AAAA")
    publisher.channel().publish(publisher.say("CMO-BBBB"))
    before = items(publisher.rss)[0].findtext("pubDate")
    first = publisher.said[0]
    publisher.said[0] = replace(
        first, told=tuple(replace(told, withdrawn=True, silently=True) for told in first.told)
    )
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
