"""The shipped example configuration, written out for a running sandbox."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from announce_sandbox.sandbox import Sandbox

_TEMPLATE = Path(__file__).with_name("example.toml")
_PLACEHOLDER = "http://127.0.0.1:8080"
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

    An example written before is brought up to date. Raises FileExistsError where ``announce.toml`` is
    somebody's own.
    """
    template = _TEMPLATE.read_text(encoding="utf-8")
    first_line = template.partition("\n")[0]
    target = folder / "announce.toml"
    if target.exists() and not target.read_text(encoding="utf-8").startswith(first_line):
        raise FileExistsError(f"{target} is no example of ours; choose another folder")
    secrets = folder / "secrets"
    secrets.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, (type_name, setting) in _SECRETS.items():
        _write_secret(secrets / name, sandbox.credentials[type_name][setting])
    target.write_text(template.replace(_PLACEHOLDER, sandbox.url), encoding="utf-8")
    return target


def _write_secret(path: Path, value: str) -> None:
    """Never readable by others, not even for a moment."""
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(value + "\n")
