"""Thousands of random lives, read on every channel in every language by a reader who knows nothing of the program.

Nothing is false, nothing is missing, and no channel contradicts another: each is held against the same truth, also at
hours at which nobody has spoken. ``READER_LIVES=20000`` reads more of them.
"""

from __future__ import annotations

import os
from itertools import combinations

import pytest

from tests.lives.living import Lived
from tests.lives.telling import CHANNELS

LIVES = int(os.environ.get("READER_LIVES", "1000"))
CHUNKS = 8

PAIRS = list(combinations(CHANNELS, 2))
"""A life is told on two channels, on each pair as often as on any other; which words follow is drawn anew."""


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_every_post_page_and_event_is_true_and_whole(chunk: int) -> None:
    posts = pages = 0
    for seed in range(chunk, LIVES, CHUNKS):
        lived = Lived(seed, channels=PAIRS[seed % len(PAIRS)]).live()
        assert not lived.complaints, lived.report()
        posts, pages = posts + lived.posts, pages + lived.pages
    assert posts >= LIVES / CHUNKS
    assert pages >= LIVES // CHUNKS // 50
