"""Whatever stands where a file or a folder of ours belongs: refused by name with the cure, at once, nothing written.

One table, *object x what is wrong with it*. A cell that is no refusal says what it is instead.
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import signal
import socket
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from announce_channels.feed.storage.bucket import BucketStorage
from publisher.adapter.identity import Permission
from publisher.adapter.registry import settings_for
from publisher.ledger import open_ledger
from publisher.ledger.sqlite import plain
from publisher.model.errors import LedgerFault, Refused
from publisher.model.outcome import ChannelError, Rejected
from publisher.model.post import Capabilities, Format
from publisher.model.specimen import SPECIMENS
from publisher.rendering.folders import TemplateFault
from publisher.rendering.renderer import Renderer
from publisher.settings.config import load
from publisher.settings.secrets import Secret, resolve
from tests.accounts import Accounts
from tests.channels.feed.saying import Publisher
from tests.waiting import nobody_waits

PRECIOUS = "ssh-ed25519 AAAA the key that lets me in\n"
REF = "CMO-7K3M"
CONFIG = '[publisher]\nbrand = "CMO"\nreference_prefix = "CMO"\n'
TEMPLATES = Path(__file__).parents[2] / "templates"
REFUSALS = (Refused, ChannelError, TemplateFault)


class Thing(NamedTuple):
    """Something that is opened: where it is in a trial's folder, and what opens it."""

    place: str
    use: Callable[[Path], object]
    is_folder: bool = False


def _obeys(root: Path) -> object:
    return load(root / "etc/announce.toml", settings_for)


def _secret(root: Path) -> object:
    return resolve(Secret.model_validate({"file": "etc/token"}), root=root, environ={})


def _writes(root: Path) -> object:
    with open_ledger(root / "state/ledger.db", write=True) as ledger, ledger.owning(REF):
        return ledger.count()


def _reads(root: Path) -> object:
    with open_ledger(root / "state/ledger.db", write=False) as ledger:
        return ledger.count()


def _renders(root: Path) -> object:
    folders, cache = [root / "mine"], root / "caches/announce"
    renderer = Renderer(folders, brand="CMO", zone=ZoneInfo("Europe/Berlin"), cache=cache)
    form = Capabilities(format=Format.HTML)
    return renderer.post(SPECIMENS[0], channel="x", type_name="y", locale="de", capabilities=form)


def _publishes(root: Path) -> object:
    publisher = Publisher(root / "site")
    return publisher.channel().publish(publisher.say(REF))


def _checks(root: Path) -> object:
    identity = Publisher(root / "site").channel().check()
    if identity.may_publish is not Permission.PROVED:
        raise Rejected(identity.notes[0], cure=" ".join(identity.notes))
    return identity


def _fills_a_bucket(root: Path) -> object:
    context = replace(Publisher(root / "site")._context(), state=str(root / "state"))
    with BucketStorage("s3://status", context, endpoint=None, timeout=1).locked():
        return None


LOCK_OF_A_BUCKET = f"state/{hashlib.sha256(b's3://status').hexdigest()[:16]}.bucket.lock"

THINGS = {
    "configuration": Thing("etc/announce.toml", _obeys),
    "secret": Thing("etc/token", _secret),
    "ledger": Thing("state/ledger.db", _writes),
    "ledger, read": Thing("state/ledger.db", _reads),
    "journal": Thing("state/ledger.db-journal", _writes),
    "mark": Thing("state/ledger.db.mark", _writes),
    "lock": Thing(f"state/ledger.db.{REF}.lock", _writes),
    "ledger's folder": Thing("state", _writes, is_folder=True),
    "template": Thing("mine/de/html.html", _renders),
    "words": Thing("mine/de/words.toml", _renders),
    "template folder": Thing("mine", _renders, is_folder=True),
    "language's folder": Thing("mine/de", _renders, is_folder=True),
    "cache": Thing("caches/announce", _renders, is_folder=True),
    "feed folder": Thing("site/public", _publishes, is_folder=True),
    "feed folder, checked": Thing("site/public", _checks, is_folder=True),
    "feed": Thing("site/public/rss.xml", _publishes),
    "page's folder": Thing(f"site/public/{REF}", _publishes, is_folder=True),
    "page": Thing(f"site/public/{REF}/index.html", _publishes),
    "feed's lock": Thing("site/public/.announce.lock", _publishes),
    "bucket's lock": Thing(LOCK_OF_A_BUCKET, _fills_a_bucket),
}


