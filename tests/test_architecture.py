"""The import rules of docs/architecture.md, and that no module of ours knows how to send mail."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("publisher", "channels") for path in (ROOT / folder).rglob("*.py"))
MAIL = {"smtplib", "smtpd", "imaplib", "poplib", "aiosmtplib", "sendgrid", "mailchimp"}


def test_the_import_rules_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_imports_a_mail_library(path: Path) -> None:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").split(".")[0])
    assert not found & MAIL


def test_there_are_sources_to_look_at() -> None:
    assert len(SOURCES) > 50
