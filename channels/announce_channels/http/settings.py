"""The settings of an `http` channel: what is sent, what counts as success, and where a post is found again."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from announce_channels.http.auth import Auth, FormAuth, HeaderName, NoAuth
from announce_channels.http.templates import (
    Document,
    JmesPath,
    PathTemplate,
    PermalinkTemplate,
    Template,
)
from publisher.adapter import BaseUrl, ChannelSettings, Format, InputFault


class HttpRequest(BaseModel):
    """One request: at most one of ``json``, ``form`` and ``text`` is its body."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    method: Literal["GET", "POST", "PUT", "PATCH"] = "POST"
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


class Lookup(HttpRequest):
    """Where posts are listed, and how ours is told from the others. It must list the newest."""

    method: Literal["GET", "POST"] = "GET"
    items: JmesPath
    """The list of posts in the answer."""
    match: JmesPath
    """In an item: the text, or the texts, to compare."""
    equals: Template | None = None
    contains: Template | None = None
    id: JmesPath | None = None
    url: JmesPath | None = None

    @model_validator(mode="after")
    def _compares_once(self) -> Lookup:
        if (self.equals is None) == (self.contains is None):
            raise InputFault("needs one of equals and contains", cure='add contains = "{{ key }}"')
        return self


class Success(BaseModel):
    """What an answer must look like for the post to be public."""

    model_config = ConfigDict(extra="forbid", frozen=True)

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


class HttpSettings(ChannelSettings):
    """A platform and how to talk to it."""

    base_url: BaseUrl
    format: Format = Format.HTML
    max_length: Annotated[int, Field(gt=0)] | None = None
    """Characters the platform takes as a body."""
    auth: Auth = NoAuth()
    publish: HttpRequest
    success: Success = Success()
    id: JmesPath | None = None
    url: JmesPath | None = None
    permalink: PermalinkTemplate | None = None
    """Where customers read the post, as a template over its ``id``; for platforms that answer no ``url``."""
    error: JmesPath | None = None
    idempotency_key: bool | HeaderName = False
    """True for ``Idempotency-Key``, or the header's name on this platform."""
    lookup: Lookup | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> HttpSettings:
        if self.url and self.permalink:
            raise InputFault("has url and permalink", cure="keep one of them")
        requests = [request for request in (self.publish, self.lookup) if request]
        if isinstance(self.auth, FormAuth) and any(request.form is None for request in requests):
            raise InputFault(
                "auth by form fields needs a form in publish and lookup", cure="give both a form"
            )
        return self
