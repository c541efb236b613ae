"""Runs the command in a process of its own without loading its libraries each time: forked from one that has them.

Loading takes four times as long as what a command then does. What is about the start itself (modules counted,
terminals, environments that Python reads) starts Python: only what may be forked comes here.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

ROOT = Path(__file__).parents[1]
ZYGOTE = Path(__file__).with_name("zygote.py")
ENVIRON = {
    "PATH": os.environ["PATH"],
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "channels")]),
    "LC_ALL": "C",
    "NO_PROXY": "*",
}
"""Of every command; with a home folder of its own."""
LARGEST = 60_000
"""Bytes of standard input: what a pipe holds."""
PATIENCE = 60
"""Seconds until a tracer has a process."""
OWN = frozenset({"HOME"})
"""What may differ from the environment in which the libraries were loaded."""


@cache
def forks() -> Forks:
    """The one of this process, ended with it."""
    started = Forks(ENVIRON)
    atexit.register(started.close)
    return started


class Forks:
    """One process that stands ready, for one environment."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = dict(environ)
        self._asking = threading.Lock()
        self._modules: set[str] = set()
        """Those that children had to load, which the next request tells."""
        self._socket, asked = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with asked:
            self._process = subprocess.Popen(
                [sys.executable, ZYGOTE, str(asked.fileno())],
                env=self.environ | {"HOME": "/nonexistent"},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[asked.fileno()],
            )

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait(30)

    def may(self, environ: Mapping[str, str], stdin: str) -> bool:
        """Whether a command of this environment and input would be the same one."""
        other = {name: text for name, text in environ.items() if name not in OWN}
        return (
            other == {name: text for name, text in self.environ.items() if name not in OWN}
            and len(stdin.encode()) <= LARGEST
        )

    def run(
        self,
        words: Sequence[str],
        *,
        stdin: str,
        environ: Mapping[str, str],
        timeout: float,
        tracer: Sequence[str] = (),
    ) -> tuple[int, str, str]:
        """Exit code, standard output and standard error; raises subprocess.TimeoutExpired.

        ``tracer`` is strace with its options: it has the process before the command begins.
        """
        with _file() as out, _file() as err:
            answers = self._ask(words, stdin, environ, out.fileno(), err.fileno(), held=bool(tracer))
            with answers, contextlib.ExitStack() as traced:
                code = self._end_of(
                    answers, words, timeout, lambda child: traced.enter_context(_traced(child, tracer))
                )
            return code, _text(out), _text(err)

    def _ask(
        self, words: Sequence[str], stdin: str, environ: Mapping[str, str], out: int, err: int, *, held: bool
    ) -> socket.socket:
        answers, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        reading, writing = os.pipe()
        os.write(writing, stdin.encode())
        os.close(writing)
        wanted = {"words": list(words), "environ": dict(environ), "cwd": str(Path.cwd()), "held": held}
        with self._asking:
            told, self._modules = sorted(self._modules), set()
            message = json.dumps(wanted | {"modules": told}).encode()
            socket.send_fds(self._socket, [message], [reading, out, err, theirs.fileno()])
        os.close(reading)
        theirs.close()
        return answers

    def _end_of(
        self, answers: socket.socket, words: Sequence[str], timeout: float, begun: Callable[[int], object]
    ) -> int:
        answers.settimeout(timeout)
        child: int | None = None
        try:
            while True:
                said = json.loads(answers.recv(200_000))
                if "pid" in said:
                    child = int(said["pid"])
                    begun(child)
                self._modules |= set(said.get("modules", ()))
                if "code" in said:
                    return int(said["code"])
        except TimeoutError:
            if child:
                os.kill(child, signal.SIGKILL)
            raise subprocess.TimeoutExpired(list(words), timeout) from None


@contextlib.contextmanager
def _traced(child: int, tracer: Sequence[str]) -> Iterator[None]:
    """Let a process go that has stopped itself, in the hands of its tracer; without one it has not."""
    if not tracer:
        yield
        return
    _await(child, "State", "T")
    with subprocess.Popen([*tracer, "-p", str(child)], stdin=subprocess.DEVNULL) as tracing:
        _await(child, "TracerPid", str(tracing.pid))
        os.kill(child, signal.SIGCONT)
        yield


def _await(child: int, field: str, begins: str) -> None:
    """Raises TimeoutError where a process does not come to this state."""
    status = Path(f"/proc/{child}/status")
    end = time.monotonic() + PATIENCE
    while not re.search(rf"^{field}:\t{begins}", status.read_text(), re.MULTILINE):
        if time.monotonic() > end:
            raise TimeoutError(f"{field} of {child} does not become {begins}")
        time.sleep(0.002)


def _file() -> IO[str]:
    return tempfile.TemporaryFile("w+", encoding="utf-8")


def _text(file: IO[str]) -> str:
    file.seek(0)
    return file.read()
