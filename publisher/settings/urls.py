"""Addresses that a person configured: base URLs of platforms, and the permalink of an announcement."""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated
from urllib.parse import SplitResult, quote, urlsplit

from pydantic import AfterValidator

from publisher.model.outcome import Rejected
from publisher.model.record import Record
from publisher.settings.faults import InputFault, quoted


class UrlFault(InputFault):
    """An address that cannot be used. Never quotes it whole: it may carry a password."""


def checked_url(text: str) -> str:
    """A base URL in its plain form: host in lower case and ASCII, no slash at the end.

    Raises UrlFault unless it is https, or http to this machine (127.0.0.0/8, ::1, localhost), without user
    name, query and fragment.
    """
    address = _parsed(text)
    if address.scheme == "http" and not is_loopback(address.host):
        raise UrlFault(
            "is http:// to another machine: anybody between could read the secrets", cure="write https://…"
        )
    return _plain(address)


BaseUrl = Annotated[str, AfterValidator(checked_url)]
"""Where a platform's API lives: the type of every `base_url` setting."""


def checked_site(text: str) -> str:
    """The public address of a site in its plain form, http or https: no secret is ever sent there.

    Raises UrlFault where it has a user name, a query or a fragment.
    """
    return _plain(_parsed(text))


SiteUrl = Annotated[str, AfterValidator(checked_site)]
"""Where everybody reads what is published."""


def checked_permalink(text: str) -> str:
    """The address of an announcement's page, with ``{ref}`` or ``{slug}`` after the host.

    Raises UrlFault unless it is http or https, names its announcement, and has no other braces.
    """
    address = _parsed(text)
    names = re.findall(r"\{([^{}]*)\}", address.rest)
    if not names:
        raise UrlFault(
            "is the same for all announcements",
            cure='add {ref} or {slug}: "https://status.example.net/{ref}/"',
        )
    if set(names) - {"ref", "slug"} or re.search(r"[{}]", re.sub(r"\{(ref|slug)\}", "", address.rest)):
        raise UrlFault("has braces that are neither {ref} nor {slug}", cure="only these two are filled in")
    return f"{address.origin}{_ascii(address.rest)}"


def checked_link(text: str) -> str:
    """The address of a post that somebody made by hand; raises UrlFault unless it is http or https."""
    address = _parsed(text)
    return f"{address.origin}{_ascii(address.rest)}"


def checked_domain(text: str) -> str:
    """A domain name such as ``example.net`` in lower case and ASCII; raises UrlFault."""
    if "/" in text or "@" in text or "." not in text:
        raise UrlFault("is no domain name", cure="write it as in example.net, without https://")
    return _host(text)


def is_loopback(host: str) -> bool:
    """Whether a host, as `checked_url` writes it, is this machine: then nobody can listen on the way."""
    if host == "localhost":
        return True
    try:
        found = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    is_mapped = isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None
    return (
        found.is_loopback and not is_mapped
    )  # Python 3.13 takes ::ffff:127.0.0.1 for loopback, 3.11 does not


def is_internal(address: str) -> bool:
    """Whether an IP address, as it was connected to, is none of the public internet's: private, local, reserved."""
    found = ipaddress.ip_address(address.partition("%")[0])
    plain = (_inside(found) if isinstance(found, ipaddress.IPv6Address) else None) or found
    return plain.is_multicast or not plain.is_global or plain in _LOCAL_NAT64


_LOCAL_NAT64 = ipaddress.ip_network("64:ff9b:1::/48")
"""RFC 8215: gateways within a network of one's own."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
"""RFC 6052: a gateway makes an IPv4 address of the last 32 bits."""


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address to which a packet for this one goes: mapped, behind a NAT64 gateway, or by 6to4."""
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_address(host: str) -> bool:
    """Whether a host is an IP address, with brackets or without, or this machine's name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host == "localhost"
    return True


def insist_on_public(host: str, address: str) -> None:
    """Refuse a name that leads into a network of one's own, by mistake or by somebody's doing; raises Rejected.

    ``address`` is the IP address that it was resolved to. Where the address itself is configured it is meant.
    """
    if is_internal(address) and not is_address(host):
        raise Rejected(
            f"{host} leads to {address}, which is an internal address",
            cure="if that is meant, write internal = true into the channel's table",
        )


def punycode(name: str) -> str:
    """A host name in ASCII, as it will be asked for. Raises UrlFault.

    As requests does it, so that what is shown is what will be asked: Python's own codec makes ss of ß.
    """
    import idna  # few hosts need it, and its tables take 25 ms

    try:
        return idna.encode(name, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise UrlFault(f"has no valid host name: {quoted(name)}", cure="check its spelling") from None


class _Address(Record, frozen=True):
    scheme: str
    host: str
    port: str
    """With its colon, or empty."""
    rest: str
    """Everything after the authority, as it was typed."""

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}{self.port}"


def _plain(address: _Address) -> str:
    if "?" in address.rest or "#" in address.rest:
        raise UrlFault("carries a query or a fragment", cure="remove everything from the ? or # on")
    return f"{address.origin}{_ascii(address.rest)}".rstrip("/")


_MOST = 2_000
_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"


def _parsed(text: str) -> _Address:
    _check_characters(text)
    scheme, found, after = text.partition("://")
    if not found or scheme.lower() not in ("http", "https"):
        raise UrlFault("is no web address", cure="write it as in https://www.example.net")
    try:
        parts = urlsplit(text)
    except ValueError:
        raise UrlFault("has a host that cannot be read", cure="check what stands between :// and /") from None
    if "@" in parts.netloc:
        raise UrlFault(
            "has a user name or a password in it",
            cure="remove everything up to the @; secrets have keys of their own",
        )
    return _Address(parts.scheme, _host_of(parts), _port(parts), after[len(parts.netloc) :])


def _check_characters(text: str) -> None:
    for character in text:
        # Neither white space, control and direction characters, nor the backslash, which browsers read as a slash.
        if character.isspace() or not character.isprintable() or character == "\\":
            raise UrlFault(f"has U+{ord(character):04X} in it", cure="remove that character")
    if len(text) > _MOST:
        raise UrlFault(f"is {len(text)} characters long; at most {_MOST} are allowed", cure="shorten it")


def _host_of(parts: SplitResult) -> str:
    host = parts.hostname or ""
    if not parts.netloc.startswith("["):
        return _host(host)
    try:
        # A zone (fe80::1%eth0) means something on one machine only.
        return f"[{ipaddress.IPv6Address('' if '%' in host else host)}]"
    except ValueError:
        cure = "write it as in https://[2001:db8::1]"
        raise UrlFault("has an IPv6 address that cannot be read", cure=cure) from None


def _host(name: str) -> str:
    host = punycode(name) if not name.isascii() else name.lower()
    labels = host.split(".")
    if len(host) > 253 or not all(re.fullmatch(_LABEL, label) for label in labels):
        raise UrlFault(
            "names no host" if not host else f"has no valid host name: {quoted(name)}",
            cure="write it as in www.example.net",
        )
    if labels[-1].isdigit():
        # What ends in a number is read as an IPv4 address, however incomplete: 127.1, 2130706433.
        return _ipv4(host)
    return host


def _ipv4(host: str) -> str:
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        raise UrlFault(
            f"has no valid IPv4 address: {quoted(host)}", cure="write all four numbers, 0 to 255"
        ) from None


def _port(parts: SplitResult) -> str:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise UrlFault("has no valid port", cure="a port is a number from 1 to 65535")
    return "" if port is None else f":{port}"


def _ascii(rest: str) -> str:
    return quote(rest, safe="/%:@!$&'()*+,;=~{}?#")
