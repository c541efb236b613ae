"""What a program prints: run without a shell and without input, bounded in time and size."""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from publisher.settings.faults import InputFault


class CommandFault(InputFault):
    """A program that gave no usable output; ``problem`` goes on after its name ("ended with exit code 1")."""


def output_of(
    command: Sequence[str], *, folder: Path, environ: Mapping[str, str], seconds: float, most: int
) -> bytes:
    """The standard output of a program and its arguments, run in ``folder`` for at most ``seconds``.

    Raises CommandFault when it cannot be run, takes longer, prints more than ``most`` bytes, or ends with
    another exit code than 0; of its standard error one line is told, without what it printed.
    """
    deadline = time.monotonic() + seconds
    with _started(command, folder, environ) as process:
        try:
            printed, complaint = _read(process, deadline, most)
            code = process.wait(max(0.0, deadline - time.monotonic()))
        except (TimeoutError, subprocess.TimeoutExpired):
            cure = "unlock what it reads from first: it is given no input"
            raise CommandFault(f"took longer than {seconds:g} seconds", cure=cure) from None
        finally:
            if process.returncode is None:
                _end(process)
    if code != 0:
        raise CommandFault(
            f"ended with exit code {code}{_excerpt(complaint, printed)}", cure="run it by hand"
        )
    return printed


def _started(command: Sequence[str], folder: Path, environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            list(command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=folder,
            env=dict(environ),
            start_new_session=True,  # so that what it has started ends with it
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "one of its arguments is not valid"
        raise CommandFault(f"cannot be run: {reason}", cure="check the program's name, and PATH") from None


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the program and everything it has started, except what has left its session."""
    with suppress(ProcessLookupError, PermissionError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _read(process: subprocess.Popen[bytes], deadline: float, most: int) -> tuple[bytes, bytes]:
    """Standard output, and the beginning of standard error, until both are closed."""
    printed, complaint = bytearray(), bytearray()
    with selectors.DefaultSelector() as selector:
        for stream, collected in ((process.stdout, printed), (process.stderr, complaint)):
            if stream:
                selector.register(stream, selectors.EVENT_READ, collected)
        while selector.get_map():
            if time.monotonic() >= deadline:
                raise TimeoutError
            for key, _ in selector.select(deadline - time.monotonic()):
                if chunk := os.read(key.fd, 65_536):
                    key.data.extend(chunk)
                else:
                    selector.unregister(key.fileobj)
            if len(printed) > most:
                raise CommandFault(
                    f"printed more than {most} bytes", cure="name a command that prints only the secret"
                )
            del complaint[most:]
    return bytes(printed), bytes(complaint)


def _excerpt(complaint: bytes, printed: bytes) -> str:
    """The first line of the complaint that says something, with nothing in it that was printed as the secret."""
    from publisher.settings.masking import Masker, one_line  # needed on the way to an error only

    masker = Masker()
    for word in printed.decode("utf-8", "replace").split():
        masker.add(word)
    lines = complaint.decode("utf-8", "replace").splitlines()
    line = next((line for line in lines if line.strip()), "")
    return f": {one_line(masker.mask(line), 200)}" if line else ""
