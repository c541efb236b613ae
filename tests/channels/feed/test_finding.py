"""What is found again, what a check says, and whose files are left alone."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from announce_channels.feed.storage import folder, manifest
from publisher.adapter.contract import Building, Finding
from publisher.adapter.identity import Permission
from publisher.model.history import Snapshot
from publisher.model.outcome import Rejected
from tests.channels.feed.saying import (
    SITE,
    items,
)


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
        if path.is_file() and path.name != "rss.xml":
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


@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_a_folder_that_everybody_may_write_is_refused(publisher, mode):
    """Whoever is to write it as well shares a group with its owner: tests/channels/feed/test_shared_folder.py."""
    with TemporaryDirectory(dir="/tmp") as place:
        Path(place).chmod(mode)
        channel = publisher.channel(directory=place)

        assert channel.check().may_publish is Permission.REFUSED
        with pytest.raises(Rejected, match="everybody on this machine may write in it") as caught:
            channel.publish(publisher.say("CMO-AAAA"))

        assert f"chmod o-w {place}" in caught.value.cure
        assert list(Path(place).iterdir()) == []


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
