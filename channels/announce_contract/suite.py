"""The one statement: everything that is tried on an adapter, as one parametrized test for pytest."""

from __future__ import annotations

import contextlib
import logging
import socket
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from announce_contract.bench import Subject
from announce_contract.canaries import NETRC, Canaries
from announce_contract.claims import Claim, claims_of
from announce_contract.fault import Fault
from announce_contract.faults import faults_for
from announce_contract.faults.below_http import NOWHERE
from announce_contract.logs import LOG
from announce_contract.replies import Situation, calls_in
from announce_contract.rules import violations
from announce_contract.table import CALM, Cell, Run, cells_for
from publisher.model.post import Receipt
from publisher.settings.masking import QUIET_LOGGERS, Masker, install


def contract(
    adapter: type[Any],
    settings: Mapping[str, Any],
    replies: Mapping[str, Sequence[Any] | Situation],
    *,
    secrets: Mapping[str, str] | None = None,
    complaint: Callable[[int, str], Any] = lambda _status, text: {"error": text},
    but: Mapping[str, str] | None = None,
    faults: Sequence[Fault] = (),
    receipt: Receipt | None = None,
    in_addresses: str | None = None,
    reads: str | None = None,
) -> Callable[..., None]:
    """A test of this adapter under everything that can go wrong, to be put into a test file::

        test_mastodon = contract(Mastodon, {"access_token": {"env": "TOKEN"}}, {"check": [ME], "publish": [MADE]})

    ``settings`` are the channel's table without ``type`` and ``base_url``; every ``{"env": NAME}`` in it becomes a
    canary, dressed as ``secrets`` says where it has a form: ``{"TOKEN": "4711-{}"}``. ``replies`` are the platform's
    good answers by verb, request by request, for the post `announce_contract.POST`. ``complaint`` makes an error as
    the platform writes it. ``faults`` are its own. ``but`` says what else cells come to here, by patterns of their
    ids, the first that fits: ``{"publish.204": "receipt"}``; ``skip`` leaves them out. ``receipt`` is that of the
    post that is edited or taken down, unless publishing tells it. ``in_addresses`` is a pattern of what the platform
    takes in an address alone, although it is a secret; ``reads`` one of the bodies that only read, where a POST does.
    """
    subject = Subject(
        adapter=adapter,
        settings=settings,
        calls=calls_in(replies),
        verbs=frozenset(name.partition("-")[0] for name in replies),
        canaries=Canaries(settings, secrets or {}),
        complaint=complaint,
        but=but or {},
        receipt=receipt,
        in_addresses=in_addresses,
        reads=reads,
    )
    return test_of(subject, faults)


def test_of(subject: Subject, faults: Sequence[Fault]) -> Callable[..., None]:
    """The test of a subject under every fault, these of its own included."""
    parts = parts_of(subject, faults)

    @pytest.mark.parametrize("part", parts, ids=[part.id for part in parts])
    def test(part: Claim | Cell, request: pytest.FixtureRequest) -> None:
        if broken := _lab(request).broken(part):
            pytest.fail("\n".join(broken), pytrace=False)

    return test


test_of.__test__ = False  # type: ignore[attr-defined]  # pytest asks for it where this is imported


def parts_of(subject: Subject, faults: Sequence[Fault]) -> list[Claim | Cell]:
    """What is tried, in its order."""
    every = [*faults_for(subject.calls), *faults]
    return [*claims_of(subject), *cells_for(subject, every)]


class Lab:
    """Where cells run: logging as in a run, and the calm run of each call beside its cells."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        """``cells`` are those that will be asked for: the ones that hang do it together, beside the others."""
        self._calm: dict[tuple[int, str], Run] = {}
        self._pool = ThreadPoolExecutor(8)
        for cell in {(id(cell.subject), cell.call.id): cell for cell in cells}.values():
            self.calm(cell)  # the libraries are loaded now, and not in somebody's time
        self._hanging: dict[int, Future[Run]] = {
            id(cell): self._pool.submit(cell.run) for cell in cells if cell.fault.slow
        }

    def broken(self, part: Claim | Cell) -> list[str]:
        """What is wrong with it."""
        if isinstance(part, Claim):
            return list(part.faults())
        hanging = self._hanging.get(id(part))
        return violations(part, hanging.result() if hanging else part.run(), self.calm(part))

    def calm(self, cell: Cell) -> Run:
        """The run of its call when nothing is wrong, with the adapter itself."""
        key = (id(cell.subject), cell.call.id)
        if key not in self._calm:
            self._calm[key] = replace(cell, fault=CALM).run()
        return self._calm[key]

    def close(self) -> None:
        """End what still hangs."""
        self._pool.shutdown(cancel_futures=True)


_LAB = pytest.StashKey[Lab]()


def _lab(request: pytest.FixtureRequest) -> Lab:
    """One for all contracts of a test file."""
    module = request.node.getparent(pytest.Module)
    lab: Lab | None = module.stash.get(_LAB, None)
    if lab is None:
        stop = contextlib.ExitStack()
        module.addfinalizer(stop.close)
        stop.enter_context(as_in_a_run())
        lab = module.stash[_LAB] = Lab(list(_cells_in(module, request.session.items)))
        stop.callback(lab.close)
    return lab


def _cells_in(module: pytest.Module, items: Sequence[pytest.Item]) -> Iterator[Cell]:
    for item in items:
        part = item.callspec.params.get("part") if hasattr(item, "callspec") else None
        if isinstance(part, Cell) and item.getparent(pytest.Module) is module:
            yield part


@contextlib.contextmanager
def as_in_a_run() -> Iterator[None]:
    """Logging as in a run, at DEBUG and without a secret known to it; a ~/.netrc; a name that does not resolve."""
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (None, *QUIET_LOGGERS)}
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        netrc = Path(folder, "netrc")
        netrc.write_text(NETRC)
        netrc.chmod(0o600)
        patch.setattr(socket, "getaddrinfo", _without_names(socket.getaddrinfo))
        patch.setenv("NETRC", str(netrc))
        install(Masker())
        root.addHandler(LOG)
        root.setLevel(logging.DEBUG)
        try:
            yield
        finally:
            root.removeHandler(LOG)
            logging.setLogRecordFactory(factory)
            for name, level in levels.items():
                logging.getLogger(name).setLevel(level)


def _without_names(resolve: Any) -> Any:
    def look_up(host: str, *args: Any, **more: Any) -> Any:
        if host == NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **more)

    return look_up
