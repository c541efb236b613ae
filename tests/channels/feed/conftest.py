"""A publisher whose feed lies in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.channels.feed.saying import Publisher


@pytest.fixture
def publisher(tmp_path: Path) -> Publisher:
    """Nothing has been said yet."""
    return Publisher(tmp_path)
