"""What all tests share: golden files, rewritten by ``pytest --regold``, and the hostile server."""

from __future__ import annotations

import os
import shutil
import ssl
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import settings

from announce_contract.hostile import CERTIFICATES, connect_proxy, hostile
from publisher.model import commands
from publisher.model.outcome import ChannelError
from publisher.settings.masking import Masker
from tests import accounts as users
from tests import split
from tests.terminals import no_terminal

settings.register_profile("calm", deadline=None)  # a time that fails on a busy machine says nothing
settings.load_profile("calm")

__all__ = ["connect_proxy", "hostile"]

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--regold", action="store_true", help="write the golden files anew; then read the diff")


# --- the whole suite in little time


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> Iterator[None]:
    """What is thorough gets its mark before pytest asks for marks.

    What makes environments takes longest, and must not be what the others wait for at the end.
    """
    whole_files = not any("::" in name for name in config.args) and not config.getoption("lf", default=False)
    if whole_files and (unknown := split.unknown(items)):
        raise pytest.UsageError(f"tests/thorough.toml names what is no case: {', '.join(unknown)}")
    split.mark(items)
    yield
    items.sort(key=lambda item: item.path.name not in ("test_outsider.py", "test_package.py"))


LEFT_OUT = pytest.StashKey[int]()
"""How many thorough tests this run does without."""


def pytest_deselected(items: list[pytest.Item]) -> None:
    if thorough := sum(item.get_closest_marker("thorough") is not None for item in items):
        stash = items[0].config.stash
        stash[LEFT_OUT] = stash.get(LEFT_OUT, 0) + thorough


def pytest_sessionfinish(session: pytest.Session) -> None:
    if output := getattr(session.config, "workeroutput", None):
        output["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Each process of pytest-xdist has left out the same ones."""
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compares a text with the file of that name under tests/golden/."""

    def compare(name: str, text: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--regold"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"{text}\n", encoding="utf-8")
        assert f"{text}\n" == file.read_text(encoding="utf-8"), f"see {file}; --regold rewrites it"

    return compare


@pytest.fixture(autouse=True)
def named_configuration() -> None:
    """What an earlier test's run was given is in no command of this one."""
    commands.keep(None)


# --- other users of this machine


@pytest.fixture(scope="session")
def accounts() -> Iterator[users.Accounts]:
    """Two colleagues with a common group and a stranger: real Unix users, gone afterwards."""
    if reason := users.why_not():
        _give_up(reason)
    with users.made() as made:
        yield made


@pytest.fixture
def common(accounts: users.Accounts) -> Iterator[Path]:
    """A fresh folder, root's, that everybody may enter; pytest's own folders are closed to other users."""
    folder = Path(tempfile.mkdtemp(dir=accounts.folder))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


# --- what cannot be tried on this machine


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true asks for it")
    pytest.skip(reason)


@pytest.fixture
def give_up() -> Callable[[str], NoReturn]:
    """Called with the reason why something cannot be tried here."""
    return _give_up


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """A test that asks for a terminal where there is none is skipped, and says so."""
    try:
        yield
    except Exception:
        if reason := no_terminal():
            _give_up(reason)
        raise


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Loudly, whichever process skipped it."""
    if left_out := config.stash.get(LEFT_OUT, 0):
        terminalreporter.write_line(f"LEFT OUT: {left_out} thorough tests; `make test-thorough` runs them")
    skipped = terminalreporter.stats.get("skipped", [])
    for reason in dict.fromkeys(str(report.longrepr[2]) for report in skipped):
        terminalreporter.write_line(f"NOT TRIED: {reason.removeprefix('Skipped: ')}", red=True, bold=True)


# --- the hostile server, the proxy and the certificates, for the tests of what goes over the wire

CANARY = "canary-7f3a"
"""Travels in the query of every request of `post`: libraries quote it from there."""


@pytest.fixture
def certificate() -> Callable[[str], Path]:
    """A file of announce_contract.hostile: ``ca.pem``, ``good.pem``, ``expired.pem``, …"""
    return lambda name: CERTIFICATES / name


@pytest.fixture
def server_tls() -> Callable[[str], ssl.SSLContext]:
    """A server's TLS context with one of the certificates."""

    def context(name: str = "good.pem") -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.load_cert_chain(CERTIFICATES / name)
        return made

    return context


@pytest.fixture
def transport() -> Any:
    """Without any proxy or certificate of the environment."""
    from publisher.transport import Transport

    return Transport(masker=Masker(), environ={})


@pytest.fixture
def trusting(certificate: Callable[[str], Path]) -> Any:
    """A transport that trusts the authority of announce_contract.hostile."""
    from publisher.transport import Transport

    return Transport(masker=Masker(), ca_bundle=certificate("ca.pem"), environ={})


@pytest.fixture
def post(transport: Any) -> Callable[..., Any]:
    """One POST of a JSON document to a hostile server, on the channel ``blog`` of `transport` or another one."""

    def call(server: Any, *, through: Any = transport, timeout: float = 5.0, **request: Any) -> Any:
        session = through.session("blog", timeout=timeout)
        return session.post(f"{server.url}/posts?token={CANARY}", **{"json": {"title": "a"}, **request})

    return call


@pytest.fixture
def failure(post: Callable[..., Any]) -> Callable[..., ChannelError]:
    """The verdict on such a POST that fails: one line, and no secret even in its traceback."""

    def call(server: Any, **request: Any) -> ChannelError:
        with pytest.raises(ChannelError) as caught:
            post(server, **request)
        assert "\n" not in str(caught.value)
        assert CANARY not in "".join(traceback.format_exception(caught.value))
        return caught.value

    return call
