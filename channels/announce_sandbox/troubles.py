"""A night's troubles by name: what befalls which platform, said in a sentence, made of faults.

::

    sandbox.trouble("facebook-down")
    curl -H 'Content-Type: application/json' -d '{"trouble": "facebook-down"}' …/troubles
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from announce_sandbox.faults import Fault, Kind

_ALL = ("wordpress", "whmcs", "facebook", "twitter", "http")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong until somebody ends it, or until it is over by itself."""

    summary: str
    """One sentence: what happens, and what an engineer makes of it."""
    faults: tuple[tuple[str, Fault], ...]
    """By platform, in the order in which they meet requests."""
    lasts: bool = False
    """Whether it stays until it is ended; else it is over with the requests that it spoils."""
    late: bool = False
    """Whether a night that is rehearsed has it before its last update, and not before its first."""

    @property
    def platforms(self) -> frozenset[str]:
        """Where it strikes."""
        return frozenset(platform for platform, _ in self.faults)

    def is_on(self, waiting: Iterable[tuple[str, Fault]]) -> bool:
        """Whether a fault of it is among those that still wait."""
        there = {(platform, fault.kind, fault.verb, fault.reason) for platform, fault in waiting}
        return any((platform, one.kind, one.verb, one.reason) in there for platform, one in self.faults)


def _lasting(summary: str, platform: str, fault: Fault) -> Trouble:
    return Trouble(summary=summary, faults=((platform, fault),), lasts=True)


def _once(summary: str, platform: str, fault: Fault) -> Trouble:
    return Trouble(summary=summary, faults=((platform, fault),))


TROUBLES: Mapping[str, Trouble] = {
    "blog-500-after-publish": _once(
        "The blog takes the post and answers with a gateway's error: announce looks for the post before it goes on.",
        "wordpress",
        Fault(Kind.LOST, times=1, verb="create"),
    ),
    "blog-portal": _lasting(
        "A sign-in page stands where the blog's API was: once it is gone, resume publishes.",
        "wordpress",
        Fault(Kind.HTML),
    ),
    "blog-moved": _lasting(
        "The blog sends every request on to another address: it is refused for good until the way is mended.",
        "wordpress",
        Fault(Kind.REDIRECT),
    ),
    "center-reset": _once(
        "The customer center takes the post and the connection breaks: announce looks for it before it goes on.",
        "whmcs",
        Fault(Kind.RESET, times=1, verb="create"),
    ),
    "center-locked-out": _lasting(
        "The customer center does not know this machine's address: it waits for an entry in its list.",
        "whmcs",
        Fault(Kind.FORBIDDEN),
    ),
    "facebook-down": _lasting(
        "Facebook answers nothing but errors: nobody can tell what stands there until it is back.",
        "facebook",
        Fault(Kind.BROKEN),
    ),
    "facebook-answer-lost": _once(
        "Facebook publishes and the answer is lost: announce looks for the post before it goes on.",
        "facebook",
        Fault(Kind.RESET, times=1, verb="create"),
    ),
    "facebook-blind": Trouble(
        summary="Facebook publishes, the answer is lost, and the token may not read: look at the Page, and resolve.",
        faults=(
            ("facebook", Fault(Kind.RESET, times=1, verb="create")),
            ("facebook", Fault(Kind.SAYS, reason="may-not-read", verb="list")),
        ),
        lasts=True,
    ),
    "token-expired": _lasting(
        "Facebook's access token has expired: it waits for a new token, then resume publishes.",
        "facebook",
        Fault(Kind.SAYS, reason="expired"),
    ),
    "x-429": _once(
        "X takes no more requests for a second: announce waits and sends by itself.",
        "twitter",
        Fault(Kind.LIMITED, times=1, retry_after="1"),
    ),
    "x-locked": _lasting(
        "X has locked the account: it is refused until somebody has unlocked it.",
        "twitter",
        Fault(Kind.SAYS, reason="locked"),
    ),
    "blog-down-at-the-end": Trouble(
        summary="When the work is over the blog answers nothing but errors: its readers still see the work going on.",
        faults=(("wordpress", Fault(Kind.BROKEN)),),
        lasts=True,
        late=True,
    ),
    "slow-dns": Trouble(
        summary="Each platform's first answer is two seconds late, as with a slow name server; no channel waits long.",
        faults=tuple((name, Fault(Kind.SLOW, times=1, seconds=2.0)) for name in _ALL),
    ),
}
"""All that there are, by name."""
