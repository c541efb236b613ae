"""Which proxy the environment asks for, per address. Everything goes through it as a CONNECT tunnel."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Mapping
from urllib.parse import SplitResult, unquote, urlsplit

from publisher.model.outcome import Rejected
from publisher.model.record import Record

_VARIABLES = ("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
_EXCEPTIONS = ("no_proxy", "NO_PROXY")
_PORTS = {"http": 80, "https": 443}


class Proxy(Record, frozen=True, kw_only=True):
    """A proxy to tunnel through; the password shows in no repr."""

    variable: str
    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"Proxy(host={self.host!r}, port={self.port!r})"

    @property
    def place(self) -> str:
        """How a message names it."""
        return f"the proxy {self.host}:{self.port}"

    @property
    def authorization(self) -> str | None:
        """The value of ``Proxy-Authorization``, None without a user."""
        if not self.username:
            return None
        pair = f"{self.username}:{self.password}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


def proxy_for(host: str, port: int, environ: Mapping[str, str]) -> Proxy | None:
    """The proxy for an https address, or None: ``HTTPS_PROXY``, else ``ALL_PROXY``, unless ``NO_PROXY`` excepts it.

    Lower-case names win, as with curl. Raises Rejected for a proxy that is neither http:// nor https://.
    """
    variable = next((name for name in _VARIABLES if environ.get(name)), None)
    if variable is None or _is_excepted(host, port, environ):
        return None
    value = environ[variable].strip()
    try:
        return _parsed(variable, urlsplit(value if "://" in value else f"http://{value}"))
    except ValueError:
        raise Rejected(
            f"{variable} is not the address of a proxy that can be used",
            cure=f"set {variable} to http://HOST:PORT, or except {host} in NO_PROXY",
        ) from None


def _parsed(variable: str, address: SplitResult) -> Proxy:
    if address.scheme not in _PORTS or not address.hostname:
        raise ValueError(variable)
    return Proxy(
        variable=variable,
        scheme=address.scheme,
        host=address.hostname,
        port=address.port or _PORTS[address.scheme],
        username=unquote(address.username or ""),
        password=unquote(address.password or ""),
    )


def _is_excepted(host: str, port: int, environ: Mapping[str, str]) -> bool:
    listed = next((environ[name] for name in _EXCEPTIONS if environ.get(name)), "")
    entries = (entry.strip().lower() for entry in listed.replace(" ", ",").split(","))
    return any(_matches(entry, host.lower(), port) for entry in entries if entry)


def _matches(entry: str, host: str, port: int) -> bool:
    """``*``, a network or an address, or a domain (with or without a leading dot) and everything under it."""
    if entry == "*":
        return True
    try:
        return ipaddress.ip_address(host) in ipaddress.ip_network(entry, strict=False)
    except ValueError:
        domain = entry.lstrip(".")
    return any(name == domain or name.endswith(f".{domain}") for name in (host, f"{host}:{port}"))
