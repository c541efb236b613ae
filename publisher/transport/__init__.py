"""The way to the platforms: a hardened requests session per channel, over one TLS context, watchdog and masker.

Below HTTP a session raises verdicts by itself, so adapters catch nothing of requests::

    NotSent     no byte of the request has left: name, connection, proxy, TLS handshake, time over before that
    Unknown     it has left: reset, cut, unreadable, packed or too large an answer, time over
    Rejected    it fails the same way again: untrusted certificate, http:// to another machine, a name that leads
                to an internal address, an address or a header that cannot be written

In tests of an adapter `responses` may stand in for the wire: it answers, or raises what requests would raise, such
as ``requests.ConnectionError(urllib3.exceptions.ProtocolError("Connection aborted."))`` for Unknown.
"""

from __future__ import annotations

import os
import ssl
import threading
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from msgspec.structs import replace

from publisher.model.outcome import Rejected
from publisher.model.skew import ahead_of
from publisher.settings.masking import Masker
from publisher.transport.connecting import Target, is_this_machine
from publisher.transport.flight import Flight, Gate, Watchdog
from publisher.transport.proxies import Proxy, proxy_for
from publisher.transport.reading import Answer
from publisher.transport.session import ChannelSession, WireAdapter
from publisher.transport.trust import tls_context
from publisher.transport.wire import exchange, written

__all__ = ["Transport"]


class Transport:
    """Makes the sessions of one run, and can stop any channel at once. Safe to share between threads."""

    def __init__(
        self, *, masker: Masker, ca_bundle: Path | None = None, environ: Mapping[str, str] = os.environ
    ) -> None:
        """``ca_bundle``: certificates to trust instead of the system's, a PEM file or a hashed directory.

        ``environ`` names proxies and, where there is no ``ca_bundle``, certificates.
        """
        self._masker = masker
        self._ca_bundle = ca_bundle
        self._environ = environ
        self._lock = threading.Lock()
        self._gates: dict[str, Gate] = {}
        self._trust_lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        self._watchdog = Watchdog()
        self.ahead: dict[str, timedelta] = {}
        """How far this machine's clock is ahead of the newest answer's, by channel; where an answer tells."""

    def session(
        self,
        channel: str,
        *,
        timeout: float,
        rewrite: tuple[str, str] | None = None,
        internal: bool = False,
    ) -> requests.Session:
        """A session for this channel whose requests take at most ``timeout`` seconds each, all in all.

        ``rewrite``: an address prefix that a library has built in, and the one to put in its place. ``internal``:
        names may lead to addresses that are none of the public internet's.
        """
        send = partial(self._send, channel, timeout, internal)
        return ChannelSession(WireAdapter(send, self._masker.mask), rewrite)

    def departures(self, channel: str) -> int:
        """How many requests of this channel have left so far, reads not counted: to be noted before an attempt."""
        return self._gate(channel).departures

    def fence(self, channel: str, *, since: int = 0) -> bool:
        """Forbid any further byte of this channel, end what is in flight, and return without waiting.

        True when a request that may publish has left, answered or not, beyond the first ``since`` departures: then
        the attempt's outcome is unknown, unless its result comes in after all. False: nothing has left.
        """
        gate = self._gate(channel)
        gate.close()
        return gate.departures > since

    def _gate(self, channel: str) -> Gate:
        with self._lock:
            return self._gates.setdefault(channel, Gate())

    def _send(
        self, channel: str, timeout: float, internal: bool, url: str, method: str, **request: Any
    ) -> Answer:
        target = replace(self._target(url), internal=internal)
        octets = written(target, method, **request)
        flight = Flight(self._gate(channel), method=method, place=target.place, seconds=timeout)
        self._watchdog.watch(flight)
        answer = exchange(target, flight, method=method, request=octets)
        ahead = ahead_of(answer.headers, datetime.now(UTC))
        if ahead is not None:
            self.ahead[channel] = ahead
        return answer

    def _target(self, url: str) -> Target:
        address = urlsplit(url)
        host = address.hostname or ""
        if address.scheme == "https":
            port = address.port or 443
            return Target(host=host, port=port, context=self._trust(), proxy=self._proxy(host, port))
        if address.scheme != "http":
            raise Rejected("the address is neither https:// nor http://", cure="check base_url")
        if not is_this_machine(host):
            problem = f"http:// to {host}: anybody on the way could read the secrets"
            raise Rejected(problem, cure="write https:// in base_url")
        return Target(host=host, port=address.port or 80, context=None)

    def _proxy(self, host: str, port: int) -> Proxy | None:
        proxy = proxy_for(host, port, self._environ)
        if proxy:
            self._masker.add(proxy.password)
        return proxy

    def _trust(self) -> ssl.SSLContext:
        with self._trust_lock:  # its own: reading certificates may hang, and fencing must not
            if self._context is None:
                self._context = tls_context(self._ca_bundle, self._environ)
            return self._context
