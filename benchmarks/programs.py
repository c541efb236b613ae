"""The programs that are compared: announce, Apprise, and the floor beneath announce."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Protocol

from benchmarks.process import Command

HOME = Path(sys.prefix) / "benchmarks"
"""Everything the benchmarks keep: inside the virtual environment, so on one disk with the checkout and ignored."""

AUTHORITY = HOME / "authority"
"""The certificates of `benchmarks.authority`."""

APPRISE_SCHEMES = {"http": "json", "https": "jsons"}

SEND = ("urgent", "--preset", "kernel", "--start", "+2h", "--anyway", "--again", "benchmark")


class Program(Protocol):
    """Something that is run many times, each time from the same state."""

    def prepared(self, folder: Path, url: str) -> Command:
        """Put the state into an empty folder; ``url`` is the server's. Called before every run."""
        ...


class Announce:
    """``announce urgent`` with a configuration of its own, on a ledger that holds an earlier announcement."""

    def __init__(self, channels: str, *, posts: int, feed: bool = False) -> None:
        """``channels`` as TOML, with ``{url}`` where the server's address goes."""
        self._channels = channels
        self._posts = posts
        self._feed = feed
        self._state: Path | None = None

    def prepared(self, folder: Path, url: str) -> Command:
        if self._state:
            shutil.copytree(self._state, folder, dirs_exist_ok=True)
        else:
            text = CONFIGURATION.replace("{url}", url) + self._channels.replace("{url}", url)
            (folder / "announce.toml").write_text(text, encoding="utf-8")
        return Command(
            words=[
                announce(),
                "--config",
                str(folder / "announce.toml"),
                *SEND,
                "--yes",
            ],
            environ=environ(folder, trust=trusted()),
            posts=self._posts,
            written=folder / "public/rss.xml" if self._feed else None,
        )

    def keep(self, folder: Path, state: Path) -> None:
        """Begin every further run with what the first one has left in the folder."""
        if self._state is None:
            shutil.copytree(folder, state)
            self._state = state


class DryRun:
    """The same with ``--dry-run``."""

    def __init__(self, announce: Announce) -> None:
        self._announce = announce

    def prepared(self, folder: Path, url: str) -> Command:
        *words, _ = self._announce.prepared(folder, url).words
        return Command(words=[*words, "--dry-run"], environ=environ(folder))

    def keep(self, folder: Path, state: Path) -> None:
        """Where no run that sends came before: the compiled templates at least."""
        self._announce.keep(folder, state)


class Apprise:
    """Apprise's command line with as many ``json://`` targets."""

    def __init__(self, targets: int, *, dry_run: bool = False) -> None:
        self._targets = targets
        self._dry_run = dry_run

    def prepared(self, folder: Path, url: str) -> Command:
        scheme, _, place = url.partition("://")
        targets = [f"{APPRISE_SCHEMES[scheme]}://{place}/hook/{number}" for number in range(self._targets)]
        dry_run = ["--dry-run"] if self._dry_run else []
        words = [str(apprise_environment() / "bin/apprise"), *dry_run, "-t", TITLE, "-b", BODY, *targets]
        variables = environ(folder, trust=AUTHORITY / "bundle.pem")
        return Command(words=words, environ=variables, posts=0 if self._dry_run else self._targets)


class Bare:
    """A Python program that does nothing but import, and leaves as announce does."""

    def __init__(self, imports: str) -> None:
        self._imports = imports

    def prepared(self, folder: Path, url: str) -> Command:
        words = [str(announce_environment() / "bin/python"), "-c", f"{self._imports}\nimport os\nos._exit(0)"]
        return Command(words=words, environ=environ(folder))


class BareRequests:
    """What requests itself takes: a thread a target, one session, nothing recorded, nobody told."""

    def __init__(self, targets: int) -> None:
        self._targets = targets

    def prepared(self, folder: Path, url: str) -> Command:
        targets = [f"{url}/hook/{number}" for number in range(self._targets)]
        words = [str(announce_environment() / "bin/python"), "-c", BARE_REQUESTS, BODY, *targets]
        return Command(words=words, environ=environ(folder), posts=self._targets)


class Help:
    """``announce --help``."""

    def prepared(self, folder: Path, url: str) -> Command:
        return Command(words=[announce(), "--help"], environ=environ(folder))


def apprise_environment() -> Path:
    """The environment that Apprise has for itself; made at the first call."""
    folder = HOME / "apprise"
    with _alone():
        if not (folder / "bin/apprise").exists():
            _install(folder, "apprise")
    return folder


def announce() -> str:
    """The command, as a user has it."""
    return str(announce_environment() / "bin/announce")


