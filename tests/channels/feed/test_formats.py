"""Which files the feed adapter writes, and how it finds in them what it wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from announce_channels.feed.adapter import Feed
from announce_channels.feed.formats.table import FORMATS
from announce_channels.feed.storage import folder, manifest
from publisher.adapter.context import Context
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.history import Said, Snapshot, Told
from publisher.model.post import Format, Post
from publisher.rendering.renderer import Renderer

AT = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)
SITE = "https://status.example.net/"


def said(number: int, kind: Kind = Kind.INITIAL, *, on: str = "feed") -> Said:
    facts = Announcement(
        ref="CMO-7K3M",
        title={"und": f"Titel {number}"},
        services=(Service(key="vps", name={"de": "VPS"}),),
        period=Period(AT + timedelta(hours=2), AT + timedelta(hours=3)),
    )
    at = AT + timedelta(minutes=number)
    post = Post(
        ref=facts.ref,
        update=number,
        kind=kind,
        channel=on,
        locale="de",
        format=Format.HTML,
        title=f"Titel {number}",
        body="<p>x</p>",
        slug=f"cmo-7k3m-u{number}",
        published_at=at,
    )
    update = Update(number=number, kind=kind, phase=Phase.SCHEDULED, announcement=facts, published_at=at)
    return Said(update=update, told=(Told(channel=on, type="feed", state="sending", url=None, post=post),))


def channel(root: Path, *history: Said, **settings: Any) -> Feed:
    def unused(*_: Any, **__: Any) -> Any:
        raise AssertionError("nothing of the kind is needed")

    known = {"type": "feed", "directory": "public", "url": SITE, **settings}
    lent = Context(
        name="feed",
        locale="de",
        zone=ZoneInfo("Europe/Berlin"),
        brand="CMO",
        provider="example.net",
        session=unused,
        secret=unused,
        clock=lambda: datetime(2026, 11, 23, 20, tzinfo=UTC),
        history=lambda: Snapshot(tuple(reversed(history))),
        render=lambda template, values: template,
        words=Renderer(brand="CMO", zone=ZoneInfo("Europe/Berlin")).words,
        root=str(root),
    )
    return Feed(Feed.Settings.model_validate(known), lent)


def post_of(one: Said) -> Post:
    return one.told[0].post


@pytest.mark.parametrize("chosen", [[name] for name in FORMATS] + [["maintnote", "rss", "rss"]])
def test_only_the_chosen_files_are_written_and_the_post_is_found_in_them(tmp_path, chosen):
    first = said(1)
    feed = channel(tmp_path, first, formats=chosen)
    assert feed.find(post_of(first)) is None
    receipt = feed.publish(post_of(first))

    feeds = {one.file for one in FORMATS.values()}
    there = {path.name for path in (tmp_path / "public").iterdir()}
    assert there & feeds == {FORMATS[name].file for name in chosen}
    assert there >= {"index.html", "style.css", folder.LOCK, manifest.NAME}
    assert feed.find(post_of(first)) == receipt
    assert feed.find(replace(post_of(first), update=2)) is None


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "content", [b"", b"junk", b'{"items": [5]}', b"[" * 100_000, b'{"items": [{"id": []}]}']
)
def test_a_file_that_is_not_ours_holds_no_item(tmp_path, name, content):
    first = said(1)
    feed = channel(tmp_path, first, formats=[name])
    feed.publish(post_of(first))
    (tmp_path / "public" / FORMATS[name].file).write_bytes(content)

    assert feed.find(post_of(first)) is None


def test_all_is_the_default():
    assert Feed.Settings(type="feed", directory="x", url=SITE).formats == tuple(FORMATS)


@pytest.mark.parametrize(
    ("chosen", "words"),
    [
        (["rss", "atomm"], "did you mean atom"),
        (["xyz"], "there are rss, atom, json"),
        ([], "formats"),
        ("rss", "formats"),
    ],
)
def test_an_unknown_format_is_refused_with_the_nearest(tmp_path, chosen, words):
    with pytest.raises(ValueError, match=words):
        channel(tmp_path, formats=chosen)


@pytest.mark.parametrize("chosen", [list(FORMATS), ["calendar"], ["atom"]])
def test_a_silent_correction_is_found_only_once_it_is_written(tmp_path, chosen):
    first, corrected = said(1), said(2, Kind.CORRECTED)
    original = channel(tmp_path, first, formats=chosen).publish(post_of(first))
    feed = channel(tmp_path, first, corrected, formats=chosen)

    assert feed.find(post_of(corrected)) is None
    receipt = feed.publish(post_of(corrected))
    assert receipt.remote_id == original.remote_id == "tag:example.net,2026:CMO-7K3M/1"
    assert feed.find(post_of(corrected)) == receipt


# --- silent corrections in the history --------------------------------------------------------------------------


def listed(*history: Said) -> list[tuple[int, int]]:
    return [(item.post.update, item.shown.update) for item in Snapshot(history).items_on("feed")]


def test_a_silent_correction_replaces_the_text_of_the_update_before_it():
    history = (said(1), said(2, Kind.CORRECTED), said(3, Kind.PROGRESS), said(4, Kind.CORRECTED))

    assert listed(*history, said(5, Kind.CORRECTED)) == [(3, 5), (1, 2)]


def test_a_correction_of_what_the_channel_never_showed_stands_for_itself():
    history = (said(1), said(2, Kind.PROGRESS, on="other"), said(3, Kind.CORRECTED), said(4, Kind.CORRECTED))

    assert listed(*history) == [(3, 4), (1, 1)]
