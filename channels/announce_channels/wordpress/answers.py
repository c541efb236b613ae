"""What WordPress's answers mean: posts of ours, and refusals with what the engineer can do about each."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import msgspec
from msgspec.structs import replace

from publisher.adapter import (
    BadCredentials,
    ChannelError,
    NotSent,
    Post,
    Receipt,
    Rejected,
    Unknown,
    error_for,
    json_of,
    link_in,
    one_line,
    retry_after,
)

if TYPE_CHECKING:
    import requests


class Shown(msgspec.Struct, frozen=True):
    """A post as WordPress shows it to us."""

    id: int
    slug: str
    status: str
    link: str | None
    title: str
    content: str

    @property
    def fingerprint(self) -> str:
        """Of the text as it is there."""
        return fingerprint(self.title, self.content)


def shown(answer: Any, response: requests.Response) -> Shown:
    """Raises Unknown where the answer is no post: a 201 without an id proves nothing."""
    match answer:
        case {"id": int(number), "slug": str(slug), "status": str(status)} if (
            number is not True and 0 < number < 2**63 and _SLUG.fullmatch(slug) and _STATUS.fullmatch(status)
        ):
            link = link_in(response, answer.get("link"))
            return Shown(number, slug, status, link, _raw(answer, "title"), _raw(answer, "content"))
    raise Unknown("WordPress answered with something that is no post")


def _raw(answer: Mapping[str, Any], name: str) -> str:
    """A text as it was written, which WordPress tells those who may edit."""
    text = answer.get(name)
    return str(text.get("raw", "")) if isinstance(text, dict) else ""


def fingerprint(title: str, content: str) -> str:
    """A digest of a text by what it shows: WordPress writes ``&#91;`` as ``&#091;``, browsers change line ends."""
    plain = html.unescape(f"{title.strip()}\n{content.strip()}").replace("\r\n", "\n")
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def receipt_of(made: Shown) -> Receipt:
    """The proof for one post."""
    return Receipt(remote_id=str(made.id), url=made.link, fingerprint=made.fingerprint)


def is_no_post(response: requests.Response) -> bool:
    """Whether WordPress says that there is no such post any more, and not the web server in front of it."""
    gone = {404: "rest_post_invalid_id", 410: "rest_already_trashed"}
    return response.status_code in gone and _said(response)[0] == gone[response.status_code]


def named_in(url: str, blog: str) -> tuple[str, str]:
    """What the post at an address is listed by, and its value: its id or its name; empty where it has neither."""
    address = urlsplit(url)
    if _host(address) != _host(urlsplit(blog)):
        return "", ""
    last = address.path.rstrip("/").rpartition("/")[2].removesuffix(".html")
    number = next(iter(parse_qs(address.query).get("p", ())), last)
    if re.fullmatch(r"[0-9]{1,18}", number):
        return "include", number
    return "slug", last if _SLUG.fullmatch(last) else ""


def receipt_for(post: Post, found: list[Shown]) -> Receipt:
    """The proof for the first of ``found``, with a note on what else carries the name of our post."""
    first, *others = found
    note = None
    if others:
        copies = ", ".join(other.link or f"post {other.id}" for other in others)
        note = one_line(f"published {len(found)} times; put the others into the trash: {copies}", _NOTE)
    elif first.slug != post.slug:
        note = f"WordPress named it {first.slug}: another post is named {post.slug}"
    return replace(receipt_of(first), note=note)


def refusal(response: requests.Response, now: datetime) -> ChannelError:
    """What an answer other than 200 or 201 means; by its status alone where WordPress itself did not speak."""
    code, message, objected = _said(response)
    if code == "wp_die" and response.status_code == 503:
        # The one 503 of WordPress itself: its files are being replaced, and no request gets as far as the posts.
        return NotSent("the blog is in maintenance mode", retry_after=retry_after(response.headers, now))
    # Looking for drafts without being logged in is answered as a fault of the parameter `status`.
    if response.status_code == 401 or "status" in objected:
        return _nobody()
    if code in _MEANINGS:
        problem, cure = _MEANINGS[code]
        return Rejected(problem, cure=cure)
    return error_for(response.status_code, f"{message} ({code})" if code else "", response=response)


def no_passwords() -> BadCredentials:
    """The site itself says that it takes no application passwords."""
    return BadCredentials(
        "application passwords are switched off on this blog",
        cure="serve the blog over https (a test site: WP_ENVIRONMENT_TYPE=local), and look for a security plugin "
        "that switches them off",
    )


def not_wordpress() -> Rejected:
    """Something answers there, but no WordPress."""
    return Rejected("this does not answer like WordPress", cure=_CHECK_URL)


def not_ours(number: int, slug: str) -> Rejected:
    """The recorded draft's number belongs to another post, as after a change of the address."""
    return Rejected(f"post {number} is another one, named {slug!r}", cure=_CHECK_URL)


def in_the_trash(number: int) -> Rejected:
    """A person's decision, which is not ours to undo."""
    return Rejected(
        f"someone put post {number} into the blog's trash",
        cure="if it is still wanted, restore and publish it in WordPress; else abandon it",
    )


def another_post(number: int) -> Unknown:
    """The answer tells of a post that was not asked for."""
    return Unknown(f"WordPress answered with another post ({number})", cure=_CHECK_URL)


def _nobody() -> BadCredentials:
    # One and the same answer to a wrong password, to that of the login page, and to a header lost on the way.
    return BadCredentials(
        "the blog does not accept the user name and application password",
        cure="make an application password under Users → Profile; if that is right, look whether the blog is "
        "served without https, a security plugin switches application passwords off, or the web server drops "
        "the Authorization header (Apache: CGIPassAuth On)",
    )


def _host(address: SplitResult) -> str:
    return (address.hostname or "").removeprefix("www.")


_SLUG = re.compile(r"[\w%-]{0,200}")
_STATUS = re.compile(r"[\w-]{0,20}")
_NOTE = 400

_CHECK_URL = "check base_url: it is the address of the blog's start page, as in https://blog.example.net"

_MAY_NOT = "give the user the role Author, or configure a user who has it"

_MEANINGS = {
    "rest_cannot_create": ("this user may not write posts", _MAY_NOT),
    "rest_cannot_publish": ("this user may write posts, but not publish them", _MAY_NOT),
    "rest_forbidden_context": ("this user may not see drafts", _MAY_NOT),
    "rest_cannot_edit": (
        "the post belongs to another user",
        "publish it in WordPress by hand, or configure that user",
    ),
    "rest_post_invalid_id": (
        "someone deleted the draft in WordPress",
        "decide whether the post is still wanted",
    ),
    "rest_no_route": (
        "the blog's REST API knows no posts",
        "look for a plugin that switches the REST API off",
    ),
}


def _said(response: requests.Response) -> tuple[str, str, Mapping[str, Any]]:
    """WordPress's code, its message, and the parameters it objects to; empty where the answer is not its own."""
    try:
        answer = json_of(response)
    except Unknown:
        return "", "", {}
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
        return "", "", {}
    data = answer.get("data")
    objected = data.get("params") if isinstance(data, dict) else None
    return answer["code"], str(answer.get("message", "")), objected if isinstance(objected, dict) else {}
