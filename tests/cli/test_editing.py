"""`--edit`: every language has its place, what was written is understood, and nothing of it is lost."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from publisher.adapter import registry
from publisher.cli.terminal import editing
from publisher.model.announcement import Kind
from publisher.model.errors import Refused
from publisher.planning.initial_request import InitialTyped
from publisher.planning.later_request import LaterTyped
from publisher.settings.config import Config, load
from tests.planning.conftest import CONFIG


@pytest.fixture
def config(tmp_path: Path) -> Config:
    path = tmp_path / "announce.toml"
    path.write_text(CONFIG)
    return load(path, registry.settings_for)


@pytest.fixture
def writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The editor runs this program on the file; the drafts lie beside it."""
    program = tmp_path / "editor.py"
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", f"{sys.executable} {program}")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return program


def writes(program: Path, old: str, new: str) -> None:
    program.write_text(
        "import pathlib, sys\nfile = pathlib.Path(sys.argv[1])\n"
        f"file.write_text(file.read_text('utf-8').replace({old!r}, {new!r}, 1), 'utf-8')\n",
        encoding="utf-8",
    )


def drafts(program: Path) -> list[Path]:
    return list(program.parent.glob("announce-*.toml"))


def test_a_text_in_each_language_in_use(config: Config, writing: Path) -> None:
    typed = InitialTyped(title="Netz", services=("vps",), start="+30m", duration="1h")
    writes(writing, 'en = ""', 'en = "Net"')
    with editing.first(typed, {"services": ["vps"]}, config) as (wanted, file):
        assert (wanted.title, wanted.start) == (None, "+30m")
        assert file["title"] == {"de": "Netz", "en": "Net"}
        assert file["services"] == ["vps"]
    assert drafts(writing) == []


def test_a_preset_is_there_to_be_changed(config: Config, writing: Path) -> None:
    writes(writing, 'en = "Hole"', 'en = "Gap"')
    with editing.first(InitialTyped(preset="kernel"), {}, config) as (_, file):
        assert file["title"] == {"de": "Lücke", "en": "Gap"}


def test_a_later_text_may_have_several_lines(config: Config, writing: Path) -> None:
    writes(writing, 'de = """\n\n', 'de = """\nHalb fertig.\n\nMehr "gleich".\n')
    typed = LaterTyped(kind=Kind.PROGRESS, next_update="+30m", file={"next_update": "+1h"})
    with editing.later("CMO-7K3M", typed, None, {}, config) as wanted:
        assert wanted.file == {"next_update": "+1h", "text": {"de": 'Halb fertig.\n\nMehr "gleich".\n'}}
        assert wanted.next_update == "+30m"


def test_a_correction_begins_with_what_stands_there(config: Config, writing: Path) -> None:
    standing = {"title": {"de": "Lüke", "en": "Hole"}}
    writes(writing, "Lüke", "Lücke")
    typed = LaterTyped(kind=Kind.CORRECTED, corrections={"impact": "degraded", "title": None})
    with editing.later("CMO-7K3M", typed, None, standing, config) as wanted:
        assert wanted.file == {"title": {"de": "Lücke", "en": "Hole"}}
        assert wanted.corrections == {"impact": "degraded"}


@pytest.mark.parametrize("program", ["", "import sys; open(sys.argv[1], 'w').close()"])
def test_what_is_left_as_it_was_or_empty_sends_nothing(config: Config, writing: Path, program: str) -> None:
    writing.write_text(program)
    with (
        pytest.raises(Refused, match="nothing was written, and nothing was sent"),
        editing.first(InitialTyped(preset="kernel"), {}, config),
    ):
        pytest.fail("nothing was written")
    assert drafts(writing) == []


def test_an_editor_that_fails_or_is_not_there_sends_nothing(
    config: Config, writing: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    writing.write_text("raise SystemExit(3)")
    with pytest.raises(Refused, match="ended with 3"), editing.first(InitialTyped(), {}, config):
        pytest.fail("the editor failed")
    monkeypatch.setenv("EDITOR", "/nowhere/vi")
    with pytest.raises(Refused, match="cannot be run"), editing.first(InitialTyped(), {}, config):
        pytest.fail("there is no editor")


def test_what_was_refused_is_kept_and_said(
    config: Config, writing: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    writes(writing, 'de = """\n\n', 'de = """\nHalb fertig.\n')
    typed = LaterTyped(kind=Kind.COMPLETED)
    with pytest.raises(Refused, match="no"), editing.later("CMO-7K3M", typed, None, {}, config):
        raise Refused("no")
    (draft,) = drafts(writing)
    assert tomllib.loads(draft.read_text("utf-8"))["text"]["de"] == "Halb fertig.\n"
    assert (
        f"note: what you wrote is kept: announce complete CMO-7K3M --from-file {draft}"
        in capsys.readouterr().err
    )
    assert draft.stat().st_mode & 0o777 == 0o600


def test_the_file_is_what_is_read_whatever_the_text(config: Config) -> None:
    awkward = {"de": 'a "b" \\ c', "en": 'x """y""" \\n\nz"'}
    written = editing.document("update", {"text": awkward, "title": {"de": 'a "b" \\'}}, config)
    read = tomllib.loads(written)
    assert {language: text.strip() for language, text in read["text"].items()} == awkward
    assert read["title"] == {"de": 'a "b" \\', "en": ""}
    assert max(map(len, written.splitlines())) <= 80
