"""Where the configuration file is found."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.settings.config import ConfigFault, find
from tests.settings.files import (
    PUBLISHER,
    written,
)


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """The current folder and the user's, each with a file."""
    here, users = tmp_path / "here", tmp_path / "users"
    for folder in (here, users):
        folder.mkdir()
        written(folder, PUBLISHER)
    return here, users


def test_the_file_that_was_named_comes_first(folders: tuple[Path, Path]) -> None:
    here, users = folders
    assert find(Path("/etc/a.toml"), {"ANNOUNCE_CONFIG": "b.toml"}, here, lambda: users) == Path(
        "/etc/a.toml"
    )
    assert find(Path("a.toml"), {}, here, lambda: users) == here / "a.toml"


def test_then_the_variable_then_the_current_folder_then_the_users(folders: tuple[Path, Path]) -> None:
    here, users = folders
    assert find(None, {"ANNOUNCE_CONFIG": "b.toml"}, here, lambda: users) == here / "b.toml"
    assert find(None, {"ANNOUNCE_CONFIG": ""}, here, lambda: users) == here / "announce.toml"
    (here / "announce.toml").unlink()
    assert find(None, {}, here, lambda: users) == users / "announce.toml"


def test_a_file_in_the_current_folder_spares_the_look_at_the_users(folders: tuple[Path, Path]) -> None:
    def no_look() -> Path:
        raise AssertionError

    assert find(None, {}, folders[0], no_look)


def test_a_dangling_link_is_not_passed_over(folders: tuple[Path, Path]) -> None:
    """It was meant; taking another file instead would announce with another configuration."""
    here, users = folders
    (here / "announce.toml").unlink()
    (here / "announce.toml").symlink_to("gone.toml")
    assert find(None, {}, here, lambda: users) == here / "announce.toml"


def test_no_file_at_all_names_the_places_and_the_cure(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault) as caught:
        find(None, {}, tmp_path, lambda: tmp_path / "users")
    said = str(caught.value)
    for place in (
        "--config",
        "ANNOUNCE_CONFIG",
        f"{tmp_path}/announce.toml",
        f"{tmp_path}/users/announce.toml",
    ):
        assert place in said
    assert "--config FILE" in (caught.value.hint or "")
    assert "\n" not in said


def test_the_users_folder_is_the_platforms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "announce").mkdir()
    written(tmp_path / "announce", PUBLISHER)
    assert find(None, {}, tmp_path) == tmp_path / "announce" / "announce.toml"
