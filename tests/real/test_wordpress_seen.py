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
        why = unseen.json["channels"][0]["why"]
        assert why.startswith("strangers find nothing there (404); it is there and not public: a draft, "), (
            change
        )
    site.by_hand("POST", f"posts/{row['remote_id']}", status="publish", date_gmt="2026-01-01T00:00:00")
    assert announce("verify").code == 0
    site.by_hand("POST", f"posts/{row['remote_id']}", content="<p>anything else</p>")
    assert "cannot read" in announce("verify").stdout
    site.by_hand("DELETE", f"posts/{row['remote_id']}")
    trashed = announce("verify", "--json")
    assert (trashed.code, trashed.json["channels"][0]["why"]) == (7, why), (
        "the trash is no other answer to strangers"
    )
    site.by_hand("DELETE", f"posts/{row['remote_id']}&force=true")
    gone = announce("verify", "--json")
    assert (gone.code, gone.json["channels"][0]["why"]) == (
        7,
        "strangers find nothing there (404); it was deleted",
    )


def test_a_published_post_is_seen_in_every_phase_by_its_own_words(site: Site, tmp_path: Path) -> None:
    """WordPress changes quotes and dashes; of what is cancelled, or over, start and end are as they were."""
    user, password = site.users("author")
    config = tmp_path / "announce.toml"
    config.write_text("windows = []\n" + CONFIG.format(url=site.url, user=user), encoding="utf-8")
    (tmp_path / "password").write_text(password, encoding="utf-8")
    (tmp_path / "password").chmod(0o600)
    announce = Command(config, tmp_path / "home")
    told = announce("urgent", "„Kernel“-Lücke – 'dringend' & \"neu\"", *URGENT).json
    (row,) = told["deliveries"]
    before = site.by_hand("GET", f"posts/{row['remote_id']}&context=edit")["content"]["raw"]
    text = "Wir sind „fast“ fertig -- noch 3x5 Server... und (c) 'einer'."
    for more in (("update", text), ("complete", 'Die Arbeiten sind ohne "Ausfall" zu Ende gegangen.')):
        assert announce(*more, "--verify", "--yes").code == 0, more
    site.by_hand("POST", f"posts/{row['remote_id']}", content=before)
    stale = announce("verify", told["ref"], "--json")
    assert stale.code == 7
    assert stale.json["channels"][0]["why"].startswith("strangers ")
