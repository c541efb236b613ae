"""The feed adapter, whose platform is a folder: every verb × what can be wrong with files."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from announce_channels.feed.adapter import Feed
from announce_contract.bench import PLANNED, context, post
from publisher.adapter.identity import Identity, Permission
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.history import Said, Snapshot, Told
from publisher.model.outcome import ChannelError, NotSent, Rejected
from publisher.model.post import Receipt
from publisher.settings.masking import Masker
from publisher.transport import Transport

Break = Callable[[Path, pytest.MonkeyPatch], None]

_BOMB = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;">]><rss>&d;&d;&d;&d;</rss>"""
_FILE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss><channel>&f;</channel></rss>'


@dataclass(frozen=True)
class Wrong:
    """Something wrong with the folder, and what each verb comes to."""

    name: str
    does: Break
    check: str
    publish: str
    find: str


def _is(name: str, content: bytes) -> Break:
    def write(folder: Path, _patch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        (folder / name).write_bytes(content)

    return write


def _fails(call: str, number: int) -> Break:
    unbroken = getattr(os, call)

    def refuse(path: Any, *rest: Any, **named: Any) -> Any:
        if str(path).endswith("words.toml"):  # a run has read its texts before it comes to the folder
            return unbroken(path, *rest, **named)
        raise OSError(number, os.strerror(number))

    def patch(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        monkeypatch.setattr(os, call, refuse)

    return patch


def _folder_is_file(folder: Path, _patch: pytest.MonkeyPatch) -> None:
    folder.write_text("")


def _feed_is(make: Callable[[Path], None]) -> Break:
    def spoil(folder: Path, _patch: pytest.MonkeyPatch) -> None:
        folder.mkdir()
        make(folder / "rss.xml")

    return spoil


def _no_folder(_folder: Path, _patch: pytest.MonkeyPatch) -> None:
    pass


TABLE = (
    Wrong("nothing", lambda folder, _: folder.mkdir(), "proved", "receipt", "absent"),
    Wrong("folder-missing", _no_folder, "proved", "receipt", "absent"),
    Wrong("folder-is-file", _folder_is_file, "refused", "Rejected", "Rejected"),
    Wrong("feed-is-folder", _feed_is(Path.mkdir), "refused", "Rejected", "Rejected"),
    Wrong("feed-is-pipe", _feed_is(os.mkfifo), "refused", "Rejected", "Rejected"),
    Wrong(
        "feed-is-link",
        _feed_is(lambda feed: feed.symlink_to("/etc/passwd")),
        "refused",
        "Rejected",
        "Rejected",
    ),
    Wrong("feed-is-empty", _is("rss.xml", b""), "refused", "Rejected", "absent"),
    Wrong("feed-is-junk", _is("rss.xml", bytes(range(256)) * 4000), "refused", "Rejected", "absent"),
    Wrong("feed-is-html", _is("rss.xml", b"<html><br>"), "refused", "Rejected", "absent"),
    Wrong("feed-is-bomb", _is("rss.xml", _BOMB), "refused", "Rejected", "absent"),
    Wrong("feed-reads-files", _is("rss.xml", _FILE), "refused", "Rejected", "absent"),
    Wrong("feed-is-deep", _is("rss.xml", b"<a>" * 100_000), "refused", "Rejected", "absent"),
    Wrong("disk-full", _fails("fsync", errno.ENOSPC), "proved", "NotSent", "absent"),
    Wrong("quota", _fails("fsync", errno.EDQUOT), "proved", "NotSent", "absent"),
    Wrong("disk-fails", _fails("fsync", errno.EIO), "proved", "NotSent", "absent"),
    Wrong("not-renamed", _fails("rename", errno.EACCES), "proved", "Rejected", "absent"),
    Wrong("read-only", _fails("open", errno.EROFS), "refused", "Rejected", "Rejected"),
    Wrong("too-many-files", _fails("open", errno.EMFILE), "refused", "NotSent", "NotSent"),
)


@pytest.mark.parametrize("verb", ["check", "publish", "find"])
@pytest.mark.parametrize("wrong", TABLE, ids=[wrong.name for wrong in TABLE])
def test_cell(wrong, verb, tmp_path, monkeypatch):
    channel = _feed(tmp_path)
    wrong.does(tmp_path / "public", monkeypatch)
    try:
        outcome = channel.check() if verb == "check" else getattr(channel, verb)(post())
    except ChannelError as error:
        outcome = error
    monkeypatch.undo()

    assert _kind(outcome) == getattr(wrong, verb), outcome
    _is_fit_to_be_shown(outcome)
    if isinstance(outcome, Receipt):
        assert channel.find(post()) == outcome
    if isinstance(outcome, NotSent) and verb == "publish":
        assert channel.find(post()) is None, "NotSent, but it is there"
        assert channel.publish(post()) == channel.find(post())


def _kind(outcome: Any) -> str:
    match outcome:
        case None:
            return "absent"
        case Receipt():
            return "receipt"
        case Identity(may_publish=Permission() as standing):
            return standing.value
    return type(outcome).__name__


def _is_fit_to_be_shown(outcome: Any) -> None:
    texts = [str(outcome), outcome.cure or ""] if isinstance(outcome, ChannelError) else []
    texts += [outcome.account, *outcome.notes] if isinstance(outcome, Identity) else []
    assert all(text.isprintable() and len(text) <= 400 for text in texts), texts
    assert not isinstance(outcome, Rejected) or outcome.cure


def _feed(root: Path) -> Any:
    update = Update(
        number=1,
        kind=Kind.INITIAL,
        phase=Phase.SCHEDULED,
        announcement=Announcement(
            ref="CMO-7K3M",
            title={"und": "Wartung"},
            services=(Service(key="vps", name={"de": "VPS"}),),
            period=Period(PLANNED + timedelta(hours=2), PLANNED + timedelta(hours=3)),
            permalink="https://status.example.net/CMO-7K3M/",
        ),
        published_at=PLANNED,
    )
    told = Told(channel="channel", type="feed", state="sending", url=None, post=post())
    said = Snapshot((Said(update=update, told=(told,)),))
    masker = Masker()
    lent = context(masker, Transport(masker=masker, environ={}), secrets={}, limit=1, now=PLANNED)
    settings = {"type": "feed", "directory": "public", "url": "https://status.example.net/"}
    return Feed(Feed.Settings.model_validate(settings), replace(lent, history=lambda: said, root=str(root)))
