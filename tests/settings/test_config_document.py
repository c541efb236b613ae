"""What reading announce.toml costs, and that its documentation is true."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from publisher.adapter import registry
from publisher.settings.channel import ChannelSettings
from publisher.settings.schema import LintTable, Preset, Publisher, ServiceTable, WindowTable
from publisher.settings.secrets import Secret
from tests.settings.files import (
    EXAMPLE,
    loaded,
    only_fault,
    written,
)


def test_reading_a_configuration_imports_no_library_of_a_platform(tmp_path: Path) -> None:
    heavy = [
        "requests",
        "tweepy",
        "facebook",
        "feedgen",
        "lxml",
        "jinja2",
        "babel",
        "rich",
        "platformdirs",
        "difflib",
        "idna",
        "subprocess",
    ]
    code = f"""
import sys
from pathlib import Path
from publisher.settings.config import load
from publisher.adapter.registry import settings_for
load(Path({str(written(tmp_path, EXAMPLE))!r}), settings_for)
print(*(name for name in {heavy!r} if name in sys.modules))
"""
    paths = {"PYTHONPATH": ":".join(path for path in sys.path if path)}
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=paths)
    assert (ran.returncode, ran.stdout.split()) == (0, []), ran.stderr


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every key that a model's table may have, those of tables within it too."""
    for name, field in model.model_fields.items():
        yield field.alias or name
        for inner in models_in(field.annotation):
            yield from keys_of(inner)


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from models_in(part)


DOCUMENTED = {
    "publisher": Publisher,
    "windows": WindowTable,
    "services": ServiceTable,
    "presets": Preset,
    "lint": LintTable,
    "secrets": Secret,
    "every channel": ChannelSettings,
}
DOCUMENT = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("section", [*DOCUMENTED, *registry.TYPES])
def test_every_key_is_documented(section: str) -> None:
    model = DOCUMENTED.get(section) or registry.settings_for(section)
    assert [key for key in keys_of(model) if not re.search(rf"[`.]{key}`", DOCUMENT)] == []


OWN = """
[channels.own]
type = "http"
base_url = "https://own.example.net"
publish.path = "/api/news"

[lint]
hosts = []

[gate]
need = ["all"]
"""

TABLES = {
    "[publisher]": "[publisher]",
    "[[windows]]": "[[windows]]",
    "[services.KEY]": "[services.vps]",
    "[presets.NAME]": "[presets.kernel]",
    "[lint]": "[lint]",
    "[gate]": "[gate]",
    "[channels.NAME]": "[channels.blog]",
    'type = "wordpress"': "[channels.blog]",
    'type = "whmcs"': "[channels.customer-center]",
    'type = "facebook"': "[channels.facebook]",
    'type = "twitter"': "[channels.twitter]",
    'type = "feed"': "[channels.feed]",
    'type = "http"': "[channels.own]",
}
"""Headings of the document, and the tables of the example that they are about."""


def documented_lines() -> Iterator[Any]:
    """From each row of the document: its table, its key, the example, the wrong line, and what is said of it."""
    for section in re.split(r"^##+ ", DOCUMENT, flags=re.MULTILINE):
        heading = section.partition("\n")[0].strip("`")
        for row in re.finditer(
            r"^\| `([\w.]+)` \|.*\| `(.+?)` \| `(.+?)` → `(.+?)` \|$", section, re.MULTILINE
        ):
            yield pytest.param(TABLES[heading], *row.groups(), id=f"{heading} {row[1]}")


@pytest.mark.parametrize(("table", "key", "example", "wrong", "said"), list(documented_lines()))
def test_what_the_document_says_of_a_key_is_true(
    tmp_path: Path, table: str, key: str, example: str, wrong: str, said: str
) -> None:
    (tmp_path / "my-templates").mkdir()
    (tmp_path / "ca.pem").touch()
    (tmp_path / "logo.svg").touch()
    assert loaded(tmp_path, _with_line(table, key, example))
    fault = only_fault(tmp_path, _with_line(table, key, wrong))
    place = table.strip("[]")
    assert re.match(rf"{re.escape(place)}(\[0\])?(\.[\w.\[\]-]+)?: {re.escape(said)}", fault), fault


def _with_line(table: str, key: str, line: str) -> str:
    """The example with one key of a table written in another way."""
    if key in ("ledger_password", "pooler"):
        line = f'ledger = "postgresql:///announce"\n{line}'
    before, header, after = (EXAMPLE + OWN).partition(f"{table}\n")
    body, *others = re.split(r"^(?=\[)", after, flags=re.MULTILINE)
    kept = "".join(f"{other}\n" for other in body.splitlines() if not other.startswith(f"{key} "))
    return "".join([before, header, kept, line, "\n", *others])


def test_every_table_of_the_document_was_tried() -> None:
    tried = {param.values[0] for param in documented_lines()}
    assert tried == set(TABLES.values())
    assert len(list(documented_lines())) > 60
