"""Rules on the texts that somebody typed, whatever channel they go to."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from publisher.model.announcement import Kind
from publisher.planning.lint.subject import Hit, Subject

if TYPE_CHECKING:
    from publisher.settings.patterns import BoundedPattern

_DAYS = (
    r"\b(?:[Hh]eute(?: Nacht)?|(?<![Gg]uten )morgen|(?:(?<![^\n])|(?<=[.!?:] ))Morgen(?= [^\W\dA-ZÄÖÜ])"
    r"|[Üü]bermorgen|[Vv]orgestern|[Gg]estern"
    r"|(?i:(?:in )?(?:der )?(?:dieser?|nächsten?|kommenden?|letzten?|vergangenen?) (?:nacht|woche))"
    r"|(?i:tonight|today|tomorrow|yesterday|this (?:morning|afternoon|evening|week)|(?:last|next) (?:night|week)))\b"
)
"""A capital Morgen is a time of the day, except where a sentence begins with it."""

_SHOUTS = r"\b[A-ZÄÖÜ]{4,}(?:\s+[A-ZÄÖÜ]{3,}){2,}\b|!!+"
_TYPED = {
    '"': '"',
    "--": r"(?<=\s)--(?=\s)|(?<=\w)--(?=\w)",
    "...": r"(?<!\.)\.{3}(?!\.)",
}
"""Not ``--force``, which is an option, nor a line of hyphens."""

_MAIL = r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
_MASS = r"(?i)(?<!\w)@(?:everyone|here|channel|all|alle)\b"
_HOST = r"(?i)(?<![\w@.-])(?:[a-z0-9-]{1,63}\.){1,8}[a-z][a-z0-9-]{1,62}(?![\w-])"
_ADDRESS = r"(?i)(?<![\w.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{1,4}(?::[0-9a-f]{0,4}){2,7})(?![\w:]|\.\d)"

_INSIDE = ("internal", "local", "lan", "intern", "corp", "home.arpa", "localdomain")
"""Domains that no public name server knows: RFC 6762 appendix G, RFC 8375, ICANN's .internal."""


def relative_days(subject: Subject) -> Iterator[Hit]:
    """Posts stay for years, and feeds are read tomorrow."""
    yield from _matches(subject, _DAYS, "{what} is wrong by the time it is read: write the date")


def shouting(subject: Subject) -> Iterator[Hit]:
    """In capitals, or with an alarm in every sign."""
    yield from _matches(subject, _SHOUTS, "{what} shouts")


def typewriter(subject: Subject) -> Iterator[Hit]:
    """Signs that a keyboard has, counted beside those that are printed; nothing is changed."""
    for place, text in subject.texts():
        counted = {sign: len(re.findall(pattern, text)) for sign, pattern in _TYPED.items()}
        if told := ", ".join(f"{number} × {sign}" for sign, number in counted.items() if number):
            quotes = "„…“" if "(de" in place else "“…”"
            yield None, f"{place}: {told} as typed; {quotes}, – and … read better"


def mails(subject: Subject) -> Iterator[Hit]:
    """Harvested within hours."""
    yield from _matches(subject, _MAIL, "{what} is an e-mail address, which will be harvested")


def mass_mentions(subject: Subject) -> Iterator[Hit]:
    """Chats call everybody."""
    yield from _matches(subject, _MASS, "{what} calls everybody there")


def internal_hosts(subject: Subject) -> Iterator[Hit]:
    """They mean nothing to customers, and much to an attacker."""
    inside = (*_INSIDE, *subject.lint.hosts)

    def is_inside(host: str) -> bool:
        return any(host.lower().endswith(f".{domain.lower().lstrip('.')}") for domain in inside)

    yield from _matches(subject, _HOST, "{what} is the name of an internal host", is_inside)


def private_addresses(subject: Subject) -> Iterator[Hit]:
    """The same."""
    yield from _matches(subject, _ADDRESS, "{what} is an internal address", _is_private)


def patterns(subject: Subject) -> Iterator[Hit]:
    """The user's own: ticket numbers, names of racks. One that is not through in time is a hit, too."""
    if not subject.lint.patterns:
        return
    from publisher.settings.patterns import SECONDS, BoundedPattern

    until = time.process_time() + SECONDS
    for pattern in subject.lint.patterns:
        try:
            yield from _matches(
                subject, BoundedPattern(pattern, until), f"{{what}} is found by the pattern {pattern}"
            )
        except TimeoutError:
            where = f"{subject.lint.file}: lint.patterns"
            yield None, f"{where}: {pattern!r} takes too long over these texts: simplify it"
            return


def names(subject: Subject) -> Iterator[Hit]:
    """Of people and customers."""
    for name in subject.lint.names:
        found = rf"(?i)(?<!\w){re.escape(name)}(?!\w)"
        yield from _matches(subject, found, "{what} is a name that is not published")


def no_reason(subject: Subject) -> Iterator[Hit]:
    """Customers ask why."""
    if subject.update.kind is Kind.INITIAL and not subject.update.announcement.reason:
        yield None, "there is no reason: customers will ask for it"


def _matches(
    subject: Subject,
    pattern: str | BoundedPattern,
    says: str,
    holds: Callable[[str], bool] | None = None,
) -> Iterator[Hit]:
    for place, text in subject.texts():
        matches = re.finditer(pattern, text) if isinstance(pattern, str) else pattern.finditer(text)
        found = (match[0] for match in matches)
        for what in dict.fromkeys(one for one in found if holds is None or holds(one)):
            yield None, f"{place}: {says.replace('{what}', repr(what))}"


def _is_private(text: str) -> bool:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_private or address.is_loopback or address.is_link_local
