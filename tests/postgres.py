"""A PostgreSQL of Debian's, as a process of the tests: on a socket and on loopback, in a folder that goes with it."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from publisher.settings.database import Database

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name), reverse=True)
TEMPLATE = "announce_template"


def program(name: str) -> str | None:
    """Where a program of the newest PostgreSQL is."""
    found = (str(folder / name) for folder in PLACES if (folder / name).exists())
    return next(found, None) or shutil.which(name)


def why_not() -> str | None:
    """The reason why no server can be started here, or None."""
    if program("initdb") is None:
        return "missing: PostgreSQL (apt-get install postgresql)"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "missing: psycopg (pip install 'psycopg[binary]>=3.3')"
    return None


class Server:
    """A running server; each test gets a database of its own, made from one that has been migrated."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.superuser = "postgres"
        self.account = _account()
        self._process: subprocess.Popen[bytes] | None = None
        self._shared: Database | None = None

    def initdb(self) -> None:
        """Make its files."""
        words = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres"]
        self._run([program("initdb") or "", "--pgdata", str(self.folder / "data"), *words])

    def start(self) -> None:
        """Run it, and wait until it answers."""
        line = [program("postgres") or "", "-D", str(self.folder / "data"), "-k", str(self.folder)]
        line += [
            "-h",
            "127.0.0.1",
            "-p",
            str(self.port),
            "-c",
            "shared_buffers=16MB",
            "-c",
            "max_connections=50",
        ]
        until = time.monotonic() + 60
        while True:
            if (
                self._process is None or self._process.poll() is not None
            ):  # what was there before may still end
                with (self.folder / "log").open("ab") as log:
                    self._process = subprocess.Popen(line, stdout=log, stderr=log, **self.account)
            try:
                self._asked("postgres", "SELECT 1")
            except Exception:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def stop(self, signal: int = 3) -> None:
        """End it; signal 3: at once, as a power cut does, and the next start recovers."""
        assert self._process
        self._process.send_signal(signal)
        self._process.wait(60)

    def give(self, path: Path) -> None:
        """Let its account have a file or folder."""
        if "user" in self.account:
            os.chown(path, self.account["user"], self.account["group"])

    @contextmanager
    def set(self, **settings: str) -> Iterator[None]:
        """Settings of the whole server that a reload changes."""
        names = list(settings)
        try:
            for name in names:
                self.admin("postgres", f"ALTER SYSTEM SET {name} = '{settings[name]}'")
            self._reload(settings)
            yield
        finally:
            self.admin(
                "postgres",
                "SET default_transaction_read_only = off",
                *(f"ALTER SYSTEM RESET {one}" for one in names),
            )
            self._reload(dict.fromkeys(names, None))

    def _reload(self, wanted: Mapping[str, str | None]) -> None:
        """And wait until new sessions have it."""
        self.admin("postgres", "SELECT pg_reload_conf()")
        until = time.monotonic() + 20
        while any(self._shown(name) != value for name, value in wanted.items() if value is not None):
            assert time.monotonic() < until
            time.sleep(0.02)

    def _shown(self, name: str) -> str:
        return str(self.admin("postgres", f"SHOW {name}")[0][0])

    @contextmanager
    def certified(self, name: str) -> Iterator[Path]:
        """TLS, by a certificate for that name; the file of the authority that signed it."""
        folder = self.folder / "tls"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        new = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj"]
        subject = ["-CA", "ca.pem", "-CAkey", "ca.key", "-addext", f"subjectAltName=DNS:{name}"]
        for line in (
            [*new, "/CN=tests", "-keyout", "ca.key", "-out", "ca.pem"],
            [*new, f"/CN={name}", "-keyout", "own.key", "-out", "own.pem", *subject],
        ):
            subprocess.run(line, cwd=folder, check=True, capture_output=True)
        for file in folder.iterdir():
            file.chmod(0o600)
            self.give(file)
        (folder / "ca.pem").chmod(0o644)
        folder.chmod(0o755)
        self.give(folder)
        with self.set(ssl_cert_file=str(folder / "own.pem"), ssl_key_file=str(folder / "own.key"), ssl="on"):
            yield folder / "ca.pem"

    def admin(self, database: str, *statements: str) -> list[Any]:
        """Run statements as its superuser; the rows of the last one. A server that is restarted is waited for."""
        import psycopg

        until = time.monotonic() + 30
        while True:
            try:
                return self._asked(database, *statements)
            except psycopg.OperationalError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def _asked(self, database: str, *statements: str) -> list[Any]:
        import psycopg

        rows: list[Any] = []
        with psycopg.connect(self.url(database), user=self.superuser, autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement.encode())
                rows = cursor.fetchall() if cursor.description else []
        return rows

    def url(self, database: str) -> str:
        """Its address, over loopback."""
        return f"postgresql://{self.superuser}@127.0.0.1:{self.port}/{database}"

    def fresh(self, template: str = TEMPLATE) -> Database:
        """A new database."""
        name = f"t{secrets.token_hex(6)}"
        self.admin("postgres", f"CREATE DATABASE {name} TEMPLATE {template}")
        return Database(url=self.url(name))

    def emptied(self) -> Database:
        """One database for all that ask, with nothing in it any more: a new one is 7 MB of files each."""
        if not self._shared:
            self._shared = self.fresh()
        name = self._shared.url.rpartition("/")[2]
        kept = ("identity", "lives_on", "made_by")
        tables = self.admin(name, "SELECT tablename FROM pg_tables WHERE schemaname = 'announce'")
        written = ", ".join(f"announce.{table}" for (table,) in tables if table not in kept)
        self.admin(
            name,
            "SET lock_timeout = '10s'",
            "SET session_replication_role = replica",
            f"TRUNCATE {written} RESTART IDENTITY",
        )
        return self._shared

    def _run(self, line: Sequence[str]) -> None:
        done = subprocess.run(line, capture_output=True, text=True, check=False, **self.account)
        assert done.returncode == 0, done.stderr


@contextmanager
def running() -> Iterator[Server]:
    """A server while the block runs, with a database that new ones are made from."""
    from publisher.ledger.postgres.schema import bring_up
    from publisher.ledger.postgres.session import Session

    folder = Path(tempfile.mkdtemp(prefix="announce-pg-"))
    server = Server(folder)
    try:
        server.give(folder)
        server.initdb()
        server.start()
        server.admin("postgres", f"CREATE DATABASE {TEMPLATE}")
        session = Session(Database(url=server.url(TEMPLATE)))
        bring_up(session)
        session.close()
        yield server
    finally:
        if server._process and server._process.poll() is None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A PostgreSQL of our own; skipped loudly where there is none, which a machine of CI must have."""
    if reason := why_not():
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with running() as started:
        yield started


def _account() -> dict[str, Any]:
    """PostgreSQL does not run as root: then as the user that Debian made for it, or as nobody."""
    if os.geteuid() != 0:
        return {}
    names = {one.pw_name: one for one in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": [], "cwd": "/"}


def free_port() -> int:
    """A port that nobody has."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
