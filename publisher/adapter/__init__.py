"""All that an adapter needs: the contract, and a kit for platforms with an HTTP API.

What an adapter imports of this program, it imports from here; docs/adapters.md is the reference. Who makes feeds
and pages of the history finds its records in `publisher.adapter.said`. A name is loaded when it is asked for: every
preview loads the adapters of the configured channels, and needs little of what sending needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from publisher.adapter.names import loader

if TYPE_CHECKING:
    from publisher.adapter.answers import (
        LONGEST_WAIT,
        error_for,
        json_of,
        link_in,
        raise_for_redirect,
        retry_after,
        said_by,
    )
    from publisher.adapter.api import Api, Words
    from publisher.adapter.between import UNCACHED, is_page, require_fresh
    from publisher.adapter.context import Context
    from publisher.adapter.contract import (
        Adopting,
        Amending,
        Building,
        Built,
        Channel,
        Finding,
        Locating,
        Pinging,
        Refreshing,
        Served,
        Shown,
        Staging,
        Templated,
        Withdrawing,
    )
    from publisher.adapter.documents import json_beside, talk_in
    from publisher.adapter.identity import Identity, Permission, ending, looked
    from publisher.adapter.matching import (
        digest,
        identified,
        is_about,
        not_ours,
        original,
        ours_among,
        pages,
        said_before,
        unread,
    )
    from publisher.adapter.media import media_type
    from publisher.model.by_hand import ByHand
    from publisher.model.outcome import (
        BadCredentials,
        ChangedByHand,
        ChannelError,
        Gone,
        NotSent,
        OnUnknown,
        Rejected,
        Unknown,
    )
    from publisher.model.post import Capabilities, Count, Draft, Format, Post, Reach, Receipt
    from publisher.model.skew import ahead_of, spoken
    from publisher.model.wholeness import readable
    from publisher.settings.channel import DRILL_SETTLE, ChannelSettings
    from publisher.settings.faults import InputFault, quoted
    from publisher.settings.masking import one_line
    from publisher.settings.nearest import nearest
    from publisher.settings.secrets import GroupedSecret, Secret
    from publisher.settings.urls import (
        BaseUrl,
        SiteUrl,
        UrlFault,
        checked_link,
        checked_url,
        insist_on_public,
    )

__all__ = [
    "DRILL_SETTLE",
    "LONGEST_WAIT",
    "UNCACHED",
    "Adopting",
    "Amending",
    "Api",
    "BadCredentials",
    "BaseUrl",
    "Building",
    "Built",
    "ByHand",
    "Capabilities",
    "ChangedByHand",
    "Channel",
    "ChannelError",
    "ChannelSettings",
    "Context",
    "Count",
    "Draft",
    "Finding",
    "Format",
    "Gone",
    "GroupedSecret",
    "Identity",
    "InputFault",
    "Locating",
    "NotSent",
    "OnUnknown",
    "Permission",
    "Pinging",
    "Post",
    "Reach",
    "Receipt",
    "Refreshing",
    "Rejected",
    "Secret",
    "Served",
    "Shown",
    "SiteUrl",
    "Staging",
    "Templated",
    "Unknown",
    "UrlFault",
    "Withdrawing",
    "Words",
    "ahead_of",
    "checked_link",
    "checked_url",
    "digest",
    "ending",
    "error_for",
    "identified",
    "insist_on_public",
    "is_about",
    "is_page",
    "json_beside",
    "json_of",
    "link_in",
    "looked",
    "media_type",
    "nearest",
    "not_ours",
    "one_line",
    "original",
    "ours_among",
    "pages",
    "quoted",
    "raise_for_redirect",
    "readable",
    "require_fresh",
    "retry_after",
    "said_before",
    "said_by",
    "spoken",
    "talk_in",
    "unread",
]

_HOMES = {
    "publisher.adapter.answers": (
        "LONGEST_WAIT",
        "error_for",
        "json_of",
        "link_in",
        "raise_for_redirect",
        "retry_after",
        "said_by",
    ),
    "publisher.adapter.api": (
        "Api",
        "Words",
    ),
    "publisher.adapter.between": (
        "UNCACHED",
        "is_page",
        "require_fresh",
    ),
    "publisher.adapter.context": ("Context",),
    "publisher.adapter.contract": (
        "Adopting",
        "Amending",
        "Building",
        "Built",
        "Channel",
        "Finding",
        "Locating",
        "Pinging",
        "Refreshing",
        "Served",
        "Shown",
        "Staging",
        "Templated",
        "Withdrawing",
    ),
    "publisher.adapter.documents": (
        "json_beside",
        "talk_in",
    ),
    "publisher.adapter.identity": (
        "Identity",
        "Permission",
        "ending",
        "looked",
    ),
    "publisher.adapter.matching": (
        "digest",
        "identified",
        "is_about",
        "not_ours",
        "original",
        "ours_among",
        "pages",
        "said_before",
        "unread",
    ),
    "publisher.adapter.media": ("media_type",),
    "publisher.model.by_hand": ("ByHand",),
    "publisher.model.outcome": (
        "BadCredentials",
        "ChangedByHand",
        "ChannelError",
        "Gone",
        "NotSent",
        "OnUnknown",
        "Rejected",
        "Unknown",
    ),
    "publisher.model.post": (
        "Capabilities",
        "Count",
        "Draft",
        "Format",
        "Post",
        "Reach",
        "Receipt",
    ),
    "publisher.model.skew": ("ahead_of", "spoken"),
    "publisher.model.wholeness": ("readable",),
    "publisher.settings.channel": ("DRILL_SETTLE", "ChannelSettings"),
    "publisher.settings.faults": (
        "InputFault",
        "quoted",
    ),
    "publisher.settings.masking": ("one_line",),
    "publisher.settings.nearest": ("nearest",),
    "publisher.settings.secrets": ("GroupedSecret", "Secret"),
    "publisher.settings.urls": (
        "BaseUrl",
        "SiteUrl",
        "UrlFault",
        "checked_link",
        "checked_url",
        "insist_on_public",
    ),
}
"""Where the names live."""

__getattr__ = loader(__name__, _HOMES, globals())
