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
from contextlib import suppress
from functools import cached_property
from pathlib import Path

import babel
import jinja2
from jinja2.bccache import Bucket, BytecodeCache

from publisher import __version__


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
            kept = (self._private_folder / bucket.key).read_bytes()
            seal, code = kept[:_SEAL_BYTES], kept[_SEAL_BYTES:]
            if seal == self._seal(bucket, code):  # damaged code would take the interpreter down
                bucket.code = marshal.loads(code)  # noqa: S302  nobody else can write there

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep the code; in whole or not at all."""
        with suppress(OSError, ValueError):
            code = marshal.dumps(bucket.code)
            path = self._private_folder / bucket.key
            fresh = path.with_suffix(f".{os.getpid()}")
            try:
                fresh.write_bytes(self._seal(bucket, code) + code)
                fresh.replace(path)
            finally:
                fresh.unlink(missing_ok=True)

    def _seal(self, bucket: Bucket, code: bytes) -> bytes:
        made_from = f"{self._makers}\n{bucket.checksum}\n".encode()
        return hashlib.sha256(made_from + code).digest()

    @cached_property
    def _private_folder(self) -> Path:
        """The folder; raises OSError unless it is there, or can be made, and is this user's alone."""
        for folder in (self._folder.parent, self._folder):
            folder.mkdir(mode=0o700, exist_ok=True)
        found = self._folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
            raise PermissionError(str(self._folder))
        return self._folder


_SEAL_BYTES = hashlib.sha256().digest_size

_SHAPING = ("engine.py", "almanac.py")
"""Our modules that shape what templates compile to: constants are worked out while compiling."""


def _changed(module: str) -> str:
    """When a module was last changed: in a checkout the version alone says nothing."""
    with suppress(OSError):
        return str(Path(__file__).with_name(module).stat().st_mtime_ns)
    return ""  # there without its source
