"""The packaged presets: at home where `announce init` takes them from, and the same ones in the sandbox's example."""

from __future__ import annotations

import tomllib
from pathlib import Path

from publisher.runbook.setup import presets

ROOT = Path(__file__).parents[2]


def test_the_sandboxs_example_has_the_packaged_presets() -> None:
    """Word for word, comments included: what is rehearsed is what a new team gets."""
    example = (ROOT / "channels" / "announce_sandbox" / "example.toml").read_text(encoding="utf-8")
    packaged = presets()
    assert list(packaged) == list(tomllib.loads(example)["presets"])
    assert [name for name, text in packaged.items() if text not in example] == []


def test_each_is_toml_by_itself() -> None:
    assert all(list(tomllib.loads(text)["presets"]) == [name] for name, text in presets().items())
