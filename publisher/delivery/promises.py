"""What can be promised for a channel when an answer is lost, in plain words, from its terms."""

from __future__ import annotations

from publisher.model.delivery import Terms
from publisher.model.outcome import OnUnknown

_BLIND = {
    OnUnknown.ASK: "at most one post; a lost answer stops this channel and asks you (resolve)",
    OnUnknown.RESEND: "at least one post; a lost answer is sent again, so there may be two",
    OnUnknown.SKIP: "at most one post; a lost answer is left alone, so it may be missing",
}


def guarantee(terms: Terms) -> str:
    """One sentence for `announce channels` and the documentation."""
    settle = f"{terms.settle:g} s"
    if terms.repeatable:
        return "exactly once: written whole each time, under a permanent id"
    if terms.staged:
        return "one visible post: a draft first, released by its id; a hidden draft may be left over"
    if terms.lookup:
        return (
            f"one post, as long as what the platform took shows within {settle}:"
            " it is looked for twice before it is sent again"
        )
    return _BLIND[terms.on_unknown]
