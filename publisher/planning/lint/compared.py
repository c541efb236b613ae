"""Rules on a text beside another one: what was said a moment ago, and the same in another language.

`difflib` and not rapidfuzz: a dozen texts of at most 2,000 characters are compared once a run, which takes
milliseconds, because `quick_ratio` turns nearly all of them away; no wheel of C++ is needed for that.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.model.announcement import UNDETERMINED
from publisher.planning.lint.subject import Hit, Subject

_ALIKE = 0.9
_SHORTEST = 20
"""Characters: "Halb fertig." twice in a night is no accident."""


def similar(subject: Subject) -> Iterator[Hit]:
    """The second half of a night is often told in the words of the first."""
    for place, text in subject.texts():
        is_new = place.startswith("text") and len(text) >= _SHORTEST
        if is_new and any(_alike(text, other) for other in subject.lint.recent):
            yield None, f"{place}: nearly the same was said within the last day"


def _alike(text: str, other: str) -> bool:
    from difflib import SequenceMatcher  # for a text that was typed

    matcher = SequenceMatcher(None, text[:2_000], other[:2_000], autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )


def languages_differ(subject: Subject) -> Iterator[Hit]:
    """A number that was corrected in one language alone."""
    for place, text in subject.places().items():
        facts = {language: _facts(words) for language, words in text.items() if language != UNDETERMINED}
        for language, found in facts.items():
            others = Counter[str]()
            for other in facts.values():
                others |= other
            if lacking := others - found:
                yield (
                    None,
                    f"{place} ({language}) lacks what another language has: {', '.join(sorted(lacking))}",
                )


_FACT = r"CVE-\d{4}-\d{4,}|\d{1,2}[:.]\d{2}(?!\d)|\d+"


def _facts(text: str) -> Counter[str]:
    """Times, numbers and CVEs, each in one form: ``22.30`` is ``22:30``, ``1.000`` is ``1,000``."""
    plain = re.sub(r"(?<=\d)[.,\u202f\u00a0](?=\d{3}\b)", "", text)
    return Counter({_in_one_form(fact) for fact in re.findall(_FACT, plain)})


def _in_one_form(fact: str) -> str:
    return re.sub(r"(\d)\.(\d)", r"\1:\2", fact).lstrip("0") or "0"
