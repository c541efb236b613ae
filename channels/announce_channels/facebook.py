"""Facebook Pages through facebook-sdk 3.1 and Graph API v26.0.

The post is text alone. A `link` parameter would make Meta fetch that page before it accepts the post, and the
page may be going up at this very moment: error 1609005, and nobody is told.

Sources: developers.facebook.com/docs/pages-api/posts and /docs/graph-api: guides/error-handling,
overview/rate-limiting, reference/debug_token.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import parse_qsl, urlsplit

from pydantic import Field

from announce_channels.facebook_answers import (
    fingerprint,
    ids_at,
    is_id,
    is_missing,
    is_on_facebook,
    number_in,
    same_text,
    understood,
)
from announce_channels.facebook_token import rights_in, unknown_rights
from publisher.answers import told
from publisher.channel import (
    Capabilities,
    ChangedByHand,
    ChannelError,
    ChannelSettings,
    Context,
    Format,
    Gone,
    Identity,
    Post,
    Reach,
    Receipt,
    Rejected,
    Unknown,
)
from publisher.clock import compared
from publisher.masking import one_line
from publisher.secrets import Secret
from publisher.urls import BaseUrl

if TYPE_CHECKING:
    import requests


class FacebookSettings(ChannelSettings):
    """A Page, and a token that may post on it."""

    page_id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
    access_token: Secret
    """A Page access token; a Business system user's does not expire."""
    graph_version: Annotated[str, Field(pattern=r"^v[0-9]{1,2}\.[0-9]$")] = "v26.0"
    """A version lives about two years; Meta serves an expired one as the oldest that is left."""
    token_in: Literal["header", "body"] = "header"  # noqa: S105 (a place, not a token)
    base_url: BaseUrl = "https://graph.facebook.com"


