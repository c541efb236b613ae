"""The whole life of announcements on a real WordPress in odd health: notices, a cache of reads and no trash at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.real.test_wordpress import Site, site
from tests.real.test_wordpress_odd import CACHE, TALK, configured
from tests.system.conftest import Command

__all__ = ["site"]

pytestmark = pytest.mark.real

CONFIG = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"
locale = "de"
timezone = "Europe/Berlin"
ledger = "sqlite:///ledger.db"

[services.vps]
name = {{ de = "VPS-Hosting", en = "VPS hosting" }}

[channels.blog]
type = "wordpress"
base_url = "{url}"
username = "{user}"
password = {{ file = "password" }}
"""
URGENT = ("--service", "vps", "--start", "now", "--duration", "1h", "--yes", "--json")


@pytest.fixture
def announce(site: Site, tmp_path: Path) -> Iterator[Command]:
    """The command with that blog and nothing else, while the blog is in its odd health."""
    user, password = site.users("author")
    config = tmp_path / "announce.toml"
    config.write_text("windows = []\n" + CONFIG.format(url=site.url, user=user), encoding="utf-8")
    (tmp_path / "password").write_text(password, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    with configured(site, "define('EMPTY_TRASH_DAYS', 0);"), site.plugin(TALK["notice"] + CACHE):
        yield Command(config, tmp_path / "home")


def test_the_whole_life_runs(announce: Any, site: Site, visitor: Any) -> None:
    """Every verb ends with 0, and readers find what was said last; what was withdrawn is gone for them."""
    assert announce("check").code == 0

    first = announce("urgent", "Kernel-Lücke", *URGENT)
    assert first.code == 0, first
    ref, (row,) = first.json["ref"], first.json["deliveries"]

    for words, read in (
        (("update", "Die Hälfte ist zurück."), "Die Hälfte ist zurück."),
        (("extend", "--by", "30m", "Eine Platte fehlt noch."), "Eine Platte fehlt noch."),
        (("correct", "--title", "Kernel-Lücke geschlossen"), "Kernel-Lücke geschlossen"),
        (("complete", "Alles läuft wieder."), "Alles läuft wieder."),
    ):
        ran = announce(*words, "--yes", "--json")
        assert ran.code == 0, ran
        assert read in visitor.get(row["url"], timeout=10).text
    assert announce("due").code == 0

    other = announce("urgent", "Zweite Lücke", *URGENT).json
    (second,) = other["deliveries"]
    assert second["remote_id"] != row["remote_id"]
    assert announce("withdraw", other["ref"], "--yes", "--json").code == 0
    assert visitor.get(second["url"], timeout=10).status_code == 404
    assert announce("withdraw", other["ref"], "--yes").code == 2, "nothing stands there any more"
    assert announce("due").code == 0
    assert announce("list", "--open", "--json").json["announcements"] == []
    assert visitor.get(row["url"], timeout=10).status_code == 200
    assert ref in visitor.get(row["url"], timeout=10).text