@cache
def announce_environment() -> Path:
    """The environment that announce has for itself, as a user installs it, with the code as it is now."""
    folder, here = HOME / "announce", str(Path(__file__).parents[1])
    with _alone():
        _install(folder, here)  # again where it is there: the code may be another one, and need something new
    return folder


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: the tests of the benchmarks run in several."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _install(folder: Path, *what: str) -> None:
    print(f"installing {what[-1]} into an environment of its own …", file=sys.stderr)
    if not folder.exists():
        venv.create(folder, with_pip=True)
    pip = [str(folder / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *what], check=True)


def trusted() -> Path:
    """What announce finds its authorities in: hashed names where the system has them."""
    store = AUTHORITY / "store"
    return store if store.exists() else AUTHORITY / "bundle.pem"


def authorities() -> Path:
    """The file that requests brings along, in the environment of Apprise."""
    python = apprise_environment() / "bin/python"
    done = subprocess.run([python, "-m", "certifi"], check=True, capture_output=True, text=True)
    return Path(done.stdout.strip())


def environ(folder: Path, *, trust: Path | None = None) -> dict[str, str]:
    """The same few variables for all: no proxies, no configuration of the person who measures.

    ``trust``: where the authorities are.
    """
    named = {"REQUESTS_CA_BUNDLE": str(trust)} if trust else {}
    return named | {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ANNOUNCE_BENCHMARK_SECRET": "1234567890-benchmark",
    }


def hook_channels(number: int) -> str:
    """So many channels of one request each, to the address that Apprise's ``json://`` targets have."""
    return "".join(HOOK.replace("{number}", str(index)) for index in range(number))


def in_two_languages(channels: str) -> str:
    """Both in one post where there is room for them; the feed speaks the other one, as its readers do."""
    for name, locale in {
        "blog": '["de", "en"]',
        "customer-center": '["de", "en"]',
        "facebook": '["de", "en"]',
        "feed": '"en"',
    }.items():
        channels = channels.replace(f"[channels.{name}]", f"[channels.{name}]\nlocale = {locale}")
    return channels


TITLE = "Kritische Sicherheitslücke im Betriebssystem"

BODY = """Dringende Wartung: VPS-Hosting
Beginn: Mo., 23. November 2026, 22:30 Uhr MEZ
Ende: Mo., 23. November 2026, 23:30 Uhr MEZ
Referenz: CMO-7K3M
Mehr: https://status.example.net/CMO-7K3M/"""
"""About what announce writes for Facebook."""

CONFIGURATION = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
locale = "de"
timezone = "Europe/Berlin"
permalink = "https://status.example.net/{ref}/"
ledger = "sqlite:///ledger.db"

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[presets.kernel]
services = ["vps"]
duration = "1h"
title = { de = "Kritische Sicherheitslücke im Betriebssystem", en = "Critical operating-system vulnerability" }
"""

FACEBOOK = """
[channels.facebook]
type = "facebook"
base_url = "{url}/facebook"
page_id = "1234567890"
access_token = { env = "ANNOUNCE_BENCHMARK_SECRET" }
graph_version = "v26.0"
"""

HOOK = """
[channels.hook-{number}]
type = "http"
base_url = "{url}/hook/{number}"
format = "text"

[channels.hook-{number}.publish]
path = "/"
json = { title = "{{ title }}", message = "{{ body }}", type = "info" }
"""

FIVE_CHANNELS = f"""
[channels.blog]
type = "wordpress"
base_url = "{{url}}/wordpress"
username = "announce"
password = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}

[channels.customer-center]
type = "whmcs"
base_url = "{{url}}/whmcs"
identifier = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}
secret = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}
{FACEBOOK}
[channels.twitter]
type = "twitter"
base_url = "{{url}}/twitter"
consumer_key = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}
consumer_secret = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}
access_token = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}
access_token_secret = {{ env = "ANNOUNCE_BENCHMARK_SECRET" }}

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""

BARE_REQUESTS = """
import os, sys, threading, requests
session = requests.Session()
def post(url): session.post(url, json={"text": sys.argv[1]}).raise_for_status()
threads = [threading.Thread(target=post, args=(url,)) for url in sys.argv[2:]]
for thread in threads: thread.start()
for thread in threads: thread.join()
os._exit(0)
"""

FLOOR_HELP = "import typer"

FLOOR_LIST = f"""{FLOOR_HELP}
import sqlite3, tomllib, zoneinfo
from pydantic import BaseModel, TypeAdapter
class Model(BaseModel): # pydantic imports most of itself when it builds the first one
    name: str
"""

FLOOR_DRY_RUN = f"""{FLOOR_LIST}
import babel.dates, jinja2.sandbox
"""

FLOOR_SENDING = f"""{FLOOR_DRY_RUN}
import requests, facebook, tweepy, feedgen.feed
"""
