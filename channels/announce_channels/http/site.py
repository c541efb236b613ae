"""What stands on the platform: the posts it lists, and what it shows under an id."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from announce_channels.http.platform import Answer, Platform, Values
from announce_channels.http.settings import HttpSettings, Lookup
from announce_channels.http.templates import NAMES, filled, picked
from publisher.adapter import (
    BadCredentials,
    ChannelError,
    Post,
    Receipt,
    Rejected,
    Unknown,
    digest,
    identified,
    is_about,
    link_in,
    one_line,
    readable,
)

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownTexts:
    """What customers read under one id."""

    texts: tuple[str, ...] = ()
    """Empty where there is no ``[read]``, so that nobody knows."""
    public: bool = True
    etag: str = ""
    url: str | None = None

    @property
    def fingerprint(self) -> str | None:
        """Of the texts as they stand there."""
        return digest(*self.texts) if self.texts else None

    def is_changed(self, receipt: Receipt) -> bool:
        """Whether it is known to read otherwise than the receipt says."""
        return None not in {receipt.fingerprint, self.fingerprint} and receipt.fingerprint != self.fingerprint

    def is_ours(self, ref: str | None, receipt: Receipt) -> bool:
        """Whether its text carries the reference, or reads as the receipt says; so it is where nobody can read it."""
        if not self.texts or not self.public:
            return True
        left = receipt.fingerprint is not None and receipt.fingerprint == self.fingerprint
        return left or is_about(ref, *self.texts)

    def says(self, post: Post) -> bool:
        """Whether a reader finds this post's text there."""
        return any(readable(post.body) in readable(text) for text in self.texts)


UNREAD = ShownTexts()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPost:
    """A post in a list."""

    receipt: Receipt
    public: bool

    @property
    def id(self) -> str:
        """As the platform names it. Raises Unknown where the look-up does not tell ids."""
        if self.receipt.remote_id is None:
            raise Unknown("the look-up tells no id", cure='add id = "id" to [lookup]')
        return self.receipt.remote_id


class PlatformReader:
    """One platform, as it can be read."""

    def __init__(self, settings: HttpSettings, platform: Platform) -> None:
        self._settings = settings
        self._platform = platform

    def listed(self, values: Values) -> tuple[list[Any], requests.Response]:
        """What the look-up lists, whosever it is. Raises Unknown where that is no list."""
        lookup = _lookup(self._settings)
        document, response = self._platform.asked(lookup, values)
        items = picked(lookup.items, document)
        if not isinstance(items, list):
            raise Unknown(f"the look-up's answer has no list at {lookup.items!r}")
        return items, response

    def ours(self, values: Values) -> list[ListedPost]:
        """The listed posts that carry what tells ours from all others, in the list's order."""
        lookup = _lookup(self._settings)
        items, response = self.listed(values)
        return [
            ListedPost(receipt=self._receipt(item, response, values), public=_is_true(lookup.public, item))
            for item in items
            if _is_ours(item, lookup, values)
        ]

    def by_number(self, number: str) -> ShownTexts | None:
        """What is shown under an id, `UNREAD` where the settings cannot ask; None where the platform shows nothing."""
        read = self._settings.read
        if read is None:
            return UNREAD
        document, response = self._platform.asked(read, {"id": number, "etag": ""}, or_none=True)
        if document is None:
            return None
        found = picked(read.compare, document)
        texts = found if isinstance(found, list) else [found]
        if not all(isinstance(text, str) for text in texts):
            raise Unknown(f"what is read under the id {number[:40]} has no text at {read.compare!r}")
        etag = response.headers.get("ETag", "")
        public = _is_true(read.public, document)
        url = link_in(response, self._url(document, read.url, {}, None))
        return ShownTexts(texts=tuple(texts), public=public, etag=etag if etag.isascii() else "", url=url)

    def require_gone(self, number: str) -> None:
        """Raise Rejected unless it is the platform that shows nothing under an id: a proxy's 404 is none of its words.

        It is where ``gone`` of the settings knows its words, or where the look-up is answered at the same time and does
        not list the id; and where a listed post can be read under its own id, the path is still the right one.
        """
        if self._settings.read is None or self._settings.read.gone:
            return
        try:
            there = self._is_silent_about(number)
        except BadCredentials:
            raise
        except Rejected as error:
            raise Rejected(one_line(f"whether post {number} is gone cannot be told: {error}", 400)) from None
        if not there:
            problem = (
                f"whether post {number} is gone cannot be told: a web server in front could have said so"
            )
            raise Rejected(problem, cure="look at it on the platform; add gone to [read], or a [lookup]")

    def _is_silent_about(self, number: str) -> bool:
        """Whether the look-up works, lists no such post, and lists none that cannot be read.

        An empty list counts where it would hold every post, and not where it was asked for this or that one.
        """
        lookup = self._settings.lookup
        if lookup is None:
            return False
        items, _ = self.listed(dict.fromkeys(NAMES, "announce-check") | {"update": 1})
        if not items:
            return lookup.lists_all
        if not lookup.id:
            return False
        numbers = [id_in(item, lookup.id) for item in items]
        return number not in numbers and self.by_number(numbers[0]) is not None

    def linked(self, number: str | None, values: Values, answer: Answer) -> Receipt:
        """The receipt of a post with this id, and with its address where that can be told."""
        document, response = answer
        url = self._url(document, self._settings.url, values, number)
        return Receipt(remote_id=number, url=link_in(response, url))

    def _receipt(self, item: Any, response: requests.Response, values: Values) -> Receipt:
        lookup = _lookup(self._settings)
        number = id_in(item, lookup.id) if lookup.id else None
        return Receipt(remote_id=number, url=link_in(response, self._url(item, lookup.url, values, number)))

    def _url(self, answer: Any, path: str | None, values: Values, number: str | None) -> str | None:
        """Where customers read it, if that can be told: no fault here makes a public post a failed one."""
        base, template = self._settings.base_url, self._settings.permalink
        try:
            if path and answer is not None:
                found = picked(path, answer)
                return urljoin(f"{base}/", found) if isinstance(found, str) and found else None
            if template and number:
                filled_in = filled(template, {**values, "id": number}, in_path=True)
                return base + filled_in if filled_in.startswith("/") else filled_in
        except (ChannelError, ValueError):
            return None
        return None


def id_in(answer: Any, path: str | None) -> str:
    """Raises Unknown where there is none: a 201 without an id proves nothing."""
    try:
        return identified(picked(path or "id", answer))
    except Unknown:
        raise Unknown(f"the answer has no id at {path!r}") from None


def _lookup(settings: HttpSettings) -> Lookup:
    if settings.lookup is None:
        raise Unknown("no [lookup] is configured for this channel", cure="look at the platform yourself")
    return settings.lookup


def _is_true(path: str | None, document: Any) -> bool:
    """Whether customers see it: all of it, unless the settings tell how that is told."""
    return path is None or picked(path, document) is True


def _is_ours(item: Any, lookup: Lookup, values: Values) -> bool:
    found = picked(lookup.match, item)
    texts = [str(text) for text in (found if isinstance(found, list) else [found])]
    wanted = filled(lookup.equals or lookup.contains or "", values)
    if not wanted:
        raise Unknown("this post has nothing to tell it by in the look-up", cure="compare with {{ key }}")
    if lookup.equals:
        return wanted in texts
    # CMO-7K3M/1 must not be found in CMO-7K3M/12.
    return any(re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", text) for text in texts)
