"""The templates and JMESPaths of an `http` channel: checked when the configuration is read, filled when it sends.

A template puts the values of a post into a text; a JMESPath (jmespath.org) picks a value out of an answer. JSON
is never written as a template: a document has templates in its texts only, so that no quote can break it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from pydantic import AfterValidator

from publisher.adapter import InputFault, Post, Rejected, Unknown, nearest, one_line, quoted

if TYPE_CHECKING:
    from jinja2 import Template as JinjaTemplate
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    from publisher.adapter.said import Snapshot

_OF_THE_POST = ("title", "body", "ref", "update", "kind", "slug", "key", "link", "locale", "published_at")
NAMES = (*_OF_THE_POST, "phase", "starts_at", "ends_at")
"""What a template may use of a post, and of the update that it tells."""

STANDING = ("id", "etag")
"""What a template may use of a post that stands on the platform: its id there, and the ETag it was read with."""

FRESH = "nonce"
"""What an address may use beside that: random, and another one each time, so that no cache knows it."""


def values_of(post: Post, history: Snapshot) -> dict[str, Any]:
    """The values a template is filled with; times as in ``2026-11-23T21:30:00Z``, and what there is not as nothing."""
    values = {name: getattr(post, name) for name in _OF_THE_POST}
    own = {"kind": post.kind.value, "link": post.link or "", "published_at": _written(post.published_at)}
    return values | own | _of_the_update(post, history)


def _of_the_update(post: Post, history: Snapshot) -> dict[str, str]:
    for said in history.about(post.ref):
        if said.update.number == post.update:
            period = said.update.announcement.period
            return {
                "phase": said.update.phase.value,
                "starts_at": _written(period.starts_at),
                "ends_at": _written(period.ends_at),
            }
    return dict.fromkeys(("phase", "starts_at", "ends_at"), "")


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def filled(template: str, values: Mapping[str, Any], *, in_path: bool = False) -> str:
    """The template with ``values``; ``in_path`` percent-encodes each of them. Raises Rejected where it fails."""
    try:
        return _compiled(template, in_path).render(values)
    except Exception as error:  # noqa: BLE001  an expression in a template can raise whatever Python can
        raise Rejected(
            f"a template fails: {one_line(str(error))}",
            cure=f"correct {quoted(template)} in the configuration",
        ) from None


def filled_document(document: Any, values: Mapping[str, Any]) -> Any:
    """The document with each text in it filled; the keys, numbers and truth values stay as they are."""
    match document:
        case str():
            return filled(document, values)
        case dict():
            return {key: filled_document(each, values) for key, each in document.items()}
        case list():
            return [filled_document(each, values) for each in document]
    return document


def names_in(document: Any) -> set[str]:
    """What the templates of a document use, as it is written in the configuration."""
    from jinja2 import meta

    match document:
        case str():
            return set(meta.find_undeclared_variables(_environment(in_path=False).parse(document)))
        case dict():
            return names_in(list(document.values()))
        case list():
            return set().union(*map(names_in, document))
    return set()


def picked(path: str, document: Any) -> Any:
    """What a JMESPath finds in an answer, None for nothing. Raises Unknown where it cannot be applied to it."""
    import jmespath  # 30 ms, and a preview reads no answers

    try:
        return jmespath.search(path, document)
    except jmespath.exceptions.JMESPathError as error:
        raise Unknown(f"{quoted(path)} cannot be applied to the answer: {one_line(str(error))}") from None


def _checked_template(text: str, *, names: Iterable[str] = NAMES) -> str:
    """Raises InputFault where Jinja cannot read it, or where it uses a name that there is not."""
    from jinja2 import TemplateError  # 60 ms, and only an http channel has templates here

    try:
        used = _names_in(text)
        _compiled(text, in_path=False)
    except TemplateError as error:
        raise InputFault(
            f"is no template: {one_line(str(error))}", cure="correct it; {{ title }} puts in the title"
        ) from None
    for name in sorted(used - set(names)):
        meant = nearest(name, names)
        cure = f"did you mean {meant}?" if meant else f"there are {', '.join(names)}"
        raise InputFault(f"uses {quoted(name)}, which there is not", cure=cure)
    return text


def _checked_path(text: str, *, names: Iterable[str] = NAMES) -> str:
    if not text.startswith("/"):
        raise InputFault(
            "does not begin with a slash", cure="write what comes after base_url, as in /api/news"
        )
    return _checked_template(text, names=(*names, FRESH))


def _checked_document(document: Any, *, names: Iterable[str] = NAMES) -> Any:
    match document:
        case str():
            _checked_template(document, names=names)
        case dict():
            for each in document.values():
                _checked_document(each, names=names)
        case list():
            for each in document:
                _checked_document(each, names=names)
        case bool() | int():
            pass
        case float() if math.isfinite(document):
            pass
        case _:
            raise InputFault("has a value that JSON does not know", cure="write it as a text in quotes")
    return document


def _checked_jmespath(text: str) -> str:
    import jmespath

    try:
        jmespath.compile(text)
    except jmespath.exceptions.JMESPathError as error:
        problem = str(error).splitlines()[0].removeprefix("Invalid jmespath expression: ").rstrip(":")
        raise InputFault(
            f"is no JMESPath: {problem}", cure="see jmespath.org; data.id is an example"
        ) from None
    return text


@lru_cache(1000)
def _names_in(text: str) -> frozenset[str]:
    """What it uses; hundreds of channels have the same few templates."""
    from jinja2 import meta

    return frozenset(meta.find_undeclared_variables(_environment(in_path=False).parse(text)))


@lru_cache(1000)
def _compiled(text: str, in_path: bool) -> JinjaTemplate:
    """Made once, checked and filled often: compiling takes longer than a request."""
    return _environment(in_path).from_string(text)


@cache
def _environment(in_path: bool) -> ImmutableSandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    encode: Callable[[Any], str] = partial(quote, safe="")
    # Not HTML: what a value goes into is a JSON text, a form field or a header, each encoded as a whole.
    return ImmutableSandboxedEnvironment(
        autoescape=False,
        undefined=StrictUndefined,
        finalize=(lambda value: encode(str(value))) if in_path else None,
        keep_trailing_newline=True,
    )


Template = Annotated[str, AfterValidator(_checked_template)]
"""A Jinja template over `NAMES`."""

PathTemplate = Annotated[str, AfterValidator(_checked_path)]
"""What follows the base URL, query included; the values are percent-encoded."""

PermalinkTemplate = Annotated[str, AfterValidator(partial(_checked_template, names=(*NAMES, "id")))]
"""A template that may also use ``id``, the platform's."""

Document = Annotated[Any, AfterValidator(_checked_document)]
"""JSON data with templates as its texts."""

_LATER = (*NAMES, *STANDING)
LaterTemplate = Annotated[str, AfterValidator(partial(_checked_template, names=_LATER))]
LaterPath = Annotated[str, AfterValidator(partial(_checked_path, names=_LATER))]
LaterDocument = Annotated[Any, AfterValidator(partial(_checked_document, names=_LATER))]
"""The same for a request about a post that stands: over `NAMES` and `STANDING`."""

StandingTemplate = Annotated[str, AfterValidator(partial(_checked_template, names=STANDING))]
StandingPath = Annotated[str, AfterValidator(partial(_checked_path, names=STANDING))]
StandingDocument = Annotated[Any, AfterValidator(partial(_checked_document, names=STANDING))]
"""The same where no post is at hand: over `STANDING` alone."""

JmesPath = Annotated[str, AfterValidator(_checked_jmespath)]
"""Where in an answer a value is found."""
