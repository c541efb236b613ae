"""Any platform with an HTTP API, described in the configuration: a customer center of one's own, Redmine, Roundup.

Worked examples are in docs/channels/http.md. What a platform cannot do is not pretended: without ``[lookup]`` an
unknown outcome stays unknown, without ``[draft]`` nothing is staged, without ``[update]`` every update is a post of its
own. An ``Idempotency-Key`` is sent where it is asked for, but not relied on: a server that does not know it ignores it
(draft-ietf-httpapi-idempotency-key-header).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from msgspec.structs import replace

from announce_channels.http.platform import Platform, Values
from announce_channels.http.settings import HttpRequest, HttpSettings
from announce_channels.http.site import UNREAD, PlatformReader, ShownTexts, id_in
from announce_channels.http.templates import NAMES, values_of
from publisher.adapter import (
    Capabilities,
    ChangedByHand,
    ChannelError,
    Context,
    Draft,
    Gone,
    Identity,
    Permission,
    Post,
    Reach,
    Receipt,
    Rejected,
    Unknown,
    not_ours,
    one_line,
    original,
    said_before,
    talk_in,
    unread,
)

_NOTE = 400

RequestT = TypeVar("RequestT", bound=HttpRequest)


class Http:
    """Posts on one platform."""

    Settings = HttpSettings

    @classmethod
    def capabilities(cls, settings: HttpSettings) -> Capabilities:
        """As the settings say: each table is something that the platform can do."""
        edits = settings.update is not None
        return Capabilities(
            format=settings.format,
            max_length=settings.max_length,
            lookup=settings.lookup is not None,
            staged=settings.draft is not None,
            reach=Reach.BOTH if edits else Reach.NEW,
            updates=Reach.EDIT if edits else Reach.NEW,
            withdraw=settings.withdraw is not None,
            settle=15.0,
        )

    def __init__(self, settings: HttpSettings, context: Context) -> None:
        self._settings = settings
        self._about = context.about
        self._now = context.clock
        self._platform = Platform(settings, context)
        self._site = PlatformReader(settings, self._platform)

    def check(self) -> Identity:
        """Look up a post that there is not, and read one that is there: that proves what reading needs."""
        note = "no [lookup] is configured, so there is nothing harmless to ask"
        host = urlsplit(self._settings.base_url).netloc
        unknown = Identity(account=host, may_publish=Permission.UNKNOWN, notes=(note,))
        if not self._settings.lookup:
            return replace(unknown, warnings=tuple(self._ends({})))
        nothing = dict.fromkeys(NAMES, "announce-check") | {"update": 1}
        listed, response = self._site.listed(nothing)
        if listed and self._settings.lookup.id:
            number = id_in(listed[0], self._settings.lookup.id)
            if self._site.by_number(number) is None:
                problem = f"the platform lists post {number}, but shows nothing under its id"
                raise Rejected(problem, cure="check the path of [read]")
        note = "reading works; whether these credentials may publish shows with the first post"
        return replace(unknown, notes=(note,), warnings=(*talk_in(response), *self._ends(response.headers)))

    def _ends(self, answered: Mapping[str, str]) -> Iterator[str]:
        from announce_channels.http.ends import warnings  # of a check alone

        return warnings(self._platform.proof.values(), answered, self._now())

    def stage(self, post: Post) -> Draft:
        """Make the hidden post; one of ours that the look-up shows is used instead."""
        settings, values = self._settings, self._values(post)
        draft = _configured(settings.draft, "draft")
        for item in self._site.ours(values) if settings.lookup else ():
            if item.public:
                raise Unknown("it is public already", duplicate=True)
            return self._kept(item.id)
        answer, _ = self._platform.written(draft, values, key=post.key, named=True)
        return self._kept(id_in(answer, settings.id))

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Let customers see that post; may be repeated."""
        release = _configured(self._settings.release, "release")
        number = draft.remote_id
        shown = self._site.by_number(number)
        if shown is None:
            raise Rejected(f"post {number} is gone: someone deleted the draft on the platform")
        values = self._values(post, number, shown)
        answer = self._platform.written(release, values)
        return self._as_it_stands(self._site.linked(number, values, answer), proved=True)

    def publish(self, post: Post) -> Receipt:
        """Send the one request. Where its answer names no id, a look-up that is configured may tell it."""
        settings, values = self._settings, self._values(post)
        if settings.publish is None:
            return self.release(post, self.stage(post))
        named = bool(settings.id or settings.url)
        answer, response = self._platform.written(settings.publish, values, key=post.key, named=named)
        if settings.id or settings.lookup is None:
            number = id_in(answer, settings.id) if settings.id else None
            return self._as_it_stands(self._site.linked(number, values, (answer, response)))
        return self._as_it_stands(self._looked_up(values))

    def find(self, post: Post) -> Receipt | None:
        """The listed post that carries our text. Raises Unknown where no look-up is configured."""
        found = self._found(self._values(post))
        return self._as_it_stands(found) if found else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this text. Without ``[read]`` nobody sees what a person made of it meanwhile."""
        update = _configured(self._settings.update, "update")
        number = str(receipt.remote_id)
        shown = self._site.by_number(number)
        if shown is None and receipt.fingerprint is None:
            raise Rejected(f"nothing can be read under the id {number}", cure="check the path of [read]")
        if shown is None:
            self._site.require_gone(number)
        if shown is None or not shown.public:
            raise Gone(f"post {number}")
        if not (shown.says(post) or shown.is_ours(post.ref, receipt)):
            raise not_ours(f"post {number}")
        ours = (post, *said_before(post, self._about(post.ref)))
        if shown.is_changed(receipt) and not any(map(shown.says, ours)):
            raise ChangedByHand(f"post {number}")
        values = self._values(post, number, shown)
        linked = self._site.linked(number, values, self._platform.written(update, values))
        return self._as_it_stands(replace(linked, url=linked.url or receipt.url), proved=True)

    def withdraw(self, receipt: Receipt) -> None:
        """Take it down, unless it is another's; that it is not there is believed where the platform itself says so.

        A platform that takes nothing down can have the text replaced: what reads otherwise afterwards is withdrawn.
        """
        withdraw = _configured(self._settings.withdraw, "withdraw")
        number = str(receipt.remote_id)
        shown = self._site.by_number(number)
        if shown and self._platform.is_said(withdraw, shown.texts):
            return
        if shown and not shown.is_ours(receipt.ref, receipt):
            raise not_ours(f"post {number}")
        response = self._platform.send(withdraw, {"id": number, "etag": shown.etag if shown else ""})
        if shown is None and receipt.fingerprint and self._platform.is_absence(response):
            self._site.require_gone(number)
            return
        self._platform.verdict(response)
        left = self._site.by_number(number)
        before = shown or left  # what was not to be seen, and is now, still stands
        if left and before and left.public and left.fingerprint and left.fingerprint == before.fingerprint:
            raise Unknown(f"post {number} is still public, although the platform says that it was taken down")

    # --- helpers ----------------------------------------------------------------------------------------------

    def _values(self, post: Post, number: str | None = None, shown: ShownTexts = UNREAD) -> dict[str, Any]:
        values = values_of(post, self._about(post.ref))
        return values if number is None else values | {"id": number, "etag": shown.etag}

    def _found(self, values: Values) -> Receipt | None:
        public = [item for item in self._site.ours(values) if item.public]
        # Newest first, as lists of news are: the last one is the original.
        return original([item.receipt for item in reversed(public)])

    def _looked_up(self, values: Values) -> Receipt:
        """What the look-up tells of a post that the platform has taken: no fault here makes it a failed one."""
        try:
            found = self._found(values)
        except ChannelError as error:
            problem = f"published; its id could not be looked up: {error}"
            return Receipt(remote_id=None, note=one_line(problem, _NOTE))
        return found or Receipt(remote_id=None, note="published; the look-up does not show it yet")

    def _kept(self, number: str) -> Draft:
        """The hidden post, with what the platform has kept of it, where ``[read]`` can tell."""
        shown = self._site.by_number(number)
        if shown is None:
            problem = f"the platform made post {number}, but shows nothing under its id"
            raise Rejected(problem, cure="check the path of [read]")
        return Draft(remote_id=number, kept=shown.texts)

    def _as_it_stands(self, receipt: Receipt, *, proved: bool = False) -> Receipt:
        """With what the platform shows now, and its fingerprint. Raises Rejected where customers do not see it.

        Where only that would be what is ``proved``, of a write that may be repeated, nothing shown is Unknown; else a
        note: a new post is public by the platform's word, and is not sent again because it could not be read.
        """
        number = receipt.remote_id
        if number is None or self._settings.read is None:
            return receipt
        try:
            shown = self._site.by_number(number)
        except ChannelError as error:
            if proved:
                raise _unproved(number, str(error), error.cure) from None
            return unread(receipt, error)
        if shown is None and proved:
            raise _unproved(number, "the platform shows nothing under its id", None)
        if shown is None:
            return _noted(receipt, "published; the platform shows nothing under its id yet")
        if not shown.public:
            problem = "the platform holds it back: customers do not see it"
            raise Rejected(problem, cure=f"publish post {number} on the platform")
        url = shown.url or receipt.url
        return replace(receipt, url=url, fingerprint=shown.fingerprint, kept=shown.texts)


def _unproved(number: str, why: str, cure: str | None) -> Unknown:
    problem = f"the platform calls it a success; what stands under the id {number} could not be read: {why}"
    return Unknown(one_line(problem, _NOTE), cure=cure)


def _noted(receipt: Receipt, note: str) -> Receipt:
    return replace(receipt, note=one_line("; ".join(filter(None, (receipt.note, note))), _NOTE))


def _configured(request: RequestT | None, table: str) -> RequestT:
    if request is None:
        raise Rejected(f"no [{table}] is configured for this channel")
    return request
