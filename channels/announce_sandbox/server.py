"""The one HTTP server: reads a request, finds its double, lets faults have their way, answers."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from announce_sandbox.double import Double, now
from announce_sandbox.faults import Exchange, Fault, Faults, act_out, reset
from announce_sandbox.page import overview, posts_as_data, switches
from announce_sandbox.site import file_answer
from announce_sandbox.troubles import TROUBLES
from announce_sandbox.wire import Answer, BadBody, Request, html_answer, json_answer

_MOST_BYTES = 4 << 20
_IDLE_SECONDS = 60.0
_LOOPBACK = re.compile(r"127(\.[0-9]{1,3}){3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that a double received whole."""

    platform: str
    verb: str
    method: str
    path: str
    """As the client addressed it, decoded, without the query."""
    at: datetime
    """When its last byte had come, aware, UTC."""


@dataclass(kw_only=True)
class Shared:
    """What all requests share."""

    url: str
    doubles: Mapping[str, Double]
    faults: Faults = field(default_factory=Faults)
    calls: deque[Call] = field(default_factory=lambda: deque(maxlen=10_000))
    folder: Path | None = None
    stopping: threading.Event = field(default_factory=threading.Event)


class Server(ThreadingHTTPServer):
    """A daemon thread a connection; knows its connections, so that stopping ends them all."""

    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], doubles: Iterable[type[Double]]) -> None:
        super().__init__(address, _Handler)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        url = f"http://{self.server_name}:{self.server_port}"
        self.shared = Shared(url=url, doubles={cls.name: cls(f"{url}/{cls.name}") for cls in doubles})

    def server_bind(self) -> None:
        """Bind without the reverse look-up of the base class, which may ask a name server."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.socket.bind(self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start the connection's thread."""
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End one connection."""
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that vanishes is no error of ours; anything else is shown with its traceback."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def serve(self) -> None:
        """Take connections until `end` is called; waits without polling, so that ending takes no time."""
        while not self.shared.stopping.is_set():
            self.handle_request()

    def end(self) -> None:
        """Stop taking connections, and wake every thread that waits for a client."""
        self.shared.stopping.set()
        with contextlib.suppress(OSError), socket.create_connection(self.socket.getsockname(), timeout=1):
            pass
        with self._lock:
            for connection in self._open:
                with contextlib.suppress(OSError):  # it may have ended by itself meanwhile
                    connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_SECONDS
    server: Server

    def handle_one_request(self) -> None:
        if self._refused_unread():
            reset(self.connection)
            self.close_connection = True
            return
        super().handle_one_request()

    def _serve(self) -> None:
        request = self._read()
        if request is None:
            self.close_connection = True
            self.wfile.write(
                json_answer({"error": "a body needs a length, 4 MiB at most"}, 413).encoded(close=True)
            )
            return
        if not self._is_meant():
            self._send(request, json_answer({"error": "the sandbox is asked by its own address only"}, 421))
            return
        double = self.server.shared.doubles.get(request.path.split("/", 2)[1] if "/" in request.path else "")
        if double is None:
            self._send(request, _own_page(self.server.shared, request))
        else:
            self._play(double, request)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _play(self, double: Double, request: Request) -> None:
        shared, path = self.server.shared, request.path
        request = replace(request, path=path.removeprefix(f"/{double.name}") or "/")
        verb = double.verb(request)
        shared.calls.append(Call(platform=double.name, verb=verb, method=request.method, path=path, at=now()))
        fault = shared.faults.take(double.name, request.method, verb)
        if fault is None:
            self._send(request, double.answer(request))
            return
        self.close_connection = True
        exchange = Exchange(
            double=double, request=request, connection=self.connection, stopping=shared.stopping
        )
        act_out(fault, exchange)

    def _send(self, request: Request, answer: Answer) -> None:
        head_only = request.method == "HEAD"
        self.wfile.write(answer.encoded(head_only=head_only, close=self.close_connection))

    def _read(self) -> Request | None:
        """The request with its body; None if that has no length, or too much of it."""
        length = self.headers.get("content-length", "0")
        if "transfer-encoding" in self.headers or not length.isdigit() or int(length) > _MOST_BYTES:
            return None
        raw_path, _, query = self.path.partition("?")
        host = self.headers.get("host") or f"{self.server.server_name}:{self.server.server_port}"
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            raise ConnectionResetError("the client left in the middle of its request")
        return Request(
            method=self.command,
            path=unquote(raw_path, errors="replace"),
            query=query,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=body,
            url=f"http://{host}{raw_path}",
        )

    def _is_meant(self) -> bool:
        """Whether it was asked as a machine of its own: a page elsewhere may have its name lead to this address."""
        host = self.headers.get("host", "")
        name = host.rpartition(":")[0] if re.search(r":[0-9]*$", host) else host
        return name in {"", "localhost", "[::1]", self.server.server_name} or bool(_LOOPBACK.fullmatch(name))

    def _refused_unread(self) -> bool:
        """Whether a fault wants this connection closed before anything is read from it."""
        faults = self.server.shared.faults
        if not faults.waiting():
            return False
        line = self.connection.recv(2048, socket.MSG_PEEK).decode("latin-1")
        match = re.match(r"([A-Z]+) /([a-z]+)", line)
        return bool(match and faults.take(match[2], match[1], before_reading=True))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Keep quiet: the calls are kept as data."""


