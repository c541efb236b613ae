"""The known word that a mistyped one was most likely meant to be."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word of ``known`` most like ``word``, whatever its case; None where nothing is like it."""
    import difflib  # needed on the way to an error only

    by_folded = {candidate.casefold(): candidate for candidate in known}
    # The comparison is quadratic in the length; nobody mistypes a word of 80 characters.
    matches = difflib.get_close_matches(word[:80].casefold(), by_folded, n=1)
    return by_folded[matches[0]] if matches else None
