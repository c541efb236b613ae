"""`publisher.adapter` is what adapters are made of: its names are a promise, and cost nothing until they are used."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import publisher.adapter
import publisher.adapter.said

ROOT = Path(__file__).parents[2]

PROMISED = {
    "publisher.adapter": """
        Adopting Amending Api BadCredentials BaseUrl Building Built ByHand Capabilities ChangedByHand Channel
        ChannelError ChannelSettings Context Count DRILL_SETTLE Draft Finding Format Gone GroupedSecret Identity
        InputFault LONGEST_WAIT Locating NotSent OnUnknown Permission Pinging Post Reach Receipt Refreshing
        Rejected Secret Served Shown SiteUrl Staging Templated UNCACHED Unknown UrlFault Withdrawing Words
        ahead_of checked_link checked_url digest ending error_for identified insist_on_public is_about is_page
        json_beside json_of link_in looked media_type nearest not_ours one_line original ours_among pages quoted
        raise_for_redirect readable require_fresh retry_after said_before said_by spoken talk_in unread
""",
    "publisher.adapter.said": """
        Announcement Impact Kind Localized Origin Period Phase SPECIMENS Said Service Snapshot Told Update Window
        added_services called_off case_of corrected_facts flattened in_language is_first_of_many is_worse overrun
        was_missing with_promise
""",
}
"""A name that is missing here is new: add it. One that is gone breaks other people's adapters: see docs/adapters.md."""

FACES = [publisher.adapter, publisher.adapter.said]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_the_names_are_those_that_were_promised(face):
    assert sorted(face.__all__) == sorted(PROMISED[face.__name__].split())


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.__name__)
def test_every_name_leads_to_something_that_is_explained(face):
    for name in face.__all__:
        value = getattr(face, name)
        assert value is getattr(face, name)
        assert not isinstance(value, type) or value.__doc__, name


def test_a_name_that_there_is_not_is_refused():
    with pytest.raises(AttributeError, match=r"'publisher\.adapter' has no attribute 'Channels'"):
        publisher.adapter.Channels  # noqa: B018
    with pytest.raises(ImportError):
        exec("from publisher.adapter import Channels")  # noqa: S102


def _modules_after(*lines: str) -> set[str]:
    program = "\n".join(["import sys", *lines, "print(*sys.modules)"])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_the_face_alone_loads_nothing():
    ours = {name for name in _modules_after("import publisher.adapter") if name.startswith("publisher")}
    assert ours == {"publisher", "publisher.adapter", "publisher.adapter.names"}


def test_the_contract_loads_nothing_that_only_sending_needs():
    names = ", ".join(sorted(set(publisher.adapter.__all__) - {"BaseUrl", "SiteUrl"}))
    assert not {"requests", "urllib3", "asyncio"} & _modules_after(f"from publisher.adapter import {names}")


ADAPTERS = sorted((ROOT / "channels" / "announce_channels").rglob("*.py"))


@pytest.mark.parametrize("file", ADAPTERS, ids=lambda file: str(file.relative_to(ROOT)))
def test_an_adapter_imports_nothing_else_of_ours(file):
    """import-linter says it of modules; here it is said of every import, with the line."""
    others = [
        f"line {node.lineno}: {node.module}"
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").partition(".")[0] == "publisher"
        and node.module not in PROMISED
    ]
    assert others == []


def test_the_page_on_adapters_names_the_kit():
    page = (ROOT / "docs" / "adapters.md").read_text(encoding="utf-8")
    homes = (
        "publisher.adapter.api",
        "publisher.adapter.matching",
        "publisher.adapter.documents",
        "publisher.model.wholeness",
    )
    values = {name: getattr(publisher.adapter, name) for name in publisher.adapter.__all__}
    kit = [name for name, value in values.items() if getattr(value, "__module__", "") in homes]
    assert len(kit) > 8
    assert [name for name in kit if f"`{name}" not in page] == []
