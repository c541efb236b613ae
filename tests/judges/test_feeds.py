"""rss.xml, atom.xml and feed.json before readers, grammars and the W3C validator's rules."""

from __future__ import annotations

import json
import re
from datetime import datetime
from email.utils import parsedate_to_datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import atoma
import feedparser
import jsonschema
import pytest
from judging.histories import HARD, History
from judging.programs import DATA, schema_faults
from judging.site import HUB, Site
from lxml import etree

from announce_channels.feed.formats.table import lister
from announce_channels.feed.storage import folder, manifest

ATOM = "{http://www.w3.org/2005/Atom}"
DC_CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
SCHEMA = json.loads((DATA / "json-feed.schema.json").read_text())
TAG = re.compile(r"tag:example\.net,20\d\d:CMO-[0-9A-Z]{4}/\d+(/withdrawn)?")


def rss_items(site: Site) -> list[Any]:
    return etree.fromstring(site.read("rss.xml")).findall("channel/item")


def entries(site: Site) -> list[Any]:
    return etree.fromstring(site.read("atom.xml")).findall(f"{ATOM}entry")


def json_items(site: Site) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = json.loads(site.read("feed.json"))["items"]
    return items


def test_feedparser_reads_both_without_complaint_and_finds_the_same(judged):
    rss, atom = (feedparser.parse(judged.read(name)) for name in ("rss.xml", "atom.xml"))

    assert (rss.bozo, atom.bozo) == (False, False)
    assert (rss.version, atom.version) == ("rss20", "atom10")
    assert [item.id for item in rss.entries] == [item.id for item in atom.entries]
    assert [item.title for item in rss.entries] == [item.title for item in atom.entries]
    assert [item.link for item in rss.entries] == [item.link for item in atom.entries]
    assert [item.published_parsed for item in rss.entries] == [item.published_parsed for item in atom.entries]
    assert rss.feed.title == atom.feed.title == "CMO: dringende Wartungen"


def test_atoma_reads_all_three_and_finds_the_same(judged):
    rss = atoma.parse_rss_bytes(judged.read("rss.xml"))
    atom = atoma.parse_atom_bytes(judged.read("atom.xml"))
    feed = atoma.parse_json_feed_bytes(judged.read("feed.json").replace(b"version/1.1", b"version/1"))

    assert 0 < len(rss.items) <= 50
    told = [(item.guid, item.title, item.description, item.pub_date) for item in rss.items]
    assert told == [
        (entry.id_, entry.title.value, entry.content.value, entry.published) for entry in atom.entries
    ]
    assert told == [(item.id_, item.title, item.content_html, item.date_published) for item in feed.items]


def test_the_grammar_of_rfc_4287_finds_no_fault(judged, judge):
    judge("jing")

    assert schema_faults(judged.folder / "atom.xml") == ""


@pytest.mark.parametrize(
    ("of", "to"),
    [
        ("<updated>", "<updated>yesterday "),
        ("<entry>", "<entry><title>twice</title>"),
        ('type="html"', 'type="CDATA"'),
        ("<feed ", '<feed version="0.3" '),
    ],
)
def test_the_grammar_finds_the_faults_it_is_there_for(site, judge, tmp_path, of, to):
    judge("jing")
    site.history.say()
    site.write()
    broken = tmp_path / "broken.xml"
    broken.write_text(site.read("atom.xml").decode().replace(of, to))

    assert "error:" in schema_faults(broken)


def test_the_schema_of_json_feed_finds_no_fault(judged):
    jsonschema.validate(json.loads(judged.read("feed.json")), SCHEMA)


@pytest.mark.parametrize("wrong", [{"id": 5}, {"author": {"name": "x"}}, {"date_published": "2026-11-23"}])
def test_the_schema_finds_the_faults_it_is_there_for(site, wrong):
    site.history.say()
    site.write()
    document = json.loads(site.read("feed.json"))
    document["items"][0] |= wrong

    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


# --- what the W3C validator asks for --------------------------------------------------------------------------


def test_ids_are_uris_of_our_own_and_none_comes_twice(judged):
    ids = [item.findtext("guid") for item in rss_items(judged)]

    assert len(set(ids)) == len(ids)
    assert all(TAG.fullmatch(id_) for id_ in ids)
    assert {item.find("guid").get("isPermaLink") for item in rss_items(judged)} == {"false"}
    assert ids == [entry.findtext(f"{ATOM}id") for entry in entries(judged)]
    assert ids == [item["id"] for item in json_items(judged)]


