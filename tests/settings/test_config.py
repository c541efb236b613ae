"""announce.toml: where it is found, what it becomes, and all of its faults at once."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from publisher.adapter import registry
from publisher.model.announcement import Impact
from publisher.model.errors import Refused
from publisher.model.windows import DEFAULT_WINDOWS, Window
from publisher.settings.channel import ChannelSettings
from publisher.settings.config import Config, ConfigFault, find, load
from publisher.settings.faults import Fault
from publisher.settings.schema import Preset, Publisher, ServiceTable, WindowTable
from publisher.settings.secrets import Secret
from publisher.settings.urls import BaseUrl

TOKEN = "hunter2-c0rrect"

PUBLISHER = '[publisher]\nbrand = "CMO"\nreference_prefix = "CMO"\n'

EXAMPLE = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"            # who announces, as a domain: calendars and machines
locale = "de"
timezone = "Europe/Berlin"
permalink = "https://status.example.net/{ref}/"

[[windows]]
from = "Tue 22:30"
to = "Wed 06:00"

[[windows]]
from = "Wed 22:30"
to = "Thu 06:00"

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[presets.kernel]
services = ["vps"]
duration = "1h"
title = { de = "Kritische Sicherheitslücke im Betriebssystem", en = "Critical operating-system vulnerability" }

[channels.blog]
type = "wordpress"
base_url = "https://blog.example.net"
username = "announce"
password = { env = "ANNOUNCE_BLOG_PASSWORD" }

[channels.customer-center]
type = "whmcs"
base_url = "https://customer.example.net"
identifier = { env = "ANNOUNCE_WHMCS_IDENTIFIER" }
secret = { env = "ANNOUNCE_WHMCS_SECRET" }

[channels.facebook]
type = "facebook"
page_id = "1234567890"
access_token = { env = "ANNOUNCE_FACEBOOK_TOKEN" }
graph_version = "v26.0"

[channels.twitter]
type = "twitter"
consumer_key = { env = "ANNOUNCE_X_CONSUMER_KEY" }
consumer_secret = { env = "ANNOUNCE_X_CONSUMER_SECRET" }
access_token = { env = "ANNOUNCE_X_ACCESS_TOKEN" }
access_token_secret = { env = "ANNOUNCE_X_ACCESS_TOKEN_SECRET" }

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""


class Basic(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["basic"]
    username: str
    password: Secret


class Bearer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["bearer"]
    token: Secret


class BellSettings(ChannelSettings):
    """A channel type with every shape of setting that an adapter may have."""

    base_url: BaseUrl = "https://bell.example.net"
    token: Secret | None = None
    headers: dict[str, str | Secret] = {}
    auth: Annotated[Basic | Bearer, Field(discriminator="kind")] | None = None
    statuses: tuple[int, ...] = ()
    volume: Annotated[int, Field(ge=1, le=11)] = 5
    tone: Literal["ding", "dong"] = "ding"
    code: Annotated[str, Field(pattern="^[0-9]+$")] = "1"
    note: str = ""

    @field_validator("note")
    @classmethod
    def _is_polite(cls, note: str) -> str:
        if "damn" in note:
            raise ValueError("mind your language")
        return note


def settings_for(type_name: str) -> type[ChannelSettings]:
    return BellSettings if type_name == "bell" else registry.settings_for(type_name)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "announce.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def loaded(folder: Path, text: str | bytes) -> Config:
    return load(written(folder, text), settings_for)


def fault_of(folder: Path, text: str | bytes) -> ConfigFault:
    with pytest.raises(ConfigFault) as caught:
        loaded(folder, text)
    assert TOKEN not in f"{caught.value} {caught.value.hint}"
    return caught.value


def faults_of(folder: Path, text: str | bytes) -> list[str]:
    return [str(fault) for fault in fault_of(folder, text).faults]


def only_fault(folder: Path, text: str | bytes) -> str:
    (fault,) = faults_of(folder, text)
    return fault


def bell(*lines: str) -> str:
    return "\n".join([PUBLISHER, "[channels.bell]", 'type = "bell"', *lines])


# --- where it is found ----------------------------------------------------------------------------------------------


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
publisher.ledger: is no sqlite:/// URL, and no other ledger is served; write "sqlite:///ledger.db", or \
"sqlite:////…" for a path from /
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


# --- one fault at a time --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("brand = 5", "publisher.brand: must be a text in quotes"),
        ('brand = "a\\u0007b"', r"publisher.brand: has U+0007 (control character) at character 2"),
        ('locale = "deutsch"', 'publisher.locale: "deutsch" is no locale; write it as in de or de_AT'),
        ('locale = "../de"', "publisher.locale: "),
        ('timezone = "/etc/localtime"', 'publisher.timezone: "/etc/localtime" is no time zone'),
        ('timezone = "Europe"', 'publisher.timezone: "Europe" is no time zone'),
        (
            'timezone = "W. Europe Standard Time"',
            'publisher.timezone: "W. Europe Standard Time" is no time zone; that is its name on Windows:'
            " write Europe/Berlin",
        ),
        ('timezone = ""', 'publisher.timezone: "" is no time zone'),
        ('provider = "https://example.net"', "publisher.provider: is no domain name"),
        ('permalink = "https://example.net/{id}"', "publisher.permalink: has braces"),
        ('ledger = "ledger.db"', "publisher.ledger: is no sqlite:/// URL"),
        ('ledger = "sqlite:///"', "publisher.ledger: names no file"),
        ('ledger = "sqlite:///:memory:"', "publisher.ledger: names no file"),
        ('ledger = "sqlite:///a.db?mode=ro"', "publisher.ledger: names no file"),
        ('ledger = "sqlite:///a\\u0000.db"', "publisher.ledger: names no file"),
        ('group = "nobody-here"', 'publisher.group: there is no group "nobody-here" on this machine'),
        ('templates = "none"', "publisher.templates: there is no folder"),
        ('templates = "announce.toml"', "publisher.templates: there is no folder"),
        ('ca_bundle = "none.pem"', "publisher.ca_bundle: there is no file"),
        ("deadline = 0", "publisher.deadline: must be more than 0"),
        ("deadline = 1e9", "publisher.deadline: must be at most 3600"),
        ("deadline = nan", "publisher.deadline: "),
        ("deadline = true", "publisher.deadline: must be a number"),
    ],
)
def test_each_wrong_value_of_the_publisher(tmp_path: Path, line: str, fault: str) -> None:
    key = line.partition(" ")[0]
    kept = "".join(f"{other}\n" for other in PUBLISHER.splitlines() if not other.startswith(key))
    assert only_fault(tmp_path, f"{kept}{line}\n").startswith(fault)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "publisher: is missing; add [publisher] with"),
        ("publisher = 5", "publisher: must be a table"),
        (
            '[publisher]\nbrand = "x"',
            "publisher.reference_prefix: is missing; add reference_prefix = … to [publisher]",
        ),
        (PUBLISHER + '[windows]\nfrom = "Tue 22:30"', "windows: must be a list of tables; write [[windows]]"),
        (PUBLISHER + '[[windows]]\nfrom = "Tue 22:30"\nto = "noon"', "windows[0]: "),
        (
            PUBLISHER + "[[windows]]\nfrom = 22:30:00\nto = 'Wed 06:00'",
            "windows[0].from: must be a text in quotes",
        ),
        ("services = 5\n" + PUBLISHER, "services: must hold tables; write [services.NAME]"),
        (PUBLISHER + '[services]\nvps = "VPS"', "services.vps: must be a table"),
        (PUBLISHER + "[services.vps]", "services.vps.name: is missing"),
        (
            PUBLISHER + "[services.vps]\nname = {}",
            "services.vps.name: must be a text, or a table of texts by language",
        ),
        (
            PUBLISHER + "[services.vps]\nname = 5",
            "services.vps.name: must be a text, or a table of texts by language",
        ),
        (PUBLISHER + '[services.vps]\nname = { DE = "x" }', 'services.vps.name.DE: "DE" is no locale'),
        (PUBLISHER + "[services.vps]\nname = { de = 5 }", "services.vps.name.de: must be a text in quotes"),
        (PUBLISHER + '[services."a,b"]\nname = "x"', 'services."a,b": is no name; use at most 40'),
        (PUBLISHER + '[presets.p]\ntitle = "' + "x" * 201 + '"', "presets.p.title: is 201 characters long"),
        (PUBLISHER + '[presets.p]\ntitle = "a\\nb"', "presets.p.title: has U+000A (line break)"),
        (PUBLISHER + '[presets.p]\nservices = "vps"', "presets.p.services: must be a list"),
        (
            PUBLISHER + '[presets.p]\nservices = ["vps"]',
            'presets.p.services[0]: unknown service "vps"; known: none',
        ),
        (PUBLISHER + '[presets.p]\naction = "javascript:x"', "presets.p.action: has a javascript: link"),
        (PUBLISHER + '[presets.p]\nstart = "now"', "presets.p.start: unknown key"),
        (PUBLISHER + '[presets."p q"]', 'presets."p q": is no name'),
        (PUBLISHER + "[channels]\nblog = 5", "channels.blog: must be a table; write [channels.blog]"),
        (PUBLISHER + "[channels.blog]", "channels.blog.type: is missing"),
        (PUBLISHER + "[channels.blog]\ntype = 5", "channels.blog.type: is missing, or no text"),
        (PUBLISHER + "[[channels.blog]]\ntype = 'bell'", "channels.blog: must be a table"),
        (PUBLISHER + "[channels.Blog]\ntype = 'bell'", "channels.Blog: is no name for a channel"),
        (PUBLISHER + "[channels.'../x']\ntype = 'bell'", 'channels."../x": is no name for a channel'),
        (PUBLISHER + f"[channels.{'x' * 41}]\ntype = 'bell'", "channels.xxxx"),
        (
            PUBLISHER + "[channels.'a\u202eb']\ntype = 'bell'",
            'channels."a\\\\u202eb": is no name for a channel',
        ),
        (
            PUBLISHER + "[channels.mail]\ntype = 'E-Mail'",
            'channels.mail.type: "E-Mail": e-mail is too slow for urgent',
        ),
    ],
)
def test_each_wrong_table(tmp_path: Path, text: str, fault: str) -> None:
    assert only_fault(tmp_path, text).startswith(fault)


def test_an_unknown_service_names_the_nearest(tmp_path: Path) -> None:
    text = PUBLISHER + '[services.webspace]\nname = 5\n[presets.p]\nservices = ["webspcae"]'
    assert faults_of(tmp_path, text)[1].endswith("did you mean webspace?")


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("timeout = 0", "channels.bell.timeout: must be more than 0"),
        ("settle = -1", "channels.bell.settle: must be at least 0"),
        ('enabled = "perhaps"', "channels.bell.enabled: must be true or false"),
        ('locale = "German"', 'channels.bell.locale: "German" is no locale'),
        ("locale = 5", "channels.bell.locale: must be a text in quotes"),
        ("volume = 12", "channels.bell.volume: must be at most 11"),
        ("volume = 1.5", "channels.bell.volume: must be a whole number"),
        ('tone = "dang"', "channels.bell.tone: must be 'ding' or 'dong'"),
        ('code = "x"', "channels.bell.code: does not have the expected form ^[0-9]+$"),
        ("statuses = 200", "channels.bell.statuses: must be a list"),
        ('statuses = [200, "x"]', "channels.bell.statuses[1]: must be a whole number"),
        ('note = "damn"', "channels.bell.note: mind your language"),
        ('tokn = { env = "A" }', "channels.bell.tokn: unknown key; did you mean token?"),
        (
            f'token = "{TOKEN}"',
            "channels.bell.token: is written into this file; a secret only has its source here",
        ),
        (f'token = ["{TOKEN}"]', "channels.bell.token: is written into this file"),
        ("token = {}", "channels.bell.token: needs exactly one source"),
        ('token = { env = "A", file = "b" }', "channels.bell.token: needs exactly one source"),
        (f'token = {{ envv = "{TOKEN}" }}', "channels.bell.token.envv: unknown key; did you mean env?"),
        (f'token = {{ env = "{TOKEN}" }}', "channels.bell.token.env: does not have the expected form"),
        (f'token = {{ command = "{TOKEN}" }}', "channels.bell.token.command: must be a list"),
        ("token = { command = [] }", "channels.bell.token.command: must have at least 1 of them"),
        ("headers = { x = 5 }", "channels.bell.headers.x: must be a text in quotes"),
        (
            f'headers = {{ x = {{ envv = "{TOKEN}" }} }}',
            "channels.bell.headers.x.envv: unknown key; did you mean env?",
        ),
        (
            'auth = { kind = "basic", username = "u" }',
            "channels.bell.auth.password: is missing; add password = …",
        ),
        (
            'auth = { kind = "bearer", tokn = 5, token = { env = "A" } }',
            "channels.bell.auth.tokn: unknown key; did",
        ),
        (
            f'auth = {{ kind = "bearer", token = "{TOKEN}" }}',
            "channels.bell.auth.token: is written into this file",
        ),
        (
            f'auth = {{ kind = "{TOKEN}" }}',
            "channels.bell.auth: must be one of 'basic', 'bearer' in its 'kind'",
        ),
        ("auth = { }", "channels.bell.auth: needs 'kind'"),
    ],
)
def test_each_wrong_setting_of_a_channel(tmp_path: Path, line: str, fault: str) -> None:
    assert only_fault(tmp_path, bell(line)).startswith(fault)


# --- the file itself ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (PUBLISHER + f'token = "{TOKEN}', "line 4: something is not closed: a quote"),
        (PUBLISHER + f'token = "{TOKEN}\nlocale = "de"', r"line 4, column \d+: a quote is not closed"),
        (PUBLISHER + f"token = {TOKEN}", r"line 4, column 9: this is no value: texts stand in quotes"),
        (PUBLISHER + "locale", "line 4: a = is missing after the key"),
        (PUBLISHER + "locale = 'de' timezone = 'UTC'", r"line 4, column 15: the line goes on"),
        (PUBLISHER + "brand = 'again'\n", r"line 4, column \d+: this key or table is given twice"),
        (PUBLISHER + "[channels.a]\n[channels.a]", r"line 5, column \d+: this table is given twice"),
        (PUBLISHER + "[channels.a", r"line 4.*: something is not closed"),
        (PUBLISHER + "locale = '''de", r"line 4.*: something is not closed"),
        (PUBLISHER + r'templates = "C:\windows"', r"line 4, column \d+: a backslash that escapes nothing"),
        (PUBLISHER + "x = { a = 1, a = 2 }", r"line 4, column \d+: this key or table is given twice"),
        (PUBLISHER + "x = " + "[" * 5_000, "is nested too deeply"),
        (PUBLISHER + "deadline = " + "9" * 5_000, "has a number that is too long"),
        (PUBLISHER + "=", r"line 4, column 1: this is not TOML"),
        (b'[publisher]\n# caf\xe9\nbrand = "x"', "line 2: is not UTF-8 text here; save the file as UTF-8"),
        (PUBLISHER.encode("utf-16"), "is UTF-16 or binary, not UTF-8 text; save it as UTF-8"),
        (PUBLISHER.encode("utf-16-le"), "is UTF-16 or binary, not UTF-8 text; save it as UTF-8"),
        (PUBLISHER + "#" * 1_000_000, "has more than 1000000 bytes"),
    ],
)
def test_a_file_that_is_not_toml_is_told_by_its_line(tmp_path: Path, text: str | bytes, fault: str) -> None:
    assert re.match(fault, only_fault(tmp_path, text))


def test_what_cannot_be_opened_is_told_by_its_path(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name, problem in {
        "none.toml": "no such file",
        ".": "is a folder",
        "pipe": "is not a regular file",
        "loop": "cannot be read: Too many levels of symbolic links",
        "a\x00b": "cannot be read",
    }.items():
        with pytest.raises(ConfigFault, match=problem) as caught:
            load(tmp_path / name, settings_for)
        assert str(caught.value).startswith(str(tmp_path))
        assert str(caught.value).isprintable()


def test_the_largest_file_is_read_soon(tmp_path: Path) -> None:
    services = "".join(f'[services.s{number}]\nname = "Service {number}"\n' for number in range(5_000))
    assert len(loaded(tmp_path, PUBLISHER + services).services) == 5_000


# --- what it costs, and what the documentation says -----------------------------------------------------------------


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
"""

TABLES = {
    "[publisher]": "[publisher]",
    "[[windows]]": "[[windows]]",
    "[services.KEY]": "[services.vps]",
    "[presets.NAME]": "[presets.kernel]",
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
    assert loaded(tmp_path, _with_line(table, key, example))
    fault = only_fault(tmp_path, _with_line(table, key, wrong))
    place = table.strip("[]")
    assert re.match(rf"{re.escape(place)}(\[0\])?(\.[\w.\[\]-]+)?: {re.escape(said)}", fault), fault


def _with_line(table: str, key: str, line: str) -> str:
    """The example with one key of a table written in another way."""
    before, header, after = (EXAMPLE + OWN).partition(f"{table}\n")
    body, *others = re.split(r"^(?=\[)", after, flags=re.MULTILINE)
    kept = "".join(f"{other}\n" for other in body.splitlines() if not other.startswith(f"{key} "))
    return "".join([before, header, kept, line, "\n", *others])


def test_every_table_of_the_document_was_tried() -> None:
    tried = {param.values[0] for param in documented_lines()}
    assert tried == set(TABLES.values())
    assert len(list(documented_lines())) > 60


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
