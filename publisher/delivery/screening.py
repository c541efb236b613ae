"""What an adapter hands back, before anybody keeps or shows it: no secret in it, and no link to somebody else's site.

A platform that was taken over answers what it likes. Its id and its link go into the ledger and onto the status page,
so both are asked here, once for every adapter, other people's included.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace
from pydantic import BaseModel

from publisher.adapter.identity import Identity
from publisher.model.delivery import Outcome, Sighting
from publisher.model.outcome import ChannelError, Mutilated, Rejected
from publisher.model.post import Draft, Receipt
from publisher.settings.masking import one_line

Mask = Callable[[str], str]
"""A text with its secrets blotted out."""


_Kept = TypeVar("_Kept", Outcome, Sighting)


def screened(answer: _Kept, mask: Mask, hosts: frozenset[str] = frozenset()) -> _Kept:
    """The answer as it may be kept; ``hosts`` are those a link may lead to, none where they are not known."""
    match answer:
        case Receipt():
            return _receipt(answer, mask, hosts)
        case Draft():
            return _draft(answer, mask)
        case ChannelError():
            _hide(answer, mask)
            if isinstance(answer, Mutilated) and answer.receipt:
                answer.receipt = _receipt(answer.receipt, mask, hosts)
    return answer


def screened_identity(identity: Identity, mask: Mask) -> Identity:
    """Who we are there, as it may be shown."""
    return replace(
        identity,
        account=mask(identity.account),
        notes=tuple(map(mask, identity.notes)),
        warnings=tuple(map(mask, identity.warnings)),
    )


def hosts_in(settings: object) -> Iterator[str]:
    """The hosts of all addresses in a channel's settings."""
    match settings:
        case str():
            if host := _host(settings):
                yield host
        case BaseModel():
            yield from hosts_in([getattr(settings, name) for name in type(settings).model_fields])
        case Mapping():
            yield from hosts_in(list(settings.values()))
        case list() | tuple():
            for one in settings:
                yield from hosts_in(one)


def _receipt(receipt: Receipt, mask: Mask, hosts: frozenset[str]) -> Receipt:
    notes = [mask(receipt.note)] if receipt.note else []
    number, url = receipt.remote_id, receipt.url
    if number is not None and mask(number) != number:
        number = None
        notes.append(
            "the platform gave a secret as the post's id, which is not kept: nothing here can edit it"
        )
    if url is not None and (problem := _problem(url, mask, hosts)):
        url = None
        notes.append(problem)
    return replace(receipt, remote_id=number, url=url, note="; ".join(notes) or None)


def _problem(url: str, mask: Mask, hosts: frozenset[str]) -> str | None:
    """Why a link is not shown to anybody."""
    if mask(url) != url:
        return "the link held a secret and is not kept"
    host = _host(url)
    if host is None:
        return "the platform's link is no web address and is not kept"
    if hosts and not _is_among(host, hosts):
        known = ", ".join(sorted(hosts))
        return (
            f"the platform's link leads to {one_line(host, 100)}, not to {known}, and is not kept;"
            " where that is right, name it in the channel's link_hosts"
        )
    return None


def _is_among(host: str, hosts: Iterable[str]) -> bool:
    return any(host == known or host.endswith(f".{known}") for known in hosts)


def _host(url: str) -> str | None:
    """The host of a web address; None where it is none, or names a user before the host."""
    try:
        parts = urlsplit(url)
        host, user = parts.hostname, parts.username
    except ValueError:
        return None
    return host if parts.scheme in {"http", "https"} and user is None else None


def _draft(draft: Draft, mask: Mask) -> Draft | Rejected:
    if mask(draft.remote_id) == draft.remote_id:
        return draft
    return Rejected(
        "the platform gave a secret as the id of the draft; it is not kept, and the draft stays hidden",
        cure="see what answers at the channel's address, and renew its secrets",
    )


def _hide(error: ChannelError, mask: Mask) -> None:
    error.args = (one_line(mask(str(error))),)
    if error.cure:
        error.cure = mask(error.cure)
