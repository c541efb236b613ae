"""Files in a folder that a web server shows while they are being replaced: whole, or not at all.

Everything is opened relative to its folder and never through a symbolic link, so that nothing is written
outside of it. One writer at a time: the lock is the kernel's, and goes with the process that holds it.

What lies in a folder follows it: where a group may write the folder and it has the setgid bit, that group may write the
files and folders in it, too, whatever the umask of whoever makes them.
"""

from __future__ import annotations

import errno
import os
import shlex
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from announce_channels.feed.storage.lock import held, removal
from publisher.adapter import ChannelError, NotSent, Rejected

LOCK = ".announce.lock"


@contextmanager
def locked(directory: Path, group: int | None = None) -> Iterator[int]:
    """The folder, opened and for this writer alone; made if need be. Yields its descriptor.

    It is shared with ``group``, a number, where it is ours to share. Raises NotSent or Rejected for whatever the file
    system refuses in the block.
    """
    with telling(directory):
        target = _refuse_link(directory)
        _make(target)
        with (
            _opened(_shared(_ours(target), group)) as folder,
            _opened(_lock_file(folder)) as lock,
            held(lock, str(directory / LOCK)),
        ):
            yield folder


def write(folder: int, name: str, content: bytes) -> bool:
    """Replace a file of the folder, or of a folder in it, in one step; says whether anything was to be done.

    On the return True the file is on disk. Raises OSError.
    """
    *parents, file = name.split("/")
    if not parents:
        return _replace(folder, file, content)
    with _opened(_inner(folder, parents[0])) as inner, _beneath(parents[0]):
        return write(inner, "/".join([*parents[1:], file]), content)


def write_pages(folder: int, contents: Mapping[str, bytes]) -> int:
    """The same for many files, each in a folder of its own in this one; says for how many anything was to be done.

    No page leads to another, so their order is free, and the disk may have several at a time: each is forced to disk
    and renamed as by itself, but this folder is forced once for all that are new in it. On the return all are on
    disk. Raises OSError, the first that came, when no more is being written.
    """
    from concurrent.futures import ThreadPoolExecutor

    made = [
        _make_inner(folder, inner) for inner in dict.fromkeys(name.partition("/")[0] for name in contents)
    ]
    if any(made):
        os.fsync(folder)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return sum(pool.map(partial(write, folder), contents.keys(), contents.values()))


_AT_ONCE = 8
"""Pages that are on their way to the disk: it writes what waits for it together."""


def read(folder: int, name: str) -> bytes | None:
    """A file of the folder, or of a folder in it; None where there is none. Raises OSError, for a link too."""
    first, _, rest = name.partition("/")
    try:
        descriptor = _open(folder, first, _FOLDER if rest else os.O_RDONLY | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    with _opened(descriptor):
        if rest:
            with _beneath(first):
                return read(descriptor, rest)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):  # a pipe would never end
            raise OSError(errno.EEXIST, "not a plain file", name)
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            return file.read()


def look(directory: Path, name: str) -> bytes | None:
    """A file as it is now, None where it or the folder is missing. Raises NotSent or Rejected."""
    with telling(directory):
        try:
            descriptor = os.open(_refuse_link(directory), _FOLDER | os.O_NOFOLLOW)
        except FileNotFoundError:
            return None
        with _opened(descriptor) as folder:
            return read(folder, name)


def probe(directory: Path) -> bool:
    """Prove that files can be written; leaves nothing behind. Says whether the folder is there yet.

    Raises NotSent or Rejected.
    """
    with telling(directory):
        target = _refuse_link(directory)
        there = target.exists()
        if there:
            os.close(_ours(target))
            _try_lock(directory)
        nearest = next(path for path in (directory, *directory.parents) if path.exists())
        with _opened(os.open(nearest, _FOLDER)) as folder:
            name = f".announce.{os.getpid()}.probe"
            _discard(folder, name)  # left by one of that number that died
            os.close(_open(folder, name, _MAKE | os.O_EXCL))
            os.unlink(name, dir_fd=folder)
    return there


