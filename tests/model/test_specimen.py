"""What a check tries templates on leaves no sentence out."""

from __future__ import annotations

from publisher.model.case import Case, case_of
from publisher.model.specimen import SPECIMENS


def test_every_case_is_tried() -> None:
    assert {case_of(specimen) for specimen in SPECIMENS} == set(Case)
