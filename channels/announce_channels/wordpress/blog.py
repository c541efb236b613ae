"""One blog's REST API: its two addresses, its user, and its posts as they can be read and written.

``/?rest_route=`` answers whatever the permalink settings are; with plain ones ``/wp-json/`` is the front page and says
200. Where a host blocks the one, the other is tried once, and kept where it works.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from announce_channels.wordpress.answers import FIELDS, ShownPost, rendered, shown
from announce_channels.wordpress.refusals import (
    CHECK_URL,
    code_in,
    elsewhere,
    is_no_post,
    judged,
    not_wordpress,
    words,
)
from publisher.adapter import (
    UNCACHED,
    Api,
    BadCredentials,
    ChannelError,
    Rejected,
    Unknown,
    is_page,
    json_beside,
    one_line,
    require_fresh,
)

if TYPE_CHECKING:
    import requests


class Blog:
    """One blog, as one of its users."""

    def __init__(
        self, session: requests.Session, base_url: str, *, user: str, password: str, base: str
    ) -> None:
        """``base`` is the name of the posts in the API's addresses."""
        pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}
        self._session, self._base_url = session, base_url
        self._posts = f"/wp/v2/{base}"
        self._pretty, self._settled = False, False
        self.api = Api(session, base_url, words=words, judge=judged, gone=is_no_post, read=json_beside)

    # --- posts ------------------------------------------------------------------------------------------------

    def by_number(self, number: int) -> ShownPost | None:
        """The post of that number, whatever its status; None where it was deleted for good."""
        answer = self._read(f"{self._posts}/{number}", _EDITED, or_none=True)
        return None if answer is None else self._that(answer, number)

    def glimpsed(self, number: int) -> tuple[ShownPost | None, bool]:
        """The post of that number, None where there is none; and whether that is so now: no cache has said it."""
        response = self._answered("GET", f"{self._posts}/{number}", _EDITED)
        answer = self.api.read(response, or_none=True)
        try:
            require_fresh(response)
            fresh = True
        except Unknown:
            fresh = False
        return None if answer is None else self._that(answer, number), fresh

    def rendered(self, number: int) -> tuple[str, ...]:
        """The title and the text of a post as readers see them; empty where WordPress tells no text."""
        query = {"context": "edit", "_fields": "id,slug,status,title.rendered,content.rendered"}
        answer = self._read(f"{self._posts}/{number}", query)
        self._that(answer, number)
        return rendered(answer)

    def require_gone(self, number: int) -> None:
        """Raise Rejected unless no type of post shows this number: under a wrong rest_base there is none either."""
        try:
            found = self._read("/wp/v2/search", {"include": str(number), "subtype": "any"})
        except BadCredentials:
            raise
        except Rejected as error:
            what = f"whether post {number} is gone cannot be told: the search that would show it is refused: {error}"
            raise Rejected(one_line(what, 400), cure=error.cure) from None
        if found != []:
            raise elsewhere(number, found)

    def named(self, slugs: list[str], status: str) -> list[ShownPost]:
        """The posts of these names that have a status, or one of several with commas between."""
        found = self.listed(slug=",".join(slugs), status=status, per_page="100")
        return [each for each in found if each.slug in slugs]

    def listed(self, **query: str) -> list[ShownPost]:
        """Raises Unknown where one of the listed posts cannot be read."""
        found = self._read(self._posts, {**query, **_EDITED})
        if not isinstance(found, list):
            raise Unknown("WordPress answered a look-up with something that is no list")
        return [shown(item, self.api) for item in found]

    def write(
        self, number: int | None, fields: Mapping[str, Any], *, or_none: bool = False
    ) -> ShownPost | None:
        """Write to that post, or to a new one; with ``or_none`` None where there is no such post."""
        route = f"{self._posts}/{number}" if number else self._posts
        response = self._answered("POST", route, {"_fields": FIELDS}, json=fields)
        answer = self.api.read(response, or_none=or_none)
        return None if answer is None else self._that(answer, number)

    def _that(self, answer: Any, number: int | None) -> ShownPost:
        """The post in an answer. Raises Unknown where it is not the one that was asked for."""
        each = shown(answer, self.api)
        if number and each.id != number:
            raise Unknown(f"WordPress answered with another post ({each.id})", cure=CHECK_URL)
        return each

    # --- the user ---------------------------------------------------------------------------------------------

    def me(self) -> Any:
        """What WordPress tells of the user; None where a plugin has removed the route."""
        query = {"context": "edit", "_fields": "slug,roles,capabilities"}
        response = self._answered("GET", "/wp/v2/users/me", query)
        if code_in(_document(response)) == "rest_no_route":
            return None
        if _is_blocked(response) and response.status_code in {200, 404, 405}:
            raise not_wordpress()
        return self.api.read(response)

    def some_posts(self) -> Any:
        """Some that the user may edit, with what may be done to each; drafts are listed for those who may write."""
        query = {"status": "draft,publish", "context": "edit", "per_page": "5", "_fields": "id,_links"}
        return self._read(self._posts, query)

    def has_no_passwords(self) -> bool:
        """Whether the blog says of itself that it takes no application passwords."""
        index = self._read("/", {"_fields": "authentication"})
        return isinstance(index, dict) and index.get("authentication") == []

    # --- the way there ----------------------------------------------------------------------------------------

    def _read(self, route: str, query: Mapping[str, str], *, or_none: bool = False) -> Any:
        """What is there now. Raises Unknown for what comes from a cache: nothing is decided by that."""
        response = self._answered("GET", route, query)
        found = self.api.read(response, or_none=or_none)
        require_fresh(response)
        return found

    def _answered(
        self, method: str, route: str, query: Mapping[str, str], **request: Any
    ) -> requests.Response:
        response = self._sent(method, route, query, **request)
        if self._settled or not _is_blocked(response) or not self._answers_elsewhere():
            return response
        return self._sent(method, route, query, **request)

    def _sent(self, method: str, route: str, query: Mapping[str, str], **request: Any) -> requests.Response:
        """A read has an address of its own: a cache that knows it not cannot answer it."""
        headers, own = self._headers, dict(query)
        if method == "GET":
            headers, own = headers | UNCACHED, own | {"nocache": token_hex(6)}
        return self._session.request(method, self._url(route, own), headers=headers, **request)

    def _answers_elsewhere(self) -> bool:
        """Whether the API is at its other address. Asked once; where it is, all goes there from now on."""
        self._settled = self._pretty = True
        try:
            index = _document(self._sent("GET", "/", {"_fields": "namespaces"}))
        except ChannelError:  # what was refused at the first address is what is told
            index = None
        self._pretty = isinstance(index, dict) and "wp/v2" in (index.get("namespaces") or ())
        return self._pretty

    def _url(self, route: str, query: Mapping[str, str]) -> str:
        if self._pretty:
            return f"{self._base_url}/wp-json{route}?{urlencode(query, safe='/,')}"
        return f"{self._base_url}/?{urlencode({'rest_route': route, **query}, safe='/,')}"


_EDITED = {"context": "edit", "_fields": FIELDS}
"""Asks for the texts as they were written."""


def _is_blocked(response: requests.Response) -> bool:
    """Whether somebody in front of WordPress, who has done nothing, does not let this address through."""
    read = response.status_code == 200 and response.request.method == "GET"
    told = read or response.status_code in {403, 404, 405, 406, 410}
    return told and is_page(response) and _document(response) is None


def _document(response: requests.Response) -> Any:
    try:
        return json_beside(response)
    except Unknown:
        return None
