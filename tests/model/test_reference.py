"""References are drawn without repeats and understood as people say them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.model.errors import Refused
from publisher.model.reference import ALPHABET, draw, nearest, understood


def test_a_reference_is_short_and_speakable() -> None:
    assert re.fullmatch(rf"CMO-[{ALPHABET}]{{4}}", draw("CMO", lambda _: False))
    assert not set("ILOU") & set(ALPHABET)


def test_a_taken_reference_is_not_drawn() -> None:
    taken: list[str] = []

    def remember(ref: str) -> bool:
        taken.append(ref)
        return len(taken) < 3

    assert draw("CMO", remember) == taken[-1]
    with pytest.raises(Refused, match="no free reference"):
        draw("CMO", lambda _: True)


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("CMO-7K3M", "CMO-7K3M"),
        ("cmo-7k3m", "CMO-7K3M"),
        (" 7k3m ", "CMO-7K3M"),
        ("cmo7k3m", "CMO-7K3M"),
        ("CMO 7K3M", "CMO-7K3M"),
        ("CMO-O1IL", "CMO-0111"),
        ("CMO-7K3", None),
        ("ABC-7K3M", None),
        ("CMO-7K3U", None),
        ("", None),
    ],
)
def test_what_a_person_means_is_understood(typed: str, ref: str | None) -> None:
    assert understood(typed, "CMO") == ref


@given(st.text(alphabet=ALPHABET, min_size=4, max_size=4))
def test_every_reference_is_understood_as_itself(code: str) -> None:
    assert understood(f"CMO-{code}".lower(), "CMO") == f"CMO-{code}"


KNOWN = ("CMO-7K3M", "CMO-Z9PQ", "CMO-7K3N")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("CMO-7K4M", "CMO-7K3M"),  # one is wrong
        ("cmo 7k4m", "CMO-7K3M"),
        ("K73M", "CMO-7K3M"),  # two are swapped
        ("CMO-Z9QP", "CMO-Z9PQ"),
        ("CMO-UK3M", "CMO-7K3M"),  # one that no reference has
        ("CMO-7K3X", "CMO-7K3M"),  # near to two: the first that is known
        ("CMO-7M3K", None),  # swapped, but no neighbours
        ("CMO-7K44", None),  # two are wrong
        ("CMO-0000", None),  # the prefix alone makes nothing alike
        ("CMO-7K", None),
    ],
)
def test_the_nearest_reference_is_one_slip_away(typed: str, meant: str | None) -> None:
    assert nearest(typed, KNOWN) == meant
