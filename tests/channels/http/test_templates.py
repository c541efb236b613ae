"""Templates in the configuration: hundreds of channels cost what one does."""

from __future__ import annotations

import pytest
from jinja2 import Environment

from announce_channels.http.adapter import Http

CHANNELS = 20


def test_channels_that_are_alike_have_their_templates_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    parse = Environment.parse
    monkeypatch.setattr(Environment, "parse", lambda self, text: (read.append(text), parse(self, text))[1])

    for number in range(CHANNELS):
        Http.Settings.model_validate(
            {
                "type": "http",
                "base_url": f"https://hook-{number}.example.net/",
                "publish": {"path": "/only-here", "json": {"title": "{{ title }} read once", "type": "info"}},
            }
        )

    assert sorted(read) == sorted(set(read))
    assert "{{ title }} read once" in read
