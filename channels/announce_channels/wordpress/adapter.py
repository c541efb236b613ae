"""WordPress through its own REST API, wp/v2: the post is created as a draft, then published by its id.

A first attempt takes two requests and looks at nothing. An earlier one may have left a draft behind, or a person may
have put it into the trash, so a repeat looks first. To take a post down is to make a draft of it again: its address is
404 at once and its name is kept, also on blogs that have no trash (EMPTY_TRASH_DAYS = 0).

Sources: developer.wordpress.org/rest-api/reference/posts/, …/rest-api/using-the-rest-api/authentication/, and
what WordPress 6.1, 6.5, 6.8 and 7.1 answered.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from announce_channels.wordpress.answers import HIDDEN, ShownPost, fingerprint, named_in, receipt_for
from announce_channels.wordpress.blog import Blog
from announce_channels.wordpress.identity import identity_of
from announce_channels.wordpress.refusals import another, held_back, in_the_trash, untold
from announce_channels.wordpress.settings import WordPressSettings
from announce_channels.wordpress.texts import text_of
from publisher.adapter import (
    Capabilities,
    ChangedByHand,
    ChannelError,
    Context,
    Draft,
    Format,
    Gone,
    Identity,
    Post,
    Reach,
    Receipt,
    Rejected,
    Unknown,
    is_about,
    looked,
    not_ours,
    said_before,
    talk_in,
    unread,
)


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
        self._about = context.about
        self._blog = Blog(
            context.session(),
            settings.base_url,
            user=settings.username,
            password="".join(context.secret(settings.password).split()),
            base=settings.rest_base,
        )

    def check(self) -> Identity:
        """Who WordPress takes us for, whether that user may publish posts, and whether they can be looked up."""
        known = identity_of(self._blog, self._settings.username)
        talk = tuple(talk_in(self._blog.api.last))
        return looked(replace(known, warnings=talk), self._look)

    def _look(self) -> None:
        """The calls of `find` and of a later attempt."""
        for status in (_PUBLIC, _ANY):
            self._blog.named(["announce-check"], status)

    def stage(self, post: Post) -> Draft:
        """Create the draft. One that an earlier attempt left behind is written anew instead."""
        left = self._left_behind(post) if post.repeat else None
        made = self._written(left, self._fields(post))
        if made.slug != post.slug and left is None:
            self._left_behind(post)  # another post has the name: if that one is public, this one must not be
        draft = made.draft
        return draft if draft.kept else replace(draft, kept=self._as_readers_see(draft.remote_id)[0])

    def release(self, post: Post, draft: Draft) -> Receipt:
        """Publish the draft, unless a person has put it into the trash."""
        number = int(draft.remote_id)
        if post.repeat:
            standing = self._blog.by_number(number)
            if standing is None:
                raise Rejected(
                    "someone deleted the draft in WordPress", cure="decide whether it is still wanted"
                )
            if not standing.slug.startswith(post.slug):
                raise another(standing.id, standing.slug)
            if standing.status == "trash":
                raise in_the_trash(standing.id)
            if standing.status == "publish":
                return self._receipt(post, [standing])
        return self._receipt(post, [self._public(number, {"status": "publish"})])

    def publish(self, post: Post) -> Receipt:
        """Stage and release in one go."""
        return self.release(post, self.stage(post))

    def find(self, post: Post) -> Receipt | None:
        """The public post of this name; WordPress names a second one ``…-2``, so these are looked for too."""
        names = [post.slug, f"{post.slug}-2", f"{post.slug}-3"]
        public = [each for each in self._blog.named(names, _PUBLIC) if each.status == "publish"]
        public.sort(key=lambda each: (names.index(each.slug), each.id))
        found = receipt_for(post, public)
        return self._with_its_text(found) if found else None

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this title and text; its address stays."""
        number = int(receipt.remote_id or 0)
        standing, text = self._blog.by_number(number), text_of(post)
        if standing is None:
            self._blog.require_gone(number)
        if standing is None or standing.status != "publish":
            raise Gone(f"post {number}")
        _require_ours(standing, post.ref, receipt)
        if receipt.fingerprint and standing.fingerprint is None:
            raise untold(number)
        ours = {fingerprint(**text_of(each)) for each in (post, *said_before(post, self._about(post.ref)))}
        if receipt.fingerprint and standing.fingerprint not in {receipt.fingerprint, *ours}:
            raise ChangedByHand(f"post {number}")
        return self._with_its_text(self._public(number, text).receipt)

    def withdraw(self, receipt: Receipt) -> None:
        """Make a draft of the post, which a person can publish again; what is in the trash stays there."""
        number = int(receipt.remote_id or 0)
        standing, fresh = self._blog.glimpsed(number)
        if standing is not None and fresh and standing.status in HIDDEN:
            return
        if standing is not None:
            _require_ours(standing, receipt.ref, receipt)
        made = self._blog.write(number, {"status": "draft"}, or_none=True) if standing or not fresh else None
        if made is None:
            self._blog.require_gone(number)
        elif made.status != "draft":
            problem = f"WordPress was told to take post {number} down, and left it {made.status!r}"
            raise Rejected(problem, cure="take it down in WordPress, and look which plugin publishes it")

    def locate(self, url: str) -> Receipt | None:
        """The public post at an address of this blog: by its id where the address tells it, else by its name."""
        key, value = named_in(url, self._settings.base_url)
        if not value:
            return None
        found = self._blog.listed(**{key: value}, status="publish")
        told = [each for each in found if each.status == "publish" and value in {str(each.id), each.slug}]
        return told[0].receipt if len(told) == 1 else None

    # --- helpers ----------------------------------------------------------------------------------------------

    def _fields(self, post: Post) -> dict[str, Any]:
        """Never a date: one that lies ahead by the server's clock makes a scheduled post of it."""
        fixed = {"status": "draft", "slug": post.slug, "comment_status": "closed", "ping_status": "closed"}
        categories = list(self._settings.categories)
        own = self._settings.fields | ({"categories": categories} if categories else {})
        return {**fixed, **text_of(post), **own}

    def _left_behind(self, post: Post) -> int | None:
        """The id of a draft of this name. Raises where a post of this name is public, or in the trash."""
        for each in self._blog.named([post.slug, f"{post.slug}__trashed"], _ANY):
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

    def _written(self, number: int | None, fields: dict[str, Any]) -> ShownPost:
        made = self._blog.write(number, fields)
        if made is None:
            raise Unknown("WordPress answered with something that is no post")
        return made

    def _public(self, number: int, fields: dict[str, Any]) -> ShownPost:
        made = self._written(number, fields)
        if made.status != "publish":
            raise held_back(made.id, made.status)
        return made

    def _receipt(self, post: Post, found: list[ShownPost]) -> Receipt:
        return self._with_its_text(receipt_for(post, found) or found[0].receipt)

    def _with_its_text(self, receipt: Receipt) -> Receipt:
        """Where WordPress does not tell what it kept as it was written, what it shows to readers."""
        if receipt.kept:
            return receipt
        kept, why = self._as_readers_see(receipt.remote_id)
        return replace(receipt, kept=kept) if kept else unread(receipt, why)

    def _as_readers_see(self, number: str | None) -> tuple[tuple[str, ...], str]:
        """The texts; without them, why they are not told."""
        try:
            return self._blog.rendered(int(number or 0)), "WordPress does not tell it"
        except ChannelError as error:
            return (), str(error)


_PUBLIC, _ANY = "publish", "any,trash"
"""The states that are listed: what customers see, and whatever has the name."""


def _require_ours(standing: ShownPost, ref: str | None, left: Receipt) -> None:
    """Raise Rejected unless its name or its text carries the reference, or it reads as we ``left`` it."""
    untouched = left.fingerprint is not None and standing.fingerprint == left.fingerprint
    if not (untouched or is_about(ref, *standing.texts)):
        raise not_ours(f"post {standing.id}, named {standing.slug!r},")
