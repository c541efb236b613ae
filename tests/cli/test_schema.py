"""The JSON Schema of announce.toml: as published, true of the example, and an editor's own checker follows it."""

from __future__ import annotations

import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from publisher.runbook.schema import schema
from tests.judges.conftest import unavailable
from tests.settings.files import EXAMPLE

ROOT = Path(__file__).parents[2]
PUBLISHED = ROOT / "docs" / "announce.schema.json"
TAPLO = ROOT / ".venv" / "judges" / "taplo" / "bin" / "taplo"

__all__ = ["unavailable"]


def faults(document: str) -> list[str]:
    found = jsonschema.Draft202012Validator(schema()).iter_errors(tomllib.loads(document))
    return [error.message for error in found]


def test_what_is_published_is_what_the_command_prints(announced_schema: str) -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == announced_schema, (
        "announce config schema > docs/announce.schema.json"
    )


@pytest.fixture
def announced_schema(capsys: pytest.CaptureFixture[str]) -> str:
    from publisher.cli.app import run

    assert run(["config", "schema"]) == 0
    return capsys.readouterr().out


def test_it_is_a_schema_and_takes_what_the_program_takes() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    sandbox = (ROOT / "channels" / "announce_sandbox" / "example.toml").read_text(encoding="utf-8")
    own = '\n[channels.other]\ntype = "somebody-elses"\nkey = 1\n[services.one]\nname = "one"\n'
    assert faults(EXAMPLE) == faults(sandbox) == faults(EXAMPLE + own) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('brand = "CMO"', 'brnad = "CMO"'),
        ('type = "wordpress"', 'type = "wordpress"\npasswort = 1'),
        ('username = "announce"', ""),
        ("[[windows]]\nfrom", "[[windows]]\nfromm"),
        ("[publisher]", "[publisher]\nwording = 'accident'"),
        ("{ env = ", '{ file = "x", env = '),
    ],
)
def test_it_refuses_what_the_program_refuses(right: str, wrong: str) -> None:
    assert right in EXAMPLE
    assert faults(EXAMPLE.replace(right, wrong, 1))


def test_every_key_of_the_tables_says_what_it_is_for() -> None:
    forms: dict[str, Any] = schema()["$defs"]
    unsaid = [key for key, form in forms["Publisher"]["properties"].items() if not form.get("description")]
    assert unsaid == ["locale", "timezone"]
    assert '"default": null' not in json.dumps(forms), "TOML has no null"


def test_taplo_understands_the_line_that_names_it(tmp_path: Path, unavailable: Any) -> None:
    if not TAPLO.exists():
        unavailable("taplo is not in .venv/judges: make judges")
    (tmp_path / "announce.schema.json").write_bytes(PUBLISHED.read_bytes())
    head = "#:schema ./announce.schema.json\n"
    assert linted(tmp_path, head + EXAMPLE).returncode == 0
    wrong = linted(tmp_path, head + EXAMPLE.replace("brand =", "brnad =", 1))
    assert wrong.returncode != 0
    assert "brnad" in wrong.stderr


def linted(folder: Path, document: str) -> subprocess.CompletedProcess[str]:
    (folder / "announce.toml").write_text(document, encoding="utf-8")
    words = [TAPLO, "lint", "announce.toml"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
