"""A platform's HTTP API as an adapter wants it: JSON in, JSON out, and every other answer a verdict.

What is not a success is judged in this order::

    429 and its like   the status says that nothing was done: NotSent, whatever else is said; only an entry in
                       ``verdicts`` says otherwise
    ``judge``          for a platform that says in its JSON what happened; also asked of what looks like a success
    ``verdicts``       by status, where the platform itself spoke: its JSON could be read
    the status         as `error_for` has it
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from publisher.adapter.answers import error_for, json_of, link_in, said_by
from publisher.adapter.between import UNCACHED, require_fresh
from publisher.model.outcome import ChannelError, NotSent, Unknown

if TYPE_CHECKING:
    import requests


class Words(str):
    """What the platform said, on one line and without secrets, as in ``403 Forbidden: its own words``."""

    document: Any
    """The answer's JSON; None where none can be read, and it was not the platform that spoke."""
    response: requests.Response

    def __new__(cls, line: str, document: Any, response: requests.Response) -> Words:
        """The line, and the whole answer behind it."""
        said = super().__new__(cls, line)
        said.document, said.response = document, response
        return said

    @property
    def status(self) -> int:
        """The answer's status."""
        return self.response.status_code


def absent(said: Words) -> bool:
    """The platform itself, not a web server in front of it, answered that there is no such thing."""
    return said.status in {404, 410} and said.document is not None


class Api:
    """One platform's API, through the channel's session.

    ``headers`` go with every request. ``words`` picks the platform's own words out of its JSON; where it fails,
    there are none. ``gone`` tells whether an answer says that a thing is not there, for ``or_none``. ``read`` takes
    the place of `json_of` where a platform writes more than JSON.
    """

    def __init__(
        self,
        session: requests.Session,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        words: Callable[[Any], Any] | None = None,
        verdicts: Mapping[int, Callable[[Words], ChannelError]] | None = None,
        judge: Callable[[Words], ChannelError | None] | None = None,
        gone: Callable[[Words], bool] = absent,
        read: Callable[[requests.Response], Any] = json_of,
    ) -> None:
        self.base_url = base_url
        self._session = session
        self._headers = {"Accept": "application/json", **(headers or {})}
        self._words = words
        self._verdicts = verdicts or {}
        self._judge = judge
        self._gone = gone
        self._json = read
        self._last: requests.Response | None = None
        session.headers.update(UNCACHED)  # a library's reads as well
        session.hooks["response"].append(self._keep)

    @property
    def last(self) -> requests.Response:
        """The newest answer, for its headers. Raises Unknown where there was none."""
        if self._last is None:
            raise Unknown("the platform gave no answer")
        return self._last

    def line(self, text: str, most: int = 100) -> str:
        """What the last answer says in words, fit for a name or a note: one line, without secrets."""
        return said_by(self.last, text, most)

    def link(self, value: Any) -> str | None:
        """An address from the last answer if it can be recorded and shown, else None."""
        return link_in(self.last, value)

    def get(self, path: str, *, or_none: bool = False, **query: Any) -> Any:
        """Read what is at ``path``; ``query`` is its query, as in ``limit=40``.

        Raises Unknown for what comes from a cache, as far as it says so: it tells what was.
        """
        found = self.request("GET", path, or_none=or_none, params=query)
        require_fresh(self.last)
        return found

    def post(self, path: str, **request: Any) -> Any:
        """Send ``json=``, or a form as ``data=``; ``headers=`` go with this request only."""
        return self.request("POST", path, **request)

    def put(self, path: str, **request: Any) -> Any:
        """As `post`."""
        return self.request("PUT", path, **request)

    def patch(self, path: str, **request: Any) -> Any:
        """As `post`."""
        return self.request("PATCH", path, **request)

    def delete(self, path: str, **request: Any) -> Any:
        """As `post`; with ``or_none`` what is deleted already is None."""
        return self.request("DELETE", path, **request)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        or_none: bool = False,
        silent: bool = False,
        **request: Any,
    ) -> Any:
        """The JSON of one request's answer; ``path`` follows ``base_url``. Raises the verdict on any other answer.

        With ``or_none`` it is None where the platform says that there is no such thing; with ``silent`` where it
        has done what was asked and says nothing: 204. Nothing else is None: a JSON ``null`` is Unknown.
        """
        url, named = f"{self.base_url}{path}", {**self._headers, **(headers or {})}
        response = self._session.request(method, url, headers=named, **request)
        if silent and response.status_code == 204 and not response.content:
            return None
        return self.read(response, or_none=or_none)

    def through(self, call: Callable[..., object], *args: Any, or_none: bool = False, **values: Any) -> Any:
        """Let the platform's library send one request by this session, and read the answer ourselves.

        Libraries trip over answers that they do not expect; what an answer means, it says itself. What a library
        raises is passed on only where no answer came. A read that comes from a cache is Unknown, as in `get`.
        """
        self._last = None
        try:
            call(*args, **values)
        except ChannelError:
            raise
        except Exception:
            if self._last is None:
                raise
        found = self.read(self.last, or_none=or_none)
        if self.last.request.method == "GET":
            require_fresh(self.last)
        return found

    def read(self, response: requests.Response, *, or_none: bool = False) -> Any:
        """The JSON of an answer that is a success; raises the verdict on any other, and Unknown for ``null``."""
        success = 200 <= response.status_code < 300
        try:
            document = self._json(response)
        except Unknown:
            if success:
                raise
            document = None
        by_status = error_for(response.status_code, self._found(document), response=response)
        said = Words(str(by_status), document, response)
        if or_none and self._gone(said):
            return None
        verdict = self._verdict(said, None if success else by_status)
        if verdict is not None:
            raise verdict
        if document is None:
            raise Unknown("the answer is empty: null")
        return document

    def _verdict(self, said: Words, by_status: ChannelError | None) -> ChannelError | None:
        """``by_status`` is None for a success."""
        own = self._verdicts.get(said.status) if said.document is not None else None
        if isinstance(by_status, NotSent):
            return own(said) if own else by_status
        judged = self._judge(said) if self._judge else None
        if judged is not None or by_status is None:
            return judged
        return own(said) if own else by_status

    def _found(self, document: Any) -> str:
        """The platform's own words in an error, or nothing."""
        if self._words is None or document is None:
            return ""
        try:
            found = self._words(document)
        except (AttributeError, KeyError, IndexError, TypeError, ValueError):
            return ""
        return str(found) if found else ""

    def _keep(self, response: requests.Response, *_: Any, **__: Any) -> None:
        self._last = response
