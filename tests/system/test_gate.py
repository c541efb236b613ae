"""``announce gate``: work that customers were not told of does not begin."""

from __future__ import annotations

import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox

URGENT = ("urgent", "Kernel-Lücke", "--service", "vps", "--duration", "1h", "--yes", "--json")
WORK = ("--", "sh", "-c", "echo begun; exit 9")


def test_the_command_runs_when_all_have_told_and_leaves_its_own_code(announce: Any) -> None:
    ref = announce(*URGENT, "--start", "now").json["ref"]
    ran = announce("gate", ref, *WORK)
    assert (ran.code, ran.stdout) == (9, "begun\n")
    assert announce("gate", *WORK).code == 9, "the only open announcement is meant"
    shown = announce("show", ref).stdout
    assert shown.count("the work began ") == 1
    assert "customers had known for less than 1 min; " in shown


def test_before_the_announced_start_it_does_not_run_and_says_how_long_to_wait(announce: Any) -> None:
    announce(*URGENT, "--start", "+2h")
    refused = announce("gate", *WORK)
    assert (refused.code, refused.stdout) == (7, "")
    assert "the work may not begin: its announced start has not come (until " in refused.stderr
    # so many round minutes ahead is on the next five
    assert re.search(r"--wait 12[0-4]m would wait for it", refused.stderr)
    early = announce("gate", "--wait", "30m", "--json", *WORK)
    assert (early.code, early.json["exit_code"]) == (7, 7), "two hours are not waited for in half an hour"


def test_who_has_to_have_told_can_be_chosen(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("403", times=9))
    ref = announce(*URGENT, "--start", "now").json["ref"]
    for need in ("all", "facebook", "blog,facebook"):
        refused = announce("gate", ref, "--need", need, *WORK)
        assert refused.code == 7
        assert "facebook has not told what is so now" in refused.stderr
        assert f"show {ref}" in refused.stderr
    for need in ("blog", "any-social", "blog,any-social,feed"):
        assert announce("gate", ref, "--need", need, *WORK).code == 9


def test_customers_have_to_have_known_for_a_while(announce: Any) -> None:
    ref = announce(*URGENT, "--start", "now").json["ref"]
    refused = announce("gate", ref, "--lead", "15m", *WORK)
    assert refused.code == 7
    assert "customers were told too short a time ago (until " in refused.stderr
    assert "--wait 15m would wait for it" in refused.stderr


def test_a_lead_of_the_configuration_can_be_lifted(announce: Any) -> None:
    announce(*URGENT, "--start", "now")
    announce.edit(lambda text: f'{text}\n[gate]\nlead = "15m"\n')
    assert announce("gate", *WORK).code == 7
    assert announce("gate", "--lead", "0m", *WORK).code == 9


def test_a_script_that_names_no_interpreter_is_a_shells(announce: Any, tmp_path: Path) -> None:
    announce(*URGENT, "--start", "now")
    script = tmp_path / "upgrade"
    script.write_text('echo "begun with $1"; exit 9\n', encoding="utf-8")
    script.chmod(0o755)
    ran = announce("gate", "--", str(script), "care")
    assert (ran.code, ran.stdout) == (9, "begun with care\n")


@pytest.mark.parametrize("last", [("complete", "--yes"), ("withdraw", "--yes")])
def test_what_is_over_does_not_begin(announce: Any, last: tuple[str, ...]) -> None:
    ref = announce(*URGENT, "--start", "now").json["ref"]
    announce(last[0], ref, *last[1:])
    assert announce("gate", ref, "--wait", "2h", *WORK).code == 7, "and nothing is waited for"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--need", "blgo", *WORK), "no channel that is switched on is meant by 'blgo'"),
        (("--lead", "soon", *WORK), "not a duration: 'soon'"),
        (("--", "no-such-program"), "there is no command 'no-such-program' that could be run"),
        (("CMO-7K3M",), "there is no command to run"),
    ],
)
def test_a_slip_is_said_before_anything_else(announce: Any, words: tuple[str, ...], said: str) -> None:
    announce(*URGENT, "--start", "+2h")
    refused = announce("gate", *words)
    assert refused.code == 2
    assert said in refused.stderr


def test_a_signal_reaches_the_command_itself(announce: Any) -> None:
    announce(*URGENT, "--start", "now")
    line = announce.line("gate", "--", "sh", "-c", "echo on; exec cat")
    with subprocess.Popen(
        line, env=announce.environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as work:
        assert work.stdout is not None
        assert work.stdout.readline() == "on\n"
        work.send_signal(signal.SIGTERM)
        assert work.wait(timeout=60) == -signal.SIGTERM


def test_words_behind_the_dashes_are_the_commands_own(announce: Any) -> None:
    announce(*URGENT, "--start", "+2h")
    refused = announce("gate", "--", "report", "--json")
    assert (refused.code, refused.stdout) == (2, ""), "nobody asked announce for JSON"
    assert "there is no command 'report'" in refused.stderr


def test_only_what_a_stranger_has_seen_lets_it_begin_where_that_is_wanted(
    announce: Any, sandbox: Sandbox
) -> None:
    public = announce.config.parent / "public"
    sandbox.serve(public)
    announce.edit(lambda text: f"{text}\n[gate]\nverified = true\n")
    ref = announce(*URGENT, "--start", "now").json["ref"]
    (public / ref).rename(public / "away")
    refused = announce("gate", *WORK)
    assert (refused.code, refused.stdout) == (7, "")
    assert "no stranger has seen it on feed (strangers find nothing there (404))" in refused.stderr
    assert f"hint: what strangers find is said by: announce verify {ref} " in refused.stderr
    assert announce("gate", "--need", "blog,any-social", *WORK).code == 9

    (public / "away").rename(public / ref)
    assert announce("gate", *WORK).code == 9
    (public / ref).rename(public / "away")
    assert announce("gate", *WORK).code == 9, "it was seen, and that is on record"
    assert announce("verify").code == 7
    assert announce("gate", *WORK).code == 7, "but strangers who miss it since count, too"
