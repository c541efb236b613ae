"""newsboat as a subscriber: what is new shows as new once, what was repaired does not show again."""

from __future__ import annotations

import pytest
from judging.histories import life
from judging.programs import Newsboat
from msgspec.structs import replace

from announce_channels.feed.adapter import Feed
from publisher.model.announcement import Kind

FIRST, SECOND = "tag:example.net,2026:CMO-7K3M/1", "tag:example.net,2026:CMO-7K3M/2"


@pytest.fixture(params=["rss.xml", "atom.xml"])
def reader(request, site, judge, tmp_path):
    judge("newsboat")
    return Newsboat(tmp_path / "newsboat", f"file://{site.folder}/{request.param}")


def test_an_update_is_unread_once_and_a_silent_correction_never(site, reader):
    site.history.say()
    site.write()
    reader.reload()
    assert reader.unread() == [FIRST]
    reader.read_everything()

    site.history.say(after=60, kind=Kind.CORRECTED, title="Berichtigt")
    site.write()
    reader.reload()
    assert reader.unread() == []
    assert reader.items()[FIRST]["title"] == "Berichtigt (CMO-7K3M)"

    site.history.say(after=120, kind=Kind.PROGRESS)
    site.write()
    reader.reload()
    assert reader.unread() == ["tag:example.net,2026:CMO-7K3M/3"]
    reader.read_everything()

    site.write()
    reader.reload()
    assert reader.unread() == []


def test_every_update_of_a_life_is_one_item(site, reader):
    seen = []
    for _ in life(site.history):
        site.write()
        reader.reload()
        seen.append(len(reader.items()))

    assert seen == [1, 2, 2, 3, 4]
    assert len(reader.unread()) == 4


def test_control_an_item_with_another_id_shows_again(site, reader, monkeypatch):
    site.history.say()
    site.write()
    reader.reload()
    reader.read_everything()

    monkeypatch.setattr(Feed, "_head", replace(site.channel()._head, authority="example.org"))
    site.write()
    reader.reload()

    assert reader.unread() == ["tag:example.org,2026:CMO-7K3M/1"]


@pytest.mark.parametrize(("name", "element"), [("rss.xml", b"<item>"), ("atom.xml", b"<entry>")])
def test_every_item_of_a_site_is_shown_as_new(judged, judge, tmp_path, name, element):
    judge("newsboat")
    reader = Newsboat(tmp_path / "newsboat", f"file://{judged.folder}/{name}")
    reader.reload()

    assert len(reader.unread()) == judged.read(name).count(element) > 0
