"""A database server's address, as ``[publisher] ledger`` names it: without a password, and safely reached."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from publisher.model.record import Record
from publisher.settings.faults import InputFault
from publisher.settings.secrets import Secret, SecretFault, resolve

_SECRETS = frozenset({"password", "sslpassword"})
_LOOPBACK = frozenset({"", "localhost", "127.0.0.1", "[::1]"})


class Database(Record, frozen=True, kw_only=True):
    """Where a ledger in PostgreSQL is."""

    url: str
    """As it was configured; it holds no password."""
    secret: Secret | None = None
    """Where the password comes from; None: libpq finds it itself, in ``~/.pgpass`` for instance."""
    root: Path = Path()
    """The folder that a secret's file counts from."""
    group: int | None = None
    """Who may read that file beside its owner."""
    pooled: bool = False
    """A pooler stands between, which pools whole sessions."""

    def __str__(self) -> str:
        return self.url.partition("?")[0]

    def password(self, environ: Mapping[str, str] = os.environ) -> str | None:
        """The password, where one is configured. Raises LedgerFault where it cannot be had."""
        if self.secret is None:
            return None
        from publisher.model.errors import LedgerFault

        try:
            return resolve(self.secret, root=self.root, environ=environ, group=self.group)
        except SecretFault as fault:
            raise LedgerFault(f"publisher.ledger_password: {fault}", hint=fault.cure) from None


def checked_database(url: str) -> str:
    """The address itself. Raises InputFault where it holds a password, names no database, or is not protected."""
    try:
        parts = urlsplit(url)
        options = parse_qs(parts.query, strict_parsing=bool(parts.query))
    except ValueError:
        raise InputFault("is no address of a database", cure=_EXAMPLE) from None
    user, _, hosts = parts.netloc.rpartition("@")
    if ":" in user or _SECRETS & set(options):
        raise InputFault("has a password in it", cure=f"take it out; {_SOURCE}")
    if (
        "://" not in url
        or not parts.path.strip("/")
        or "/" in parts.path.strip("/")
        or not url.isprintable()
        or parts.fragment
    ):
        raise InputFault("names no database", cure=_EXAMPLE)
    if not _is_safe(hosts, options):
        raise InputFault(
            "does not make sure that it is the right server, and that nobody listens",
            cure="add ?sslmode=verify-full; a ledger on this machine does without",
        )
    return url


def _is_safe(hosts: str, options: Mapping[str, list[str]]) -> bool:
    named = [*hosts.split(","), *(one for each in options.get("host", []) for one in each.split(","))]
    names = {one if one.endswith("]") else one.rpartition(":")[0] or one for one in named}
    is_here = all(one in _LOOPBACK or one.startswith(("/", "%2F", "%2f")) for one in names)
    return (is_here and "hostaddr" not in options) or options.get("sslmode") == ["verify-full"]


_EXAMPLE = 'write it as in "postgresql://announce@db.example.net/announce?sslmode=verify-full"'
_SOURCE = 'name where it comes from: ledger_password = { env = "ANNOUNCE_LEDGER_PASSWORD" }, or ~/.pgpass'
