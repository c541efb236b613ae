"""A post as WordPress shows it, and what is made of it: fingerprints, drafts, receipts, addresses."""

from __future__ import annotations

import hashlib
import html
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qs, urlsplit

import msgspec
from msgspec.structs import replace

from publisher.adapter import Draft, Receipt, Unknown, original

if TYPE_CHECKING:
    from publisher.adapter import Api, Post

FIELDS = "id,slug,status,link,title.raw,content.raw"
"""What `shown` reads."""

HIDDEN = frozenset({"draft", "pending", "private", "trash"})
"""The states in which customers do not see a post, and will not by themselves: ``future`` is none of them."""

_SLUG = r"[\w%-]{0,200}"
_BLOCK = r"<!-- /?wp:[^>]*?-->\n?"
_STATUS = r"[\w-]{0,20}"


class ShownPost(msgspec.Struct, frozen=True):
    """A post as WordPress shows it to us."""

    id: int
    slug: str
    status: str
    link: str | None
    title: str
    content: str | None
    """As it was written, which WordPress tells those who may edit; None where it does not tell."""

    @property
    def fingerprint(self) -> str | None:
        """Of the text as it is there; None where WordPress does not tell it."""
        return None if self.content is None else fingerprint(self.title, self.content)

    @property
    def kept(self) -> tuple[str, ...]:
        """The texts that WordPress kept, as far as it tells them; the marks of blocks go before a page is made."""
        return () if self.content is None else (self.title, re.sub(_BLOCK, "", self.content))

    @property
    def texts(self) -> tuple[str | None, ...]:
        """All by which it may be recognised, its name first."""
        return self.slug, self.title, self.content

    @property
    def draft(self) -> Draft:
        """It, hidden."""
        return Draft(remote_id=str(self.id), kept=self.kept)

    @property
    def receipt(self) -> Receipt:
        """The proof for it."""
        return Receipt(remote_id=str(self.id), url=self.link, fingerprint=self.fingerprint, kept=self.kept)


def shown(answer: Any, api: Api) -> ShownPost:
    """Raises Unknown where the answer is no post: a 201 without an id proves nothing."""
    match answer:
        case {"id": int(number), "slug": str(slug), "status": str(status)} if (
            number is not True
            and 0 < number < 2**63
            and re.fullmatch(_SLUG, slug)
            and re.fullmatch(_STATUS, status)
        ):
            title, content = _raw(answer, "title"), _raw(answer, "content")
            return ShownPost(number, slug, status, api.link(answer.get("link")), title or "", content)
    raise Unknown("WordPress answered with something that is no post")


def rendered(answer: Any) -> tuple[str, ...]:
    """The title and the text of a post as readers see them; empty where there is no text."""
    match answer:
        case {"title": {"rendered": str(title)}, "content": {"rendered": str(content)}}:
            return title, content
    return ()


def fingerprint(title: str, content: str) -> str:
    """A digest of a text by what it shows: WordPress writes ``&#91;`` as ``&#091;``, browsers change line ends."""
    plain = html.unescape(f"{title.strip()}\n{content.strip()}").replace("\r\n", "\n")
    return hashlib.sha256(plain.encode(errors="surrogatepass")).hexdigest()


def receipt_for(post: Post, found: list[ShownPost]) -> Receipt | None:
    """The proof for the first of ``found``, with a note on what else carries the name of our post; None of none."""
    receipt = original([each.receipt for each in found], cure="put the others into the trash")
    if len(found) == 1 and receipt and found[0].slug != post.slug:
        note = f"WordPress named it {found[0].slug}: another post is named {post.slug}"
        return replace(receipt, note=note)
    return receipt


def named_in(url: str, blog: str) -> tuple[str, str]:
    """What the post at an address is listed by, and its value: its id or its name; empty where it has neither."""
    address = urlsplit(url)
    if _host(address) != _host(urlsplit(blog)):
        return "", ""
    last = address.path.rstrip("/").rpartition("/")[2].removesuffix(".html")
    number = next(iter(parse_qs(address.query).get("p", ())), last)
    if re.fullmatch(r"[0-9]{1,18}", number):
        return "include", number
    return "slug", last if re.fullmatch(_SLUG, last) else ""


def _raw(answer: Mapping[str, Any], name: str) -> str | None:
    text = answer.get(name)
    return str(text["raw"]) if isinstance(text, dict) and "raw" in text else None


def _host(address: SplitResult) -> str:
    return (address.hostname or "").removeprefix("www.")
