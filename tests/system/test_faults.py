"""One channel fails in each of the usual ways: the others are served, the exit code and the last line say it."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from announce_sandbox import Fault, Sandbox
from tests.clocks import HANG, PATIENCE
from tests.system.passing import hours_pass


def point(announce: Any, sandbox: Sandbox, type_name: str, to: str, *extra: str) -> None:
    """Let one channel's platform be somewhere else, with more settings."""
    here = f'base_url = "{sandbox.base_url(type_name)}"'
    announce.edit(lambda text: text.replace(here, "\n".join([f'base_url = "{to}"', *extra])))


def limit(announce: Any, seconds: float) -> None:
    announce.edit(lambda text: text.replace("[publisher]", f"[publisher]\ndeadline = {seconds}"))


def others(states: dict[str, str], channel: str) -> set[str]:
    return {state for name, state in states.items() if name != channel}


def test_a_channel_that_refuses_connections_can_be_resumed(announce: Any, sandbox: Sandbox) -> None:
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ran = announce.urgent()
    assert ran.code == 5
    assert ran.states["facebook"] == "retry_wait"
    assert others(ran.states, "facebook") == {"delivered"}

    announce.edit(lambda text: text.replace(sandbox.closed_url, sandbox.base_url("facebook")))
    resumed = announce("resume", ran.json["ref"], "--json")
    assert resumed.code == 0, resumed.stdout
    assert set(resumed.states.values()) == {"delivered"}
    assert [len(sandbox.posts(name)) for name in ("wordpress", "whmcs", "facebook", "twitter")] == [
        1,
        1,
        1,
        1,
    ]


def test_the_last_line_names_the_one_next_command(announce: Any, sandbox: Sandbox) -> None:
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ran = announce("urgent", "--preset", "kernel", "--start", "+2h", "--yes")
    assert ran.code == 5
    last = ran.stdout.splitlines()[-1]
    assert last.startswith("told: 4 of 5 channels · next: announce resume CMO-")


def test_refused_credentials_are_exit_4_and_open_to_a_new_token(
    announce: Any, sandbox: Sandbox, tmp_path: Path
) -> None:
    token = tmp_path / "etc" / "secrets" / "facebook-token"
    good = token.read_text()
    token.write_text("wrong-token-0000")
    ran = announce.urgent()
    assert ran.code == 4
    assert ran.states["facebook"] == "blocked_auth"
    assert others(ran.states, "facebook") == {"delivered"}
    assert "wrong-token-0000" not in ran.stdout + ran.stderr

    assert announce("resume", "--json").code == 4
    token.write_text(good)
    assert announce("resume", "--json").code == 0
    assert len(sandbox.posts("facebook")) == 1


