"""The shipped example configuration."""

from __future__ import annotations

import os
import stat
import tomllib
from contextlib import nullcontext
from pathlib import Path

import pytest

from announce_sandbox import differences, start, write_example
from tests.waiting import nobody_waits


def test_the_example_points_every_channel_at_the_sandbox(tmp_path, sandbox):
    path = write_example(tmp_path / "demo", sandbox)
    assert path == tmp_path / "demo" / "announce.toml"
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    channels = {channel.pop("type"): channel for channel in data["channels"].values()}
    assert set(channels) == {"wordpress", "whmcs", "facebook", "twitter", "feed"}
    for name in set(channels) - {"feed"}:
        assert channels[name]["base_url"] == sandbox.base_url(name)
    assert channels["feed"]["url"] == f"{sandbox.url}/site/"
    assert data["publisher"]["permalink"] == f"{sandbox.url}/site/{{ref}}/"
    assert "8080" not in path.read_text(encoding="utf-8")


def test_the_secrets_are_those_of_the_sandbox_and_nobody_elses_to_read(tmp_path, sandbox):
    path = write_example(tmp_path, sandbox)
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    for channel in data["channels"].values():
        wanted = sandbox.credentials.get(channel["type"], {})
        for setting, value in wanted.items():
            source = channel[setting]
            if isinstance(source, dict):
                file = tmp_path / source["file"]
                assert stat.S_IMODE(file.stat().st_mode) == 0o600
                assert file.read_text().rstrip("\n") == value
            else:
                assert source == value
    assert stat.S_IMODE((tmp_path / "secrets").stat().st_mode) == 0o700


def test_presets_name_services_that_are_there(tmp_path, sandbox):
    data = tomllib.loads(write_example(tmp_path, sandbox).read_text(encoding="utf-8"))
    assert {"kernel", "storage"} < set(data["presets"])
    for preset in data["presets"].values():
        assert set(preset["services"]) <= set(data["services"])


def test_an_example_is_brought_up_to_date_and_somebodys_own_file_is_not(tmp_path, sandbox):
    write_example(tmp_path, sandbox)
    with start() as other:
        assert other.url in write_example(tmp_path, other).read_text(encoding="utf-8")
    (tmp_path / "announce.toml").write_text("[publisher]\n")
    with pytest.raises(FileExistsError, match="no example of ours"):
        write_example(tmp_path, sandbox)
    assert (tmp_path / "announce.toml").read_text() == "[publisher]\n"


def test_what_was_edited_is_kept_and_named(tmp_path, sandbox):
    """Its head invites to edit it: the second start of the sandbox takes nothing away."""
    path = write_example(tmp_path, sandbox)
    assert differences(tmp_path, sandbox) == []
    edited = (
        path.read_text(encoding="utf-8")
        .replace('locale = "de" ', 'locale = "en" ')
        .replace("[services.dns]", "[services.dns2]")
    )
    path.write_text(edited, encoding="utf-8")
    secret = tmp_path / "secrets" / "blog-password"
    secret.write_text("my own\n", encoding="utf-8")
    (tmp_path / "secrets" / "facebook-token").unlink()

    assert write_example(tmp_path, sandbox) == path
    assert path.read_text(encoding="utf-8") == edited
    assert secret.read_text(encoding="utf-8") == "my own\n"
    assert (tmp_path / "secrets" / "facebook-token").exists()
    numbers = [
        number for number, line in enumerate(edited.splitlines(), 1) if '"en" ' in line or "dns2" in line
    ]
    assert differences(tmp_path, sandbox) == [
        f"{path} is kept as it was edited, in lines {numbers[0]}, {numbers[1]}",
        f"{secret} is kept; the sandbox accepts another secret",
    ]
    assert not any("my own" in one for one in differences(tmp_path, sandbox))


def test_an_edited_example_for_another_address_is_said_to_lead_there(tmp_path, sandbox):
    with start() as other:
        path = write_example(tmp_path, other)
        path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
        write_example(tmp_path, sandbox)
        assert f"{path} leads to {other.url}, and the sandbox is at {sandbox.url}" in differences(
            tmp_path, sandbox
        )


def test_one_address_that_was_changed_by_hand_is_an_edit(tmp_path, sandbox):
    path = write_example(tmp_path, sandbox)
    edited = path.read_text(encoding="utf-8").replace(f"{sandbox.url}/whmcs", "http://127.0.0.1:1/whmcs")
    path.write_text(edited, encoding="utf-8")
    write_example(tmp_path, sandbox)
    assert path.read_text(encoding="utf-8") == edited


def test_nothing_is_written_through_a_link(tmp_path, sandbox):
    target = tmp_path / "precious"
    (tmp_path / "announce.toml").symlink_to(target)
    with pytest.raises(FileExistsError):
        write_example(tmp_path, sandbox)
    assert not target.exists()


@pytest.mark.parametrize("put", [os.mkfifo, lambda place: place.symlink_to("/dev/zero"), Path.mkdir])
@pytest.mark.parametrize("name", ["announce.toml", "secrets/blog-password"])
def test_what_is_no_plain_file_holds_nobody(tmp_path, sandbox, name, put):
    """A pipe that nobody writes to is not waited for, a device without an end not read."""
    write_example(tmp_path, sandbox)
    place = tmp_path / name
    place.unlink()
    put(place)
    with nobody_waits(tmp_path), pytest.raises(FileExistsError) if name == "announce.toml" else nullcontext():
        write_example(tmp_path, sandbox)
    if name != "announce.toml":
        assert differences(tmp_path, sandbox) == [f"{place} is kept; the sandbox accepts another secret"]
