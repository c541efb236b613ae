"""A real configuration, ledger and templates, in which plans are made."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.adapter import registry
from publisher.ledger import Ledger, open_ledger
from publisher.planning.plan import Means
from publisher.runbook.assembly import Assembly
from publisher.settings.config import Config, load

CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
permalink = "https://status.example.net/{ref}/?name={slug}"

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[services.mail]
name = "Mail"

[presets.kernel]
services = ["vps"]
duration = "1h"
title = { de = "Lücke", en = "Hole" }

[channels.blog]
type = "wordpress"
base_url = "https://blog.example.net"
username = "a"
updates = "both"
password = { env = "A" }

[channels.twitter]
type = "twitter"
locale = "en"
consumer_key = { env = "A" }
consumer_secret = { env = "A" }
access_token = { env = "A" }
access_token_secret = { env = "A" }
"""


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG)
    return load(path, registry.settings_for)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with open_ledger(tmp_path / "ledger.db", write=True) as opened:
        yield opened


@pytest.fixture
def means(config: Config, ledger: Ledger) -> Means:
    return Assembly(config).means(ledger)