# --- what may be wrong: the good one is moved elsewhere, and something else takes its place --------------------------


def link(place: Path, good: Path) -> None:
    place.symlink_to(good)


def link_to_nowhere(place: Path, good: Path) -> None:
    place.symlink_to(good.with_name("made"))


def second_name(place: Path, good: Path) -> None:
    place.hardlink_to(good)


def pipe(place: Path, _: Path) -> None:
    os.mkfifo(place)


def device(place: Path, _: Path) -> None:
    try:
        os.mknod(place, stat.S_IFCHR | 0o600, os.makedev(1, 5))  # /dev/zero
    except PermissionError:  # as an ordinary user
        place.symlink_to("/dev/zero")


def endpoint(place: Path, _: Path) -> None:
    before = Path.cwd()
    with socket.socket(socket.AF_UNIX) as bound:
        os.chdir(place.parent)  # such a name may have a hundred characters
        bound.bind(place.name)
        os.chdir(before)


def other_kind(place: Path, good: Path) -> None:
    """A file in the place of a folder, a folder in that of a file."""
    place.touch() if good.is_dir() else place.mkdir()


def open_to_all(place: Path, good: Path) -> None:
    good.rename(place)
    place.chmod(place.stat().st_mode | 0o022)


def open_to_group(place: Path, good: Path) -> None:
    """To one that no configuration names, and that is nobody's own."""
    good.rename(place)
    if os.geteuid():
        pytest.skip("only root gives a file to a group that it is not in")
    os.chown(place, -1, 54_321)
    place.chmod(place.stat().st_mode | 0o020)


KINDS = (link, link_to_nowhere, second_name, pipe, device, endpoint, other_kind, open_to_all, open_to_group)

OWN = "one's own link, or another name, leads to a file of one's own: what counts is whose that is"
PASSED = "passed over: without it everything is only slower"
CLOSED = "closed to the others again: nothing in it is believed"
ANEW = "written anew beside it, and takes its name: what it was is not touched"
ARRANGED = "a folder of one's own, wherever it lies"
SHARED = "whoever opens it to a group shares it with that group: see what SECURITY.md does not promise"

INSTEAD = {
    **{
        (name, kind): OWN
        for name in ("configuration", "secret")
        for kind in ("link", "second_name", "exchanged")
    },
    **{(name, "second_name"): OWN for name in ("template", "words")},
    **{("cache", kind.__name__): PASSED for kind in KINDS if kind is not second_name},
    ("cache", "exchanged"): PASSED,
    **{(name, "link"): ARRANGED for name in ("ledger's folder", "template folder")},
    **{
        (name, "open_to_group"): SHARED
        for name in ("ledger", "ledger, read", "journal", "mark", "ledger's folder")
        + ("feed folder", "feed folder, checked", "page's folder", "feed", "page", "feed's lock")
    },
    **{(name, "open_to_group"): CLOSED for name in ("lock", "bucket's lock")},
    **{(name, "open_to_all"): CLOSED for name in ("lock", "feed's lock", "bucket's lock", "page's folder")},
    **{(name, "open_to_all"): CLOSED for name in ("feed", "page")},
    **{(name, "second_name"): ANEW for name in ("feed", "page")},
}
"""What comes of it where it is no refusal; and nothing that lies elsewhere is changed even then."""

UNOPENED = {
    "journal": "SQLite opens it: who may write the folder may do that, and those trust each other",
    "ledger's folder": "never opened by itself; whoever may rename it is refused or trusted, see publisher.ledger",
    "template folder": "the same",
    "language's folder": "what is opened is the file in it; who may write the folder above it is trusted",
}
"""What is not tried while we look."""

HER_OWN_BUSINESS = {
    "feed": "it lies in a folder of ours, where nobody else can put it",
    "page": "the same",
    "page's folder": "the same",
}
"""What cannot belong to somebody else."""

NO_FILE = ("link_to_nowhere", "pipe", "device", "endpoint", "other_kind")
BY_HAND = {
    **dict.fromkeys(("configuration", "secret", "template folder"), NO_FILE),
    **dict.fromkeys(("ledger", "ledger, read"), ("link", "second_name", *NO_FILE)),
    **dict.fromkeys(("feed folder", "feed folder, checked"), ("link", *NO_FILE)),
}
"""Where the configuration names another place, or somebody puts there what is missing: no command can do that."""

