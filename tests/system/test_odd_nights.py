"""What goes wrong around the command at 3 am: terminals, streams, signals, a configuration that has changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import Fault, Sandbox
from tests.system.passing import hours_pass

URGENT = ("Titel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes")


def shell(announce: Any, redirected: str, *words: str) -> subprocess.CompletedProcess[str]:
    line = " ".join(f"'{word}'" for word in announce.line(*words))
    return subprocess.run(
        ["bash", "-c", f"{line} {redirected}"],
        env=announce.environ,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("redirected", "code"),
    [("2>&-", 0), (">&- 2>&-", 0), ("<&- >&- 2>&-", 0), (">/dev/full", 1), (">/dev/full 2>/dev/full", 1)],
)
def test_streams_that_are_not_there_change_nothing_that_is_sent(
    announce: Any, sandbox: Sandbox, redirected: str, code: int
) -> None:
    """Nobody reads: all is well. Somebody wanted the answer in a file, and the disk is full: that is no success."""
    assert shell(announce, redirected, "urgent", *URGENT).returncode == code
    assert [len(sandbox.posts(name)) for name in ("wordpress", "whmcs", "facebook", "twitter")] == [
        1,
        1,
        1,
        1,
    ]


@pytest.mark.parametrize("words", [("--version",), ("--help",), ("windows", "--json"), ("urgent", "--help")])
def test_an_answer_that_does_not_get_out_is_no_success(announce: Any, words: tuple[str, ...]) -> None:
    ran = shell(announce, ">/dev/full", *words)
    assert ran.returncode == 1
    assert "error: the answer cannot be printed: No space left on device" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert shell(announce, "| head -c 1", *words).stderr == ""


def test_a_terminal_that_has_stopped_reading_delays_nothing(announce: Any, sandbox: Sandbox) -> None:
    program, *arguments = announce.line("urgent", *URGENT)
    child = pexpect.spawn(program, arguments, env=announce.environ | {"TERM": "xterm"}, dimensions=(24, 80))
    deadline = time.monotonic() + 20
    while len(sandbox.posts("facebook")) < 1 and time.monotonic() < deadline:
        time.sleep(0.05)  # nobody reads the terminal
    assert len(sandbox.posts("facebook")) == 1
    child.ptyproc.delayafterterminate = 1.0  # on a busy machine even a killed process takes its time
    child.close(force=True)


def test_a_terminal_that_goes_away_lets_what_is_in_flight_end(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("slow", times=1, seconds=1.5))
    program, *arguments = announce.line("urgent", *URGENT)
    child = pexpect.spawn(program, arguments, env=announce.environ | {"TERM": "xterm"}, dimensions=(24, 80))
    while not any(call.path.startswith("/facebook") for call in sandbox.calls):
        time.sleep(0.02)
    os.close(child.child_fd)
    child.child_fd = -1
    deadline = time.monotonic() + 20
    ref = announce("list", "--json").json["announcements"][0]["ref"]
    while announce("show", ref, "--json").states["facebook"] == "sending" and time.monotonic() < deadline:
        time.sleep(0.1)
    assert announce("show", ref, "--json").states["facebook"] == "delivered"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_before_anything_is_recorded_is_answered_in_full(
    announce: Any, number: int, tmp_path: Path
) -> None:
    pipe = tmp_path / "facts"
    os.mkfifo(pipe)
    words = announce.line("urgent", "--from-file", str(pipe), "--yes", "--json")
    with (
        subprocess.Popen(
            words, env=announce.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
        pipe.open("w"),
    ):  # the command has begun to read
        time.sleep(0.2)
        process.send_signal(number)
        stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    assert json.loads(stdout)["exit_code"] == 130


def fail_facebook(announce: Any, sandbox: Sandbox) -> str:
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ran = announce.urgent()
    assert ran.code == 5
    announce.edit(lambda text: text.replace(sandbox.closed_url, sandbox.base_url("facebook")))
    return str(ran.json["ref"])


def without(text: str, channel: str) -> str:
    head, _, rest = text.partition(f"[channels.{channel}]")
    following = rest.partition("\n[channels.")
    return head + following[1] + following[2]


def test_a_channel_that_left_the_configuration_is_named(announce: Any, sandbox: Sandbox) -> None:
    ref = fail_facebook(announce, sandbox)
    announce.edit(lambda text: without(text, "facebook"))
    ran = announce("resume", ref)
    assert ran.code == 5
    assert "facebook is not configured" in ran.stderr
    assert f"announce resolve {ref} facebook" in ran.stderr
    assert announce("resolve", ref, "facebook", "--abandon").code == 0


def test_a_feed_that_left_the_configuration_stops_nobody(announce: Any, sandbox: Sandbox) -> None:
    ref = fail_facebook(announce, sandbox)
    announce.edit(lambda text: without(text, "feed"))
    assert announce("resume", ref, "--json").code == 0


def test_a_channel_that_was_switched_off_is_left_alone(announce: Any, sandbox: Sandbox) -> None:
    ref = fail_facebook(announce, sandbox)
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nenabled = false'))
    assert announce("resume", ref, "--json").code == 5
    assert sandbox.posts("facebook") == []


def test_what_may_be_public_is_looked_for_even_after_the_work(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("502", times=1))
    announce.edit(lambda text: text.replace("[publisher]", "[publisher]\ndeadline = 10"))
    ran = announce("urgent", "T", "--service", "vps", "--start", "now", "--duration", "1m", "--yes", "--json")
    assert ran.states["facebook"] == "unknown", ran.stdout
    hours_pass(announce, 1)
    announce.edit(lambda text: text.replace('type = "facebook"', 'type = "facebook"\nsettle = 0.1'))
    announce.edit(lambda text: text.replace("deadline = 10", "deadline = 60"))
    assert announce("resume", ran.json["ref"], "--json").states["facebook"] == "delivered"
    assert len(sandbox.posts("facebook")) == 1


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--only", ""), "--only names no channel"),
        (("--reason", ""), "reason"),
    ],
)
def test_an_empty_option_does_not_mean_everything(announce: Any, words: tuple[str, ...], says: str) -> None:
    ran = announce.urgent(*words)
    assert ran.code == 2
    assert says in ran.json["error"]


@pytest.mark.parametrize(("title", "says"), [("", "title"), ("CMO-7K3M", "reference")])
def test_an_empty_title_or_a_reference_is_no_title(announce: Any, title: str, says: str) -> None:
    ran = announce(
        "urgent", title, "--service", "vps", "--start", "+1h", "--duration", "1h", "--yes", "--json"
    )
    assert ran.code == 2
    assert says in ran.json["error"]


def test_a_dry_run_names_the_secrets_that_are_missing(announce: Any, tmp_path: Path) -> None:
    (tmp_path / "etc" / "secrets" / "facebook-token").unlink()
    ran = announce.urgent("--dry-run")
    assert ran.code == 0
    assert "channels.facebook.access_token" in ran.stderr


def test_check_tries_the_templates(announce: Any, tmp_path: Path) -> None:
    templates = tmp_path / "etc" / "own" / "de"
    templates.mkdir(parents=True)
    (templates / "text.txt").write_text(
        "{% block title %}x{% endblock %}{% block body %}{{ titel }}{% endblock %}"
    )
    announce.edit(lambda text: text.replace('locale = "de" ', 'templates = "own"\nlocale = "de" '))
    ran = announce("check", "--json")
    assert ran.code == 2
    faults = {row["channel"]: row["templates"] for row in ran.json["channels"]}
    assert "titel" in faults["facebook"][0]
    assert faults["blog"] == []


def test_a_third_language_is_checked_word_for_word(announce: Any, tmp_path: Path) -> None:
    words = (Path(__file__).parents[2] / "templates" / "en" / "words.toml").read_text(encoding="utf-8")
    french = tmp_path / "etc" / "own" / "fr" / "words.toml"
    french.parent.mkdir(parents=True)
    french.write_text(words, encoding="utf-8")
    announce.edit(lambda text: text.replace('locale = "de" ', 'templates = "own"\nlocale = "fr" '))
    whole = announce("check", "--json")
    assert [row["templates"] for row in whole.json["channels"]] == [[]] * len(whole.json["channels"])

    french.write_text(words.replace('affected = "Affected"\n', ""), encoding="utf-8")
    ran = announce("check", "--json")
    assert ran.code == 2
    for row in ran.json["channels"]:
        assert "the words of 'fr': there is no label.affected" in row["templates"][0]


def test_windows_judges_without_speaking_of_publishing(announce: Any) -> None:
    announce.edit(lambda text: text.replace("windows = []\n", ""))
    last = announce("windows", "--at", "Tue 23:00").stdout.splitlines()[-1]
    assert last.endswith("no notice is due")
