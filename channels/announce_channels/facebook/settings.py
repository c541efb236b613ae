"""What a configuration says of a Facebook Page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import AfterValidator, Field

from publisher.adapter import BaseUrl, ChannelSettings, Post, Secret

if TYPE_CHECKING:
    from publisher.adapter import ByHand


def _only_the_header(place: str) -> str:
    if place != "header":
        raise ValueError(
            "must be 'header', or left out: Facebook has closed the way that the token took in a form"
        )
    return place


class FacebookSettings(ChannelSettings):
    """A Page, and a token that may post on it."""

    page_id: Annotated[str, Field(pattern=r"^[0-9]{1,32}$")]
    access_token: Secret
    """A Page access token; a Business system user's does not expire."""
    graph_version: Annotated[str, Field(pattern=r"^v[0-9]{1,2}\.[0-9]$")] = "v26.0"
    """A version lives about two years; Meta serves an expired one as the oldest that is left."""
    token_in: Annotated[str, AfterValidator(_only_the_header)] = "header"  # noqa: S105 (a place, not a token)
    """What is left of a choice: reading with the token in a form took an override of the HTTP method."""
    base_url: BaseUrl = "https://graph.facebook.com"

    def by_hand(self, post: Post) -> ByHand:
        """The Page itself, which asks who is logged in to act as it."""
        from publisher.adapter import ByHand  # for whoever posts by hand

        return ByHand(
            name="the Page",
            address=f"https://www.facebook.com/{self.page_id}",
            steps=(
                "Log in as somebody who manages the Page, and switch to it (Switch now).",
                "What's on your mind? → paste the text; Audience: Public. Post.",
                "Tap the post's time: the address that opens is the post's.",
            ),
            editing=("… at the post → Edit post.", "Replace the text by this one.", "Save."),
        )