IN_WORDS = {(name, kind) for name, kinds in BY_HAND.items() for kind in kinds}

CELLS = [
    (name, kind.__name__)
    for name, thing in THINGS.items()
    for kind in KINDS
    if not (thing.is_folder and kind is second_name)  # the kernel knows no second name of a folder
]


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    """What `nobody_waits` does not know of: who hangs is ended."""

    def give_up(*_: object) -> None:
        raise AssertionError("it hangs")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(30)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return furnish(tmp_path)


def furnish(root: Path) -> Path:
    """All the things as they should be."""
    for folder in ("etc", "state", "mine/de", "caches", "site/public", "elsewhere"):
        (root / folder).mkdir(parents=True)
    (root / "etc/announce.toml").write_text(CONFIG)
    (root / "etc/token").write_text("hunter2hunter2")
    (root / "etc/token").chmod(0o600)
    (root / "mine/de/html.html").write_text((TEMPLATES / "html.html").read_text())
    (root / "mine/de/words.toml").write_text("")
    return root


def used(root: Path, thing: Thing) -> Path:
    """Use it once as it should be, so that everything is there; returns its place."""
    thing.use(root)
    place = root / thing.place
    if not os.path.lexists(place):  # what is there only while somebody writes
        place.touch(0o600)
    thing.use(root)
    if not os.path.lexists(place):
        place.touch(0o600)
    return place


def tree(folder: Path) -> dict[str, Any]:
    """All that lies there: kind, mode and content."""
    return {
        str(path): (
            path.lstat().st_mode,
            path.read_bytes() if path.is_file() and not path.is_symlink() else None,
        )
        for path in (folder, *folder.rglob("*"))
    }


def comes_of(root: Path, thing: Thing, *, instead: bool) -> str:
    """Use it: it is refused by name with the cure, or what comes ``instead`` happens; elsewhere nothing changes.

    Returns the cure.
    """
    elsewhere, before = tree(root / "elsewhere"), tree(root)
    cure = ""
    if instead:
        with nobody_waits(root):
            thing.use(root)
    else:
        with nobody_waits(root), pytest.raises(REFUSALS) as refused:
            thing.use(root)
        name = Path(thing.place).name
        assert name in str(refused.value), refused.value
        cure = getattr(refused.value, "hint", None) or getattr(refused.value, "cure", None) or ""
        assert cure, refused.value
        assert tree(root).keys() == before.keys()
    assert tree(root / "elsewhere") == elsewhere
    return cure


@pytest.mark.parametrize(("name", "kind"), CELLS)
def test_it_is_refused_by_name_at_once_and_nothing_is_written(root: Path, name: str, kind: str) -> None:
    thing = THINGS[name]
    place = used(root, thing)
    good = root / "elsewhere" / place.name
    place.rename(good)
    put = next(one for one in KINDS if one.__name__ == kind)
    put(place, good)

    cure = comes_of(root, thing, instead=(name, kind) in INSTEAD)

    typed = re.findall(rf"\b(?:rm|chmod) .*{re.escape(shlex.quote(str(place)))}$", cure, re.MULTILINE)
    assert bool(typed) == ((name, kind) not in INSTEAD and (name, kind) not in IN_WORDS), cure
    for command in typed:
        subprocess.run(["sh", "-c", command], check=True)
        thing.use(root)


def test_the_table_has_no_cell_that_is_not_tried() -> None:
    exchanged = {(name, "exchanged") for name in THINGS}
    assert set(INSTEAD) | IN_WORDS <= set(CELLS) | exchanged


@pytest.mark.parametrize(
    ("name", "put"),
    [
        (name, put)
        for name in THINGS
        for put in (link, pipe)
        if name not in UNOPENED and (name, put) != ("ledger, read", pipe)  # SQLite opens it: see test_pipes
    ],
)
def test_what_is_exchanged_for_a_link_or_a_pipe_while_we_look_is_not_written_through(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, put: Callable[[Path, Path], None]
) -> None:
    """Between the look and the opening: the good one is gone, and a link to it stands there, or a pipe."""
    thing = THINGS[name]
    place = used(root, thing)
    good = root / "elsewhere" / place.name
    before = contents(place)
    done = exchanging(monkeypatch, os, "open", place, good, put)
    if name == "ledger, read":
        done = exchanging(monkeypatch, sqlite3, "connect", place, good, put)

    passes = (name, "exchanged") in INSTEAD and (put is link or name == "cache")
    with nobody_waits(root) if put is pipe else nullcontext():
        if passes:
            thing.use(root)
        else:
            with pytest.raises(REFUSALS, match=place.name):
                thing.use(root)

    assert done
    assert contents(good) == before


