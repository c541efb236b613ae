"""Every verb where something it stands on is missing or broken: what is wrong is said, and the cure, and it is exit 2.

A configuration half written, a folder in a file's place, no home, no terminal, a disk that cannot be written.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from publisher.cli.verbs import VERBS
from tests.forking import ENVIRON

FACTS = ("--service", "vps", "--start", "+2h", "--duration", "1h")
CALLS: Mapping[str, tuple[str, ...]] = {
    "urgent": ("Kernel", *FACTS, "--yes"),
    "update": ("Halb", "--yes"),
    "extend": ("--by", "1h", "--yes"),
    "complete": ("--yes",),
    "cancel": ("--yes",),
    "correct": ("--title", "Kern", "--yes"),
    "withdraw": ("--yes",),
    "resume": (),
    "resolve": ("feed", "--resend"),
    "gate": ("--", "/bin/true"),
    "config": ("show",),
    "templates": ("list",),
    "drill": ("--yes",),
    "feed": ("build",),
    "ledger": ("check",),
}
"""What is typed behind a verb; nothing for the others."""
UNCONFIGURED = {"init", "sandbox", "completion"}
"""Verbs that read no configuration."""
LOOKING = {"windows", "channels", "config", "templates", "drill"}
"""Verbs that need no ledger of the user's own; a drill has its own."""

CONFIG = """\
windows = []

[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
ledger = "sqlite:///state/ledger.db"
contact = "+49 30 1"
links = { Impressum = "https://example.net/" }

[services.vps]
name = "VPS"

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""

LOOP = """
import contextlib, io, json, sys
from publisher.cli.app import run
found = {}
for verb, words in json.loads(sys.argv[1]).items():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run([*sys.argv[2:], verb, *words])
    found[verb] = [code, out.getvalue(), err.getvalue()]
print(json.dumps(found))
"""
"""Calls every verb in one process, which saves its start."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "house"
    place.mkdir()
    (place / "announce.toml").write_text(CONFIG, encoding="utf-8")
    return place


def all_of(
    verbs: set[str], *options: str, within: tuple[str, ...] = (), home: Path | None = None, cwd: Path
) -> dict[str, tuple[int, str, str]]:
    """Exit code, stdout and stderr of each verb."""
    calls = {verb: CALLS.get(verb, ()) for verb in VERBS if verb in verbs}
    environ = ENVIRON | ({"HOME": str(home)} if home else {})
    done = subprocess.run(
        [*within, sys.executable, "-c", LOOP, json.dumps(calls), *options],
        capture_output=True,
        encoding="utf-8",
        stdin=subprocess.DEVNULL,
        env=environ,
        cwd=cwd,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return {verb: tuple(found) for verb, found in json.loads(done.stdout).items()}


def refuses(found: dict[str, tuple[int, str, str]], said: str) -> None:
    """Every verb is refused with these words and a cure, without a trace."""
    assert found
    for verb, (code, out, err) in found.items():
        assert code == 2, (verb, code, out, err)
        shown = " ".join(f"{out} {err}".split())
        assert said in shown, (verb, shown)
        assert "hint: " in shown or "; add " in shown, (verb, shown)
        assert "Traceback" not in shown, (verb, shown)


ALL = set(VERBS) - UNCONFIGURED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[publisher\nbrand = "CM', "line 1"),
        ("", "publisher"),
        ('[publisher]\nbrand = "CMO"\n', "reference_prefix"),
        (CONFIG + '[channels.blog]\ntype = "wordpress"\n', "channels.blog.base_url"),
        (CONFIG + "[channels.blog]\n", "channels.blog"),
        (CONFIG + '[channels.blog]\ntype = "wordpress"\nusername = "a\n', "line 20"),
    ],
    ids=["cut-off", "empty", "key-missing", "channel-without-keys", "channel-without-type", "string-open"],
)
def test_a_configuration_that_is_half_written(folder: Path, text: str, said: str) -> None:
    (folder / "announce.toml").write_text(text, encoding="utf-8")
    refuses(all_of(ALL, "--config", "announce.toml", home=folder, cwd=folder), said)


def test_a_folder_in_the_place_of_the_configuration(folder: Path) -> None:
    (folder / "announce.toml").unlink()
    (folder / "announce.toml").mkdir()
    refuses(all_of(ALL, "--config", "announce.toml", home=folder, cwd=folder), "is a folder")


def test_a_folder_in_the_place_of_the_ledger(folder: Path) -> None:
    (folder / "state" / "ledger.db").mkdir(parents=True)
    found = all_of(ALL, "--config", "announce.toml", home=folder, cwd=folder)
    refuses(
        {verb: ran for verb, ran in found.items() if verb not in LOOKING}, "is a folder, not a plain file"
    )
    assert {verb for verb, ran in found.items() if ran[0] == 0} == LOOKING


