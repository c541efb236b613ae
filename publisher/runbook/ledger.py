"""The ledger, opened. Where one should be and is not, that is said: an empty one would be a false all-clear."""

from __future__ import annotations

from publisher.ledger import Ledger, is_kept, open_ledger, was_kept
from publisher.model.errors import LedgerFault
from publisher.settings.config import Config


def existing(config: Config, *, write: bool) -> Ledger:
    """The ledger of what has been announced; none is made.

    Where nothing was ever configured or written, it is an empty one to read. Raises LedgerFault where one should be
    there: its path is configured, or the mark of one that was written there is left.
    """
    missing = absence(config)
    if missing:
        raise missing
    return open_ledger(config.ledger, write=write and is_kept(config.ledger))


def begun(config: Config, *, again: str | None) -> Ledger:
    """The ledger, to announce something: made where there is none.

    Raises LedgerFault where one was written there and is gone, unless ``again`` says why that does not matter.
    """
    missing = absence(config)
    if missing and was_kept(config.ledger) and not again:
        raise missing
    return open_ledger(config.ledger, write=True)


def absence(config: Config) -> LedgerFault | None:
    """What is to be said where the ledger is not where it should be; None where it is, or nothing was ever there."""
    if is_kept(config.ledger):
        return None
    said = no_ledger(config)
    if was_kept(config.ledger):
        return LedgerFault(
            f"{said}, though one was written there",
            hint="mount its disk, or put its backup back; where it is lost for good,"
            ' announce urgent … --again "the ledger is lost" begins a new one',
        )
    if config.publisher.ledger is None:
        return None
    return LedgerFault(
        f"{said}, which [publisher] ledger of {config.path} names",
        hint="mount its disk or mend the path; where nothing has been announced yet, announce urgent makes it",
    )


def no_ledger(config: Config) -> str:
    """``no ledger at /var/lib/announce/ledger.db``."""
    return f"no ledger at {config.ledger}"


def novelty(config: Config, ledger: Ledger) -> str | None:
    """What whoever announces has to know of a ledger in which nothing is; None where something is."""
    if ledger.count():
        return None
    return f"a new ledger at {config.ledger}: what was announced before, if anything, is not in it"
