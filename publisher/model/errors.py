"""What stops a command before anything is sent.

::

    Refused              wrong usage, configuration or content: exit 2
    ├── LedgerFault      the record cannot be read or written, so nothing may be sent
    ├── AlreadySaid      the same content was announced within a day
    ├── NotInformed          customers were not told as a gate asks for: exit 7
    ├── NoNoticeDue      the work lies inside a maintenance window: exit 6
    ├── InputFault       one value that a person wrote: publisher.settings.faults
    └── ConfigFault      a configuration file, with all its faults: publisher.settings.faults

Faults of a single channel while sending are another tree: `publisher.adapter.contract`.
"""

from __future__ import annotations

from publisher.model.commands import command


class Refused(Exception):
    """Nothing was sent. The message says what happened, ``hint`` the cure."""

    exit_code = 2

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class LedgerFault(Refused):
    """The ledger cannot be opened, read or written."""


class AlreadySaid(Refused):
    """The same content within a day; ``ref`` is the announcement that carries it."""

    def __init__(self, ref: str) -> None:
        super().__init__(
            f"the same content was announced as {ref} within the last day; nothing was sent",
            hint=f"to go on with it: {command('resume', ref)}\n--again 'reason' announces it anew",
        )
        self.ref = ref


class NotInformed(Refused):
    """Customers are not informed as a gate asks for; its command was not run."""

    exit_code = 7


class NoNoticeDue(Refused):
    """The whole period lies inside a maintenance window."""

    exit_code = 6
