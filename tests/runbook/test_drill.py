"""What a drill makes of a configuration, and what it says afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from announce_sandbox import TROUBLES, Sandbox, start, write_example
from publisher.adapter import registry
from publisher.model.delivery import State
from publisher.model.errors import Refused
from publisher.runbook.assembly import secrets_in
from publisher.runbook.drill import Seen, advice, chosen, on_doubles
from publisher.settings import config as configuration
from publisher.settings.channel import ChannelSettings
from publisher.settings.secrets import Secret


@pytest.fixture(scope="module")
def doubles() -> Any:
    with start() as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, doubles: Sandbox) -> configuration.Config:
    return configuration.load(write_example(tmp_path / "etc", doubles), registry.settings_for)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "drill").mkdir()
    return tmp_path / "drill"


def test_every_address_secret_and_file_is_another(config: Any, doubles: Sandbox, folder: Path) -> None:
    turned = on_doubles(config, doubles, folder)
    assert turned.ledger == folder / "ledger.db"
    for name, settings in turned.channels.items():
        places = [getattr(settings, key) for key in type(settings).model_fields]
        assert all(
            one.file and Path(one.file).is_relative_to(folder / name)
            for one in places
            if isinstance(one, Secret)
        )
        place = settings.directory if settings.type == "feed" else settings.base_url  # type: ignore[attr-defined]
        assert place.startswith(str(folder) if settings.type == "feed" else doubles.url)


AUTHS = [
    {"kind": "bearer", "token": {"command": ["real"]}},
    {"kind": "basic", "username": "ana", "password": {"command": ["real"]}},
    {"kind": "header", "name": "X-Api-Key", "value": {"command": ["real"]}},
    {"kind": "hmac", "secret": {"command": ["real"]}, "header": "X-Signature"},
    {"kind": "form", "fields": {"api_user": {"command": ["real"]}, "api_key": {"command": ["real"]}}},
    {"kind": "none"},
]


@pytest.mark.parametrize("auth", AUTHS, ids=lambda auth: auth["kind"])
def test_a_center_of_ones_own_plays_its_own_requests(
    config: Any, doubles: Sandbox, folder: Path, auth: dict[str, Any]
) -> None:
    """But for what only its platform can answer; no secret is looked for where it is kept."""
    form = {"form": {"headline": "{{ title }}", "words": "{{ body }}"}}
    edit = {"method": "PUT", "path": "/api/news/{{ id }}"} | form
    read = {"lookup": {"path": "/api/news", "items": "items", "match": "x", "contains": "{{ key }}"} | form}
    own = registry.settings_for("http").model_validate(
        {"type": "http", "base_url": "https://center.example.net/v2", "format": "text", "locale": "en"}
        | {"publish": {"path": "/api/news"} | form, "update": edit, "id": "data.number", "auth": auth}
        | {"success": {"path": "ok", "equals": True}, "lookup": read["lookup"] | {"method": "POST"}}
    )
    turned: Any = on_doubles(replace(config, channels={"center": own}), doubles, folder).channels["center"]
    assert (turned.base_url, turned.format, turned.locale) == (f"{doubles.url}/http/any", "text", "en")
    assert (turned.publish, turned.update) == (own.publish, own.update)  # type: ignore[attr-defined]
    assert (turned.lookup, turned.success.path, turned.id) == (None, None, "id")
    assert "center.example.net" not in repr(turned)
    assert "real" not in repr(turned.auth)
    for _, secret in secrets_in(turned, "center"):
        assert Path(str(secret.file)).read_text(encoding="utf-8") == doubles.credentials["http"]["token"]


def test_a_type_without_a_double_is_refused_by_name(config: Any, doubles: Sandbox, folder: Path) -> None:
    fax = replace(config, channels={"hall": ChannelSettings(type="fax")})
    with pytest.raises(Refused, match="channel hall has the type fax, which has no double") as refused:
        on_doubles(fax, doubles, folder)
    assert refused.value.hint == "leave it out of the drill: --skip hall"
    assert refused.value.exit_code == 2


def test_a_random_night_is_the_same_again_by_its_seed(config: Any) -> None:
    nights = {tuple(chosen("random", TROUBLES, config, seed)) for seed in range(20)}
    assert len(nights) > 10
    assert chosen("random", TROUBLES, config, 7) == chosen("random", TROUBLES, config, 7)
    only_x = replace(config, channels={"twitter": config.channels["twitter"]})
    assert all("twitter" in TROUBLES[name].platforms for name in chosen("random", TROUBLES, only_x, 7))


def test_what_a_better_night_looks_like() -> None:
    def row(channel: str, seconds: float | None) -> Seen:
        return Seen(update=1, kind="initial", channel=channel, state=State.FAILED, seconds=seconds)

    assert advice([row("blog", 1.0)], longest=3, forgotten=(), missed=False) == []
    said = advice([row("blog", 75), row("x", None)], longest=90, forgotten=["the end"], missed=True)
    assert len(said) == 5
    assert "The slowest command took 90 s" in said[1]
    assert said[2] == "Customers on blog first read of it after 75 s."
    assert "never seen on x" in said[3]
