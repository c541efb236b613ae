"""What has been said, as readers of one language may see it."""

from __future__ import annotations

import pytest

from publisher.model.history import Origin, Snapshot
from publisher.model.languages import Untranslated


@pytest.mark.parametrize("whole", [True, False])
def test_read_in_a_language_it_is_as_whole_as_it_was_and_of_the_same_ledger(whole: bool) -> None:
    snapshot = Snapshot((), Origin("3f", "ledger.db"), whole)
    read = snapshot.read_in("en", own="de", untranslated=Untranslated.GENERIC)
    assert (read.origin, read.is_whole) == (snapshot.origin, whole)