def test_dates_are_written_right_fall_and_none_comes_twice(judged):
    texts = [item.findtext("pubDate") for item in rss_items(judged)]
    dates = [parsedate_to_datetime(text) for text in texts]
    published = [datetime.fromisoformat(entry.findtext(f"{ATOM}published")) for entry in entries(judged)]
    updated = [datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) for entry in entries(judged)]

    assert all(f"{date:%a, %d %b %Y %H:%M:%S %z}" == text for date, text in zip(dates, texts, strict=True))
    assert all(newer > older for newer, older in pairwise(dates))
    assert (
        published == dates == [datetime.fromisoformat(item["date_published"]) for item in json_items(judged)]
    )
    assert all(at >= first for at, first in zip(updated, published, strict=True))
    assert len(set(updated)) == len(updated)
    assert updated == [
        datetime.fromisoformat(item.get("date_modified", item["date_published"]))
        for item in json_items(judged)
    ]


def test_the_head_dates_itself_with_its_newest_change(judged):
    channel = etree.fromstring(judged.read("rss.xml"))[0]
    feed = etree.fromstring(judged.read("atom.xml"))
    newest = max(datetime.fromisoformat(entry.findtext(f"{ATOM}updated")) for entry in entries(judged))

    assert parsedate_to_datetime(channel.findtext("lastBuildDate")) == newest
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")) == newest


def test_nothing_stands_where_the_validator_objects(judged):
    channel = etree.fromstring(judged.read("rss.xml"))[0]
    feed = etree.fromstring(judged.read("atom.xml"))

    allowed = {"title", "link", "description", "guid", "category", "pubDate", DC_CREATOR}
    for item in channel.iterfind("item"):
        taken_down = item.findtext("guid").endswith("/withdrawn")
        assert {child.tag for child in item} == allowed - ({"category"} if taken_down else set())
    assert [author.findtext(f"{ATOM}name") for author in feed.iterfind(f"{ATOM}author")] == ["CMO"]
    assert {content.get("type") for content in feed.iter(f"{ATOM}content")} == {"html"}
    for entry in feed.iterfind(f"{ATOM}entry"):
        assert [link.get("rel", "alternate") for link in entry.iterfind(f"{ATOM}link")] == ["alternate"]
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == channel.findtext("language") == "de"
    assert all("\n" not in item.findtext("title") for item in channel.iterfind("item"))


def test_the_hub_and_the_own_address_stand_in_every_feed(judged):
    channel = etree.fromstring(judged.read("rss.xml"))[0]
    feed = etree.fromstring(judged.read("atom.xml"))
    document = json.loads(judged.read("feed.json"))

    for root, name in ((channel, "rss.xml"), (feed, "atom.xml")):
        links = {link.get("rel"): link.get("href") for link in root.iterfind(f"{ATOM}link")}
        assert links["hub"] == HUB
        assert links["self"] == f"https://status.example.net/{name}"
    assert channel.findtext("link") == "https://status.example.net/"
    assert document["hubs"] == [{"type": "WebSub", "url": HUB}]
    assert document["feed_url"] == "https://status.example.net/feed.json"


def test_no_hub_is_named_where_none_is_configured(site):
    site.history.say()
    site.write()

    assert b"hub" not in site.read("rss.xml") + site.read("atom.xml") + site.read("feed.json")


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_hard_texts_arrive_to_the_letter_in_every_feed(site, text):
    site.history.say(title=text)
    site.write()

    [item], [entry], [other] = rss_items(site), entries(site), json_items(site)
    titles = [item.findtext("title"), entry.findtext(f"{ATOM}title"), other["title"]]
    assert titles == [f"{text} (CMO-7K3M)"] * 3
    bodies = [item.findtext("description"), entry.findtext(f"{ATOM}content"), other["content_html"]]
    assert bodies == [site.history.said[0].told[0].post.body] * 3


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_history_makes_the_same_bytes(judged):
    before = files_of(judged.folder)
    judged.write(hub=HUB)
    built = judged.build(hub=HUB)

    assert files_of(judged.folder) == before
    assert (built.written, built.files) == (0, len(before) - len({manifest.NAME, folder.LOCK}))


@pytest.mark.parametrize("name", ["rss", "atom", "json"])
def test_a_feed_that_lists_nothing_yet_is_valid_too(site, judge, tmp_path, name):
    made = lister(name)
    document = made.build(site.channel()._head, History().snapshot())

    assert made.ids_in(document) == frozenset()
    if name == "json":
        jsonschema.validate(json.loads(document), SCHEMA)
    else:
        assert not feedparser.parse(document).bozo
    if name == "atom":
        judge("jing")
        (tmp_path / "atom.xml").write_bytes(document)
        assert schema_faults(tmp_path / "atom.xml") == ""
