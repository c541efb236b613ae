"""The sandbox as a program holds it: where it listens, what it accepts, what was posted, what shall go wrong."""

from __future__ import annotations

import ipaddress
import socket
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType

from announce_sandbox.double import Double, Shown
from announce_sandbox.facebook import Facebook
from announce_sandbox.faults import Fault
from announce_sandbox.http import Http
from announce_sandbox.server import Call, Server
from announce_sandbox.troubles import TROUBLES
from announce_sandbox.twitter import Twitter
from announce_sandbox.whmcs import Whmcs
from announce_sandbox.wordpress import WordPress

_DOUBLES: tuple[type[Double], ...] = (WordPress, Whmcs, Facebook, Twitter, Http)


class Sandbox:
    """A running sandbox; a context manager that stops it."""

    def __init__(self, host: str, port: int) -> None:
        _require_loopback(host)
        self._server = Server((host, port), _DOUBLES)
        self._shared = self._server.shared
        self.url: str = self._shared.url
        """Where it listens, without a slash at the end."""
        self._closed_port = socket.socket()
        self._closed_port.bind((host, 0))
        self._thread = threading.Thread(target=self._server.serve, name="announce-sandbox", daemon=True)
        self._thread.start()

    @property
    def types(self) -> tuple[str, ...]:
        """The channel types that have a double."""
        return tuple(self._shared.doubles)

    @property
    def credentials(self) -> dict[str, dict[str, str]]:
        """What each double accepts, by channel type and by the names of its settings."""
        return {name: dict(double.credentials) for name, double in self._shared.doubles.items()}

    @property
    def readers(self) -> dict[str, dict[str, str]]:
        """Credentials that each double knows as somebody's who may not publish."""
        return {name: dict(double.reader) for name, double in self._shared.doubles.items()}

    def premium(self, limit: int) -> None:
        """From now on the account on X may post so many weighted characters."""
        self._shared.doubles["twitter"].limit = limit  # type: ignore[attr-defined]

    @property
    def closed_url(self) -> str:
        """An address on this machine where connections are refused, as long as the sandbox runs."""
        host, port = self._closed_port.getsockname()
        return f"http://{host}:{port}"

    @property
    def calls(self) -> list[Call]:
        """The last requests that came, the oldest first."""
        return list(self._shared.calls)

    def base_url(self, type_name: str) -> str:
        """A double's ``base_url``. Raises KeyError for a type without a double."""
        return self._double(type_name).base_url

    def posts(self, type_name: str | None = None) -> list[Shown]:
        """What was posted, to one double or to all, each one's oldest first. Raises KeyError as above."""
        doubles: Mapping[str, Double] = self._shared.doubles
        wanted = list(doubles.values()) if type_name is None else [self._double(type_name)]
        return [post for double in wanted for post in double.shown()]

    def reasons(self, type_name: str) -> tuple[str, ...]:
        """Those for which a double can be told to refuse. Raises KeyError as above."""
        return self._double(type_name).reasons

    def fault(self, type_name: str, fault: Fault) -> None:
        """Let a fault wait for the next request to a double.

        Raises KeyError as above, ValueError for a reason that it does not know.
        """
        self._double(type_name).require_known(fault)
        self._shared.faults.add(type_name, fault)

    def trouble(self, name: str) -> None:
        """Let a night's trouble begin; raises KeyError for one that there is not: see `TROUBLES`."""
        for platform, fault in TROUBLES[name].faults:
            self.fault(platform, fault)

    def heal(self, type_name: str | None = None) -> None:
        """Forget the faults that still wait, of one double or all."""
        self._shared.faults.clear(type_name)

    def make(self, type_name: str, *traits: str) -> None:
        """Give a double these traits in place of those before, such as ``"no-trash"``: see its ``traits``.

        Raises KeyError as above, ValueError for a trait that it does not know.
        """
        self._double(type_name).become(*traits)

    def keep(self, type_name: str, made_of: Callable[[str], str]) -> None:
        """Let a double store what ``made_of`` makes of each text. Raises KeyError as above."""
        self._double(type_name).keeps = made_of

    def serve(self, folder: Path) -> str:
        """Mount a folder read-only, in place of one mounted before; return its address."""
        self._shared.folder = folder
        return f"{self.url}/site/"

    def stop(self) -> None:
        """End every connection and the server; a second call does nothing."""
        if self._shared.stopping.is_set():
            return
        self._server.end()
        self._thread.join()
        self._server.server_close()
        self._closed_port.close()

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _double(self, type_name: str) -> Double:
        if type_name not in self._shared.doubles:
            raise KeyError(f"no double for {type_name!r}; there are {', '.join(self.types)}")
        return self._shared.doubles[type_name]


def start(*, host: str = "127.0.0.1", port: int = 0) -> Sandbox:
    """Start a sandbox on loopback; port 0 takes a free one.

    Raises ValueError for an address that is not 127.x.x.x (the credentials are known to everybody), OSError
    where the port is taken.
    """
    return Sandbox(host, port)


def _require_loopback(host: str) -> None:
    try:
        address = ipaddress.IPv4Address(host)
    except ValueError:
        raise ValueError(f"the sandbox listens on a number such as 127.0.0.1, not on {host!r}") from None
    if not address.is_loopback:
        raise ValueError(f"the sandbox listens on loopback (127.x.x.x) alone, not on {host}")
