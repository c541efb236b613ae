"""Ask every channel who we are there, all at once; publishes nothing."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.channel import BadCredentials, Channel, ChannelError, Identity, Rejected, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One channel's answer: an identity, or the error instead."""

    channel: str
    identity: Identity | None = None
    error: ChannelError | None = None

    @property
    def exit_code(self) -> int:
        """0: nothing speaks against publishing; 4: it would be refused; 5: it could not be asked now."""
        if self.identity is not None:
            return 4 if self.identity.may_publish is Standing.REFUSED else 0
        return 4 if isinstance(self.error, Rejected | BadCredentials) else 5


def check_all(
    channels: Mapping[str, Callable[[], Channel]], *, deadline: float, mask: Callable[[str], str]
) -> tuple[Checked, ...]:
    """Check every channel in its own thread; what has not answered after ``deadline`` seconds is said to be so."""
    answers: queue.SimpleQueue[Checked] = queue.SimpleQueue()
    for name, opened in channels.items():
        threading.Thread(target=_check, args=(name, opened, mask, answers), daemon=True).start()
    found: dict[str, Checked] = {}
    ends = time.monotonic() + deadline
    while len(found) < len(channels):
        try:
            answer = answers.get(timeout=max(0.0, ends - time.monotonic()))
        except queue.Empty:
            break
        found[answer.channel] = answer
    return tuple(found.get(name) or _silent(name, deadline) for name in channels)


def _check(
    name: str,
    opened: Callable[[], Channel],
    mask: Callable[[str], str],
    answers: queue.SimpleQueue[Checked],
) -> None:
    try:
        answers.put(Checked(channel=name, identity=opened().check()))
    except ChannelError as error:
        error.args = (mask(str(error)),)
        answers.put(Checked(channel=name, error=error))
    except BaseException as error:  # noqa: BLE001  one adapter's fault must not hide the others' answers
        fault = Rejected(mask(f"the adapter failed: {type(error).__name__}: {error}"))
        answers.put(Checked(channel=name, error=fault))


def _silent(name: str, deadline: float) -> Checked:
    return Checked(channel=name, error=ChannelError(f"no answer within {deadline:g} s"))
