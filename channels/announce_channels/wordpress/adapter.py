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

from announce_channels.wordpress.answers import Shown, fingerprint, named_in, receipt_for
from announce_channels.wordpress.blog import Blog
from announce_channels.wordpress.identity import identity_of
from announce_channels.wordpress.refusals import held_back, in_the_trash, not_ours
from announce_channels.wordpress.settings import WordPressSettings
from announce_channels.wordpress.texts import text_of
from publisher.adapter import (
    Capabilities,
    ChangedByHand,
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
    compared,
    talk_in,
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
        self._now = context.clock
        self._blog = Blog(
            context.session(),
            settings.base_url,
            user=settings.username,
            password="".join(context.secret(settings.password).split()),
            base=settings.rest_base,
        )

    def check(self) -> Identity:
        """Who WordPress takes us for, and whether that user may publish posts."""
        known = identity_of(self._blog, self._settings.username)
        answer = self._blog.api.last
        return compared(replace(known, warnings=tuple(talk_in(answer))), answer.headers, self._now())

    def stage(self, post: Post) -> Draft:
        """Create the draft. One that an earlier attempt left behind is written anew instead."""
        left = self._left_behind(post) if post.repeat else None
        made = self._written(left, self._fields(post))
        if made.slug != post.slug and left is None:
            self._left_behind(post)  # another post has the name: if that one is public, this one must not be
        return made.draft

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
                raise not_ours(standing.id, standing.slug)
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
        public = [each for each in self._blog.named(names, "publish") if each.status == "publish"]
        public.sort(key=lambda each: (names.index(each.slug), each.id))
        return receipt_for(post, public)

    def amend(self, receipt: Receipt, post: Post) -> Receipt:
        """Give the post this title and text; its address stays."""
        number = int(receipt.remote_id or 0)
        standing = self._blog.by_number(number)
        if standing is None or standing.status != "publish":
            raise Gone(f"post {number}")
        text = text_of(post)
        if receipt.fingerprint and standing.fingerprint not in {receipt.fingerprint, fingerprint(**text)}:
            raise ChangedByHand(f"post {number}")
        return self._public(number, text).receipt

    def withdraw(self, receipt: Receipt) -> None:
        """Make a draft of the post, which a person can publish again; what is in the trash stays there."""
        number = int(receipt.remote_id or 0)
        if self._blog.is_hidden(number):
            return
        made = self._blog.write(number, {"status": "draft"}, or_none=True)
        if made is not None and made.status != "draft":
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
        for each in self._blog.named([post.slug, f"{post.slug}__trashed"], "any,trash"):
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

    def _written(self, number: int | None, fields: dict[str, Any]) -> Shown:
        made = self._blog.write(number, fields)
        if made is None:
            raise Unknown("WordPress answered with something that is no post")
        return made

    def _public(self, number: int, fields: dict[str, Any]) -> Shown:
        made = self._written(number, fields)
        if made.status != "publish":
            raise held_back(made.id, made.status)
        return made

    def _receipt(self, post: Post, found: list[Shown]) -> Receipt:
        return receipt_for(post, found) or found[0].receipt
