"""Where secrets come from, and that no message says what they are."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from publisher.model.errors import Refused
from publisher.settings import secrets
from publisher.settings.secrets import MOST_BYTES, Secret, SecretFault, present, resolve
from tests.clocks import PATIENCE

TOKEN = "hunter2-c0rrect"


class Settings(BaseModel):
    password: Secret


def secret_file(folder: Path, content: str | bytes = TOKEN, mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    path.chmod(mode)
    return path


def printing(code: str) -> Secret:
    return Secret(command=(sys.executable, "-c", code))


def value_of(secret: Secret, root: Path, **environ: str) -> str:
    return resolve(secret, root=root, environ=environ)


def refusal(secret: Secret, root: Path, **environ: str) -> str:
    """What is said about a secret that cannot be had, the cure included."""
    with pytest.raises(SecretFault) as caught:
        resolve(secret, root=root, environ=environ)
    assert caught.value.cure
    said = f"{caught.value}; {caught.value.cure}"
    assert TOKEN not in said
    assert said.isprintable()
    return said


# --- how it is written ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "source"),
    [
        ({"env": "BLOG_PASSWORD"}, "environment variable BLOG_PASSWORD"),
        ({"file": "secrets/blog"}, 'file "secrets/blog"'),
        ({"command": ["pass", "show", TOKEN]}, 'command "pass"'),
    ],
)
def test_a_secret_shows_its_source_and_nothing_else(table: dict[str, object], source: str) -> None:
    secret = Secret.model_validate(table)
    assert secret.source == source
    assert repr(secret) == f"Secret({source!r})"
    assert TOKEN not in f"{secret} {secret!r} {Settings(password=secret)!r}"


@pytest.mark.parametrize("inline", [TOKEN, 12345, [TOKEN], None, True])
def test_a_secret_written_into_the_file_is_refused_and_never_echoed(inline: object) -> None:
    with pytest.raises(ValidationError) as caught:
        Settings.model_validate({"password": inline})
    fault = caught.value.errors(include_input=False)[0]["ctx"]["error"]
    assert isinstance(fault, SecretFault)
    assert "{ env = " in (fault.cure or "")
    assert TOKEN not in f"{fault} {fault.cure}"


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"env": "A", "file": "b"},
        {"env": TOKEN},
        {"env": "A=B"},
        {"file": ""},
        {"command": []},
        {"command": ["pass", ""]},
        {"command": TOKEN},
        {"value": TOKEN},
        {"env": "A", "default": TOKEN},
    ],
)
def test_anything_but_exactly_one_source_is_refused_without_its_value(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        Secret.model_validate(table)
    assert TOKEN not in str(caught.value)


# --- environment variables ----------------------------------------------------------------------------------------


def test_a_variable_is_read_from_the_environment_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("T", "the process's own")
    assert value_of(Secret(env="T"), tmp_path, T=TOKEN) == TOKEN


def test_a_variable_that_is_missing_or_empty_is_named(tmp_path: Path) -> None:
    assert "environment variable T is not set" in refusal(Secret(env="T"), tmp_path)
    assert "environment variable T is empty" in refusal(Secret(env="T"), tmp_path, T="\n")


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_one_line_break_at_the_end_goes(tmp_path: Path, end: str) -> None:
    assert value_of(Secret(env="T"), tmp_path, T=TOKEN + end) == TOKEN


@pytest.mark.parametrize(
    ("character", "name"),
    [
        (" ", "a space"),
        ("\n", "a second line"),
        ("\t", r"U+0009"),
        ("\r", r"U+000D"),
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\u00a0", "U+00A0"),
        ("\u200b", "U+200B"),
        ("\ufeff", "U+FEFF"),
        ("\udcff", "U+DCFF"),
    ],
)
def test_white_space_and_invisible_characters_inside_are_refused_by_name(
    tmp_path: Path, character: str, name: str
) -> None:
    for value in (f"{TOKEN}{character}{TOKEN}", f"{character}{TOKEN}"):
        assert f"holds {name} inside its secret" in refusal(Secret(env="T"), tmp_path, T=value)


# --- files --------------------------------------------------------------------------------------------------------


def test_a_file_counts_from_the_configuration_folder(tmp_path: Path) -> None:
    secret_file(tmp_path, f"{TOKEN}\n")
    assert value_of(Secret(file="token"), tmp_path) == TOKEN
    assert value_of(Secret(file=str(tmp_path / "token")), Path("/nowhere")) == TOKEN


def test_a_tilde_is_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    secret_file(tmp_path)
    assert value_of(Secret(file="~/token"), Path("/nowhere")) == TOKEN


def test_a_link_to_a_private_file_is_followed(tmp_path: Path) -> None:
    secret_file(tmp_path)
    (tmp_path / "link").symlink_to("token")
    assert value_of(Secret(file="link"), tmp_path) == TOKEN


@pytest.mark.parametrize("mode", [0o640, 0o644, 0o604, 0o620, 0o602, 0o666])
def test_a_file_that_others_can_reach_is_refused_with_the_command_to_type(tmp_path: Path, mode: int) -> None:
    path = secret_file(tmp_path, mode=mode)
    said = refusal(Secret(file="token"), tmp_path)
    assert f"open to others than its owner (mode {mode:04o}); chmod 600 {path}" in said


@pytest.mark.parametrize("mode", [0o400, 0o440, 0o600, 0o640])
def test_a_file_that_the_group_of_the_team_can_read_is_good(tmp_path: Path, mode: int) -> None:
    gid = secret_file(tmp_path, mode=mode).stat().st_gid
    secret = Secret(file="token")
    assert resolve(secret, root=tmp_path, environ={}, group=gid) == TOKEN
    assert present(secret, root=tmp_path, environ={}, group=gid) is None


@pytest.mark.parametrize(("mode", "other"), [(0o660, 0), (0o644, 0), (0o640, 1), (0o620, 0)])
def test_whom_the_group_is_not_is_kept_out_of_it(tmp_path: Path, mode: int, other: int) -> None:
    """Who writes it, everybody, and another group than that of the team."""
    path = secret_file(tmp_path, mode=mode)
    group = path.stat().st_gid + other
    with pytest.raises(SecretFault, match="open to others than its owner and the group") as refused:
        resolve(Secret(file="token"), root=tmp_path, environ={}, group=group)
    assert str(refused.value.cure).endswith(f"{path}; chmod 640 {path}")
    assert present(Secret(file="token"), root=tmp_path, environ={}, group=group)


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_a_file_of_its_owner_alone_is_good(tmp_path: Path, mode: int) -> None:
    secret_file(tmp_path, mode=mode)
    assert value_of(Secret(file="token"), tmp_path) == TOKEN


def test_what_is_no_regular_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    (tmp_path / "folder").mkdir(0o700)
    for name in ("pipe", "folder", "/dev/null"):
        assert "is not a regular file" in refusal(Secret(file=name), tmp_path)


def test_a_missing_file_is_told_with_the_place_looked_at(tmp_path: Path) -> None:
    said = refusal(Secret(file="token"), tmp_path)
    assert f'file "token" cannot be read: No such file or directory; looked for {tmp_path}/token' in said
    assert "cannot be read" in refusal(Secret(file="a\x00b"), tmp_path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfet\x00", "does not hold UTF-8 text"),
        (b"a" * (MOST_BYTES + 1), "has more than 65536 bytes"),
        (f"{TOKEN}\n{TOKEN}\n", "a second line"),
    ],
)
def test_a_file_that_holds_no_secret_is_refused(tmp_path: Path, content: str | bytes, problem: str) -> None:
    secret_file(tmp_path, content)
    assert problem in refusal(Secret(file="token"), tmp_path)


def test_the_longest_secret(tmp_path: Path) -> None:
    secret_file(tmp_path, b"a" * MOST_BYTES)
    assert len(value_of(Secret(file="token"), tmp_path)) == MOST_BYTES


@pytest.fixture
def typed(tmp_path: Path) -> Iterator[None]:
    """Somebody types into this process."""
    (tmp_path / "typed").write_text("yes\n")
    kept, given = os.dup(0), os.open(tmp_path / "typed", os.O_RDONLY)
    os.dup2(given, 0)
    yield
    os.dup2(kept, 0)
    os.close(kept)
    os.close(given)


# --- commands -----------------------------------------------------------------------------------------------------


def test_a_command_prints_the_secret(tmp_path: Path) -> None:
    assert value_of(printing(f"print({TOKEN!r})"), tmp_path) == TOKEN


def test_a_command_gets_no_shell_no_input_the_folder_and_the_environment(tmp_path: Path, typed: None) -> None:
    program = (
        "import os, sys; print(os.getcwd(), sys.stdin.read() or '-', os.environ['T'], *sys.argv[1:], sep='|')"
    )
    secret = Secret(command=(sys.executable, "-c", program, "$(id);`id`"))
    assert value_of(secret, tmp_path, T="x") == f"{tmp_path}|-|x|$(id);`id`"


def test_a_command_is_looked_for_along_the_path_given(tmp_path: Path) -> None:
    (tmp_path / "vault").write_text(f"#!/bin/sh\necho {TOKEN}\n")
    (tmp_path / "vault").chmod(0o700)
    assert value_of(Secret(command=("vault",)), Path("/"), PATH=str(tmp_path)) == TOKEN
    assert value_of(Secret(command=("./vault",)), tmp_path) == TOKEN


def test_a_command_that_cannot_be_run(tmp_path: Path) -> None:
    assert 'command "no-such" cannot be run: No such file' in refusal(Secret(command=("no-such",)), tmp_path)
    assert "cannot be run" in refusal(Secret(command=("a\x00b",)), tmp_path)


def test_a_failing_command_is_told_with_one_line_of_its_complaint_and_without_the_secret(
    tmp_path: Path,
) -> None:
    program = f"import sys; print({TOKEN!r}); sys.exit('\\n\\x1b[31mlocked: {TOKEN}\\nsecond line')"
    said = refusal(printing(program), tmp_path)
    assert "ended with exit code 1: " in said
    assert "locked: ***" in said
    assert "second line" not in said


def test_a_silent_failing_command_is_told_by_its_code(tmp_path: Path) -> None:
    assert "ended with exit code 7; " in refusal(printing("raise SystemExit(7)"), tmp_path)
    assert "ended with exit code -9; " in refusal(printing("import os; os.kill(os.getpid(), 9)"), tmp_path)


def test_the_whole_output_counts_not_only_its_first_line(tmp_path: Path) -> None:
    assert "a second line" in refusal(printing(f"print({TOKEN!r}); print('user: x')"), tmp_path)


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_command_that_prints_for_ever_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stream: str
) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.4)
    said = refusal(printing(f"import sys\nwhile True: sys.{stream}.write('x' * 10000)"), tmp_path)
    assert ("printed more than 65536 bytes" if stream == "stdout" else "took longer than 0.4 seconds") in said


@pytest.mark.parametrize(
    "program",
    [
        "import time; time.sleep(120)",
        "import os, time; os.close(1); os.close(2); time.sleep(120)",
        # Its grandchild keeps the pipe open.
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(120)'])",
    ],
)
def test_a_command_that_hangs_is_stopped_in_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(secrets, "COMMAND_SECONDS", 0.3)
    started = time.monotonic()
    assert "took longer than 0.3 seconds" in refusal(printing(program), tmp_path)
    assert time.monotonic() - started < PATIENCE


# --- a look beforehand ----------------------------------------------------------------------------------------------


def test_a_look_finds_nothing_missing_and_runs_no_command(tmp_path: Path) -> None:
    secret_file(tmp_path)
    touch = Secret(command=(sys.executable, "-c", f"open({str(tmp_path / 'ran')!r}, 'w')"))
    for secret in (Secret(env="T"), Secret(file="token"), touch):
        assert present(secret, root=tmp_path, environ={"T": TOKEN}) is None
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("secret", "missing"),
    [
        (Secret(env="NONE"), "environment variable NONE is not set"),
        (Secret(env="SPACED"), "holds a space"),
        (Secret(file="none"), 'file "none" cannot be read'),
        (Secret(file="token"), "open to others"),
        (Secret(command=("no-such-program", "x")), 'command "no-such-program" cannot be run'),
        (Secret(command=("./no-such-program",)), 'command "./no-such-program" cannot be run'),
    ],
)
def test_a_look_says_what_is_missing_and_the_cure_in_one_line(
    tmp_path: Path, secret: Secret, missing: str
) -> None:
    secret_file(tmp_path, mode=0o644)
    said = present(secret, root=tmp_path, environ={"SPACED": f"{TOKEN} x", "PATH": "/usr/bin:/bin"})
    assert said is not None
    assert missing in said
    assert "; " in said
    assert TOKEN not in said


def test_a_secret_fault_stops_the_command_and_suits_a_validator() -> None:
    assert issubclass(SecretFault, Refused)
    assert issubclass(SecretFault, ValueError)
