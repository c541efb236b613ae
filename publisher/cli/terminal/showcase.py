"""A preview as values for the template `preview`: what each platform's readers will see, by language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from publisher.planning.preview import ChannelPreview, Preview

FOLD_CHARACTERS, FOLD_LINES = 477, 5
"""Behind so many Facebook folds a post, as seen in November 2026; it says so nowhere."""

LOOKS = ("wordpress", "whmcs", "facebook", "twitter", "feed")
"""The types with a look of their own; others are shown by their format."""

_AROUND = 100
"""The ring's length: its share is in percent then."""


def values(preview: Preview) -> dict[str, Any]:
    """All of the preview, its posts grouped by language in the order of the configuration."""
    locales = dict.fromkeys(post.locale for post in preview.channels)
    return {
        **msgspec.structs.asdict(preview),
        "languages": [
            {
                "locale": locale,
                "posts": [_shown(post, preview) for post in preview.channels if post.locale == locale],
            }
            for locale in locales
        ],
        "general": [
            one for one in preview.warnings if one.channel is None or one.channel not in _names(preview)
        ],
    }


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
