"""An announcement's facts from a file: TOML, or JSON where it begins with a brace; all that is wrong is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.model.errors import Refused
from publisher.planning.request_file import LARGEST, read_file


def read(folder: Path, content: str | bytes) -> dict[str, object]:
    file = folder / "facts"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_file(str(file))


def test_toml_and_json_say_the_same(tmp_path: Path) -> None:
    toml = 'title = { de = "Lücke" }\nservices = ["vps"]\nstart = "22:30"\nduration = "1h"\n'
    json = '{"title": {"de": "Lücke"}, "services": ["vps"], "start": "22:30", "duration": "1h"}'
    assert read(tmp_path, toml) == read(tmp_path, json)
    assert read(tmp_path, b"\xef\xbb\xbf" + toml.encode()) == read(tmp_path, toml)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("2026-11-24T22:30:00", "2026-11-24T22:30:00"),
        ("2026-11-24T22:30:00+01:00", "2026-11-24T22:30:00+01:00"),
        ("22:30:00", "22:30"),
    ],
)
def test_times_of_toml_are_times_as_they_are_typed(tmp_path: Path, written: str, typed: str) -> None:
    assert read(tmp_path, f"start = {written}") == {"start": typed}


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('titel = "Lücke"', "titel: unknown key; did you mean title?"),
        ("title = 7", "title: a text, or a table of texts by language, is expected"),
        ("title = {}", "title: a text, or a table of texts by language, is expected"),
        ('title = { "d e" = "x" }', "title: "),
        ('services = "vps"', "services: a list of service names is expected"),
        ("services = [1]", "services: a list of service names is expected"),
        ("impact = true", "impact: a text is expected"),
        ("start = 7", "start: a text is expected"),
        ('titel = "x"\nimpact = 1', "titel: .*; impact: a text is expected"),
        ('{"title": "a", "title": "b"}', "a key stands twice in one object"),
        ('{"title": ', "--from-file "),
        ("title = ", "--from-file "),
        (b"title = '\xff'", "--from-file "),
        ("[" * 3000, "--from-file "),
        ("#" * (LARGEST + 1), f"larger than {LARGEST} bytes"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, content: str | bytes, fault: str) -> None:
    with pytest.raises(Refused, match=fault):
        read(tmp_path, content)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"--from-file .*nowhere: No such file"):
        read_file(str(tmp_path / "nowhere"))
