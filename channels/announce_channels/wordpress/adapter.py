"""WordPress through its own REST API, wp/v2: the post is created as a draft, then published by its id.

Everything goes through ``/?rest_route=``, which answers whatever the permalink settings are; with plain ones
``/wp-json/`` is the front page and says 200. A first attempt takes two requests and looks at nothing. An earlier
one may have left a draft behind, or a person may have put it into the trash, so a repeat looks first.

Sources: developer.wordpress.org/rest-api/reference/posts/, …/rest-api/using-the-rest-api/authentication/, and
what WordPress 6.1, 6.5, 6.8 and 7.1 answered.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlencode

from pydantic import Field

from announce_channels.wordpress.answers import (
    Shown,
    another_post,
    fingerprint,
    in_the_trash,
    is_no_post,
    named_in,
    no_passwords,
    not_ours,
    not_wordpress,
    receipt_for,
    receipt_of,
    refusal,
    shown,
)
from publisher.adapter import (
    BaseUrl,
    Capabilities,
    ChangedByHand,
    ChannelSettings,
    Context,
    Draft,
    Format,
    Gone,
    Identity,
    Permission,
    Post,
    Reach,
    Receipt,
    Rejected,
    Secret,
    Unknown,
    compared,
    json_of,
    said_by,
)

if TYPE_CHECKING:
    import requests


class WordPressSettings(ChannelSettings):
    """A blog and one of its users, best of the role Author."""

    base_url: BaseUrl
    """The site's address as in its general settings, folder included."""
    username: Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^:]+$")]
    password: Secret
    """An application password, not the one of the login page."""
    categories: tuple[Annotated[int, Field(gt=0)], ...] = ()
    """Ids, not names. WordPress ignores those it does not know."""