class Facebook:
    """The posts of one Page."""

    Settings = FacebookSettings

    @classmethod
    def capabilities(cls, settings: FacebookSettings) -> Capabilities:
        """Plain text, long; found again by its text; edited in place or posted anew."""
        return Capabilities(
            format=Format.TEXT,
            max_length=63_206,
            lookup=True,
            reach=Reach.BOTH,
            updates=Reach.BOTH,
            withdraw=True,
            settle=15.0,
        )

    def __init__(self, settings: FacebookSettings, context: Context) -> None:
        import facebook  # loaded in the channel's own thread

        self._page = settings.page_id
        self._now = context.clock
        on_loopback = settings.base_url.startswith("http://")  # a sandbox, which shows its posts itself
        self._site = settings.base_url if on_loopback else "https://www.facebook.com"
        self._token = context.secret(settings.access_token)
        self._form_only = settings.token_in == "body"  # noqa: S105 (a place, not a token)
        session = context.session(rewrite=("https://graph.facebook.com", settings.base_url))
        if not self._form_only:
            session.headers["Authorization"] = f"Bearer {self._token}"
        # The library never looks at an answer's status and headers, and gives 500 with JSON back as success.
        self._answers: list[requests.Response] = []
        session.hooks["response"].append(self._keep)
        self._graph = facebook.GraphAPI(self._token if self._form_only else None, session=session)
        # Its constructor refuses every version after 3.1, but its calls put this attribute into the path.
        self._graph.version = settings.graph_version

    def check(self) -> Identity:
        """The Page's name proves the token; its scopes, where it may ask for them, the right to post."""
        page = self._read(self._page, fields="id,name")
        if page.get("id") != self._page:
            raise Rejected("this does not answer as the Graph API does", cure="check base_url and page_id")
        version = self._graph.version
        answer = self._answers[-1]
        account = f"{told(answer, str(page.get('name')), 100)} ({self._page})"
        served = told(answer, answer.headers.get("facebook-api-version", version), 20)
        rights = self._rights()
        notes = rights.notes
        if served != version:
            notes += (f"{version} is served as {served}: set graph_version to one that lives",)
        return compared(replace(rights, account=account, notes=notes), answer.headers, self._now())

    def publish(self, post: Post) -> Receipt:
        """Post the text on the Page."""
        said = self._call(f"{self._page}/feed", form={"message": post.body})
        if not is_id(said.get("id")):
            raise Unknown("Facebook answered without the id of a post")
        return self._receipt([said["id"]], post)

    def find(self, post: Post) -> Receipt | None:
        """The Page's own post with this text, among those since two minutes before it was planned."""
        since = int((post.published_at - timedelta(minutes=2)).timestamp())
        same = same_text(self._published(since), post.body)
        return self._receipt(same, post) if same else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this text; Facebook shows that it was edited, and tells nobody."""
        number = str(receipt.remote_id)
        standing = self._standing(number)
        if standing is None:
            raise Gone(f"post {number}")
        known = {receipt.fingerprint, fingerprint(post.body)}
        if receipt.fingerprint and fingerprint(standing) not in known:
            raise ChangedByHand(f"post {number}")
        if self._call(number, form={"message": post.body}).get("success") is not True:
            raise Unknown("Facebook answered without saying what became of the edit")
        return self._receipt([number], post)

    def withdraw(self, receipt: Receipt) -> None:
        """Delete the post."""
        number = str(receipt.remote_id)
        if self._standing(number) is not None:  # as a form: a DELETE would carry the token in its query
            self._call(number, form={"method": "DELETE"})

    def _standing(self, number: str) -> str | None:
        """The post's text; None where there is no such post any more."""
        try:
            said = self._read(number, fields="message")
        except Rejected:
            if any(map(is_missing, self._answers)):
                return None
            raise
        return str(said.get("message") or "")

    def locate(self, url: str) -> Receipt | None:
        """The Page's own post at an address: by the number in it, else by Facebook's own address of each post."""
        if not is_on_facebook(url, self._site):
            return None
        number = number_in(url)
        if number:
            return self._located(f"{self._page}_{number}")
        latest = self._read(f"{self._page}/published_posts", fields="id,permalink_url", limit="100")
        return next((self._located(one) for one in ids_at(latest.get("data"), url)), None)

    def _located(self, remote_id: str) -> Receipt | None:
        try:
            said = self._read(remote_id, fields="id,message,is_published")
        except Rejected:
            if any(map(is_missing, self._answers)):
                return None
            raise
        if said.get("id") != remote_id or not isinstance(said.get("is_published"), bool):
            raise Unknown("Facebook answered with another post")
        if not said["is_published"]:
            return None
        text = fingerprint(str(said.get("message") or ""))
        return Receipt(remote_id=remote_id, url=self._url(remote_id), fingerprint=text)

    def _receipt(self, ids: list[str], post: Post) -> Receipt:
        *copies, original = ids  # newest first
        links = " ".join(self._url(copy) for copy in copies)
        return Receipt(
            remote_id=original,
            url=self._url(original),
            fingerprint=fingerprint(post.body),
            note=one_line(f"published {len(ids)} times: delete {links}", 400) if copies else None,
        )

    def _url(self, remote_id: str) -> str:
        return f"{self._site}/{remote_id}"

    def _published(self, since: int) -> list[Any]:
        posts: list[Any] = []
        query = {"fields": "id,message,created_time", "since": str(since), "limit": "100"}
        for _ in range(_MOST_PAGES):
            said = self._read(f"{self._page}/published_posts", **query)
            if not isinstance(said.get("data"), list):
                raise Unknown("Facebook's list of posts cannot be read")
            posts += said["data"]
            paging = said.get("paging")
            if not isinstance(paging, dict) or "next" not in paging:
                return posts
            following = parse_qsl(urlsplit(str(paging["next"])).query)
            query |= {key: value for key, value in following if key != "access_token"}
        raise Unknown("Facebook's list of posts does not end: the look-up is not complete")

    def _rights(self) -> Identity:
        """What Facebook says of the token, if it may be asked."""
        try:  # as a form, because a GET would carry the token in its query
            said = self._call("debug_token", form={"method": "GET", "input_token": self._token})
        except ChannelError:
            return unknown_rights("this token may not ask Facebook what it may do and when it expires")
        about = said.get("data")
        if not isinstance(about, dict) or not isinstance(about.get("scopes"), list):
            return unknown_rights("Facebook does not say what this token may do")
        return rights_in(about, told(self._answers[-1], str(about.get("type")), 40), self._now())

    def _read(self, path: str, **query: str) -> dict[str, Any]:
        if self._form_only:
            # In a GET the library would put the token into the query. Graph also takes the method from the
            # form: Facebook's own PHP SDK read that way.
            return self._call(path, form=query | {"method": "GET"})
        return self._call(path, query=query)

    def _call(
        self, path: str, *, query: dict[str, str] | None = None, form: dict[str, str] | None = None
    ) -> dict[str, Any]:
        from facebook import GraphAPIError

        self._answers.clear()
        try:
            self._graph.request(f"{self._graph.version}/{path}", args=query, post_args=form)
        except (GraphAPIError, KeyError, ValueError, RecursionError):
            # Besides its own error, what the library trips over: no content type, JSON in name only.
            if not self._answers:
                raise
        return understood(self._answers[-1])

    def _keep(self, answer: requests.Response, *_: Any, **__: Any) -> None:
        self._answers.append(answer)


_MOST_PAGES = 10
