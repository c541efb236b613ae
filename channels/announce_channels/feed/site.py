"""Every file of the site, from the history, in the order of writing: nothing links to what is not there yet."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import groupby

import msgspec

from announce_channels.feed.formats.table import FORMATS, builder, files, single_events
from announce_channels.feed.head import Head
from announce_channels.feed.pages import archive
from announce_channels.feed.pages.render import EVENT, Pages
from announce_channels.feed.pages.story import Summary, heard_on
from announce_channels.feed.services import narrowed
from announce_channels.feed.storage import manifest
from announce_channels.feed.storage.protocol import Folder
from publisher.adapter import Built, one_line
from publisher.adapter.said import Origin, Snapshot

FRONT = "index.html"

File = tuple[str, bytes]
"""Its name in the folder, and what it holds."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """What is written for a channel; each file is made when it is asked for, so that a long history needs no memory."""

    head: Head
    formats: Sequence[str]
    services: Sequence[str] = ()
    pages: Pages

    def everything(
        self,
        history: Snapshot,
        announcements: Iterable[tuple[str, Snapshot]],
        faults: list[str],
        folder: Folder,
    ) -> Iterator[File]:
        """All files, with the pages of those announcements that are given, each by its reference and history.

        ``faults`` takes what could not be made; ``folder`` is asked what was written before.
        """
        there = manifest.listed(folder.read(manifest.NAME))
        told = {one.ref: one for one in self.pages.summaries(history)}
        found: list[str] = []
        for name, what, make in self.pages.accessories():
            yield from _attempt(name, what, make, faults)
        yield from self.announcements(self._noted(announcements, told, found), faults)
        yield from self._files(files(self.formats), self.head, history)
        for key in self.services:
            own = files(self.formats, [key]).items() - files(self.formats).items()
            yield from self._files(dict(sorted(own)), *narrowed(self.head, history, key))
        yield from self._events(found, history)
        yield from self._archive(history, list(told.values()), there, faults)
        yield from self._front(history, faults, there)

    def _noted(
        self, announcements: Iterable[tuple[str, Snapshot]], told: dict[str, Summary], found: list[str]
    ) -> Iterator[tuple[str, Snapshot]]:
        """The same, while what the archive and the calendar need of each is noted down."""
        for ref, history in announcements:
            told.update({one.ref: one for one in self.pages.summaries(Snapshot(history.about(ref)))})
            found.append(ref)
            yield ref, history

    def _events(self, refs: Sequence[str], history: Snapshot) -> Iterator[File]:
        """For each page its event alone, as calendars have it: an old one too, which a reader may still have."""
        made = {name for name in self.formats if FORMATS[name].for_calendars}
        if made:
            for ref, content in single_events(self.head, history, refs):
                yield f"{ref}/{EVENT}", content

    def _archive(
        self, history: Snapshot, told: Sequence[Summary], there: Collection[str], faults: list[str]
    ) -> Iterator[File]:
        """Its months, as far as all of each is known: of those before the oldest word only what a build is given."""
        every = self._months(history, told, there)
        oldest = min(
            (archive.month_of(one.period.starts_at, self.head.zone).name for one in told), default=""
        )
        for name in sorted(every):
            if history.is_whole or name > oldest or len(told) > len({one.ref for one in history.said}):
                make = partial(self.pages.month, name, told, every)
                yield from _attempt(f"{name}/{FRONT}", f"the archive of {name}", make, faults)

    def _months(self, history: Snapshot, told: Sequence[Summary], there: Collection[str]) -> frozenset[str]:
        zone, heard = self.head.zone, heard_on(history.said, self.head.channel)
        known = {archive.month_of(one.period.starts_at, zone).name for one in told}
        return archive.written(there) | archive.months_in(heard, zone) | known

    def _files(self, names: Mapping[str, str], head: Head, history: Snapshot) -> Iterator[File]:
        for file, name in names.items():
            yield file, builder(name).build(head, history)

    def again(self, ref: str, history: Snapshot, faults: list[str], folder: Folder) -> Iterator[File]:
        """What leads to other channels' posts and to pages in other languages, now that these are there."""
        yield from self.announcements([(ref, history)], faults)
        yield from self._front(history, faults, manifest.listed(folder.read(manifest.NAME)))

    def _front(self, history: Snapshot, faults: list[str], there: Collection[str]) -> Iterator[File]:
        months = self._months(history, (), there)
        yield from _attempt(FRONT, "the front page", partial(self.pages.front, history, months), faults)

    def announcements(
        self, announcements: Iterable[tuple[str, Snapshot]], faults: list[str]
    ) -> Iterator[File]:
        """The pages of these announcements, as far as the channel told of them."""
        for ref, history in announcements:
            if make := self._page(ref, history):
                yield from _attempt(f"{ref}/{FRONT}", f"the page of {ref}", make, faults)

    def _page(self, ref: str, history: Snapshot) -> Callable[[], bytes] | None:
        said, channel = history.about(ref), self.head.channel
        if heard_on(said, channel):
            return partial(self.pages.announcement, history, ref)
        if any(one.is_withdrawn_from(channel) for one in said):
            return partial(self.pages.withdrawn, ref)
        return None


