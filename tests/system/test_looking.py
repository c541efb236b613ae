"""Commands that send nothing: dry run, list, show, windows, check, and the last word on wrong usage."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Sandbox
from publisher.settings.person import who

SPY = """
import sys
EVENTS = open({path!r}, "a")
def spy(event, args):
    if event.startswith(("socket.", "smtplib.", "imaplib.", "poplib.")) and event != "socket.gethostname":
        print(event, args[1:] if event == "socket.connect" else "", file=EVENTS, flush=True)
sys.addaudithook(spy)
"""


@pytest.fixture
def spied(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which every socket event of the process is written down, and where."""
    import os

    folder, log = tmp_path / "spy", tmp_path / "events.log"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(SPY.format(path=str(log)))
    root = Path(__file__).parents[2]
    return {"PYTHONPATH": os.pathsep.join([str(folder), str(root), str(root / "channels")])}, log


def test_a_dry_run_opens_no_socket_and_writes_no_ledger(
    announce: Any, spied: tuple[dict[str, str], Path], tmp_path: Path
) -> None:
    environ, log = spied
    ran = announce.urgent("--dry-run", environ=environ)
    assert ran.code == 0, ran.stderr
    assert log.read_text() == ""
    assert not (tmp_path / "etc" / "ledger.db").exists()

    assert announce.urgent(environ=environ).code == 0
    assert "socket.connect" in log.read_text()


def test_no_mail_connection_is_opened_on_the_way_to_a_delivery(
    announce: Any, spied: tuple[dict[str, str], Path]
) -> None:
    environ, log = spied
    assert announce.urgent(environ=environ).code == 0
    events = log.read_text()
    assert "socket.connect" in events
    assert not re.search(r"smtplib|imaplib|poplib", events)
    ports = {int(port) for port in re.findall(r"\('[^']+', (\d+)", events)}
    assert ports
    assert not ports & {25, 110, 143, 465, 587, 993, 995, 2525}


def test_a_dry_run_shows_every_post_whole(announce: Any) -> None:
    found = announce.urgent("--dry-run").json
    assert found["dry_run"] is True
    assert found["exit_code"] == 0
    assert len(found["deliveries"]) == 5
    for row in found["deliveries"]:
        assert row["state"] == "pending"
        assert set(row["post"]) == {"title", "body", "length", "limit"}
        assert found["ref"] in row["post"]["title"] + row["post"]["body"]
    twitter = next(row for row in found["deliveries"] if row["channel"] == "twitter")
    assert twitter["post"]["limit"] == 280
    assert 0 < twitter["post"]["length"] <= 280


def test_a_dry_run_needs_no_secrets(announce: Any, tmp_path: Path) -> None:
    for secret in (tmp_path / "etc" / "secrets").iterdir():
        secret.unlink()
    assert announce.urgent("--dry-run").code == 0


def test_the_preview_as_text_names_lengths_and_limits(announce: Any) -> None:
    ran = announce("urgent", "--preset", "kernel", "--start", "+2h", "--dry-run")
    assert ran.code == 0
    assert re.search(r"--- twitter \(twitter, de\): a new post, \d+ of 280 weighted", ran.stdout)
    assert "an example" in ran.stdout
    assert re.search(r"customers are told (1 h 59 min|2 h( [1-4] min)?) before the work", ran.stdout)
    assert "feed readers" in ran.stdout


def test_the_preview_as_a_page_shows_every_post(announce: Any, tmp_path: Path) -> None:
    page = tmp_path / "preview.html"
    ran = announce.urgent("--dry-run", "--html", str(page), "--reason", "<script>alert(1)</script>")
    assert ran.code == 0, ran.stderr
    text = page.read_text()
    for row in ran.json["deliveries"]:
        assert row["channel"] in text
    assert "<script" not in text.replace("&lt;script", "")


def test_the_preview_is_opened_where_the_machine_opens_pages(announce: Any, tmp_path: Path) -> None:
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {tmp_path}/opened\n')
    browser.chmod(0o755)
    announce.environ["BROWSER"] = f"{browser} %s"

    assert announce.urgent("--dry-run", "--open").code == 0

    opened = Path((tmp_path / "opened").read_text().strip().removeprefix("file://"))
    assert "not published" in opened.read_text()
    assert opened.stat().st_mode & 0o777 == 0o600
    assert opened.parent.stat().st_mode & 0o777 == 0o700


def test_work_inside_a_window_is_exit_6(announce: Any, sandbox: Sandbox) -> None:
    announce.edit(lambda text: text.replace("windows = []\n", ""))
    words = ("Titel", "--service", "vps", "--start", "Tue 23:00", "--duration", "2h", "--json")
    ran = announce("urgent", *words, "--dry-run")
    assert ran.code == 6
    assert ran.json["exit_code"] == 6
    assert "deliveries" not in ran.json
    assert "--anyway" in ran.json["hint"]
    assert announce("urgent", *words, "--dry-run", "--anyway").code == 0