def _try_lock(directory: Path) -> None:
    """Whether whoever holds the lock lets go of it within a moment; none is made. Raises OSError, NotSent."""
    with (
        suppress(FileNotFoundError),
        _opened(os.open(directory, _FOLDER)) as folder,
        _opened(_open(folder, LOCK, os.O_RDWR | os.O_NONBLOCK)) as lock,
        held(lock, str(directory / LOCK), seconds=_CHECK_SECONDS),
    ):
        pass


_CHECK_SECONDS = 5.0


@contextmanager
def telling(directory: Path) -> Iterator[None]:
    """Turn what the file system refuses into the outcome of an attempt: writing again never harms."""
    try:
        yield
    except OSError as error:
        raise _verdict(error, directory) from error


_FOLDER = os.O_RDONLY | os.O_DIRECTORY
_MAKE = os.O_RDWR | os.O_CREAT

_NOT_OURS = frozenset({errno.EACCES, errno.EPERM})
_STRANGE = frozenset(
    {errno.EEXIST, errno.EISDIR, errno.ELOOP, errno.ENAMETOOLONG, errno.ENOTDIR, errno.ENXIO}
)
"""What waiting does not cure. Anything else, a full disk above all, may pass."""


def _verdict(error: OSError, directory: Path) -> ChannelError:
    inside = error.filename not in (None, str(directory), directory)
    place = directory / str(error.filename) if inside else directory
    message = f"{place}: {(error.strerror or str(error)).lower()}{_whose(error, directory)}"
    if error.errno == errno.EROFS:
        failing = "one that turned read-only by itself is failing: see dmesg"
        return Rejected(message, cure=f"mount its disk for writing; {failing}")
    if error.errno in _NOT_OURS:
        cure = "let this user write there: a team shares it by [publisher] group"
        return Rejected(message, cure=f"{cure}, which takes hold when its owner publishes")
    if error.errno not in _STRANGE:
        return NotSent(message)
    if inside and os.path.lexists(place):
        return Rejected(message, cure=f"see who put it there, then remove it: {removal(place)}")
    return Rejected(
        message, cure="`directory` must be a folder, with plain files and folders in it, no links"
    )


@contextmanager
def _beneath(folder: str) -> Iterator[None]:
    """A fault in the block tells its place from the folder above on."""
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            error.filename = f"{folder}/{error.filename}"
        raise


def _whose(error: OSError, directory: Path) -> str:
    """Whom to ask for it."""
    if not isinstance(error, PermissionError):
        return ""
    import pwd

    try:
        status = directory.stat()
        owner = pwd.getpwuid(status.st_uid).pw_name
    except (OSError, KeyError):
        return ""
    return f" (the folder belongs to {owner}, mode {stat.S_IMODE(status.st_mode):04o})"


def _refuse_link(directory: Path) -> Path:
    """A link to a folder beside it is an arrangement (``public`` → ``releases/7``); one to elsewhere a surprise.

    Returns where it leads, for whoever opens that: a link that takes its place meanwhile is followed no more.
    """
    if not directory.is_symlink():
        return directory
    target = directory.resolve()
    if not target.is_relative_to(directory.parent.resolve()):
        raise Rejected(f"{directory} is a link to {target}", cure="set `directory` to that folder itself")
    return target


def _ours(directory: Path) -> int:
    """The folder's descriptor. Whoever may write there puts other news in the place of ours, and keeps the lock."""
    folder = os.open(directory, _FOLDER | os.O_NOFOLLOW)
    if os.fstat(folder).st_mode & stat.S_IWOTH:
        os.close(folder)
        raise Rejected(
            f"{directory}: everybody on this machine may write in it",
            cure=f"a team shares it by [publisher] group; else: {shlex.join(['chmod', 'o-w', str(directory)])}",
        )
    return folder


def _make(directory: Path) -> None:
    for path in reversed([path for path in (directory, *directory.parents) if not path.exists()]):
        path.mkdir(exist_ok=True)
        path.chmod(0o755)  # whatever the umask says, a web server has to get in


