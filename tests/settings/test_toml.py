"""What TOML refuses is said with its line, its column and the character: in announce.toml and with --from-file."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from publisher.model.errors import Refused
from publisher.planning.request_file import read_file
from publisher.settings.faults import ConfigFault
from publisher.settings.toml import read

SLIPS = [
    ("title = “Lücke”", "line 2, column 9: “ (U+201C, left double quotation mark) is no quote here"),
    ("title = „Lücke“", "line 2, column 9: „ (U+201E, double low-9 quotation mark) is no quote here"),
    ("title = ‘Lücke’", "line 2, column 9: ‘ (U+2018, left single quotation mark) is no quote here"),
    ("“title” = 'Lücke'", "line 2, column 1: “ (U+201C"),
    ('title = "Lücke”', 'line 2, column 15: ” (U+201D, right double quotation mark) does not close a "'),
    ('title = "Lücke”\nstart = "now"', "line 2, column 15: ” (U+201D"),
    ('services = ["vps”,\n"mail"]', "line 2, column 17: ” (U+201D"),
    ("title\u00a0= 'Lücke'", "line 2, column 6: U+00A0 (no-break space) is no space here"),
    ("title =\u00a0'Lücke'", "line 2, column 8: U+00A0 (no-break space)"),
    ("\u00a0title = 'Lücke'", "line 2, column 1: U+00A0 (no-break space)"),
    ("title = 'Lücke'\u202f", "line 2, column 16: U+202F (narrow no-break space)"),
    ("services = ['vps',\u00a0'mail']", "line 2, column 19: U+00A0 (no-break space)"),
    ("services = ['vps'\u00a0, 'mail']", "line 2, column 18: U+00A0 (no-break space)"),
    ("title = { de\u00a0= 'Lücke' }", "line 2, column 13: U+00A0 (no-break space)"),
    ("title = 'Lücke'\u200b", "line 2, column 16: U+200B (zero width space)"),
    (r'title = "C:\Users"', r"line 2, column 12: a backslash that escapes nothing: \U"),
    (r'title = "C:\windows"', r"line 2, column 12: a backslash that escapes nothing: \w"),
    (r'title = "C:\xampp"', r"line 2, column 12: a backslash that escapes nothing: \x"),
    (r'title = "\ud800"', r"line 2, column 10: a backslash that escapes nothing: \u"),
]


def own(path: Path) -> dict[str, Any]:
    """The content of a file that nobody else could have written."""
    return read(path, lambda status, document: None)


@pytest.mark.parametrize(("line", "fault"), SLIPS)
def test_a_slip_is_named_with_its_character_and_column(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "announce.toml"
    path.write_text(f"# facts\n{line}", encoding="utf-8")
    for reader in (own, lambda file: read_file(str(file))):
        with pytest.raises(Refused) as refused:
            reader(path)
        assert fault in str(refused.value)
        assert refused.value.hint
        assert "Lücke" not in str(refused.value)


def test_a_path_of_windows_has_its_cure(tmp_path: Path) -> None:
    path = tmp_path / "announce.toml"
    path.write_text(r'templates = "C:\Users\cmo"', encoding="utf-8")
    with pytest.raises(ConfigFault) as refused:
        own(path)
    cure = refused.value.hint or ""
    assert r"C:\\Users" in cure
    assert r"'C:\Users'" in cure


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{“title”: 1}", "line 1, column 2: “ (U+201C, left double quotation mark) is no quote here"),
        ('{\n\u00a0"title": 1}', "line 2, column 1: U+00A0 (no-break space) is no space here"),
        ('{"title": “Lücke”}', "line 1, column 11: “ (U+201C"),
        ('{"title" 1}', "line 1, column 10: Expecting ':' delimiter"),
    ],
)
def test_a_slip_in_json_too(monkeypatch: pytest.MonkeyPatch, text: str, fault: str) -> None:
    with pytest.raises(Refused) as refused:
        from_stdin(monkeypatch, text)
    assert fault in str(refused.value)


@pytest.mark.parametrize("text", ["title = 'Er sagte „nein“'", "title = 'a\u00a0b'", r"title = 'C:\Users'"])
def test_inside_a_text_they_may_stand(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert from_stdin(monkeypatch, text)["title"] == text.removeprefix("title = ").strip("'")


def from_stdin(monkeypatch: pytest.MonkeyPatch, text: str) -> dict[str, Any]:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    return read_file("-")
