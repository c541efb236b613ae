"""What a configuration says of an account on X."""

from __future__ import annotations

from publisher.adapter import BaseUrl, ChannelSettings, Secret


class TwitterSettings(ChannelSettings):
    """An app's two keys, and the two tokens of the account it posts for."""

    consumer_key: Secret
    consumer_secret: Secret
    access_token: Secret
    access_token_secret: Secret
    base_url: BaseUrl = "https://api.x.com"
    """Also the host that is signed."""