def _shared(folder: int, group: int | None) -> int:
    """The folder's descriptor, the folder a group's where one is given; whoever made it has to."""
    if group is not None:
        with suppress(PermissionError):
            status = os.fstat(folder)
            if (status.st_gid, status.st_mode & _SHARED) != (group, _SHARED):
                os.fchown(folder, -1, group)
                os.fchmod(folder, stat.S_IMODE(status.st_mode) | _SHARED)
    return folder


_SHARED = stat.S_ISGID | stat.S_IRWXG
"""What a folder has that a group shares."""


def _follow(handle: int, folder: int) -> None:
    """Give a file or folder of ours the mode of what lies in ``folder``: for the web server, and for the group."""
    status, kept = os.fstat(handle), os.fstat(folder)
    is_shared = kept.st_mode & _SHARED == _SHARED
    mode = 0o755 if stat.S_ISDIR(status.st_mode) else 0o644
    if is_shared:
        mode |= _SHARED if stat.S_ISDIR(status.st_mode) else stat.S_IWGRP
    with suppress(PermissionError):  # a colleague's
        if is_shared and status.st_gid != kept.st_gid:
            os.fchown(handle, -1, kept.st_gid)
        if stat.S_IMODE(status.st_mode) & (mode | stat.S_IWOTH) != mode:
            os.fchmod(handle, (stat.S_IMODE(status.st_mode) | mode) & ~stat.S_IWOTH)


def _inner(folder: int, name: str) -> int:
    if _make_inner(folder, name):
        os.fsync(folder)
    inner = _open(folder, name, _FOLDER)
    _follow(inner, folder)
    return inner


def _make_inner(folder: int, name: str) -> bool:
    """Make a folder in this one, unless it is there."""
    try:
        os.mkdir(_checked(name), 0o755, dir_fd=folder)
    except FileExistsError:
        return False
    with _opened(_open(folder, name, _FOLDER)) as inner:
        _follow(inner, folder)  # whatever the umask says
    return True


def _replace(folder: int, name: str, content: bytes) -> bool:
    if _is_there(folder, name, content):
        return False
    new = f".{name}.new"
    _discard(folder, new)  # left by a writer that died: the lock is ours
    try:
        with os.fdopen(_open(folder, new, _MAKE | os.O_EXCL), "wb") as file:
            file.write(content)
            file.flush()
            _follow(file.fileno(), folder)
            os.fsync(file.fileno())
        os.rename(new, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        _discard(folder, new)
        raise
    os.fsync(folder)
    return True


def _is_there(folder: int, name: str, content: bytes) -> bool:
    """Whether the file says that already; then it is closed to whoever else could write it."""
    if read(folder, name) != content:
        return False
    with _opened(_open(folder, name, os.O_RDONLY | os.O_NONBLOCK)) as file:
        _follow(file, folder)
    return True


def _discard(folder: int, name: str) -> None:
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)


def _lock_file(folder: int) -> int:
    """For us, and for the group that shares the folder: whoever else may read it could hold it for ever."""
    lock = _open(folder, LOCK, _MAKE | os.O_NONBLOCK)
    status = os.fstat(lock)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(lock)
        raise OSError(errno.EEXIST, "not a plain file with one name", LOCK)
    _follow(lock, folder)
    with suppress(PermissionError):  # a colleague's
        is_shared = bool(os.fstat(lock).st_mode & stat.S_IWGRP)
        os.fchmod(lock, 0o660 if is_shared else 0o600)
    return lock


def _open(folder: int, name: str, flags: int) -> int:
    return os.open(_checked(name), flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644, dir_fd=folder)


def _checked(name: str) -> str:
    if name in ("", ".", "..") or "/" in name:
        raise OSError(errno.EEXIST, "not a file name", name)
    return name


@contextmanager
def _opened(descriptor: int) -> Iterator[int]:
    try:
        yield descriptor
    finally:
        os.close(descriptor)
