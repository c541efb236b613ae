"""This machine's clock, by what the platforms' answers say of the time: what is typed and signed depends on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta

from publisher.ledger.protocol import Health
from publisher.model.record import Record
from publisher.model.skew import spoken

TOLERANCE = timedelta(minutes=2)
"""What is no skew: a ``Date`` header tells whole seconds, and an answer is under way for some."""

TOO_MUCH = timedelta(minutes=15)
"""From here on a ``+30m`` is told so wrongly that nothing should be; X refuses signatures long before."""

CURE = (
    "set it, and let it be kept right, as root: timedatectl set-ntp true (a container has its host's clock)"
)


class Clock(Record, frozen=True, kw_only=True):
    """How this machine's clock stands to the platforms'."""

    ahead: timedelta | None
    """None where no platform has said what time it is."""
    compared_with: tuple[str, ...] = ()
    """The channels whose platforms agree about it."""
    astray: tuple[tuple[str, timedelta], ...] = ()
    """Channels whose platforms have another time than those, and how far ours is ahead of each."""

    @property
    def health(self) -> Health:
        """WARNING where it is off, or a platform's is; FAULT where nothing should be told by it."""
        off = abs(self.ahead or timedelta())
        if off > TOO_MUCH:
            return Health.FAULT
        return Health.WARNING if off > TOLERANCE or self.astray else Health.WELL

    @property
    def standing(self) -> str:
        """What it was compared with, and what came of it."""
        if self.ahead is None:
            return "no platform has said what time it is"
        names = ", ".join(self.compared_with)
        if abs(self.ahead) <= TOLERANCE:
            return f"compared with {names}"
        return f"{spoken(self.ahead)} the clocks of {names}"

    @property
    def problems(self) -> Iterator[str]:
        """What is wrong, a sentence each."""
        if self.ahead is not None and abs(self.ahead) > TOLERANCE:
            yield (
                f"this machine's clock is {spoken(self.ahead)} the platforms': the times that you type are told "
                "wrongly, and X refuses what is signed with it"
            )
        for name, ahead in self.astray:
            yield f"{name}'s own clock is {spoken(-ahead)} the others': what its platform dates is wrong"

    @property
    def cure(self) -> str | None:
        """Of this machine's clock."""
        return CURE if self.ahead is not None and abs(self.ahead) > TOLERANCE else None


def compared(told: Mapping[str, timedelta]) -> Clock:
    """What the platforms' answers come to; ``told`` is how far our clock is ahead of each, by channel.

    The middle one counts, so that one platform with a wrong clock does not put ours in the wrong; of two in the
    middle the one that agrees with us, for then it is two against one.
    """
    if not told:
        return Clock(ahead=None)
    every = sorted(told.values())
    middle = min((every[(len(every) - 1) // 2], every[len(every) // 2]), key=abs)
    agreeing = tuple(name for name, ahead in told.items() if abs(ahead - middle) <= TOLERANCE)
    astray = tuple((name, ahead) for name, ahead in told.items() if name not in agreeing)
    return Clock(ahead=middle, compared_with=agreeing, astray=astray)
