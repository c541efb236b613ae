"""A drill from its first command to its report: every trouble, no secret, nothing beyond this machine."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import TROUBLES

OVER_BY_THEMSELVES = tuple(name for name, one in TROUBLES.items() if not one.lasts)
NIGHTS = [
    OVER_BY_THEMSELVES,
    ("blog-portal", "center-locked-out", "facebook-down", "x-locked"),
    ("blog-moved", "token-expired"),
]
DECIDED = ("facebook-blind", "blog-down-at-the-end")
"""A night in which a person decides, and in which the end does not come through at once."""
PAGE = (
    (Path(__file__).parents[2] / "docs" / "rehearsal.md").read_text(encoding="utf-8").replace("\n    ", "\n")
)
HOLDER = """
import fcntl, os, socket, struct, sys
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:  # SIOCSIFFLAGS: loopback up, and there is nothing else
    fcntl.ioctl(one, 0x8914, struct.pack("16sh14x", b"lo", 1))
os.execvp(sys.argv[1], sys.argv[1:])
"""


def test_every_trouble_is_in_a_night():
    assert {name for night in [*NIGHTS, DECIDED] for name in night} == set(TROUBLES)


@pytest.mark.parametrize("night", NIGHTS, ids=["over-by-themselves", "lasting", "lasting-too"])
def test_each_trouble_ends_as_it_says(announce: Any, sandbox: Any, night: tuple[str, ...]) -> None:
    """What is over by itself leaves nothing to do; what lasts is followed up by the commands that are due."""
    ran = announce("drill", "--json", "--trouble", ",".join(night), timeout=120)
    told = ran.json
    verbs = [step["command"].split()[1] for step in told["steps"]]
    first, *cures = verbs[: verbs.index("update")]
    assert (first, verbs[-3:]) == ("urgent", ["update", "extend", "complete"])
    assert set(cures) == (set() if night == OVER_BY_THEMSELVES else {"resume"})
    assert {one["state"] for one in told["seen"]} == {"delivered"}
    assert {one["channel"] for one in told["seen"]} == {
        "blog",
        "customer-center",
        "facebook",
        "twitter",
        "feed",
    }
    assert all(one["seconds"] > 0 for one in told["seen"])
    assert (told["forgotten"], told["exit_code"], ran.code) == ([], 0, 0)
    assert sandbox.posts() == [], "the drill has a sandbox of its own"
    assert not list(announce.config.parent.glob("*.db*")), "and a ledger of its own"


def test_a_person_decides_and_the_end_is_followed_up(announce: Any) -> None:
    """Nobody can be asked whether the first post is public: that leads to `resolve`, and the end to `resume`."""
    told = announce("drill", "--json", "--trouble", ",".join(DECIDED), timeout=120).json
    verbs = [step["command"].split()[1] for step in told["steps"]]
    assert verbs == ["urgent", "resolve", "update", "extend", "complete", "resume"]
    assert [step["exit_code"] for step in told["steps"]] == [3, 0, 0, 0, 5, 0]
    [decided] = told["decided"]
    assert re.fullmatch(r"announce resolve \S+ facebook --delivered http://127\.\S+", decided)
    assert {one["state"] for one in told["seen"]} == {"delivered"}
    assert (told["forgotten"], told["exit_code"]) == ([], 0)


ALONE: Mapping[str, tuple[list[str], list[int]]] = {
    "blog-500-after-publish": ([], [0]),
    "blog-portal": (["resume"], [5, 0]),
    "blog-moved": (["resume"], [4, 0]),
    "center-reset": ([], [0]),
    "center-locked-out": (["resume"], [4, 0]),
    "facebook-down": (["resume"], [5, 0]),
    "facebook-answer-lost": ([], [0]),
    "facebook-blind": (["resolve"], [3, 0]),
    "token-expired": (["resume"], [4, 0]),
    "x-429": ([], [0]),
    "x-locked": (["resume"], [4, 0]),
    "blog-down-at-the-end": ([], [0]),
    "slow-dns": ([], [0]),
}
"""Of each: what has to be typed between the first announcement and the begin of the work, and the codes of both."""


@pytest.mark.parametrize("name", TROUBLES)
def test_a_trouble_alone_ends_as_its_description_says(announce: Any, name: str) -> None:
    """On the channel that it strikes, and the status site: looked for, waited for, refused, followed up or decided."""
    types = {"wordpress": "blog", "whmcs": "customer-center", "facebook": "facebook", "twitter": "twitter"}
    struck = {types[platform] for platform in TROUBLES[name].platforms if platform in types}
    others = ",".join(set(types.values()) - struck)
    skipped = ["--skip", others] if others else []
    ran = announce("drill", "--json", "--trouble", name, *skipped, timeout=120)
    told = ran.json
    verbs = [step["command"].split()[1] for step in told["steps"]]
    codes = [step["exit_code"] for step in told["steps"]]
    begun = verbs.index("update")
    cures, first = ALONE[name]
    assert (verbs[1:begun], codes[:begun]) == (cures, first)
    late = ["resume"] if TROUBLES[name].late else []
    assert verbs[begun:] == ["update", "extend", "complete", *late]
    assert codes[begun:] == ([0, 0, 5, 0] if late else [0, 0, 0])
    assert {one["state"] for one in told["seen"]} == {"delivered"}
    assert {one["channel"] for one in told["seen"]} == {*struck, "feed"}
    met = {"facebook-answer-lost": "outcome unknown", "x-429": "429 Too Many Requests"}
    # a draft that may be there is harmless: it is looked for by the next try, and reused
    met |= dict.fromkeys(("center-reset", "blog-500-after-publish"), "not sent, will be tried again")
    assert met.get(name, "") in ran.stderr
    assert told["steps"][0]["seconds"] > {"slow-dns": 2.0}.get(name, 0.0)
    assert told["forgotten"] == []


def _closed() -> str | None:
    """Why no process can be held in a network of its own, or None."""
    command = ["unshare", "-r", "-n", "strace", "-f", "-o", "/dev/null", "true"]
    if not (shutil.which("unshare") and shutil.which("strace")):
        return "unshare or strace is missing"
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    return done.stderr.strip()[:200] if done.returncode else None


def test_nothing_real_is_reached_and_no_secret_is_looked_for(
    announce: Any, tmp_path: Path, give_up: Callable[[str], None]
) -> None:
    """With real addresses, a proxy, secrets that leave a trace, no network but loopback, and strace beside it."""
    if reason := _closed():
        give_up(reason)
    trace, calls = tmp_path / "resolved", tmp_path / "calls"

    def real(text: str) -> str:
        text = re.sub(r"http://127\.0\.0\.1:\d+/(wordpress|whmcs|site)", r"https://\1.example.net", text)
        text = re.sub(r"(?m)^base_url = \"http:.*\n", "", text)
        text = text.replace(
            'directory = "public"', 'directory = "s3://bucket/status"\nhub = "https://hub.example.net/"'
        )
        return re.sub(r'\{ file = "secrets/[a-z-]+" \}', f'{{ command = ["touch", "{trace}"] }}', text)

    announce.edit(real)
    shutil.rmtree(announce.config.parent / "secrets")
    drill = announce.line("drill", "--json", "--trouble", "x-429")
    held = ["unshare", "-r", "-n", sys.executable, "-c", HOLDER]
    done = subprocess.run(
        [
            *held,
            "strace",
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-e",
            "trace=connect,sendto,sendmsg",
            "-o",
            str(calls),
            *drill,
        ],
        capture_output=True,
        encoding="utf-8",
        env=announce.environ
        | {"HTTPS_PROXY": "http://192.0.2.1:3128", "https_proxy": "http://192.0.2.1:3128"},
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert not trace.exists()
    there = re.findall(r'inet6?_(?:addr|pton)\((?:AF_INET6, )?"([^"]+)"', calls.read_text())
    assert there
    assert {address for address in there if not address.startswith("127.")} == set()


def test_a_night_at_a_terminal(announce: Any) -> None:
    """Enter takes what is offered, another command may be typed, and what was left out is called for."""
    left_out = "blog,customer-center,twitter,feed"
    program, *words = announce.line("drill", "--skip", left_out, "--trouble", "token-expired")
    environ = announce.environ | {"TERM": "xterm"}
    child = pexpect.spawn(program, words, env=environ, encoding="utf-8", timeout=30, dimensions=(24, 80))
    urgent = "announce urgent Kernel --service vps --start +30m --duration 1h"
    for expected, answer in (
        (r"\[urgent --preset kernel --start \+30m\]", "urgent --nonsense"),
        (r"error: No such option: --nonsense.*\[urgent --preset", urgent),
        (r"Send to 1 channel.* now\? \[y/N\]", "y"),
        (r"well again.*\[resume CMO-", ""),
        (r"The work begins.*\[update CMO-", "-"),
        (r"longer.*\[extend CMO-", "-"),
        (r"All servers are back.*\[complete CMO-", ""),
        (r"Nobody has said that the work began.*\[update CMO-", ""),
        (r"\[y/N\]", "y"),
        (r"All servers are back.*\[complete CMO-", ""),
        (r"\[y/N\]", "y"),
    ):
        child.expect(f"(?s){expected}")
        child.sendline(answer)
    child.expect(
        r"(?s)The drill is over: CMO-\w{4}\. Nothing left this machine\..*token-expired: .*Forgotten: nothing\."
    )
    child.expect("Read the last line of every command")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0


CENTER = """
[channels.center]
type = "http"
base_url = "https://center.example.net/api"
auth = { kind = "basic", username = "ana", password = { command = ["touch", "TRACE"] } }
success = { path = "result", equals = "ok" }
draft = { path = "/tickets/new.php", form = { betreff = "{{ title }}", inhalt = "{{ body }}", sichtbar = "0" } }
release = { path = "/tickets/show.php", form = { nummer = "{{ id }}", sichtbar = "1" } }
update = { method = "PUT", path = "/tickets/{{ id }}", json = { ticket = { inhalt = "{{ body }}" } } }
id = "ticket.nummer"
"""


def test_a_customer_center_of_ones_own_plays_its_own_requests(announce: Any, tmp_path: Path) -> None:
    """Draft, release and edits as they are configured; its secret is not looked for."""
    trace = tmp_path / "resolved"
    announce.edit(lambda text: text + CENTER.replace("TRACE", str(trace)))
    told = announce("drill", "--json", "--skip", "blog,customer-center,facebook,twitter", timeout=120).json
    assert {(one["channel"], one["state"]) for one in told["seen"]} == {
        ("center", "delivered"),
        ("feed", "delivered"),
    }
    assert [step["exit_code"] for step in told["steps"]] == [0, 0, 0, 0]
    assert not trace.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "nobody is there to be asked"),
        (["--yes", "--trouble", "fire"], "there is no trouble 'fire'"),
        (
            ["--yes", "--skip", "twitter", "--trouble", "x-429"],
            "x-429 strikes no channel of this configuration",
        ),
        (["--yes", "--skip", "fax"], "unknown channel 'fax'"),
    ],
)
def test_what_cannot_be_played_is_said(announce: Any, words: list[str], said: str) -> None:
    ran = announce("drill", *words)
    assert ran.code == 2
    assert ran.stderr.startswith(f"error: {said}")
    assert "hint: " in ran.stderr


def test_the_troubles_are_listed_without_a_configuration(announce: Any) -> None:
    announce.config.unlink()
    ran = announce("drill", "--trouble", "list")
    assert ran.stdout in PAGE, "docs/rehearsal.md shows it"
    assert [line.split()[0] for line in ran.stdout.splitlines()] == list(TROUBLES)
    assert [one["name"] for one in announce("drill", "--trouble", "list", "--json").json["troubles"]] == list(
        TROUBLES
    )
