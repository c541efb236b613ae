"""What a procedure begins with: the ledger opened, an old copy of it doubted, the announcement understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from publisher.ledger import is_kept
from publisher.model import reference as references
from publisher.model.commands import command
from publisher.model.errors import Refused
from publisher.model.times import in_words
from publisher.runbook.ledger import begun, existing, no_ledger

if TYPE_CHECKING:
    from publisher.ledger import Ledger
    from publisher.runbook.assembly import Assembly
    from publisher.runbook.desk import Desk
    from publisher.settings.config import Config


def looked_into(assembly: Assembly, desk: Desk) -> Ledger:
    """The ledger, to read. Said to be missing where it was never configured nor written, or to be an old copy.

    Raises LedgerFault where it was.
    """
    ledger = _existing(assembly, desk, write=False)
    if ledger.is_behind:
        desk.note(
            f"the ledger {ledger.name} is an old copy that was put back: what was announced since is not in it"
        )
    elif ago := lately_restored(ledger):
        said = f"an old copy of the ledger {ledger.name} was put back {in_words(ago)} ago"
        desk.note(f"{said}: what had been announced by then may not be in it")
    return ledger


@contextmanager
def opened(assembly: Assembly, desk: Desk) -> Iterator[Ledger]:
    """The ledger, to write; where it is an old copy that was put back, that is said and what it holds is doubted.

    Raises LedgerFault as `looked_into` does.
    """
    with _existing(assembly, desk, write=True) as ledger:
        _doubt_restored(assembly, ledger, desk)
        yield ledger


@contextmanager
def begun_or_opened(assembly: Assembly, desk: Desk, *, again: str | None) -> Iterator[Ledger]:
    """The ledger, to announce something: made where there is none, doubted where it is an old copy.

    What was announced between a copy and its return is not known here, so for a day a person has to look, and say
    ``again``. Raises Refused; LedgerFault where a ledger is gone.
    """
    with begun(assembly.config, again=again) as ledger:
        _doubt_restored(assembly, ledger, desk)
        _refuse_after_restore(ledger, again=again)
        yield ledger


def _existing(assembly: Assembly, desk: Desk, *, write: bool) -> Ledger:
    ledger = existing(assembly.config, write=write)
    if not is_kept(assembly.ledger_path):
        desk.note(f"{no_ledger(assembly.config)}: nothing has been announced from here")
    elif not ledger.count():
        desk.note(f"nothing has been announced from the ledger {ledger.name} yet")
    return ledger


def _doubt_restored(assembly: Assembly, ledger: Ledger, desk: Desk) -> None:
    from publisher.delivery.recovery import doubt_restored

    if doubt_restored(ledger, is_open=assembly.channels.is_open, terms=assembly.channels.terms):
        desk.note(f"the ledger {ledger.name} is older than it was: an old copy has been put back")
        desk.note("what is unsent in it is looked for first; what was announced since is not in it")


def _refuse_after_restore(ledger: Ledger, *, again: str | None) -> None:
    if lately_restored(ledger) and not again:
        raise Refused(
            "an old copy of the ledger has been put back, so this may have been announced before",
            hint='look at the channels; if it is not there, add --again "not announced yet"',
        )


def lately_restored(ledger: Ledger) -> timedelta | None:
    """How long ago an old copy was put back; None where that was never, or more than a day ago."""
    restored = ledger.restored_at
    if restored is None:
        return None
    from publisher.planning.initial import (
        SAME_CONTENT,
    )  # with all that makes posts, which a look has no use for

    ago = datetime.now(UTC) - restored
    return ago if ago < SAME_CONTENT else None


def reference(ledger: Ledger, config: Config, typed: str) -> str:
    """The known reference a person meant. Raises Refused, naming one that is a slip away, open ones first."""
    ref = references.understood(typed, config.publisher.reference_prefix)
    if ref and ledger.knows(ref):
        return ref
    open_ones = (row.ref for row in ledger.overview(open_only=True))
    close = references.nearest(ref or typed, (*open_ones, *ledger.refs()))
    hint = f"did you mean {close}?" if close else _what_there_is(ledger)
    raise Refused(f"unknown reference {typed!r}", hint=hint)


def meant(assembly: Assembly, ledger: Ledger, typed: str | None, desk: Desk) -> str:
    """The announcement that was named, else the only open one. Raises Refused."""
    return only_open(assembly, ledger, desk) if typed is None else reference(ledger, assembly.config, typed)


def reference_and_text(
    assembly: Assembly, ledger: Ledger, words: tuple[str | None, str | None], desk: Desk
) -> tuple[str, str | None]:
    """The announcement that is meant, and the text. A first word that looks like a reference is one.

    Where none is named it is the only open one. Raises Refused.
    """
    first, second = words
    if first is not None and references.looks_like_one(first, assembly.config.publisher.reference_prefix):
        return reference(ledger, assembly.config, first), second
    if second is not None:
        raise Refused(f"{first!r} is no reference, and a text is one argument", hint="put the text in quotes")
    return only_open(assembly, ledger, desk), first


def reference_and_command(
    assembly: Assembly, ledger: Ledger, words: Sequence[str], desk: Desk
) -> tuple[str, list[str]]:
    """The announcement that is meant, and a command's words. A first word that looks like a reference is one.

    Raises Refused, also where no command is left.
    """
    first, *rest = words
    if not references.looks_like_one(first, assembly.config.publisher.reference_prefix):
        return only_open(assembly, ledger, desk), list(words)
    if not rest:
        raise Refused("there is no command to run", hint="write it after --")
    return reference(ledger, assembly.config, first), rest


def only_open(assembly: Assembly, ledger: Ledger, desk: Desk) -> str:
    """The one open announcement; where there are several, whoever is there is asked. Raises Refused."""
    from publisher.model.announcement import in_language

    rows = ledger.overview(open_only=True)
    titles = [in_language(row.title, assembly.config.publisher.locale) for row in rows]
    if len(rows) == 1:
        return rows[0].ref
    if not rows:
        raise _nothing_open(assembly, ledger)
    if desk.is_attended:
        options = [f"{row.ref}  {title}" for row, title in zip(rows, titles, strict=True)]
        return rows[desk.choose("Announcement", options)].ref
    listed = "; ".join(f"{row.ref} {title}" for row, title in zip(rows, titles, strict=True))
    raise Refused(f"several announcements are open: {listed}", hint="name the reference")


def _nothing_open(assembly: Assembly, ledger: Ledger) -> Refused:
    """The command that it names lists something: what is closed and due all the same, else what has been said."""
    from publisher.runbook.due import all_due, sight

    what = "no announcement is open"
    if all_due(ledger, sight(assembly)):
        return Refused(
            what, hint=f"name the reference; what is due all the same: {command('list', '--open')}"
        )
    named = "name the reference; " if ledger.count() else ""
    return Refused(what, hint=named + _what_there_is(ledger))


def _what_there_is(ledger: Ledger) -> str:
    if not ledger.count():
        return f"nothing has been announced yet; the first one: {command('urgent')}"
    return f"the announcements are listed by: {command('list')}"