def test_a_folder_in_the_place_of_a_secret(folder: Path) -> None:
    """Nothing is sent, and `check` says which."""
    (folder / "secret").mkdir()
    keys = 'base_url = "http://127.0.0.1:9"\nusername = "announce"\npassword = { file = "secret" }\ntimeout = 1.0\n'
    (folder / "announce.toml").write_text(
        f'{CONFIG}\n[channels.blog]\ntype = "wordpress"\n{keys}', encoding="utf-8"
    )
    found = all_of({"urgent", "check"}, "--config", "announce.toml", home=folder, cwd=folder)
    refuses(found, "is not a regular file")


def held(*words: str) -> Callable[[Callable[[str], None]], tuple[str, ...]]:
    """A namespace of one's own, or the reason why there is none here."""

    def within(give_up: Callable[[str], None]) -> tuple[str, ...]:
        line = ("unshare", *words)
        if not shutil.which("unshare"):
            give_up("unshare is missing")
        tried = subprocess.run([*line, "true"], capture_output=True, encoding="utf-8", check=False)
        if tried.returncode:
            give_up(tried.stderr.strip()[:200])
        return line

    return within


no_home = held("--user", "--map-user=4242", "--map-group=4242")
"""As in a container that runs as a number: no HOME, and nobody of that number in passwd."""
mounting = held("-r", "-m")


def test_no_home_and_no_configuration(tmp_path: Path, give_up: Any) -> None:
    refuses(all_of(ALL, within=no_home(give_up), cwd=tmp_path), "there is no home folder to look in")
    words = {"init": ("--non-interactive", "--brand", "CMO")}
    ran = subprocess.run(
        [*no_home(give_up), sys.executable, "-m", "publisher", "init", *words["init"]],
        capture_output=True,
        encoding="utf-8",
        env=ENVIRON,
        cwd=tmp_path,
        check=False,
    )
    assert ran.returncode == 2
    assert "hint: name a file with --config FILE" in ran.stderr


def test_no_home_to_keep_the_ledger_in(folder: Path, give_up: Any) -> None:
    text = CONFIG.replace('ledger = "sqlite:///state/ledger.db"\n', "")
    (folder / "announce.toml").write_text(text, encoding="utf-8")
    found = all_of(ALL, "--config", "announce.toml", within=no_home(give_up), cwd=folder)
    looking = LOOKING - {"config"}
    refuses(
        {verb: ran for verb, ran in found.items() if verb not in looking},
        "publisher.ledger: is not set, and there is no home folder to keep it in"
        " hint: set HOME as it is where announcements are usually made",
    )
    assert {verb for verb, ran in found.items() if ran[0] == 0} == looking


def test_no_home_is_no_hindrance_where_everything_is_named(folder: Path, give_up: Any) -> None:
    """Nothing of announce's own needs one."""
    found = all_of(
        {"urgent", "list", "due"}, "--config", "announce.toml", within=no_home(give_up), cwd=folder
    )
    assert {verb: ran[0] for verb, ran in found.items()} == {"urgent": 0, "list": 0, "due": 0}, found


SPEAKING = {"urgent", "update", "extend", "complete", "cancel", "correct", "withdraw", "resolve", "feed"}
"""Verbs that write the ledger, or the site."""


def test_a_disk_that_cannot_be_written(folder: Path, give_up: Any) -> None:
    """What only looks still answers; what would write is refused before anything is sent."""
    options = ("--config", str(folder / "announce.toml"))
    began = all_of({"urgent"}, *options, home=folder, cwd=folder)
    assert began["urgent"][0] == 0, began
    line = f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}' && exec \"$@\""
    within = (*mounting(give_up), "sh", "-c", line, "sh")
    found = all_of(ALL - {"gate", "verify"}, *options, within=within, home=folder, cwd=folder)
    writing = {verb: ran for verb, ran in found.items() if verb in SPEAKING}
    for verb, (code, out, err) in writing.items():
        shown = " ".join(f"{out} {err}".split())
        assert code == 2, (verb, code, shown)
        assert "read-only" in shown, (verb, shown)
        assert "mount" in shown.partition("hint: ")[2], (verb, shown)
    for verb in ("check", "ledger"):
        assert found[verb][0] == 2, found[verb]
        assert "mount it for writing" in " ".join(found[verb][1].split()), found[verb]
    looked = {
        verb: ran[0] for verb, ran in found.items() if verb not in {*writing, "check", "ledger", "resume"}
    }
    assert set(looked.values()) == {0}, looked
    refuses({"resume": found["resume"]}, "its disk is read-only")


@pytest.mark.parametrize("verb", [*sorted(SPEAKING - {"resolve", "feed"}), "init", "drill"])
def test_nobody_is_there_to_be_asked(folder: Path, announce: Any, verb: str) -> None:
    """Without a terminal nothing waits for an answer that cannot come."""
    announce.config = folder / "announce.toml"
    if verb not in {"urgent", "init", "drill"}:
        assert announce("urgent", *CALLS["urgent"]).code == 0
    if verb == "complete":
        assert announce("update", "--begun", "--yes").code == 0
    words = [word for word in CALLS.get(verb, ()) if word != "--yes"]
    ran = announce(verb, *words)
    assert ran.code == 2, ran
    assert "hint: " in ran.stderr
    assert "--yes" in ran.stderr or "--non-interactive" in ran.stderr