def test_a_refusal_for_good_is_only_tried_again_when_asked(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("twitter", Fault("403", times=1))
    ran = announce.urgent()
    assert ran.code == 4
    assert ran.states["twitter"] == "failed"

    assert announce("resume", ran.json["ref"], "--json").states["twitter"] == "failed"
    assert announce("resume", ran.json["ref"], "--json", "--failed").code == 0
    assert len(sandbox.posts("twitter")) == 1


LOST = ["502", "reset", "html200", "truncated"]


@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_not_sent_again_while_it_may_be_public(
    announce: Any, sandbox: Sandbox, kind: str
) -> None:
    sandbox.fault("facebook", Fault(kind, times=1))
    point(announce, sandbox, "facebook", sandbox.base_url("facebook"), "settle = 100")
    ran = announce.urgent()
    assert ran.code == 5
    assert ran.states["facebook"] == "unknown"
    assert others(ran.states, "facebook") == {"delivered"}
    before = len(sandbox.posts("facebook"))

    resumed = announce("resume", ran.json["ref"], "--json")
    assert resumed.code == 5
    assert resumed.states["facebook"] == "unknown"
    assert len(sandbox.posts("facebook")) == before


@pytest.mark.parametrize("kind", [*LOST, "500", "late", "hang"])
def test_a_lost_answer_is_looked_for_and_the_post_is_there_once(
    announce: Any, sandbox: Sandbox, kind: str
) -> None:
    """On each platform, in a thread of its own."""
    platforms = ("wordpress", "whmcs", "facebook", "twitter")
    for type_name in platforms:
        sandbox.fault(type_name, Fault(kind, times=1, seconds=0.4))
        point(announce, sandbox, type_name, sandbox.base_url(type_name), "settle = 0.6", "timeout = 1")
    ran = announce.urgent()
    assert ran.code == 0, ran.stdout
    assert set(ran.states.values()) == {"delivered"}
    shown = {name: [post.visible for post in sandbox.posts(name)].count(True) for name in platforms}
    assert shown == dict.fromkeys(platforms, 1)


def test_a_channel_that_hangs_delays_nobody_and_is_cut(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("hang", times=1))
    point(announce, sandbox, "facebook", sandbox.base_url("facebook"), "timeout = 1", "settle = 100")
    started = time.monotonic()
    ran = announce.urgent()
    assert time.monotonic() - started < PATIENCE
    assert ran.code == 5
    assert ran.states["facebook"] == "unknown"
    assert others(ran.states, "facebook") == {"delivered"}


def test_the_run_ends_at_its_deadline(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("hang", times=1))
    point(announce, sandbox, "facebook", sandbox.base_url("facebook"), f"timeout = {HANG}")
    limit(announce, 3)
    started = time.monotonic()
    ran = announce.urgent()
    assert time.monotonic() - started < PATIENCE
    assert ran.states["facebook"] == "unknown"


def test_refused_unauthorized_and_hanging_at_once(announce: Any, sandbox: Sandbox, tmp_path: Path) -> None:
    announce.edit(lambda text: text.replace(sandbox.base_url("wordpress"), sandbox.closed_url))
    (tmp_path / "etc" / "secrets" / "x-access-token-secret").write_text("wrong")
    sandbox.fault("facebook", Fault("hang", times=1))
    point(announce, sandbox, "facebook", sandbox.base_url("facebook"), "timeout = 1", "settle = 100")
    ran = announce.urgent()
    assert ran.code == 4
    assert ran.states == {
        "blog": "retry_wait",
        "customer-center": "delivered",
        "facebook": "unknown",
        "twitter": "blocked_auth",
        "feed": "delivered",
    }
    assert ran.json["exit_code"] == 4


def test_a_redirect_is_refused_and_names_the_host(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("wordpress", Fault("redirect", times=9))
    ran = announce.urgent()
    assert ran.code == 4
    row = ran.json["deliveries"][0]
    assert row["state"] == "failed"
    assert "redirect" in row["error"]


def test_a_rate_limit_is_waited_for_within_the_deadline(announce: Any, sandbox: Sandbox) -> None:
    sandbox.fault("facebook", Fault("429", times=1, seconds=1))
    ran = announce.urgent()
    assert ran.code == 0, ran.stdout
    assert len(sandbox.posts("facebook")) == 1


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_records_what_is_in_flight(announce: Any, sandbox: Sandbox, number: int) -> None:
    import json

    sandbox.fault("facebook", Fault("hang", times=1))
    point(announce, sandbox, "facebook", sandbox.base_url("facebook"), "timeout = 2")
    words = announce.line(
        "urgent", "Titel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes", "--json"
    )
    process = subprocess.Popen(words, env=announce.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while not any(call.path.startswith("/facebook") for call in sandbox.calls):
        time.sleep(0.02)
    process.send_signal(number)
    stdout, _ = process.communicate(timeout=20)
    assert process.returncode == 130
    found = json.loads(stdout)
    assert found["exit_code"] == 130
    assert {row["channel"]: row["state"] for row in found["deliveries"]}["facebook"] == "unknown"


def test_stale_posts_are_not_sent_without_a_yes(announce: Any, sandbox: Sandbox) -> None:
    announce.edit(lambda text: text.replace(sandbox.base_url("facebook"), sandbox.closed_url))
    ran = announce.urgent()
    assert ran.code == 5, ran.stdout
    announce.edit(lambda text: text.replace(sandbox.closed_url, sandbox.base_url("facebook")))
    hours_pass(announce, 2.5)
    refused = announce("resume", ran.json["ref"], "--json")
    assert refused.code == 2
    assert "--yes" in refused.json["hint"]
    assert announce("resume", ran.json["ref"], "--json", "--yes").code == 0


def test_a_closed_pipe_changes_nothing_that_is_sent(announce: Any, sandbox: Sandbox) -> None:
    words = announce.line(
        "urgent", "Titel", "--service", "vps", "--start", "+2h", "--duration", "1h", "--yes"
    )
    process = subprocess.Popen(words, env=announce.environ, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(timeout=30) == 0
    assert len(sandbox.posts("facebook")) == 1
    assert set(
        announce("show", announce("list", "--json").json["announcements"][0]["ref"], "--json").states.values()
    ) == {"delivered"}
