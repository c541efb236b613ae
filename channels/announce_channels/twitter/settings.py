"""What a configuration says of an account on X."""

from __future__ import annotations

from typing import Literal

from publisher.adapter import BaseUrl, ChannelSettings, Secret


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
