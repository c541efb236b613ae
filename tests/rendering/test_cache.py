"""Compiled templates between runs: the same texts as without, and never a reason for a run to fail."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from publisher.model.post import Capabilities, Format, Post
from publisher.model.specimen import SPECIMENS
from publisher.rendering import cache as kept
from publisher.rendering.engine import Engine
from publisher.rendering.renderer import Renderer
from publisher.settings.paths import cache_folder

FORMATS = [Capabilities(format=form) for form in Format]

Own = dict[str, str]


def posts(cache: Path | None, own: Path | None = None, locale: str = "de") -> list[Post]:
    renderer = Renderer([own] if own else [], brand="CMO", zone=ZoneInfo("Europe/Berlin"), cache=cache)
    return [
        renderer.post(said, channel="x", type_name="y", locale=locale, capabilities=capabilities)
        for said in SPECIMENS
        for capabilities in FORMATS
    ]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "caches" / "announce"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the templates that have been compiled."""
    names: list[str] = []
    compiling = Engine.compile

    def noted(self: Engine, source: Any, name: str | None = None, *rest: Any, **more: Any) -> Any:
        names.append(str(name))
        return compiling(self, source, name, *rest, **more)

    monkeypatch.setattr(Engine, "compile", noted)
    return names


def entries(cache: Path) -> list[Path]:
    return sorted(cache.iterdir())


@pytest.mark.parametrize("locale", ["de", "en", "de_AT"])
def test_a_second_run_compiles_nothing_and_says_the_same(
    cache: Path, compiled: list[str], locale: str
) -> None:
    without = posts(None, locale=locale)
    first = posts(cache, locale=locale)
    compiled.clear()
    assert posts(cache, locale=locale) == first == without
    assert compiled == []
    assert len(entries(cache)) == len(FORMATS)


def test_what_is_kept_is_for_this_user_alone(cache: Path) -> None:
    posts(cache)
    assert [path.stat().st_mode & 0o777 for path in (cache.parent, cache)] == [0o700, 0o700]


def test_the_templates_are_kept_and_no_value(cache: Path) -> None:
    renderer = Renderer(brand="BRAND-7", zone=ZoneInfo("Europe/Berlin"), cache=cache)
    said = replace(SPECIMENS[0], announcement=replace(SPECIMENS[0].announcement, title={"und": "TITLE-7"}))
    for capabilities in FORMATS:
        made = renderer.post(said, channel="x", type_name="y", locale="de", capabilities=capabilities)
        assert "TITLE-7" in made.title + made.body
    kept = b"".join(path.read_bytes() for path in entries(cache))
    assert kept
    assert not any(value in kept for value in (b"BRAND-7", b"TITLE-7", said.announcement.ref.encode()))


# --- what makes an entry worthless --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda kept: b"",
        lambda kept: kept[:20],
        lambda kept: kept[:-1],
        lambda kept: kept[:200] + bytes([kept[200] ^ 1]) + kept[201:],
        lambda kept: bytes([kept[0] ^ 1]) + kept[1:],
        lambda kept: os.urandom(5_000),
    ],
    ids=["empty", "short", "cut off", "a bit in the code", "a bit in the seal", "noise"],
)
def test_a_damaged_entry_is_compiled_anew_and_mended(
    cache: Path, compiled: list[str], damage: Callable[[bytes], bytes]
) -> None:
    first = posts(cache)
    for path in entries(cache):
        path.write_bytes(damage(path.read_bytes()))
    compiled.clear()
    assert posts(cache) == first
    assert len(compiled) == len(FORMATS)
    compiled.clear()
    assert posts(cache) == first
    assert compiled == []


def test_an_entry_that_is_no_file_is_left_alone(cache: Path) -> None:
    first = posts(cache)
    for path in entries(cache):
        path.unlink()
        path.mkdir()
    assert posts(cache) == first


