"""WHMCS: the announcement actions of its API, and the announcements page of the client area.

Sources: developers.whmcs.com/api-reference (addannouncement, updateannouncement, getannouncements,
deleteannouncement, getadmindetails, gethealthstatus) and …/api/authentication. Numbers come as strings in
some answers and as integers in others, as the examples there have them; the order of the list is not
documented, so this double lists the oldest first, which a client has to survive.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from announce_sandbox.double import Double, Shown, State, web_server_page
from announce_sandbox.faults import Fault, Kind
from announce_sandbox.page import as_text, document
from announce_sandbox.wire import Answer, Refused, Request, html_answer, json_answer

_SERVER_ZONE = ZoneInfo("Europe/Berlin")
_DATE = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Announcement:
    id: int
    account: str
    date: datetime
    """Naive, in the server's own time zone."""
    title: str
    text: str
    published: bool


class Whmcs(Double):
    """One customer center with two API credentials; the reader's role allows no more than reading."""

    name: ClassVar[str] = "whmcs"
    credentials: ClassVar[Mapping[str, str]] = {
        "identifier": "sandboxWhmcsIdentifier",
        "secret": "sandboxWhmcsSecret",
    }
    traits: ClassVar[Mapping[str, str]] = {
        "busy": "every call is answered with 429, and with the JSON of an error",
        "not-on-the-list": "this machine's address is not on the list of those let in",
        "utf8mb3": "the tables hold no character above U+FFFF: a text ends in front of the first one",
        "utf8mb3-strict": "the same, and the database refuses such a text",
        "translated": "a person translates every published announcement, mark included",
        "holds-back": "a module leaves unpublished what an edit publishes, and says success",
        "keeps-public": "a module leaves public what an edit unpublishes, and says success",
        "empties-text": "a module empties the text when an announcement is saved",
    }
    reader: ClassVar[Mapping[str, str]] = {
        "identifier": "sandboxReaderIdentifier",
        "secret": "sandboxReaderSecret",
    }

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self._announcements: dict[int, _Announcement] = {}
        self._last_id = 0

    def verb(self, request: Request) -> str:
        """The operation behind the API's action; ``page`` for the client area."""
        if request.path != "/includes/api.php":
            return "page"
        action = dict(request.form).get("action", "").lower()
        return _VERBS.get(action, "unknown")

    def shown(self) -> list[Shown]:
        """Every announcement, hidden ones included."""
        with self._lock:
            return [self._as_shown(item) for item in self._announcements.values()]

    def complaint(self, fault: Fault) -> Answer:
        """WHMCS refuses credentials and rights with 403; it has no rate limit, the web server may."""
        match fault.kind:
            case Kind.UNAUTHORIZED:
                return _error("Authentication Failed", 403).answer
            case Kind.FORBIDDEN:
                return _error("Invalid IP 127.0.0.1", 403).answer
        return web_server_page(fault)

    def _handle(self, request: Request) -> Answer:
        if request.path != "/includes/api.php":
            return self._client_area(request)
        fields = dict(request.form)
        action = fields.get("action", "").lower()
        if "busy" in self.has:
            return _error("Too Many Requests", 429).answer.with_headers(("Retry-After", "7"))
        if "not-on-the-list" in self.has:
            raise _error("Forbidden IP 127.0.0.1", 403)
        account = _account(fields)
        if account is None:
            raise _error("Authentication Failed", 403)
        if action not in _VERBS:
            raise _error("Command Not Found")
        if account == "reader" and _VERBS[action] in ("create", "update", "delete"):
            raise _error(f'Invalid Permissions: API action "{action}" is not allowed', 403)
        if fields.get("responsetype") != "json":
            # XML is the other answer of this API; nothing here needs more than to notice it.
            return Answer(status=200, body=b"<whmcsapi/>", media_type="text/xml")
        return self._actions[action](self, fields, account)

    # --- the actions ----------------------------------------------------------------------------------------

    def _add(self, fields: Mapping[str, str], account: str) -> Answer:
        for name in ("date", "title", "announcement"):
            if not fields.get(name, "").strip():
                raise _error(f"{name} is required")
        self._last_id += 1
        self._announcements[self._last_id] = _Announcement(
            id=self._last_id,
            account=account,
            date=_date(fields["date"]),
            title=self._stored(fields["title"]),
            text=self._stored(fields["announcement"], emptied="empties-text" in self.has),
            published=_truthy(fields.get("published", "")),
        )
        return json_answer({"result": "success", "announcementid": self._last_id})

    def _update(self, fields: Mapping[str, str], account: str) -> Answer:
        before = self._known(fields)
        self._announcements[before.id] = replace(
            before,
            date=_date(fields["date"]) if "date" in fields else before.date,
            title=self._stored(fields["title"]) if "title" in fields else before.title,
            text=self._stored(fields["announcement"], emptied="empties-text" in self.has)
            if "announcement" in fields
            else before.text,
            published=self._published(fields, before),
        )
        return json_answer({"result": "success", "announcementid": fields["announcementid"]})

    def _list(self, fields: Mapping[str, str], account: str) -> Answer:
        start, most = _number(fields, "limitstart", 0), _number(fields, "limitnum", 25)
        rows = [row for item in self._announcements.values() for row in self._rows_of(item)]
        part = rows[start : start + most]
        answer = {
            "result": "success",
            "totalresults": str(len(rows)),
            "startnumber": start,
            "numreturned": str(len(part)),
            "announcements": {"announcement": part},
        }
        if not part:
            del answer["announcements"]
        return json_answer(answer)

    def _remove(self, fields: Mapping[str, str], account: str) -> Answer:
        del self._announcements[self._known(fields).id]
        return json_answer({"result": "success", "announcementid": fields["announcementid"]})

    def _admin(self, fields: Mapping[str, str], account: str) -> Answer:
        rights = "API Access,Manage Announcements" if account == "announce" else "API Access"
        version = {"version": "8.13.1", "canonicalversion": "8.13.1-release.1"}
        me = {"adminid": 1, "name": account, "notes": "", "signature": "", "departments": ","}
        return json_answer({"result": "success", **me, "allowedpermissions": rights, "whmcs": version})

    def _health(self, fields: Mapping[str, str], account: str) -> Answer:
        return json_answer({"result": "success"})

    _actions: ClassVar[Mapping[str, Callable[[Whmcs, Mapping[str, str], str], Answer]]] = {
        "addannouncement": _add,
        "updateannouncement": _update,
        "getannouncements": _list,
        "deleteannouncement": _remove,
        "getadmindetails": _admin,
        "gethealthstatus": _health,
    }

    # --- the announcements ----------------------------------------------------------------------------------

    def _known(self, fields: Mapping[str, str]) -> _Announcement:
        number = fields.get("announcementid", "")
        known = self._announcements.get(int(number)) if re.fullmatch(r"[0-9]{1,18}", number) else None
        if known is None:
            raise _error("Announcement ID Not Found")
        return known

    def _published(self, fields: Mapping[str, str], before: _Announcement) -> bool:
        wanted = _truthy(fields["published"]) if "published" in fields else before.published
        if {"holds-back", "keeps-public"} & self.has:
            return before.published
        return wanted

    def _stored(self, text: str, *, emptied: bool = False) -> str:
        """What the table keeps of a text."""
        text = "" if emptied else self.keeps(text)
        cut = re.match(r"[\0-\uffff]*", text)
        if cut is None or cut[0] == text:
            return text
        if "utf8mb3-strict" in self.has:
            sign = text[len(cut[0])].encode()
            shown = "".join(f"\\x{byte:02X}" for byte in sign)
            raise _error(
                f"SQLSTATE[HY000]: General error: 1366 Incorrect string value: '{shown}' for column 'announcement'"
            )
        return cut[0] if "utf8mb3" in self.has else text

    def _rows_of(self, item: _Announcement) -> list[dict[str, Any]]:
        """The announcement as the API lists it, and its translation where there is one."""
        row = _as_json(item)
        if "translated" not in self.has or not item.published:
            return [row]
        other = {"id": item.id + _TRANSLATIONS, "parentid": str(item.id), "language": "english"}
        return [row | other, row]

    def _url(self, item: _Announcement) -> str:
        return f"{self.base_url}/announcements/{item.id}"

    def _as_shown(self, item: _Announcement) -> Shown:
        return Shown(
            platform=self.name,
            account=item.account,
            remote_id=str(item.id),
            title=as_text(item.title),
            body=item.text,
            html=True,
            state=State.VISIBLE if item.published else State.DRAFT,
            at=item.date.replace(tzinfo=_SERVER_ZONE).astimezone(UTC),
            url=self._url(item),
        )

    def _client_area(self, request: Request) -> Answer:
        """The list and one announcement, also as ``index.php?rp=/announcements/1`` and ``…/1/Title.html``."""
        path = dict(request.params).get("rp", request.path)
        match = re.fullmatch(r"/announcements(?:/(\d{1,18})(?:/[^/]*)?)?/?", path)
        if match is None:
            return html_answer(document("Not found", "<p>Nothing here.</p>"), 404)
        public = [item for item in self._announcements.values() if item.published]
        if match[1] is None:
            listed = "\n".join(map(self._article, reversed(public)))
            return html_answer(document("Announcements", listed))
        found = [item for item in public if item.id == int(match[1])]
        if not found:
            return html_answer(document("Not found", "<p>Nothing here.</p>"), 404)
        return html_answer(document(as_text(found[0].title), self._article(found[0])))

    def _article(self, item: _Announcement) -> str:
        # The client area shows titles as the HTML they are stored as.
        heading = f'<h2><a href="{self._url(item)}">{item.title}</a></h2>'
        return f'<article>{heading}<p class="meta">{item.date:{_DATE}}</p>{item.text}</article>'


