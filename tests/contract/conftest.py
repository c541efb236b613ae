"""The contract's table: every adapter × every verb × every fault, run over real sockets and the real libraries."""

from __future__ import annotations

import importlib.util
import logging
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from publisher.settings.masking import QUIET_LOGGERS, Masker, install

TESTS = Path(__file__).parents[1]


def _plugin(name: str, file: Path) -> ModuleType:
    """A module of the tests: they are no package, so it is loaded from its file."""
    spec = importlib.util.spec_from_file_location(name, file)
    assert spec
    assert spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


for double in ("server", "proxy"):
    _plugin(f"hostile_{double}", TESTS / "hostile" / f"{double}.py")
PARTS = {
    name: _plugin(f"contract_{name}", Path(__file__).parent / f"{name}.py")
    for name in (  # in the order in which they use each other
        "canaries",
        "platforms",
        "opening",
        "cells",
        "rules",
        "faults_below_http",
        "faults_status",
        "faults_documents",
        "faults_values",
        "faults_texts",
        "faults_sites",
        "faults_networks",
        "naive",
    )
}
CELLS = PARTS["cells"]

GROUPS = {
    "below-http": PARTS["faults_below_http"].BELOW_HTTP,
    "status": PARTS["faults_status"].STATUSES,
    "document": PARTS["faults_documents"].DOCUMENTS,
    "value": PARTS["faults_values"].SPOILED,
    "text": PARTS["faults_texts"].TEXTS,
    "site": PARTS["faults_sites"].SITES,
    "network": PARTS["faults_networks"].NETWORKS,
}


@cache
def _table() -> dict[str, Any]:
    """Every cell, by its id; those that hang come last, since they do it while the others run."""
    faults = (fault for faults in GROUPS.values() for fault in faults)
    cells = [
        CELLS.Cell(call=call, fault=fault)
        for fault in sorted(faults, key=lambda fault: fault.slow)
        for call in PARTS["platforms"].CALLS
        if fault.applies(call)
    ]
    table = {cell.id: cell for cell in cells}
    assert len(table) == len(cells), "two cells have one name"
    return table


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "cell" in metafunc.fixturenames:
        metafunc.parametrize("cell", _table().values(), ids=_table())


@pytest.fixture(scope="session")
def groups() -> dict[str, Any]:
    """The faults, by kind."""
    return GROUPS


@pytest.fixture(scope="session")
def cells() -> dict[str, Any]:
    """The table."""
    return _table()


@pytest.fixture(scope="module", autouse=True)
def as_in_a_run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Logging as in a run, at DEBUG and without a secret known to it; a ~/.netrc; and a name that does not resolve."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text(PARTS["canaries"].NETRC)
    netrc.chmod(0o600)
    factory, root = logging.getLogRecordFactory(), logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in (None, *QUIET_LOGGERS)}
    install(Masker())
    root.addHandler(CELLS.log)
    root.setLevel(logging.DEBUG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", _without_names(socket.getaddrinfo))
        patch.setenv("NETRC", str(netrc))
        yield
    root.removeHandler(CELLS.log)
    logging.setLogRecordFactory(factory)
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)


def _without_names(resolve: Any) -> Any:
    def look_up(host: str, *args: Any, **more: Any) -> Any:
        if host == PARTS["faults_below_http"].NOWHERE:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return resolve(host, *args, **more)

    return look_up


@pytest.fixture(scope="module")
def calm(as_in_a_run: None) -> Any:
    """The run of a call when nothing is wrong."""
    nothing = CELLS.Fault(
        name="calm", expects="good", why="", act=lambda setting: CELLS.answer(setting.call.good)
    )
    runs: dict[str, Any] = {}

    def run(call: Any) -> Any:
        if call.id not in runs:
            runs[call.id] = CELLS.Cell(call=call, fault=nothing).run()
        return runs[call.id]

    return run


@pytest.fixture(scope="module")
def ran(request: pytest.FixtureRequest, calm: Any) -> Iterator[Any]:
    """The run of a cell. Those that hang do it together, beside the others: they only wait."""
    asked = (item.callspec.params.get("cell") for item in request.session.items if hasattr(item, "callspec"))
    cells = [cell for cell in asked if isinstance(cell, CELLS.Cell)]
    for call in {cell.call.id: cell.call for cell in cells}.values():
        calm(call)  # the libraries are loaded now, and not in somebody's time
    pool = ThreadPoolExecutor(8)
    hanging: dict[str, Future[Any]] = {cell.id: pool.submit(cell.run) for cell in cells if cell.fault.slow}
    yield lambda cell: hanging[cell.id].result() if cell.id in hanging else cell.run()
    pool.shutdown(cancel_futures=True)
