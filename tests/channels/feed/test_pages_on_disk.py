"""Many pages at once: each whole and on disk before anything can lead to it, and their folder forced but once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from announce_channels.feed.site import write
from announce_channels.feed.storage import folder as files
from announce_channels.feed.storage.protocol import LocalStorage
from publisher.model.history import Origin

NOBODY = Origin(None, "unknown")
PAGES = {f"CMO-{number:04}/index.html": f"page {number}".encode() for number in range(40)}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What is forced to disk and renamed, in the order in which it was done; each by its path."""
    events: list[tuple[str, str]] = []
    fsync, rename = os.fsync, os.rename

    def path_of(descriptor: int) -> str:
        return str(Path(f"/proc/self/fd/{descriptor}").readlink())

    def noted_fsync(descriptor: int) -> None:
        fsync(descriptor)
        events.append(("fsync", path_of(descriptor)))

    def noted_rename(old: str, new: str, **folders: int) -> None:
        events.append(("rename", f"{path_of(folders['dst_dir_fd'])}/{new}"))
        rename(old, new, **folders)

    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    return events


def test_each_page_is_forced_to_disk_before_its_name_and_its_folder_after_it(
    seen: list[tuple[str, str]], tmp_path: Path
) -> None:
    folder = tmp_path.resolve()
    with files.locked(folder) as descriptor:
        assert files.write_pages(descriptor, PAGES) == len(PAGES)
    for name, content in PAGES.items():
        inner, _, file = name.partition("/")
        own = [event for event in seen if event[1].startswith(f"{folder}/{inner}")]
        assert own == [
            ("fsync", f"{folder}/{inner}/.{file}.new"),
            ("rename", f"{folder}/{inner}/{file}"),
            ("fsync", f"{folder}/{inner}"),
        ]
        assert (folder / name).read_bytes() == content


@pytest.mark.parametrize("there", [0, 1])
def test_the_folder_itself_is_forced_once_however_many_are_new_in_it(
    seen: list[tuple[str, str]], tmp_path: Path, there: int
) -> None:
    folder = tmp_path.resolve()
    with files.locked(folder) as descriptor:
        files.write_pages(descriptor, dict(list(PAGES.items())[: 20 * there]))
        seen.clear()
        assert files.write_pages(descriptor, PAGES) == len(PAGES) - 20 * there
        assert seen.count(("fsync", str(folder))) == 1
        seen.clear()
        assert files.write_pages(descriptor, PAGES) == 0
    assert seen == []


def test_what_cannot_be_written_is_told_and_every_other_page_is_whole_or_not_there(tmp_path: Path) -> None:
    (tmp_path / "CMO-0007/index.html").mkdir(parents=True)
    with (
        files.locked(tmp_path) as descriptor,
        pytest.raises(OSError, match=r"(?i)not a plain file|is a directory"),
    ):
        files.write_pages(descriptor, PAGES)
    there = {name for name in PAGES if (tmp_path / name).is_file()}
    assert there >= set(list(PAGES)[:7])
    assert all((tmp_path / name).read_bytes() == PAGES[name] for name in there)
    assert not list(tmp_path.glob("*/.*.new"))


@pytest.mark.parametrize("name", ["../index.html", "CMO/../../etc/x", "/index.html"])
def test_no_page_leaves_the_folder(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "public"
    with files.locked(folder) as descriptor, pytest.raises(OSError, match="not a file name"):
        files.write_pages(descriptor, {**PAGES, name: b"stray"})
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path.read_bytes() == b"stray"]


@pytest.mark.parametrize("pages", [3, 199, 200, 450])
def test_lists_get_their_names_when_every_page_is_on_disk(
    seen: list[tuple[str, str]], tmp_path: Path, pages: int
) -> None:
    folder = tmp_path.resolve()
    with LocalStorage(folder).locked() as storage:
        built = write(storage, _site(pages), [], NOBODY)
    assert (built.files, built.written) == (pages + 3, pages + 3)
    done = [event for event in seen if ".announce" not in event[1]]
    rest = ["style.css", "rss.xml", "index.html"]
    pages_end = max(place for place, (_, path) in enumerate(done) if "/CMO-" in path)
    lists = [
        place
        for place, event in enumerate(done)
        if event in [("rename", f"{folder}/{name}") for name in rest]
    ]
    assert [done[place][1].rpartition("/")[2] for place in lists] == rest
    assert lists[0] < pages_end < lists[1] < lists[2]
    assert ("fsync", str(folder)) in done[lists[1] : lists[2]]


def test_where_making_one_fails_the_ones_before_it_are_written(tmp_path: Path) -> None:
    def made() -> Iterator[Any]:
        yield from list(_site(300))[:250]
        raise RuntimeError("of the making")

    with LocalStorage(tmp_path).locked() as storage, pytest.raises(RuntimeError, match="of the making"):
        write(storage, made(), [], NOBODY)
    assert len(list(tmp_path.glob("CMO-*/index.html"))) == 199


def _site(pages: int) -> Iterator[tuple[str, bytes]]:
    yield "style.css", b"css"
    for number in range(pages):
        yield f"CMO-{number:04}/index.html", b"page"
    yield "rss.xml", b"rss"
    yield "index.html", b"front"


def test_a_feed_is_there_before_the_next_file_is_made(tmp_path: Path) -> None:
    there: list[bool] = []

    def made() -> Iterator[Any]:
        yield "CMO-0001/index.html", b"page"
        yield "rss.xml", b"rss"
        there.append((tmp_path / "rss.xml").exists())
        yield "calendar.ics", b"calendar"

    with LocalStorage(tmp_path).locked() as storage:
        assert write(storage, made(), [], NOBODY).written == 3
    assert there == [True]
