"""The server behind ``announce feed serve``: uvicorn on one socket, until it is told to stop."""

from __future__ import annotations

import gc
import socket
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import uvicorn

from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.web.bounded import BoundedProtocol, quiet, room
from publisher.web.folder import ServedFolder

MOST_UNREAD = 64 * 1024
"""What the kernel keeps of an answer that a visitor does not take, in bytes; by itself it keeps megabytes of each."""


def run(
    folder: Path,
    *,
    host: str,
    port: int,
    say: Callable[[str], object],
    links: Mapping[str, str] | None = None,
) -> None:
    """Serve a folder until interrupted; says the address once it can be asked.

    ``links``: the ``Link`` header of some files, by name.
    """
    if not folder.is_dir():
        hint = f"it is made by: {command('feed', 'build')}"
        raise Refused(f"there is no folder {folder} to be served", hint=hint)
    try:
        listening = socket.create_server((host, port), family=_family(host), backlog=512)
    except OSError as error:
        raise Refused(
            f"cannot listen on {host}, port {port}: {error}", hint="--port 0 takes any free one"
        ) from None
    # Accepted sockets inherit it. asyncio does not set it here: a body would wait 40 ms for its headers' receipt.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_UNREAD)
    shown = f"[{host}]" if ":" in host else host
    BoundedProtocol.most, backlog = room()
    settings = uvicorn.Config(
        ServedFolder(folder, links),
        http=BoundedProtocol,
        ws="none",
        backlog=backlog,
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
    )
    quiet()
    gc.freeze()  # else every visitor waits now and then, 30 ms, while a collection looks through all that was imported
    with suppress(KeyboardInterrupt):  # uvicorn stops in good order, and then raises the signal once more
        say(f"serving {folder}: http://{shown}:{listening.getsockname()[1]}/")
        uvicorn.Server(settings).run(sockets=[listening])


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
