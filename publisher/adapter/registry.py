"""Channel types by name: ours in a literal table, others through entry points. E-mail is refused.

::

    TypeFault                a channel type that cannot be used; ``cure`` says what can
    ├── UnknownType          nobody offers it
    ├── EmailRefused         it is e-mail
    └── BrokenType           somebody offers it, but it cannot be loaded, or two packages do
"""

from __future__ import annotations

import importlib
import inspect
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from publisher.adapter.contract import Channel
from publisher.settings.channel import ChannelSettings
from publisher.settings.faults import InputFault, quoted
from publisher.settings.nearest import nearest

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

TYPES: dict[str, str] = {
    "wordpress": "announce_channels.wordpress.adapter:WordPress",
    "whmcs": "announce_channels.whmcs.adapter:Whmcs",
    "http": "announce_channels.http.adapter:Http",
    "facebook": "announce_channels.facebook.adapter:Facebook",
    "twitter": "announce_channels.twitter.adapter:Twitter",
    "feed": "announce_channels.feed.adapter:Feed",
}
"""Our own channel types, and where each one's adapter is."""

ENTRY_POINTS = "announce.channels.v1"
"""The entry point group in which other packages offer theirs."""

WHY_NO_EMAIL = "e-mail is too slow for urgent maintenance and is excluded on purpose"

_PROTOCOLS = """
    email mail smtp smtps lmtp mailto mailtos imap imaps pop pop3 pop3s jmap
    sendmail postfix exim qmail msmtp mutt deltachat deltachats
"""
_LISTS = "newsletter mailinglist listserv mailman listmonk phplist"
_SERVICES = """
    brevo exchange gmail groundmail hotmail mailchimp mailersend mailgun mailjet mandrill o365 office365
    outlook postmark resend sendgrid sendinblue sendpulse ses smtp2go sparkpost
"""
EMAIL_TYPES = frozenset(f"{_PROTOCOLS} {_LISTS} {_SERVICES}".split())
"""Names under which a channel type would be e-mail, without capitals, hyphens and other marks."""


class TypeFault(InputFault):
    """A channel type that cannot be used."""


class UnknownType(TypeFault):
    """No adapter of ours and no installed package offers this type."""


class EmailRefused(TypeFault):
    """The type is e-mail."""


class BrokenType(TypeFault):
    """An installed package offers this type, but it cannot be used."""


@cache
def adapter_for(type_name: str) -> type[Channel]:
    """The adapter of a channel type; loads its module, not its platform's library. Raises TypeFault."""
    _refuse_email(type_name)
    if place := TYPES.get(type_name):
        module, _, name = place.partition(":")
        return cast("type[Channel]", getattr(importlib.import_module(module), name))
    return _offered(type_name)


def settings_for(type_name: str) -> type[ChannelSettings]:
    """The settings model of a channel type. Raises TypeFault."""
    return adapter_for(type_name).Settings


def origin(type_name: str) -> tuple[str, Path]:
    """The package that offers a type of another package's, and the file its adapter is in. Raises TypeFault."""
    from importlib.metadata import entry_points  # as below

    adapter = adapter_for(type_name)
    found = [entry for entry in entry_points(group=ENTRY_POINTS) if entry.name == type_name]
    return _package(found[0]) if found else adapter.__module__, Path(inspect.getfile(adapter))


def _refuse_email(type_name: str) -> None:
    name = "".join(character for character in type_name.casefold() if character.isalnum())
    if name in EMAIL_TYPES or "mail" in name:
        raise EmailRefused(f"{quoted(type_name)}: {WHY_NO_EMAIL}", cure="remove this channel")


def _offered(type_name: str) -> type[Channel]:
    """Another package's adapter. Ours are never looked up here, so that no package can replace one of them."""
    from importlib.metadata import entry_points  # takes 60 ms, and our own types do without it

    found = entry_points(group=ENTRY_POINTS)
    offers = {entry.value: entry for entry in found if entry.name == type_name}
    match list(offers.values()):
        case []:
            raise _unknown(type_name, {*TYPES, *(entry.name for entry in found)})
        case [entry]:
            return _loaded(entry)
        case several:
            packages = " and ".join(sorted(_package(entry) for entry in several))
            raise BrokenType(
                f"{quoted(type_name)} is offered by {packages}", cure="uninstall all but one of them"
            )


def _unknown(type_name: str, known: set[str]) -> UnknownType:
    meant = nearest(type_name, known)
    cure = f"did you mean {meant}?" if meant else f"known types: {', '.join(sorted(known))}"
    return UnknownType(f"unknown channel type {quoted(type_name)}", cure=cure)


def _loaded(entry: EntryPoint) -> type[Channel]:
    try:
        adapter = entry.load()
    except Exception as error:  # whatever a foreign module raises, it is told like any other fault
        problem = (
            f"the package {_package(entry)} cannot load it: {type(error).__name__}: {quoted(str(error))}"
        )
        raise BrokenType(problem, cure="reinstall that package, or remove the channel") from error
    if missing := _missing(adapter):
        problem = f"the package {_package(entry)} offers no channel: {missing}"
        raise BrokenType(problem, cure=f"it needs a version made for {ENTRY_POINTS}")
    return cast("type[Channel]", adapter)


def _missing(adapter: Any) -> str | None:
    settings = getattr(adapter, "Settings", None)
    if not (inspect.isclass(settings) and issubclass(settings, ChannelSettings)):
        return "its Settings are no ChannelSettings"
    verbs = [
        verb for verb in ("capabilities", "check", "publish") if not callable(getattr(adapter, verb, None))
    ]
    return f"it has no {verbs[0]}()" if verbs else None


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.module
