"""What announce.toml becomes, and all of its faults at once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from publisher.model.announcement import Impact
from publisher.model.errors import Refused
from publisher.model.windows import DEFAULT_WINDOWS, Window
from publisher.settings.config import load
from publisher.settings.faults import Fault
from tests.settings.files import (
    EXAMPLE,
    PUBLISHER,
    TOKEN,
    bell,
    fault_of,
    loaded,
    only_fault,
    settings_for,
    written,
)

# --- what it becomes ------------------------------------------------------------------------------------------------


def test_the_example_becomes_data(tmp_path: Path) -> None:
    config = loaded(tmp_path, EXAMPLE)
    assert config.path == tmp_path / "announce.toml"
    assert config.root == tmp_path
    assert config.publisher.brand == "CMO"
    assert config.publisher.permalink == "https://status.example.net/{ref}/"
    assert config.windows == (Window.parse("Tue 22:30", "Wed 06:00"), Window.parse("Wed 22:30", "Thu 06:00"))
    assert config.services["vps"].name == {"de": "VPS-Hosting", "en": "VPS hosting"}
    assert config.presets["kernel"].services == ("vps",)
    assert config.presets["kernel"].duration == "1h"
    assert list(config.channels) == ["blog", "customer-center", "facebook", "twitter", "feed"]
    assert {name: settings.type for name, settings in config.channels.items()}["customer-center"] == "whmcs"


def test_what_is_left_out_has_a_default(tmp_path: Path) -> None:
    config = loaded(tmp_path, PUBLISHER)
    publisher = config.publisher
    assert (publisher.locale, publisher.timezone, publisher.deadline) == ("de", "Europe/Berlin", 90.0)
    assert {publisher.provider, publisher.permalink, publisher.ledger, publisher.templates} == {None}
    assert config.windows == DEFAULT_WINDOWS
    assert (config.services, config.presets, config.channels) == ({}, {}, {})


def test_no_windows_is_something_else_than_the_standing_ones(tmp_path: Path) -> None:
    assert loaded(tmp_path, f"windows = []\n{PUBLISHER}").windows == ()


def test_a_text_alone_is_one_for_all_readers(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, PUBLISHER + '[services.vps]\nname = "VPS"\n[presets.p]\nreason = "why"\nimpact = "none"'
    )
    assert config.services["vps"].name == {"und": "VPS"}
    assert config.presets["p"].reason == {"und": "why"}
    assert config.presets["p"].impact is Impact.NONE


def test_a_disabled_channel_is_kept_and_checked(tmp_path: Path) -> None:
    assert not loaded(tmp_path, bell("enabled = false")).channels["bell"].enabled
    assert (
        only_fault(tmp_path, bell("enabled = false", "volume = 12"))
        == "channels.bell.volume: must be at most 11"
    )


def test_locales_are_kept_in_one_form(tmp_path: Path) -> None:
    config = loaded(
        tmp_path, f'{PUBLISHER}locale = "de-AT"\n[channels.bell]\ntype = "bell"\nlocale = "en-GB"'
    )
    assert config.publisher.locale == "de_AT"
    assert config.channels["bell"].locale == "en_GB"


def test_the_data_is_frozen(tmp_path: Path) -> None:
    config = loaded(tmp_path, EXAMPLE)
    for thing, name in ((config, "path"), (config.publisher, "brand"), (config.channels["blog"], "type")):
        with pytest.raises((AttributeError, ValueError)):
            setattr(thing, name, "x")


def test_paths_count_from_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "ca.pem").touch()
    written(tmp_path, f'{PUBLISHER}ledger = "sqlite:///l/a.db"\ntemplates = "mine"\nca_bundle = "ca.pem"')
    monkeypatch.chdir(tmp_path.parent)
    config = load(Path(tmp_path.name) / "announce.toml", settings_for)
    assert config.ledger == tmp_path / "l" / "a.db"
    assert config.publisher.templates == str(tmp_path / "mine")
    assert config.publisher.ca_bundle == str(tmp_path / "ca.pem")


def test_the_ledger_may_be_anywhere_or_in_the_platforms_state_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert loaded(tmp_path, PUBLISHER).ledger == tmp_path / "announce" / "ledger.db"
    assert loaded(tmp_path, f'{PUBLISHER}ledger = "sqlite:////var/lib/x.db"').ledger == Path("/var/lib/x.db")


@pytest.mark.parametrize("text", [b"\xef\xbb\xbf" + EXAMPLE.encode(), EXAMPLE.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_foreign_line_ends_do_no_harm(tmp_path: Path, text: str | bytes) -> None:
    assert loaded(tmp_path, text).services["vps"].name["de"] == "VPS-Hosting"


def test_secrets_are_neither_needed_nor_read(tmp_path: Path) -> None:
    config = loaded(tmp_path, bell(f'token = {{ command = ["touch", "{tmp_path / "ran"}"] }}'))
    assert not (tmp_path / "ran").exists()
    assert str(tmp_path) not in repr(config.channels["bell"])


# --- all faults at once ---------------------------------------------------------------------------------------------

FAULTY = f"""
[publisher]
brand = ""
reference_prefix = "cmo"
timezone = "Europe/Berln"
permalink = "https://status.example.net/"
ledger = "postgresql://announce:{TOKEN}@db.example.net/ledger"
deadline = "soon"
timezoen = "UTC"

