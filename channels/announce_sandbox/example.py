"""The shipped example configuration, written out for a running sandbox."""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from announce_sandbox.sandbox import Sandbox

_TEMPLATE = Path(__file__).with_name("example.toml")
_PLACEHOLDER = "http://127.0.0.1:8080"
_ADDRESS = re.compile(r"http://127\.\d+\.\d+\.\d+:\d+")
_SECRETS = {
    "blog-password": ("wordpress", "password"),
    "customer-center-identifier": ("whmcs", "identifier"),
    "customer-center-secret": ("whmcs", "secret"),
    "facebook-token": ("facebook", "access_token"),
    "x-consumer-key": ("twitter", "consumer_key"),
    "x-consumer-secret": ("twitter", "consumer_secret"),
    "x-access-token": ("twitter", "access_token"),
    "x-access-token-secret": ("twitter", "access_token_secret"),
}


def write_example(folder: Path, sandbox: Sandbox) -> Path:
    """Write ``announce.toml`` and its secret files into a folder, made if need be; return the former's path.

    An example written before is brought up to date; what somebody has changed since is kept: see `differences`.
    Raises FileExistsError where ``announce.toml`` is somebody's own.
    """
    target = folder / "announce.toml"
    if target.is_symlink() or (target.exists() and not _is_example(target)):
        raise FileExistsError(f"{target} is no example of ours")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, value in _secrets(sandbox).items():
        if not os.path.lexists(secrets / name):
            _write(secrets / name, f"{value}\n", mode=0o600)
    if not target.exists() or not _changed_lines(target):
        _write(target, _TEMPLATE.read_text(encoding="utf-8").replace(_PLACEHOLDER, sandbox.url), mode=0o666)
    return target


def differences(folder: Path, sandbox: Sandbox) -> list[str]:
    """What was kept of an example in a folder, in words: lines that somebody changed, and other secrets."""
    target = folder / "announce.toml"
    kept = []
    if lines := _changed_lines(target):
        kept.append(f"{target} is kept as it was edited, in {_numbered(lines)}")
    if old := sorted(set(_ADDRESS.findall(_text(target))) - {sandbox.url}):
        kept.append(f"{target} leads to {', '.join(old)}, and the sandbox is at {sandbox.url}")
    for name, value in _secrets(sandbox).items():
        path = folder / "secrets" / name
        if path.is_symlink() or _text(path).strip() != value:
            kept.append(f"{path} is kept; the sandbox accepts another secret")
    return kept


def _is_example(target: Path) -> bool:
    first_line = _TEMPLATE.read_text(encoding="utf-8").partition("\n")[0]
    return first_line in _text(target)


def _text(path: Path) -> str:
    """What a plain file says; nothing of anything else: a pipe that somebody left there would hold us for ever."""
    try:
        with open(path, encoding="utf-8", errors="replace", opener=_at_once) as file:
            return file.read() if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else ""
    except OSError:
        return ""


def _at_once(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _changed_lines(target: Path) -> list[int]:
    """The numbers of the lines that are not the example's, whatever address it was written for."""
    example = _TEMPLATE.read_text(encoding="utf-8").splitlines()
    text = _text(target)
    [(written_for, _)] = Counter(_ADDRESS.findall(text)).most_common(1) or [(_PLACEHOLDER, 0)]
    there = text.replace(written_for, _PLACEHOLDER).splitlines()
    changed: list[int] = []
    for tag, _, _, begin, end in SequenceMatcher(None, example, there, autojunk=False).get_opcodes():
        if tag != "equal":  # where lines are gone, the place at which they were
            changed += range(begin + 1, end + 1) if end > begin else [begin + 1]
    return changed


def _numbered(lines: list[int]) -> str:
    """``lines 3, 7-9``."""
    spans: list[list[int]] = []
    for line in lines:
        if spans and line == spans[-1][-1] + 1:
            spans[-1][1:] = [line]
        else:
            spans.append([line])
    return f"line{'s' if len(lines) > 1 else ''} {', '.join('-'.join(map(str, span)) for span in spans)}"


def _secrets(sandbox: Sandbox) -> dict[str, str]:
    """What the example's secret files hold, by their names."""
    return {name: sandbox.credentials[type_name][setting] for name, (type_name, setting) in _SECRETS.items()}


def _write(path: Path, text: str, *, mode: int) -> None:
    """A new file, never through a link, and never readable by others than its mode says, not even for a moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
