"""A database that no ledger can be kept in: what it is, and what helps, is said; exit 2, and nothing is sent."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from typing import Any

import pytest

from announce_sandbox import Sandbox
from tests.bouncer import pooling
from tests.postgres import Server, server

__all__ = ["server"]

Making = Callable[[Server], AbstractContextManager[str]]
"""Makes a bad one, and gives its address."""


def name_in(url: str) -> str:
    return url.rpartition("/")[2]


def plainly(address: Callable[[Server], str]) -> Making:
    return lambda server: nullcontext(address(server))


def after(*statements: str, role: str = "") -> Making:
    """A ledger, after a stranger has typed this in it; opened by a role of its own where one is named."""

    def address(server: Server) -> str:
        url = server.fresh().url
        server.admin(name_in(url), *(one.format(name=f"r{name_in(url)}") for one in statements))
        return url.replace("postgres@", f"r{name_in(url)}@") if role else url

    return plainly(address)


def under(**settings: str) -> Making:
    """A ledger on a server that is so configured."""

    @contextmanager
    def made(server: Server) -> Iterator[str]:
        url = server.fresh().url
        with server.set(**settings):
            yield url

    return made


@contextmanager
def certified_for_another(server: Server) -> Iterator[str]:
    url = server.fresh().url
    with server.certified("db.example.net") as authority:
        yield f"{url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert={authority}"


@contextmanager
def signed_by_nobody_known(server: Server) -> Iterator[str]:
    url = server.fresh().url
    with server.certified("localhost"):
        yield f"{url.replace('127.0.0.1', 'localhost')}?sslmode=verify-full&sslrootcert=system"


@contextmanager
def silent(server: Server) -> Iterator[str]:
    """It accepts, and never answers."""
    with closing(socket.create_server(("127.0.0.1", 0))) as listening:
        yield f"postgresql://postgres@127.0.0.1:{listening.getsockname()[1]}/x?connect_timeout=2"


@contextmanager
def pooled(server: Server) -> Iterator[str]:
    url = server.fresh().url
    with pooling(server, "transaction") as port:
        yield url.replace(str(server.port), str(port))


BAD: dict[str, tuple[Making, str, str]] = {
    "password": (
        plainly(lambda server: "postgresql://a:geheim@127.0.0.1/x"),
        "has a password in it",
        "take it out",
    ),
    "unsafe": (
        plainly(lambda server: "postgresql://a@db.example.net/x"),
        "does not make sure",
        "verify-full",
    ),
    "no such name": (
        plainly(lambda server: "postgresql://a@no.invalid/x?sslmode=verify-full"),
        "cannot be reached",
        "mend the host's name",
    ),
    "nobody there": (
        plainly(lambda server: "postgresql://a@127.0.0.1:1/x"),
        "cannot be reached",
        "server runs",
    ),
    "no such database": (plainly(lambda server: server.url("nowhere")), "does not exist", "createdb"),
    "no such role": (
        plainly(lambda server: server.url("postgres").replace("postgres@", "nobody@")),
        "does not exist",
        "role",
    ),
    "no ledger": (
        plainly(lambda server: server.fresh("template1").url),
        "there is no ledger in",
        "ledger migrate",
    ),
    "no rights": (after("CREATE ROLE {name} LOGIN", role="own"), "permission denied", "rights"),
    "reads only": (
        after(
            "CREATE ROLE {name} LOGIN",
            "GRANT USAGE ON SCHEMA announce TO {name}",
            "GRANT SELECT ON ALL TABLES IN SCHEMA announce TO {name}",
            role="own",
        ),
        "permission denied",
        "rights",
    ),
    "another program's": (
        after("DROP SCHEMA announce CASCADE", "CREATE SCHEMA announce CREATE TABLE users ()"),
        "belongs to another program",
        "a database of its own",
    ),
    "from the future": (
        after("INSERT INTO announce.made_by VALUES (999, '9.9')"),
        "a newer announce (schema 999",
        "install announce 9.9",
    ),
    "read-only": (under(default_transaction_read_only="on"), "read-only", "name the one that is written to"),
    "fsync off": (under(fsync="off"), "does not survive a power cut", "fsync = on"),
    "another's certificate": (certified_for_another, "does not match", "as its certificate does"),
    "unknown authority": (signed_by_nobody_known, "certificate verify failed", "sslrootcert="),
    "silent": (silent, "cannot be reached", "does not answer"),
    "pooled": (pooled, "through a connection pooler", "name the server itself"),
}


@pytest.mark.parametrize("kind", BAD)
def test_it_is_said_with_its_cure_and_nothing_is_sent(
    announce: Any, sandbox: Sandbox, server: Server, kind: str
) -> None:
    making, said, cure = BAD[kind]
    with making(server) as url:
        announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
        ran = announce.urgent()
        looked = announce("list")
    assert (ran.code, looked.code) == (2, 2 if kind != "reads only" else 0), (ran, looked)
    assert said in ran.json["error"], ran
    assert cure in (ran.json["hint"] or ""), ran
    assert "geheim" not in ran.stdout + ran.stderr
    assert sandbox.calls == []


def test_a_pooler_of_whole_sessions_is_admitted_by_name_and_one_of_transactions_is_not(
    announce: Any, server: Server
) -> None:
    url = server.fresh().url
    announce.edit(lambda text: text.replace('"sqlite:///ledger.db"', f'"{url}"\npooler = "session"'))
    for mode, code, said in (("session", 0, ""), ("transaction", 2, "pools transactions")):
        with pooling(server, mode) as port:
            announce.edit(lambda text, port=port: text.replace(str(server.port), str(port)))
            ran = announce("list") if code else announce.urgent("--skip", "feed")
            announce.edit(lambda text, port=port: text.replace(str(port), str(server.port)))
        assert (ran.code, said in ran.stdout + ran.stderr) == (code, True), ran


def test_of_several_hosts_the_one_that_answers_is_used(announce: Any, server: Server) -> None:
    url = server.fresh().url.replace("127.0.0.1:", "127.0.0.1:1,127.0.0.1:")
    announce.edit(lambda text: text.replace("sqlite:///ledger.db", url))
    assert announce.urgent("--skip", "feed").code == 0


def test_a_line_over_tls_is_held_to_its_certificate(announce: Any, server: Server) -> None:
    url = server.fresh().url.replace("127.0.0.1", "localhost")
    with server.certified("localhost") as authority:
        safe = f"{url}?sslmode=verify-full&sslrootcert={authority}"
        announce.edit(lambda text: text.replace("sqlite:///ledger.db", safe))
        checked = announce("ledger", "check")
    assert (checked.code, "over TLS" in checked.stdout) == (0, True), checked
