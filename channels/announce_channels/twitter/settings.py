"""What a configuration says of an account on X."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from urllib.parse import quote, urlencode

from publisher.adapter import BaseUrl, ChannelSettings, Post, Secret

if TYPE_CHECKING:
    from publisher.adapter import ByHand


class TwitterSettings(ChannelSettings):
    """An app's two keys, and the two tokens of the account it posts for."""

    consumer_key: Secret
    consumer_secret: Secret
    access_token: Secret
    access_token_secret: Secret
    limit: Literal[280, 4000, 25000] = 280
    """Weighted characters that the account may post: more with Premium."""
    base_url: BaseUrl = "https://api.x.com"
    """Also the host that is signed."""

    @property
    def several(self) -> bool:
        """A short post has no room for two languages."""
        return False

    def by_hand(self, post: Post) -> ByHand:
        """X fills in what the address says: nothing needs to be pasted."""
        from publisher.adapter import ByHand  # for whoever posts by hand

        return ByHand(
            name="X with the text filled in",
            address=f"https://x.com/intent/post?{urlencode({'text': post.body}, quote_via=quote)}",
            steps=(
                "Log in as the account that announces.",
                "See that the text is whole, or paste it. Post.",
                "Open the post from the profile; Share → Copy link: that is its address.",
            ),
        )
