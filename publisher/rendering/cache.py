"""Compiled templates, kept from one run to the next: compiling takes a tenth of a dry run.

What is read here is run as code, so the folder has to be this user's alone, like that of Python's own compiled
modules. A cache is only there to be quick: whatever is wrong with it, templates are compiled, and nobody is told.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import babel
import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from publisher import __version__
from publisher.model.commands import shell
from publisher.settings.trust import user_name


class TemplateCache(BytecodeCache):
    """A file for each template, with its text as code and none of the values it is filled with."""

    def __init__(self, folder: Path, variant: str) -> None:
        """``variant``: what the code depends on beside the template and the versions of what compiles it."""
        self._folder = folder
        self._variant = variant
        makers = (__version__, jinja2.__version__, babel.__version__, sys.version)
        self._makers = "\n".join((*makers, *map(_changed, _SHAPING)))

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The file's name; the same after an upgrade, so that nothing is left over."""
        return hashlib.sha256("\n".join((self._variant, name, filename or "")).encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the code, if it is whole and was made from this source by these versions."""
        with suppress(OSError, ValueError, EOFError, TypeError):
            with self._private_folder() as folder:
                kept = _read(folder, bucket.key)
            seal, code = kept[:_SEAL_BYTES], kept[_SEAL_BYTES:]
            if seal == self._seal(bucket, code):  # damaged code would take the interpreter down
                bucket.code = marshal.loads(code)  # noqa: S302  nobody else can write there

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code; in whole or not at all."""
        with suppress(OSError, ValueError):
            code = marshal.dumps(bucket.code)
            with self._private_folder() as folder:
                _write(folder, bucket.key, self._seal(bucket, code) + code)

    def _seal(self, bucket: Bucket, code: bytes) -> bytes:
        made_from = f"{self._makers}\n{bucket.checksum}\n".encode()
        return hashlib.sha256(made_from + code).digest()

    @contextmanager
    def _private_folder(self) -> Iterator[int]:
        """The folder, opened; raises OSError unless it is there, or can be made, and is this user's alone.

        What was asked is what is used: a folder that is exchanged for another one meanwhile changes nothing.
        """
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        opened = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if problem := _problem(os.fstat(opened)):
                raise PermissionError(problem)
            yield opened
        finally:
            os.close(opened)


def refusal(folder: Path) -> str | None:
    """Why nothing is kept or read in a folder that is there, with the cure; None where it is used."""
    try:
        status = folder.lstat()
    except OSError:
        return None
    problem = _problem(status)
    if problem is None:
        return None
    is_ours = stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()
    return f"not used, it {problem}: {shell(*(('chmod', 700) if is_ours else ('rm', '-r')), folder)}"


def _problem(found: os.stat_result) -> str | None:
    if not stat.S_ISDIR(found.st_mode):
        return "is a link" if stat.S_ISLNK(found.st_mode) else "is no folder"
    if found.st_uid != os.geteuid():
        return f"belongs to another user ({user_name(found.st_uid)})"
    return "is open to others" if found.st_mode & 0o077 else None


def _read(folder: int, name: str) -> bytes:
    """A file of this user's in the folder; raises OSError for anything else."""
    with os.fdopen(os.open(name, os.O_RDONLY | _SAFELY, dir_fd=folder), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
            raise PermissionError(name)
        return file.read(_MOST_BYTES)


def _write(folder: int, name: str, content: bytes) -> None:
    fresh = f"{name}.{os.getpid()}"
    with suppress(FileNotFoundError):
        os.unlink(fresh, dir_fd=folder)  # of a process of that number that died
    try:
        new = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, 0o600, dir_fd=folder)
        with os.fdopen(new, "wb") as file:
            file.write(content)
        os.replace(fresh, name, src_dir_fd=folder, dst_dir_fd=folder)
    finally:
        with suppress(FileNotFoundError):
            os.unlink(fresh, dir_fd=folder)


_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_MOST_BYTES = 4_000_000
_SEAL_BYTES = hashlib.sha256().digest_size

_SHAPING = ("engine.py", "almanac.py")
"""Our modules that shape what templates compile to: constants are worked out while compiling."""


def _changed(module: str) -> str:
    """When a module was last changed: in a checkout the version alone says nothing."""
    with suppress(OSError):
        return str(Path(__file__).with_name(module).stat().st_mtime_ns)
    return ""  # there without its source
