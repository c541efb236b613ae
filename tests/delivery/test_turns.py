"""Our own pause between two attempts: it grows, by chance, up to a bound. Commands in tests wait shorter."""

from __future__ import annotations

from publisher.delivery import turns


def test_the_longest_pause_doubles_up_to_half_a_minute(monkeypatch):
    monkeypatch.setattr(turns, "_FIRST_BACKOFF", 1.0)
    monkeypatch.setattr(turns.random, "uniform", lambda least, most: (least, most))
    assert [turns.backoff(tries) for tries in (1, 2, 3, 4, 5, 9)] == [
        *((0, 2.0), (0, 4.0), (0, 8.0), (0, 16.0)),
        *((0, 30.0), (0, 30.0)),
    ]
