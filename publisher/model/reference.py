"""References such as ``CMO-7K3M``: short, speakable on the phone, printed in every post."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterable

from publisher.model.errors import Refused

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base32: no I, L, O or U, so that nothing is misread or misheard."""

LENGTH = 4

_READ_AS = str.maketrans("ILO", "110")
_TRIES = 100


def draw(prefix: str, taken: Callable[[str], bool]) -> str:
    """A random reference that is not taken. Raises Refused when none can be found."""
    for _ in range(_TRIES):
        ref = f"{prefix}-{''.join(secrets.choice(ALPHABET) for _ in range(LENGTH))}"
        if not taken(ref):
            return ref
    raise Refused("no free reference was found", hint="choose another [publisher] reference_prefix")


def looks_like_one(typed: str, prefix: str) -> bool:
    """Whether a word is meant as a reference, even a wrong one: the prefix before it, or a code with a digit."""
    word = typed.strip().upper()
    with_prefix = re.fullmatch(rf"{prefix}[-_ ]?[0-9A-Z]{{1,8}}", word) is not None and word != prefix
    bare = re.fullmatch(rf"[0-9A-Z]{{{LENGTH}}}", word) is not None and any(map(str.isdigit, word))
    return with_prefix or bare


def understood(typed: str, prefix: str) -> str | None:
    """The reference a person meant: any case, misread letters, prefix or hyphen left out; None if it is none."""
    match = re.fullmatch(rf"(?:{prefix}[-_ ]?)?([0-9A-Z]{{{LENGTH}}})", typed.strip().upper())
    if match is None:
        return None
    code = match[1].translate(_READ_AS)
    return f"{prefix}-{code}" if set(code) <= set(ALPHABET) else None


def nearest(typed: str, known: Iterable[str]) -> str | None:
    """The first of the known references that a slip of the hand makes the typed one; None where there is none.

    Only the four characters are compared, the prefix is everybody's: one of them is another one, or two neighbours
    are swapped. More than that is a stranger's reference.
    """
    code = typed.strip().upper().translate(_READ_AS)[-LENGTH:]
    return next((one for one in known if _is_a_slip(code, one[-LENGTH:])), None)


def _is_a_slip(typed: str, meant: str) -> bool:
    if len(typed) != len(meant):
        return False
    wrong = [place for place in range(len(meant)) if typed[place] != meant[place]]
    if len(wrong) < 2:
        return bool(wrong)
    first, second, *more = wrong
    swapped = typed[first : second + 1] == meant[first : second + 1][::-1]
    return not more and second == first + 1 and swapped
