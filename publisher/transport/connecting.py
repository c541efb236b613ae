"""From an address to a connection ready for the request: name, TCP, proxy tunnel, TLS.

Nothing of the request leaves here, so every failure is NotSent, or Rejected where it would come again.
"""

from __future__ import annotations

import http.client
import socket
import ssl
from functools import lru_cache
from typing import Any, cast

from urllib3.util.ssltransport import SSLTransport

from publisher.model.outcome import NotSent, Rejected
from publisher.model.record import Record
from publisher.settings.urls import insist_on_public, is_loopback
from publisher.transport.flight import Flight
from publisher.transport.proxies import Proxy
from publisher.transport.reading import TooLarge, read_head

CONNECT_SECONDS = 5.0
"""For each address of a host."""

is_this_machine = lru_cache(maxsize=64)(is_loopback)
"""Asked of the name before it is resolved, and again of the address it resolves to."""


class Target(Record, frozen=True, kw_only=True):
    """Where a request goes."""

    host: str
    """Without brackets, even of an IPv6 address."""
    port: int
    context: ssl.SSLContext | None
    """None: plain HTTP, which is for this machine only."""
    proxy: Proxy | None = None
    internal: bool = False
    """The name may lead to an address that is none of the public internet's."""

    @property
    def place(self) -> str:
        """How a message names it: the host, with its port unless that is the usual one."""
        usual = http.client.HTTPS_PORT if self.context else http.client.HTTP_PORT
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def connected(target: Target, flight: Flight) -> socket.socket:
    """A connection to the target, held by the flight; raises NotSent or Rejected."""
    proxy, context = target.proxy, target.context
    connection = _dialled(proxy or target, flight, only_loopback=context is None)
    try:
        if context and proxy:
            if proxy.scheme == "https":
                connection = _secured(connection, context, proxy, flight)
            _tunnel(connection, proxy, target, flight)
        if context:
            connection = _secured(connection, context, target, flight)
        connection.settimeout(flight.remaining())
    except BaseException:
        flight.let_go()
        connection.close()
        raise
    return connection


def _dialled(place: Target | Proxy, flight: Flight, *, only_loopback: bool) -> socket.socket:
    """A TCP connection to the first address that takes one."""
    failure: OSError | None = None
    for family, address in _addresses(place, flight):
        if only_loopback and not is_this_machine(address[0]):
            raise Rejected(f"{place.host} is not this machine, and http:// is for this machine only")
        if (
            isinstance(place, Target) and not place.internal
        ):  # where a proxy connects, it is the proxy's to judge
            insist_on_public(place.host, address[0])
        try:
            return _to_address(family, address, flight)
        except OSError as error:
            failure = error
    flight.remaining()
    raise NotSent(f"{place.place} cannot be reached: {_reason(failure)}") from failure


def _addresses(place: Target | Proxy, flight: Flight) -> list[tuple[int, Any]]:
    flight.remaining()
    try:
        found = socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise Rejected(f"{place.host} is no valid name", cure="check the address") from error
    except OSError as error:
        problem = f"the name {place.host} does not resolve: {_reason(error)}"
        raise flight.failure(error, problem, cure="check the address, and DNS on this machine") from error
    return [(family, address) for family, _, _, _, address in found]


def _to_address(family: int, address: Any, flight: Flight) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.settimeout(min(CONNECT_SECONDS, flight.remaining()))
        connection.connect(address)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        flight.hold(connection)
    except BaseException:
        flight.let_go()
        connection.close()
        raise
    return connection


def _secured(
    connection: socket.socket, context: ssl.SSLContext, place: Target | Proxy, flight: Flight
) -> socket.socket:
    """The connection under TLS, the certificate verified. CPython bounds the whole handshake by the timeout."""
    connection.settimeout(flight.remaining())
    try:
        if isinstance(connection, ssl.SSLSocket):  # to a proxy that is itself spoken to in TLS
            return cast("socket.socket", SSLTransport(connection, context, server_hostname=place.host))
        secured = context.wrap_socket(connection, server_hostname=place.host)
    except ssl.SSLCertVerificationError as error:
        raise Rejected(
            f"the certificate of {place.place} is not trusted: {error.verify_message}",
            cure="check the address and this machine's clock; if your own CA signed it, name it in ca_bundle",
        ) from error
    except OSError as error:
        problem = f"the TLS handshake with {place.place} failed: {_reason(error)}"
        raise flight.failure(error, problem, cure="check that the address speaks https") from error
    flight.hold(secured)
    return secured


def _tunnel(connection: socket.socket, proxy: Proxy, target: Target, flight: Flight) -> None:
    """Have the proxy connect us through."""
    connection.settimeout(flight.remaining())
    try:
        connection.sendall(_connect_request(proxy, target))
        reply = read_head(connection, "CONNECT")
        reply.close()
    except (OSError, http.client.HTTPException, ValueError, TooLarge) as error:
        raise flight.failure(error, f"{proxy.place} did not connect us to {target.place}") from error
    if reply.status == 407:
        cure = f"check the user and the password in {proxy.variable}"
        raise NotSent(f"{proxy.place} asks for other credentials (407)", cure=cure)
    if not 200 <= reply.status < 300:
        cure = f"let the proxy pass {target.host}, or except it in NO_PROXY"
        raise NotSent(f"{proxy.place} did not connect us to {target.place} ({reply.status})", cure=cure)


def _connect_request(proxy: Proxy, target: Target) -> bytes:
    host = f"[{target.host}]" if ":" in target.host else target.host
    lines = [f"CONNECT {host}:{target.port} HTTP/1.1", f"Host: {host}:{target.port}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    return "\r\n".join([*lines, "", ""]).encode("ascii")


def _reason(error: OSError | None) -> str:
    match error:
        case None:
            return "it has no address"
        case TimeoutError():
            return f"no connection within {CONNECT_SECONDS:g} s"
        case ssl.SSLError():
            return (error.reason or "the connection ended").lower().replace("_", " ")
    return error.strerror or type(error).__name__
