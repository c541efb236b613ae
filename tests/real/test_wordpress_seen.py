"""What strangers see of a post on a real WordPress, whatever somebody did to it there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.real.test_wordpress import Site, site
from tests.real.test_wordpress_life import CONFIG, URGENT
from tests.system.conftest import Command

__all__ = ["site"]

pytestmark = pytest.mark.real

LATER = "2036-01-01T00:00:00"


def test_a_post_that_is_not_public_any_more_is_missed(site: Site, tmp_path: Path) -> None:
    user, password = site.users("author")
    config = tmp_path / "announce.toml"
    config.write_text("windows = []\n" + CONFIG.format(url=site.url, user=user), encoding="utf-8")
    (tmp_path / "password").write_text(password, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    announce = Command(config, tmp_path / "home")
    (row,) = announce("urgent", "Kernel-Lücke", *URGENT).json["deliveries"]
    assert announce("verify").code == 0
    changes: tuple[dict[str, Any], ...] = (
        {"status": "private"},
        {"status": "draft"},
        {"status": "future", "date_gmt": LATER},
    )
    for change in changes:
        site.by_hand("POST", f"posts/{row['remote_id']}", **change)
        unseen = announce("verify", "--json")
        assert (unseen.code, unseen.json["visible"]) == (7, False), change
        assert "strangers find nothing there (404)" in unseen.json["channels"][0]["why"]
    site.by_hand("POST", f"posts/{row['remote_id']}", status="publish", date_gmt="2026-01-01T00:00:00")
    assert announce("verify").code == 0
    site.by_hand("POST", f"posts/{row['remote_id']}", content="<p>anything else</p>")
    assert "cannot read" in announce("verify").stdout
    site.by_hand("DELETE", f"posts/{row['remote_id']}")
    assert announce("verify").code == 7
