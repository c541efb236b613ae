"""A preview as values for the template `preview`: what each platform's readers will see, by language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from publisher.model.announcement import Announcement, in_language
from publisher.model.case import standing
from publisher.model.languages import translated
from publisher.rendering.phrases import FEW, worded

if TYPE_CHECKING:
    from publisher.planning.preview import ChannelPreview, Preview
    from publisher.settings.config import Config

Words = Callable[[str], Mapping[str, Any]]
"""The sentences of a locale, as `Renderer.words` has them."""

FOLD_CHARACTERS, FOLD_LINES = 477, 5
"""Behind so many Facebook folds a post, as seen in November 2026; it says so nowhere."""

LOOKS = ("wordpress", "whmcs", "facebook", "twitter", "feed")
"""The types with a look of their own; others are shown by their format."""

_AROUND = 100
"""The ring's length: its share is in percent then."""


def values(preview: Preview, words: Words, config: Config) -> dict[str, Any]:
    """All of the preview, its posts grouped by language in the order of the configuration."""
    locales = dict.fromkeys(post.locale for post in preview.channels)

    def shown(post: ChannelPreview) -> dict[str, Any]:
        own = _subscribed(post, preview, words(post.locale), config) if post.type == "feed" else {}
        return _shown(post, preview) | own

    return {
        **msgspec.structs.asdict(preview),
        "languages": [
            {
                "locale": locale,
                "posts": [shown(post) for post in preview.channels if post.locale == locale],
            }
            for locale in locales
        ],
        "general": [
            one for one in preview.warnings if one.channel is None or one.channel not in _names(preview)
        ],
    }


def _subscribed(
    post: ChannelPreview, preview: Preview, words: Mapping[str, Any], config: Config
) -> dict[str, Any]:
    """What programs of subscribers show beside the item: the feed's own name, and what a calendar calls the work."""
    publisher = config.publisher
    said = translated(preview.update, post.locale, publisher.untranslated)
    site, table = (worded(words, one)["subscribe"] for one in (publisher.wording, said.announcement.wording))
    called = table.get(standing(said)) or table[said.phase]
    settings = config.channels[post.channel]
    has_calendar = {"calendar", "announcements"} & {*getattr(settings, "formats", ())}
    return {
        "feed": getattr(settings, "title", None) or site["title"].replace("{brand}", publisher.brand),
        "event": _event(said.announcement, post.locale, publisher.brand, called) if has_calendar else None,
    }


def _event(said: Announcement, locale: str, brand: str, called: str) -> str:
    """As the calendar's line has it."""
    title, services = (
        in_language(said.title, locale),
        [in_language(one.name, locale) for one in said.services],
    )
    whom = ", ".join([*services[:FEW], *(["…"] if len(services) > FEW else [])])
    matter = [] if title == ", ".join(services) else [title]
    return ": ".join([brand, f"{called} – {whom}", *matter])


def _names(preview: Preview) -> set[str]:
    return {post.channel for post in preview.channels}


def _shown(post: ChannelPreview, preview: Preview) -> dict[str, Any]:
    above, below = _folded(post.body) if post.type == "facebook" else (post.body, "")
    return {
        **msgspec.structs.asdict(post),
        "look": post.type if post.type in LOOKS else str(post.format),
        "language": post.locale.replace("_", "-"),
        "above": above,
        "below": below,
        "share": min(round(_AROUND * post.length / post.limit), _AROUND) if post.limit else None,
        "notes": [one for one in preview.warnings if one.channel == post.channel],
    }


def _folded(text: str) -> tuple[str, str]:
    """What stands above the fold, and what is behind it."""
    lines = text.split("\n")
    above = "\n".join(lines[:FOLD_LINES])
    if len(above) > FOLD_CHARACTERS:
        above = above[:FOLD_CHARACTERS].rsplit(None, 1)[0]
    return above, text[len(above) :].lstrip("\n")
