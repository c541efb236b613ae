"""Stands ready with the libraries loaded, and forks a child for each command that it is asked for.

Run with the number of a socket: see `tests.forking`. A child is the command as ``python -m publisher`` runs it,
in a process of its own, with everything loaded that earlier ones turned out to need. One thing differs: our own pause
after a request that was not sent is too short to wait for; how long it is, tests/delivery tells by a moved clock.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import runpy
import select
import signal
import socket
import sys
from typing import Any, NoReturn

LARGEST = 200_000
"""Bytes of one message."""
PR_SET_PTRACER = 0x59616D61
"""prctl(2): who may trace; all ones mean anybody of this account."""
FIRST_BACKOFF = 0.005
"""Seconds."""


class Zygote:
    """Answers on the socket that comes with each request: the child's modules, then its exit code."""

    def __init__(self, asked: socket.socket) -> None:
        self.asked = asked
        self.children: dict[int, tuple[int, socket.socket]] = {}
        """From the handle of a process to its number and its socket."""
        self.poll = select.poll()
        self.poll.register(asked, select.POLLIN)

    def serve(self) -> None:
        """Until nobody can ask any more."""
        while True:
            for handle, _ in self.poll.poll():
                if handle != self.asked.fileno():
                    self._tell_end(handle)
                elif not self._begin():
                    return

    def _begin(self) -> bool:
        message, fds, _, _ = socket.recv_fds(self.asked, LARGEST, 4)
        if not message:
            return False
        wanted = json.loads(message)
        _load(wanted["modules"])
        answers = socket.socket(fileno=fds.pop())
        child = os.fork()
        if child == 0:
            self._leave_behind()
            become(wanted, fds, answers)
        for fd in fds:
            os.close(fd)
        handle = os.pidfd_open(child)
        self.children[handle] = (child, answers)
        self.poll.register(handle, select.POLLIN)
        answers.send(json.dumps({"pid": child}).encode())
        return True

    def _tell_end(self, handle: int) -> None:
        child, answers = self.children.pop(handle)
        self.poll.unregister(handle)
        os.close(handle)
        _, status = os.waitpid(child, 0)
        with contextlib.suppress(OSError), answers:  # who asked may have lost patience
            answers.send(json.dumps({"code": os.waitstatus_to_exitcode(status)}).encode())

    def _leave_behind(self) -> None:
        self.asked.close()
        for handle, (_, answers) in self.children.items():
            os.close(handle)
            answers.close()


def become(wanted: dict[str, Any], fds: list[int], answers: socket.socket) -> NoReturn:
    """The command: its folder, its environment, its standard streams, its words."""
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["environ"])
    sys.path[0] = wanted["cwd"]
    sys.argv = ["-m", *wanted["words"]]
    loaded, leave = set(sys.modules), os._exit

    def _exit(code: int) -> NoReturn:
        with contextlib.suppress(OSError):
            answers.send(json.dumps({"modules": sorted(set(sys.modules) - loaded)}).encode())
        leave(code)

    if wanted["held"]:
        _wait_for_tracer()
    os._exit = _exit
    from publisher.delivery import turns

    turns._FIRST_BACKOFF = FIRST_BACKOFF
    runpy.run_module("publisher", run_name="__main__", alter_sys=True)
    raise AssertionError("the command always leaves by itself")


def _wait_for_tracer() -> None:
    """Stop until somebody traces this process and lets it go; that it is nobody's parent is no hindrance (Yama)."""
    ctypes.CDLL(None).prctl(PR_SET_PTRACER, ctypes.c_ulong(-1))
    os.kill(os.getpid(), signal.SIGSTOP)


def _load(modules: list[str]) -> None:
    """What an earlier child had to load; whatever cannot be had by its name, a child loads again."""
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)


if __name__ == "__main__":
    sys.path[0] = ""
    Zygote(socket.socket(fileno=int(sys.argv[1]))).serve()
