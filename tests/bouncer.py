"""A pgbouncer of Debian's before a server of the tests, as a process of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.postgres import Server, free_port

_SETTINGS = """
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
logfile = {folder}/log
"""


@contextmanager
def pooling(server: Server, mode: str) -> Iterator[int]:
    """The port of a pooler while the block runs; skipped loudly where there is none, which CI must have."""
    program = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
    if program is None:
        reason = "missing: pgbouncer (apt-get install pgbouncer)"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    port = free_port()
    own = server.folder / f"bouncer-{mode}-{port}"  # whoever runs the server may read it
    own.mkdir()
    server.give(own)
    settings = own / "settings.ini"
    settings.write_text(_SETTINGS.format(server=server.port, port=port, mode=mode, folder=own))
    settings.chmod(0o644)
    with subprocess.Popen(
        [program, "-q", str(settings)], stderr=subprocess.DEVNULL, **server.account
    ) as process:
        try:
            _await(port, process)
            yield port
        finally:
            process.kill()


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        else:
            return
