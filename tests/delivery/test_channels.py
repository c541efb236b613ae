"""The configured channels: what is known of each without asking it, and its adapter, made late and once."""

from __future__ import annotations

from pathlib import Path

import pytest

from announce_sandbox import start, write_example
from publisher.adapter import registry
from publisher.delivery.channels import Channels
from publisher.model.errors import Refused
from publisher.model.post import Reach
from publisher.runbook.assembly import Assembly
from publisher.settings.config import load


@pytest.fixture
def configured(tmp_path: Path) -> Path:
    with start() as sandbox:
        return write_example(tmp_path / "etc", sandbox)


def channels(path: Path, old: str = "", new: str = "") -> Channels:
    """Those of the example, with one change."""
    path.write_text(path.read_text().replace(old, new, 1))
    return Assembly(load(path, registry.settings_for), {"NO_PROXY": "*"}).channels


def test_a_channel_that_is_switched_off_or_unknown_is_not_open(configured: Path) -> None:
    found = channels(configured, 'type = "whmcs"', 'type = "whmcs"\nenabled = false')
    assert found.is_open("blog")
    assert not found.is_open("customer-center")
    assert not found.is_open("fax")
    assert "blog" in found.open
    assert "customer-center" not in found.open


def test_a_channel_speaks_its_own_language_or_the_publishers(configured: Path) -> None:
    found = channels(configured, 'type = "whmcs"', 'type = "whmcs"\nlocale = "en"')
    assert (found.locale("blog"), found.locale("customer-center")) == ("de", "en")


def test_an_adapter_is_made_once(configured: Path) -> None:
    found = channels(configured)
    assert found.adapter("blog") is found.adapter("blog")
    assert found.adapter("blog") is not found.adapter("customer-center")


@pytest.mark.parametrize("wanted", Reach)
def test_updates_that_a_platform_cannot_do_are_refused(configured: Path, wanted: Reach) -> None:
    found = channels(configured, 'type = "twitter"', f'type = "twitter"\nupdates = "{wanted}"')
    if wanted is Reach.NEW:
        assert found.updates("twitter") is Reach.NEW
    else:
        with pytest.raises(Refused, match=r"channels\.twitter\.updates"):
            found.updates("twitter")


def test_terms_are_the_platforms_unless_configured(configured: Path) -> None:
    plain = channels(configured)
    can = plain.capabilities("blog")
    terms = plain.terms("blog")
    assert (terms.staged, terms.lookup, terms.settle) == (can.staged, can.lookup, can.settle)
    changed = channels(configured, 'type = "wordpress"', 'type = "wordpress"\nsettle = 7')
    assert changed.terms("blog").settle == 7
