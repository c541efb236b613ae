"""The status sites, made anew and served."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.adapter import registry
from publisher.ledger import Ledger
from publisher.model.errors import Refused
from publisher.planning.initial_request import InitialTyped
from publisher.runbook.assembly import Assembly
from publisher.runbook.feed import build, served
from publisher.runbook.first import announce
from publisher.settings.config import load
from tests.runbook.desks import ListedDesk


def test_what_was_deleted_by_hand_comes_back(assembly: Assembly, ledger: Ledger) -> None:
    typed = InitialTyped(preset="kernel", start="+2h", only=("feed",), yes=True)
    assert announce(assembly, typed, {}, ListedDesk(yes=True)) == 0
    site, folder = served(assembly.config, None)
    assert "://" not in site.directory
    (folder / "rss.xml").unlink()
    [built] = build(assembly, ListedDesk(), adopt=False).values()
    assert built.written == 1
    assert (folder / "rss.xml").exists()


def without_feed(configured: Path) -> Assembly:
    text = configured.read_text(encoding="utf-8")
    configured.write_text(text.replace('type = "feed"', 'type = "feed"\nenabled = false'), encoding="utf-8")
    return Assembly(load(configured, registry.settings_for))


def test_without_a_channel_that_can_be_built_that_is_said(configured: Path) -> None:
    with pytest.raises(Refused, match="no channel that can be built"):
        build(without_feed(configured), ListedDesk(), adopt=False)


def test_which_folder_is_served_must_be_clear(assembly: Assembly) -> None:
    with pytest.raises(Refused, match="which folder is to be served"):
        served(assembly.config, "blog")