def test_a_ledger_that_is_exchanged_before_sqlite_opens_it_is_not_written(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = used(root, THINGS["ledger"])
    before = contents(place)
    exchanging(monkeypatch, sqlite3, "connect", place, root / "elsewhere/ledger.db", link)

    with pytest.raises(LedgerFault, match="was exchanged for something else"):
        _writes(root)

    assert contents(root / "elsewhere/ledger.db") == before


@pytest.mark.parametrize("put", [link, Path.rename], ids=["link", "file"])
@pytest.mark.parametrize("name", ["ledger", "ledger, read"])
def test_a_ledger_that_is_exchanged_and_put_back_is_not_taken_for_it(
    root: Path, monkeypatch: pytest.MonkeyPatch, name: str, put: Callable[[Path, Path], object]
) -> None:
    """Another one stands there only while SQLite opens it: before and after, all is as it should be."""
    place = used(root, THINGS[name])
    other = while_it_opens(root, monkeypatch, place, put)

    with pytest.raises(LedgerFault, match="was exchanged for something else"):
        THINGS[name].use(root)

    assert other.read_bytes() == b""


def test_where_no_open_files_are_listed_a_link_is_told_by_where_it_led(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS."""
    monkeypatch.setattr(plain, "_OPEN", root / "nothing")
    while_it_opens(root, monkeypatch, used(root, THINGS["ledger"]), link)

    with pytest.raises(LedgerFault, match="was exchanged for something else"):
        _writes(root)


def while_it_opens(
    root: Path, monkeypatch: pytest.MonkeyPatch, place: Path, put: Callable[[Path, Path], object]
) -> Path:
    """Another ledger stands at ``place`` only while SQLite opens it, by a link or itself; returns where it is else."""
    other, aside, opening = root / "elsewhere/other.db", root / "elsewhere/aside", sqlite3.connect
    other.touch()

    def exchanged(path: Any, *rest: Any, **more: Any) -> Any:
        if str(place) not in str(path):
            return opening(path, *rest, **more)
        place.rename(aside)
        put(place, other) if put is link else other.rename(place)
        opened = opening(path, *rest, **more)
        place.unlink() if put is link else place.rename(other)
        aside.rename(place)
        return opened

    monkeypatch.setattr(sqlite3, "connect", exchanged)
    return other


def exchanging(
    patch: pytest.MonkeyPatch,
    module: Any,
    call: str,
    place: Path,
    good: Path,
    put: Callable[[Path, Path], None],
) -> list[object]:
    """From now on the first call for ``place`` finds something else there; returns what then holds that call."""
    opening, done = getattr(module, call), []

    def exchanged(path: Any, *rest: Any, **more: Any) -> Any:
        asked = str(path).removeprefix("file://").partition("?")[0]
        if not done and asked in {str(place), place.name if more.get("dir_fd") is not None else None}:
            done.append(path)
            place.rename(good)
            put(place, good)
        return opening(path, *rest, **more)

    patch.setattr(module, call, exchanged)
    return done


def contents(place: Path) -> list[Any]:
    return list(tree(place).values())


# --- what belongs to somebody else, as an ordinary user meets it


@pytest.mark.parametrize("name", [name for name in THINGS if name not in HER_OWN_BUSINESS])
def test_what_belongs_to_somebody_else_is_refused(accounts: Accounts, common: Path, name: str) -> None:
    thing, root = THINGS[name], common
    accounts.ana.owns(root)
    accounts.ana.does(lambda: furnish(root) and used(root, thing) and None, umask=0o022)
    place = root / thing.place
    accounts.eve.owns(place, 0o755 if thing.is_folder else 0o644)
    if name == "feed folder":
        (place / "rss.xml").unlink()  # else nothing would have to be written

    accounts.ana.does(lambda: comes_of(root, thing, instead=name == "cache") and None, umask=0o022)
