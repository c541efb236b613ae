"""Where the site is written: one small protocol, and the local folder behind it. `bucket` is the other one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from announce_channels.feed.storage import folder

if TYPE_CHECKING:
    from announce_channels.feed.settings import FeedSettings
    from publisher.adapter import Context


class Folder(Protocol):
    """The site while one writer has it for itself."""

    def read(self, name: str) -> bytes | None:
        """A file as it is, None where there is none."""
        ...

    def write(self, name: str, content: bytes) -> bool:
        """Replace a file in one step; says whether anything was to be done."""
        ...

    def write_pages(self, contents: Mapping[str, bytes]) -> int:
        """The same for files in folders of their own, in any order; says for how many anything was to be done."""
        ...


class Storage(Protocol):
    """A place for the site. Everything raises NotSent or Rejected."""

    place: str
    """As a person writes it."""

    def locked(self) -> AbstractContextManager[Folder]:
        """The site for one writer alone; made if need be."""
        ...

    def look(self, name: str) -> bytes | None:
        """A file as it is now, without the lock."""
        ...

    def probe(self) -> bool:
        """Prove that files can be written; leaves nothing behind. Says whether the site is there yet."""
        ...


class LocalStorage:
    """A folder of this machine."""

    def __init__(self, directory: Path, group: int | None = None) -> None:
        """``group``, a number, shares it: its members may write it, too."""
        self.place = str(directory)
        self._directory = directory
        self._group = group

    @contextmanager
    def locked(self) -> Iterator[Folder]:
        """The folder, by its descriptor: nothing is written outside of it."""
        with folder.locked(self._directory, self._group) as descriptor:
            yield _LocalFolder(descriptor)

    def look(self, name: str) -> bytes | None:
        """A file of the folder."""
        return folder.look(self._directory, name)

    def probe(self) -> bool:
        """Make and remove a file."""
        return folder.probe(self._directory)


class _LocalFolder:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def read(self, name: str) -> bytes | None:
        return folder.read(self._descriptor, name)

    def write(self, name: str, content: bytes) -> bool:
        return folder.write(self._descriptor, name, content)

    def write_pages(self, contents: Mapping[str, bytes]) -> int:
        return folder.write_pages(self._descriptor, contents)


def storage_of(settings: FeedSettings, context: Context) -> Storage:
    """Where a channel's site lies: a folder, counted from the configuration's, or a bucket."""
    if settings.directory.startswith("s3://"):
        from announce_channels.feed.storage.bucket import BucketStorage

        return BucketStorage(
            settings.directory,
            context,
            endpoint=settings.endpoint_url,
            timeout=settings.timeout,
            internal=settings.internal,
        )
    return LocalStorage(Path(context.root, settings.directory), context.group)