def test_a_changed_template_is_compiled_anew_in_the_same_place(cache: Path, tmp_path: Path) -> None:
    own, text = tmp_path / "own", "{% block title %}T{% endblock %}{% block body %}{{ ref }} {{ period }}"
    (own / "de").mkdir(parents=True)
    for word in ("one", "two"):
        (own / "de" / "x.txt").write_text(f"{text} {word}{{% endblock %}}")
        assert posts(cache, own)[1].body.endswith(word)
    assert len(entries(cache)) == len(FORMATS)


@pytest.mark.parametrize("maker", ["__version__", "jinja2", "almanac.py"])
def test_after_an_upgrade_everything_is_compiled_anew(
    cache: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch, maker: str
) -> None:
    first = posts(cache)
    compiled.clear()
    if maker == "jinja2":
        monkeypatch.setattr("jinja2.__version__", "4.0", raising=False)
    elif maker == "__version__":
        monkeypatch.setattr(kept, "__version__", "0.2.0")
    else:
        monkeypatch.setattr(kept, "_changed", lambda module: "later")
    assert posts(cache) == first
    assert len(compiled) == len(FORMATS)
    assert len(entries(cache)) == len(FORMATS)


def test_one_file_in_two_formats_is_two_entries(cache: Path, tmp_path: Path) -> None:
    own = tmp_path / "own"
    (own / "de").mkdir(parents=True)
    text = "{% block title %}T{% endblock %}{% block body %}{{ '<&>' }} {{ ref }} {{ period }}{% endblock %}"
    for name in ("x.txt", "base.txt", "x.html"):
        (own / "de" / name).write_text(text if name == "base.txt" else '{% extends "de/base.txt" %}')
    for _ in range(2):
        html, plain, _ = posts(cache, own)[:3]
        assert (html.body[:13], plain.body[:3]) == ("&lt;&amp;&gt;", "<&>")


# --- folders that cannot or must not be used ------------------------------------------------------------------


def test_a_folder_that_others_may_use_is_ignored(cache: Path, compiled: list[str]) -> None:
    posts(cache)
    cache.chmod(0o750)
    compiled.clear()
    posts(cache)
    assert len(compiled) == len(FORMATS)


def test_a_strangers_folder_is_ignored(
    cache: Path, compiled: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first, before = posts(cache), [(path.stat().st_ino, path.read_bytes()) for path in entries(cache)]
    monkeypatch.setattr("os.geteuid", lambda: 4_711)
    compiled.clear()
    assert posts(cache) == first
    assert len(compiled) == len(FORMATS)
    after = [(path.stat().st_ino, path.read_bytes()) for path in entries(cache)]
    assert after == before, "nothing is written anew there either"


def test_a_link_to_a_folder_is_ignored(cache: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.mkdir(mode=0o700)
    cache.parent.mkdir()
    cache.symlink_to(target)
    assert posts(cache) == posts(None)
    assert entries(target) == []


@pytest.mark.parametrize("place", ["file", "file/announce", "missing/caches/announce", "/proc/announce"])
def test_where_nothing_can_be_kept_templates_are_compiled(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    assert posts(tmp_path / place) == posts(None)
    assert not (tmp_path / "missing").exists()


def test_a_full_disk_leaves_nothing_behind(cache: Path) -> None:
    expected = posts(None)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        assert posts(cache) == expected
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert entries(cache) == []


def test_the_folder_is_the_platforms(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "announce"


@pytest.mark.parametrize("folder", [Path("~/.cache/announce"), RuntimeError("no home")])
def test_without_a_home_there_is_no_folder(
    monkeypatch: pytest.MonkeyPatch, folder: Path | RuntimeError
) -> None:
    """As platformdirs answers, older and newer."""

    def answer(*_: Any, **__: Any) -> Path:
        if isinstance(folder, RuntimeError):
            raise folder
        return folder

    monkeypatch.setattr("platformdirs.user_cache_path", answer)
    assert cache_folder() is None
