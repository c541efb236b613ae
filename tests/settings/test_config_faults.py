"""What is wrong with announce.toml, one fault at a time, and with the file itself."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from publisher.settings.config import ConfigFault, load
from tests.settings.files import (
    PUBLISHER,
    TOKEN,
    bell,
    faults_of,
    loaded,
    only_fault,
    settings_for,
)

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
        ('permalink = { de = "https://example.net/{id}" }', "publisher.permalink: has braces"),
        ('permalink = { deutsch = "https://example.net/{ref}" }', "publisher.permalink: "),
        ("permalink = 7", "publisher.permalink"),
        ('ledger = "ledger.db"', "publisher.ledger: is no sqlite:/// URL"),
        ('ledger = "sqlite:///"', "publisher.ledger: names no file"),
        ('ledger = "postgresql://a:s3cret@localhost/x"', "publisher.ledger: has a password in it"),
        ('ledger = "postgresql:///x?password=s3cret"', "publisher.ledger: has a password in it"),
        ('ledger = "postgresql://localhost/"', "publisher.ledger: names no database"),
        ('ledger = "postgresql:x"', "publisher.ledger: names no database"),
        ('ledger = "postgresql://a@db.example.net/x"', "publisher.ledger: does not make sure"),
        ('ledger = "postgresql://a@localhost,db2/x?sslmode=require"', "publisher.ledger: does not make sure"),
        ('pooler = "session"', "publisher.pooler: is for a ledger in a database"),
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
        (
            PUBLISHER + '[services.vps]\nname = "VPS"\n[channels.f]\ntype = "feed"\ndirectory = "x"\n'
            'url = "https://status.example.net"\nservices = ["vps", "vsp"]',
            'channels.f.services[1]: unknown service "vsp"; did you mean vps?',
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
