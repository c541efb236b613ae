"""The logo is published: nothing else ever is in its place, whatever has become of the file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from announce_channels.feed.adapter import Feed
from publisher.adapter.context import House
from tests.channels.feed.saying import Publisher

SVG = b"<?xml version='1.0'?>\n<!-- ours -->\n<svg xmlns='http://www.w3.org/2000/svg'/>"
KEY = b"-----BEGIN OPENSSH PRIVATE KEY-----\ncanary"


def a_link_to_a_key(path: Path) -> None:
    path.with_name("id_ed25519").write_bytes(KEY)
    path.symlink_to(path.with_name("id_ed25519"))


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def a_folder(path: Path) -> None:
    path.mkdir()


def what_everybody_may_write(path: Path) -> None:
    path.write_bytes(SVG)
    path.chmod(0o666)


def what_has_no_end(path: Path) -> None:
    path.write_bytes(SVG)
    os.truncate(path, 10_000_000_000)


def nothing(path: Path) -> None:
    pass


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    def give_up(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


def feed(publisher: Publisher, logo: Path) -> Feed:
    publisher.house = House(logo=str(logo))
    return publisher.channel()


@pytest.mark.parametrize(
    "put",
    [a_link_to_a_key, a_pipe, a_device, a_folder, what_everybody_may_write, what_has_no_end, nothing],
    ids=lambda put: put.__name__,
)
def test_what_is_no_picture_of_ours_is_not_published_and_everything_else_is(
    publisher: Publisher, put: Callable[[Path], None]
) -> None:
    logo = publisher.root / "logo.svg"
    put(logo)

    receipt = feed(publisher, logo).publish(publisher.say())

    assert "the logo was not written" in str(receipt.note)
    assert str(logo) in str(receipt.note)
    assert not (publisher.folder / "logo.svg").exists()
    assert publisher.rss.exists()


def test_a_picture_is(publisher: Publisher) -> None:
    logo = publisher.root / "logo.svg"
    logo.write_bytes(SVG)

    assert feed(publisher, logo).publish(publisher.say()).note is None
    assert (publisher.folder / "logo.svg").read_bytes() == SVG
