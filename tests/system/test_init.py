"""``announce init``: from nothing to a green check against the sandbox, and again to add a channel."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pexpect
import pytest

from announce_sandbox import Sandbox

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "new" / "announce.toml"


@pytest.fixture
def init(announce: Any, file: Path) -> Callable[..., Any]:
    """Runs it without a terminal, for a file that is not there yet."""
    announce.config = file
    return lambda *words: announce("init", *words)


@pytest.fixture
def typing(announce: Any, file: Path) -> Iterator[Callable[..., pexpect.spawn]]:
    """Starts it on a terminal of 80×24."""
    started: list[pexpect.spawn] = []

    def start(*words: str) -> pexpect.spawn:
        arguments = ["-m", "publisher", "init", "--config", str(file), *words]
        environ = announce.environ | {"TERM": "xterm"}
        child = pexpect.spawn(
            sys.executable, arguments, env=environ, encoding="utf-8", timeout=20, dimensions=(24, 80)
        )
        child.logfile_read = shown
        started.append(child)
        return child

    shown = io.StringIO()
    yield start
    for child in started:
        child.close(force=True)
    lines = shown.getvalue().replace("\r", "").splitlines()
    assert "\n".join(line for line in lines if len(line) > 80 and not PASTED.match(line)) == ""


PASTED = re.compile(r" *\S*$|.{,78}: (\S*|announce .*)$|[^[]{,78}\[.*\]: ")
"""What is wider than a terminal because it is one: an answer, a path or a command, alone or behind its label."""


def says(child: pexpect.spawn, *exchange: tuple[str, str | None]) -> None:
    """What is expected, and what is answered; None: it is no question."""
    for expected, answer in exchange:
        child.expect(expected)
        if answer is not None:
            child.sendline(answer)


def ended(child: pexpect.spawn) -> int:
    child.expect(pexpect.EOF)
    child.close()
    return int(child.exitstatus)


def test_from_nothing_to_a_green_check_and_again_for_one_more(
    announce: Any, typing: Any, file: Path, sandbox: Sandbox
) -> None:
    known = sandbox.credentials
    child = typing()
    says(
        child,
        ("The name customers know", ""),
        ("this is needed", "CMO"),
        (r"references begin with.*\[CMO\]", "cmo"),
    )
    says(child, ("is no prefix", "CMO"), ("Your domain", "example.net"), (r"Language.*\[de\]", ""))
    says(child, (r"Time zone \[Europe/Berlin\]", "Berlin"), ("did you mean Europe/Berlin", ""))
    says(
        child,
        ("customers reach you", "+49 30 1234567"),
        ("Unix group", ""),
        ("imprint", "https://example.net/imprint"),
    )
    says(
        child,
        ("status site", "https://status.example.net/"),
        ("windows, or none", "Tue"),
        ("is no window", "none"),
    )
    says(
        child,
        ("Services", "vps=VPS-Hosting"),
        ("take over", "kernel, nework"),
        ("did you mean network", "kernel"),
    )
    says(child, ("Add a channel", "mail"), ("too slow", "wordpress"), ("Its name", ""), ("role Author", None))
    says(child, ("blog: base_url", "blog"), ("blog: base_url", sandbox.base_url("wordpress")))
    says(child, ("username", known["wordpress"]["username"]), ("secrets kept", "1"), ("not shown", "wrong"))
    says(
        child, (r"Answer again\?", "y"), ("base_url", sandbox.base_url("wordpress")), ("username", "announce")
    )
    says(child, ("not shown", known["wordpress"]["password"]), ("added: blog", None))
    says(
        child,
        ("feed; none", "feed"),
        (r"Its name \[feed\]", ""),
        ("directory", ""),
        (r"url \[https://status", ""),
    )
    says(child, ("added: feed", None), ("feed; none", "none"))
    assert ended(child) == 0
    secret = file.parent / "secrets" / "blog-password"
    assert secret.stat().st_mode & 0o777 == 0o600
    announce.config = file
    checked = announce("check", "--json")
    assert checked.code == 0, checked
    before = file.read_text(encoding="utf-8")
    assert before.startswith("#:schema ./announce.schema.json\n")
    assert known["wordpress"]["password"] not in before
    file.write_text(before + "# ours", encoding="utf-8")

    again = typing("--set", f"facebook.base_url={sandbox.base_url('facebook')}")
    says(
        again,
        ("nothing else is touched", None),
        ("none", "facebook"),
        ("Its name", ""),
        ("Development to Live", None),
    )
    says(
        again,
        ("page_id", known["facebook"]["page_id"]),
        ("secrets kept", "3"),
        ("Command", "echo EAAsandboxPageToken"),
    )
    says(again, ("added: facebook", None), ("feed; none", ""))
    assert ended(again) == 0
    assert file.read_text(encoding="utf-8").startswith(before + "# ours\n\n[channels.facebook]\n")
    assert announce("check", "--json").code == 0
    assert announce("urgent", "--preset", "kernel", "--start", "+30m", "--dry-run").code == 0


HOUSE = ("--non-interactive", "--brand", "CMO", "--service", "vps=VPS", "--preset", "none", "--no-check")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--brand", "CMO"), "there is no terminal to ask at"),
        (HOUSE[:1], "brand is not said"),
        ((*HOUSE, "--zone", "Berlin"), "did you mean Europe/Berlin"),
        ((*HOUSE, "--window", "Tue 22:30"), "is no window"),
        ((*HOUSE, "--service", "a b=c"), "is no key for a service"),
        ((*HOUSE, "--channel", "blog"), "this is no KEY=VALUE"),
        ((*HOUSE, "--channel", "blog=wordpress"), "--set blog.base_url=VALUE"),
        ((*HOUSE, "--channel", "post=smtp"), "too slow"),
        (
            (*HOUSE, "--channel", "x=twitter", "--secret", "x.consumer_key=hunter2"),
            "where it is kept, never what it is",
        ),
    ],
)
def test_a_wrong_answer_is_named_with_its_cure(init: Any, words: tuple[str, ...], said: str) -> None:
    ran = init(*words)
    assert ran.code == 2, ran
    assert said in ran.stderr
    assert "hint: " in ran.stderr
    assert "hunter2" not in ran.stdout + ran.stderr


def test_nothing_is_written_over(init: Any, file: Path, tmp_path: Path) -> None:
    file.parent.mkdir()
    file.write_text("[publisher", encoding="utf-8")
    ran = init(*HOUSE)
    assert (ran.code, file.read_text(encoding="utf-8")) == (2, "[publisher")
    assert str(file) in ran.stderr
    file.unlink()
    file.mkdir()
    assert init(*HOUSE).code == 2
    file.rmdir()
    assert init(*HOUSE, "--json").json == {"exit_code": 0, "configuration": str(file), "channels": []}
    written = file.read_bytes()
    assert init(*HOUSE).code == 0
    assert file.read_bytes() == written
    assert sorted(one.name for one in file.parent.iterdir()) == ["announce.schema.json", "announce.toml"]


def test_a_folder_that_cannot_be_written_is_said(announce: Any) -> None:
    announce.config = Path("/proc/announce/announce.toml")
    ran = announce("init", *HOUSE)
    assert ran.code == 2
    assert "cannot be written" in ran.stderr


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("command:printf 'one\\ntwo'", 'command "printf" holds a second line'),
        ("command:nonesuch", 'command "nonesuch" cannot be run'),
        ("file:.", 'file "." is not a regular file'),
        ("command:sleep 60", 'command "sleep" took longer than 10 seconds'),
    ],
)
def test_a_secret_that_cannot_be_had_is_said_and_the_channel_kept(
    init: Any, file: Path, sandbox: Sandbox, source: str, said: str
) -> None:
    """What was answered is written all the same: the secret is put right where it is kept."""
    blog = ("--channel", "blog=wordpress", "--set", f"blog.base_url={sandbox.base_url('wordpress')}")
    house = [word for word in HOUSE if word != "--no-check"]
    ran = init(*house, *blog, "--set", "blog.username=announce", "--secret", f"blog.password={source}")
    assert ran.code == 2
    assert said in ran.stderr
    assert "    hint: " in ran.stderr
    assert "two" not in ran.stdout + ran.stderr
    assert "[channels.blog]" in file.read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["wordpress", "whmcs", "facebook", "twitter", "feed"])
def test_the_steps_that_are_shown_are_those_of_the_page(kind: str) -> None:
    from publisher.runbook.setup import guide

    page = (ROOT / "docs" / "channels" / f"{kind}.md").read_text(encoding="utf-8")
    shown = guide(kind)
    assert shown
    assert f"## Setting it up\n\n{shown}\n## " in page