def test_work_that_overruns_a_window_is_announced(announce: Any) -> None:
    announce.edit(lambda text: text.replace("windows = []\n", ""))
    ran = announce(
        "urgent", "T", "--service", "vps", "--start", "Wed 05:00", "--until", "Wed 07:00", "--dry-run"
    )
    assert ran.code == 0
    assert "runs past its end" in ran.stdout


def test_windows_are_listed_and_judged(announce: Any) -> None:
    announce.edit(lambda text: text.replace("windows = []\n", ""))
    plain = announce("windows")
    assert plain.code == 0
    assert len(plain.stdout.splitlines()) == 4
    for at, until, verdict in (
        ("2026-11-24T22:30", "2026-11-25T06:00", "inside"),
        ("2026-11-24T22:29", "2026-11-25T06:00", "outside"),
        ("2026-11-25T05:00", "2026-11-25T06:01", "overruns"),
        ("2031-11-26T23:00", "2031-11-27T01:00", "inside"),
    ):
        judged = announce("windows", "--at", at, "--until", until, "--json").json
        assert (judged["verdict"], judged["exit_code"]) == (verdict, 0)


def test_list_and_show_tell_what_was_said(announce: Any) -> None:
    sent = announce.urgent().json
    listed = announce("list", "--json").json["announcements"]
    assert [(row["ref"], row["told"], row["channels"]) for row in listed] == [(sent["ref"], 5, 5)]
    assert listed[0]["by"] == sent["by"] == who({})
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", listed[0]["starts_at"])
    assert f"{sent['ref']}  scheduled" in (opened := announce("list", "--open").stdout)
    assert f"({who({})})" in opened

    typed = sent["ref"].lower().replace("-", "")
    shown = announce("show", typed, "--json")
    assert shown.code == 0
    assert shown.json["ref"] == sent["ref"]
    assert {row["state"] for row in shown.json["deliveries"]} == {"delivered"}
    for row in shown.json["deliveries"]:
        assert sent["ref"] in row["post"]["title"] + row["post"]["body"]
    assert shown.json["by"] == sent["by"]
    text = announce("show", sent["ref"], "--full").stdout
    assert f", by {sent['by']}" in text
    assert "publish → delivered" in text
    assert "stage → staged" in text


def times_in(value: Any) -> list[str]:
    """Every text in a JSON object that begins as a time does."""
    if isinstance(value, dict | list):
        inner = value.values() if isinstance(value, dict) else value
        return [time for one in inner for time in times_in(one)]
    return [value] if isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d[T ]", value) else []


