"""The README stays short, its links lead somewhere, and the commands it shows exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from publisher.cli.app import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", ROOT / ".github" / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) < 200


def test_installing_begins_with_what_debian_lets_through() -> None:
    """A bare `pip install .` is refused there, and a package on an index was promised that there is not."""
    commands = re.findall(r"^\$ (.*install.*)$", README, re.M)
    assert commands[0].startswith("pipx install .")
    pages = [page.read_text(encoding="utf-8") for page in PAGES]
    assert not any(re.search(r"(?:pip|pipx) install '?announce-publisher", page) for page in pages)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_local_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_command_and_option_that_is_shown_exists(page: Path) -> None:
    shown = re.findall(
        r"(?:^|`|\$ )announce((?: [a-z]+)(?: [^`\n]*)?)", page.read_text(encoding="utf-8"), re.M
    )
    for line in shown:
        verb, *words = line.split()
        if words and verb in GROUPS:
            verb = f"{verb} {words[0]}"
        options = {word.split("=")[0] for word in words if word.startswith("--")}
        missing = {option for option in options if option not in help_of(verb)}
        assert not missing, f"announce {verb} has no {missing}"


def test_every_page_is_in_the_index_and_in_the_menu() -> None:
    """Decisions are reached from the pages that they explain."""
    pages = {str(one.relative_to(ROOT / "docs")) for one in PAGES if one.is_relative_to(ROOT / "docs")}
    pages = {page for page in pages if not page.startswith("decisions/")}
    linked = set(re.findall(r"\]\(([^)#]+)", (ROOT / "docs" / "index.md").read_text(encoding="utf-8")))
    menu = set(re.findall(r": (\S+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.M))
    assert pages - linked == {"index.md"}
    assert menu == pages


GROUPS = {"config", "feed", "ledger", "templates"}
"""Commands that have commands of their own."""

HELP: dict[str, str] = {}


def help_of(verb: str) -> str:
    if verb not in HELP:
        words = [*verb.split(), "--help"]
        ran = CliRunner().invoke(app(words), words, prog_name="announce")
        assert ran.exit_code == 0, f"announce {verb} does not exist"
        HELP[verb] = ran.output
    return HELP[verb]


def test_make_offers_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\$ make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    assert {"demo", "test"} <= set(re.findall(r"\$ make (\w+)", README))