_TRANSLATIONS = 100_000

_VERBS: Mapping[str, str] = {
    "addannouncement": "create",
    "updateannouncement": "update",
    "getannouncements": "list",
    "deleteannouncement": "delete",
    "getadmindetails": "identity",
    "gethealthstatus": "identity",
}


def _account(fields: Mapping[str, str]) -> str | None:
    """Who asks; the older names of the two fields are accepted as WHMCS accepts them."""
    given = (
        fields.get("identifier", fields.get("username", "")),
        fields.get("secret", fields.get("password", "")),
    )
    known = {"announce": Whmcs.credentials, "reader": Whmcs.reader}
    for name, pair in known.items():
        wanted = (pair["identifier"], pair["secret"])
        if all(hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, wanted, strict=True)):
            return name
    return None


def _date(text: str) -> datetime:
    try:
        return datetime.strptime(text, _DATE)  # noqa: DTZ007 - WHMCS keeps naive dates of its server's zone
    except ValueError:
        raise _error("Invalid date; the format is YYYY-MM-DD HH:MM:SS") from None


def _truthy(text: str) -> bool:
    """As PHP sees a string: ``false`` is true."""
    return text not in ("", "0")


def _number(fields: Mapping[str, str], name: str, default: int) -> int:
    given = fields.get(name, "")
    return int(given) if re.fullmatch(r"[0-9]{1,9}", given) else default


def _as_json(item: _Announcement) -> dict[str, Any]:
    return {
        "id": item.id,
        "date": f"{item.date:{_DATE}}",
        "title": item.title,
        "announcement": item.text,
        "published": str(int(item.published)),
        "parentid": "0",
        "language": "",
        "created_at": f"{item.date:{_DATE}}",
        "updated_at": f"{item.date:{_DATE}}",
    }


def _error(message: str, status: int = 200) -> Refused:
    return Refused(json_answer({"result": "error", "message": message}, status))