def test_every_json_has_its_times_in_one_form(announce: Any) -> None:
    sent = announce.urgent("--only", "blog").json
    announce("update", "Halb fertig", "--next-update", "+30m", "--yes", "--json")
    announce("ledger", "backup", str(announce.config.parent / "copy.db"))
    late = announce.urgent("--only", "feed", "--start", "now", "--already-started", "--again", "a test").json
    asked = [
        ("list",),
        ("list", "--open"),
        ("show", sent["ref"]),
        ("due",),
        ("windows",),
        ("ledger", "check"),
    ]
    answers = [sent, late, *(announce(*words, "--json").json for words in asked)]
    found = [time for answer in answers for time in times_in(answer)]
    assert len(found) > 10
    assert [one for one in found if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", one)] == []


def test_an_unknown_reference_names_the_nearest(announce: Any) -> None:
    sent = announce.urgent().json
    wrong = sent["ref"][:-1] + ("0" if sent["ref"][-1] != "0" else "1")
    for verb in ("show", "resume"):
        ran = announce(verb, wrong, "--json")
        assert ran.code == 2
        assert sent["ref"] in ran.json["hint"]


def test_nothing_to_resume_is_said(announce: Any) -> None:
    assert announce.urgent("--only", "blog").code == 0
    ran = announce("resume")
    assert (ran.code, ran.stdout.strip()) == (0, "nothing to resume")


def test_check_proves_what_can_be_proved(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    ran = announce("check", "--json")
    assert ran.code == 0, ran.stdout
    assert [row["channel"] for row in ran.json["channels"]] == [
        "blog", "customer-center", "facebook", "twitter", "feed",
    ]  # fmt: skip
    answers = {row["channel"]: row["may_publish"] for row in ran.json["channels"]}
    assert answers["blog"] == "proved"
    assert answers["customer-center"] == "unknown"
    assert sandbox.posts() == []

    (tmp_path / "etc" / "secrets" / "blog-password").write_text("wrong-password")
    bad = announce("check", "--json")
    assert bad.code == 4
    assert bad.json["channels"][0]["error"]
    assert "wrong-password" not in bad.stdout + bad.stderr


def test_check_says_what_is_unreachable(announce: Any, sandbox: Sandbox) -> None:
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ran = announce("check", "--json")
    assert ran.code == 5
    assert {row["channel"] for row in ran.json["channels"] if row["error"]} == {"facebook"}


@pytest.mark.parametrize("words", [("urgnt",), ("urgent", "--titel", "x"), ("show",), ("windows", "--at")])
def test_wrong_usage_is_exit_2_and_one_json_object(announce: Any, words: tuple[str, ...]) -> None:
    ran = announce(*words, "--json")
    assert ran.code == 2
    assert ran.json["exit_code"] == 2
    assert set(ran.json) == {"exit_code", "error", "hint"}


def test_help_and_version_need_no_configuration(announce: Any) -> None:
    announce.config.unlink()
    assert "urgent" in announce("--help").stdout
    assert "--already-started" in announce("urgent", "--help").stdout
    assert re.match(r"announce \d", announce("--version").stdout)


def test_an_unusable_configuration_names_every_fault(announce: Any) -> None:
    announce.edit(lambda text: text.replace('type = "whmcs"', 'type = "smtp"').replace("brand =", "brnd ="))
    ran = announce("list", "--json")
    assert ran.code == 2
    assert "did you mean brand" in ran.json["error"]
    assert "e-mail" in ran.json["error"].lower()


class Echoing(BaseHTTPRequestHandler):
    """A platform that quotes the credentials it was given, whatever is asked."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = json.dumps({"error": f"no rights: {self.headers['Authorization']}"}).encode()
        self.send_response(403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


ECHO = """
[channels.echo]
type = "http"
base_url = "http://127.0.0.1:{port}"
error = "error"
auth = {{ kind = "bearer", token = {{ file = "secrets/echoed" }} }}
[channels.echo.publish]
path = "/news"
json = {{ title = "{{{{ title }}}}" }}
"""


def test_debug_logging_shows_no_secret(announce: Any, tmp_path: Path) -> None:
    """Canaries: no secret in any output or file, whatever the environment asks for, and whatever is quoted."""
    environ = {"PYTHONDEVMODE": "1", "PYTHONWARNINGS": "default", "PYTHONVERBOSE": ""}
    token = tmp_path / "etc" / "secrets" / "echoed"
    token.write_text("a-token-that-comes-back")
    token.chmod(0o600)
    with HTTPServer(("127.0.0.1", 0), Echoing) as echoing:
        threading.Thread(target=echoing.serve_forever, args=[0.02], daemon=True).start()
        announce.edit(lambda text: text + ECHO.format(port=echoing.server_port))
        ran = announce.urgent(environ=environ)
        echoing.shutdown()
    assert "no rights: Bearer ***" in ran.stdout + ran.stderr, "the control: it was quoted"
    secrets = [path.read_text().strip() for path in (tmp_path / "etc" / "secrets").iterdir()]
    files = [
        path for path in (tmp_path / "etc").rglob("*") if path.is_file() and path.parent.name != "secrets"
    ]
    assert len(secrets) == 9
    assert any(path.name == "ledger.db" for path in files)
    for secret in secrets:
        assert secret not in ran.stdout + ran.stderr
        for path in files:
            assert secret.encode() not in path.read_bytes()


@pytest.mark.parametrize(
    ("file", "text", "says"),
    [
        ("page.html", "{{ nope.bar }}", "'nope' is undefined"),
        ("index.html", "{% if %}", "index.html, line 1"),
        ("withdrawn.html", "{{ 1 / 0 }}", "division by zero"),
        ("archive.html", "{{ older.first.nope }}", "nope"),
    ],
)
def test_a_broken_page_of_ones_own_is_found_by_the_check(
    announce: Any, tmp_path: Path, file: str, text: str, says: str
) -> None:
    folder = announce.config.parent / "own" / "de"
    folder.mkdir(parents=True)
    announce.edit(lambda known: known.replace("[publisher]\n", '[publisher]\ntemplates = "own"\n'))
    assert announce("check").code == 0
    (folder / file).write_text(text)
    ran = announce("check")

    assert ran.code == 2
    assert says in ran.stdout + ran.stderr


def test_a_locale_without_pages_is_found_by_the_check(announce: Any) -> None:
    announce.edit(lambda known: known.replace("[channels.feed]\n", '[channels.feed]\nlocale = "fr"\n'))
    ran = announce("check")
    assert ran.code == 2
    assert "'fr'" in ran.stdout + ran.stderr
