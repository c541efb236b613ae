"""A Page and its posts as Graph shows them: one request a call, lists in parts, and what proves that a post is gone.

Sources: developers.facebook.com/docs/pages-api/posts and …/docs/graph-api/guides/error-handling.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

from announce_channels.facebook.answers import TooMuch, id_in, is_missing, judged, words
from publisher.adapter import Api, BadCredentials, Rejected, one_line, pages

if TYPE_CHECKING:
    import requests


class Page:
    """One Page, through facebook-sdk and a session that carries the token in its header."""

    def __init__(self, number: str, session: requests.Session, *, base_url: str, version: str) -> None:
        import facebook  # loaded in the channel's own thread

        self.number = number
        # The library never looks at an answer's status and headers, and gives 500 with JSON back as success.
        self.api = Api(session, base_url, words=words, judge=judged, gone=is_missing)
        self._graph = facebook.GraphAPI(None, session=session)  # it would put a token into every query
        # Its constructor refuses every version after 3.1, but its calls put this attribute into the path.
        self._graph.version = version

    def read(self, path: str, **query: str) -> dict[str, Any]:
        """What a GET gives."""
        said: dict[str, Any] = self.call(path, query=query)
        return said

    def call(
        self,
        path: str,
        *,
        method: str | None = None,
        query: dict[str, str] | None = None,
        form: dict[str, str] | None = None,
        or_none: bool = False,
    ) -> Any:
        """Facebook's JSON; None, with ``or_none``, for what is gone or hidden."""
        where, request = f"{self._graph.version}/{path}", self._graph.request
        return self.api.through(request, where, args=query, post_args=form, method=method, or_none=or_none)

    def posts(self, **query: str) -> Iterator[Any]:
        """The Page's own posts, newest first. Raises Unknown where the list cannot be read to its end."""
        first = query | {"limit": _A_PAGE}
        return pages(lambda following: self._part(following or first), most=_MOST_PAGES, what=_LIST)

    def _part(self, query: dict[str, str]) -> tuple[Any, dict[str, str] | None]:
        """A page of the list, and the query for the one after it; half as large where it was refused for its size."""
        try:
            said = self.read(f"{self.number}/published_posts", **query)
        except TooMuch:
            if query["limit"] == "1":
                raise
            return self._part(query | {"limit": str(int(query["limit"]) // 2)})
        paging = said.get("paging")
        if not isinstance(paging, dict) or "next" not in paging:
            return said.get("data"), None
        following = parse_qsl(urlsplit(str(paging["next"])).query)
        return said.get("data"), query | {key: value for key, value in following if key not in _OURS}

    def require_readable(self) -> None:
        """Make the call that a look-up makes, for a single post. Raises what that would raise."""
        next(pages(lambda _: self._part({"fields": "id", "limit": "1"}), what=_LIST), None)

    def seen(self, number: str, fields: str, **since: str) -> dict[str, Any] | None:
        """What Facebook tells of a post; None where it is gone. Raises where nobody can tell, as `require_gone`."""
        said: dict[str, Any] | None = self.call(number, query={"fields": fields}, or_none=True)
        if said is None:
            self.require_gone(number, **since)
        return said

    def require_gone(self, number: str, **since: str) -> None:
        """Raise Rejected unless the Page's own list, which can be read, lacks a post that is not to be seen.

        Code 100, subcode 33 is also what a token without the rights to read is told of every post. The list is read
        back to ``since``, which is before the post was made, or to its end; raises Unknown where it is longer than can
        be read: however many newer posts there are, the part of a list proves nothing.
        """
        refused = self.api.last
        try:
            there = number in map(id_in, self.posts(fields="id", **since))
        except BadCredentials:
            raise
        except Rejected as error:
            what = f"whether post {number} is there cannot be read with this token: {error}"
            raise Rejected(one_line(what, 400), cure=error.cure) from None
        if there:
            self.api.read(refused)


_A_PAGE, _MOST_PAGES = "25", 40
"""Posts on a page of the list, and pages: a thousand posts."""
_LIST = "Facebook's list of posts"
_OURS = frozenset({"access_token", "limit"})
"""In the address of the following page: the one is in the header, the other may have been halved."""
