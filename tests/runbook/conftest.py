"""The parts of a run, configured for the sandbox: real adapters over real sockets, and no terminal."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from announce_sandbox import Sandbox, start, write_example
from publisher.adapter import registry
from publisher.ledger import Ledger, open_ledger
from publisher.model.announcement import Announcement, Kind, Period, Phase, Service, Update
from publisher.model.delivery import Delivery
from publisher.model.outgoing import Fingerprint, Outgoing
from publisher.model.post import Format, Post
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load
from tests.runbook.desks import ListedDesk

REF = "CMO-7K3M"
NOW = datetime.now(UTC).replace(microsecond=0)

CONFIG = """
windows = []

[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
locale = "de"
timezone = "Europe/Berlin"
ledger = "sqlite:///ledger.db"
{templates}
[services.vps]
name = {{ de = "VPS-Hosting", en = "VPS hosting" }}
"""

CHANNEL = """
[channels.{name}]
type = "http"
base_url = "{url}"
auth = {{ kind = "bearer", token = {{ file = "token" }} }}
settle = 0.1
{more}
[channels.{name}.publish]
path = "/news"
json = {{ title = "{{{{ title }}}}", body = "{{{{ body }}}}" }}
"""


PAGE = """
[channels.{name}]
type = "facebook"
base_url = "{url}"
page_id = "1234567890"
access_token = {{ file = "page-token" }}
graph_version = "v26.0"
{more}
"""


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start() as running:
        yield running


@pytest.fixture
def configured(tmp_path: Path, sandbox: Sandbox) -> Path:
    """A configuration without maintenance windows, so that no test depends on the day."""
    path = write_example(tmp_path / "etc", sandbox)
    head, *tables = path.read_text().split("[[windows]]")
    text = "windows = []\n" + head + tables[-1].split("\n\n", 1)[1]
    path.write_text(text.replace('type = "wordpress"', 'type = "wordpress"\nsettle = 0.1'))
    return path


@pytest.fixture
def assembly(configured: Path) -> Assembly:
    return Assembly(load(configured, registry.settings_for), {"NO_PROXY": "*"})


@pytest.fixture
def ledger(assembly: Assembly) -> Iterator[Ledger]:
    """The same ledger as the procedures', opened beside them."""
    with open_ledger(assembly.ledger_path, write=True) as opened:
        yield opened


# --- a few channels of our own, and what a killed run left on them ---


@pytest.fixture
def desk() -> type[ListedDesk]:
    return ListedDesk


@pytest.fixture
def assemble(tmp_path: Path, sandbox: Sandbox) -> Iterator[Callable[..., Assembly]]:
    """The parts of a run with these channels, each with more settings: Facebook pages where they are called so."""
    factory = logging.getLogRecordFactory()
    secrets = {
        "token": sandbox.credentials["http"]["token"],
        "page-token": sandbox.credentials["facebook"]["access_token"],
    }
    for name, value in secrets.items():
        (tmp_path / name).write_text(value, encoding="utf-8")
        (tmp_path / name).chmod(0o600)

    def made(**channels: str) -> Assembly:
        templates = 'templates = "mine"' if (tmp_path / "mine").exists() else ""
        tables = [
            (PAGE if _type(name) == "facebook" else CHANNEL).format(
                name=name, url=sandbox.base_url(_type(name)), more=more
            )
            for name, more in channels.items()
        ]
        path = tmp_path / "announce.toml"
        path.write_text(CONFIG.format(templates=templates) + "".join(tables), encoding="utf-8")
        return Assembly(load(path, registry.settings_for))

    yield made
    logging.setLogRecordFactory(factory)


def _type(channel: str) -> str:
    return "facebook" if channel.startswith("page") else "http"


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Ledger]:
    """The ledger of that run, opened beside it."""
    with open_ledger(tmp_path / "ledger.db", write=True) as opened:
        yield opened


@pytest.fixture
def announced(record: Ledger) -> Callable[..., tuple[Delivery, ...]]:
    """Record a first update, as a run that was killed before it sent anything."""

    def recorded(
        *channels: str, ref: str = REF, starts: timedelta = timedelta(hours=2)
    ) -> tuple[Delivery, ...]:
        said = _first(ref, starts, published=NOW + timedelta(seconds=record.count()))
        outgoing = [Outgoing(_post(said, channel), type=_type(channel)) for channel in channels]
        return record.add(said, outgoing, Fingerprint(ref, said.published_at - timedelta(days=1)), again=None)

    return recorded


def _first(ref: str, starts: timedelta, published: datetime) -> Update:
    announcement = Announcement(
        ref=ref,
        title={"de": f"Wartung {ref}"},
        services=(Service(key="vps", name={"de": "VPS"}),),
        period=Period(NOW + starts, NOW + starts + timedelta(hours=4)),
    )
    return Update(
        number=1, kind=Kind.INITIAL, phase=Phase.SCHEDULED, announcement=announcement, published_at=published
    )


def _post(said: Update, channel: str) -> Post:
    ref = said.announcement.ref
    return Post(
        ref=ref,
        update=1,
        kind=Kind.INITIAL,
        channel=channel,
        locale="de",
        format=Format.TEXT,
        title="Titel",
        body=f"Wartung {ref}",
        slug=ref.lower(),
        published_at=said.published_at,
    )
