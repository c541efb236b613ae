"""One owner at a time: a session's lock says whether somebody holds an announcement, a token whose writing counts.

Neither alone is enough. The server gives a lock back as soon as it has lost the session, though the process may live;
from then on the token of the next owner refuses what the old one writes.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from publisher.ledger.postgres.session import Session
from publisher.model.commands import command
from publisher.model.errors import LedgerFault, Refused
from publisher.settings.person import user

if TYPE_CHECKING:
    from publisher.settings.database import Database

PATIENCE = 2.0
"""Seconds; a killed process was seen to hold its lock for another 36 to 57 ms on an idle server."""

WRITING_SECONDS = 30.0
"""How long another writer is waited for; a site of a thousand announcements is built in a few."""

_KEY = "hashtextextended('announce:' || %(ref)s, 0)"


@contextmanager
def owning(session: Session, tokens: dict[str, int], ref: str) -> Iterator[None]:
    """Hold one announcement; its token is in ``tokens`` meanwhile. Raises Refused, naming the holder; LedgerFault."""
    if ref in tokens or not _locked(session, ref):
        raise Refused(
            f"{ref} is being sent by {_holder_of(session, ref)}",
            hint="wait for it, then type the command again"
            f"\nto go on with what it left: {command('resume', ref)}"
            "\nwhere its machine has lost the network, the server lets it go after 25 s",
        )
    try:
        tokens[ref] = session.once(_TAKEN, {"ref": ref, "holder": _holder()})[0]["token"]
        yield
    finally:
        tokens.pop(ref, None)
        with suppress(LedgerFault):  # the server drops it with the session
            session.once(f"SELECT pg_advisory_unlock({_KEY})", {"ref": ref})


@contextmanager
def alone(database: Database, what: str) -> Iterator[None]:
    """Be the only one, of all who share the ledger, that writes something else which they share.

    Raises Refused, naming who writes it, where that takes too long; LedgerFault, also after the block, where the hold
    was lost meanwhile: somebody else may have written, too, so it is to be written again.
    """
    session, ref = Session(database), f"site {what}"
    try:
        if not _locked(session, ref, seconds=WRITING_SECONDS):
            raise Refused(
                f"{what} is being written by {_holder_of(session, ref)}",
                hint="wait for it; where it hangs, end it",
            )
        session.once(_TAKEN, {"ref": ref, "holder": _holder()})
        yield
        session.once("SELECT 1")
    finally:
        session.close()


def held_again(session: Session, tokens: dict[str, int]) -> None:
    """After a connection that broke: take the locks of it again. Raises LedgerFault where somebody else was quicker."""
    for ref, token in tokens.items():
        if not _locked(session, ref) or session.once(_HOLDING, {"ref": ref})[0]["token"] != token:
            raise LedgerFault(
                f"{ref} has been taken over by {_holder_of(session, ref)} while the connection was lost",
                hint=f"what has become of it: {command('show', ref)}",
            )


def _locked(session: Session, ref: str, *, seconds: float = PATIENCE) -> bool:
    """Whether the lock is ours now. The server needs a moment to notice that a holder has died."""
    ends = time.monotonic() + seconds
    while not (is_ours := _try(session, ref)) and time.monotonic() < ends:
        time.sleep(0.05)
    return is_ours


def _try(session: Session, ref: str) -> bool:
    return bool(session.rows(f"SELECT pg_try_advisory_lock({_KEY}) AS held", {"ref": ref})[0]["held"])


def _holder_of(session: Session, ref: str) -> str:
    found = session.rows("SELECT holder FROM owner WHERE ref = %(ref)s", {"ref": ref})
    return str(found[0]["holder"]) if found else "another process"


def _holder() -> str:
    """``process 4711 on jump1 (anna)``: whom a colleague has to ask."""
    return f"process {os.getpid()} on {socket.gethostname()} ({user()})"


_TAKEN = """
INSERT INTO owner (ref, token, holder, taken_at) VALUES (%(ref)s, 1, %(holder)s, clock_timestamp())
ON CONFLICT (ref) DO UPDATE SET token = owner.token + 1, holder = excluded.holder, taken_at = excluded.taken_at
RETURNING token
"""
_HOLDING = "SELECT token FROM owner WHERE ref = %(ref)s"
