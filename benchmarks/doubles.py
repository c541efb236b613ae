"""What the platforms answer, well enough for the real adapters. Nothing is checked here: that is the sandbox's work."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer, and whether what was asked for is public now."""

    content: dict[str, Any]
    visible: bool
    status: str = "200 OK"

    def encoded(self) -> bytes:
        """The bytes as they go over the wire."""
        body = json.dumps(self.content).encode()
        head = (
            f"HTTP/1.1 {self.status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


class Doubles:
    """WordPress, WHMCS, Graph, X and a JSON hook, by the first part of the path."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1_000)
        self._posts: dict[int, dict[str, Any]] = {}
        """What was sent of each: platforms give back the text that they keep."""

    def reply(self, platform: str, path: str, body: bytes) -> Reply:
        """The answer to a request. Raises KeyError for a platform that has no double."""
        replies = {
            "wordpress": self._wordpress,
            "whmcs": self._whmcs,
            "facebook": self._facebook,
            "twitter": self._twitter,
            "hook": self._hook,
        }
        return replies[platform](path, body)

    def _wordpress(self, path: str, body: bytes) -> Reply:
        fields, route = json.loads(body), unquote(path).partition("/wp/v2/posts")[2]
        making = not route.startswith("/")
        number = next(self._numbers) if making else int(route[1:].partition("&")[0])
        kept = self._posts.setdefault(number, {})
        kept.update(fields)
        post = {
            "id": number,
            "slug": kept["slug"],
            "status": kept["status"],
            "link": f"https://blog.example.net/{kept['slug']}/",
            "title": {"raw": kept["title"]},
            "content": {"raw": kept["content"]},
        }
        return Reply(post, visible=not making, status="201 Created" if making else "200 OK")

    def _whmcs(self, path: str, body: bytes) -> Reply:
        form = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        if form["action"] == "GetAnnouncements":
            return Reply(self._announcements(), visible=False)
        making = form["action"] == "AddAnnouncement"
        number = next(self._numbers) if making else int(form["announcementid"])
        self._posts.setdefault(number, {"parentid": 0}).update(form)
        return Reply({"result": "success", "announcementid": number}, visible=not making)

    def _announcements(self) -> dict[str, Any]:
        rows = [{"id": number} | post for number, post in self._posts.items() if "announcement" in post]
        rows = rows[:-26:-1]  # the newest 25 first
        return {
            "result": "success",
            "totalresults": len(rows),
            "startnumber": 0,
            "numreturned": len(rows),
            "announcements": {"announcement": rows},
        }

    def _facebook(self, path: str, body: bytes) -> Reply:
        read = re.search(r"/(1234567890_([0-9]+))\?", path)
        if read:
            return Reply({"id": read[1], "message": self._posts[int(read[2])]["message"]}, visible=False)
        number = next(self._numbers)
        self._posts[number] = {"message": parse_qs(body.decode())["message"][0]}
        return Reply({"id": f"1234567890_{number}"}, visible=True)

    def _twitter(self, path: str, body: bytes) -> Reply:
        made = {"id": str(next(self._numbers)), "text": json.loads(body)["text"]}
        return Reply({"data": made}, visible=True, status="201 Created")

    def _hook(self, path: str, body: bytes) -> Reply:
        return Reply({}, visible=True)
