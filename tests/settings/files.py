"""Configuration files for tests, and a channel type with every shape of setting."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, field_validator

from publisher.adapter import registry
from publisher.settings.channel import ChannelSettings
from publisher.settings.config import Config, ConfigFault, load
from publisher.settings.secrets import Secret
from publisher.settings.urls import BaseUrl

TOKEN = "hunter2-c0rrect"

PUBLISHER = '[publisher]\nbrand = "CMO"\nreference_prefix = "CMO"\n'

EXAMPLE = """
[publisher]
brand = "CMO"
reference_prefix = "CMO"
provider = "example.net"            # who announces, as a domain: calendars and machines
locale = "de"
timezone = "Europe/Berlin"
permalink = "https://status.example.net/{ref}/"

[[windows]]
from = "Tue 22:30"
to = "Wed 06:00"

[[windows]]
from = "Wed 22:30"
to = "Thu 06:00"

[services.vps]
name = { de = "VPS-Hosting", en = "VPS hosting" }

[presets.kernel]
services = ["vps"]
duration = "1h"
title = { de = "Kritische Sicherheitslücke im Betriebssystem", en = "Critical operating-system vulnerability" }

[channels.blog]
type = "wordpress"
base_url = "https://blog.example.net"
username = "announce"
password = { env = "ANNOUNCE_BLOG_PASSWORD" }

[channels.customer-center]
type = "whmcs"
base_url = "https://customer.example.net"
identifier = { env = "ANNOUNCE_WHMCS_IDENTIFIER" }
secret = { env = "ANNOUNCE_WHMCS_SECRET" }

[channels.facebook]
type = "facebook"
page_id = "1234567890"
access_token = { env = "ANNOUNCE_FACEBOOK_TOKEN" }
graph_version = "v26.0"

[channels.twitter]
type = "twitter"
consumer_key = { env = "ANNOUNCE_X_CONSUMER_KEY" }
consumer_secret = { env = "ANNOUNCE_X_CONSUMER_SECRET" }
access_token = { env = "ANNOUNCE_X_ACCESS_TOKEN" }
access_token_secret = { env = "ANNOUNCE_X_ACCESS_TOKEN_SECRET" }

[channels.feed]
type = "feed"
directory = "public"
url = "https://status.example.net/"
"""


class Basic(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["basic"]
    username: str
    password: Secret


class Bearer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    kind: Literal["bearer"]
    token: Secret


class BellSettings(ChannelSettings):
    """A channel type with every shape of setting that an adapter may have."""

    base_url: BaseUrl = "https://bell.example.net"
    token: Secret | None = None
    headers: dict[str, str | Secret] = {}
    auth: Annotated[Basic | Bearer, Field(discriminator="kind")] | None = None
    statuses: tuple[int, ...] = ()
    volume: Annotated[int, Field(ge=1, le=11)] = 5
    tone: Literal["ding", "dong"] = "ding"
    code: Annotated[str, Field(pattern="^[0-9]+$")] = "1"
    note: str = ""

    @field_validator("note")
    @classmethod
    def _is_polite(cls, note: str) -> str:
        if "damn" in note:
            raise ValueError("mind your language")
        return note


def settings_for(type_name: str) -> type[ChannelSettings]:
    return BellSettings if type_name == "bell" else registry.settings_for(type_name)


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "announce.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def loaded(folder: Path, text: str | bytes) -> Config:
    return load(written(folder, text), settings_for)


def fault_of(folder: Path, text: str | bytes) -> ConfigFault:
    with pytest.raises(ConfigFault) as caught:
        loaded(folder, text)
    assert TOKEN not in f"{caught.value} {caught.value.hint}"
    return caught.value


def faults_of(folder: Path, text: str | bytes) -> list[str]:
    return [str(fault) for fault in fault_of(folder, text).faults]


def only_fault(folder: Path, text: str | bytes) -> str:
    (fault,) = faults_of(folder, text)
    return fault


def bell(*lines: str) -> str:
    return "\n".join([PUBLISHER, "[channels.bell]", 'type = "bell"', *lines])
