"""F3: feed readers keep what they have; the preview says so, and an item tells them, unless it is done silently."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import feedparser
import pytest

from announce_sandbox import Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--start", "+2h", "--duration", "1h")


@pytest.mark.parametrize(
    ("more", "says"), [((), "a new item says it is withdrawn"), (("--silent",), "nothing")]
)
def test_who_subscribes_to_the_feed_is_told_unless_silently(
    announce: Any, sandbox: Sandbox, more: tuple[str, ...], says: str
) -> None:
    rss = Path(announce.config).parent / "public/rss.xml"
    ref = announce(*URGENT, "--only", "feed", "--only", "blog", "--yes", "--json").json["ref"]

    seen = announce("withdraw", ref, *more, "--dry-run")
    assert "feed: feed readers keep what they have" in seen.stdout
    assert says in seen.stdout
    assert "blog: feed readers" not in seen.stdout
    assert "Kernel-Lücke" in rss.read_text()

    assert announce("withdraw", ref, *more, "--yes").code == 0
    titles = [entry.title for entry in feedparser.parse(rss.read_bytes()).entries]
    assert titles == ([] if more else [f"[Zurückgezogen] {ref}"])
    assert announce("feed", "build").stdout.endswith(" 0 written\n")