[[windows]]
from = "Tue 22:30"
until = "Wed 06:00"

[services.vps]
name = {{ de = "VPS\\u202Egnitsoh" }}

[presets.kernel]
services = ["vsp"]
duration = "a while"
impact = "total"

[channels.blog]
type = "wordpress"
base_url = "http://blog.example.net"
username = "announce"
pasword = {{ env = "ANNOUNCE_BLOG_PASSWORD" }}

[channels.news]
type = "newsletter"

[channels.twitter]
type = "twiter"

[channels.facebook]
type = "facebook"
page_id = "1234567890"
access_token = "{TOKEN}"

[chanels.feed]
type = "feed"
"""

ALL_FAULTS = """\
chanels: unknown key; did you mean channels?
publisher.brand: is empty; write something a reader can see
publisher.reference_prefix: is no prefix for references; write 2 to 8 capital letters, as in "CMO"
publisher.timezone: "Europe/Berln" is no time zone; did you mean Europe/Berlin?
publisher.permalink: is the same for all announcements; add {ref} or {slug}: "https://status.example.net/{ref}/"
publisher.ledger: has a password in it; take it out; name where it comes from: \
ledger_password = { env = "ANNOUNCE_LEDGER_PASSWORD" }, or ~/.pgpass
publisher.deadline: must be a number
publisher.timezoen: unknown key; did you mean timezone?
windows[0].to: is missing; add to = … to [windows[0]]
windows[0].until: unknown key; known here: from, to
services.vps.name.de: has U+202E (direction override) at character 4; remove it
presets.kernel.duration: DURATION
presets.kernel.impact: must be 'none', 'degraded' or 'outage'
channels.blog.base_url: is http:// to another machine: anybody between could read the secrets; write https://…
channels.blog.password: is missing; add password = … to [channels.blog]
channels.blog.pasword: unknown key; did you mean password?
channels.news.type: "newsletter": e-mail is too slow for urgent maintenance and is excluded on purpose; \
remove this channel
channels.twitter.type: unknown channel type "twiter"; did you mean twitter?
channels.facebook.access_token: is written into this file; a secret only has its source here: \
{ env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }
"""


def test_every_fault_is_told_at_once_with_its_place_and_cure(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, FAULTY)
    told = "".join(f"{each}\n" for each in fault.faults)
    assert re.sub(r"duration: .*", "duration: DURATION", told) == ALL_FAULTS
    lines = str(fault).splitlines()
    assert lines[0] == f"{tmp_path}/announce.toml: 19 faults"
    assert [line.strip() for line in lines[1:]] == told.splitlines()


def test_a_single_fault_is_one_line_with_its_cure_as_the_hint(tmp_path: Path) -> None:
    fault = fault_of(tmp_path, PUBLISHER.replace("brand", "brnad"))
    assert len(fault.faults) == 2
    fault = fault_of(tmp_path, f'{PUBLISHER}ledgr = "x"')
    assert str(fault) == f"{tmp_path}/announce.toml: publisher.ledgr: unknown key"
    assert fault.hint == "did you mean ledger?"
    assert isinstance(fault, Refused)
    assert fault.exit_code == 2


def test_a_fault_reads_as_place_problem_and_cure() -> None:
    assert str(Fault("a.b", "is wrong", "right it")) == "a.b: is wrong; right it"
    assert str(Fault("", "is wrong")) == "is wrong"


# --- places that one channel alone writes ---------------------------------------------------------------------------


def sites(*directories: str, more: str = "") -> str:
    tables = [
        f'[channels.site-{number}]\ntype = "feed"\ndirectory = "{directory}"\nurl = "https://s.example.net"\n{more}'
        for number, directory in enumerate(directories)
    ]
    return "\n".join([PUBLISHER, *tables])


@pytest.mark.parametrize(("one", "other"), [("public", "./public/"), ("s3://bucket/a", "s3://bucket/a/")])
def test_two_channels_that_would_overwrite_each_other_are_refused(tmp_path, one, other):
    fault = only_fault(tmp_path, sites(one, other))
    assert fault.startswith("channels.site-1.directory: is that of channels.site-0.directory too")


def test_the_same_place_under_its_whole_name_is_the_same_place(tmp_path):
    assert "would overwrite each other" in only_fault(tmp_path, sites("public", f"{tmp_path}/public"))


def test_two_places_are_two_and_a_channel_that_is_off_writes_none(tmp_path):
    assert len(loaded(tmp_path, sites("public", "public/en")).channels) == 2
    assert len(loaded(tmp_path, sites("public", "public", more="enabled = false")).channels) == 2
