"""A site belongs to the ledger it was written from: another one would empty it of what it has never heard of."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from announce_channels.feed.adapter import Feed
from announce_channels.feed.storage import manifest
from publisher.adapter.contract import Adopting
from publisher.adapter.identity import Permission
from publisher.model.history import Origin
from publisher.model.outcome import Rejected
from publisher.model.post import Post
from tests.channels.feed.saying import Publisher, items
from tests.clocks import growth

OURS = Origin("0123456789abcdef", "/home/ours/ledger.db")
THEIRS = Origin("fedcba9876543210", "/home/theirs/ledger.db")
NONE_YET = Origin(None, "/home/ours/ledger.db")

VERBS: dict[str, Callable[[Feed, Post], object]] = {
    "publish": lambda feed, post: feed.publish(post),
    "amend": lambda feed, post: feed.amend(feed._receipt(post, feed._context.history()), post),
    "withdraw": lambda feed, post: feed.withdraw(feed._receipt(post, feed._context.history())),
    "refresh": lambda feed, post: feed.refresh(post),
    "build": lambda feed, post: feed.build([]),
}


def everything(publisher: Publisher) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in publisher.folder.rglob("*") if path.is_file()}


@pytest.fixture
def other(publisher: Publisher) -> Publisher:
    """Somebody with another ledger whose `directory` is the same; the site has two items."""
    publisher.origin = OURS
    publisher.say("CMO-AAAA")
    publisher.channel().publish(publisher.say("CMO-BBBB", after=60))
    stranger = Publisher(publisher.root)
    stranger.origin = THEIRS
    return stranger


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("origin", [THEIRS, NONE_YET], ids=["another", "none"])
def test_another_ledger_is_refused_with_both_named_and_nothing_is_written(
    publisher: Publisher, other: Publisher, verb: str, origin: Origin
) -> None:
    other.origin = origin
    before = everything(publisher)

    with pytest.raises(Rejected) as caught:
        VERBS[verb](other.channel(), other.say("CMO-CCCC", after=120))

    for name in (f"another ledger, id {(OURS.id or '')[:8]};", origin.name, str(publisher.folder)):
        assert name in str(caught.value)
    assert "--adopt" in (caught.value.cure or "")
    assert everything(publisher) == before


def test_a_check_says_so_by_day(publisher: Publisher, other: Publisher) -> None:
    identity = other.channel().check()

    assert identity.may_publish is Permission.REFUSED
    assert (OURS.id or "")[:8] in identity.notes[0]
    assert publisher.channel().check().may_publish is Permission.PROVED


def test_whoever_adopts_the_site_has_it_from_then_on(publisher: Publisher, other: Publisher) -> None:
    post = other.say("CMO-CCCC", after=120)
    feed = other.channel()
    assert isinstance(feed, Adopting)

    assert feed.adopt() == Origin(OURS.id, "")
    assert feed.adopt() is None
    feed.publish(post)

    assert [item.findtext("guid")[-6:] for item in items(publisher.rss)] == ["CCCC/1"]
    assert (publisher.folder / "CMO-AAAA/index.html").exists()
    with pytest.raises(Rejected, match=(THEIRS.id or "")[:8]):
        publisher.channel().publish(publisher.say("CMO-DDDD", after=180))


def test_a_manifest_of_an_earlier_version_is_taken_over_silently(publisher: Publisher) -> None:
    publisher.channel().publish(publisher.say())
    path = publisher.folder / manifest.NAME
    assert "ledger" not in json.loads(path.read_text())
    publisher.origin = OURS

    publisher.channel().build([])

    assert json.loads(path.read_text())["ledger"] == {"id": OURS.id}


def test_where_the_ledger_lies_is_not_published(publisher: Publisher, other: Publisher) -> None:
    """The manifest lies in the public folder, and an earlier version wrote a path of this machine into it."""
    path = publisher.folder / manifest.NAME
    assert OURS.name not in "".join(
        content.decode(errors="replace") for content in everything(publisher).values()
    )
    old = json.loads(path.read_text())
    path.write_text(json.dumps(old | {"ledger": {"id": OURS.id, "name": OURS.name}}))
    with pytest.raises(Rejected, match=rf"another ledger, {OURS.name} \(id {(OURS.id or '')[:8]}\)"):
        other.channel().build([])

    publisher.channel().build([])

    assert json.loads(path.read_text()) == old


def test_a_ledger_that_has_moved_is_the_same(publisher: Publisher, other: Publisher) -> None:
    publisher.origin = Origin(OURS.id, "/srv/ledger.db")

    publisher.channel().build([])

    assert manifest.origin_in((publisher.folder / manifest.NAME).read_bytes()) == Origin(OURS.id, "")


@pytest.mark.parametrize(
    "written", [b"{}", b"[]", b"[" * 100_000, b"no json", b'{"ledger": 7}', b'{"ledger": {"id": 1}}']
)
def test_a_manifest_that_names_no_ledger_refuses_none(written: bytes) -> None:
    assert manifest.listed(written) == frozenset()
    manifest.refuse_other(written, OURS, "here")


def test_a_foreign_page_of_any_size_is_told_at_once() -> None:
    """860 kB of the beginning of a mark, without its end, took three minutes."""
    mark = b'<meta name="generator" content="announce">\n'

    assert growth(lambda size: manifest.is_foreign(mark * size, b""), size=500) < 8
