"""Files in a folder that a web server shows: whole or not at all, one writer, nothing outside of it."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import threading
from pathlib import Path

import pytest

from announce_channels.feed.storage import folder
from announce_channels.feed.storage.folder import LOCK
from publisher.adapter.identity import Permission
from publisher.model.outcome import NotSent, Rejected
from tests.channels.feed.saying import (
    BESIDE,
    FEEDS,
    SITE,
    items,
    read_page,
    umask,
)


def test_a_web_server_may_read_everything_whatever_the_umask(publisher):
    with umask(0o077):
        publisher.channel(directory="a/public").publish(publisher.say())

    modes = {path.name: path.stat().st_mode & 0o777 for path in (publisher.root / "a").rglob("*")}
    assert (publisher.root / "a").stat().st_mode & 0o777 == 0o755
    assert modes == {
        "public": 0o755,
        "CMO-7K3M": 0o755,
        "2026-11": 0o755,
        "index.html": 0o644,
        **dict.fromkeys(FEEDS, 0o644),
        **dict.fromkeys(BESIDE, 0o644),
        LOCK: 0o600,  # ours alone: whoever may read it could hold it
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

    assert str(caught.value.cure).endswith(f"remove it: rm {publisher.folder / name}")
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
    assert str(caught.value).startswith("/srv/public/rss.xml: " if number else "/srv/public: ")
    assert bool(caught.value.cure) == (outcome is Rejected)


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
