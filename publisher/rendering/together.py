"""One post in several languages: each under its heading, and every fact once a language."""

from __future__ import annotations

from collections.abc import Sequence

from babel import Locale
from msgspec.structs import replace

from publisher.model.languages import language_of
from publisher.model.post import Capabilities, Format, Post
from publisher.rendering.fitting import insist_on_room, measure_of


def together(posts: Sequence[Post], capabilities: Capabilities) -> Post:
    """The same update's posts, one language each, as one. Raises DoesNotFit where the platform has no room for it."""
    first, *others = posts
    body = "\n".join(map(_headed, posts)) if first.format is Format.HTML else _in_text(posts)
    length = measure_of(capabilities.count)(body)
    insist_on_room(length, capabilities, channel=first.channel, cure="write a channel for each language")
    faults = dict.fromkeys(post.template_fault for post in posts if post.template_fault)
    return replace(
        first,
        beside=tuple(post.locale for post in others),
        title=" / ".join([*(_without_reference(post) for post in posts[:-1]), posts[-1].title]),
        body=body,
        length=length,
        tells=tuple(told for post in posts for told in post.tells),
        template_fault="; ".join(faults),
    )


def _without_reference(post: Post) -> str:
    """It stands once, at the end."""
    return post.title.removesuffix(f" ({post.ref})")


def _headed(post: Post) -> str:
    language = language_of(post.locale)
    return f'<h2 lang="{language}">{_name(post.locale)}</h2>\n<div lang="{language}">\n{post.body}\n</div>'


def _in_text(posts: Sequence[Post]) -> str:
    return "\n\n".join(f"[{_name(post.locale)}]\n\n{post.body}" for post in posts)


def _name(locale: str) -> str:
    """As its readers call it: ``Deutsch``, ``English``."""
    language = language_of(locale)
    name = Locale.parse(language).get_display_name(language) or language
    return name[:1].upper() + name[1:]