def write(folder: Folder, made: Iterator[File], faults: list[str], origin: Origin) -> Built:
    """Write files in their order, as many at once as fit into memory; ``faults`` is what ``made`` fills.

    ``origin`` is the ledger that they are made from. Raises Rejected where one is somebody else's.
    """
    put = partial(_written, folder, origin)
    batches = _batches(made)
    files = written = 0
    for batch in batches:
        whole = _interleaved(put, batch, batches) if len(batch) == _AT_ONCE else None
        more = whole or (len(batch), put(batch))
        files, written = files + more[0], written + more[1]
    return Built(files=files, written=written, faults=tuple(faults))


def _batches(made: Iterator[File]) -> Iterator[dict[str, bytes]]:
    """A feed ends one: customers have it before the next is made, and before calendars load their library."""
    batch: dict[str, bytes] = {}
    for name, content in made:
        batch[name] = content
        if len(batch) == _AT_ONCE or name in _FEEDS:
            yield batch
            batch = {}
    if batch:
        yield batch


def _interleaved(
    put: Callable[[Mapping[str, bytes]], int], first: dict[str, bytes], rest: Iterator[dict[str, bytes]]
) -> tuple[int, int]:
    """While some files are on their way to the disk, the next are made: how many, and for how many it was needed."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as writer:
        files, written, writing = len(first), 0, writer.submit(put, first)
        for batch in rest:
            files, written = files + len(batch), written + writing.result()
            writing = writer.submit(put, batch)
        return files, written + writing.result()


def _written(folder: Folder, origin: Origin, batch: Mapping[str, bytes]) -> int:
    """For how many anything was to be done. Pages as the disk likes them; what lists them after that, one by one."""
    manifest.claim(folder, batch, origin)
    written = 0
    for deep, run in groupby(batch.items(), _is_deep):
        contents = dict(run)
        if deep and len(contents) > _FEW:
            written += folder.write_pages(contents)
        else:
            written += sum([folder.write(name, content) for name, content in contents.items()])
    return written


_AT_ONCE = 200

_FEEDS = frozenset(one.file for one in FORMATS.values() if one.lists)

_FEW = 8
"""Pages that are written before threads for them have begun."""


def _is_deep(file: File) -> bool:
    return "/" in file[0]


def _attempt(name: str, what: str, make: Callable[[], bytes], faults: list[str]) -> Iterator[File]:
    """A file; where a template of the user's own raises, whatever it is, that file is left as it is."""
    try:
        yield name, make()
    except Exception as fault:  # noqa: BLE001
        faults.append(one_line(f"{what} was not written: {fault}"))
