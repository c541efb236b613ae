"""The settings of an `http` channel: what is sent, what counts as success, and where a post is found again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from announce_channels.http.auth import Auth, FormAuth, HeaderName, NoAuth, dummy
from announce_channels.http.templates import (
    FRESH,
    Document,
    JmesPath,
    LaterDocument,
    LaterPath,
    LaterTemplate,
    PathTemplate,
    PermalinkTemplate,
    StandingDocument,
    StandingPath,
    StandingTemplate,
    Template,
    names_in,
)
from publisher.adapter import DRILL_SETTLE, BaseUrl, ChannelSettings, Format, InputFault

Method = Literal["GET", "POST", "PUT", "PATCH"]


class HttpRequest(BaseModel):
    """One request: at most one of ``json``, ``form`` and ``text`` is its body."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    method: Method = "POST"
    path: PathTemplate
    headers: dict[HeaderName, Template] = {}
    document: Document = Field(default=None, alias="json")
    form: dict[str, Template] | None = None
    text: Template | None = None

    @model_validator(mode="after")
    def _has_one_body(self) -> HttpRequest:
        if sum(body is not None for body in (self.document, self.form, self.text)) > 1:
            raise InputFault("has more than one body", cure="keep one of json, form and text")
        return self


class FollowUpRequest(HttpRequest):
    """One about a post that stands on the platform: its templates may use ``id`` and ``etag`` as well."""

    path: LaterPath
    headers: dict[HeaderName, LaterTemplate] = {}
    document: LaterDocument = Field(default=None, alias="json")
    form: dict[str, LaterTemplate] | None = None
    text: LaterTemplate | None = None


class StandingRequest(HttpRequest):
    """One about a post whose text is not at hand: its templates use ``id`` and ``etag`` alone."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"  # type: ignore[assignment]  # one more
    path: StandingPath
    headers: dict[HeaderName, StandingTemplate] = {}
    document: StandingDocument = Field(default=None, alias="json")
    form: dict[str, StandingTemplate] | None = None
    text: StandingTemplate | None = None


class Lookup(HttpRequest):
    """Where posts are listed, and how ours is told from the others. It must list the newest."""

    method: Literal["GET", "POST"] = "GET"
    items: JmesPath
    """The list of posts in the answer."""
    match: JmesPath
    """In an item: the text, or the texts, to compare."""
    equals: Template | None = None
    contains: Template | None = None
    public: JmesPath | None = None
    """In an item: true where customers see it, for lists that hold drafts as well."""
    id: JmesPath | None = None
    url: JmesPath | None = None

    @property
    def lists_all(self) -> bool:
        """Whether it asks the same for every post: an empty list of those that are like one says nothing of others."""
        asked = [self.path, self.document, self.text, self.headers, self.form or {}]
        return names_in(asked) <= {FRESH}

    @model_validator(mode="after")
    def _compares_once(self) -> Lookup:
        if (self.equals is None) == (self.contains is None):
            raise InputFault("needs one of equals and contains", cure='add contains = "{{ key }}"')
        return self


class Read(StandingRequest):
    """Where one post is read by its id: what stands there is compared before an edit, and after every write."""

    method: Literal["GET", "POST"] = "GET"
    compare: JmesPath
    """The text, or the list of texts, that customers read."""
    public: JmesPath | None = None
    """True where customers see it."""
    gone: JmesPath | None = None
    """True in an answer that says that there is no such post, for platforms that do not say it with 404."""
    url: JmesPath | None = None


class Success(BaseModel):
    """What an answer must look like for the post to be public."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)

    statuses: Annotated[tuple[Annotated[int, Field(ge=200, le=299)], ...], Field(min_length=1)] = (
        200,
        201,
        204,
    )
    path: JmesPath | None = None
    equals: bool | int | float | str | None = None

    @model_validator(mode="after")
    def _compares_something(self) -> Success:
        if (self.path is None) != (self.equals is None):
            raise InputFault(
                "needs path and equals together", cure='write path = "result" and equals = "success"'
            )
        return self


_OF_THE_PLATFORM = frozenset({"lookup", "read", "success", "error", "permalink"})
"""Keys about what the platform answers."""


class HttpSettings(ChannelSettings):
    """A platform and how to talk to it."""

    base_url: BaseUrl
    format: Format = Format.HTML
    max_length: Annotated[int, Field(gt=0)] | None = None
    """Characters the platform takes as a body."""
    auth: Auth = NoAuth()
    publish: HttpRequest | None = None
    draft: HttpRequest | None = None
    """Makes a post that customers do not see, instead of ``publish``."""
    release: FollowUpRequest | None = None
    """Lets them see it."""
    update: FollowUpRequest | None = None
    """Gives a post another text."""
    withdraw: StandingRequest | None = None
    """Takes a post down."""
    read: Read | None = None
    success: Success = Success()
    id: JmesPath | None = None
    url: JmesPath | None = None
    permalink: PermalinkTemplate | None = None
    """Where customers read the post, as a template over its ``id``; for platforms that answer no ``url``."""
    error: JmesPath | None = None
    idempotency_key: bool | HeaderName = False
    """True for ``Idempotency-Key``, or the header's name on this platform."""
    lookup: Lookup | None = None

    @property
    def several(self) -> bool:
        """A short post has no room for two languages."""
        return self.format is not Format.SHORT

    @model_validator(mode="after")
    def _goes_together(self) -> HttpSettings:
        if self.url and self.permalink:
            raise InputFault("has url and permalink", cure="keep one of them")
        if (self.draft is None) != (self.release is None):
            raise InputFault("needs draft and release together", cure="write both, or publish alone")
        if (self.publish is None) == (self.draft is None):
            raise InputFault("needs one of publish and draft", cure="write publish, or draft with release")
        self._knows_ids()
        requests = [each for each in self._requests() if each]
        if isinstance(self.auth, FormAuth) and any(request.form is None for request in requests):
            names = "publish and lookup" if not self._is_about_standing_posts() else "every request"
            raise InputFault(f"auth by form fields needs a form in {names}", cure="give both a form")
        return self

    def for_drill(self, base_url: str, folder: Path) -> Self:
        """The channel's own requests, to a double that takes every one, with a dummy in each secret's place.

        What only its platform can answer is left out: look-ups, reads, and what its answers must look like.
        """
        kept = self.model_fields_set - _OF_THE_PLATFORM
        return type(self).model_validate(
            {name: getattr(self, name) for name in kept}
            | {"base_url": f"{base_url}/any", "idempotency_key": True, "id": "id", "url": "url"}
            | {"settle": DRILL_SETTLE, "auth": dummy(self.auth, str(folder / "token"))}
        )

    def _knows_ids(self) -> None:
        """What is edited, released or taken down is named by its id."""
        told = self.id or (self.lookup and self.lookup.id and self.draft is None)
        if self._is_about_standing_posts() and not told:
            raise InputFault(
                "has requests about a post that stands, but no id",
                cure='add id = "id", where answers name it',
            )

    def _is_about_standing_posts(self) -> bool:
        return any((self.release, self.update, self.withdraw, self.read))

    def _requests(self) -> tuple[Any, ...]:
        later = (self.release, self.update, self.withdraw, self.read)
        return (self.publish, self.draft, self.lookup, *later)