class WordPress:
    """Posts on one blog."""

    Settings = WordPressSettings

    @classmethod
    def capabilities(cls, settings: WordPressSettings) -> Capabilities:
        """HTML; drafts; found again by the slug."""
        return Capabilities(
            format=Format.HTML,
            lookup=True,
            staged=True,
            reach=Reach.BOTH,
            updates=Reach.EDIT,
            withdraw=True,
            settle=20.0,
        )

    def __init__(self, settings: WordPressSettings, context: Context) -> None:
        self._settings = settings
        self._now = context.clock
        self._session = context.session()
        password = context.secret(settings.password)
        pair = base64.b64encode(f"{settings.username}:{password}".encode()).decode("ascii")
        self._headers = {"Authorization": f"Basic {pair}", "Accept": "application/json"}

    def check(self) -> Identity:
        """Who WordPress takes us for, and whether that user may publish posts."""
        response = self._get("/wp/v2/users/me", context="edit", _fields="slug,roles,capabilities")
        if response.status_code == 401 and self._has_no_passwords():
            raise no_passwords()
        if response.status_code in {200, 404, 405} and "json" not in response.headers.get("Content-Type", ""):
            raise not_wordpress()
        me = self._read(response)
        if not isinstance(me, dict) or not isinstance(me.get("capabilities"), dict):
            raise not_wordpress()
        may = Permission.PROVED if me["capabilities"].get("publish_posts") is True else Permission.REFUSED
        roles = me.get("roles")
        role = (
            said_by(response, ", ".join(map(str, roles)), 100)
            if roles and isinstance(roles, list)
            else "none"
        )
        account = said_by(response, str(me.get("slug")), 100)
        identity = Identity(account=account, may_publish=may, notes=(f"role: {role}",))
        return compared(identity, response.headers, self._now())

    def stage(self, post: Post) -> Draft:
        """Create the draft. One that an earlier attempt left behind is written anew instead."""
        left = self._left_behind(post) if post.repeat else None
        made = self._write(left, self._fields(post))
        if made.slug != post.slug and left is None:
            self._left_behind(post)  # another post has the name: if that one is public, this one must not be
        return Draft(remote_id=str(made.id))

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Publish the draft, unless a person has put it into the trash."""
        number = int(draft.remote_id)
        if post.repeat:
            asked = self._get(f"{_POSTS}/{number}", context="edit", _fields=_FIELDS)
            standing = self._shown(asked, number)
            if not standing.slug.startswith(post.slug):
                raise not_ours(standing.id, standing.slug)
            if standing.status == "trash":
                raise in_the_trash(standing.id)
            if standing.status == "publish":
                return receipt_for(post, [standing])
        made = self._write(number, {"status": "publish"})
        if made.status != "publish":
            raise Rejected(
                f"WordPress made the post {made.status!r}, which customers do not see",
                cure=f"publish post {made.id} in WordPress, and look which plugin holds posts back",
            )
        return receipt_for(post, [made])

    def publish(self, post: Post) -> Receipt:
        """Stage and release in one go."""
        return self.release(post, self.stage(post))

    def find(self, post: Post) -> Receipt | None:
        """The public post of this name; WordPress names a second one ``…-2``, so these are looked for too."""
        names = [post.slug, f"{post.slug}-2", f"{post.slug}-3"]
        public = [each for each in self._named(names, "publish") if each.status == "publish"]
        public.sort(key=lambda each: (names.index(each.slug), each.id))
        return receipt_for(post, public) if public else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this title and text; its address stays."""
        number = int(receipt.remote_id or 0)
        standing = self._standing(number)
        if standing is None or standing.status != "publish":
            raise Gone(f"post {number}")
        fields = _text(post)
        if receipt.fingerprint and standing.fingerprint not in {receipt.fingerprint, fingerprint(**fields)}:
            raise ChangedByHand(f"post {number}")
        made = self._write(number, fields)
        if made.status != "publish":
            raise Rejected(
                f"WordPress made the post {made.status!r}", cure=f"publish post {number} in WordPress"
            )
        return receipt_of(made)

    def withdraw(self, receipt: Receipt) -> None:
        """Put the post into the trash, from which a person can bring it back."""
        number = int(receipt.remote_id or 0)
        standing = self._standing(number)
        if standing is not None and standing.status != "trash":
            response = self._session.delete(self._url(f"{_POSTS}/{number}", {}), headers=self._headers)
            if not is_no_post(response):  # gone in the meantime
                self._read(response)

    def locate(self, url: str) -> Receipt | None:
        """The public post at an address of this blog: by its id where the address tells it, else by its name."""
        key, value = named_in(url, self._settings.base_url)
        if not value:
            return None
        found = self._listed(**{key: value}, status="publish")
        told = [each for each in found if each.status == "publish" and value in {str(each.id), each.slug}]
        return receipt_of(told[0]) if len(told) == 1 else None

    # --- what is asked of WordPress -------------------------------------------------------------------------

    def _standing(self, number: int) -> Shown | None:
        """The post of that number, whatever its status; None where it was deleted for good."""
        response = self._get(f"{_POSTS}/{number}", context="edit", _fields=_FIELDS)
        if is_no_post(response):
            return None
        return self._shown(response, number)

    def _fields(self, post: Post) -> dict[str, Any]:
        """Never a date: one that lies ahead by the server's clock makes a scheduled post of it."""
        fields: dict[str, Any] = {
            "status": "draft",
            "slug": post.slug,
            **_text(post),
            "comment_status": "closed",
            "ping_status": "closed",
        }
        return fields | ({"categories": list(self._settings.categories)} if self._settings.categories else {})

    def _left_behind(self, post: Post) -> int | None:
        """The id of a draft of this name. Raises where a post of this name is public, or in the trash."""
        for each in self._named([post.slug, f"{post.slug}__trashed"], "any,trash"):
            match each.status:
                case "draft":
                    return each.id
                case "publish":
                    raise Unknown(f"a post named {each.slug} is public already: {each.link}", duplicate=True)
                case "trash":
                    raise in_the_trash(each.id)
                case status:
                    problem = f"post {each.id} has the name {each.slug} and is {status!r}"
                    raise Rejected(problem, cure="publish that post in WordPress, or rename it")
        return None

    def _named(self, slugs: list[str], status: str) -> list[Shown]:
        found = self._listed(slug=",".join(slugs), status=status, per_page="100")
        return [each for each in found if each.slug in slugs]

    def _listed(self, **query: str) -> list[Shown]:
        response = self._get(_POSTS, **query, context="edit", _fields=_FIELDS)
        found = self._read(response)
        if not isinstance(found, list):
            raise Unknown("WordPress answered a look-up with something that is no list")
        return [shown(item, response) for item in found]

    def _has_no_passwords(self) -> bool:
        index = self._read(self._get("/", _fields="authentication"))
        return isinstance(index, dict) and index.get("authentication") == []

    def _get(self, route: str, **query: str) -> requests.Response:
        return self._session.get(self._url(route, query), headers=self._headers)

    def _write(self, number: int | None, fields: Mapping[str, Any]) -> Shown:
        """Write to that post, or to a new one."""
        url = self._url(f"{_POSTS}/{number}" if number else _POSTS, {"_fields": _FIELDS})
        return self._shown(self._session.post(url, json=fields, headers=self._headers), number)

    def _shown(self, response: requests.Response, number: int | None) -> Shown:
        """The post in an answer. Raises Unknown where it is not the one that was asked for."""
        each = shown(self._read(response), response)
        if number and each.id != number:
            raise another_post(each.id)
        return each

    def _url(self, route: str, query: Mapping[str, str]) -> str:
        return f"{self._settings.base_url}/?{urlencode({'rest_route': route, **query}, safe='/,')}"

    def _read(self, response: requests.Response) -> Any:
        if response.status_code in {200, 201}:
            return json_of(response)
        raise refusal(response, self._now())


_POSTS = "/wp/v2/posts"
_FIELDS = "id,slug,status,link,title.raw,content.raw"


def _text(post: Post) -> dict[str, str]:
    return {
        "title": _to_the_letter(html.escape(post.title)),
        # As a block of its own it is shown as it is: elsewhere WordPress makes paragraphs of line ends.
        "content": f"<!-- wp:html -->\n{_to_the_letter(post.body)}\n<!-- /wp:html -->",
    }


_TYPESET = re.compile(r"<[^>]*>|-(?=-)|\.(?=\.\.)|(?<=[0-9])x(?=[0-9])")


def _to_the_letter(markup: str) -> str:
    """WordPress would run ``[gallery]``, and typeset ``--``, ``...`` and ``2x4``; it lets entities be."""
    plain = markup.replace("[", "&#91;").replace("]", "&#93;")
    return _TYPESET.sub(lambda found: found[0] if found[0][0] == "<" else f"&#{ord(found[0])};", plain)
