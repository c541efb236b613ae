"""Customer centers and status pages as their documentation has them, each as far as an `http` channel needs it.

Real servers on loopback that keep what they are given. Sources: redmine.org/projects/redmine/wiki/Rest_News,
FOSSBilling's News module (Api/Admin.php), Cachet 3's API (docs.cachethq.io/v3.x, schedules).
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from abc import ABC, abstractmethod
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

Answer = tuple[int, Any]
"""Status and JSON; None: an empty body."""


@dataclass
class Double(ABC):
    """One platform; ``posts`` by id, ``asked`` every request as method and address."""

    key: str = "the-key"
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""
    last: int = 10
    mangle: Callable[[str], str] = str
    """What the platform makes of a text when it keeps it."""
    lose: str | None = None
    """A request, as in ``POST /api/schedules``, that is carried out once and whose answer is then lost."""

    @abstractmethod
    def serve(
        self, method: str, path: str, query: dict[str, str], sent: Any, headers: dict[str, str]
    ) -> Answer:
        """The answer to one request."""

    def add(self, **fields: Any) -> int:
        self.last += 1
        self.posts[self.last] = fields
        return self.last


class Redmine(Double):
    """News of one project: nothing is said of a new item, not even its id."""

    def serve(
        self, method: str, path: str, query: dict[str, str], sent: Any, headers: dict[str, str]
    ) -> Answer:
        if headers.get("x-redmine-api-key") != self.key:
            return 401, None
        if path == "/projects/center/news.json":
            return self._project(method, sent)
        found = re.fullmatch(r"/news/(\d+)\.json", path)
        if not found or int(found[1]) not in self.posts:
            return 404, None
        return self._item(method, int(found[1]), sent)

    def _project(self, method: str, sent: Any) -> Answer:
        if method == "GET":
            news = [{"id": number, **item} for number, item in sorted(self.posts.items(), reverse=True)]
            return 200, {"news": news, "total_count": len(news), "offset": 0, "limit": 100}
        if errors := self._errors(sent["news"]):
            return 422, {"errors": errors}
        self.add(**self._kept(sent["news"]))
        return 204, None

    def _item(self, method: str, number: int, sent: Any) -> Answer:
        match method:
            case "GET":
                return 200, {"news": {"id": number, **self.posts[number]}}
            case "PUT":
                if errors := self._errors(self.posts[number] | sent["news"]):
                    return 422, {"errors": errors}
                self.posts[number] |= self._kept(sent["news"])
            case "DELETE":
                del self.posts[number]
        return 204, None

    def _kept(self, fields: dict[str, Any]) -> dict[str, Any]:
        return {key: self.mangle(value) if key == "description" else value for key, value in fields.items()}

    def _errors(self, fields: dict[str, Any]) -> list[str]:
        blank = [f"{key.title()} cannot be blank" for key in ("title", "description") if not fields.get(key)]
        return blank + (["Title is too long (maximum is 60 characters)"] if len(fields["title"]) > 60 else [])

    def public(self) -> list[dict[str, Any]]:
        """What customers see."""
        return [*self.posts.values()]


class FossBilling(Double):
    """Most of its errors come with 200; a news item is a draft if one says so, and its slug is made from the title."""

    def serve(
        self, method: str, path: str, query: dict[str, str], sent: Any, headers: dict[str, str]
    ) -> Answer:
        proof = b64encode(f"admin:{self.key}".encode()).decode()
        if headers.get("authorization") != f"Basic {proof}":
            return 401, _failed("Authentication Failed", 201)
        verb = path.removeprefix("/api/admin/news/")
        if method != "POST" or verb not in {"create", "update", "get", "get_list"}:
            return 404, _failed(f"Admin API method {verb} does not exist", 740)
        return getattr(self, f"_{verb}")(sent)

    def _create(self, sent: Any) -> Answer:
        slug = re.sub(r"[^a-z0-9]+", "-", sent["title"].lower()).strip("-")
        if any(item["slug"] == slug for item in self.posts.values()):
            return 500, _failed("An error occurred while processing your request", 9999)
        content = self.mangle(sent.get("content", ""))
        status = sent.get("status", "active")
        return _done(self.add(title=sent["title"], slug=slug, content=content, status=status))

    def _update(self, sent: Any) -> Answer:
        number = int(sent.pop("id"))
        if number not in self.posts:
            return 200, _failed("News item not found", 0)
        self.posts[number] |= {
            key: self.mangle(value) if key == "content" else value for key, value in sent.items()
        }
        return _done(True)

    def _get(self, sent: Any) -> Answer:
        number = int(sent["id"])
        if number not in self.posts:
            return 200, _failed("News item not found.", 0)
        return _done({"id": number, **self.posts[number]})

    def _get_list(self, sent: Any) -> Answer:
        listed = [
            {"id": number, **item}
            for number, item in sorted(self.posts.items(), reverse=True)
            if sent["search"] in f"{item['title']}{item['slug']}{item['content']}"
        ]
        return _done({"pages": 1, "page": 1, "per_page": 100, "total": len(listed), "list": listed})

    def public(self) -> list[dict[str, Any]]:
        """What customers see."""
        return [item for item in self.posts.values() if item["status"] == "active"]


def _done(result: Any) -> Answer:
    return 200, {"result": result, "error": None}


def _failed(message: str, code: int) -> dict[str, Any]:
    return {"result": None, "error": {"message": message, "code": code}}


class Cachet(Double):
    """Schedules: JSON:API, a Bearer token, and meta data by which they are found."""

    def serve(
        self, method: str, path: str, query: dict[str, str], sent: Any, headers: dict[str, str]
    ) -> Answer:
        if headers.get("authorization") != f"Bearer {self.key}":
            return 401, {"message": "Unauthenticated."}
        if path == "/api/schedules":
            return self._create(sent) if method == "POST" else self._list(query)
        found = re.fullmatch(r"/api/schedules/(\d+)", path)
        if not found or int(found[1]) not in self.posts:
            return 404, {"message": "No query results for model [Cachet\\Models\\Schedule]."}
        return self._item(method, int(found[1]), sent)

    def _create(self, sent: Any) -> Answer:
        lacking = [key for key in ("name", "message", "scheduled_at") if not sent.get(key)]
        if lacking:
            errors = {key: [f"The {key.replace('_', ' ')} field is required."] for key in lacking}
            return 422, {"message": next(iter(errors.values()))[0], "errors": errors}
        return 201, {"data": self._shown(self.add(**{**sent, "message": self.mangle(sent["message"])}))}

    def _list(self, query: dict[str, str]) -> Answer:
        wanted = query.get("filter[meta][announce]")
        numbers = [
            number for number, item in self.posts.items() if item.get("meta", {}).get("announce") == wanted
        ]
        return 200, {"data": [self._shown(number) for number in sorted(numbers, reverse=True)]}

    def _item(self, method: str, number: int, sent: Any) -> Answer:
        match method:
            case "PUT":
                self.posts[number] |= {**sent, "message": self.mangle(sent["message"])}
            case "DELETE":
                del self.posts[number]
                return 204, None
        return 200, {"data": self._shown(number)}

    def _shown(self, number: int) -> dict[str, Any]:
        item = self.posts[number]
        told = {
            "id": number,
            "name": item["name"],
            "message": item["message"],
            "meta": item.get("meta", {}),
            "scheduled": {"human": "in 2 hours", "string": item["scheduled_at"]},
        }
        return {"id": str(number), "type": "schedules", "attributes": told}

    def public(self) -> list[dict[str, Any]]:
        """What customers see."""
        return [*self.posts.values()]


@contextlib.contextmanager
def running(double: Double) -> Iterator[Double]:
    """The double behind an address of its own."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            address = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(address.query).items()}
            headers = {name.lower(): value for name, value in self.headers.items()}
            double.asked.append(f"{self.command} {unquote(self.path)}")
            status, document = double.serve(
                self.command, address.path, query, json.loads(body) if body else None, headers
            )
            if double.lose == f"{self.command} {address.path}":
                double.lose = None
                return  # the connection ends without a word
            self._say(status, document)

        def _say(self, status: int, document: Any) -> None:
            text = b"" if document is None else json.dumps(document).encode()
            self.send_response(status)
            if text:
                self.send_header("Content-Type", "application/json; charset=utf-8")
            if status != 204:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815  as http.server names them

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    double.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield double
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