def _own_page(shared: Shared, request: Request) -> Answer:
    """The sandbox's own addresses: the overview, the data behind it, the faults, the mounted folder."""
    method = "GET" if request.method == "HEAD" else request.method
    if request.path == "/site" or request.path.startswith("/site/"):
        if method != "GET":
            return json_answer({"error": "the folder is mounted read-only"}, 405, [("Allow", "GET, HEAD")])
        return file_answer(shared.folder, request.path.removeprefix("/site"))
    reply = _OWN_PAGES.get((method, request.path))
    if reply is None:
        return json_answer({"error": f"nothing answers {request.method} {request.path}"}, 404)
    return reply(shared, request)


def _page(shared: Shared, request: Request) -> Answer:
    return html_answer(overview(shared.url, list(shared.doubles.values()), shared.folder))


def _posts(shared: Shared, request: Request) -> Answer:
    return json_answer(posts_as_data(list(shared.doubles.values())))


def _calls(shared: Shared, request: Request) -> Answer:
    calls = [
        {"platform": c.platform, "verb": c.verb, "method": c.method, "path": c.path, "at": c.at.isoformat()}
        for c in list(shared.calls)
    ]
    return json_answer({"calls": calls})


def _faults(shared: Shared, request: Request) -> Answer:
    waiting = [
        {"platform": platform, "kind": fault.kind, "times": fault.times, "verb": fault.verb}
        | ({"reason": fault.reason} if fault.reason else {})
        for platform, fault in shared.faults.waiting()
    ]
    return json_answer({"faults": waiting})


def _add_fault(shared: Shared, request: Request) -> Answer:
    # A page in a browser can send a form to this address, but no JSON: only a person or a program does.
    if request.media_type != "application/json":
        return json_answer({"error": "send application/json"}, 415)
    try:
        platform, fault = _fault_from(json.loads(request.body), shared.doubles)
    except ValueError as error:
        return json_answer({"error": str(error)}, 400)
    shared.faults.add(platform, fault)
    return json_answer({"added": True}, 201)


def _fault_from(data: Any, doubles: Mapping[str, Double]) -> tuple[str, Fault]:
    platform = data.get("platform") if isinstance(data, dict) else None
    if not isinstance(platform, str) or platform not in doubles:
        raise ValueError(f"platform must be one of {', '.join(doubles)}")
    fault = Fault.from_data({key: value for key, value in data.items() if key != "platform"})
    doubles[platform].require_known(fault)
    return platform, fault


def _clear_faults(shared: Shared, request: Request) -> Answer:
    shared.faults.clear(dict(request.params).get("platform"))
    return Answer(status=204)


def _troubles(shared: Shared, request: Request) -> Answer:
    """As data, and in a browser as a page of buttons: that page shows nothing posted, so its forms may be sent."""
    waiting = shared.faults.waiting()
    told = {name: (one.summary, one.is_on(waiting)) for name, one in TROUBLES.items()}
    if "text/html" not in request.headers.get("accept", ""):
        rows = [{"name": name, "summary": summary, "on": on} for name, (summary, on) in told.items()]
        return json_answer({"troubles": rows})
    page = switches(told).encode()
    headers = (("Content-Security-Policy", _FORMS_ALONE), ("Referrer-Policy", "same-origin"))
    return Answer(status=200, body=page, media_type="text/html; charset=UTF-8", headers=headers)


_FORMS_ALONE = (
    "default-src 'none'; style-src 'unsafe-inline'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def _switch_trouble(shared: Shared, request: Request) -> Answer:
    """Begin one, or end all where none is named. A form counts where the browser says that it is our own page's."""
    is_form = request.media_type == "application/x-www-form-urlencoded"
    ours = request.headers.get("origin", "") == f"http://{request.headers.get('host', '')}"
    if not (ours if is_form else request.media_type == "application/json"):
        return json_answer({"error": "send application/json"}, 415)
    try:
        name = request.fields.get("trouble")
    except BadBody:
        name = None
    if name and (not isinstance(name, str) or name not in TROUBLES):
        return json_answer({"error": f"there are {', '.join(TROUBLES)}"}, 400)
    if name is None:
        return json_answer({"error": 'send {"trouble": NAME}; an empty name ends all'}, 400)
    _switch(shared, name)
    return Answer(status=303, headers=(("Location", "/troubles"),)) if is_form else Answer(status=204)


def _switch(shared: Shared, name: str) -> None:
    if not name:
        shared.faults.clear()
        return
    for platform, fault in TROUBLES[name].faults:
        shared.faults.add(platform, fault)


def _traits(shared: Shared, request: Request) -> Answer:
    return json_answer(
        {name: {"has": sorted(d.has), "may_have": dict(d.traits)} for name, d in shared.doubles.items()}
    )


def _set_traits(shared: Shared, request: Request) -> Answer:
    if request.media_type != "application/json":  # as for faults
        return json_answer({"error": "send application/json"}, 415)
    try:
        data = json.loads(request.body)
        double = shared.doubles[data["platform"]]
        double.become(*(str(trait) for trait in data["traits"]))
    except (ValueError, TypeError):
        return json_answer({"error": "unknown trait: GET /traits tells those that there are"}, 400)
    except KeyError:
        return json_answer({"error": "send a platform and a list of traits"}, 400)
    return json_answer({"has": sorted(double.has)})


_OWN_PAGES: Mapping[tuple[str, str], Callable[[Shared, Request], Answer]] = {
    ("GET", "/"): _page,
    ("GET", "/posts.json"): _posts,
    ("GET", "/calls.json"): _calls,
    ("GET", "/faults"): _faults,
    ("POST", "/faults"): _add_fault,
    ("DELETE", "/faults"): _clear_faults,
    ("GET", "/troubles"): _troubles,
    ("POST", "/troubles"): _switch_trouble,
    ("GET", "/traits"): _traits,
    ("PUT", "/traits"): _set_traits,
}
